"""A transform's output split by conditions: who reads a route gets what matches it, all of it, and nothing else, and the
ledger of every sink says so."""

import collections
import http.client
import json

import pytest

from tests.support import configuration
from tests.support import daemon as towline
from tests.support.exchange import Reply
from tests.support.senders import send_tcp

ROUTES = {"errors": '{ $.level = "ERROR" || $.status >= 500 }', "api": '{ $.path = "/api/*" }'}
LEVELS = ("DEBUG", "INFO", "ERROR")


def record(number):
    """Some are errors, some are below /api/, some are both and some neither."""
    return {"n": number, "level": LEVELS[number % 3], "status": 503 if number % 15 == 0 or number % 15 == 4 else 200,
            "path": "/api/users" if number % 2 else "/"}


def is_error(each):
    return each["level"] == "ERROR" or each["status"] >= 500


def is_api(each):
    return each["path"].startswith("/api/")


def lines(records):
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


class Split:
    """A daemon whose transform `clean` has routes; inputs: {sink: what it reads}. Each sink has its own destination."""

    def __init__(self, start, new_peer, inputs, transforms=None, **root):
        self.peers = {sink: new_peer(token=None, certificate=None) for sink in inputs}
        sinks = {sink: configuration.http_sink(peer, inputs=inputs[sink]) for sink, peer in self.peers.items()}
        self.config = configuration.configuration(steps=[{"rename": {"severity": "level"}}], sinks=sinks, **root)
        self.config["transforms"]["clean"]["routes"] = ROUTES
        self.config["transforms"].update(transforms or {})
        self._start = start
        self.daemon = start(self.config)

    def restart(self):
        self.daemon = self._start(self.config)

    def send(self, records):
        send_tcp(self.daemon.address(), lines(records))

    def got(self, sink):
        return [json.loads(each) for each in self.peers[sink].records()]

    def settle(self, received):
        """{sink: its balance}, each of which is exact."""
        return {sink: self.daemon.settle(count, sink) for sink, count in received.items()}


@pytest.fixture(name="split")
def _split(start, new_peer):
    return lambda inputs, **settings: Split(start, new_peer, inputs, **settings)


def numbers(records):
    return sorted(each["n"] for each in records)


def test_every_record_goes_where_it_belongs(split):
    split = split({"all": ["clean"], "errors": ["clean.errors"], "api": ["clean.api"], "rest": ["clean._unmatched"]})
    records = [record(number) for number in range(300)]
    split.send(records)
    balances = split.settle(dict.fromkeys(split.peers, 300))
    expected = {"all": records, "errors": [each for each in records if is_error(each)],
                "api": [each for each in records if is_api(each)],
                "rest": [each for each in records if not is_error(each) and not is_api(each)]}
    for sink, each in expected.items():
        assert 0 < len(each) <= 300
        assert numbers(split.got(sink)) == numbers(each), sink
        assert balances[sink]["delivered"] == len(each)
        assert sum(balances[sink]["filtered"].values()) == 300 - len(each)
    assert balances["errors"]["filtered"] == {"clean.errors.1_route": 300 - len(expected["errors"])}
    assert balances["rest"]["filtered"] == {"clean._unmatched.1_route": 300 - len(expected["rest"])}
    filtered = split.daemon.metric("towline_transform_filtered_records_total", transform="clean.api", step="1_route")
    assert filtered == 300 - len(expected["api"])


def test_a_sink_may_read_two_routes(split):
    """What matches both comes twice, as from two transforms, and counts twice."""
    split = split({"two": ["clean.errors", "clean.api"], "disjoint": ["clean._unmatched", "clean.api"]})
    records = [record(number) for number in range(30)]
    split.send(records)
    split.settle({"two": 60, "disjoint": 60})
    times = collections.Counter(each["n"] for each in split.got("two"))
    assert times == {each["n"]: is_error(each) + is_api(each) for each in records if is_error(each) or is_api(each)}
    assert numbers(split.got("disjoint")) == numbers(each for each in records if is_api(each) or not is_error(each))


def test_conditions_see_what_the_steps_did_and_change_nothing(split):
    """A transform behind a route has its own copy: what it does to a record nobody else sees."""
    behind = {"behind": {"inputs": ["clean.errors"], "steps": [{"set": {"marked": True}}, {"remove": ["path"]}]}}
    split = split({"marked": ["behind"], "errors": ["clean.errors"], "api": ["clean.api"]}, transforms=behind)
    one = {"dt": "2026-11-20T12:00:00Z", "n": 1, "level": "ERROR", "path": "/api/x", "list": [1, {"a": "\u00e9"}]}
    split.send([{"severity" if key == "level" else key: one[key] for key in one}])
    split.settle(dict.fromkeys(split.peers, 1))
    assert split.got("errors") == split.got("api") == [one]
    assert split.got("marked") == [{**{key: one[key] for key in one if key != "path"}, "marked": True}]


