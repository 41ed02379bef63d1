"""What CloudWatch Logs keeps, and the rules by which it takes it: groups, streams, events.

Nothing here is more lenient than the service; where the service forgives a mistake (an unknown member of a request),
this one doesn't. Sources: the API reference of CloudWatch Logs (2014-03-28) and its user guide's quotas.
"""

import collections
import dataclasses
import re
from typing import Optional

from tests.support.aws_keys import ServiceError

DAY = 24 * 3600 * 1000  # times are in milliseconds
BATCH_BYTES = 1_048_576
EVENT_OVERHEAD = 26
BATCH_EVENTS = 10_000
SPAN = DAY
OLDEST, NEWEST = 14 * DAY, 2 * 3600 * 1000
RETENTIONS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
CLASSES = ("STANDARD", "INFREQUENT_ACCESS", "DELIVERY")
GROUP_NAME = re.compile(r"(?!aws/)[A-Za-z0-9_/.#-]{1,512}")
STREAM_NAME = re.compile(r"[^:*]{1,512}", re.DOTALL)
KMS_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)/[A-Za-z0-9/_-]+")
TAG_KEY = re.compile(r"(?!aws:)[\w\s.:/=+@-]{1,128}")
TAG_VALUE = re.compile(r"[\w\s.:/=+@-]{0,256}")

Event = collections.namedtuple("Event", "timestamp message ingested id")


@dataclasses.dataclass
class Group:
    created: int
    log_class: str = "STANDARD"
    kms_key: Optional[str] = None
    retention: Optional[int] = None  # days; None: for ever
    tags: dict = dataclasses.field(default_factory=dict)
    streams: dict = dataclasses.field(default_factory=dict)  # {name: its events as they came}


@dataclasses.dataclass
class Rejection:
    """What the next PutLogEvents leaves out, whatever its times are: the members of rejectedLogEventsInfo."""

    too_old_end: int = 0
    too_new_start: Optional[int] = None
    expired_end: int = 0

    def described(self):
        indexes = {"tooOldLogEventEndIndex": self.too_old_end or None, "tooNewLogEventStartIndex": self.too_new_start,
                   "expiredLogEventEndIndex": self.expired_end or None}
        return {name: index for name, index in indexes.items() if index is not None}


def invalid(message):
    return ServiceError("InvalidParameterException", message)


def check_shape(body, required=(), optional=()):
    """`required` and `optional`: {member: type}."""
    known = {**dict(required), **dict(optional)}
    for name in required:
        if name not in body:
            raise invalid(f"1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member "
                          "must not be null")
    for name, value in body.items():
        if name not in known:
            raise ServiceError("SerializationException", f"no such member: {name}")
        if not isinstance(value, known[name]) or isinstance(value, bool) != (known[name] is bool):
            raise ServiceError("SerializationException", f"{name} has the wrong type")


