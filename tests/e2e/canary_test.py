"""Secrets in records and in the configuration show up nowhere but at the destination they are for: not in what the
daemon says, answers, stores or sets aside, not in what the system shows of it, not when it crashes.
"""

import json
import os
import pathlib
import resource
import secrets
import signal
import socket
import struct
import zlib
from http.client import HTTPConnection

import pytest

from tests.redaction import corpus
from tests.redaction.planted import readable, views
from tests.support import daemon as towline
from tests.support.configuration import configuration, http, http_sink, tcp, udp
from tests.support.exchange import Reply
from tests.support.senders import send_tcp, send_udp

FORMS = ("plain", "nested", "object_key", "json_in_string", "percent", "base64_standard", "not_a_record")
FIELDS = ("password", "api_key", "authorization", "set-cookie", "client_secret")
ADMIN_PATHS = ("/", "/health/live", "/health/ready", "/health/deep", "/metrics", "/ledger", "/audit", "/nothing")

# Header of a chunk on the disk (docs/stream-format.md): where its payload begins, and how to unpack it.
CHUNK = b"\xfftow"
CHUNK_HEADER = 64


class Canaries:
    """All that is planted, and where it is found again."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)
        self.pieces = []
        self.records = []
        kinds = [kind for kind in corpus.KINDS if kind not in corpus.OFF_BY_DEFAULT]
        for item in corpus.items(kinds=kinds, in_forms=FORMS):
            self.records.append(item.line)
            self.pieces += item.planted.pieces
        for name in FIELDS:
            self.records.append(json.dumps({"dt": 1, "user": {name: self.new()}}).encode())
            self.records.append(f"{name}={self.new()}".encode())

    def new(self):
        canary = f"canary-{secrets.token_hex(12)}"
        self.pieces.append(canary)
        return canary

    def file(self):
        """A new secret, as the configuration says where it is."""
        path = self.directory / secrets.token_hex(4)
        path.write_text(self.new() + "\n")
        return f"file:{path}"

    def check(self, where, text):
        found = list(readable(self.pieces, text.encode() if isinstance(text, str) else text))
        assert not found, f"{where} shows {found}"


@pytest.fixture(name="canaries")
def _canaries(tmp_path):
    (tmp_path / "secrets").mkdir()
    return Canaries(tmp_path / "secrets")


def echo(status):
    """A destination that says in its answer whatever it was sent."""
    def rule(request):
        said = json.dumps({"error": "refused", "headers": request.headers}).encode() + request.plain
        return Reply(status, body=said, headers={"X-Said": request.headers.get("authorization", "")})

    return rule


class Everything:
    """A daemon with every kind of source, and of destination: one takes, one rejects, one refuses, one is away."""

    def __init__(self, canaries, launch, new_peer, data_dir, certificates, form, compression):
        self.canaries = canaries
        self.data_dir = data_dir
        self.peers = {name: new_peer(token=None, certificate=None, listening=name != "away")
                      for name in ("out", "rejects", "refuses", "away")}
        self.peers["rejects"].rule(echo(422))
        self.peers["refuses"].rule(echo(403))
        certificates.server_context("good")
        key = certificates.directory / "good.key"
        canaries.pieces += key.read_text().split("\n")[1:-2]
        self.http_token, self.variable = canaries.file(), canaries.new()
        tls = {"cert_file": str(key.with_suffix(".pem")), "key_file": str(key)}
        redact = {"actions": {"email": "hash"}, "hash": {"key": canaries.file()}}
        sinks = {name: http_sink(peer, compression=compression,
                                 auth={"token": "${SINK_TOKEN}" if name == "out" else canaries.file()},
                                 headers={"X-Key": canaries.file()}) for name, peer in self.peers.items()}
        self.config = configuration(
            sources={"app": tcp(), "safe": tcp(tls=tls), "net": udp(), "web": http(auth_token=self.http_token)},
            steps=[{"redact": redact}], sinks=sinks, data_dir=str(data_dir), log={"level": "debug", "format": form},
            shutdown={"budget": "500ms", "read": "100ms", "last_resort": "stderr"})
        self.daemon = launch(self.config, SINK_TOKEN=self.variable).wait_ready()

    def post(self, body, token=None, path="/"):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        connection = HTTPConnection(*self.daemon.address("web", "http"), timeout=10)
        try:
            connection.request("POST", path, body, headers)
            reply = connection.getresponse()
            return reply.status, f"{reply.headers}\n{reply.read().decode()}"
        finally:
            connection.close()

    def send(self):
        """All records over each transport; how many they are."""
        records = self.canaries.records
        send_tcp(self.daemon.address(), b"".join(record + b"\n" for record in records))
        for record in records[::5]:
            send_udp(self.daemon.address("net", "udp"), record)
        token = pathlib.Path(self.http_token[5:]).read_text().strip()
        taken = [record for record in records if record.startswith(b'{"dt"') and record.endswith(b"}")]
        assert self.post(b"\n".join(taken), token)[0] == 200
        return len(records) + len(records[::5]) + len(taken)


@pytest.fixture(name="everything")
def _everything(canaries, launch, new_peer, data_dir, certificates):
    return lambda form="text", compression="gzip": Everything(canaries, launch, new_peer, data_dir, certificates, form,
                                                              compression)


def unpacked(file):
    """The file, and whatever in it can be unpacked."""
    data = file.read_bytes()
    yield data
    at = data.find(CHUNK)
    while at >= 0 and len(data) - at >= CHUNK_HEADER:
        codec, reason, payload = data[at + 9], *struct.unpack_from("<HI", data, at + 10)
        if codec == 1:
            packed = data[at + CHUNK_HEADER + reason:at + CHUNK_HEADER + payload]
            yield zlib.decompressobj(-15).decompress(packed + b"\x03\x00")
        at = data.find(CHUNK, at + 4)


@pytest.mark.parametrize("form, compression", [("text", "gzip"), ("json", "none")])
def test_nothing_is_shown_anywhere(everything, canaries, form, compression):
    all_of_it = everything(form, compression)
    daemon, data_dir = all_of_it.daemon, all_of_it.data_dir
    count = all_of_it.send()
    daemon.settle(count, "out", timeout=30)
    rejected = daemon.settle(count, "rejects", timeout=30)
    assert rejected["dead_lettered"] == count
    daemon.wait_until(lambda: daemon.metric("towline_sink_attempts_total", sink="refuses", outcome="refused") > 0,
                      what="refused")
    assert daemon.ledger()["away"]["held"] == count

    for path in ADMIN_PATHS:
        canaries.check(path, daemon.get(path)[1])
    host, port = towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])
    for command in ("ledger", "audit", "healthcheck"):
        run = towline.run(command, "--url", f"http://{host}:{port}")
        canaries.check(command, run.stdout + run.stderr)
    assert daemon.get("/audit")[0] == 200 and "email" in daemon.get("/audit")[1]
    check_system_shows_nothing(daemon, canaries, all_of_it.variable)

    assert daemon.stop() == 0  # what is held stays on the disk
    canaries.check("the log", daemon.stderr())
    check_disk(data_dir, canaries, count)
    check_destinations(all_of_it)


def check_system_shows_nothing(daemon, canaries, variable):
    process = pathlib.Path(f"/proc/{daemon.process.pid}")
    canaries.check("argv", (process / "cmdline").read_bytes())
    surroundings = (process / "environ").read_bytes()
    assert surroundings.count(variable.encode()) == 1  # put there by whoever starts it, and nothing more
    canaries.check("the environment", surroundings.replace(variable.encode(), b""))
    for thread in (process / "task").iterdir():
        canaries.check("names of threads", (thread / "comm").read_bytes())


def check_disk(data_dir, canaries, count):
    files = [file for file in data_dir.rglob("*") if file.is_file()]
    assert any(file.suffix == ".seg" for file in files)
    letters = (data_dir / "dead_letters" / "rejects.ndjson").read_bytes()
    assert letters.count(b"\n") == count and b"[REDACTED:" in letters
    records = 0
    for file in files:
        canaries.check("a file's name", str(file))
        for text in unpacked(file):
            canaries.check(file.name, text)
            records += text.count(b"[REDACTED:field]") if file.suffix == ".seg" else 0
    assert records > 0  # segments could be read


def check_destinations(all_of_it):
    """They get no secret of a record and no other's token; their own, of course."""
    pieces = set(all_of_it.canaries.pieces)
    for name, peer in all_of_it.peers.items():
        own = {header for request in peer.requests[:1] for header in request.headers.values()}
        for request in peer.requests:
            assert not list(readable(pieces, request.plain))
            said = " ".join(request.headers.values())
            assert all(any(piece in header for header in own) for piece in readable(pieces, said.encode()))
    tokens = [request.headers["authorization"] for peer in all_of_it.peers.values() for request in peer.requests[:1]]
    assert len(set(tokens)) == len(tokens) == 3


