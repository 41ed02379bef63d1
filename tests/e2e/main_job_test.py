"""The main job: lines in over TCP, renamed and redacted, out to the destination in gzipped batches."""

import json
import re
import socket

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration, tcp, udp
from tests.support.corpus import Corpus
from tests.support.numbered import lines, numbered, numbers
from tests.support.reference import transform
from tests.support.senders import send_side_by_side, send_tcp, send_udp

CORPUS = Corpus()
EXPECTED = CORPUS.transformed(transform)


@pytest.mark.parametrize("connections, each", [
    pytest.param(8, 12_500, id="100k"), pytest.param(4, 250, id="1k"),
])
def test_every_record_once_and_as_the_reference_says(ship, peer, connections, each):
    if towline.is_sanitized() and each > 1000:
        pytest.skip("too slow with a sanitizer")
    daemon = ship(peer, batch={"bytes": "1MB", "age": "100ms"})
    total = connections * each
    streams = [CORPUS.lines(each, first=number * each) for number in range(connections)]
    send_side_by_side(daemon.address(), streams)
    peer.wait_for(total, timeout=30)
    assert daemon.settle(total)["delivered"] == total
    arrived = peer.records()
    assert len(arrived) == total
    assert sorted(arrived, key=record_id) == EXPECTED.records(total)
    assert daemon.metric("towline_sink_delivered_records_total", sink="out") == total
    assert daemon.metric("towline_source_received_records_total", source="app") == total
    assert daemon.stop() == 0


def record_id(record):
    return re.search(rb"rec-\d{9}", record).group()


def test_a_request_is_what_better_stack_wants(ship, peer):
    daemon = ship(peer)
    send_tcp(daemon.address(), lines(numbered(3)))
    peer.wait_for(3)
    (request,) = peer.requests
    assert (request.method, request.path) == ("POST", "/")
    assert request.headers["content-type"] == "application/x-ndjson"
    assert request.headers["content-encoding"] == "gzip"
    assert request.headers["authorization"] == f"Bearer {peer.token}"
    assert request.headers["user-agent"].startswith("towline/")
    assert request.plain == lines(numbered(3))


def test_one_connection_keeps_its_order(ship, peer):
    daemon = ship(peer, in_flight=1, batch={"records": 100, "age": "50ms"})
    send_tcp(daemon.address(), lines(numbered(5000)))
    peer.wait_for(5000)
    assert peer.records() == numbered(5000)
    assert max(len(request.records) for request in peer.requests) <= 100


def test_a_record_without_a_time_gets_one(ship, peer):
    daemon = ship(peer)
    send_tcp(daemon.address(), b'{"a":1}\n{}\n{"timestamp":"2020-01-01T00:00:00Z","b":2}\n{"_aws":{},"c":3}\n')
    peer.wait_for(4)
    first, second, third, metric = map(json.loads, peer.records())
    for record in (first, second):
        assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6,9}Z", record["dt"])
    assert first["a"] == 1 and list(second) == ["dt"]
    assert third == {"dt": "2020-01-01T00:00:00Z", "b": 2}
    assert metric == {"_aws": {}, "c": 3}  # CloudWatch's embedded format: it has its own


def test_the_time_that_one_sink_asks_for_is_not_seen_by_another(start, new_peer):
    first, second, third = new_peer(), new_peer(), new_peer()
    config = configuration(sinks={
        "dt": betterstack(first), "at": betterstack(second, time_field="@timestamp"),
        "none": betterstack(third, time_field=""),
    }, steps=[])
    daemon = start(config)
    send_tcp(daemon.address(), b'{"a":1}\n')
    for peer in (first, second, third):
        peer.wait_for(1)
    assert list(json.loads(first.records()[0])) == ["dt", "a"]
    assert list(json.loads(second.records()[0])) == ["@timestamp", "a"]
    assert third.records() == [b'{"a":1}']


def test_batches_end_by_bytes_and_by_age(ship, peer):
    daemon = ship(peer, batch={"bytes": "4kB", "age": "1h"})
    sent = numbered(500, text="x" * 50)
    send_tcp(daemon.address(), lines(sent))
    peer.wait_for(400)
    assert max(len(request.plain) for request in peer.requests) <= 4000
    assert len(peer.records()) < 500  # the rest waits for company
    assert daemon.stop() == 0
    assert numbers(peer.records()) == list(range(500))


