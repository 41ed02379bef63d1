"""The examples of docs/conditions.md: each pattern is tried on the page's record, by one daemon that keeps what matches."""

import json
import pathlib
import re
import socket

from tests.support.configuration import tcp

PAGE = (pathlib.Path(__file__).resolve().parents[2] / "docs" / "conditions.md").read_text()
ROW = re.compile(r"^\| `(.+)` \| (yes|no) \|$", re.MULTILINE)


def examples():
    """[(pattern, whether it matches)]; in a table of Markdown a bar is written with a backslash."""
    return [(pattern.replace("\\|", "|"), answer == "yes") for pattern, answer in ROW.findall(PAGE)]


def the_record():
    block = re.search(r"^```json\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL).group(1)
    return " ".join(line.strip() for line in block.splitlines())


def test_every_example_does_what_the_page_says(start):
    patterns = [pattern for pattern, _ in examples()]
    assert len(patterns) >= 60
    steps = [[{"keep_if": pattern}, {"set": {"number": number}}] for number, pattern in enumerate(patterns)]
    transforms = {f"t{number}": {"inputs": ["app"], "steps": each} for number, each in enumerate(steps)}
    transforms["end"] = {"inputs": ["app"], "steps": [{"set": {"number": -1}}]}  # read last: all others are through
    daemon = start({"admin": {"listen": "127.0.0.1:0"}, "sources": {"app": tcp()}, "transforms": transforms,
                    "sinks": {"out": {"type": "console", "inputs": list(transforms)}}})
    record = the_record()
    with socket.create_connection(daemon.address()) as sock:
        sock.sendall(record.encode() + b"\n")

    def numbers():
        return [json.loads(line)["number"] for line in daemon.stdout().splitlines() if line.endswith(b"}")]

    daemon.wait_until(lambda: -1 in numbers(), what=lambda: f"the record: {daemon.stdout()}")
    matched = set(numbers())
    wrong = [(pattern, answer) for number, (pattern, answer) in enumerate(examples()) if (number in matched) != answer]
    assert not wrong, f"the page says: {wrong}"
