"""A destination that is down for long: another sink takes over, marked and counted apart, and gives back by itself."""

import json
import time

import pytest

from tests.support import configuration
from tests.support import daemon as towline
from tests.support.exchange import Reply
from tests.support.senders import send_tcp


class Pair:
    """A daemon with the sink `primary`, whose fallback is `second`. That one reads a stream of its own."""

    def __init__(self, start, new_peer, data_dir=None, primary=None, second=None, **root):
        self.primary = new_peer(token=None, certificate=None)
        self.second = new_peer(token=None, certificate=None)
        sinks = {"primary": configuration.http_sink(self.primary, fallback="second", after="1s", **(primary or {})),
                 "second": configuration.http_sink(self.second, filter='{ $.own = true }', **(second or {}))}
        if data_dir:
            root["data_dir"] = str(data_dir)
        self.config = configuration.configuration(steps=[], sinks=sinks, **root)
        self._start = start
        self.sent = 0
        self.daemon = start(self.config)

    def restart(self):
        self.daemon = self._start(self.config)

    def send(self, count, **fields):
        numbers = range(self.sent, self.sent + count)
        send_tcp(self.daemon.address(), b"".join(json.dumps({"n": n, **fields}).encode() + b"\n" for n in numbers))
        self.sent += count

    def lose_primary(self):
        self.primary.rule(lambda request: Reply(503))

    def bring_back_primary(self):
        self.primary.clear_rules()

    def wait_until_settled(self):
        self.daemon.wait_until(lambda: not any(each["held"] for each in self.daemon.ledger().values()), 20,
                               lambda: f"all settled: {self.daemon.ledger()}")

    def marked(self):
        """What was diverted, by number; the mark is checked."""
        records = [json.loads(each) for each in self.second.records()]
        diverted = [each for each in records if "towline" in each]
        assert all(each["towline"] == {"diverted_from": "primary"} for each in diverted)
        return sorted(each["n"] for each in diverted)


    def own(self):
        return [each for each in self.second.records() if b'"own"' in each and b"diverted_from" not in each]


def numbers(peer):
    return sorted(json.loads(each)["n"] for each in peer.records())


@pytest.fixture(name="pair")
def _pair(start, new_peer):
    return lambda *arguments, **settings: Pair(start, new_peer, *arguments, **settings)


def test_what_is_held_goes_to_the_fallback_and_it_returns_by_itself(pair):
    pair = pair()
    pair.send(10)
    pair.primary.wait_for(10)
    pair.lose_primary()
    began = time.monotonic()
    pair.send(20)
    pair.send(5, own=True)
    pair.daemon.wait_for_event("sink.diverting", sink="primary", fallback="second")
    assert time.monotonic() - began >= 0.9
    pair.wait_until_settled()
    assert pair.marked() == list(range(10, 35))
    health = json.loads(pair.daemon.get("/health/deep")[1])["sinks"]
    assert {each["sink"]: each.get("diverting_to") for each in health} == {"primary": "second", "second": None}
    assert pair.daemon.metric("towline_sink_diverting", sink="primary") == 1

    pair.send(5)  # what arrives meanwhile doesn't wait for `after` again
    pair.wait_until_settled()
    assert pair.marked() == list(range(10, 40))

    pair.bring_back_primary()
    pair.send(1)
    pair.daemon.wait_until(lambda: pair.send(1) or pair.daemon.metric("towline_sink_diverting", sink="primary") == 0,
                           interval=0.1)
    pair.daemon.wait_for_event("sink.returned", sink="primary")
    pair.send(10)
    pair.wait_until_settled()
    assert set(range(pair.sent - 10, pair.sent)) <= set(numbers(pair.primary))
    assert sorted(numbers(pair.primary) + pair.marked()) == list(range(pair.sent)), "each of them once"

    primary, second = (pair.daemon.balance(pair.sent, sink) for sink in ("primary", "second"))
    assert primary["diverted"] == len(pair.marked())
    assert primary["delivered"] == len(pair.primary.records())
    assert second["delivered"] == 5 and second["diverted"] == 0
    assert second["filtered"] == {"second.filter.1_filter": pair.sent - 5}
    assert pair.daemon.metric("towline_sink_diverted_records_total") == primary["diverted"]


