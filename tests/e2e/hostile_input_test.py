"""What must cost only itself: lines that are no records, giants, floods. The neighbours arrive untouched."""

import hashlib
import json
import socket
import threading
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration, tcp
from tests.support.numbered import lines, numbered, numbers
from tests.support.exchange import Reply
from tests.support.senders import send_tcp

MEBIBYTE = 1 << 20

# Lines that are not one JSON object within the limits.
BAD = {
    "text": b"plain text, as people write it",
    "NUL": b'{"a":"\x00"}',
    "NUL first": b"\x00\x00\x00",
    "invalid UTF-8": b'{"a":"\xff\xfe\xc0\x80"}',
    "encoded surrogate": b'{"a":"\xed\xa0\x80"}',
    "lone surrogate": b'{"a":"\\ud800"}',
    "lone low surrogate": b'{"a":"\\udc00 x"}',
    "array": b"[1,2,3]",
    "number": b"17",
    "cut": b'{"a":1,"b":',
    "two objects": b'{"a":1}{"b":2}',
    "tail": b'{"a":1} and more',
    "brackets": b"[" * 1_000_000,
    "deep": b'{"a":' * 200 + b"1" + b"}" * 200,
    "100,000 keys": b"{" + b",".join(b'"k%d":%d' % (n, n) for n in range(100_000)) + b"}",
    "single quotes": b"{'a':1}",
    "trailing comma": b'{"a":1,}',
    "bad number": b'{"a":01}',
    "bad escape": b'{"a":"\\x41"}',
    "control character": b'{"a":"\x01"}',
}


def flanked(line, count=50):
    return lines(numbered(count)) + line + b"\n" + lines(numbered(count, first=count))


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_line_costs_only_itself(ship, peer, kind):
    daemon = ship(peer, in_flight=1, batch={"age": "30ms"})
    send_tcp(daemon.address(), flanked(BAD[kind]))
    peer.wait_for(101)
    assert daemon.settle(101)["delivered"] == 101
    records = peer.records()
    wrapped = json.loads(records.pop(50))
    assert records == numbered(100)
    assert set(wrapped) == {"dt", "message", "towline"} and wrapped["towline"]["error"]
    assert daemon.metric("towline_source_invalid_records_total", source="app") == 1


# Lines that look odd and are whole records: they arrive, byte for byte.
ODD = (
    b'{"dt":1,"big":18446744073709551616,"huge":1e400,"tiny":-0.0,"e":1E+2}',
    b'{"dt":1,"a":1,"a":2,"":{"":[]}}',
    b'{"dt":1,"text":"\\u0000 \\ud83d\\ude00 \\/ \x7f \xf0\x9f\x98\x80 \xe2\x80\xa8"}',
    b' { "dt" : 1 ,\t"a" : [ 1 , { } ] } ',
    b'{"dt":1,"deep":' + b"[" * 100 + b"]" * 100 + b"}",
    b'{"dt":1,' + b",".join(b'"k%d":%d' % (n, n) for n in range(5000)) + b"}",
    b'{"dt":1,"long":"' + b"x" * 900_000 + b'"}',
)


def test_odd_records_arrive_byte_for_byte(ship, peer):
    daemon = ship(peer, in_flight=1)
    send_tcp(daemon.address(), lines(ODD))
    peer.wait_for(len(ODD))
    assert [record.strip() for record in peer.records()] == [record.strip() for record in ODD]
    daemon.settle(len(ODD))


def test_a_byte_order_mark_is_no_part_of_a_record(ship, peer):
    daemon = ship(peer)
    send_tcp(daemon.address(), b"\xef\xbb\xbf" + lines(numbered(2)))
    peer.wait_for(2)
    assert peer.records() == numbered(2)


@pytest.mark.parametrize("policy, reason", [("drop", "invalid"), ("wrap", None)])
def test_policies_for_invalid_lines(start, peer, policy, reason):
    sources = {"app": tcp(invalid=policy)}
    daemon = start(configuration(sources=sources, sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), flanked(b"nonsense", count=5))
    peer.wait_for(10)
    balance = daemon.settle(11)
    assert balance["delivered"] == (11 if reason is None else 10)
    assert sum(balance["dropped"].values()) == (0 if reason is None else 1)


@pytest.mark.parametrize("ending", [b"\n", b""], ids=["newline", "close"])
def test_a_line_of_a_hundred_megabytes(ship, peer, ending):
    daemon = ship(peer, in_flight=1, batch={"age": "30ms"})
    send_tcp(daemon.address(), lines(numbered(1)))
    peer.wait_for(1)
    before = daemon.memory("VmHWM")
    with socket.create_connection(daemon.address()) as sock:
        block = b"y" * MEBIBYTE
        for _ in range(100):
            sock.sendall(block)
        sock.sendall(ending + (lines(numbered(1, first=1)) if ending else b""))
    count = 3 if ending else 2
    peer.wait_for(count)
    daemon.settle(count)
    giant = json.loads(peer.records()[1])
    assert giant["message"].startswith("yyyy") and len(giant["message"]) <= MEBIBYTE
    assert giant["towline"]["error"] == "too_long"
    assert len(giant["message"]) + giant["towline"]["truncated_bytes"] >= 100 * MEBIBYTE
    if ending:
        assert peer.records()[2] == numbered(1, first=1)[0]
    if not towline.is_sanitized():
        assert daemon.memory("VmHWM") - before <= 16_000_000


