"""Sends lines through the real binary and says what became of each: TCP in, redaction, the console out.

`launch` starts a daemon with a configuration (the fixture, or one of its own kind).
"""

import json

from tests.support import daemon as towline
from tests.support.configuration import configuration, tcp
from tests.support.senders import send_tcp

OUT = {"type": "console", "batch": {"age": "20ms"}}


def detectors():
    """The names of the catalogue, by the binary's own schema."""
    schema = json.loads(towline.run("schema").stdout)
    steps = schema["properties"]["transforms"]["additionalProperties"]["properties"]["steps"]["items"]
    return steps["properties"]["redact"]["properties"]["detect"]["items"]["anyOf"][0]["enum"]


def through(launch, lines, redact=None, look=None):
    """The output of each line (bytes), in their order. `look` is called with the daemon when all is delivered."""
    config = configuration(sources={"app": tcp()}, steps=[{"redact": redact or {}}], sinks={"out": OUT})
    daemon = launch(config).wait_ready()
    send_tcp(daemon.address(), b"".join(line + b"\n" for line in lines))
    daemon.settle(len(lines), timeout=60)
    if look:
        look(daemon)
    assert daemon.stop() == 0
    out = daemon.stdout().splitlines()
    assert len(out) == len(lines)
    return out