def test_a_line_that_is_no_record_is_routed_like_one(split):
    split = split({"errors": ["clean.errors"], "api": ["clean.api"], "rest": ["clean._unmatched"]})
    send_tcp(split.daemon.address(), b"plain ERROR text\n{broken\n")
    split.settle(dict.fromkeys(split.peers, 2))
    assert [each["message"] for each in split.got("rest")] == ["plain ERROR text", "{broken"]
    assert split.got("errors") == split.got("api") == []


def test_what_nobody_reads_ends_there(split):
    """No sink reads `_unmatched`: such records are filtered for both, and the sums are right."""
    split = split({"errors": ["clean.errors"], "api": ["clean.api"]})
    rest = [each for each in map(record, range(60)) if not is_error(each) and not is_api(each)]
    split.send(rest)
    for balance in split.settle(dict.fromkeys(split.peers, len(rest))).values():
        assert balance["delivered"] == 0
        assert sum(balance["filtered"].values()) == len(rest) > 0


def post(address, records):
    connection = http.client.HTTPConnection(*address, timeout=20)
    try:
        connection.request("POST", "/", lines(records))
        reply = connection.getresponse()
        reply.read()
        return reply.status
    finally:
        connection.close()


def test_a_route_is_kept_on_disk(split, data_dir):
    """What was acknowledged while a destination was away survives a kill, and each sink gets its own share."""
    split = split({"errors": ["clean.errors"], "api": ["clean.api"], "rest": ["clean._unmatched"]},
                  sources={"app": configuration.http()}, data_dir=str(data_dir))
    split.peers["errors"].rule(lambda request: Reply(503))
    records = [record(number) for number in range(60)]
    assert post(split.daemon.address("app", "http"), records) == 200
    split.daemon.process.kill()
    split.daemon.wait()
    split.peers["errors"].clear_rules()
    split.restart()
    split.peers["errors"].wait_for(len([each for each in records if is_error(each)]))
    for sink in split.peers:
        split.daemon.wait_until(lambda sink=sink: split.daemon.ledger()[sink]["held"] == 0)
        assert split.daemon.ledger()[sink].get("difference", 0) == 0
    assert set(numbers(split.got("errors"))) == {each["n"] for each in records if is_error(each)}
    assert set(numbers(split.got("rest"))) == {each["n"] for each in records if not is_error(each) and not is_api(each)}


def test_only_what_no_route_takes_may_be_left_unread(launch):
    config = configuration.configuration(steps=[], sinks={"out": {"type": "console"}})
    config["transforms"]["clean"]["routes"] = ROUTES
    daemon = launch(config)
    assert daemon.wait() == 2
    assert "nothing reads the route `clean.errors`" in daemon.stderr()
    assert "_unmatched" not in daemon.stderr()


FILTER = '{ $.level = "ERROR" || $.status >= 500 }'


def test_the_filter_of_a_sink(start, new_peer):
    """Like a route for it alone: what doesn't match is filtered, and the others get everything."""
    peers = {sink: new_peer(token=None, certificate=None) for sink in ("all", "errors")}
    sinks = {"all": configuration.http_sink(peers["all"]),
             "errors": configuration.http_sink(peers["errors"], filter=FILTER)}
    daemon = start(configuration.configuration(steps=[{"rename": {"severity": "level"}}], sinks=sinks))
    records = [{"severity" if key == "level" else key: each[key] for key in each} for each in map(record, range(300))]
    send_tcp(daemon.address(), lines(records))
    expected = [each for each in map(record, range(300)) if is_error(each)]
    assert daemon.settle(300, "all")["delivered"] == 300
    balance = daemon.settle(300, "errors")
    assert balance["delivered"] == len(expected)
    assert balance["filtered"] == {"errors.filter.1_filter": 300 - len(expected)}
    assert numbers(map(json.loads, peers["errors"].records())) == numbers(expected)


def test_a_filter_says_where_it_is_wrong(tmp_path):
    file = tmp_path / "towline.yaml"
    file.write_text("sources: { app: { type: tcp, listen: '127.0.0.1:0' } }\nsinks:\n  out:\n    type: console\n"
                    "    inputs: [app]\n    filter: '{ $.level == 1 }'\n")
    result = towline.run("check", str(file))
    assert result.returncode == 2
    assert "towline.yaml:6:25: error: sinks.out.filter: " in result.stderr


def test_a_filter_can_be_tested(tmp_path):
    file = tmp_path / "towline.yaml"
    file.write_text("sources: { app: { type: tcp, listen: '127.0.0.1:0' } }\nsinks:\n"
                    "  all: { type: console, inputs: [app] }\n"
                    "  errors: { type: console, inputs: [app], filter: '{ $.level = \"ERROR\" }' }\n")
    cases = tmp_path / "cases.yaml"
    cases.write_text("- name: only errors\n  at: errors\n  input: [{ level: ERROR, n: 1 }, { level: INFO, n: 2 }]\n"
                     "  expected: [{ level: ERROR, n: 1 }]\n")
    result = towline.run("test", str(file), str(cases))
    assert result.returncode == 0, result.stdout + result.stderr
