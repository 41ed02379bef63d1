"""One destination never slows another: one that is dead, silent or full costs the others nothing, and what it loses by
its policy is its own loss, counted and told.
"""

import threading
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import configuration, http_sink, tcp
from tests.support.load import Load
from tests.support.oracle import Oracle

SINKS = ("first", "second", "third")


class Trio:
    """One daemon and three destinations; the third is the one that gets into trouble."""

    def __init__(self, start, new_peer, data_dir=None, third=None, **root):
        self.oracles = {sink: Oracle() for sink in SINKS}
        self.peers = {sink: new_peer(token=None, certificate=None, observe=self.oracles[sink].observe)
                      for sink in SINKS}
        sinks = {sink: http_sink(peer) for sink, peer in self.peers.items()}
        sinks["third"].update(third or {})
        if data_dir:
            root["data_dir"] = str(data_dir)
        self.load = Load(size=500)
        self._make = lambda: start(configuration(sources={"app": tcp(block_at_most="1s")}, steps=[], sinks=sinks,
                                                 **root))
        self.daemon = self._make()

    def send(self, count):
        self.load.send_tcp(self.daemon.address(), count)

    def wait_for_the_others(self, timeout):
        self.daemon.wait_until(lambda: not any(self.missing(sink) for sink in SINKS[:2]), timeout,
                               lambda: f"all delivered: {self.daemon.ledger()}")

    def missing(self, sink):
        return self.oracles[sink].missing(self.load.accepted)

    def check_others(self):
        for sink in SINKS[:2]:
            self.oracles[sink].check(self.load.sent)
            balance = self.daemon.settle(self.load.sent, sink)
            assert balance["delivered"] == self.load.sent
            assert self.oracles[sink].duplicates() == 0


@pytest.fixture(name="trio")
def _trio(start, new_peer):
    return lambda *arguments, **settings: Trio(start, new_peer, *arguments, **settings)


def go_silent(peer):
    """A black hole: connections are taken, and nothing ever comes."""
    peer.on_connect = "silent"


def go_dead(peer):
    peer.go_away()


@pytest.mark.parametrize("trouble", [go_silent, go_dead], ids=["silent", "dead"])
@pytest.mark.parametrize("on_disk", [False, True], ids=["memory", "disk"])
def test_the_others_get_everything_at_once(trio, data_dir, trouble, on_disk):
    three = trio(data_dir if on_disk else None, shutdown={"budget": "200ms", "read": "100ms"})
    trouble(three.peers["third"])
    for _ in range(5):
        began = time.monotonic()
        three.send(200)
        three.wait_for_the_others(10)
        assert time.monotonic() - began < towline.at_most(1.0)
    three.check_others()
    assert three.daemon.balance(three.load.sent, "third")["held"] == three.load.sent


# memory 4 MiB and, on the disk, a stream of 2 MiB: less than what is sent.
FULL = 20_000


@pytest.mark.parametrize("policy", ["drop_oldest", "drop_newest", "block"])
@pytest.mark.parametrize("on_disk", [False, True], ids=["memory", "disk"])
def test_a_full_quota_is_its_own_loss_only_and_is_told(trio, data_dir, policy, on_disk):
    settings = {"stream": {"max_size": "2MiB"}} if on_disk else {}
    three = trio(data_dir if on_disk else None, third={"when_full": policy}, memory="4MiB", **settings)
    third, oracle = three.peers["third"], three.oracles["third"]
    third.go_away()
    reason = "block_at_most" if policy == "block" else policy
    three.send(FULL)
    three.wait_for_the_others(20)
    three.check_others()
    balance = three.daemon.balance(FULL, "third")
    assert balance["dropped"].keys() == {reason} and balance["dropped"][reason] > 0
    assert balance["held"] > 0

    third.listen()
    balance = three.daemon.settle(FULL, "third", timeout=20)
    dropped = balance["dropped"][reason]
    assert dropped == len(three.missing("third"))
    three.daemon.wait_until(lambda: oracle.dropped() == dropped, 5, lambda: f"told of {dropped}: {oracle.gaps}")
    assert {gap["reason"] for gap in oracle.gaps} == {reason}
    assert all(gap["from"] <= gap["to"] for gap in oracle.gaps)
    oracle.check(three.load.sent)
    lost = sorted(three.missing("third"))
    if policy == "drop_oldest":
        assert FULL - 1 not in lost
    else:
        assert 0 not in lost and 1 not in lost
    # It is well again: nothing more is dropped.
    three.send(100)
    balance = three.daemon.settle(FULL + 100, "third")
    assert sum(balance["dropped"].values()) == dropped