def test_records_in_the_last_resort_are_redacted(launch, new_peer, canaries):
    peer = new_peer(token=None, certificate=None, listening=False)
    config = configuration(sinks={"out": http_sink(peer)}, log={"level": "debug"},
                           shutdown={"budget": "200ms", "read": "100ms", "last_resort": "stderr"})
    daemon = launch(config).wait_ready()
    send_tcp(daemon.address(), b"".join(record + b"\n" for record in canaries.records))
    daemon.wait_until(lambda: daemon.ledger()["out"]["held"] == len(canaries.records), what="held")
    assert daemon.stop() == 1
    said = daemon.stderr()
    assert said.count("[REDACTED:field]") >= len(FIELDS)
    canaries.check("stderr", said)


def test_answers_of_the_http_source_show_nothing(everything, canaries):
    all_of_it = everything()
    token = pathlib.Path(all_of_it.http_token[5:]).read_text().strip()
    bodies = [record + b" }}" for record in canaries.records] + [b"\xff" + record for record in canaries.records[:20]]
    for body in bodies:
        status, said = all_of_it.post(body, token)
        assert status == 400
        canaries.check("400", said)
    for wrong in (token[:-1], token + "x", canaries.new()):
        status, said = all_of_it.post(b"{}", wrong)
        assert status == 401
        canaries.check("401", said)
    status, said = all_of_it.post(b"{}", token, path=f"/{canaries.new()}")
    assert status == 404
    canaries.check("404", said)
    assert daemon_is_balanced(all_of_it.daemon)
    canaries.check("the log", all_of_it.daemon.stderr())


