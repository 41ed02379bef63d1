"""How towline reaches a destination: connections that are kept, that age, that go through a proxy; whom it trusts."""

import os
import shutil
import socket
import subprocess
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.exchange import Reply
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


# Answers.


@pytest.mark.parametrize("size", [65_537, 3_000_000])
def test_a_long_answer_is_judged_by_its_status(ship, peer, size):
    daemon = ship(peer)
    peer.next(Reply(body=b"x" * size))
    send_batches(daemon, peer, 2)
    assert daemon.settle(2)["delivered"] == 2
    assert peer.statuses() == [202, 202]


def test_an_answer_that_never_ends_is_judged_by_its_status(ship, peer):
    daemon = ship(peer)
    peer.next(Reply(fault="endless_body"))
    send_tcp(daemon.address(), lines(numbered(1)))
    assert daemon.settle(1)["delivered"] == 1
    assert len(peer.requests) == 1


# Whom it trusts.


def mounted(monkeypatch, tmp_path, source, target):
    """From now on daemons find `source` in the place of `target`, nobody else does. Skips where that can't be done."""
    wrapper = tmp_path / "towline"
    wrapper.write_text(f"""#!/bin/sh
exec unshare --user --map-root-user --mount sh -c \\
  'mount --bind "{source}" "{target}" && exec "{towline.binary()}" "$@"' sh "$@"
""")
    wrapper.chmod(0o755)
    if subprocess.run([wrapper, "--version"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets no test mount anything")
    monkeypatch.setenv("TOWLINE_BIN", str(wrapper))


@pytest.fixture(name="foreign_ca")
def _foreign_ca(certificates):
    certificates.server_context("foreign")  # makes it
    return certificates.directory / "foreign_ca.pem"


@pytest.mark.parametrize("has_ca_file", [False, True])
def test_the_ca_file_replaces_the_authorities_of_the_system(monkeypatch, tmp_path, ship, new_peer, foreign_ca,
                                                            has_ca_file):
    system = tmp_path / "authorities"
    system.mkdir()
    shutil.copy(foreign_ca, system)
    subprocess.run(["openssl", "rehash", system], check=True, capture_output=True)
    shutil.copy(foreign_ca, system / "ca-certificates.crt")  # Debian's bundle beside the directory
    mounted(monkeypatch, tmp_path, system, "/etc/ssl/certs")
    peer = new_peer(certificate="foreign")
    daemon = ship(peer) if has_ca_file else ship(peer, tls={})
    send_tcp(daemon.address(), lines(numbered(1)))
    if has_ca_file:
        daemon.wait_for_event("sink.retrying")
        assert daemon.balance(1)["held"] == 1
    else:
        assert daemon.settle(1)["delivered"] == 1


def test_a_replaced_ca_file_is_noticed(tmp_path, ship, peer, foreign_ca):
    file = tmp_path / "ca.pem"
    shutil.copy(foreign_ca, file)
    daemon = ship(peer, tls={"ca_file": str(file)})
    send_tcp(daemon.address(), lines(numbered(1)))
    daemon.wait_for_event("sink.retrying")
    shutil.copy(peer.ca_file, tmp_path / "new.pem")
    os.rename(tmp_path / "new.pem", file)
    assert daemon.settle(1)["delivered"] == 1


# Names.


def test_a_resolver_that_does_not_answer_holds_up_no_other_sink(monkeypatch, tmp_path, start, peer):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
        try:
            resolver.bind(("127.55.55.55", 53))
        except PermissionError:
            pytest.skip("port 53 is for root")
        settings = tmp_path / "resolv.conf"
        settings.write_text("nameserver 127.55.55.55\n")
        mounted(monkeypatch, tmp_path, settings, "/etc/resolv.conf")
        lost = {"type": "http", "url": "http://logs.example.com/", "timeout": "200ms", "batch": {"age": "10ms"}}
        daemon = start(configuration(sinks={"out": betterstack(peer), "lost": lost}, shutdown={"budget": "100ms", "read": "0s"}))
        send_tcp(daemon.address(), lines(numbered(1)))
        assert b"example" in resolver.recv(512)
        time.sleep(0.3)  # the request to nowhere has timed out
        send_tcp(daemon.address(), lines(numbered(1, first=1)))
        peer.wait_for(2, timeout=2)
        assert daemon.stop(timeout=2) == 1