def test_blocking_for_as_long_as_it_takes_loses_nothing(start, new_peer, oracle):
    peer = new_peer(token=None, certificate=None, observe=oracle.observe, listening=False)
    config = configuration(sources={"app": tcp(block_at_most="unlimited")}, steps=[],
                           sinks={"out": http_sink(peer)}, memory="4MiB")
    daemon = start(config)
    load = Load(size=500)
    peer_back_after(peer, 2.5)
    load.send_tcp(daemon.address(), FULL, timeout=30)
    assert daemon.settle(FULL, timeout=20)["delivered"] == FULL
    oracle.check(load.sent)
    assert not oracle.gaps and not oracle.duplicates()


def peer_back_after(peer, seconds):
    threading.Timer(seconds, peer.listen).start()


def test_gaps_are_told_after_a_restart(rig):
    rig.root = {"stream": {"max_size": "1MiB"}, "memory": "4MiB"}
    rig.sink = {"when_full": "drop_oldest"}
    rig.load = Load(size=500)
    with rig.sink_away():
        rig.start()
        rig.send_tcp(10_000)
        rig.daemon.wait_until(lambda: rig.balance()["received"] == 10_000, what="received")
        assert rig.stop() == 0
        rig.start()
    rig.drain_what_is_left()
    dropped = rig.balance()["dropped"]["drop_oldest"]
    assert dropped == rig.oracle.dropped("drop_oldest") == len(rig.oracle.missing(rig.load.taken())) > 0
    rig.check(lost=dropped)


def test_http_is_answered_503_and_never_dropped(rig):
    rig.root = {"stream": {"max_size": "1MiB"}, "memory": "4MiB"}
    rig.load = Load(size=500)
    with rig.sink_away():
        rig.start()
        with rig.under_load():
            rig.daemon.wait_until(lambda: rig.load.statuses.count(503) > 10, 15, "answered 503")
        assert set(rig.load.statuses) == {200, 503}
    rig.drain()
    rig.go_on()
    rig.drain()
    rig.check_exactly()
    assert not rig.balance()["dropped"] and not rig.oracle.gaps


# The figure.


def test_two_of_three_are_as_fast_as_without_the_fault(trio, data_dir, scale):
    if not scale(False, True) or towline.is_sanitized():
        pytest.skip("a figure: make torture")
    count, rates = 20_000, {"well": [], "fault": []}
    three = trio(data_dir, third={"timeout": "3s"}, shutdown={"budget": "200ms", "read": "100ms"})
    for _ in range(5):
        for kind in ("well", "fault"):
            if kind == "fault":
                three.peers["third"].go_away()
                three.peers["third"].on_connect = "silent"
                three.peers["third"].listen()
            began = time.monotonic()
            three.send(count)
            three.wait_for_the_others(60)
            rates[kind].append(count / (time.monotonic() - began))
            three.peers["third"].go_away()
            three.peers["third"].on_connect = "serve"
            three.peers["third"].listen()
            three.oracles["third"].forgive_duplicates()
            three.daemon.settle(three.load.sent, "third", timeout=60)
    well, fault = (sorted(rates[kind])[2] for kind in ("well", "fault"))
    print(f"records per second: {well:.0f} without the fault, {fault:.0f} with it, ratio {fault / well:.3f}")
    assert fault >= 0.9 * well
