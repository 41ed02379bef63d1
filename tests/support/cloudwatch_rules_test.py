"""The CloudWatch Logs of the tests: botocore, which knows the real one, can work with it, and no mistake passes."""

import gzip
import http.client
import json
import ssl
import threading
import time

import botocore.session
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from tests.support.aws_credentials import CredentialsService
from tests.support.certificates import Certificates
from tests.support.cloudwatch import KEY_ID, REGION, SECRET, CloudWatch
from tests.support.cloudwatch_calls import error, throttled
from tests.support.cloudwatch_store import Rejection
from tests.support.exchange import Reply

HOUR, DAY = 3_600_000, 86_400_000


@pytest.fixture(scope="module", name="certificates")
def _certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(name="fake")
def _fake(certificates):
    with CloudWatch(certificates) as fake:
        fake.create("g", "s")
        yield fake


def now():
    return int(time.time() * 1000)


def client(fake, key=KEY_ID, secret=SECRET, token=None):
    config = Config(retries={"max_attempts": 0}, region_name=REGION, parameter_validation=False)
    return botocore.session.get_session().create_client(
        "logs", endpoint_url=fake.url.rstrip("/"), verify=str(fake.ca_file), config=config, aws_access_key_id=key,
        aws_secret_access_key=secret, aws_session_token=token)


def body_of(*events, group="g", stream="s"):
    events = [{"timestamp": moment, "message": message} for moment, message in events]
    return {"logGroupName": group, "logStreamName": stream, "logEvents": events}


class Raw:
    """A client that can send anything, signed as it should be unless told otherwise."""

    def __init__(self, fake, timeout=5):
        context = ssl.create_default_context(cafile=fake.ca_file)
        self._fake = fake
        self._connection = http.client.HTTPSConnection("localhost", fake.port, context=context, timeout=timeout)

    def signed(self, body, operation="PutLogEvents", key=KEY_ID, secret=SECRET, token=None, **headers):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        fields = {"X-Amz-Target": f"Logs_20140328.{operation}", "Content-Type": "application/x-amz-json-1.1"}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        request = AWSRequest("POST", self._fake.url, data=body, headers=fields)
        SigV4Auth(Credentials(key, secret, token), "logs", REGION).add_auth(request)
        return body, {name: value for name, value in request.headers.items() if value is not None}

    def send(self, body, headers, path="/"):
        self._connection.request("POST", path, body, headers)
        reply = self._connection.getresponse()
        reply.document = json.loads(reply.read() or b"{}")
        return reply

    def call(self, body, **settings):
        return self.send(*self.signed(body, **settings))


def refused(call):
    """The name of the error that botocore understands."""
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"]


# What is right.


def test_botocore_can_work_with_it(fake):
    logs = client(fake)
    logs.create_log_group(logGroupName="/app/web", tags={"team": "x"})
    logs.create_log_stream(logGroupName="/app/web", logStreamName="1")
    logs.put_retention_policy(logGroupName="/app/web", retentionInDays=7)
    start = now()
    answer = logs.put_log_events(**body_of((start, "one"), (start, "zw\u00f6lf \U0001f600"), group="/app/web",
                                           stream="1"))
    assert "rejectedLogEventsInfo" not in answer and answer["ResponseMetadata"]["RequestId"]
    assert fake.events("/app/web", "1") == [(start, "one"), (start, "zw\u00f6lf \U0001f600")]
    assert [event["message"] for event in logs.filter_log_events(logGroupName="/app/web")["events"]] == [
        "one", "zw\u00f6lf \U0001f600"]
    groups = logs.describe_log_groups(logGroupNamePrefix="/app")["logGroups"]
    assert [(group["logGroupName"], group["retentionInDays"]) for group in groups] == [("/app/web", 7)]
    assert fake.refusals == [] and fake.violations == []


def test_takes_gzip_and_what_just_fits(fake):
    raw = Raw(fake)
    most = "x" * (1_048_576 - 26)
    for events in ([(now(), most)], [(now(), "y")] * 10_000, [(now() - DAY + 5000, "a"), (now(), "b")],
                   [(now() - 14 * DAY + 5000, "old")], [(now() + 2 * HOUR - 5000, "new")]):
        reply = raw.call(gzip.compress(json.dumps(body_of(*events)).encode()), Content_Encoding="gzip")
        assert (reply.status, reply.document.keys()) == (200, {"nextSequenceToken"})
    assert len(fake.messages()) == 10_005 and fake.refusals == []
    assert fake.called()[0].size == 1_048_576


