"""The sink `cloudwatch` against moto's server, which is somebody else's idea of CloudWatch Logs; boto3 reads back what
arrived. Both come from the environment that `make setup-interop` makes.
"""

import datetime
import json
import os
import pathlib
import socket
import subprocess
import time

import pytest

from tests.support.configuration import configuration, tcp
from tests.support.senders import send_tcp

ROOT = pathlib.Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv/bin/python"
READ_BACK = pathlib.Path(__file__).with_name("read_back.py")
KEYS = {"access_key_id": "AKIDINTEROP", "secret_access_key": "canary-secret-4411"}


class Moto:
    """The server on a port of its own, until stop()."""

    def __init__(self, directory):
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._log = open(directory / "moto.log", "wb")
        self._process = subprocess.Popen([PYTHON, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
                                         stdout=self._log, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self, timeout=30.0):
        deadline = time.monotonic() + timeout
        while True:
            said = pathlib.Path(self._log.name).read_text()
            assert self._process.poll() is None and time.monotonic() < deadline, said
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                time.sleep(0.05)

    def read_back(self):
        """{group: {"retention": days or None, "tags": {}, "streams": {name: [[time, message]]}}}"""
        run = subprocess.run([PYTHON, READ_BACK, self.url], capture_output=True, text=True, check=False, timeout=120)
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)

    def stop(self):
        self._process.terminate()
        self._process.wait(10)
        self._log.close()


@pytest.fixture(scope="module", name="server")
def _server(tmp_path_factory):
    if not PYTHON.exists():
        missing = f"{PYTHON} is missing: make setup-interop"
        (pytest.fail if os.environ.get("TOWLINE_REQUIRE_INTEROP") else pytest.skip)(missing)
    server = Moto(tmp_path_factory.mktemp("moto"))
    yield server
    server.stop()


@pytest.fixture(name="ship")
def _ship(start, server):
    def make(**settings):
        sink = {"type": "cloudwatch", "region": "eu-west-1", "endpoint": server.url, "batch": {"age": "200ms"}, **KEYS}
        return start(configuration(sources={"app": tcp()}, steps=[], sinks={"out": {**sink, **settings}}))

    return make


def record(number, **more):
    moment = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"dt": moment, "n": number, "text": "zw\u00f6lf \U0001f600", **more}, ensure_ascii=False)


def send(daemon, records):
    send_tcp(daemon.address(), "".join(line + "\n" for line in records).encode())


def milliseconds(line):
    moment = datetime.datetime.fromisoformat(json.loads(line)["dt"].replace("Z", "+00:00"))
    return round(moment.timestamp() * 1000)


def test_groups_streams_and_retention(ship, server):
    daemon = ship(group="/interop/{service}", stream="{zone}", retention_days=14, tags={"team": "x"})
    records = [record(number, service="ab"[number % 2], zone=f"z{number % 3}") for number in range(60)]
    send(daemon, records)
    assert daemon.settle(60, timeout=30)["delivered"] == 60
    found = server.read_back()
    for index, service in enumerate("ab"):
        group = found[f"/interop/{service}"]
        assert (group["retention"], group["tags"]) == (14, {"team": "x"})
        assert group["streams"].keys() == {"z0", "z1", "z2"}
        for zone in range(3):
            expected = [line for number, line in enumerate(records) if number % 2 == index and number % 3 == zone]
            assert group["streams"][f"z{zone}"] == [[milliseconds(line), line] for line in expected]


def test_a_hundred_thousand_events_in_order(ship, server):
    daemon = ship(group="/interop/many", stream="one", in_flight=1)
    records = [record(number) for number in range(100_000)]
    send(daemon, records)
    assert daemon.settle(100_000, timeout=60)["delivered"] == 100_000
    events = server.read_back()["/interop/many"]["streams"]["one"]
    assert [message for _, message in events] == records
    assert [moment for moment, _ in events] == [milliseconds(line) for line in records]
