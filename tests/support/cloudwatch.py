"""CloudWatch Logs as strict as it is, on 127.0.0.1: it checks every signature and every rule, and misbehaves as told.

In a test:   cloudwatch.create("g", "s"); ...; cloudwatch.wait_for(10); cloudwatch.events("g", "s")
             cloudwatch.fail(throttled(), "PutLogEvents", times=3); ...
By hand:     python3 -m tests.support.cloudwatch --port 9444

Everything that a Peer can do wrong on the wire (`next`, `rule`, `go_away`, `on_connect`, certificates), this can, too.
What it refuses by its own rules is in `refusals`, what it was told to refuse isn't. `violations` holds what the service
would let pass but the sink promises not to do: two PutLogEvents to one stream at a time.
"""

import argparse
import collections
import dataclasses
import email.utils
import itertools
import json
import re
import threading
import time

from tests.support.aws_keys import Keys, ServiceError
from tests.support.cloudwatch_calls import Call, Failure, error, has_left, read_document, throttled
from tests.support.cloudwatch_reads import Reads
from tests.support.cloudwatch_store import Store
from tests.support.exchange import Reply
from tests.support.http_wire import WireError, gunzip
from tests.support.peer import Peer

__all__ = ["CloudWatch", "KEY_ID", "REGION", "SECRET", "error", "throttled"]

REGION = "eu-west-1"
KEY_ID, SECRET = "AKIDCANARY", "canary-secret-of-aws-92c1"
TARGET = re.compile(r"Logs_20140328\.([A-Za-z]+)")
CONTENT_TYPE = "application/x-amz-json-1.1"
REQUEST_ID = "x-amzn-RequestId"
# Calls per second, for the account: where more come, they are throttled.
QUOTAS = {"CreateLogGroup": 5, "CreateLogStream": 50, "PutRetentionPolicy": 5, "DescribeLogGroups": 5,
          "DescribeLogStreams": 5, "FilterLogEvents": 5, "GetLogEvents": 10, "StartQuery": 5, "GetQueryResults": 5,
          "PutLogEvents": 800}


