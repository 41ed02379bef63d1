"""The load itself: it knows what was acknowledged, refused and left open."""

import http.server
import threading

import pytest

from tests.support.load import Load
from tests.support.tracked import number_of


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    statuses = []
    got = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = Handler.statuses.pop(0) if Handler.statuses else 200
        if status is None:
            self.close_connection = True
            return
        Handler.got.append((status, [number_of(line) for line in body.splitlines()]))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *unused):
        pass


@pytest.fixture(name="address")
def _address():
    Handler.statuses, Handler.got = [], []
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address
        server.shutdown()


def arrived(status):
    return sorted(number for each, numbers in Handler.got if each == status for number in numbers)


def test_every_number_once_and_its_answer_is_known(address):
    load = Load()
    Handler.statuses = [200, 503, 200, None, 429]
    load.post(address, 30)
    assert len(Handler.got) == 29 and load.sent > 30
    assert arrived(200) == sorted(load.acknowledged) == sorted(load.taken())
    assert sorted(arrived(503) + arrived(429)) == sorted(load.refused)
    assert load.unanswered == set(range(load.sent)) - load.acknowledged - load.refused
    assert load.statuses.count(None) == 1


def test_starts_again_and_ends_when_nobody_is_there(address):
    load = Load()
    for _ in range(3):
        load.start(address)
        load.stop()
    load.post(("127.0.0.1", 1), 10)
    assert len(load.unanswered) > 0 and arrived(200) == sorted(load.acknowledged)
