"""GET /status: the figures are those of the ledger and the metrics, once or as a stream of events, and never a secret.
And the document that shows them; how it looks in a browser is page_test.py's.
"""

import base64
import hashlib
import http.client
import json
import re
import time

from tests.support.configuration import betterstack, configuration, tcp, udp
from tests.support.daemon import ROOT, parse_address
from tests.support.exchange import Reply
from tests.support.senders import send_tcp

STREAMS_MAX = 8
PAGE_BYTES_MAX = 40 * 1024


def status_of(daemon):
    code, body = daemon.get("/status")
    assert code == 200
    return json.loads(body)


def by_id(components):
    return {component["id"]: component for component in components}


def records(count, **fields):
    return b"".join(json.dumps({"dt": n, **fields}).encode() + b"\n" for n in range(count))


class Events:
    """An open stream of the status."""

    def __init__(self, daemon, **headers):
        host, port = parse_address(daemon.wait_for_event("admin.listening").fields["address"])
        self.connection = http.client.HTTPConnection(host, port, timeout=10)
        self.connection.request("GET", "/status", headers={"Accept": "text/event-stream", **headers})
        self.reply = self.connection.getresponse()
        self.status = self.reply.status

    def next(self):
        line = self.reply.readline().decode()
        assert line.startswith("data: "), line
        assert self.reply.readline() == b"\n"
        return json.loads(line[6:])

    def close(self):
        self.reply.close()
        self.connection.close()


def test_the_figures_are_those_of_the_ledger_and_the_metrics(start, peer):
    daemon = start(configuration(
        sources={"app": tcp(), "other": udp()},
        steps=[{"drop_if": '{ $.level = "DEBUG" }'}, {"redact": {}}],
        sinks={"out": betterstack(peer), "console": {"type": "console"}}))
    send_tcp(daemon.address(), records(30) + records(10, level="DEBUG") + b"no JSON\n")
    daemon.settle(41)
    daemon.settle(41, sink="console")
    status = status_of(daemon)
    assert status["phase"] == "running" and status["in_memory"] and status["uptime_seconds"] > 0
    assert 0 < status["memory_used_bytes"] <= status["memory_limit_bytes"] == 32 << 20
    assert status["resident_bytes"] > 1 << 20
    sources = by_id(status["sources"])
    assert sources["app"]["type"] == "tcp" and sources["other"]["type"] == "udp"
    assert sources["app"]["received_records"] == 41 and sum(sources["app"]["invalid"].values()) == 1
    assert sources["app"]["received_bytes"] == daemon.metric("towline_source_received_bytes_total", source="app")
    (clean,) = status["transforms"]
    assert (clean["in_records"], clean["out_records"]) == (41, 31)
    assert [step["filtered_records"] for step in clean["steps"]] == [10, 0]
    sinks = by_id(status["sinks"])
    assert sinks["out"]["delivered_records"] == 31 and sinks["out"]["held_records"] == 0
    assert sinks["out"]["state"] == "healthy" and sinks["out"]["last_error"] == "" and not sinks["out"]["failing"]
    assert sinks["out"]["sent_bytes"] == daemon.metric("towline_sink_sent_bytes_total", sink="out") > 0
    assert sinks["out"]["attempts"]["delivered"] == daemon.metric("towline_sink_attempts_total", sink="out")
    assert {(edge["from"], edge["to"]) for edge in status["edges"]} == {
        ("app", "clean"), ("other", "clean"), ("clean", "out"), ("clean", "console")}
    assert status["ledger"] == json.loads(daemon.get("/ledger")[1])


def test_a_dead_destination_is_told_and_what_it_said_stays(start, peer):
    peer.default = Reply(503)
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), records(5, password="canary-hunter2"))
    out = lambda: status_of(daemon)["sinks"][0]  # noqa: E731
    daemon.wait_until(lambda: out()["state"] == "retrying", what="retrying")
    daemon.wait_until(lambda: out()["held_bytes"] > 0, what="bytes are held")
    sick = out()
    assert "503" in sick["cause"] and "503" in sick["last_error"]
    assert sick["held_records"] == 5 and 0 <= sick["last_error_age_seconds"] < 10
    assert sick["oldest_held_seconds"] > 0 and sick["attempts"]["retry"] >= 1
    assert "canary" not in daemon.get("/status")[1]
    peer.default = Reply()
    daemon.settle(5)
    daemon.wait_until(lambda: out()["state"] == "healthy", what="healthy")
    well = out()
    assert well["cause"] == "" and "503" in well["last_error"] and well["held_bytes"] == 0
    assert well["retry_in_seconds"] is None and well["oldest_held_seconds"] == 0


