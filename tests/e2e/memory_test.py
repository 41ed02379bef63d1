"""The memory budget is obeyed: whatever comes, the resident set stays within `memory` and sixteen mebibytes."""

import contextlib
import http.client
import socket
import threading
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import configuration, http as http_source, http_sink, tcp
from tests.support.senders import send_tcp
from tests.support.tracked import tracked

pytestmark = pytest.mark.skipif(towline.is_sanitized(), reason="the figures are about the release binary")

MEBIBYTE = 1024 * 1024
MEMORY = 16
LIMIT = (MEMORY + 16) * MEBIBYTE


@pytest.fixture(name="sink")
def _sink(new_peer):
    """A destination that only counts; it is not there at first."""
    return new_peer(token=None, certificate=None, keep=False, listening=False)


def with_memory(sink, data_dir=None, block_at_most="unlimited", when_full="block", **root):
    if data_dir:
        root["data_dir"] = str(data_dir)
    sources = {"app": tcp(block_at_most=block_at_most, max_connections=2000), "web": http_source()}
    return configuration(sources=sources, steps=[], memory=f"{MEMORY}MiB",
                         sinks={"out": http_sink(sink, batch={"age": "50ms"}, when_full=when_full)},
                         shutdown={"budget": "200ms", "read": "100ms"}, **root)


def block_of(size, record_size=700):
    """Many records; as bytes and as a count."""
    count = size // record_size
    return b"".join(tracked(number, record_size - 1) + b"\n" for number in range(count)), count


class FullSpeed:
    """A client that sends the same block again and again, as fast as it is read."""

    def __init__(self, address, block, connections=1):
        self.blocks = 0
        self._stopping = False
        self._address, self._block = address, block
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(connections)]

    def _run(self):
        with socket.create_connection(self._address) as sock, contextlib.suppress(OSError):
            while not self._stopping:
                sock.sendall(self._block)
                self.blocks += 1

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *unused):
        self._stopping = True


def peak(daemon):
    return daemon.memory("VmHWM")


def report(daemon, what):
    print(f"{what}: peak {peak(daemon) / MEBIBYTE:.1f} MiB of {LIMIT // MEBIBYTE}")
    assert peak(daemon) <= LIMIT


@pytest.mark.parametrize("size", ["8MiB", "64MiB"])
def test_a_full_quota_where_the_oldest_records_are_dropped(start, sink, data_dir, scale, size):
    """All of it goes through memory, in all the forms that a chunk has, for as long as it lasts."""
    daemon = start(with_memory(sink, data_dir, when_full="drop_oldest", stream={"max_size": size}))
    block, _ = block_of(4 * MEBIBYTE)
    with FullSpeed(daemon.address(), block, connections=4):
        time.sleep(scale(5, 60))
    assert daemon.ledger()["out"]["dropped"]["drop_oldest"] > 0
    report(daemon, "full quota")


@pytest.mark.parametrize("block_at_most", ["unlimited", "1s"])
@pytest.mark.parametrize("on_disk", [False, True], ids=["memory", "disk"])
def test_a_dead_destination_and_a_client_at_full_speed(start, sink, data_dir, scale, on_disk, block_at_most):
    seconds = scale(3 if block_at_most == "unlimited" else 2, 60)
    daemon = start(with_memory(sink, data_dir if on_disk else None, block_at_most, stream={"max_size": "256MiB"}))
    block, _ = block_of(4 * MEBIBYTE)
    with FullSpeed(daemon.address(), block):
        time.sleep(seconds)
        report(daemon, "dead destination")
        balance = daemon.ledger()["out"]
        if block_at_most == "unlimited":
            assert not balance["dropped"], balance
        sink.listen()
        time.sleep(0.5)
        sink.go_away()
    report(daemon, "and back for a moment")


def test_a_restart_with_a_backlog(start, sink, data_dir, scale):
    size = scale(64, 1024) * MEBIBYTE
    config = with_memory(sink, data_dir, stream={"max_size": "4GiB"})
    daemon = start(config)
    block, count = block_of(8 * MEBIBYTE)
    sent = 0
    with socket.create_connection(daemon.address()) as sock:
        while on_disk(data_dir) < size:
            sock.sendall(block)
            sent += count
    daemon.wait_until(lambda: daemon.ledger()["out"]["received"] == sent, 60, "received")
    report(daemon, "filling")
    assert daemon.stop() == 0
    assert on_disk(data_dir) >= size

    began = time.monotonic()
    daemon = start(config)
    took = time.monotonic() - began
    print(f"ready after {took:.2f} s with {on_disk(data_dir) / MEBIBYTE:.0f} MiB")
    assert took <= 1 + size / (2 << 30)
    report(daemon, "started")
    assert daemon.balance(sent)["held"] == sent
    sink.listen()
    assert daemon.settle(sent, timeout=scale(30, 300))["delivered"] == sent
    report(daemon, "drained")


def on_disk(data_dir):
    return sum(file.stat().st_blocks * 512 for file in data_dir.rglob("*.seg"))


@pytest.mark.parametrize("alive", [True, False], ids=["delivering", "dead destination"])
def test_many_clients(start, sink, data_dir, scale, alive):
    clients = scale(200, 1000)
    if alive:
        sink.listen()
    daemon = start(with_memory(sink, data_dir))
    block, count = block_of(scale(100_000, 200_000))
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_connection(daemon.address())) for _ in range(clients)]
        for sock in sockets:
            sock.sendall(block)
    daemon.wait_until(lambda: daemon.ledger()["out"]["received"] == clients * count, 60, "received")
    report(daemon, f"{clients} clients")
    if alive:
        assert daemon.settle(clients * count, timeout=60)["delivered"] == clients * count


def post_until_taken(address, line):
    while True:
        connection = http.client.HTTPConnection(*address, timeout=30)
        with contextlib.closing(connection), contextlib.suppress(OSError):
            connection.request("POST", "/", line)
            if connection.getresponse().status == 200:
                return
        time.sleep(0.02)


@pytest.mark.parametrize("source", ["app", "web"])
def test_lines_of_a_megabyte(start, sink, data_dir, scale, source):
    daemon = start(with_memory(sink, data_dir, stream={"max_size": "1GiB"}))
    line = tracked(1, MEBIBYTE - 1) + b"\n"
    count = scale(60, 500)
    address = daemon.address(source, "http" if source == "web" else "tcp")

    def send(share):
        if source == "web":
            for _ in range(share):
                post_until_taken(address, line)
        else:
            send_tcp(address, share * line, timeout=60)

    threads = [threading.Thread(target=send, args=(count // 10,), daemon=True) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    daemon.wait_until(lambda: daemon.ledger()["out"]["received"] == count, 30, lambda: f"received {daemon.ledger()}")
    report(daemon, "lines of a megabyte")
    sink.listen()
    assert daemon.settle(count, timeout=60)["delivered"] == count
    report(daemon, "and delivered")
