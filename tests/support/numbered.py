"""Small records that pass through the default steps unchanged: {"dt":"...","n":7,"text":"..."}."""

import json


def numbered(count, first=0, text="all is well"):
    shape = b'{"dt":"2026-11-20T12:00:00Z","n":%d,"text":"%s"}'
    return [shape % (n, text.encode()) for n in range(first, first + count)]


def lines(records):
    return b"".join(record + b"\n" for record in records)


def numbers(records):
    """Sorted, since requests may overtake each other."""
    return sorted(json.loads(record)["n"] for record in records)


def dead_letters(data_dir):
    """The letters of all sinks."""
    return [json.loads(line) for file in sorted((data_dir / "dead_letters").glob("*.ndjson"))
            for line in file.read_bytes().splitlines()]
