"""The manual pages: they can be shown, and they have every command, setting and variable."""

import re
import shutil
import subprocess

import pytest

from tests.support.daemon import ROOT, run

PAGES = sorted((ROOT / "docs" / "man").iterdir())
BUILTIN = sorted((ROOT / "config").glob("builtin-*.yaml"))


def shown(page):
    result = subprocess.run(["man", "--warnings=w", "-l", page], capture_output=True, text=True, check=True,
                            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "MANWIDTH": "120"})
    return result.stdout, result.stderr


def source(name):
    return (ROOT / "docs" / "man" / name).read_text(encoding="utf-8").replace("\\-", "-")


@pytest.mark.skipif(not shutil.which("man"), reason="no man: Debian's man-db")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_shown_without_warnings(page):
    text, warnings = shown(page)
    assert warnings == "" and "NAME" in text and not re.search(r"^ *@", text, re.MULTILINE)


def test_every_command_is_there():
    commands = re.findall(r"^  (\w[\w-]*) {2,}\S", run("--help").stdout.split("Subcommands:")[1], re.MULTILINE)
    assert len(commands) >= 11
    for command in commands:
        assert f'.SS "towline {command}' in source("towline.1")


def test_every_variable_of_the_built_in_configuration_is_there():
    variables = {name for path in BUILTIN for name in re.findall(r"\$\{(\w+)", path.read_text())} - {"VARIABLE"}
    assert len(variables) >= 8
    assert {name for name in variables if name not in source("towline.1")} == set()


def test_every_setting_is_there():
    for name in ("settings", "sources", "transforms", "sinks"):
        keys = re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/reference" / f"{name}.md").read_text(), re.MULTILINE)
        assert keys and {key for key in keys if f"\\fB{key}\\fR" not in source("towline.yaml.5")} == set()