class Store:
    """Not thread-safe. `now` is in milliseconds everywhere."""

    def __init__(self):
        self.groups = {}
        self.rejections = collections.deque()  # of Rejection: one for each of the next PutLogEvents
        self.taken = []  # messages, in the order in which they were taken, of all streams
        self._events = 0

    def group(self, name):
        if not GROUP_NAME.fullmatch(name):
            raise invalid(f"1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint")
        if name not in self.groups:
            raise ServiceError("ResourceNotFoundException", "The specified log group does not exist.")
        return self.groups[name]

    def create_log_group(self, body, now):
        check_shape(body, {"logGroupName": str}, {"kmsKeyId": str, "tags": dict, "logGroupClass": str,
                                                  "deletionProtectionEnabled": bool})
        name = body["logGroupName"]
        if not GROUP_NAME.fullmatch(name):
            raise invalid(f"1 validation error detected: Value '{name}' at 'logGroupName' failed to satisfy constraint")
        if name in self.groups:
            raise ServiceError("ResourceAlreadyExistsException", "The specified log group already exists")
        if body.get("logGroupClass", "STANDARD") not in CLASSES:
            raise invalid(f"logGroupClass must be one of {CLASSES}")
        if not KMS_KEY.fullmatch(body.get("kmsKeyId", "arn:aws:kms:x:123456789012:key/x")):
            raise invalid("The specified KMS key does not exist or is not allowed to be used with LogGroup")
        _check_tags(body.get("tags"))
        self.groups[name] = Group(now, body.get("logGroupClass", "STANDARD"), body.get("kmsKeyId"),
                                  tags=body.get("tags", {}))
        return None

    def create_log_stream(self, body, _now):
        check_shape(body, {"logGroupName": str, "logStreamName": str})
        if not STREAM_NAME.fullmatch(body["logStreamName"]):
            raise invalid("1 validation error detected: Value at 'logStreamName' failed to satisfy constraint")
        group = self.group(body["logGroupName"])
        if body["logStreamName"] in group.streams:
            raise ServiceError("ResourceAlreadyExistsException", "The specified log stream already exists")
        group.streams[body["logStreamName"]] = []
        return None

    def put_retention_policy(self, body, _now):
        check_shape(body, {"logGroupName": str, "retentionInDays": int})
        group = self.group(body["logGroupName"])
        if body["retentionInDays"] not in RETENTIONS:
            raise invalid(f"1 validation error detected: Value '{body['retentionInDays']}' at 'retentionInDays' failed "
                          f"to satisfy constraint: Member must satisfy enum value set: {list(RETENTIONS)}")
        group.retention = body["retentionInDays"]
        return None

    def delete_retention_policy(self, body, _now):
        check_shape(body, {"logGroupName": str})
        self.group(body["logGroupName"]).retention = None
        return None

    def put_log_events(self, body, now):
        check_shape(body, {"logGroupName": str, "logStreamName": str, "logEvents": list},
                    {"sequenceToken": str, "entity": dict})
        if not STREAM_NAME.fullmatch(body["logStreamName"]):
            raise invalid("1 validation error detected: Value at 'logStreamName' failed to satisfy constraint")
        check_events(body["logEvents"])
        group = self.group(body["logGroupName"])
        if body["logStreamName"] not in group.streams:
            raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
        times = [event["timestamp"] for event in body["logEvents"]]
        rejection = self.rejections.popleft() if self.rejections else rejected(times, now, group.retention)
        first = max(rejection.too_old_end, rejection.expired_end)
        taken = body["logEvents"][first:rejection.too_new_start]
        group.streams[body["logStreamName"]].extend(self._event(event, now) for event in taken)
        self.taken.extend(event["message"] for event in taken)
        info = rejection.described()
        answer = {"nextSequenceToken": f"{self._events:056d}"}
        return {**answer, "rejectedLogEventsInfo": info} if info else answer

    def _event(self, event, now):
        self._events += 1
        return Event(event["timestamp"], event["message"], now, f"{self._events:056d}")


def rejected(times, now, retention):
    """Ascending times; retention in days or None."""
    def older_than(limit):
        return sum(time < now - limit for time in times)

    new = [index for index, time in enumerate(times) if time > now + NEWEST]
    return Rejection(older_than(OLDEST), new[0] if new else None, older_than(retention * DAY) if retention else 0)


def batch_bytes(messages):
    return sum(len(message.encode("utf-8")) + EVENT_OVERHEAD for message in messages)


def check_events(events):
    """What makes the whole call fail. The span is that of all events, those out of the window included."""
    if not 1 <= len(events) <= BATCH_EVENTS:
        raise invalid(f"1 validation error detected: {len(events)} values at 'logEvents' failed to satisfy constraint: "
                      f"Member must have length between 1 and {BATCH_EVENTS}")
    for index, event in enumerate(events, 1):
        _check_event(index, event)
    try:
        size = batch_bytes(event["message"] for event in events)
    except UnicodeEncodeError:
        raise ServiceError("SerializationException", "half of a surrogate pair in a message") from None
    if size > BATCH_BYTES:
        raise invalid(f"Upload too large: {size} bytes exceeds limit of {BATCH_BYTES}")
    times = [event["timestamp"] for event in events]
    if any(later < earlier for earlier, later in zip(times, times[1:])):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    if times[-1] - times[0] > SPAN:
        raise invalid("The batch of log events in a single PutLogEvents request cannot span more than 24 hours.")


def _check_event(index, event):
    if not isinstance(event, dict):
        raise ServiceError("SerializationException", f"logEvents.{index} is no structure")
    check_shape(event, {"timestamp": int, "message": str})
    if not event["message"]:
        raise invalid(f"1 validation error detected: Value '' at 'logEvents.{index}.member.message' failed to satisfy "
                      "constraint: Member must have length greater than or equal to 1")
    if event["timestamp"] < 0:
        raise invalid(f"1 validation error detected: Value '{event['timestamp']}' at 'logEvents.{index}.member."
                      "timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0")


def _check_tags(tags):
    """None: not given."""
    if tags is None:
        return
    if not 1 <= len(tags) <= 50:
        raise invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: 1 to 50 entries")
    for key, value in tags.items():
        if not TAG_KEY.fullmatch(key) or not isinstance(value, str) or not TAG_VALUE.fullmatch(value):
            raise invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint")
