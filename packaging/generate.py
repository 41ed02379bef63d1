"""Writes the man pages and the completions: what can be said from the command line and the reference pages.

    python3 packaging/generate.py --binary build/release/towline          # make docs
    python3 packaging/generate.py --binary build/release/towline --check  # make check-docs: exit 1 where one differs
"""

import argparse
import pathlib
import sys

import command_line
import completions
import man_pages

ROOT = pathlib.Path(__file__).resolve().parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=ROOT / "build/release/towline", help="the towline to ask")
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    root, each = command_line.read(options.binary)
    files = {**man_pages.pages(root, each), **completions.scripts(root, each)}
    old = {name: (ROOT / name).read_text(encoding="utf-8") if (ROOT / name).exists() else None for name in files}
    differing = [name for name in files if files[name] != old[name]]
    for name in differing:
        if options.check:
            print(f"{name} differs from the command line or the reference pages: make docs", file=sys.stderr)
        else:
            (ROOT / name).write_text(files[name], encoding="utf-8")
            print(f"wrote {name}")
    return 1 if options.check and differing else 0


if __name__ == "__main__":
    sys.exit(main())
