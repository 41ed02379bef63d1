"""The sink `cloudwatch` against a CloudWatch that keeps to every rule of the real one: nothing that it sends is
refused, each record arrives or is set aside with its reason, and the ledger says so.
"""

import collections
import datetime
import json
import math
import random
import time

import pytest

from tests.support import daemon as towline
from tests.support.cloudwatch_calls import error, throttled
from tests.support.cloudwatch_daemon import DAY, HOUR, Shipper, number_of, numbers, record, send
from tests.support.cloudwatch_store import Rejection
from tests.support.exchange import Reply
from tests.support.numbered import dead_letters

PART = " [towline: record "  # how each part of a long event ends


@pytest.fixture(name="ship")
def _ship(start, cloudwatch, data_dir):
    return Shipper(start, cloudwatch, data_dir)


def check_times(call):
    """The times of a call are those that its records say, in their order."""
    for moment, message in call.events:
        if message.startswith('{"dt"') and PART not in message:
            told = datetime.datetime.fromisoformat(json.loads(message)["dt"].replace("Z", "+00:00"))
            assert moment == round(told.timestamp() * 1000)


# The shape of a call.


def test_every_rule_is_kept(ship, cloudwatch, data_dir):
    daemon = ship()
    small = [record(number, age=number % 100) for number in range(500)]
    fine = [*small, record(500, text="x" * 300_000), record(501, age=25 * HOUR), record(502, age=50 * HOUR),
            record(503, age=14 * DAY - HOUR), record(504, age=-1.5 * HOUR)]
    long = record(505, text="\u20ac\U0001f600y" * 140_000)
    old = [record(506, age=15 * DAY), record(507, age=14 * DAY + 60)]
    new = [record(508, age=-3 * HOUR), record(509, age=-2 * HOUR - 60)]
    everything = [*fine, long, *old, *new]
    random.Random(1).shuffle(everything)
    send(daemon, everything)
    balance = daemon.settle(510)
    assert (balance["delivered"], balance["dead_lettered"]) == (506, 4)

    assert cloudwatch.refusals == []
    parts = [message for message in cloudwatch.messages() if PART in message]
    assert sorted(message for message in cloudwatch.messages() if PART not in message) == sorted(fine)
    assert len(parts) >= 2 and all(len(part.encode()) <= 1_048_550 for part in parts)
    assert "".join(part[:part.rindex(PART)] for part in parts) == long
    for call in cloudwatch.called():
        check_times(call)
    letters = {(letter["record"]["n"], letter["reason"]) for letter in dead_letters(data_dir)}
    assert letters == {(506, "too_old"), (507, "too_old"), (508, "too_new"), (509, "too_new")}


@pytest.mark.parametrize("sizes", [lambda chance: chance.randrange(100, 300_000), lambda chance: 300_000,
                                   lambda chance: chance.choice([200, 2_000, 600_000])],
                         ids=["any", "300 kB", "mixed"])
def test_calls_are_as_few_as_can_be(ship, cloudwatch, sizes):
    chance, records = random.Random(2), []
    while sum(map(len, records)) < 15_000_000:
        records.append(record(len(records), text="x" * sizes(chance)))
    # One batch, however slow the machine is.
    daemon = ship(batch={"age": "20s", "bytes": 100_000_000, "records": len(records)}, memory="256MiB")
    send(daemon, records)
    assert daemon.settle(len(records), timeout=20)["delivered"] == len(records)
    assert sorted(cloudwatch.messages()) == sorted(records) and cloudwatch.refusals == []
    calls = cloudwatch.called()
    assert len(calls) <= math.ceil(1.05 * fewest([len(line) + 26 for line in records])), [call.size for call in calls]


