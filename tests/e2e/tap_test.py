"""Records as they pass: GET /tap and `towline tap` show them redacted or not at all, and the flow never waits."""

import contextlib
import http.client
import json
import os
import pty
import signal
import socket
import subprocess
import threading
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import DEFAULT_STEPS, betterstack, configuration, http_sink, tcp
from tests.support.load import Load
from tests.support.senders import send_tcp

SECRET = "canary-jane@example.com"


def lines(*records):
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def address_of(daemon):
    return towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])


class Reader:
    """A tap by hand: what it has received so far, until it is closed."""

    def __init__(self, daemon, token, query="", accept="application/x-ndjson"):
        self._connection = http.client.HTTPConnection(*address_of(daemon), timeout=10)
        self._connection.request("GET", "/tap" + query, headers={"Authorization": f"Bearer {token}", "Accept": accept})
        self._socket = self._connection.sock  # the connection itself forgets it
        self.reply = self._connection.getresponse()
        self.status = self.reply.status
        self.text = ""
        if self.status != 200:
            self.text = self.reply.read().decode()
            self._connection.close()
        self.has_ended = False
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self):
        with contextlib.suppress(OSError, http.client.HTTPException, ValueError, AttributeError):
            while self.status == 200 and (line := self.reply.readline()):
                self.text += line.decode()
        self.has_ended = True

    def wait_for(self, condition, timeout=10):
        deadline = time.monotonic() + timeout
        while not condition(self):
            assert time.monotonic() < deadline, self.text
            time.sleep(0.01)

    def records(self):
        return [record for record in map(json.loads, self._whole_lines()) if list(record) != ["towline"]]

    def skipped(self):
        return sum(record["towline"]["skipped"] for record in map(json.loads, self._whole_lines())
                   if list(record) == ["towline"])

    def _whole_lines(self):
        return self.text[:self.text.rfind("\n") + 1].splitlines()

    def close(self):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        self._thread.join(5)


class Tapped:
    """A daemon, its token, and taps that are closed at the end."""

    def __init__(self, start, runtime, config):
        self.runtime = runtime
        self.daemon = start(config, XDG_RUNTIME_DIR=str(runtime))
        self.token = (runtime / "towline" / f"{address_of(self.daemon)[1]}.token").read_text().strip()
        self.readers = []

    def read(self, query="", **settings):
        self.readers.append(Reader(self.daemon, self.token, query, **settings))
        return self.readers[-1]

    def send(self, *records, source="app"):
        send_tcp(self.daemon.address(source), lines(*records))

    def url(self):
        return "http://{}:{}".format(*address_of(self.daemon))

    def command(self, *arguments, **settings):
        return subprocess.Popen([towline.binary(), "tap", "--url", self.url(), *arguments], stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True,
                                env=towline.environment(XDG_RUNTIME_DIR=str(self.runtime), **settings))

    def run(self, *arguments, **settings):
        return towline.run("tap", "--url", self.url(), *arguments, XDG_RUNTIME_DIR=str(self.runtime), **settings)

    def keep_sending(self, *records):
        """Until the block ends."""
        return Sending(self, records)


class Sending:
    def __init__(self, tapped, records):
        self._tapped, self._records = tapped, records
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.sent = 0

    def _run(self):
        while not self._stopping.wait(0.05):
            self._tapped.send(*self._records)
            self.sent += len(self._records)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stopping.set()
        self._thread.join()


@pytest.fixture(name="tapped")
def _tapped(start, tmp_path):
    made = []

    def make(config):
        made.append(Tapped(start, tmp_path, config))
        return made[-1]

    yield make
    for each in made:
        for reader in each.readers:
            reader.close()


@pytest.fixture(name="usual")
def _usual(tapped, judge):
    """`app` -> `clean` (redacts) -> sink `out`."""
    return tapped(configuration(sinks={"out": http_sink(judge)}))


def test_shows_records_as_they_are_delivered(usual):
    tap = usual.read()
    assert tap.status == 200 and tap.reply.headers["Content-Type"] == "application/x-ndjson"
    assert tap.reply.headers["Transfer-Encoding"] == "chunked"
    usual.send({"timestamp": "2026-11-20T10:00:00Z", "mail": SECRET, "n": 1}, {"n": 2})
    tap.wait_for(lambda tap: len(tap.records()) == 2)
    first, second = tap.records()
    assert first == {"dt": "2026-11-20T10:00:00Z", "mail": "c***@example.com", "n": 1}
    assert second["n"] == 2
    assert tap.skipped() == 0


