"""`towline logs` on CloudWatch, which checks every signature and every rule."""

import json
import os
import select
import signal
import subprocess
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import configuration

SOME_TIME_AGO = 20 * 60 * 1000


@pytest.fixture(name="logs")
def _logs(cloudwatch, tmp_path):
    """Runs the command with credentials from the environment."""
    from tests.support.cloudwatch import KEY_ID, REGION, SECRET
    environment = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": REGION,
                   "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": cloudwatch.url,
                   "AWS_CA_BUNDLE": str(cloudwatch.ca_file), "AWS_CONFIG_FILE": str(tmp_path / "none"),
                   "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none")}

    def run(*arguments, code=0, **more):
        done = towline.run("logs", *arguments, timeout=60, **{**environment, **more})
        assert done.returncode == code, done
        return done if code else done.stdout

    run.environment = environment
    yield run


def put(cloudwatch, *messages, ago=SOME_TIME_AGO, stream="s"):
    first = int(time.time() * 1000) - ago
    texts = [message if isinstance(message, str) else json.dumps(message) for message in messages]
    cloudwatch.put("g", stream, *[(first + i, text) for i, text in enumerate(texts)])


def numbers(output):
    return [json.loads(line)["n"] for line in output.splitlines()]


def filters(cloudwatch):
    return [call.body.get("filterPattern") for call in cloudwatch.called("FilterLogEvents")]


def test_events_are_shown_as_they_are(cloudwatch, logs):
    put(cloudwatch, '{"n" : 1, "big":12345678901234567890}', "not \x1b[2J json", '{"n": 2}')
    lines = logs("--group", "g").splitlines()
    assert lines[0] == '{"n" : 1, "big":12345678901234567890}'
    assert json.loads(lines[1])["message"] == "not \x1b[2J json"
    assert len(lines) == 3
    assert cloudwatch.refusals == []


def test_the_flags_are_one_pattern_for_the_service(cloudwatch, logs):
    cloudwatch.quotas["FilterLogEvents"] = 100
    put(cloudwatch, {"n": 1, "level": "ERROR", "category": "auth"}, {"n": 2, "level": "ERROR"},
        {"n": 3, "level": "INFO", "category": "auth", "user_id": 42}, {"n": 4, "user_id": "42", "text": "magic link"})
    assert numbers(logs("--group", "g", "--errors")) == [1, 2]
    assert numbers(logs("--group", "g", "--errors", "--category", "auth")) == [1]
    assert numbers(logs("--group", "g", "--user", "42")) == [3, 4]
    assert numbers(logs("--group", "g", "--search", "magic link")) == [4]
    assert filters(cloudwatch)[-1] == '"magic link"'
    assert numbers(logs("--group", "g", "--user", "42", "--search", "magic link")) == [4]
    assert "magic" not in filters(cloudwatch)[-1], "braces and terms can't stand together"
    assert numbers(logs("--group", "g", "--category", 'auth" || $.n = "2')) == []
    assert logs("--group", "g", "--category", "x" * 1100, code=2).stderr == \
        "CloudWatch takes filter patterns of up to 1024 bytes\n"
    assert cloudwatch.refusals == []


def test_a_star_in_a_value_is_a_star(cloudwatch, logs):
    put(cloudwatch, {"n": 1, "user_id": "*"}, {"n": 2, "user_id": "7"}, {"n": 3, "user_id": "u*v"},
        {"n": 4, "user_id": "uxv"}, {"n": 5, "user_id": 7})
    assert numbers(logs("--group", "g", "--user", "*")) == [1]
    assert numbers(logs("--group", "g", "--user", "u*v")) == [3]
    assert filters(cloudwatch)[-1] == '{ $.user_id = "u*" }', "the service has no way to say it"


@pytest.mark.parametrize("end", ["?a=s3cret", "#s3cret"])
def test_an_endpoint_for_which_nothing_can_be_signed_is_refused(cloudwatch, logs, end):
    done = logs("--group", "g", code=2, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=cloudwatch.url + end)
    assert "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: " in done.stderr and "s3cret" not in done.stderr
    done = logs("--group", "g", "--endpoint", cloudwatch.url + end, code=2)
    assert "endpoint: " in done.stderr and "s3cret" not in done.stderr
    assert cloudwatch.calls == []


def test_pages_and_empty_pages(cloudwatch, logs):
    put(cloudwatch, *({"n": n} for n in range(30)))
    cloudwatch.reads.page_events = 10
    cloudwatch.reads.empty_pages = 2
    cloudwatch.quotas["FilterLogEvents"] = 100
    assert numbers(logs("--group", "g")) == list(range(30))
    assert len(cloudwatch.called("FilterLogEvents")) > 6


def test_a_limit_stops_and_says_so(cloudwatch, logs):
    put(cloudwatch, *({"n": n} for n in range(30)))
    done = towline.run("logs", "--group", "g", "--limit", "10", **logs.environment)
    assert numbers(done.stdout) == list(range(10))
    assert "only the first 10 are shown" in done.stderr
    done = towline.run("logs", "--group", "g", "--limit", "30", **logs.environment)
    assert (len(done.stdout.splitlines()), done.stderr) == (30, "")


