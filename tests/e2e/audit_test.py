"""What was redacted where: GET /audit and `towline audit` say it, and never what it was."""

import datetime
import json

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.senders import send_tcp

CARD = "4111111111111111"
RECORDS = [
    {"dt": 1, "user": {"email": "canary-jane@example.com"}, "note": "canary-joe@example.com or canary-ann@example.com"},
    {"dt": 2, "user": {"email": "canary-jim@example.com"}, "items": [{"card": int(CARD)}, {"card": CARD}]},
    {"dt": 3, "password": "canary-hunter2", "nothing": "to see here"},
]
EXPECTED = {
    ("clean", "items.*.card", "card"): 2,
    ("clean", "note", "email"): 2,
    ("clean", "password", "field"): 1,
    ("clean", "user.email", "email"): 2,
}


def send(daemon, peer):
    send_tcp(daemon.address(), b"".join(json.dumps(record).encode() + b"\n" for record in RECORDS))
    peer.wait_for(len(RECORDS))


def url_of(daemon):
    return "http://" + daemon.wait_for_event("admin.listening").fields["address"]


def counts(redactions):
    return {(row["transform"], row["field"], row["detector"]): row["count"] for row in redactions}


def assert_no_value(text):
    assert "canary-" not in text and CARD not in text and "hunter2" not in text, text


def test_says_what_was_redacted_where_and_how_often(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    assert json.loads(daemon.get("/audit")[1]) == {"redactions": []}
    begin = datetime.datetime.now(datetime.timezone.utc)
    send(daemon, peer)
    status, body = daemon.get("/audit")
    assert status == 200
    assert_no_value(body)
    redactions = json.loads(body)["redactions"]
    assert counts(redactions) == EXPECTED
    for row in redactions:
        first, last = (datetime.datetime.fromisoformat(row[key][:26] + "+00:00") for key in ("first", "last"))
        assert begin - datetime.timedelta(seconds=1) <= first <= last <= datetime.datetime.now(datetime.timezone.utc)
    send(daemon, peer)
    again = json.loads(daemon.get("/audit")[1])["redactions"]
    assert counts(again) == {row: 2 * count for row, count in EXPECTED.items()}
    assert [row["first"] for row in again] == [row["first"] for row in redactions]


def test_the_command_shows_it(start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    send(daemon, peer)
    shown = towline.run("audit", "--url", url_of(daemon))
    assert shown.returncode == 0 and shown.stderr == ""
    assert_no_value(shown.stdout)
    title, *rows = shown.stdout.splitlines()
    assert title.split() == ["transform", "field", "detector", "count", "first", "last"]
    assert {tuple(row.split()[:3]): int(row.split()[3]) for row in rows} == EXPECTED
    as_json = towline.run("audit", "--json", TOWLINE_ADMIN_LISTEN=url_of(daemon).removeprefix("http://"))
    assert as_json.returncode == 0 and counts(json.loads(as_json.stdout)["redactions"]) == EXPECTED


def test_without_a_daemon_it_says_how_to_reach_one():
    result = towline.run("audit", "--url", "http://127.0.0.1:1")
    assert result.returncode == 1 and result.stdout == ""
    assert "Connection refused" in result.stderr and "--url" in result.stderr
