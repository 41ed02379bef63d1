"""Our signatures against botocore's, for a thousand requests that a seed makes: whatever a header, a path or a query may
hold, both must come to the same Authorization."""

import datetime
import json
import os
import random
import subprocess
import urllib.parse

import pytest

from tests.support.daemon import binary

if not os.environ.get("TOWLINE_REQUIRE_INTEROP"):
    pytest.importorskip("botocore")
import botocore.auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

REQUESTS = 1000
SEED = 20261121
UNRESERVED = "ABCXYZabcxyz0189-._~"
ANY = UNRESERVED + " !\"#$%&'()*+,/:;<=>?@[]^`{|}\\\u00e4\u1234\U0001f600"
VALUE = UNRESERVED + "  \t!\"#$%&'()*+,/:;<=>?@[]^`{|}\\"
KEY = UNRESERVED + "/+="
REGIONS = ("us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1", "ap-southeast-2")
NAMES = ("Content-Type", "X-Amz-Target", "x-amz-meta", "X-AMZ-Meta-B", "x-amz-metaa", "Content-Encoding", "My-Header1",
         "a", "Z", "content-md5")


def text(choose, letters, longest, shortest=0):
    return "".join(choose.choice(letters) for _ in range(choose.randint(shortest, longest)))


def path(choose):
    """As it is sent: encoded, but for what people do to paths."""
    segments = [choose.choice((urllib.parse.quote(text(choose, ANY, 8), safe="-._~"), ".", "..", "", "a", "%2F", "%zz"))
                for _ in range(choose.randint(0, 6))]
    return "/" + "/".join(segments)


def request(choose):
    return {
        "method": choose.choice(("POST", "POST", "GET", "PUT", "DELETE")),
        "host": choose.choice(("logs.eu-west-1.amazonaws.com", "127.0.0.1:4566", "[::1]:8080", "sts.amazonaws.com")),
        "path": choose.choice(("/", path(choose))),
        "query": [[text(choose, ANY, 6, 1), text(choose, ANY, 6)] for _ in range(choose.choice((0, 0, 1, 2, 8)))],
        "headers": [[choose.choice(NAMES), text(choose, VALUE, 20)] for _ in range(choose.choice((0, 1, 2, 2, 6)))],
        "body": choose.choice(("", "{}", text(choose, ANY, 300))),
        "access_key_id": text(choose, UNRESERVED, 20, 16),
        "secret_access_key": text(choose, KEY, 100, 1),
        "session_token": choose.choice(("", text(choose, KEY, 1500, 1))),
        "region": choose.choice(REGIONS),
        "service": choose.choice(("logs", "sts", "service")),
        "time": choose.randint(0, 4_000_000_000),
    }


@pytest.fixture(name="requests")
def _requests():
    choose = random.Random(SEED)
    return [request(choose) for _ in range(REQUESTS)]


@pytest.fixture(name="ours")
def _ours(requests):
    program = binary().parent / "tests/tools/sign"
    lines = "".join(json.dumps(one) + "\n" for one in requests)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, timeout=120, check=True)
    return [dict(line.split(": ", 1) for line in json.loads(answer)) for answer in done.stdout.splitlines()]


def theirs(one, monkeypatch):
    """botocore's own headers, for the same moment."""
    moment = datetime.datetime.fromtimestamp(one["time"], datetime.timezone.utc).replace(tzinfo=None)

    class Frozen(datetime.datetime):
        @classmethod
        def utcnow(cls):
            return moment

    monkeypatch.setattr(botocore.auth.datetime, "datetime", Frozen)
    if hasattr(botocore.auth, "get_current_datetime"):  # newer ones
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *_, **__: moment)
    prepared = AWSRequest(method=one["method"], url=f"https://{one['host']}{one['path']}",
                          params=[tuple(pair) for pair in one["query"]], data=one["body"].encode())
    prepared.headers["Host"] = one["host"]
    for name, value in one["headers"]:
        prepared.headers.add_header(name, value)
    keys = Credentials(one["access_key_id"], one["secret_access_key"], one["session_token"] or None)
    botocore.auth.SigV4Auth(keys, one["service"], one["region"]).add_auth(prepared)
    return prepared.headers


def test_a_thousand_requests(requests, ours, monkeypatch):
    assert len(ours) == REQUESTS
    for one, own in zip(requests, ours):
        expected = theirs(one, monkeypatch)
        assert own["X-Amz-Date"] == expected["X-Amz-Date"]
        assert own.get("X-Amz-Security-Token") == expected.get("X-Amz-Security-Token")
        assert own["Authorization"] == expected["Authorization"], one


def test_it_would_notice(requests, ours, monkeypatch):
    """A test of the test: each part of a request counts."""
    index = next(i for i, one in enumerate(requests) if one["query"] and one["headers"] and one["session_token"])
    one, own = requests[index], ours[index]
    for change in ({"method": "PATCH"}, {"path": "/other"}, {"query": []}, {"headers": []}, {"body": "other"},
                   {"region": "other"}, {"service": "other"}, {"session_token": "other"}, {"time": one["time"] + 1},
                   {"secret_access_key": "other"}, {"host": "other"}):
        assert theirs({**one, **change}, monkeypatch)["Authorization"] != own["Authorization"], change