def test_only_some_streams_and_some_time(cloudwatch, logs):
    cloudwatch.create("g", "web-1", "job-1")
    put(cloudwatch, {"n": 1}, stream="web-1")
    put(cloudwatch, {"n": 2}, stream="job-1")
    put(cloudwatch, {"n": 3}, stream="web-1", ago=3 * 3600 * 1000)
    assert numbers(logs("--group", "g")) == [1, 2]
    assert numbers(logs("--group", "g", "--stream", "web")) == [1]
    assert numbers(logs("--group", "g", "--since", "4h", "--until", "1h")) == [3]


def test_throttling_is_waited_out(cloudwatch, logs):
    from tests.support.cloudwatch import error, throttled
    put(cloudwatch, {"n": 1})
    cloudwatch.fail(throttled(), "FilterLogEvents", times=2)
    cloudwatch.fail(error("InternalFailure", status=500, where="header"), "FilterLogEvents", times=1)
    assert numbers(logs("--group", "g")) == [1]


def test_a_clock_that_is_wrong_is_corrected(cloudwatch, logs):
    put(cloudwatch, {"n": 1})
    cloudwatch.clock = 600.0
    assert numbers(logs("--group", "g")) == [1]
    assert len(cloudwatch.called("FilterLogEvents")) == 2


def test_what_the_service_refuses_is_told(cloudwatch, logs):
    done = logs("--group", "missing", code=1)
    assert "ResourceNotFoundException" in done.stderr and done.stdout == ""
    cloudwatch.allowed = set()
    done = logs("--group", "g", code=1)
    assert "AccessDeniedException" in done.stderr and "logs:FilterLogEvents" in done.stderr
    cloudwatch.allowed = None
    done = logs("--group", "g", code=1, AWS_SECRET_ACCESS_KEY="wrong-canary")
    assert "InvalidSignatureException" in done.stderr and "wrong-canary" not in done.stderr
    done = logs("--group", "g", code=1, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    assert "no credentials" in done.stderr
    done = logs("--group", "g", code=2, AWS_REGION="", AWS_DEFAULT_REGION="")
    assert "AWS_REGION" in done.stderr
    cloudwatch.go_away()
    assert "connect" in logs("--group", "g", code=1).stderr


def test_a_query_of_insights(cloudwatch, logs):
    put(cloudwatch, {"n": 1, "level": "ERROR"}, {"n": 2, "level": "INFO"}, {"n": 3, "level": "ERROR"})
    shown = logs("--group", "g", "--query", "fields n, level | filter level = 'ERROR' | sort n desc")
    assert [json.loads(line) for line in shown.splitlines()] == [{"n": "3", "level": "ERROR"},
                                                                 {"n": "1", "level": "ERROR"}]
    table = logs("--group", "g", "--query", "fields n | filter level = 'INFO'", "--md")
    assert table == "| n |\n|---|\n| 2 |\n"
    assert "MalformedQueryException" in logs("--group", "g", "--query", "nonsense", code=1).stderr


def test_a_query_that_takes_too_long_is_stopped(cloudwatch, logs):
    cloudwatch.reads.polls = 1000
    done = logs("--group", "g", "--query", "fields n", "--wait", "2s", code=1)
    assert "--wait" in done.stderr
    assert len(cloudwatch.called("StopQuery")) == 1


def test_a_configuration_says_all_of_it(cloudwatch, logs, tmp_path):
    put(cloudwatch, {"n": 1})
    config = tmp_path / "towline.json"
    config.write_text(json.dumps(configuration(sinks={"cw": cloudwatch.sink()})))
    nothing = {name: "" for name in logs.environment if name != "AWS_EC2_METADATA_DISABLED"}
    assert numbers(logs("--config", config, **nothing)) == [1]
    config.write_text(json.dumps(configuration(sinks={"cw": cloudwatch.sink(group="/app/{service}")})))
    done = logs("--config", config, code=2)
    assert "say --group" in done.stderr and "/app/{service}" in done.stderr
    assert numbers(logs("--config", config, "--group", "g", **nothing)) == [1]
    two = {"cw": cloudwatch.sink(), "more": cloudwatch.sink(group="h")}
    config.write_text(json.dumps(configuration(sinks=two)))
    assert "2 sinks" in logs("--config", config, code=2).stderr


def test_following_gives_each_event_once(cloudwatch, logs):
    cloudwatch.quotas["FilterLogEvents"] = 100
    put(cloudwatch, {"n": 1}, ago=1000)
    with subprocess.Popen([towline.binary(), "logs", "--group", "g", "--follow"], stdout=subprocess.PIPE, bufsize=0,
                          stderr=subprocess.PIPE, env=towline.environment(**logs.environment)) as process:
        try:
            found = b""
            expected = {1: [1], 2: [1, 2, 3], 3: [1, 2, 3, 4, 5]}
            for step, wanted in expected.items():
                deadline = time.monotonic() + 15
                while found.count(b"\n") < len(wanted) and time.monotonic() < deadline:
                    if select.select([process.stdout], [], [], 1)[0]:
                        found += os.read(process.stdout.fileno(), 65536)
                assert numbers(found.decode()) == wanted
                put(cloudwatch, {"n": 2 * step}, ago=0)
                put(cloudwatch, {"n": 2 * step + 1}, ago=-1)
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
            assert process.stderr.read() == b""
        finally:
            process.kill()
    assert cloudwatch.refusals == []