def test_redaction_holds_wherever_one_looks(tapped, judge):
    """A chain in which records are redacted twice, a route beside it, and a sink of its own for each."""
    usual = tapped({
        "admin": {"listen": "127.0.0.1:0", "tap": {"max": 8}},
        "sources": {"app": tcp()},
        "transforms": {
            "first": {"inputs": ["app"], "steps": [{"set": {"seen": True}}]},
            "clean": {"inputs": ["first"], "steps": [{"redact": {}}],
                      "routes": {"errors": '{ $.level = "ERROR" }'}},
            "cleaner": {"inputs": ["clean"], "steps": [{"redact": {}}]},
            "after": {"inputs": ["cleaner"], "steps": [{"set": {"done": True}}]},
        },
        "sinks": {"out": http_sink(judge, inputs=["after"]), "errors": http_sink(judge, inputs=["clean.errors"])},
    })
    for place in ("app", "first", "clean"):
        refused = usual.read(f"?at={place}")
        assert refused.status == 403 and "not redacted yet" in refused.text, place
        assert "after" in refused.text and "app," not in refused.text
    taps = {place: usual.read(f"?at={place}") for place in ("", "clean.errors", "cleaner", "after", "out", "errors")}
    record = {"level": "ERROR", "mail": SECRET, "text": f"from {SECRET}", "password": "canary-hunter2"}
    usual.send(record, {"level": "INFO", "note": "4111111111111111"})
    raw = (json.dumps({**record, "nested": {"deep": [SECRET]}}) + "\n").encode() + b"no json, but " + SECRET.encode()
    send_tcp(usual.daemon.address(), raw + b"\n")
    for place, count in {"": 6, "clean.errors": 2, "cleaner": 4, "after": 4, "out": 4, "errors": 2}.items():
        tap = taps[place]
        tap.wait_for(lambda tap, count=count: len(tap.records()) >= count)
        assert len(tap.records()) == count, (place, tap.text)
        assert "canary" not in tap.text and "4111111111111111" not in tap.text, (place, tap.text)
        assert "[REDACTED" in tap.text


def test_without_a_redact_step_a_source_may_be_tapped(tapped, judge):
    usual = tapped(configuration(steps=[{"set": {"a": 1}}], sinks={"out": http_sink(judge)}))
    source, clean = usual.read("?at=app"), usual.read("?at=clean")
    usual.send({"n": 1})
    source.wait_for(lambda tap: tap.records() == [{"n": 1}])
    clean.wait_for(lambda tap: [record["a"] for record in tap.records()] == [1])


def test_a_filter_picks(usual):
    tap = usual.read("?filter=%7B%20%24.status+%3E%3D%20500%20%7D")
    usual.send(*({"dt": 1, "status": status} for status in (200, 404, 500, 503)))
    tap.wait_for(lambda tap: len(tap.records()) == 2)
    assert [record["status"] for record in tap.records()] == [500, 503]
    assert tap.skipped() == 0


def test_a_filter_sees_redacted_records_only(usual):
    """Else a filter could guess a secret letter by letter."""
    raw, redacted = usual.read(f"?filter=%22{SECRET}%22"), usual.read("?filter=REDACTED")
    usual.send({"dt": 1, "mail": SECRET, "password": "canary-hunter2"})
    redacted.wait_for(lambda tap: len(tap.records()) == 1)
    assert raw.records() == []


@pytest.mark.parametrize("query, status, says", [
    ("?filter=%7B%20%24.a%20", 400, "column"), ("?limit=0", 400, "limit"), ("?limit=x", 400, "limit"),
    ("?at=nothing", 404, "clean, out"), ("?at=app", 403, "not redacted yet")])
def test_what_makes_no_sense_is_refused(usual, query, status, says):
    refused = usual.read(query)
    assert refused.status == status and says in refused.text


def test_ends_at_its_limit(usual):
    tap = usual.read("?limit=2")
    usual.send(*({"n": n} for n in range(5)))
    tap.wait_for(lambda tap: tap.has_ended)
    assert [record["n"] for record in tap.records()] == [0, 1]


def test_as_server_sent_events(tapped, judge):
    usual = tapped(configuration(sinks={"out": http_sink(judge)},
                                 admin={"listen": "127.0.0.1:0", "tap": {"records_per_second": 3}}))
    tap = usual.read(accept="text/event-stream")
    assert tap.reply.headers["Content-Type"] == "text/event-stream"
    usual.send(*({"dt": 1, "n": n} for n in range(10)))
    tap.wait_for(lambda tap: "skipped" in tap.text)
    comment, *events = tap.text.split("\n\n")[:-1]
    assert comment == ":"
    *shown, note = events
    assert [json.loads(event.removeprefix("data: "))["n"] for event in shown] == [0, 1, 2]
    assert note == 'event: note\ndata: {"skipped":7}'