def test_on_disk_the_streams_say_how_full_they_are(start, peer, data_dir):
    daemon = start(configuration(sinks={"out": betterstack(peer)}, data_dir=str(data_dir)))
    send_tcp(daemon.address(), records(5))
    daemon.settle(5)
    status = status_of(daemon)
    assert not status["in_memory"]
    streams = by_id(status["streams"])
    assert set(streams) == {"clean", "replay.out"}
    assert streams["clean"]["durable"] and streams["clean"]["well"] and streams["clean"]["appended_records"] == 5
    assert 0 < streams["clean"]["disk_bytes"] < streams["clean"]["disk_limit_bytes"]
    assert streams["clean"]["disk_limit_bytes"] == daemon.metric("towline_stream_disk_max_bytes", stream="clean")


def test_a_stream_brings_one_each_second(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    events = Events(daemon)
    assert events.status == 200 and events.reply.headers["Content-Type"] == "text/event-stream"
    began = time.monotonic()
    first = events.next()
    send_tcp(daemon.address(), records(7))
    following = [events.next() for _ in range(3)]
    assert 2 < time.monotonic() - began < 8
    uptimes = [status["uptime_seconds"] for status in (first, *following)]
    assert uptimes == sorted(uptimes) and uptimes[3] - uptimes[0] > 2
    assert first["sources"][0]["received_records"] == 0
    assert following[-1]["sources"][0]["received_records"] == 7
    events.close()


def test_there_are_as_many_streams_as_there_may_be(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    streams = [Events(daemon) for _ in range(STREAMS_MAX)]
    assert all(stream.status == 200 for stream in streams)
    refused = Events(daemon)
    assert refused.status == 503 and refused.reply.headers["Retry-After"]
    assert "admin.status_streams" in refused.reply.read().decode()
    assert all(stream.next()["phase"] == "running" for stream in streams)
    assert status_of(daemon)["phase"] == "running"
    streams.pop().close()

    def is_free():
        again = Events(daemon)
        streams.append(again)
        return again.status == 200

    daemon.wait_until(is_free, what="free again", interval=0.2)
    for stream in streams:
        stream.close()
    assert daemon.stop() == 0


def test_the_setting_says_how_many(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)},
                                 admin={"listen": "127.0.0.1:0", "status_streams": 0}))
    assert Events(daemon).status == 503
    assert status_of(daemon)["phase"] == "running"


def test_a_reader_that_takes_nothing_keeps_nobody_waiting(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    hanging = Events(daemon)
    time.sleep(1.5)
    send_tcp(daemon.address(), records(5))
    daemon.settle(5)
    assert daemon.stop() == 0
    hanging.close()


def test_with_a_token_it_is_for_those_who_have_it(launch, peer):
    daemon = launch(configuration(sinks={"out": betterstack(peer)},
                                  admin={"listen": "127.0.0.1:0", "token": "canary-admin-token"}))
    daemon.wait_for_event("source.listening")
    assert daemon.get("/status")[0] == 401
    refused = Events(daemon)
    assert refused.status == 401
    events = Events(daemon, Authorization="Bearer canary-admin-token")
    assert events.status == 200 and events.next()["sinks"][0]["id"] == "out"
    events.close()


def page_of(daemon):
    """Its headers and text, as a browser gets them."""
    connection = http.client.HTTPConnection(*parse_address(daemon.wait_for_event("admin.listening").fields["address"]))
    connection.request("GET", "/", headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    assert reply.status == 200 and reply.headers["Content-Type"] == "text/html; charset=utf-8"
    return reply.headers, text


def test_a_browser_gets_the_page_and_others_a_list(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    listing = daemon.get("/")[1]
    assert "/status " in listing and "/metrics " in listing and "<" not in listing
    assert page_of(daemon)[1].startswith("<!doctype html>")


def test_the_page_is_small_and_asks_nobody_else(start, peer):
    _, text = page_of(start(configuration(sinks={"out": betterstack(peer)})))
    assert len(text.encode()) <= PAGE_BYTES_MAX
    assert re.findall(r'(?:src|href)="(?!#|data:|metrics"|ledger"|status")', text) == []
    assert set(re.findall(r"https?://[^'\"\s]+", text)) == {"http://www.w3.org/2000/svg"}, "a name, not an address"


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(start, peer):
    headers, text = page_of(start(configuration(sinks={"out": betterstack(peer)})))
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        (content,) = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert policy.pop(rule) == f"'sha256-{digest}'"
    assert policy == {"default-src": "'none'", "connect-src": "'self'", "img-src": "data:", "base-uri": "'none'",
                      "form-action": "'none'", "frame-ancestors": "'none'"}
    assert not re.search(r'\son\w+="|\sstyle="', text), "the policy would not allow it"


def test_the_page_makes_no_markup_of_data():
    markup = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function")
    scripts = list((ROOT / "src/app/page").glob("*.js"))
    assert scripts and not [path.name for path in scripts if markup.search(path.read_text())]


def test_the_page_is_for_everybody_and_holds_nothing(launch, peer):
    daemon = launch(configuration(sinks={"a_name_of_ours": betterstack(peer)},
                                  admin={"listen": "127.0.0.1:0", "token": "canary-admin-token"}))
    daemon.wait_for_event("source.listening")
    _, text = page_of(daemon)
    assert "a_name_of_ours" not in text and "canary" not in text