def test_a_client_that_never_ends_its_line_hinders_nobody(ship, peer):
    daemon = ship(peer)
    with socket.create_connection(daemon.address()) as quiet:
        quiet.sendall(b'{"half":')
        send_tcp(daemon.address(), lines(numbered(10)))
        peer.wait_for(10)
        assert numbers(peer.records()) == list(range(10))
    daemon.settle(11)


def test_one_client_too_many(start, peer):
    daemon = start(configuration(sources={"app": tcp(max_connections=2)}, sinks={"out": betterstack(peer)}))
    with socket.create_connection(daemon.address()), socket.create_connection(daemon.address()):
        daemon.wait_until(lambda: daemon.metric("towline_source_connections") == 2, what="two connections")
        with socket.create_connection(daemon.address()) as third:
            third.settimeout(5)
            try:
                assert third.recv(1) == b""
            except ConnectionResetError:
                pass
    daemon.wait_until(lambda: daemon.metric("towline_source_connections") == 0, what="none left")
    assert daemon.metric("towline_source_connections_refused_total") == 1
    send_tcp(daemon.address(), lines(numbered(1)))
    peer.wait_for(1)


# Back-pressure: more comes than leaves.

MEMORY = 8 * MEBIBYTE
SLACK = 16 << 20  # what the process needs besides, as docs/systemd.md says


def incompressible(count):
    """Records that are several times the memory, whether they are held plain or packed."""
    return [b'{"dt":1,"n":%d,"text":"%s"}' % (n, hashlib.sha512(b"%d" % n).hexdigest().encode()) for n in range(count)]


def test_a_slow_destination_slows_the_client_and_loses_nothing(ship, peer):
    if towline.is_sanitized():
        pytest.skip("the figures are about the release binary")
    daemon = ship(peer, root={"memory": "8MiB"}, batch={"bytes": "1MB", "age": "50ms"}, in_flight=1)
    peer.default = Reply(delay=0.02)
    records = incompressible(240_000)
    data = lines(records)
    assert len(data) > 4 * MEMORY
    send_tcp(daemon.address(), data)
    peer.wait_for(len(records), timeout=30)
    assert daemon.settle(len(records))["delivered"] == len(records)
    assert peer.records() == records
    assert daemon.memory("VmHWM") <= MEMORY + SLACK
    assert daemon.metric("towline_source_paused_milliseconds_total") > 0


def test_a_dead_destination_pauses_the_client_and_never_closes_it(ship, new_peer):
    if towline.is_sanitized():
        pytest.skip("the figures are about the release binary")
    peer = new_peer(listening=False)
    daemon = ship(peer, root={"memory": "8MiB"}, batch={"bytes": "1MB", "age": "50ms"})
    records = incompressible(240_000)
    client = threading.Thread(target=send_tcp, args=(daemon.address(), lines(records)), kwargs={"timeout": 60})
    client.start()
    try:
        daemon.wait_until(lambda: daemon.metric("towline_source_paused_milliseconds_total") >= 500, what="paused")
        assert client.is_alive()
        held = daemon.ledger()["out"]["held"]
        assert 0 < held < len(records)
        daemon.balance(held)
        assert daemon.get("/health/ready")[0] == 200
        assert daemon.memory("VmHWM") <= MEMORY + SLACK
    finally:
        peer.listen()
        client.join(timeout=60)
    peer.wait_for(len(records), timeout=30)
    assert numbers(peer.records()) == list(range(len(records)))
    assert daemon.settle(len(records))["delivered"] == len(records)
    assert daemon.memory("VmHWM") <= MEMORY + SLACK


def test_the_memory_is_obeyed_while_it_drains(ship, new_peer):
    if towline.is_sanitized():
        pytest.skip("the figures are about the release binary")
    peer = new_peer(listening=False)
    daemon = ship(peer, root={"memory": "8MiB", "shutdown": {"budget": "2s", "read": "500ms"}}, batch={"age": "50ms"})
    data = lines(incompressible(50_000))

    def send():
        try:
            send_tcp(daemon.address(), data)
        except OSError:
            pass  # there is no room for it, and the daemon ends: the client is told

    clients = [threading.Thread(target=send) for _ in range(20)]
    for client in clients:
        client.start()
    daemon.wait_until(lambda: daemon.metric("towline_source_paused_milliseconds_total") >= 300, what="paused")
    daemon.process.terminate()
    highest = 0
    while daemon.process.poll() is None:
        highest = max(highest, _peak(daemon))
        time.sleep(0.01)
    for client in clients:
        client.join(timeout=10)
    assert daemon.wait() == 1
    assert 0 < highest <= MEMORY + SLACK


def _peak(daemon):
    try:
        return daemon.memory("VmHWM")
    except (AttributeError, OSError):
        return 0  # it is just gone