# What is wrong.


@pytest.mark.parametrize("events, told", [
    ([(0, "x" * (1_048_576 - 25))], "Upload too large"),
    ([(0, "\u20ac" * 349_516), (0, "1")], "Upload too large"),
    ([(0, "y")] * 10_001, "10001 values"),
    ([], "0 values"),
    ([(0, "")], "length greater"),
    ([(1, "a"), (0, "b")], "chronological"),
    ([(-DAY - 1, "a"), (0, "b")], "24 hours"),
    ([(-15 * DAY, "a"), (0, "b")], "24 hours"),
], ids=["an event", "with its 26 bytes", "count", "none", "empty", "order", "span", "span with old ones"])
def test_refuses_a_batch_against_the_rules(fake, events, told):
    moment = now()
    assert refused(lambda: client(fake).put_log_events(
        **body_of(*((moment + offset, text) for offset, text in events)))) == "InvalidParameterException"
    ((operation, name, message),) = fake.refusals
    assert (operation, name) == ("PutLogEvents", "InvalidParameterException") and told in message
    assert fake.messages() == []


@pytest.mark.parametrize("body", [
    b"not json", b"[]", b'{"logGroupName":"g","logStreamName":"s","logEvents":{}}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1.5,"message":"x"}]}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":"1","message":"x"}]}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":1}]}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"x","more":1}]}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"\xff"}]}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"\\ud800"}]}',
    b'{"logGroupName":"g","logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"x"}]}',
    b'{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":NaN,"message":"x"}]}',
    gzip.compress(b"{}", mtime=0) + b"rest",
])
def test_refuses_a_body_that_cannot_be_read(fake, body):
    encoding = {"Content_Encoding": "gzip"} if body.startswith(b"\x1f") else {}
    reply = Raw(fake).call(body, **encoding)
    assert (reply.status, reply.document["__type"]) == (400, "SerializationException")
    assert reply.headers["x-amzn-RequestId"] and len(fake.refusals) == 1


def test_leaves_out_what_is_too_old_too_new_or_expired(fake):
    logs, moment = client(fake), now()
    for offset, member in ((-15 * DAY, "tooOldLogEventEndIndex"), (3 * HOUR, "tooNewLogEventStartIndex")):
        events = [(moment + offset, "a"), (moment + offset + HOUR, "b")]
        info = logs.put_log_events(**body_of(*events))["rejectedLogEventsInfo"]
        assert info == {member: 2 if offset < 0 else 0}
    fake.create("g", retention=3)
    info = logs.put_log_events(**body_of((moment - 3 * DAY - HOUR, "a"), (moment - 3 * DAY + HOUR, "b")))
    assert info["rejectedLogEventsInfo"] == {"expiredLogEventEndIndex": 1}
    fake.reject(Rejection(too_old_end=3, too_new_start=8))
    info = logs.put_log_events(**body_of(*((moment, str(n)) for n in range(10))))
    assert info["rejectedLogEventsInfo"] == {"tooOldLogEventEndIndex": 3, "tooNewLogEventStartIndex": 8}
    assert fake.messages() == ["b", "3", "4", "5", "6", "7"] == [m.decode() for m in fake.records()]


def test_asks_for_group_and_stream(fake):
    logs = client(fake)
    for group, stream in (("h", "s"), ("g", "t")):
        assert refused(lambda group=group, stream=stream: logs.put_log_events(
            **body_of((now(), "x"), group=group, stream=stream))) == "ResourceNotFoundException"
    assert refused(lambda: logs.create_log_stream(logGroupName="h", logStreamName="s")) == "ResourceNotFoundException"
    assert refused(lambda: logs.create_log_stream(logGroupName="g", logStreamName="s")
                   ) == "ResourceAlreadyExistsException"
    assert refused(lambda: logs.create_log_group(logGroupName="g")) == "ResourceAlreadyExistsException"