@pytest.mark.parametrize("tail", [b"", b"\r\n", b"\n\n\r\n\n"], ids=["no newline", "CRLF", "blank lines"])
def test_the_last_line_at_close(ship, peer, tail):
    daemon = ship(peer)
    send_tcp(daemon.address(), lines(numbered(2)) + numbered(1, first=2)[0] + tail)
    peer.wait_for(3)
    assert peer.records() == numbered(3)
    daemon.settle(3)


def test_half_a_line_and_gone(ship, peer):
    daemon = ship(peer)
    send_tcp(daemon.address(), numbered(1)[0] + b'\n{"half":')
    peer.wait_for(2)
    whole, half = peer.records()
    assert whole == numbered(1)[0]
    assert json.loads(half)["message"] == '{"half":'
    assert "error" in json.loads(half)["towline"]
    daemon.settle(2)


def test_a_line_in_many_pieces(ship, peer):
    daemon = ship(peer)
    data = lines(numbered(3))
    with socket.create_connection(daemon.address()) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(data), 7):
            sock.sendall(data[at : at + 7])
    peer.wait_for(3)
    assert peer.records() == numbered(3)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_udp_with_several_lines_in_a_datagram(start, peer, host):
    sources = {"app": udp(listen=f"{host}:0")}
    daemon = start(configuration(sources=sources, sinks={"out": betterstack(peer)}))
    records = numbered(10)
    address = daemon.address(transport="udp")
    send_udp(address, lines(records[:4]), records[4], b"\r\n".join(records[5:8]), b"", b"\n", lines(records[8:]))
    peer.wait_for(10)
    assert numbers(peer.records()) == list(range(10))
    assert daemon.settle(10)["delivered"] == 10


def test_tcp_and_udp_side_by_side(start, peer):
    sources = {"app": tcp(), "app_udp": udp(), "six": tcp(listen="[::1]:0")}
    daemon = start(configuration(sources=sources, sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address("app"), lines(numbered(1)))
    send_udp(daemon.address("app_udp", "udp"), numbered(1, first=1)[0])
    send_tcp(daemon.address("six"), lines(numbered(1, first=2)))
    peer.wait_for(3)
    assert numbers(peer.records()) == [0, 1, 2]
    daemon.settle(3)


def test_two_sinks_one_of_them_dead(start, new_peer, peer):
    dead = new_peer(listening=False)
    daemon = start(configuration(sinks={"out": betterstack(peer), "dead": betterstack(dead)},
                                 shutdown={"budget": "200ms", "read": "100ms"}))
    for first in range(0, 1000, 100):
        send_tcp(daemon.address(), lines(numbered(100, first=first)))
        peer.wait_for(first + 100)
    assert daemon.settle(1000)["delivered"] == 1000
    assert daemon.balance(1000, "dead")["held"] == 1000
    dead.listen()
    dead.wait_for(1000)
    assert numbers(dead.records()) == list(range(1000))
    daemon.settle(1000, "dead")


def test_other_steps(start, peer):
    steps = [{"set": {"env": "prod", "service.port": 8080}}, {"remove": ["debug", "items.*.internal"]},
             {"rename": {"level": "severity"}}]
    daemon = start(configuration(steps=steps, sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), b'{"dt":1, "level":"info","debug":{"a":[1]},"items":[{"id":1,"internal":2}]}\n')
    peer.wait_for(1)
    assert json.loads(peer.records()[0]) == {
        "dt": 1, "severity": "info", "items": [{"id": 1}], "env": "prod", "service": {"port": 8080}}


def test_console_sink(start):
    daemon = start(configuration(sinks={"out": {"type": "console", "batch": {"age": "10ms"}}}))
    records = CORPUS.records(200)
    send_tcp(daemon.address(), lines(records))
    daemon.settle(200)
    assert daemon.stdout() == lines(EXPECTED.records(200))
    assert daemon.stop() == 0


def test_plain_http_sink(start, new_peer):
    peer = new_peer(token=None)
    sink = betterstack(peer)
    del sink["token"]
    daemon = start(configuration(sinks={"out": {**sink, "type": "http"}}))
    send_tcp(daemon.address(), lines(numbered(5)))
    peer.wait_for(5)
    assert peer.records() == numbered(5)
    assert "authorization" not in peer.requests[0].headers
    daemon.settle(5)


def test_many_connections(ship, peer):
    daemon = ship(peer)
    send_side_by_side(daemon.address(), [lines(numbered(2, first=2 * n)) for n in range(200)])
    peer.wait_for(400)
    assert numbers(peer.records()) == list(range(400))
    daemon.settle(400)
