"""How towline reaches a destination: connections that are kept, that age, that go through a proxy."""

import time

import pytest

from tests.support.configuration import betterstack, configuration
from tests.support.numbered import lines, numbered, numbers
from tests.support.proxy import Proxy
from tests.support.senders import send_tcp


def connections(peer):
    return {request.connection for request in peer.requests}


def send_batches(daemon, peer, count, pause=0.0):
    """`count` requests, one after the other."""
    for number in range(count):
        send_tcp(daemon.address(), lines(numbered(1, first=number)))
        peer.wait_for(number + 1)
        time.sleep(pause)


def test_a_connection_is_kept(ship, peer):
    daemon = ship(peer)
    send_batches(daemon, peer, 5)
    assert len(connections(peer)) == 1


def test_a_connection_has_an_age(ship, peer):
    daemon = ship(peer, connection_max_age="1s")
    send_batches(daemon, peer, 3, pause=1.2)
    assert len(connections(peer)) >= 2
    assert numbers(peer.records()) == [0, 1, 2]


def test_through_a_proxy_that_learns_no_secret(start, peer):
    with Proxy() as proxy:
        daemon = start(configuration(sinks={"out": betterstack(peer)}), HTTPS_PROXY=proxy.url)
        send_batches(daemon, peer, 2)
        assert proxy.heads[0].startswith(f"CONNECT localhost:{peer.port} HTTP/1.1\r\n")
        assert not [head for head in proxy.heads if "authorization" in head.lower() or peer.token in head]


@pytest.mark.parametrize("exceptions", ["localhost", "example.com,localhost", "*"])
def test_past_the_proxy(start, peer, exceptions):
    with Proxy() as proxy:
        daemon = start(configuration(sinks={"out": betterstack(peer)}), HTTPS_PROXY=proxy.url, NO_PROXY=exceptions)
        send_batches(daemon, peer, 1)
        assert proxy.heads == []


def test_a_proxy_that_is_not_there_is_an_outage(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}), HTTPS_PROXY="http://127.0.0.1:1")
    send_tcp(daemon.address(), lines(numbered(1)))
    daemon.wait_until(lambda: daemon.metric("towline_sink_attempts_total", sink="out", outcome="unreachable") >= 1,
                      what="an attempt")
    assert daemon.balance(1)["held"] == 1