def test_shows_so_many_a_second_and_says_what_it_skipped(tapped, judge):
    usual = tapped(configuration(sinks={"out": http_sink(judge)},
                                 admin={"listen": "127.0.0.1:0", "tap": {"records_per_second": 5}}))
    tap = usual.read()
    usual.send(*({"n": n} for n in range(1000)))
    usual.daemon.settle(1000)
    tap.wait_for(lambda tap: len(tap.records()) + tap.skipped() == 1000)
    assert 5 <= len(tap.records()) <= 5 + 5 * 10


def test_so_many_taps_and_no_more(tapped, judge):
    usual = tapped(configuration(sinks={"out": http_sink(judge)}, admin={"listen": "127.0.0.1:0", "tap": {"max": 2}}))
    first, second = usual.read(), usual.read()
    refused = usual.read()
    assert refused.status == 503 and "admin.tap.max" in refused.text and refused.reply.headers["Retry-After"]
    done = usual.run("--limit", "1")
    assert done.returncode == 1 and "admin.tap.max" in done.stderr
    usual.send({"n": 1})
    second.wait_for(lambda tap: len(tap.records()) == 1)
    first.close()
    usual.daemon.wait_until(lambda: usual.read().status == 200, what="the place of the first one given back")


def test_taps_may_be_off(tapped, judge, start):
    daemon = start(configuration(sinks={"out": http_sink(judge)},
                                 admin={"listen": "127.0.0.1:0", "token": "t", "tap": {"max": 0}}))
    assert Reader(daemon, "t").status == 503


def test_a_reader_who_does_not_read_slows_nobody(tapped, oracle, judge):
    """It has no room for what it asked for: the records are lost for it, and for nobody else."""
    usual = tapped(configuration(sinks={"out": http_sink(judge)}, steps=[],
                                 admin={"listen": "127.0.0.1:0", "tap": {"records_per_second": 10000}}))
    slow = [socket.create_connection(address_of(usual.daemon)) for _ in range(3)]
    for each in slow:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        each.sendall(f"GET /tap HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {usual.token}\r\n\r\n".encode())
    load = Load(size=2000)
    times = []
    for _ in range(4):
        began = time.monotonic()
        load.send_tcp(usual.daemon.address(), 2500)
        balance = usual.daemon.settle(load.sent)
        times.append(time.monotonic() - began)
    assert balance["delivered"] == load.sent == 10_000 and not balance["dropped"]
    assert oracle.missing(load.accepted) == set() and oracle.duplicates() == 0
    assert max(times) < towline.at_most(2.0), times
    assert usual.daemon.get("/health/deep")[0] == 200
    usual.daemon.wait_until(lambda: skipped_in(slow[0]) > 0, what="told that records were skipped")
    for each in slow:
        each.close()


def skipped_in(sock):
    """Reads what is there, and adds up what it says was skipped."""
    sock.settimeout(1)
    text = b""
    with contextlib.suppress(TimeoutError):
        while piece := sock.recv(1 << 20):
            text += piece
    return text.count(b'{"towline":{"skipped":')


def test_a_drain_does_not_wait_for_a_tap(usual):
    tap = usual.read()
    with usual.command() as command:
        with usual.keep_sending({"n": 1}) as sending:
            assert command.stdout.readline()
            tap.wait_for(lambda tap: len(tap.records()) > 3)
        usual.daemon.settle(sending.sent)
        began = time.monotonic()
        assert usual.daemon.stop() == 0
        assert time.monotonic() - began < towline.at_most(2.0)
        tap.wait_for(lambda tap: tap.has_ended)
        assert command.wait(10) == 1 and "the daemon has ended" in command.stderr.read()


def test_the_command_in_a_pipe_gives_ndjson(usual):
    with usual.keep_sending({"timestamp": "2026-11-20T10:00:00Z", "mail": SECRET, "status": 500}, {"status": 200}):
        done = usual.run("--limit", "3", "--filter", "{ $.status = 500 }")
        placed = usual.run("out", "--limit", "1")
    assert done.returncode == 0, done.stderr
    expected = {"dt": "2026-11-20T10:00:00Z", "mail": "c***@example.com", "status": 500}
    assert [json.loads(line) for line in done.stdout.splitlines()] == [expected] * 3
    assert done.stderr == "3 records shown\n"
    assert placed.returncode == 0 and len(placed.stdout.splitlines()) == 1
    assert placed.stderr.startswith("1 record shown")


