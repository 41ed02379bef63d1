"""The test destination itself: it takes what is right, objects to what is wrong, and misbehaves as told."""

import gzip
import http.client
import socket
import ssl
import time

import pytest

from tests.support.certificates import Certificates
from tests.support.exchange import Reply, limit_body, refuse_record
from tests.support.peer import Peer

LINES = b'{"a":1}\n{"b":"x"}\n'


@pytest.fixture(scope="module", name="certificates")
def _certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(name="peer")
def _peer(certificates):
    with Peer(certificates) as peer:
        yield peer


def connect(peer, timeout=5):
    context = ssl.create_default_context(cafile=peer.ca_file)
    return http.client.HTTPSConnection("localhost", peer.port, context=context, timeout=timeout)


def post(peer, body=LINES, connection=None, **headers):
    fields = {"Authorization": "Bearer test-token", "Content-Type": "application/x-ndjson"}
    if body is LINES:
        body, fields["Content-Encoding"] = gzip.compress(body), "gzip"
    connection = connection or connect(peer)
    fields.update({name.replace("_", "-"): value for name, value in headers.items()})
    connection.request("POST", "/", body, fields, encode_chunked="Transfer-Encoding" in fields)
    return connection.getresponse()


def test_takes_gzipped_lines_over_one_connection(peer):
    connection = connect(peer)
    for _ in range(3):
        reply = post(peer, connection=connection)
        assert reply.status == 202 and reply.read() == b""
    assert peer.records() == [b'{"a":1}', b'{"b":"x"}'] * 3
    assert {request.connection for request in peer.requests} == {1}
    assert peer.violations == []


def test_takes_plain_bodies_arrays_and_chunks(peer):
    assert post(peer, b'{"a":1}\n').status == 202
    assert post(peer, b' [{"a":1} , {"b":[2,3]},{}]', Content_Type="application/json").status == 202
    assert post(peer, iter([b'{"c"', b":3}\n"]), Transfer_Encoding="chunked").status == 202
    assert peer.records() == [b'{"a":1}', b'{"a":1}', b'{"b":[2,3]}', b"{}", b'{"c":3}']


@pytest.mark.parametrize("body, headers", [
    (LINES, {"Content_Type": "text/plain"}),
    (b'{"a":1}', {}),
    (b"not gzip", {"Content_Encoding": "gzip"}),
    (gzip.compress(LINES) + b"rest", {"Content_Encoding": "gzip"}),
    (gzip.compress(LINES) * 2, {"Content_Encoding": "gzip"}),
    (gzip.compress(LINES)[:-3], {"Content_Encoding": "gzip"}),
], ids=["content type", "no newline", "not gzip", "bytes behind", "two members", "cut"])
def test_objects_to_a_wrong_body(peer, body, headers):
    assert post(peer, body, **headers).status == 406
    assert len(peer.violations) == 1
    assert peer.records() == []


def test_asks_for_the_token(peer):
    assert post(peer, Authorization="Bearer other").status == 403
    peer.token = "other"
    assert post(peer, Authorization="Bearer other").status == 202


def test_answers_as_scripted_then_by_rule_then_as_usual(peer):
    peer.next(Reply(503, headers={"Retry-After": "7"}), Reply(500))
    peer.rule(refuse_record(b'"b"', 400))
    reply = post(peer)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "7")
    assert post(peer).status == 500
    assert post(peer).status == 400
    assert post(peer, b'{"a":1}\n').status == 202
    peer.clear_rules()
    peer.rule(limit_body(10))
    assert post(peer).status == 413
    assert peer.statuses() == [503, 500, 400, 202, 413]


@pytest.mark.parametrize("reply, failure", [
    (Reply(fault="reset"), ConnectionError),
    (Reply(fault="reset_in_reply"), (ConnectionError, http.client.BadStatusLine)),
    (Reply(fault="malformed"), http.client.BadStatusLine),
    (Reply(fault="endless_headers"), http.client.HTTPException),
    (Reply(fault="half_close"), (http.client.RemoteDisconnected, ssl.SSLEOFError)),
    (Reply(fault="silent"), TimeoutError),
])
def test_misbehaves(peer, reply, failure):
    peer.next(reply)
    with pytest.raises(failure):
        post(peer, connection=connect(peer, timeout=0.2))
    peer.wait_for_requests(1)
    assert peer.statuses() == [None] and peer.records() == []
    assert peer.requests[0].records == LINES.splitlines()
    assert post(peer).status == 202


def test_truncates_and_never_ends_a_body(peer):
    peer.next(Reply(fault="truncated"), Reply(fault="endless_body"))
    with pytest.raises((http.client.IncompleteRead, ssl.SSLEOFError)):
        post(peer).read()
    reply = post(peer)
    assert reply.status == 202 and len(reply.read(1_000_000)) == 1_000_000


def test_resets_in_the_middle_of_a_body(peer):
    peer.next(Reply(fault="reset_in_body", fault_bytes=100_000))
    with pytest.raises((OSError, http.client.HTTPException)):
        post(peer, b"x" * 8_000_000)
    peer.wait_for_requests(1)


def test_delays(peer):
    peer.next(Reply(delay=0.2))
    before = time.monotonic()
    assert post(peer).status == 202
    assert time.monotonic() - before >= 0.2


@pytest.mark.parametrize("kind, problem", [
    ("other_name", "mismatch"), ("expired", "expired"), ("foreign", "unable to get local issuer"),
])
def test_presents_wrong_certificates(certificates, kind, problem):
    with Peer(certificates, certificate=kind) as peer:
        with pytest.raises(ssl.SSLCertVerificationError, match=problem):
            post(peer)


def test_fails_before_tls(peer):
    peer.on_connect = "plain_text"
    with pytest.raises(ssl.SSLError, match="wrong version|WRONG_VERSION"):
        post(peer)
    peer.on_connect = "reset"
    with pytest.raises(OSError):
        post(peer)
    peer.on_connect = "silent"
    with pytest.raises(TimeoutError):
        post(peer, connection=connect(peer, timeout=0.1))


def test_can_be_dead_and_come_back(certificates):
    with Peer(certificates, listening=False) as peer:
        with pytest.raises(ConnectionRefusedError):
            post(peer)
        peer.listen()
        connection = connect(peer)
        assert post(peer, connection=connection).read() == b""
        peer.go_away()
        with pytest.raises((OSError, http.client.HTTPException)):
            post(peer, connection=connection)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", peer.port))
        peer.listen()
        assert post(peer).status == 202


def test_counts_bytes_without_keeping_them(certificates):
    with Peer(certificates, keep=False) as peer:
        assert post(peer).status == 202
        assert peer.plain_bytes == len(LINES) and peer.body_bytes == len(gzip.compress(LINES))
        assert peer.requests == [] and peer.records() == []
