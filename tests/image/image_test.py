"""The image as a platform runs it that trusts nobody: what is in it, how large it is, and that it does its work."""

import json
import os
import socket
import stat
import time

import pytest

from tests.support.exchange import Reply
from tests.support.numbered import lines, numbered, numbers
from tests.support.senders import send_tcp

MAX_UNPACKED = 30_000_000
MAX_COMPRESSED = 12_000_000
DATA = "/var/lib/towline"
CA_FILE = "/etc/test/ca.crt"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(name="daemon")
def _daemon(contain, peer, tmp_path):
    """The built-in job, delivering to `peer` over HTTPS; with a volume for its data. `.port` takes records."""
    def start(**environment):
        data = tmp_path / "data"
        data.mkdir(exist_ok=True)
        os.chmod(tmp_path, 0o755)
        os.chown(data, 65532, 65532)
        port, admin = free_port(), free_port()
        container = contain("run", environment={
            "TOWLINE_LISTEN": f"127.0.0.1:{port}", "TOWLINE_ADMIN_LISTEN": f"127.0.0.1:{admin}",
            "TOWLINE_DATA_DIR": DATA, "BETTERSTACK_URL": peer.url, "BETTERSTACK_SOURCE_TOKEN": peer.token,
            "BETTERSTACK_CA_FILE": CA_FILE, **environment},
            volumes=[(str(data), DATA, "rw"), (str(peer.ca_file), CA_FILE, "ro")])
        container.wait_for(" source=app ")
        container.port = port
        return container

    return start


def test_its_size(archive):
    unpacked, compressed = archive.unpacked_bytes(), archive.compressed_bytes()
    print(f"\nimage: {compressed / 1e6:.1f} MB compressed, {unpacked / 1e6:.1f} MB unpacked")
    assert compressed <= MAX_COMPRESSED and unpacked <= MAX_UNPACKED


def test_what_is_in_it(archive):
    entries = archive.entries()
    files = {name for name, entry in entries.items() if not entry.isdir()}
    libraries = {name for name in files if name.startswith("lib")}
    assert files - libraries == {"usr/bin/towline", "etc/ssl/certs/ca-certificates.crt"}
    assert all(".so" in name for name in libraries)
    assert all(entries[name].isfile() for name in files), "a link"
    for name, entry in entries.items():
        assert not entry.mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH | stat.S_IWGRP), name
        assert (entry.uid, entry.gid) == ((65532, 65532) if name == DATA.lstrip("/") else (0, 0)), name
    assert entries[DATA.lstrip("/")].mode & 0o777 == 0o700


def test_what_it_says_of_itself(archive):
    config = archive.config
    assert archive.architecture in ("amd64", "arm64")
    assert config["User"] == "65532:65532"
    assert config["Entrypoint"] == ["/usr/bin/towline"] and config["Cmd"] == ["run"]
    assert "TOWLINE_LISTEN=0.0.0.0:9000" in config["Env"]
    assert config["StopSignal"] in ("SIGTERM", "15")
    assert config["Healthcheck"]["Test"] == ["CMD", "/usr/bin/towline", "healthcheck"]
    assert set(config["ExposedPorts"]) == {"9000/tcp", "9000/udp"}
    labels = {name.removeprefix("org.opencontainers.image."): text for name, text in config["Labels"].items()}
    assert labels["title"] == "towline" and labels["licenses"] == "Apache-2.0"
    assert all(labels[name] for name in ("description", "version", "revision"))


def test_it_listens_for_other_containers_without_being_told(contain):
    container = contain(network="none")
    assert "address=0.0.0.0:9000" in container.wait_for(" source=app ")
    assert container.stop() == 0


def test_its_commands(contain):
    container = contain("--version")
    assert container.wait() == 0 and container.said().strip()
    container = contain("check", "/nowhere.yaml")
    assert container.wait() == 2


def test_it_runs_without_any_right(daemon):
    status = daemon().status()
    assert status["Uid"].split() == ["65532"] * 4
    assert {int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}
    assert status["NoNewPrivs"] == "1"


def test_records_go_through_it(daemon, peer):
    container = daemon()
    send_tcp(("127.0.0.1", container.port), lines(numbered(1000)) +
             b'{"timestamp":"2026-01-02T03:04:05Z","n":1000,"password":"hunter2","mail":"jane@example.com"}\n')
    peer.wait_for(1001, timeout=30)
    assert numbers(peer.records()) == list(range(1001))
    last = json.loads(next(record for record in peer.records() if b"password" in record))
    assert last["password"] == "[REDACTED:field]" and last["mail"] == "j***@example.com" and "dt" in last

    healthy = container.run_inside("/usr/bin/towline", "healthcheck")
    assert healthy.returncode == 0 and healthy.stdout.startswith("healthy"), healthy
    assert container.stop() == 0


def test_the_end_of_a_task_loses_nothing(daemon, peer):
    """The application ends first, the destination is slow, then SIGTERM: all is delivered long before SIGKILL."""
    peer.default = Reply(202, delay=0.5)
    container = daemon(TOWLINE_DATA_DIR="")
    send_tcp(("127.0.0.1", container.port), lines(numbered(20_000)))
    began = time.monotonic()
    assert container.stop(timeout=30) == 0
    assert time.monotonic() - began < 25
    assert numbers(peer.records()) == list(range(20_000))


def test_what_a_dead_destination_holds_is_delivered_by_the_next_container(daemon, peer):
    peer.go_away()
    first = daemon(TOWLINE_DATA_DIR=DATA)
    send_tcp(("127.0.0.1", first.port), lines(numbered(500)))
    assert first.stop(timeout=40) == 0, first.said()
    peer.listen()
    second = daemon()
    peer.wait_for(500, timeout=30)
    assert sorted(set(numbers(peer.records()))) == list(range(500))
    assert second.stop() == 0


def test_unhealthy_without_a_daemon(contain):
    container = contain("healthcheck", environment={"TOWLINE_ADMIN_LISTEN": f"127.0.0.1:{free_port()}"})
    assert container.wait() == 1 and "unhealthy" in container.said()


def test_a_folder_that_it_may_not_write_to_stops_the_start(contain):
    container = contain("run", network="none", environment={"TOWLINE_DATA_DIR": DATA})
    assert container.wait() == 1 and DATA in container.said()


def test_the_authorities_are_found(daemon, peer):
    """Without a file of its own the system's authorities decide, and they don't know the test's destination."""
    container = daemon(BETTERSTACK_CA_FILE="")
    send_tcp(("127.0.0.1", container.port), b'{"n":1}\n')
    said = container.wait_for("certificate")
    assert "verify" in said or "unknown" in said or "issuer" in said, said
    assert "error setting" not in container.said()
    assert peer.records() == []