class CloudWatch(Peer):
    """`allowed`: operations that the role may call, None for all. `gzip`: "taken", or what a gzipped body gets instead
    (a Reply). `clock`: seconds by which the service's clock is ahead. `delay`: of every PutLogEvents, in seconds."""

    def __init__(self, certificates=None, **settings):
        self.store = Store()
        self.reads = Reads(self.store)
        self.keys = Keys(REGION, "logs")
        self.keys.add(KEY_ID, SECRET)
        self.allowed = None
        self.gzip = "taken"
        self.clock = 0.0
        self.delay = 0.0
        self.quotas = dict(QUOTAS)
        self.calls = []
        self.refusals = []  # (operation, name, message)
        self.in_flight_most = 0  # PutLogEvents at the same time, over all streams
        self._failures = []
        self._recent = collections.defaultdict(collections.deque)
        self._under_way = {}  # {stream: (request, socket)}
        self._sockets = {}
        self._ids = itertools.count(1)
        self._lock = threading.RLock()
        super().__init__(certificates, token=None, **settings)

    # Control.

    def sink(self, **settings):
        """The daemon's settings to reach it, with short waits."""
        defaults = {"type": "cloudwatch", "group": "g", "stream": "s", "region": REGION, "endpoint": self.url,
                    "access_key_id": KEY_ID, "secret_access_key": SECRET, "batch": {"age": "50ms"},
                    "retry": {"initial": "20ms", "max": "200ms"}}
        if self.ca_file:
            defaults["tls"] = {"ca_file": str(self.ca_file)}
        return {name: value for name, value in {**defaults, **settings}.items() if value is not None}

    def create(self, group, *streams, **settings):
        """Makes a group, unless it is there, and streams in it; settings are a Group's."""
        with self._lock:
            if group not in self.store.groups:
                self.store.create_log_group({"logGroupName": group}, self._now())
            vars(self.store.groups[group]).update(settings)
            for stream in streams:
                self.store.create_log_stream({"logGroupName": group, "logStreamName": stream}, self._now())

    def put(self, group, stream, *events):
        """Puts (time, message) there, as somebody else's sink would."""
        body = {"logGroupName": group, "logStreamName": stream,
                "logEvents": [{"timestamp": moment, "message": message} for moment, message in events]}
        with self._lock:
            return self.store.put_log_events(body, self._now())

    def fail(self, reply, operation=None, times=1, after=False):
        """The next `times` calls (of an operation) get this; `after` they have taken effect: their answer gets lost."""
        with self._lock:
            self._failures.append(Failure(reply, operation, times, after))

    def clear_failures(self):
        with self._lock:
            self._failures.clear()

    def reject(self, *rejections):
        with self._lock:
            self.store.rejections.extend(rejections)

    # What arrived.

    def events(self, group, stream):
        """(time, message) in the order in which they were taken."""
        with self._lock:
            found = self.store.groups.get(group)
            return [event[:2] for event in found.streams.get(stream, [])] if found else []

    def messages(self):
        """Of all streams, in the order in which they were taken, also where the answer was lost."""
        with self._lock:
            return list(self.store.taken)

    def called(self, operation="PutLogEvents"):
        with self._changed:
            return [call for call in self.calls if call.operation == operation]

    def wait_for_messages(self, count, timeout=10.0):
        self.wait_until(lambda: len(self.store.taken) >= count, timeout,
                        lambda: f"{len(self.store.taken)} of {count} messages; refused: {self.refusals[-5:]}; "
                                f"calls: {[(call.operation, call.error) for call in self.calls[-10:]]}")

    # The server.

    def _now(self):
        return int((time.time() + self.clock) * 1000)

    def _secure(self, sock, number):
        sock = super()._secure(sock, number)
        self._sockets[number] = sock
        return sock

    def _judge(self, request):
        call = Call(request)
        request.call = call
        try:
            call.operation = self._operation(request)
            return self._decide(call)
        except ServiceError as refusal:
            call.error = refusal.name
            with self._changed:
                self.refusals.append((call.operation, refusal.name, refusal.message))
            return error(refusal.name, refusal.message, refusal.status)

    def _decide(self, call):
        with self._changed:
            rules = list(self._rules)
        for rule in rules:
            if (reply := rule(call.request)) is not None:
                return self._told(call, reply)
        failure = self._failure(call.operation)
        if failure and not failure.after:
            self._parse(call, strict=False)
            self._begin(call)
            return self._told(call, failure.reply)
        reply = self._serve_call(call)
        return self._told(call, failure.reply) if failure else reply

    def _serve_call(self, call):
        request = call.request
        self.keys.check(request, time.time() + self.clock)
        if self.gzip != "taken" and "content-encoding" in request.headers:
            return self._told(call, self.gzip)
        self._parse(call, strict=True)
        self._begin(call)
        self._authorize(call)
        with self._lock:
            self._throttle(call.operation)
            handler = self._handler(call.operation)
            document = handler(call.body, self._now())
        if call.operation == "PutLogEvents":
            request.records = self._taken(call, document)
        body = b"" if document is None else json.dumps(document).encode()
        return Reply(200, {"Content-Type": CONTENT_TYPE}, body, self.delay if call.operation == "PutLogEvents" else 0)

    @staticmethod
    def _told(call, reply):
        call.told = True
        if reply.status >= 300 and not reply.fault:
            document = json.loads(reply.body or b"{}") if reply.body.startswith(b"{") else {}
            call.error = document.get("__type") or document.get("code") or str(reply.status)
        return dataclasses.replace(reply, headers=dict(reply.headers))

    def _operation(self, request):
        target = TARGET.fullmatch(request.headers.get("x-amz-target", ""))
        if request.method != "POST" or request.path != "/" or not target:
            raise ServiceError("UnknownOperationException", f"{request.method} {request.path}", 404)
        if request.headers.get("content-type") != CONTENT_TYPE:
            raise ServiceError("UnknownOperationException", f"content type {request.headers.get('content-type')}", 404)
        return target.group(1)

    def _failure(self, operation):
        with self._lock:
            for failure in self._failures:
                if failure.times > 0 and failure.operation in (None, operation):
                    failure.times -= 1
                    return failure
        return None

    def _parse(self, call, strict):
        """The body as JSON; not strict: as far as it can be understood."""
        try:
            if problem := self._open(call.request):
                raise ValueError(problem)
            call.body = read_document(call.request.plain)
        except ValueError as problem:
            call.body = None
            if strict:
                raise ServiceError("SerializationException", str(problem)) from problem

    def _open(self, request):
        encoding = request.headers.get("content-encoding")
        if encoding not in (None, "gzip"):
            return f"content encoding {encoding}"
        try:
            request.plain = gunzip(request.body) if encoding else request.body
        except WireError as problem:
            return str(problem)
        return ""

    def _authorize(self, call):
        names = {call.operation} | ({"TagResource"} if "tags" in call.body else set())
        for name in sorted(names):
            if self.allowed is not None and name not in self.allowed:
                group = f"arn:aws:logs:{REGION}:111122223333:log-group:{call.stream[0]}"
                raise ServiceError("AccessDeniedException", "User: arn:aws:sts::111122223333:assumed-role/task/1 is "
                                   f"not authorized to perform: logs:{name} on resource: {group} because no "
                                   f"identity-based policy allows the logs:{name} action")

    def _throttle(self, operation):
        recent, now = self._recent[operation], time.monotonic()
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        if len(recent) >= self.quotas.get(operation, 5):
            raise ServiceError("ThrottlingException", "Rate exceeded")
        recent.append(now)

    def _handler(self, operation):
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        handler = getattr(self.store, name, None) or getattr(self.reads, name, None)
        if handler is None or not re.fullmatch(r"[a-z]+(_[a-z]+)+", name):
            raise ServiceError("UnknownOperationException", operation)
        return handler

    @staticmethod
    def _taken(call, document):
        info = document.get("rejectedLogEventsInfo", {})
        first = max(info.get("tooOldLogEventEndIndex", 0), info.get("expiredLogEventEndIndex", 0))
        return [message.encode() for _, message in call.events[first:info.get("tooNewLogEventStartIndex")]]

    # One call at a time for each stream.

    def _begin(self, call):
        if call.operation != "PutLogEvents" or not call.body:
            return
        sock = self._sockets.get(call.request.connection)
        with self._changed:
            other = self._under_way.get(call.stream)
            if other and not has_left(other[1]):
                self.violations.append(f"two PutLogEvents at a time to {call.stream}")
            self._under_way[call.stream] = (call.request, sock)
            self.in_flight_most = max(self.in_flight_most, len(self._under_way))

    def _end(self, request):
        with self._changed:
            for stream, (other, _) in list(self._under_way.items()):
                if other is request:
                    del self._under_way[stream]

    def _answer(self, sock, request, reply):
        reply.headers = {REQUEST_ID: f"{next(self._ids):08d}-0000-4000-8000-000000000000",
                         "Date": email.utils.formatdate(time.time() + self.clock, usegmt=True), **reply.headers}
        reply.headers = {name: value for name, value in reply.headers.items() if value is not None}
        try:
            return super()._answer(sock, request, reply)
        finally:
            self._end(request)

    def _note(self, request):
        if request.status is not None:
            self._end(request)  # before the answer is out: the client may be quick
        with self._changed:
            self.calls.append(getattr(request, "call", None) or Call(request, told=True))
        super()._note(request)


def main():
    parser = argparse.ArgumentParser(description="A local CloudWatch Logs that prints the messages it takes.")
    parser.add_argument("--port", type=int, default=9444)
    arguments = parser.parse_args()
    with CloudWatch(port=arguments.port) as cloudwatch:
        print(f"export AWS_REGION={REGION} AWS_ACCESS_KEY_ID={KEY_ID} AWS_SECRET_ACCESS_KEY={SECRET} "
              f"AWS_ENDPOINT_URL_CLOUDWATCH_LOGS={cloudwatch.url}", flush=True)
        shown = 0
        try:
            while True:
                cloudwatch.wait_until(lambda: len(cloudwatch.store.taken) > shown, 1e9, str)
                for message in cloudwatch.messages()[shown:]:
                    shown += 1
                    print(message, flush=True)
        except KeyboardInterrupt:
            pass


if __name__ == "__main__":
    main()
