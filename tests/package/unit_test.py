"""The unit: what systemd itself says about it, and that its figures and the configuration's agree."""

import os
import re
import shutil
import subprocess

import pytest

from tests.support.daemon import ROOT, binary, run

UNIT = ROOT / "deploy" / "systemd" / "towline.service"
CONFIG = ROOT / "packaging" / "towline.yaml"
TEXT = UNIT.read_text()
needs_systemd = pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze: make setup")


def setting(name):
    """The value of a setting, the last one if it stands there several times."""
    return re.findall(rf"^{name}=(.*)$", TEXT, re.MULTILINE)[-1]


def seconds(text):
    number, unit = re.fullmatch(r"(\d+)(s|m|min)", text).groups()
    return int(number) * (1 if unit == "s" else 60)


def default(key):
    """Of a setting of the daemon, by the generated page."""
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    return re.search(rf"^\| `{re.escape(key)}` \| [^|]* \| `([^`]*)` \|", page, re.MULTILINE)[1]


def analyze(*arguments, **environment):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, check=False, timeout=60,
                          env={**os.environ, **environment})


def verify(tmp_path, text):
    """`systemd-analyze verify`, with the binary and the manual pages of this tree in place of the package's."""
    for page in (ROOT / "docs" / "man").iterdir():
        section = tmp_path / "man" / f"man{page.suffix[1:]}"
        section.mkdir(parents=True, exist_ok=True)
        (section / page.name).symlink_to(page)
    unit = tmp_path / "towline.service"
    unit.write_text(text.replace("/usr/bin/towline", str(binary())))
    return analyze("verify", str(unit), MANPATH=str(tmp_path / "man"))


@needs_systemd
def test_systemd_has_nothing_against_it(tmp_path):
    result = verify(tmp_path, TEXT)
    assert result.returncode == 0 and "towline" not in result.stderr, result.stderr


@needs_systemd
@pytest.mark.parametrize("old, new", [("WatchdogSec=30s", "WatchdogSec=soon"), ("Type=notify", "Type=notifies"),
                                      ("ProtectHome=yes", "ProtectHouse=yes"), ("man:towline(1)", "man:tawline(1)")])
def test_what_systemd_has_against_it_is_found(tmp_path, old, new):
    assert old in TEXT
    result = verify(tmp_path, TEXT.replace(old, new))
    assert "towline" in result.stderr


@needs_systemd
def test_the_exposure_is_at_most_1_5(tmp_path):
    assert analyze("security", "--offline=true", "--threshold=15", str(UNIT)).returncode == 0
    opened = tmp_path / "towline.service"
    opened.write_text(TEXT.replace("SystemCallFilter=", "#").replace("PrivateUsers=yes", ""))
    assert analyze("security", "--offline=true", "--threshold=15", str(opened)).returncode == 1


def test_there_is_time_to_drain():
    assert seconds(setting("TimeoutStopSec")) >= seconds(default("shutdown.budget")) + 10


def test_there_is_memory_for_the_budget_and_the_kernel():
    limit = int(re.fullmatch(r"(\d+)M", setting("MemoryMax"))[1])
    budget = int(re.search(r"^memory: (\d+)MiB$", CONFIG.read_text(), re.MULTILINE)[1])
    assert limit >= 2 * (budget + 16)


def test_the_default_configuration_is_valid_with_and_without_its_comments(tmp_path):
    assert run("check", CONFIG).returncode == 0
    # Every setting that is commented out, but not the words about it.
    text = re.sub(r"^( *)# (?=( *)(\w+:( |$)))", r"\1", CONFIG.read_text(), flags=re.MULTILINE)
    assert text.count("type:") == 6
    everything = tmp_path / "towline.yaml"
    everything.write_text(text.replace("[app, app_udp]", "[app, app_udp, web]"))
    result = run("check", everything)  # by hand, that is without what systemd sets
    assert result.returncode == 0, result.stderr


def test_it_names_the_credentials_as_the_unit_loads_them():
    name, folder = setting("LoadCredential").split(":")
    assert f"${{CREDENTIALS_DIRECTORY:-/run/credentials/{UNIT.name}}}/{name}_betterstack" in CONFIG.read_text()
    assert f"{folder}/betterstack" in CONFIG.read_text()


def test_the_service_runs_with_the_default_configuration(launch, tmp_path):
    text = CONFIG.read_text().replace("127.0.0.1:8686", "127.0.0.1:0").replace("127.0.0.1:9000", "127.0.0.1:0")
    daemon = launch(text, STATE_DIRECTORY=str(tmp_path / "state")).wait_ready()
    assert (tmp_path / "state").is_dir() and not daemon.ledger()["console"]["held"]
    assert daemon.stop() == 0
