"""The project speaks of itself only: no path of somebody's machine, no note about work left undone.

A reader must understand every file from this repository alone. A tracker's number stands only beside the link that it
is about.
"""

import re
import subprocess

import pytest

from tests.rules.cpp_source import ROOT

MACHINE = "|".join((r"root/[\w.]", r"home/(?!user\b)\w", r"Users/\w", r"(?:mnt|media|builds|work|workspace)/\w"))
RULES = {
    re.compile(rf"(?<![\w.*$}})\]-])/(?:{MACHINE})"): "a path of somebody's machine",
    re.compile(r"\b(?:issue|ticket|task) ?#? ?\d+\b", re.IGNORECASE):
        "a tracker's number without its link",
    re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b"): "a note about work left undone",
}
UPWARDS = re.compile(r"(?<![\w./])(?:\.\./)+")
BINARY = (".png", ".ico", ".gz", ".woff2")
# `towline import` writes such notes for its user: there the word is text.
NOTES_ARE_TEXT = ("src/app/commands/import/", "tests/import/", "tests/e2e/import_test.py", "docs/migration.md")
SKIPPED = ("LICENSE", "tests/fuzz/", "tests/rules/self_contained_test.py")


def violations(name, text):
    """What is wrong with a file, as (line, sentence)."""
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, sentence in RULES.items():
            allowed = ("tracker" in sentence and "https://" in line) or (
                "left undone" in sentence and name.startswith(NOTES_ARE_TEXT))
            if pattern.search(line) and not allowed:
                yield number, sentence
        if any(way.group().count("../") > name.count("/") for way in UPWARDS.finditer(line)):
            yield number, "a path that leads out of the project"


def files():
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout
    for name in filter(None, listing.split("\0")):
        path = ROOT / name
        if path.is_file() and not name.startswith(SKIPPED) and not name.endswith(BINARY):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_the_tree():
    found = [f"{name}:{line}: {sentence}" for name, text in files() for line, sentence in violations(name, text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("text", [
    "see /root/notes", "cd /home/ann", "in /builds/main", "(/Users/x)", "../elsewhere/design.md", "[x](../../y.md)",
    "built for issue 17", "Ticket #4", "// TODO: later",
])
def test_planted_violations_are_found(text):
    assert [line for line, _ in violations("docs/x.md" if "../../" in text else "x.md", f"first line\n{text}\n")] == [2]


@pytest.mark.parametrize("text", [
    "GET /health/live", "HOME=/root", "HOME is /home/user", "/var/lib/towline", "https://example.com/home/page",
    "$(HOME)/x", "the work that is left", "a task failed", "data_dir: /var/home", "a homework", "[x](../README.md)",
    "see https://github.com/chriskohlhoff/asio issue 1041", "a/../b",
])
def test_what_is_right_is_left_alone(text):
    assert not list(violations("docs/x.md", text))