def daemon_is_balanced(daemon):
    return daemon.balance(0)["received"] == 0


WRONG = {
    "a list": lambda c: {"auth": {"token": [c.new()]}},
    "unknown": lambda c: {"auth": {"token": c.new(), "tokn": c.new()}},
    "in a URL": lambda c: {"url": f"https://user:{c.new()}@logs.example.com/"},
    "in a broken URL": lambda c: {"url": f"htp://user:{c.new()}@logs.example.com/?key={c.new()}"},
    "in place of a map": lambda c: {"auth": c.new(), "headers": c.new()},
    "variable of another type": lambda c: {"timeout": "${SINK_TOKEN}"},
    "in a header": lambda c: {"headers": {"X-Key": {"value": c.new()}}},
    "beside a mistake": lambda c: {"auth": {"token": c.new(), "strategy": "none"}, "headers": {"X-Key": c.new()}},
}


@pytest.mark.parametrize("mistake", WRONG)
def test_check_shows_no_secret(canaries, new_peer, tmp_path, mistake):
    sink = {**http_sink(new_peer(token=None, certificate=None)), **WRONG[mistake](canaries)}
    config = configuration(sources={"web": http(auth_token=canaries.new())}, sinks={"out": sink})
    file = tmp_path / "wrong.yaml"
    file.write_text(json.dumps(config, indent=1))
    run = towline.run("check", str(file), SINK_TOKEN=canaries.new())
    assert run.returncode == 2 and "sinks.out" in run.stderr
    canaries.check("check", run.stdout + run.stderr)


@pytest.mark.parametrize("text", ['"{}', "[{}", "{}: : {}", "&b {}\n  c: *{}", "!!int {}", "{}\n      token: {}",
                                  "\t{}", "@{}", "|{}"])
def test_check_shows_nothing_of_what_is_no_yaml(canaries, tmp_path, text):
    file = tmp_path / "wrong.yaml"
    file.write_text("sinks:\n  out:\n    type: http\n    auth:\n      token: " + text.replace("{}",
                                                                                              canaries.new()) + "\n")
    run = towline.run("check", str(file))
    assert run.returncode == 2
    canaries.check("check", run.stdout + run.stderr)


@pytest.mark.parametrize("crash", [signal.SIGABRT, signal.SIGSEGV])
def test_a_crash_leaves_no_core(everything, canaries, crash):
    """Not a file, and not for a program that takes them (core_pattern with a pipe): that one heeds no limit but 1."""
    all_of_it = everything()
    daemon = all_of_it.daemon
    allowed = resource.getrlimit(resource.RLIMIT_CORE)[1]
    assert resource.prlimit(daemon.process.pid, resource.RLIMIT_CORE) == ((0, 0) if allowed == 0 else (1, 1))
    daemon.process.send_signal(crash)
    end = os.waitid(os.P_PID, daemon.process.pid, os.WEXITED | os.WNOWAIT)
    assert (end.si_code, end.si_status) == (os.CLD_KILLED, crash)  # CLD_DUMPED: there was a core
    assert not list(daemon.directory.glob("core*"))


# The tests themselves.


def test_what_is_planted_is_seen(canaries):
    for text in (canaries.pieces[0], json.dumps({"a": canaries.pieces[3]}), canaries.records[0].decode()):
        with pytest.raises(AssertionError):
            canaries.check("here", text)
    shown = {piece for record in canaries.records for piece in readable(canaries.pieces, record)}
    assert len(shown) == len(set(canaries.pieces))


def test_chunks_on_the_disk_can_be_read(start, new_peer, data_dir):
    peer = new_peer(token=None, certificate=None, listening=False)
    daemon = start(configuration(steps=[], sinks={"out": http_sink(peer)}, data_dir=str(data_dir),
                                 shutdown={"budget": "200ms", "read": "100ms"}))
    with socket.create_connection(daemon.address()) as sock:
        sock.sendall(b'{"n":"findable"}\n' * 50)
    daemon.wait_until(lambda: daemon.ledger()["out"]["held"] == 50, what="held")
    daemon.stop()
    texts = [text for file in data_dir.rglob("*.seg") for text in unpacked(file)]
    assert sum(text.count(b"findable") for text in texts) == 50
    assert b"findable" in views(b'{"n":"findable"}').pop()