@pytest.mark.parametrize("operation, body", [
    ("CreateLogGroup", {"logGroupName": "a b"}),
    ("CreateLogGroup", {"logGroupName": "aws/x"}),
    ("CreateLogGroup", {"logGroupName": "x" * 513}),
    ("CreateLogGroup", {"logGroupName": ""}),
    ("CreateLogGroup", {"logGroupName": "x", "kmsKeyId": "my-key"}),
    ("CreateLogGroup", {"logGroupName": "x", "tags": {"aws:x": "1"}}),
    ("CreateLogGroup", {"logGroupName": "x", "tags": {}}),
    ("CreateLogGroup", {"logGroupName": "x", "logGroupClass": "CHEAP"}),
    ("CreateLogStream", {"logGroupName": "g", "logStreamName": "a:b"}),
    ("CreateLogStream", {"logGroupName": "g", "logStreamName": "a*"}),
    ("CreateLogStream", {"logGroupName": "g", "logStreamName": ""}),
    ("CreateLogStream", {"logGroupName": "g"}),
    ("PutRetentionPolicy", {"logGroupName": "g", "retentionInDays": 2}),
    ("PutLogEvents", body_of((1, "x"), stream="a:b")),
])
def test_refuses_names_and_values(fake, operation, body):
    reply = Raw(fake).call(body, operation=operation)
    assert (reply.status, reply.document["__type"]) == (400, "InvalidParameterException")


def test_keeps_what_a_group_is_made_with(fake):
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd"
    body = {"logGroupName": "x", "kmsKeyId": key, "tags": {"a": "b"}, "logGroupClass": "INFREQUENT_ACCESS"}
    assert Raw(fake).call(body, operation="CreateLogGroup").status == 200
    group = fake.store.groups["x"]
    assert (group.kms_key, group.tags, group.log_class) == (key, {"a": "b"}, "INFREQUENT_ACCESS")
    assert refused(lambda: client(fake).filter_log_events(logGroupName="x")) == "InvalidParameterException"


# Who may.


def test_checks_the_signature(fake):
    logs = client(fake, secret="another")
    assert refused(lambda: logs.put_log_events(**body_of((now(), "x")))) == "InvalidSignatureException"
    assert refused(lambda: client(fake, key="AKIDOTHER").describe_log_groups()) == "UnrecognizedClientException"
    assert refused(lambda: client(fake, token="t").describe_log_groups()) == "UnrecognizedClientException"
    assert [name for _, name, _ in fake.refusals] == ["InvalidSignatureException", *["UnrecognizedClientException"] * 2]


@pytest.mark.parametrize("spoil, name", [
    (lambda body, headers: headers.pop("Authorization"), "MissingAuthenticationTokenException"),
    (lambda body, headers: headers.update(Authorization="Bearer x"), "IncompleteSignatureException"),
    (lambda body, headers: headers.update({"X-Amz-Date": "20200101T000000Z"}), "InvalidSignatureException"),
    (lambda body, headers: headers.update({"X-Amz-Date": "now"}), "IncompleteSignatureException"),
    (lambda body, headers: headers.update({"x-amz-more": "1"}), "InvalidSignatureException"),
    (lambda body, headers: headers.update({"X-Amz-Target": "Logs_20140328.CreateLogGroup"}),
     "InvalidSignatureException"),
    (lambda body, headers: headers.update(Authorization=headers["Authorization"].replace("/logs/", "/ec2/")),
     "InvalidSignatureException"),
    (lambda body, headers: body.__setitem__(slice(-1, None), b" }"), "InvalidSignatureException"),
], ids=["none", "bearer", "old", "no date", "unsigned header", "another target", "another service", "another body"])
def test_refuses_what_is_not_signed_as_it_should_be(fake, spoil, name):
    body, headers = Raw(fake).signed(body_of((now(), "x")))
    body = bytearray(body)
    spoil(body, headers)
    reply = Raw(fake).send(bytes(body), headers)
    assert (reply.status, reply.document["__type"]) == (400, name)
    assert fake.messages() == []


def test_knows_temporary_keys_until_they_expire(fake):
    fake.keys.add("ASIATEMPORARY", "s", "token", expires=time.time() + 60)
    logs = client(fake, "ASIATEMPORARY", "s", "token")
    logs.put_log_events(**body_of((now(), "x")))
    assert refused(client(fake, "ASIATEMPORARY", "s").describe_log_groups) == "UnrecognizedClientException"
    fake.keys.expire("ASIATEMPORARY")
    assert refused(logs.describe_log_groups) == "ExpiredTokenException"
    fake.keys.forget("ASIATEMPORARY")
    assert refused(logs.describe_log_groups) == "UnrecognizedClientException"