def fewest(costs):
    """A lower bound: by the sum of all, and by how many of the large ones fit into one call."""
    large = [cost for cost in costs if cost > 1_048_576 // 4]
    fit = 1_048_576 // min(large) if large else 1
    return max(math.ceil(sum(costs) / 1_048_576), math.ceil(len(large) / fit))


def test_ten_thousand_events_a_call(ship, cloudwatch):
    daemon, now = ship(batch={"age": "20s", "records": 40_000}), int(time.time() * 1000)
    lines = [f'{{"dt":{now},"n":{number}}}' for number in range(40_000)]
    send(daemon, lines)
    assert daemon.settle(40_000, timeout=20)["delivered"] == 40_000
    assert cloudwatch.messages() == lines  # of one time: they stay in order
    assert [len(call.events) for call in cloudwatch.called()] == [10_000] * 4
    assert cloudwatch.refusals == []


def test_what_is_long_can_be_truncated(ship, cloudwatch):
    daemon = ship(long_events="truncate")
    long = record(0, text="\u20ac" * 400_000)
    send(daemon, [long, record(1)])
    assert daemon.settle(2)["delivered"] == 2
    cut, whole = sorted(cloudwatch.messages(), key=len, reverse=True)
    assert cut.endswith("[Truncated...]") and long.startswith(cut[:-len("[Truncated...]")])
    assert 1_048_540 <= len(cut.encode()) <= 1_048_550 and number_of(whole) == 1
    assert cloudwatch.refusals == []


def test_metrics_in_the_embedded_format_pass_untouched(ship, cloudwatch, data_dir):
    daemon = ship(message="text", long_events="truncate")
    directive = {"Timestamp": 1, "CloudWatchMetrics": [
        {"Namespace": "shop", "Dimensions": [["svc"]], "Metrics": [{"Name": "ms", "Unit": "Milliseconds"}]}]}
    metric = '{"_aws": ' + json.dumps(directive) + ', "svc":"a","ms":12.50, "text":"no message"}'
    long = json.dumps({"_aws": directive, "svc": "x" * 1_100_000, "ms": 1})
    send(daemon, [metric, record(1, text="a message"), long])
    balance = daemon.settle(3)
    assert (balance["delivered"], balance["dead_lettered"]) == (2, 1)
    assert sorted(cloudwatch.messages()) == sorted(["a message", metric])
    assert [letter["reason"] for letter in dead_letters(data_dir)] == ["too_large"]
    assert cloudwatch.refusals == []


def test_one_field_may_be_the_message(ship, cloudwatch, data_dir):
    daemon = ship(message="msg.text")
    send(daemon, [record(0, msg={"text": 'a "quoted"\n\tone \u20ac\u0001'}), record(1, msg={"text": ""}),
                  record(2, msg="none"), record(3, msg={"text": 7})])
    balance = daemon.settle(4)
    assert (balance["delivered"], balance["dead_lettered"]) == (3, 1)
    assert 'a "quoted"\n\tone \u20ac\u0001' in cloudwatch.messages()
    ((number, reason),) = {(letter["record"]["n"], letter["reason"]) for letter in dead_letters(data_dir)}
    assert (number, reason) == (1, "empty")
    assert cloudwatch.refusals == []


# What the service leaves out.


def test_exactly_what_was_rejected_is_set_aside(ship, cloudwatch, data_dir):
    cloudwatch.reject(Rejection(too_old_end=3, too_new_start=8))
    daemon = ship()
    records = [record(number, age=10.0 - number) for number in range(10)]
    send(daemon, records)
    balance = daemon.settle(10)
    assert (balance["delivered"], balance["dead_lettered"]) == (5, 5)
    assert cloudwatch.messages() == records[3:8]
    assert len(cloudwatch.called()) == 1  # nothing is sent again
    letters = {letter["record"]["n"]: letter["reason"] for letter in dead_letters(data_dir)}
    assert letters == {0: "too_old", 1: "too_old", 2: "too_old", 8: "too_new", 9: "too_new"}


def test_what_is_older_than_the_retention_is_set_aside(ship, cloudwatch, data_dir):
    cloudwatch.create("g", retention=3)
    daemon = ship()
    send(daemon, [record(0, age=3 * DAY + HOUR), record(1, age=3 * DAY - HOUR), record(2)])
    balance = daemon.settle(3)
    assert (balance["delivered"], balance["dead_lettered"]) == (2, 1)
    assert [(letter["record"]["n"], letter["reason"]) for letter in dead_letters(data_dir)] == [(0, "expired")]
    assert numbers(cloudwatch.messages()) == [1, 2]


def test_what_is_rejected_of_a_shared_call_counts_for_its_own_batch(ship, cloudwatch, data_dir):
    daemon = ship(batch={"age": "10ms"})
    cloudwatch.delay = 0.1
    for number in range(100, 110):  # it finds out that three batches may be under way
        send(daemon, [record(number)])
        time.sleep(0.03)
    daemon.settle(10)
    before = len(cloudwatch.called())
    cloudwatch.delay = 0.5
    cloudwatch.reject(Rejection(), Rejection(too_old_end=3, too_new_start=17))
    for first, end in ((0, 5), (5, 15), (15, 25)):  # the later two wait for the first one's call
        send(daemon, [record(number, age=100.0 - number) for number in range(first, end)])
        time.sleep(0.1)
    balance = daemon.settle(35)
    assert [len(call.events) for call in cloudwatch.called()[before:]] == [5, 20]
    assert (balance["delivered"], balance["dead_lettered"]) == (29, 6)
    letters = {letter["record"]["n"]: letter["reason"] for letter in dead_letters(data_dir)}
    assert letters == {**dict.fromkeys((5, 6, 7), "too_old"), **dict.fromkeys((22, 23, 24), "too_new")}
    assert numbers(cloudwatch.messages()) == [*range(5), *range(8, 22), *range(100, 110)]


# Later.


@pytest.mark.parametrize("reply", [
    throttled(), error("ThrottlingException", where="header"), error("ThrottlingException", where="code"),
    error("com.amazonaws.logs#ThrottlingException"), throttled(Retry_After="1"),
    error("ServiceUnavailableException", status=503), error("InternalFailure", status=500),
    error("LimitExceededException"), error("RequestTimeoutException"), Reply(502, body=b"<html>proxy</html>"),
    Reply(200, {"x-amzn-RequestId": None}), Reply(fault="reset"), Reply(fault="reset_in_reply"),
], ids=["throttled", "in the header", "as code", "namespace", "retry-after", "503", "500", "limit", "time-out",
        "proxy", "no request id", "reset", "reset in reply"])
def test_sends_the_same_again(ship, cloudwatch, reply):
    cloudwatch.fail(reply, "PutLogEvents", times=2)
    daemon = ship(retry={"initial": "20ms", "max": "200ms", "retry_after_max": "100ms"})
    records = [record(number) for number in range(20)]
    send(daemon, records)
    assert daemon.settle(20)["delivered"] == 20
    assert cloudwatch.messages() == records  # once each
    calls = cloudwatch.called()
    assert len(calls) >= 3 and {call.events == calls[0].events for call in calls[:3]} == {True}
    assert cloudwatch.refusals == []


def test_a_lost_answer_costs_at_most_one_repetition(ship, cloudwatch):
    cloudwatch.fail(Reply(fault="reset"), "PutLogEvents", after=True)
    daemon = ship()
    records = [record(number) for number in range(20)]
    send(daemon, records)
    assert daemon.settle(20)["delivered"] == 20
    assert cloudwatch.messages() == records * 2


def test_what_one_stream_has_taken_is_not_sent_again_for_another(ship, cloudwatch):
    cloudwatch.create("g", "0", "1", "2")
    daemon = ship(stream="{n}", batch={"age": "200ms"})
    tries = collections.Counter()

    def fail_two(request):
        stream = json.loads(plain(cloudwatch, request))["logStreamName"]
        tries[stream] += 1
        return throttled() if stream == "2" and tries[stream] <= 3 else None

    cloudwatch.rule(fail_two)
    records = [record(number % 3, text=str(number)) for number in range(30)]
    send(daemon, records)
    assert daemon.settle(30)["delivered"] == 30
    assert sorted(cloudwatch.messages()) == sorted(records)  # once each
    assert tries["2"] >= 4


def plain(cloudwatch, request):
    """The body of a request that a rule looks at, before the service does."""
    cloudwatch._open(request)
    return request.plain or b"{}"


def test_one_record_that_spoils_a_batch_is_set_aside_alone(ship, cloudwatch, data_dir):
    def refuse(request):
        poisoned = b"poison" in plain(cloudwatch, request)
        return error("InvalidParameterException", "Something is wrong.") if poisoned else None

    cloudwatch.rule(refuse)
    daemon = ship()
    records = [record(number) for number in range(20)]
    records[7] = record(7, text="poison")
    send(daemon, records)
    balance = daemon.settle(20)
    assert (balance["delivered"], balance["dead_lettered"]) == (19, 1)
    assert numbers(cloudwatch.messages()) == [number for number in range(20) if number != 7]
    assert [(letter["record"]["n"], letter["reason"]) for letter in dead_letters(data_dir)] == [(7, "rejected")]


# The body.


@pytest.mark.parametrize("reply", [error("SerializationException"), error("UnknownOperationException", status=404),
                                   Reply(404), Reply(415)], ids=["400", "404 named", "404", "415"])
def test_goes_on_without_gzip_where_it_is_refused(ship, cloudwatch, reply):
    cloudwatch.gzip = reply
    daemon = ship()
    for count in (10, 20):
        send(daemon, [record(number) for number in range(count - 10, count)])
        assert daemon.settle(count)["delivered"] == count
    assert numbers(cloudwatch.messages()) == list(range(20))
    packed = ["content-encoding" in call.request.headers for call in cloudwatch.calls]
    assert packed[0] and not any(packed[1:])
    assert cloudwatch.refusals == []


@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_compression_is_a_setting(ship, cloudwatch, compression):
    daemon = ship(compression=compression)
    send(daemon, [record(number) for number in range(100)])
    assert daemon.settle(100)["delivered"] == 100
    encodings = {call.request.headers.get("content-encoding") for call in cloudwatch.called()}
    assert encodings == ({"gzip"} if compression == "gzip" else {None})


# The whole.


def test_a_storm_of_faults_loses_nothing(ship, cloudwatch, scale):
    """Every kind of answer in any order, to several streams; what comes twice is what an answer was lost for."""
    cloudwatch.create("g", *map(str, range(4)))
    chance, seconds = random.Random(5), scale(2.0, 60.0)
    misfortunes = [throttled(), error("ServiceUnavailableException", status=503), Reply(fault="reset"), Reply(502),
                   Reply(fault="truncated"), error("InternalFailure", status=500), error("ExpiredTokenException"),
                   Reply(200, {"x-amzn-RequestId": None}), error("RequestTimeoutException"), Reply(fault="half_close")]
    lost = []
    cloudwatch.rule(lambda request: chance.choice(misfortunes) if chance.random() < 0.3 else None)
    daemon = ship(stream="{zone}", timeout="2s", batch={"age": "20ms"},
                  retry={"initial": "5ms", "max": "50ms", "refused": "50ms", "poison": "unlimited"})
    deadline, sent = time.monotonic() + seconds, 0
    while time.monotonic() < deadline:
        send(daemon, [record(number, zone=number % 4) for number in range(sent, sent + 10)])
        sent += 10
        if sent % 200 == 0:
            cloudwatch.fail(Reply(fault="reset"), "PutLogEvents", after=True)
            lost.append(sent)
        time.sleep(0.01)
    cloudwatch.clear_rules()
    balance = daemon.settle(sent, timeout=20)
    assert balance["delivered"] == sent
    times = collections.Counter(map(number_of, cloudwatch.messages()))
    assert set(times) == set(range(sent))
    unanswered = sum(len(call.events) for call in cloudwatch.called() if call.told and call.error is None
                     and call.request.records)
    assert sum(times.values()) - sent <= unanswered and (lost == [] or unanswered > 0)
    assert cloudwatch.refusals == []


def test_what_was_held_survives_a_kill(ship, cloudwatch):
    cloudwatch.go_away()
    daemon = ship()
    send(daemon, [record(number) for number in range(50)])
    daemon.wait_until(lambda: daemon.ledger()["out"]["held"] == 50, what="held")
    time.sleep(1.2 if not towline.is_sanitized() else 2.5)  # on the disk, by the durability of TCP
    daemon.process.kill()
    daemon.wait()
    cloudwatch.listen()
    assert ship().settle(50)["delivered"] == 50
    assert numbers(cloudwatch.messages()) == list(range(50))
