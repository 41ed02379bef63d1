"""From start to end: ready at once, ports and configurations that are wrong, SIGTERM with and without work left."""

import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration, tcp, udp
from tests.support.corpus import Corpus
from tests.support.numbered import lines, numbered, numbers
from tests.support.exchange import Reply
from tests.support.reference import transform
from tests.support.senders import send_tcp


# Start.


def test_is_ready_at_once_and_idle_costs_little(start, peer):
    begin = time.monotonic()
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    took = time.monotonic() - begin
    assert daemon.get("/health/live")[0] == daemon.get("/health/ready")[0] == daemon.get("/health/deep")[0] == 200
    if not towline.is_sanitized():
        assert took < towline.at_most(1.0)  # bench/run.py has the exact figure
        assert daemon.memory() <= 12_000_000
        before = daemon.cpu_seconds()
        time.sleep(0.5)
        assert daemon.cpu_seconds() - before <= 0.02
    assert daemon.stop() == 0


def built_in(**environment):
    return {"TOWLINE_LISTEN": "127.0.0.1:0", "TOWLINE_ADMIN_LISTEN": "127.0.0.1:0", **environment}


def first_address(daemon, transport):
    return towline.parse_address(daemon.wait_for_event("source.listening", transport=transport).fields["address"])


@pytest.mark.parametrize("chosen", [{}, {"LOG_DESTINATION": "betterstack"}], ids=["by token", "by name"])
def test_built_in_configuration(start, peer, chosen):
    daemon = start(None, **built_in(BETTERSTACK_SOURCE_TOKEN=peer.token, BETTERSTACK_URL=peer.url,
                                    BETTERSTACK_CA_FILE=str(peer.ca_file), **chosen))
    corpus = Corpus()
    send_tcp(first_address(daemon, "tcp"), corpus.lines(100))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.sendto(corpus.record(100), first_address(daemon, "udp"))
    (sink,) = daemon.ledger()
    daemon.wait_until(lambda: daemon.ledger()[sink]["received"] == 101, what="received")
    assert daemon.stop() == 0  # not waiting for the age of the part batch
    assert sorted(peer.records()) == sorted(corpus.transformed(transform).records(101))


def test_built_in_configuration_without_a_destination_is_the_console(start):
    daemon = start(None, **built_in())
    send_tcp(first_address(daemon, "tcp"), b'{"timestamp":"t","password":"x"}\n')
    assert daemon.stop() == 0
    assert daemon.stdout() == b'{"dt":"t","password":"[REDACTED:field]"}\n'


def test_built_in_configuration_with_an_unknown_destination():
    run = towline.run("run", **built_in(LOG_DESTINATION="nowhere"))
    assert run.returncode == 2
    assert "nowhere" in run.stderr and "betterstack" in run.stderr and "console" in run.stderr


@pytest.mark.parametrize("make, kind", [(tcp, socket.SOCK_STREAM), (udp, socket.SOCK_DGRAM)], ids=["tcp", "udp"])
def test_a_port_in_use(launch, peer, make, kind):
    with socket.socket(socket.AF_INET, kind) as taken:
        taken.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        daemon = launch(configuration(sources={"app": make(listen=address)}, sinks={"out": betterstack(peer)}))
        assert daemon.wait() == 1
    assert address in daemon.stderr() and "in use" in daemon.stderr()


def test_the_admin_port_in_use(launch, peer):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        daemon = launch(configuration(sinks={"out": betterstack(peer)}, admin={"listen": address}))
        assert daemon.wait() == 1
    assert address in daemon.stderr() and "in use" in daemon.stderr()


# Configurations.

WRONG = """\
memory: a lot
sources:
  app: { type: tcp, listen: "127.0.0.1:0", lisen: 1 }
  other: { type: tpc }
transforms:
  clean: { inputs: [ap], steps: [ { rename: { timestamp: dt } } ] }
sinks:
  out: { type: betterstack, inputs: [clean], host: example.com, token: "${NO_SUCH_TOKEN}" }
  out: { type: console, inputs: [clean] }
"""


@pytest.mark.parametrize("command", [("check",), ("run", "--config")], ids=["check", "run"])
def test_a_wrong_configuration_lists_everything_that_is_wrong(tmp_path, command):
    file = tmp_path / "wrong.yaml"
    file.write_text(WRONG)
    run = towline.run(*command, file)
    assert run.returncode == 2
    said = run.stdout + run.stderr
    for line, word in ((1, "memory"), (3, "lisen"), (4, "tpc"), (6, "ap"), (8, "NO_SUCH_TOKEN"), (9, "out")):
        assert re.search(rf"wrong\.yaml:{line}:\d+: error: .*{word}", said), (line, word, said)
    assert "listen" in said and "tcp" in said  # did you mean