@pytest.mark.parametrize("ahead, passes", [(240, True), (-240, True), (360, False), (-360, False)])
def test_has_a_clock_of_its_own(fake, ahead, passes):
    fake.clock = ahead
    reply = Raw(fake).call({}, operation="DescribeLogGroups")
    assert (reply.status == 200) == passes
    told = http.client.email.utils.parsedate_to_datetime(reply.headers["Date"]).timestamp()
    assert abs(told - time.time() - ahead) < 3


def test_allows_what_the_role_may(fake):
    fake.allowed = {"PutLogEvents", "CreateLogGroup"}
    logs = client(fake)
    logs.put_log_events(**body_of((now(), "x")))
    assert refused(lambda: logs.create_log_stream(logGroupName="g", logStreamName="t")) == "AccessDeniedException"
    assert refused(lambda: logs.create_log_group(logGroupName="x", tags={"a": "b"})) == "AccessDeniedException"
    logs.create_log_group(logGroupName="x")


def test_knows_its_operations(fake):
    raw = Raw(fake)
    for operation in ("DropEverything", "Group", "PutLogEvent"):
        assert raw.call({}, operation=operation).document["__type"] == "UnknownOperationException"
    assert raw.call({}, operation="DescribeLogGroups", Content_Type="application/json").status == 404
    assert raw.send(*raw.signed({}, operation="DescribeLogGroups"), path="/x").status == 404


# Told to misbehave.


def test_throttles_beyond_its_quota(fake):
    logs = client(fake)
    for number in range(5):
        logs.create_log_group(logGroupName=f"x{number}")
    assert refused(lambda: logs.create_log_group(logGroupName="x6")) == "ThrottlingException"


def test_fails_as_told(fake):
    raw = Raw(fake)
    fake.fail(throttled(), "PutLogEvents", times=2)
    fake.fail(error("AccessDeniedException", where="header"))
    reply = raw.call(body_of((now(), "x")))
    assert (reply.status, reply.headers["Content-Length"], reply.document) == (
        400, "58", {"__type": "ThrottlingException", "message": "Rate exceeded"})
    assert raw.call({}, operation="DescribeLogGroups").headers["x-amzn-ErrorType"].startswith("AccessDeniedException:")
    assert raw.call(body_of((now(), "x"))).status == 400
    assert raw.call(body_of((now(), "x"))).status == 200
    assert [call.error for call in fake.calls] == ["ThrottlingException", "com.amazon.coral.service#SomethingElse",
                                                   "ThrottlingException", None]
    assert fake.refusals == [] and len(fake.messages()) == 1
    fake.fail(throttled(), times=9)
    fake.clear_failures()
    assert raw.call({}, operation="DescribeLogGroups").status == 200


def test_takes_and_loses_the_answer(fake):
    fake.fail(Reply(fault="reset"), "PutLogEvents", after=True)
    with pytest.raises(OSError):
        Raw(fake).call(body_of((now(), "x")))
    fake.wait_for_messages(1)
    assert fake.messages() == ["x"]


def test_answers_without_an_id_when_told(fake):
    fake.fail(Reply(200, {"x-amzn-RequestId": None}))
    assert "x-amzn-RequestId" not in Raw(fake).call(body_of((now(), "x"))).headers


@pytest.mark.parametrize("reply", [error("SerializationException"), Reply(404), Reply(415)])
def test_refuses_gzip_when_told(fake, reply):
    fake.gzip = reply
    body = json.dumps(body_of((now(), "x"))).encode()
    assert Raw(fake).call(gzip.compress(body), Content_Encoding="gzip").status == reply.status
    assert Raw(fake).call(body).status == 200
    assert fake.refusals == []


def test_notices_two_calls_at_a_time_to_one_stream(fake):
    fake.create("g", "t")
    fake.delay = 0.2
    one_after_the_other = [("s", "s")]
    side_by_side = [("s", "t")]
    for pair, violations in ((side_by_side[0], 0), (one_after_the_other[0], 1)):
        calls = [threading.Thread(target=Raw(fake).call, args=(body_of((now(), "x"), stream=stream),))
                 for stream in pair]
        for call in calls:
            call.start()
        for call in calls:
            call.join()
        assert len(fake.violations) == violations
    assert fake.in_flight_most == 2
    fake.violations.clear()


def test_a_client_that_has_left_has_no_call_under_way(fake):
    fake.delay = 0.5
    with pytest.raises(TimeoutError):
        Raw(fake, timeout=0.1).call(body_of((now(), "x")))
    assert Raw(fake).call(body_of((now(), "x"))).status == 200
    assert fake.violations == []


# Reading.