def test_ctrl_c_ends_the_command_and_says_what_it_has_shown(tapped, judge):
    usual = tapped(configuration(sinks={"out": http_sink(judge)},
                                 admin={"listen": "127.0.0.1:0", "tap": {"records_per_second": 2}}))
    with usual.command() as command, usual.keep_sending(*({"n": n} for n in range(20))):
        assert json.loads(command.stdout.readline())
        time.sleep(0.5)
        command.send_signal(signal.SIGINT)
        shown = 1 + len(command.stdout.readlines())
        errors = command.stderr.read()
        assert command.wait(10) == 0
        words = errors.split()
        assert words[:3] == [str(shown), "record" if shown == 1 else "records", "shown,"], errors
        assert words[4] == "skipped:" and int(words[3]) > 0


def test_columns_and_colours_on_a_terminal(usual):
    record = {"timestamp": "2026-11-20T10:00:00.5Z", "level": "ERROR", "category": "auth", "message": "no\nway \x1b[2J"}
    with usual.keep_sending(record):
        plain = on_terminal(usual, NO_COLOR="1")
        coloured = on_terminal(usual)
        as_json = on_terminal(usual, "--json")
    assert plain == "2026-11-20 10:00:00.500Z  ERROR  auth      no\ufffdway \ufffd[2J\n"
    assert "\x1b[31mERROR\x1b[0m" in coloured and "\x1b[2J" not in coloured
    assert json.loads(as_json)["level"] == "ERROR"


def on_terminal(usual, *arguments, **environment):
    """What `towline tap --limit 1` writes on a terminal."""
    leader, follower = pty.openpty()
    with subprocess.Popen([towline.binary(), "tap", "--url", usual.url(), "--limit", "1", *arguments], stdout=follower,
                          stderr=subprocess.DEVNULL,
                          env=towline.environment(TERM="xterm", XDG_RUNTIME_DIR=str(usual.runtime), **environment)) \
            as process:
        os.close(follower)
        shown = b""
        with contextlib.suppress(OSError):  # EIO: it has ended
            while piece := os.read(leader, 65536):
                shown += piece
        os.close(leader)
        assert process.wait(10) == 0
    return shown.decode().replace("\r\n", "\n")


def test_the_command_says_what_is_wrong(usual, tmp_path):
    for arguments, code, says in ((["--filter", "{ $.a"], 2, "column"), (["--limit", "0"], 2, "--limit"),
                                  (["nowhere"], 2, "clean, out"), (["app"], 1, "not redacted yet"),
                                  (["--nonsense"], 2, "")):
        done = usual.run(*arguments)
        assert (done.returncode, done.stdout) == (code, ""), (arguments, done.stderr)
        assert says in done.stderr, done.stderr
    wrong = usual.run(TOWLINE_ADMIN_TOKEN="wrong")
    assert wrong.returncode == 1 and "--token-file" in wrong.stderr
    elsewhere = towline.run("tap", "--url", usual.url(), XDG_RUNTIME_DIR=str(tmp_path / "other"))
    assert elsewhere.returncode == 1 and "token" in elsewhere.stderr
    nobody = towline.run("tap", "--url", "http://127.0.0.1:1", TOWLINE_ADMIN_TOKEN="t")
    assert nobody.returncode == 1 and "Connection refused" in nobody.stderr
    assert usual.token not in wrong.stderr + elsewhere.stderr + usual.daemon.stderr()


def test_a_reader_of_the_command_who_has_gone_ends_it(usual):
    with usual.keep_sending({"n": 1}), usual.command() as command:
        assert command.stdout.readline()
        command.stdout.close()
        assert command.wait(10) == 0


def test_the_command_uses_a_configured_token(tapped, start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}, steps=DEFAULT_STEPS,
                                 admin={"listen": "127.0.0.1:0", "token": "canary-9a"}))
    url = "http://{}:{}".format(*address_of(daemon))
    assert towline.run("tap", "--url", url).returncode == 1
    with subprocess.Popen([towline.binary(), "tap", "--url", url, "--limit", "1"], stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.PIPE, env=towline.environment(TOWLINE_ADMIN_TOKEN="canary-9a")) as command:
        deadline = time.monotonic() + 10
        while command.poll() is None and time.monotonic() < deadline:
            send_tcp(daemon.address(), b'{"n":1}\n')
            time.sleep(0.1)
        assert command.returncode == 0
        assert json.loads(command.stdout.read())["n"] == 1
