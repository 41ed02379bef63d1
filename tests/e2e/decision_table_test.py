"""What becomes of a batch, for every kind of answer: delivered, sent again, held, halved, isolated or set aside.

Refused is never lost, and the ledger balances after each of them.
"""

import email.utils
import json
import time

import pytest

from tests.support.configuration import betterstack, configuration
from tests.support.numbered import dead_letters, lines, numbered, numbers
from tests.support.exchange import Reply, limit_body, refuse_record
from tests.support.senders import send_tcp


def send(daemon, count, **shape):
    send_tcp(daemon.address(), lines(numbered(count, **shape)))


# Later: the destination can't take it now.


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 599])
def test_sends_the_same_again(ship, peer, status):
    daemon = ship(peer)
    peer.next(Reply(status), Reply(status))
    send(daemon, 3)
    peer.wait_for(3)
    assert peer.statuses() == [status, status, 202]
    assert {request.plain for request in peer.requests} == {lines(numbered(3))}
    assert daemon.settle(3)["delivered"] == 3


def test_sends_again_for_ever_by_default(ship, peer):
    daemon = ship(peer, retry={"initial": "1ms", "max": "5ms"})
    peer.next(*[Reply(503)] * 40)
    send(daemon, 3)
    peer.wait_for(3)
    assert peer.statuses() == [503] * 40 + [202]
    daemon.settle(3)


FAULTS = [
    Reply(fault="reset_in_body", fault_bytes=100), Reply(fault="reset"), Reply(fault="reset_in_reply"),
    Reply(fault="malformed"), Reply(fault="endless_headers"), Reply(fault="half_close"), Reply(fault="silent"),
]


@pytest.mark.parametrize("reply", FAULTS, ids=lambda reply: reply.fault)
def test_sends_again_after_a_fault(ship, peer, reply):
    daemon = ship(peer, timeout="500ms")
    peer.next(reply)
    send(daemon, 20)
    peer.wait_for(20)
    assert peer.statuses() == [None, 202]
    assert daemon.settle(20)["delivered"] == 20


@pytest.mark.parametrize("fault", ["truncated", "endless_body"])
def test_a_reply_with_a_bad_body_does_not_stop_it(ship, peer, fault):
    """The status said 202: both readings of that are right, so all that counts is that it goes on."""
    daemon = ship(peer, timeout="500ms")
    peer.next(Reply(fault=fault))
    send(daemon, 2)
    daemon.settle(2)
    send(daemon, 2, first=2)
    daemon.settle(4)
    assert {2, 3} <= set(numbers(peer.records()))


def test_tells_a_dead_destination_apart_from_a_refusal(ship, new_peer):
    peer = new_peer(listening=False)
    daemon = ship(peer, root={"health": {"oldest_held_limit": "100ms"}})
    send(daemon, 5)
    daemon.wait_for_event("sink.retrying", sink="out")
    assert daemon.balance(5)["held"] == 5
    assert daemon.get("/health/ready")[0] == 200
    daemon.wait_until(lambda: daemon.get("/health/deep")[0] == 503, what="failing in /health/deep")
    assert json.loads(daemon.get("/health/deep")[1])["sinks"][0]["sink"] == "out"
    peer.listen()
    peer.wait_for(5)
    assert daemon.settle(5)["delivered"] == 5
    daemon.wait_for_event("sink.healthy", sink="out")
    assert daemon.get("/health/deep")[0] == 200


def test_survives_a_destination_that_goes_and_comes_back(ship, peer):
    daemon = ship(peer)
    send(daemon, 10)
    peer.wait_for(10)
    daemon.settle(10)  # the answer has arrived: what follows is sent for the first time
    peer.go_away()
    send(daemon, 10, first=10)
    daemon.wait_for_event("sink.retrying", sink="out")
    peer.listen()
    peer.wait_for(20)
    daemon.settle(20)
    assert numbers(peer.records()) == list(range(20))


@pytest.mark.parametrize("kind", ["other_name", "expired", "foreign"])
def test_does_not_trust_a_wrong_certificate(ship, new_peer, kind):
    peer = new_peer(certificate=kind)
    daemon = ship(peer)
    send(daemon, 1)
    event = daemon.wait_for_event("sink.retrying", sink="out")
    assert "certificate" in event.fields["cause"].lower() or "subject name" in event.fields["cause"].lower()
    assert peer.requests == []
    assert daemon.balance(1)["held"] == 1