@pytest.mark.parametrize("text", ["", "{", "a: &x [*x]\n", "- a\n", "sources: {}\n", "\x00", "\tsources:\n"])
def test_no_configuration_at_all(tmp_path, text):
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    assert towline.run("check", file).returncode == 2
    assert towline.run("check", tmp_path / "missing.yaml").returncode == 2


def test_wrong_usage():
    assert towline.run("walk").returncode == 2
    assert towline.run("run", "--no-such-option").returncode == 2
    assert towline.run("--version").returncode == 0
    assert "healthcheck" in towline.run("--help").stdout


def test_check_has_no_side_effects(tmp_path, peer, data_dir):
    file = tmp_path / "good.yaml"
    file.write_text(json.dumps(configuration(sinks={"out": betterstack(peer)}, data_dir=str(data_dir))))
    run = towline.run("check", file)
    assert run.returncode == 0, run.stderr
    assert not data_dir.exists()
    if shutil.which("strace") is None or towline.is_sanitized():
        pytest.skip("only the data directory was looked at: no strace here, or a sanitizer opens files of its own")
    trace = tmp_path / "trace"
    subprocess.run(["strace", "-f", "-qq", "-o", trace, "-e", "trace=network,openat,open,creat,mkdir,unlink,rename",
                    towline.binary(), "check", file], check=True, capture_output=True, env=towline.environment())
    calls = trace.read_text()
    assert str(file) in calls
    assert not re.search(r"\b(socket|bind|connect|creat|mkdir|unlink|rename)\(|O_WRONLY|O_RDWR|O_CREAT", calls), calls


# End.


def test_sigterm_sends_what_is_there_at_once(ship, peer):
    daemon = ship(peer, batch={"age": "1h"})
    send_tcp(daemon.address(), lines(numbered(3)))
    daemon.wait_until(lambda: daemon.balance(3)["held"] == 3, what="three held")
    assert peer.requests == []
    begin = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - begin < towline.at_most(3)
    assert peer.records() == numbered(3)


def test_sigterm_sends_at_once_while_a_client_stays_connected(ship, peer):
    daemon = ship(peer, root={"shutdown": {"read": "1500ms"}}, batch={"age": "1h"})
    with socket.create_connection(daemon.address()) as sock:
        sock.sendall(lines(numbered(3)))
        daemon.wait_until(lambda: daemon.balance(3)["held"] == 3, what="three held")
        begin = time.monotonic()
        daemon.process.send_signal(signal.SIGTERM)
        peer.wait_for(3)
        assert time.monotonic() - begin < towline.at_most(1)
        assert daemon.wait() == 0


def test_sigterm_reads_what_was_already_sent(ship, peer):
    daemon = ship(peer, root={"shutdown": {"read": "300ms"}}, batch={"age": "1h"})
    with socket.create_connection(daemon.address()) as sock:
        sock.sendall(lines(numbered(20_000)))
        daemon.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)
        sock.sendall(lines(numbered(1, first=20_000)) + numbered(1, first=20_001)[0])
        assert daemon.wait() == 0
    assert numbers(peer.records()) == list(range(20_002))


def test_sigterm_with_a_dead_destination_keeps_to_the_budget_and_says_what_is_left(ship, new_peer):
    daemon = ship(new_peer(listening=False), root={"shutdown": {"budget": "500ms", "read": "100ms"}})
    send_tcp(daemon.address(), lines(numbered(7)))
    daemon.wait_until(lambda: daemon.balance(7)["held"] == 7, what="seven held")
    begin = time.monotonic()
    assert daemon.stop() == 1
    assert 0.4 < time.monotonic() - begin < towline.at_most(2.5)
    assert re.search(r"\b7\b", "".join(event.line for event in daemon.events[-5:])), daemon.stderr()


def test_sigterm_waits_for_a_destination_that_is_only_slow(ship, peer):
    daemon = ship(peer, batch={"records": 10, "age": "20ms"}, in_flight=1)
    peer.default = Reply(delay=0.1)
    peer.next(Reply(503), Reply(503))
    send_tcp(daemon.address(), lines(numbered(100)))
    assert daemon.stop() == 0
    assert numbers(peer.records()) == list(range(100))


def test_a_second_sigterm_ends_at_once(ship, new_peer):
    daemon = ship(new_peer(listening=False), root={"shutdown": {"budget": "1h"}})
    send_tcp(daemon.address(), lines(numbered(7)))
    daemon.wait_until(lambda: daemon.balance(7)["held"] == 7, what="seven held")
    daemon.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert daemon.process.poll() is None
    assert daemon.stop(timeout=2) == 1