def test_counts_go_on_over_a_restart(pair, data_dir):
    pair = pair(data_dir)
    pair.send(10)
    pair.primary.wait_for(10)
    pair.lose_primary()
    pair.send(20)
    pair.daemon.wait_for_event("sink.diverting", sink="primary")
    pair.wait_until_settled()
    pair.second.rule(lambda request: Reply(503))  # nobody takes these
    pair.send(7)
    pair.daemon.wait_until(lambda: pair.daemon.ledger()["primary"]["held"] == 7)
    assert pair.daemon.stop(30) == 0

    pair.second.clear_rules()
    pair.restart()
    assert pair.daemon.ledger()["primary"]["diverted"] >= 20
    pair.wait_until_settled()
    balance = pair.daemon.balance(37, "primary")
    assert (balance["delivered"], balance["diverted"]) == (10, 27)
    assert pair.daemon.ledger()["second"]["difference"] == 0
    assert pair.marked() == list(range(10, 37))
    table = towline.run("ledger", "--url", admin_url(pair.daemon)).stdout
    assert "diverted" in table.splitlines()[0]

    pair.bring_back_primary()
    pair.send(3)
    pair.wait_until_settled()
    assert pair.daemon.balance(40, "primary")["received"] == 40


def test_after_a_kill_nothing_is_missing(pair, data_dir):
    pair = pair(data_dir)
    pair.lose_primary()
    pair.send(200)
    pair.daemon.wait_for_event("sink.diverting", sink="primary")
    pair.send(200)
    pair.daemon.wait_until(lambda: len(pair.marked()) > 200)
    time.sleep(0.5)  # what was sent is on disk
    pair.daemon.process.kill()
    pair.daemon.wait()
    pair.bring_back_primary()
    pair.restart()
    pair.wait_until_settled()
    assert set(numbers(pair.primary) + pair.marked()) == set(range(400))
    pair.daemon.balance(400, "primary")
    assert pair.daemon.ledger()["second"]["difference"] == 0


def test_the_fallbacks_own_records_dont_wait(pair):
    """While thousands are diverted to it, and the answers to them come late."""
    pair = pair(primary={"in_flight": 2}, memory="16MiB")
    pair.lose_primary()
    pair.second.rule(lambda request: Reply(202, delay=0.3) if b"diverted_from" in request.plain else None)
    pair.send(5000, filler="x" * 500)
    pair.daemon.wait_for_event("sink.diverting", sink="primary")
    slowest = 0.0
    for count in range(1, 11):
        began = time.monotonic()
        pair.send(1, own=True)
        pair.daemon.wait_until(lambda count=count: len(pair.own()) == count)
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < towline.at_most(1.0)
    pair.wait_until_settled()
    assert pair.marked() == list(range(pair.sent))


def test_what_the_fallback_refuses_waits_for_its_own_destination(pair):
    pair = pair()
    pair.lose_primary()
    pair.second.rule(lambda request: Reply(400) if b'"poison"' in request.plain else None)
    pair.send(20)
    pair.send(1, what="poison")
    pair.send(20)
    pair.daemon.wait_until(lambda: len(pair.marked()) == 40)
    assert pair.daemon.balance(41, "primary")["held"] == 1
    pair.bring_back_primary()
    pair.primary.wait_for(1)
    pair.wait_until_settled()
    assert numbers(pair.primary) == [20]
    assert pair.daemon.balance(41, "primary")["dead_lettered"] == 0


def test_a_batch_that_was_taken_without_an_answer_comes_to_both(pair):
    """That is the duplicate that docs/failover.md tells of, and no other."""
    pair = pair(primary={"timeout": "500ms"})
    pair.primary.rule(lambda request: Reply(fault="silent"))
    pair.send(10)
    pair.daemon.wait_until(lambda: len(pair.marked()) == 10)
    assert pair.marked() == list(range(10))
    assert any(len(request.records) for request in pair.primary.requests), "the other one had them, too"
    pair.wait_until_settled()
    balance = pair.daemon.balance(10, "primary")
    assert (balance["delivered"], balance["diverted"]) == (0, 10)


def test_fallbacks_are_checked_when_the_configuration_is(tmp_path):
    def check(**fallbacks):
        config = configuration.configuration(sinks={
            sink: {"type": "http", "url": "http://localhost:1/", **({"fallback": fallback} if fallback else {})}
            for sink, fallback in fallbacks.items()})
        file = tmp_path / "towline.yaml"
        file.write_text(json.dumps(config, indent=1))
        return towline.run("check", str(file))

    assert check(a="b", b="c", c=None).returncode == 0
    assert "there is no sink `x`" in check(a="x").stderr
    assert "can't be its own fallback" in check(a="a").stderr
    assert "each other's fallback: a -> b -> a" in check(a="b", b="a").stderr


def admin_url(daemon):
    return f"http://{daemon.wait_for_event('admin.listening').fields['address']}"
