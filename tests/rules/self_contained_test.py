"""The project speaks of itself only: no path of somebody's machine, no note from one worker to another.

A reader must understand every file from this repository alone. Tracker numbers stand only beside the link they are
about.
"""

import re
import subprocess

import pytest

from tests.rules.cpp_source import ROOT

# Written in pieces, so that this file does not find itself.
MACHINE = "|".join((r"root/[\w.]", r"home/(?!user\b)\w", r"Users/\w", r"(?:mnt|media|builds|workspace)/\w", r"work\b"))
RULES = {
    re.compile(rf"(?<![\w.*$}})\]-])/(?:{MACHINE})"): "a path of somebody's machine",
    re.compile(r"\.\./" + "shared"): "a path outside the project",
    re.compile(r"\b(?:issue|ticket|task) ?#? ?\d+\b", re.IGNORECASE): "a tracker's number without its link",
    re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b"): "a note about work left undone",
    re.compile(r"\b(?:as (?:you )?requested|per the brief|the brief says|the (?:team )?lead (?:asked|decided|writes))\b",
               re.IGNORECASE): "a note from one worker to another",
    re.compile(r"\b(?:chat" r"gpt|clau" r"de|copi" r"lot|lang" r"uage model|AI-gen" r"erated)\b", re.IGNORECASE):
        "a tool of the workplace",
}
BINARY = (".png", ".ico", ".gz", ".woff2")
SKIPPED = ("LICENSE", "tests/fuzz/", "tests/rules/self_contained_test.py")


def violations(text):
    for number, line in enumerate(text.splitlines(), start=1):
        for pattern, sentence in RULES.items():
            if pattern.search(line) and not ("number" in sentence and "https://" in line):
                yield number, sentence


def files():
    listing = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT,
                             capture_output=True, text=True, check=True).stdout
    for name in filter(None, listing.split("\0")):
        path = ROOT / name
        if path.is_file() and not name.startswith(SKIPPED) and not name.endswith(BINARY):
            yield name, path.read_text(encoding="utf-8", errors="replace")


def test_the_tree():
    found = [f"{name}:{line}: {sentence}" for name, text in files() for line, sentence in violations(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("text", [
    "see /" + "root/notes", "cd /" + "home/ann", "in /" + "work/main", "(/" + "Users/x)", "../" + "shared/design.md",
    "built for issue " + "17", "Ticket #" + "4", "// TO" + "DO: later", "as " + "requested",
])
def test_planted_violations_are_found(text):
    assert list(violations(f"first line\n{text}\n")) == [(2, list(violations(text))[0][1])]


@pytest.mark.parametrize("text", [
    "GET /health/live", "HOME=/root", "/var/lib/towline", "https://example.com/home/page", "$(HOME)/x", "the work that is left",
    "a task failed", "see https://github.com/chriskohlhoff/asio issue 1041", "data_dir: /var/home", "a homework", "HOME is /home/user",
])
def test_what_is_right_is_left_alone(text):
    assert not list(violations(text))
