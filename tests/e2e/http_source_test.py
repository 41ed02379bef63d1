"""The acknowledged source: what was answered with 200 is delivered, whatever happens to the daemon afterwards."""

import concurrent.futures
import gzip
import http.client
import json
import signal
import subprocess
import threading
import zlib

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.numbered import lines, numbered, numbers

MEBIBYTE = 1 << 20


def http_source(**settings):
    return {"type": "http", "listen": "127.0.0.1:0", **settings}


def config_for(peer, source=None, sink=None, **root):
    return configuration(sources={"web": source or http_source()}, sinks={"out": betterstack(peer, **(sink or {}))},
                         **root)


def post(daemon, body, timeout=30.0, path="/", **headers):
    """The status, the headers and the body of the answer."""
    connection = http.client.HTTPConnection(*daemon.address("web", "http"), timeout=timeout)
    try:
        connection.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read().decode()
    finally:
        connection.close()


def accepted(daemon, body, **headers):
    status, _, text = post(daemon, body, **headers)
    assert status in (200, 202), text
    return json.loads(text)["accepted"]


def test_records_are_redacted_and_delivered(start, peer):
    daemon = start(config_for(peer))
    assert accepted(daemon, b'{"timestamp":1,"message":"mail to jane@example.com"}\n{"dt":2}\n') == 2
    assert accepted(daemon, b'[{"dt":3,"password":"hunter2"},\n {"dt":\n4}]', Content_Type="application/json") == 2
    peer.wait_for(4)
    delivered = b"\n".join(peer.records())
    assert b"jane@example.com" not in delivered and b"hunter2" not in delivered
    records = [json.loads(record) for record in peer.records()]
    assert [record["dt"] for record in records] == [1, 2, 3, 4]
    assert daemon.settle(4)["delivered"] == 4
    assert daemon.metric("towline_source_answers_total", source="web") == 2