def test_a_second_sigterm_with_everybody_connected_ends_clean(ship, new_peer):
    daemon = ship(new_peer(listening=False), root={"shutdown": {"budget": "1h"}})
    admin = towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])
    with socket.create_connection(admin) as scraper, socket.create_connection(daemon.address()) as sender:
        scraper.sendall(b"GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert scraper.recv(4096).startswith(b"HTTP/1.1 200")
        sender.sendall(lines(numbered(7)))
        daemon.wait_until(lambda: daemon.balance(7)["held"] == 7, what="seven held")
        daemon.process.send_signal(signal.SIGTERM)
        daemon.wait_for_event("drain.started")
        assert daemon.stop(timeout=3) == 1


def test_without_a_data_dir_what_is_held_is_lost_and_the_log_says_so(ship, new_peer):
    daemon = ship(new_peer(listening=False), root={"shutdown": {"budget": "100ms", "read": "0s"}})
    daemon.wait_for_event("stream.in_memory")
    send_tcp(daemon.address(), lines(numbered(7)))
    daemon.wait_until(lambda: daemon.balance(7)["held"] == 7, what="seven held")
    assert daemon.stop() == 1
    left = daemon.wait_for_event("drain.left", sink="out", records="7")
    assert "on no disk" in left.line


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGINT])
def test_ends_clean_with_clients_connected(ship, peer, signal_number):
    daemon = ship(peer, root={"shutdown": {"read": "100ms"}})
    with socket.create_connection(daemon.address()):
        daemon.process.send_signal(signal_number)
        assert daemon.wait() == 0


def test_sigpipe_and_a_closed_stderr_do_not_end_it(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    daemon.process.send_signal(signal.SIGPIPE)
    send_tcp(daemon.address(), lines(numbered(1)))
    peer.wait_for(1)
    assert daemon.stop() == 0


def test_started_without_standard_descriptors(tmp_path):
    """A socket that took the place of stdout would be sent the records."""
    file = tmp_path / "console.yaml"
    file.write_text(json.dumps(configuration(sinks={"out": {"type": "console"}})))
    process = subprocess.Popen(["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh", towline.binary(), "run", "--config", file],
                               env=towline.environment())
    try:
        places = [f"/proc/{process.pid}/fd/{descriptor}" for descriptor in range(3)]
        deadline = time.monotonic() + 10
        while not (catches(process.pid, signal.SIGTERM) and any("socket:" in target for target in targets(process.pid))):
            assert time.monotonic() < deadline, "it has started"
            time.sleep(0.01)
        assert [os.readlink(place) for place in places] == ["/dev/null"] * 3
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def catches(pid, number):
    """Whether a process has a handler for a signal: the shell that it begins as has none."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16) >> (number - 1) & 1


def targets(pid):
    """What the open descriptors of a process are."""
    found = []
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        try:
            found.append(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
        except FileNotFoundError:
            pass  # closed meanwhile
    return found


def test_tells_systemd(launch, peer, tmp_path):
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(path))
        manager.settimeout(5)
        daemon = launch(configuration(sinks={"out": betterstack(peer)}), NOTIFY_SOCKET=str(path))
        assert b"READY=1" in manager.recv(4096)
        daemon.wait_ready()
        assert daemon.stop() == 0
        assert b"STOPPING=1" in manager.recv(4096)


# The commands that ask a running daemon.


def test_healthcheck_and_ledger_commands(ship, peer):
    daemon = ship(peer)
    host, port = towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])
    url = f"http://{host}:{port}"
    send_tcp(daemon.address(), lines(numbered(1234)))
    daemon.settle(1234)
    assert towline.run("healthcheck", "--url", url).returncode == 0
    assert towline.run("healthcheck", TOWLINE_ADMIN_LISTEN=f"{host}:{port}").returncode == 0
    table = towline.run("ledger", "--url", url)
    assert table.returncode == 0 and "out" in table.stdout and "1,234" in table.stdout
    (sink,) = json.loads(towline.run("ledger", "--json", "--url", url).stdout)["sinks"]
    assert (sink["sink"], sink["delivered"]) == ("out", 1234)
    assert daemon.stop() == 0
    assert towline.run("healthcheck", "--url", url).returncode == 1
    assert towline.run("ledger", "--url", url).returncode == 1


def test_the_token_is_nowhere_to_be_seen(ship, peer):
    daemon = ship(peer)
    send_tcp(daemon.address(), lines(numbered(3)) + b"canary-payload is not a record\n")
    peer.wait_for(4)
    for path in ("/", "/metrics", "/ledger", "/health/live", "/health/ready", "/health/deep"):
        assert "canary-" not in daemon.get(path)[1]
    with open(f"/proc/{daemon.process.pid}/cmdline", "rb") as file:
        assert b"canary-" not in file.read()
    assert "canary-" not in " ".join(os.listdir(daemon.directory))
