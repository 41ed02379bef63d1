"""Real senders: structlog through a SocketHandler, logger, netcat. What people have, as they have it."""

import json
import logging
import logging.handlers
import shutil
import subprocess

import pytest

from tests.support.configuration import betterstack, configuration, tcp, udp
from tests.support.numbered import numbers

structlog = pytest.importorskip("structlog")


class JsonLinesHandler(logging.handlers.SocketHandler):
    """The usual application side: SocketHandler, but a line of JSON instead of a pickle."""

    def makePickle(self, record):
        return self.format(record).encode() + b"\n"


@pytest.fixture(name="daemon")
def _daemon(start, peer):
    sources = {"app": tcp(), "app_udp": udp()}
    return start(configuration(sources=sources, sinks={"out": betterstack(peer)}))


def test_structlog_over_tcp(daemon, peer):
    handler = JsonLinesHandler(*daemon.address())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(),
        foreign_pre_chain=[structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso")]))
    root = logging.Logger("application")
    root.addHandler(handler)
    log = structlog.wrap_logger(root, wrapper_class=structlog.stdlib.BoundLogger, processors=[
        structlog.contextvars.merge_contextvars, structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"), structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter])

    log.info("order placed", order=17, total=12.5, password="hunter2", customer={"email": "ann@example.com"})
    try:
        raise ValueError("no such \u20ac coupon\nsecond line")
    except ValueError:
        log.exception("checkout failed")
    root.warning("from a plain logger")
    handler.close()

    peer.wait_for(3)
    placed, failed, plain = map(json.loads, peer.records())
    assert placed["event"] == "order placed" and (placed["order"], placed["total"]) == (17, 12.5)
    assert placed["password"] == "[REDACTED:field]" and placed["customer"]["email"] == "a***@example.com"
    assert placed["level"] == "info" and placed["dt"].startswith("20") and "timestamp" not in placed
    assert "no such \u20ac coupon\nsecond line" in failed["exception"]
    assert plain["event"] == "from a plain logger" and plain["level"] == "warning"
    assert daemon.settle(3)["delivered"] == 3


def test_logger_over_udp_is_wrapped(daemon, peer):
    if shutil.which("logger") is None:
        pytest.skip("no logger here")
    host, port = daemon.address("app_udp", "udp")
    for form in ("--rfc3164", "--rfc5424"):
        subprocess.run(["logger", "--udp", "--server", host, "--port", str(port), form, "hello from the shell"],
                       check=True)
    peer.wait_for(2)
    for record in map(json.loads, peer.records()):
        assert record["message"].startswith("<") and record["message"].endswith("hello from the shell")
        assert record["towline"]["error"]
    daemon.settle(2)


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_netcat(daemon, peer, transport):
    if shutil.which("nc") is None:
        pytest.skip("no netcat here")
    host, port = daemon.address("app_udp" if transport == "udp" else "app", transport)
    options = ["-u", "-w1"] if transport == "udp" else ["-N"]
    subprocess.run(["nc", *options, host, str(port)], input=b'{"dt":1,"n":0}\n{"dt":1,"n":1}\n', check=True)
    peer.wait_for(2)
    assert numbers(peer.records()) == [0, 1]


@pytest.mark.parametrize("transport", ["tcp", "udp"])
def test_a_shell_without_tools(daemon, peer, transport):
    """bash's /dev/tcp and /dev/udp: what a script in a bare container has."""
    host, port = daemon.address("app_udp" if transport == "udp" else "app", transport)
    command = f"""printf '{{"dt":1,"n":%d}}\\n' 0 1 > /dev/{transport}/{host}/{port}"""
    subprocess.run(["bash", "-c", command], check=True)
    peer.wait_for(2)
    assert numbers(peer.records()) == [0, 1]
    daemon.settle(2)
