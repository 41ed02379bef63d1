"""C++ sources as the rules look at them: files of the tree, and text without comments and literals."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
SOURCES = ("*.cpp", "*.hpp")

NOISE = re.compile(
    r'R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'  # raw strings
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|(?<![0-9a-fA-F])'(?:[^'\\\n]|\\.)*'"  # not the separator of 10'000
    r"|//[^\n]*|/\*.*?\*/",
    re.DOTALL,
)


def sources():
    """(path relative to src/, text) of every source file."""
    src = ROOT / "src"
    for pattern in SOURCES:
        for file in sorted(src.rglob(pattern)):
            yield str(file.relative_to(src)), file.read_text(encoding="utf-8")


def code_of(text):
    """The text with comments and literals blanked, line numbers kept."""
    return NOISE.sub(lambda noise: '""' + "\n" * noise.group().count("\n"), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def is_test(path):
    return path.endswith(("_test.cpp", "_fuzz.cpp", "_test_support.hpp", "_test_support.cpp"))
