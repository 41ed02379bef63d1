"""A planted secret never leaves, whatever stands around it: over the real wire, in pieces, to a destination that
decodes all it can. What leaves is one valid record a line, and sent once more it doesn't change.
"""

import json
import queue
import random
import socket
import time

from tests.redaction import hostile
from tests.support.configuration import configuration, http_sink, tcp

LINES = 300  # of a round
ROUNDS = 5
LONG_SECONDS = 600


class Wire:
    """A daemon with two sources: `app` cuts long lines, `again` takes what has left before."""

    def __init__(self, start, new_peer):
        self._arrived = queue.Queue()
        peer = new_peer(token=None, certificate=None, observe=self._observe)
        sources = {"app": tcp(max_record=f"{hostile.CUT_AT}B"), "again": tcp()}
        sinks = {"out": http_sink(peer, in_flight=1)}  # one request after the other: in order
        self._daemon = start(configuration(sources=sources, steps=[{"redact": {}}], sinks=sinks))

    def _observe(self, request):
        for record in request.records:
            self._arrived.put(record)

    def round_trip(self, rng, source, lines):
        """What arrives of them."""
        send(rng, self._daemon.address(source), b"".join(line + b"\n" for line in lines))
        arrived = [self._arrived.get(timeout=30) for _ in lines]
        assert self._arrived.empty()
        return arrived


def send(rng, address, data):
    """In pieces of any size, some of them in packets of their own."""
    with socket.create_connection(address, timeout=30) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        at = 0
        while at < len(data):
            size = rng.choice((1, 2, 7, 63, 64, 65, 500, 4096, 30_000))
            sock.sendall(data[at:at + size])
            at += size
            if rng.random() < 0.05:
                time.sleep(0.0005)


def check(case, arrived):
    leaked = case.planted.leaks(arrived)
    assert leaked is None, f"{leaked} ({case.how}) can be read in\n{arrived}\nof the line\n{case.line}"
    record = json.loads(arrived)
    assert isinstance(record, dict)
    if case.whole:
        assert record.get("end") == "unharmed", f"{case.line}\n->\n{arrived}"


def test_a_planted_secret_never_leaves(start, new_peer, scale):
    wire = Wire(start, new_peer)
    began, seconds, number = time.monotonic(), scale(0, LONG_SECONDS), 0
    while number < ROUNDS or time.monotonic() - began < seconds:
        rng = random.Random(number)
        cases = [hostile.case(f"{number}/{n}") for n in range(LINES)]
        once = wire.round_trip(rng, "app", [case.line for case in cases])
        for case, arrived in zip(cases, once):
            check(case, arrived)
        twice = wire.round_trip(rng, "again", once)
        for first, second in zip(once, twice):
            assert first == second, f"redacting twice is not redacting once:\n{first}\n{second}"
        number += 1
    print(f"{number} rounds of {LINES} lines")


def test_most_lines_show_their_secret_before():
    """Else the test above would prove nothing; only behind the cut some can't be read."""
    cases = [hostile.case(n) for n in range(500)]
    shown = [case for case in cases if case.planted.leaks(case.line)]
    assert len(shown) >= 490
    assert sum(case.whole for case in cases) >= 100
