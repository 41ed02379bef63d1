"""Dual logging: the same records to Better Stack and to CloudWatch, each with its own delivery. While one is away, the
other doesn't notice; afterwards both have everything, and both ledgers balance.
"""

import collections
import json
import threading
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.senders import send_tcp

SINKS = ("betterstack", "cloudwatch")
EACH = 20       # records that are sent at a time
PAUSE = 0.05    # seconds between them


class Dual:
    """One daemon and both destinations. `arrived` notes when each record did: {sink: {number: seconds}}."""

    def __init__(self, start, peer, cloudwatch, data_dir):
        self.peers = {"betterstack": peer, "cloudwatch": cloudwatch}
        self.sent = {}
        self.arrived = {sink: {} for sink in SINKS}
        sinks = {"betterstack": betterstack(peer), "cloudwatch": cloudwatch.sink()}
        self.daemon = start(configuration(sinks=sinks, data_dir=str(data_dir)))
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def send_for(self, seconds):
        """The numbers that were sent."""
        first, deadline = len(self.sent), time.monotonic() + seconds
        while time.monotonic() < deadline:
            numbers = range(len(self.sent), len(self.sent) + EACH)
            moment = time.time()
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment)) + f".{int(moment * 1000) % 1000:03d}Z"
            now = time.monotonic()
            self.sent.update(dict.fromkeys(numbers, now))
            send_tcp(self.daemon.address(), b"".join(b'{"dt":"%s","n":%d,"text":"all is well"}\n'
                                                     % (stamp.encode(), number) for number in numbers))
            time.sleep(PAUSE)
        return range(first, len(self.sent))

    def _watch(self):
        while not self._stopping.wait(0.01):
            self.note()

    def note(self):
        now = time.monotonic()
        for sink in SINKS:
            records, known = self.records(sink), self.arrived[sink]
            for record in records[len(known):]:
                known.setdefault(json.loads(record)["n"], now)

    def records(self, sink):
        return self.peers[sink].records()

    def p99(self, sink, numbers):
        """Seconds from sending to arrival."""
        waits = sorted(self.arrived[sink][number] - self.sent[number] for number in numbers)
        return waits[len(waits) * 99 // 100]

    def stop(self):
        self._stopping.set()
        self._watcher.join(5)
        self.note()

    def check(self):
        """Both have each record once, as the same bytes, and both ledgers say so."""
        for sink in SINKS:
            balance = self.daemon.settle(len(self.sent), sink, timeout=20)
            assert balance["delivered"] == len(self.sent), balance
        texts = {sink: sorted(self.records(sink)) for sink in SINKS}
        assert texts["betterstack"] == texts["cloudwatch"]
        counts = collections.Counter(json.loads(text)["n"] for text in texts["cloudwatch"])
        assert counts == dict.fromkeys(self.sent, 1)


@pytest.fixture(name="dual")
def _dual(start, peer, cloudwatch, data_dir):
    dual = Dual(start, peer, cloudwatch, data_dir)
    yield dual
    dual.stop()


def test_both_get_everything(dual, cloudwatch):
    dual.send_for(1.0)
    dual.check()
    assert cloudwatch.refusals == []
    assert cloudwatch.messages() == [record.decode() for record in cloudwatch.records()]


@pytest.mark.parametrize("away", SINKS)
def test_one_that_is_away_does_not_slow_the_other(dual, cloudwatch, scale, away):
    other = next(sink for sink in SINKS if sink != away)
    before = dual.send_for(scale(1.5, 20))
    dual.daemon.settle(len(dual.sent), other)
    dual.peers[away].go_away()
    meanwhile = dual.send_for(scale(5, 60))
    dual.daemon.wait_until(lambda: dual.daemon.ledger()[other]["held"] == 0, what=f"{other} has everything")
    held = dual.daemon.ledger()[away]
    assert held["held"] >= len(meanwhile) and sum(held["dropped"].values()) + held["dead_lettered"] == 0
    dual.peers[away].listen()
    after = dual.send_for(scale(0.5, 5))
    dual.check()
    dual.stop()
    assert cloudwatch.refusals == []
    figures = {name: dual.p99(other, numbers) for name, numbers in (("before", before), ("meanwhile", meanwhile))}
    print(f"p99 of {other} before {figures['before'] * 1000:.0f} ms, while {away} is away "
          f"{figures['meanwhile'] * 1000:.0f} ms; {len(after)} records sent after that")
    if not towline.is_sanitized():
        assert figures["meanwhile"] <= max(2 * figures["before"], figures["before"] + 0.25), figures