@pytest.mark.parametrize("behaviour", ["plain_text", "reset", "silent"])
def test_no_tls_on_the_other_side(ship, peer, behaviour):
    peer.on_connect = behaviour
    daemon = ship(peer, timeout="500ms", connect_timeout="200ms")
    send(daemon, 1)
    daemon.wait_for_event("sink.retrying", sink="out")
    assert daemon.balance(1)["held"] == 1
    peer.on_connect = "serve"
    peer.wait_for(1)
    daemon.settle(1)


def test_waits_as_long_as_it_is_told_in_seconds(ship, peer):
    daemon = ship(peer)
    peer.next(Reply(429, headers={"Retry-After": "1"}))
    send(daemon, 1)
    peer.wait_for(1)
    refused, taken = peer.requests
    assert 1.0 <= taken.arrived - refused.arrived < 2.0


def test_waits_as_long_as_it_is_told_by_a_date(ship, peer):
    daemon = ship(peer)
    peer.next(Reply(503, headers={"Retry-After": email.utils.formatdate(time.time() + 2, usegmt=True)}))
    send(daemon, 1)
    peer.wait_for(1)
    refused, taken = peer.requests
    assert 0.9 <= taken.arrived - refused.arrived < 3.5


@pytest.mark.parametrize("wait", ["86400", "soon", "-5", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_out_of_reason_is_capped(ship, peer, wait):
    daemon = ship(peer, retry={"initial": "20ms", "max": "200ms", "retry_after_max": "300ms"})
    peer.next(Reply(503, headers={"Retry-After": wait}))
    send(daemon, 1)
    peer.wait_for(1, timeout=2)


# Held: the destination doesn't know us, or it isn't there.


@pytest.mark.parametrize("status", [401, 403])
def test_holds_until_the_token_file_is_right(ship, peer, tmp_path, status):
    secret = tmp_path / "token"
    secret.write_text("canary-old\n")
    peer.token_status = status
    daemon = ship(peer, token=f"file:{secret}", retry={"initial": "20ms", "max": "200ms", "refused": "1h"})
    send(daemon, 3)
    event = daemon.wait_for_event("sink.refused", sink="out")
    assert str(status) in event.fields["cause"]
    assert daemon.balance(3)["held"] == 3
    daemon.wait_until(lambda: daemon.metric("towline_sink_state", sink="out", state="refused") == 1, what="refused")
    secret.write_text(f"{peer.token}\n")
    peer.wait_for(3)
    assert daemon.settle(3)["delivered"] == 3
    assert peer.statuses() == [status, 202]
    daemon.wait_until(lambda: daemon.metric("towline_sink_state", sink="out", state="healthy") == 1, what="healthy")
    for path in ("/metrics", "/ledger", "/health/deep"):
        assert "canary-" not in daemon.get(path)[1]


@pytest.mark.parametrize("status", [401, 402, 403, 404, 300, 301, 302, 303, 307, 308])
def test_holds_and_asks_slowly(ship, peer, new_peer, status):
    elsewhere = new_peer(token=None)
    daemon = ship(peer, root={"shutdown": {"budget": "200ms", "read": "100ms"}},
                  retry={"initial": "1ms", "max": "5ms", "refused": "1h", "attempts": 1})
    peer.rule(lambda request: Reply(status, headers={"Location": elsewhere.url}))
    send(daemon, 3)
    daemon.wait_for_event("sink.refused", sink="out")
    send(daemon, 3, first=3)
    time.sleep(0.3)
    assert peer.statuses() == [status]
    assert elsewhere.requests == []
    assert daemon.balance(6)["held"] == 6
    assert daemon.stop() == 1


def test_asks_again_after_the_wait(ship, peer):
    daemon = ship(peer, retry={"refused": "100ms"})
    peer.next(Reply(402), Reply(404), Reply(403))
    send(daemon, 3)
    peer.wait_for(3)
    assert peer.statuses() == [402, 404, 403, 202]
    daemon.settle(3)


# Halved: too large for one request.


def test_halves_down_to_the_record_that_is_too_large(ship, peer, data_dir):
    daemon = ship(peer, root={"data_dir": str(data_dir)})
    peer.rule(limit_body(2000))
    records = numbered(40)
    records[17] = records[17].replace(b"all is well", b"x" * 3000)
    send_tcp(daemon.address(), lines(records))
    peer.wait_for(39)
    balance = daemon.settle(40)
    assert (balance["delivered"], balance["dead_lettered"]) == (39, 1)
    assert numbers(peer.records()) == [n for n in range(40) if n != 17]
    (letter,) = dead_letters(data_dir)
    assert (letter["sink"], letter["code"], letter["record"]["n"]) == ("out", 413, 17)


def test_remembers_the_size_that_was_too_large(ship, peer):
    daemon = ship(peer, in_flight=1)
    peer.rule(limit_body(2000))
    for first in (0, 100, 200):
        send(daemon, 100, first=first)
        peer.wait_for(first + 100)
    assert daemon.settle(300)["delivered"] == 300
    statuses = peer.statuses()
    assert 413 in statuses
    assert 413 not in statuses[len(statuses) // 2 :]


# Isolated: one record spoils the batch.


@pytest.mark.parametrize("status", [400, 406, 415, 422])
def test_isolates_the_record_that_is_rejected(ship, peer, data_dir, status):
    daemon = ship(peer, root={"data_dir": str(data_dir)})
    peer.rule(refuse_record(b'"n":7,', status))
    send(daemon, 32)
    peer.wait_for(31)
    balance = daemon.settle(32)
    assert (balance["delivered"], balance["dead_lettered"]) == (31, 1)
    assert numbers(peer.records()) == [n for n in range(32) if n != 7]
    (letter,) = dead_letters(data_dir)
    assert (letter["sink"], letter["code"]) == ("out", status)
    assert letter["reason"] and letter["time"].endswith("Z")
    assert letter["record"] == json.loads(numbered(1, first=7)[0])
    assert len(peer.requests) <= 2 * 5 + 1
    assert daemon.metric("towline_sink_dead_lettered_records_total", sink="out") == 1


def test_gives_up_a_batch_that_is_rejected_as_a_whole(ship, peer, data_dir):
    daemon = ship(peer, root={"data_dir": str(data_dir)}, retry={"isolate": 20})
    peer.default = Reply(400)
    send(daemon, 500)
    balance = daemon.settle(500)
    assert balance["dead_lettered"] == 500
    assert sorted(letter["record"]["n"] for letter in dead_letters(data_dir)) == list(range(500))
    assert len(peer.requests) <= 25


def test_a_dead_letter_is_redacted(ship, peer, data_dir):
    daemon = ship(peer, root={"data_dir": str(data_dir)})
    peer.default = Reply(400)
    send_tcp(daemon.address(), b'{"password":"hunter2","m":"for ann@example.com"}\n')
    daemon.settle(1)
    (file,) = (data_dir / "dead_letters").iterdir()
    assert b"hunter2" not in file.read_bytes() and b"ann@" not in file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0


def test_without_a_data_dir_it_is_dropped_and_counted(ship, peer):
    daemon = ship(peer)
    peer.rule(refuse_record(b'"n":1,', 400))
    send(daemon, 4)
    balance = daemon.settle(4)
    assert (balance["delivered"], sum(balance["dropped"].values())) == (3, 1)


# Given up: only where the user says so.


@pytest.mark.parametrize("answer", [Reply(503), Reply(fault="reset")], ids=["503", "reset"])
def test_five_attempts_then_a_dead_letter(ship, peer, data_dir, answer):
    daemon = ship(peer, root={"data_dir": str(data_dir)}, retry={"attempts": 5, "initial": "1ms", "max": "5ms"})
    peer.next(*[answer] * 5)
    send(daemon, 3)
    assert daemon.settle(3)["dead_lettered"] == 3
    assert len(peer.requests) == 5
    assert [letter["code"] for letter in dead_letters(data_dir)] == [answer.status if not answer.fault else 0] * 3
    send(daemon, 3, first=3)
    peer.wait_for(3)
    assert daemon.settle(6)["delivered"] == 3


def test_lines_that_are_not_records_can_be_dead_letters(start, peer, data_dir):
    sources = {"app": {"type": "tcp", "listen": "127.0.0.1:0", "invalid": "dead_letter"}}
    daemon = start(configuration(sources=sources, sinks={"out": betterstack(peer)}, data_dir=str(data_dir)))
    send_tcp(daemon.address(), lines(numbered(2)) + b"not a record\n")
    peer.wait_for(2)
    balance = daemon.settle(3)
    assert (balance["delivered"], balance["dead_lettered"]) == (2, 1)
    assert dead_letters(data_dir)[0]["record"]["message"] == "not a record"