@pytest.mark.parametrize("coding, pack", [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_bodies(start, peer, coding, pack):
    daemon = start(config_for(peer))
    assert accepted(daemon, pack(lines(numbered(10_000))), Content_Encoding=coding) == 10_000
    peer.wait_for(10_000)
    assert numbers(peer.records()) == list(range(10_000))


def test_curl_as_people_call_it(start, peer, tmp_path):
    daemon = start(config_for(peer))
    (tmp_path / "lines").write_bytes(lines(numbered(20_000)))  # larger than 1 MiB: curl says Expect: 100-continue
    host, port = daemon.address("web", "http")
    reply = subprocess.run(["curl", "-sS", "--data-binary", f"@{tmp_path / 'lines'}", f"http://{host}:{port}/"],
                           capture_output=True, text=True, timeout=30, check=True)
    assert json.loads(reply.stdout) == {"accepted": 20_000}
    peer.wait_for(20_000)


def test_without_data_dir_the_answer_is_202(start, peer, data_dir):
    assert post(start(config_for(peer)), b"{}")[0] == 202
    assert post(start(config_for(peer, data_dir=str(data_dir))), b"{}")[0] == 200


def test_a_request_is_taken_whole_or_not_at_all(start, peer):
    daemon = start(config_for(peer))
    status, _, text = post(daemon, lines(numbered(3)) + b"\nnonsense\n" + lines(numbered(3, first=3)))
    assert status == 400
    assert json.loads(text)["line"] == 5
    status, _, text = post(daemon, b'[{"dt":1},{"dt":2},3]', Content_Type="application/json")
    assert (status, json.loads(text)["element"]) == (400, 3)
    accepted(daemon, lines(numbered(1, first=100)))
    peer.wait_for(1)
    assert daemon.settle(1)["delivered"] == 1
    assert peer.records() == numbered(1, first=100)


def test_limits_and_methods(start, peer):
    daemon = start(config_for(peer, http_source(max_body="1MiB", path="/logs", auth_token="let me in")))
    token = {"Authorization": "Bearer let me in"}
    assert post(daemon, b"{}", path="/logs")[0] == 401
    assert post(daemon, b"{}", path="/logs", **token)[0] == 202
    assert post(daemon, b"{}", path="/", **token)[0] == 404
    assert post(daemon, b"x" * (MEBIBYTE + 1), path="/logs", **token)[0] == 413
    assert post(daemon, gzip.compress(b" " * 100 * MEBIBYTE), path="/logs", Content_Encoding="gzip", **token)[0] == 413
    assert post(daemon, b"{}", path="/logs", Content_Encoding="br", **token)[0] == 415
    connection = http.client.HTTPConnection(*daemon.address("web", "http"), timeout=10)
    connection.request("GET", "/logs")
    reply = connection.getresponse()
    assert (reply.status, reply.headers["Allow"]) == (405, "POST")
    connection.close()
    assert "let me in" not in daemon.stderr()
    assert daemon.settle(1)["delivered"] == 1


def test_when_memory_is_full_the_client_is_told_and_nothing_is_lost(start, new_peer):
    peer = new_peer(listening=False)
    daemon = start(config_for(peer, memory="8MiB"))
    taken = 0
    for n in range(2_000):
        body = b"".join(b'{"dt":1,"n":%d,"noise":"%s"}\n' % (m, zlib.compress(b"%d" % m).hex().encode() * 8)
                        for m in range(n * 100, n * 100 + 100))
        status, headers, _ = post(daemon, body)
        if status == 503:
            break
        assert status == 202
        taken += 100
    assert status == 503 and int(headers["Retry-After"]) >= 1
    assert taken > 0
    daemon.balance(taken)
    assert daemon.metric("towline_source_answers_total", source="web", status="503") == 1
    peer.listen()
    peer.wait_for(taken, timeout=30)
    assert numbers(peer.records()) == list(range(taken))
    assert post(daemon, b"{}")[0] == 202
    if not towline.is_sanitized():
        assert daemon.memory("VmHWM") <= 8 * MEBIBYTE + 16_000_000


def test_what_was_answered_survives_a_kill(launch, new_peer, data_dir):
    peer = new_peer(listening=False)
    daemon = launch(config_for(peer, data_dir=str(data_dir))).wait_ready()
    answered = []
    for n in range(50):
        status, _, _ = post(daemon, lines(numbered(10, first=n * 10)))
        assert status == 200
        answered += range(n * 10, n * 10 + 10)
    daemon.process.send_signal(signal.SIGKILL)
    daemon.wait()
    peer.listen()
    again = launch(config_for(peer, data_dir=str(data_dir))).wait_ready()
    peer.wait_for(len(answered), timeout=20)
    assert sorted(set(numbers(peer.records()))) == answered
    again.wait_until(lambda: again.ledger()["out"]["held"] == 0, what="settled")


def test_a_kill_in_the_middle_of_many_requests_loses_nothing_that_was_answered(launch, peer, data_dir):
    daemon = launch(config_for(peer, data_dir=str(data_dir))).wait_ready()
    answered = []
    sent = threading.Event()

    def client(first):
        try:
            for n in range(first, first + 100_000, 10):
                if post(daemon, lines(numbered(10, first=n)))[0] == 200:
                    answered.extend(range(n, n + 10))
                if len(answered) > 2_000:
                    sent.set()
        except (OSError, http.client.HTTPException):
            pass

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for i in range(4):
            pool.submit(client, i * 100_000)
        assert sent.wait(30)
        daemon.process.send_signal(signal.SIGKILL)
    daemon.wait()
    again = launch(config_for(peer, data_dir=str(data_dir))).wait_ready()
    again.wait_until(lambda: set(answered) <= set(numbers(peer.records())), timeout=20, what="all that was answered")
    assert len(answered) > 2_000


def test_a_drain_answers_the_request_that_has_begun(start, peer):
    daemon = start(config_for(peer))
    connection = http.client.HTTPConnection(*daemon.address("web", "http"), timeout=10)
    connection.putrequest("POST", "/")
    connection.putheader("Content-Length", "9")
    connection.endheaders(b'{"dt":')
    daemon.wait_until(lambda: daemon.metric("towline_source_received_bytes_total", source="web") == 6, what="read")
    daemon.process.send_signal(signal.SIGTERM)
    daemon.wait_for_event("drain.started")
    connection.send(b"17}")
    reply = connection.getresponse()
    assert (reply.status, reply.headers["Connection"]) == (202, "close")
    connection.close()
    assert daemon.wait() == 0
    assert peer.records() == [b'{"dt":17}']