def test_filters_in_pages(fake):
    logs, start = client(fake), now()
    fake.create("g", "t")
    for number in range(20):
        fake.put("g", "st"[number % 2], (start + number, json.dumps({"n": number, "level": "EW"[number % 5 == 0]})))
    fake.reads.page_events, fake.reads.empty_pages, fake.quotas["FilterLogEvents"] = 3, 1, 1000
    pages, token = [], {}
    while True:
        page = logs.filter_log_events(logGroupName="g", filterPattern='{ $.level = "E" }', startTime=start + 1,
                                      endTime=start + 18, **token)
        pages.append([json.loads(event["message"])["n"] for event in page["events"]])
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    numbers = [number for number in range(1, 19) if number % 5]
    assert sum(pages, []) == numbers
    assert max(map(len, pages)) == 3 and [] in pages[:-1]
    assert refused(lambda: logs.filter_log_events(logGroupName="g", nextToken=token["nextToken"])
                   ) == "InvalidParameterException"
    fake.reads.empty_pages = 0
    events = logs.filter_log_events(logGroupName="g", logStreamNamePrefix="t", limit=2)["events"]
    assert [event["logStreamName"] for event in events] == ["t", "t"] and len({e["eventId"] for e in events}) == 2
    assert refused(lambda: logs.filter_log_events(logGroupName="g", filterPattern="{ $.a = }")
                   ) == "InvalidParameterException"


def test_answers_queries(fake):
    logs, start = client(fake), now()
    fake.put("g", "s", *((start + n, json.dumps({"level": "INFO" if n else "ERROR", "n": n})) for n in range(5)))
    query = {"logGroupName": "g", "startTime": start // 1000, "endTime": start // 1000 + 1}
    text = "fields @timestamp, n | filter level = 'INFO' | sort @timestamp asc | limit 3"
    found = logs.start_query(queryString=text, **query)["queryId"]
    assert logs.get_query_results(queryId=found)["status"] == "Running"
    done = logs.get_query_results(queryId=found)
    assert done["status"] == "Complete"
    assert [{cell["field"]: cell["value"] for cell in row}["n"] for row in done["results"]] == ["1", "2", "3"]
    assert refused(lambda: logs.start_query(queryString="drop it", **query)) == "MalformedQueryException"


# The keys of a task and an instance.


def ask(service, method, path, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=0.5)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    reply = connection.getresponse()
    return reply.status, reply.read().decode()


def test_a_task_gets_keys_that_work_until_they_expire(fake):
    with CredentialsService(fake.keys, lifetime=60, authorization="canary-pod-token") as service:
        path = service.on_ecs()["AWS_CONTAINER_CREDENTIALS_FULL_URI"].partition(str(service.port))[2]
        assert ask(service, "GET", path)[0] == 401
        status, body = ask(service, "GET", path, Authorization="canary-pod-token")
        found = json.loads(body)
        assert status == 200 and found["Expiration"].endswith("Z")
        logs = client(fake, found["AccessKeyId"], found["SecretAccessKey"], found["Token"])
        logs.put_log_events(**body_of((now(), "x")))
        service.lifetime = -1
        found = json.loads(ask(service, "GET", path, Authorization="canary-pod-token")[1])
        late = client(fake, found["AccessKeyId"], found["SecretAccessKey"], found["Token"])
        assert refused(late.describe_log_groups) == "ExpiredTokenException"
        assert service.issued == ["ASIACANARY1", "ASIACANARY2"]


def test_an_instance_gets_keys_for_a_token(fake):
    with CredentialsService(fake.keys) as service:
        role = "/latest/meta-data/iam/security-credentials/"
        assert ask(service, "GET", role)[0] == 401
        assert ask(service, "PUT", "/latest/api/token")[0] == 400
        status, token = ask(service, "PUT", "/latest/api/token", X_aws_ec2_metadata_token_ttl_seconds="60")
        assert status == 200
        name = ask(service, "GET", role, X_aws_ec2_metadata_token=token)[1]
        assert json.loads(ask(service, "GET", role + name, X_aws_ec2_metadata_token=token)[1])["Code"] == "Success"
        service.metadata_token = "another"
        assert ask(service, "GET", role, X_aws_ec2_metadata_token=token)[0] == 401
        service.next(Reply(500), Reply(fault="silent"))
        assert ask(service, "GET", role)[0] == 500
        with pytest.raises(TimeoutError):
            ask(service, "GET", role)
