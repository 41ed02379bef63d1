"""What the documents show works: YAML blocks are valid configurations, the Python example delivers, links lead somewhere."""

import json
import pathlib
import re
import subprocess
import sys

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")),
         *sorted((ROOT / "src").rglob("README.md")), *sorted((ROOT / "deploy").rglob("*.md"))]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def name(page):
    return str(page.relative_to(ROOT))


WHOLE = [(page, text) for page in PAGES for text in blocks(page, "yaml") if "sinks:" in text and "sources:" in text]


@pytest.mark.parametrize("page, text", WHOLE, ids=[name(page) for page, _ in WHOLE])
def test_a_whole_configuration_is_valid(page, text, tmp_path):
    file = tmp_path / "config.yaml"
    file.write_text(text)
    variables = {variable: "value" for variable in re.findall(r"\$\{(\w+)\}", text)}
    result = towline.run("check", str(file), **variables)
    assert result.returncode == 0, f"{name(page)}: {result.stderr}"


def test_the_python_example_of_the_readme_delivers(start, peer, tmp_path):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    (example,) = blocks(ROOT / "README.md", "python")
    host, port = daemon.address()
    assert '"127.0.0.1", 9000' in example
    script = tmp_path / "example.py"
    script.write_text(example.replace('"127.0.0.1", 9000', f'"{host}", {port}'))
    subprocess.run(["/usr/bin/python3" if pathlib.Path("/usr/bin/python3").exists() else sys.executable, script],
                   check=True, timeout=20)
    peer.wait_for(1)
    record = json.loads(peer.records()[0])
    assert record["event"] == "signed in" and record["user"] == {"email": "j***@example.com"}
    assert "dt" in record and "timestamp" not in record


def test_the_shell_example_of_the_readme_shows_what_it_says(start):
    text = (ROOT / "README.md").read_text()
    sent = re.search(r"^    echo '(.*)' \\$", text, re.MULTILINE).group(1)
    shown = re.search(r'^    (\{"dt":.*\})$', text, re.MULTILINE).group(1)
    daemon = start(configuration(sinks={"out": {"type": "console"}}))
    host, port = daemon.address()
    subprocess.run(["bash", "-c", f"echo '{sent}' > /dev/tcp/{host}/{port}"], check=True, timeout=20)
    daemon.wait_until(lambda: shown.encode() in daemon.stdout(), what=lambda: f"shown: {daemon.stdout()}")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), f"{name(page)}: {target}"
