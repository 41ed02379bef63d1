"""What CloudWatch Logs is asked and what it answers: calls, errors, and the reading of a body."""

import dataclasses
import json
import select
from typing import Optional

from tests.support.cloudwatch_store import batch_bytes
from tests.support.exchange import Reply, Request


def error(name, message="", status=400, where="body", **headers):
    """An error's answer; `where` its name stands: body, header (and another one in the body), code."""
    headers = {key.replace("_", "-"): value for key, value in headers.items()}
    document = {"code" if where == "code" else "__type": name, "message": message}
    if where == "header":
        headers["x-amzn-ErrorType"] = f"{name}:http://internal.amazon.com/coral/com.amazon.coral.service/"
        document["__type"] = "com.amazon.coral.service#SomethingElse"
    return Reply(status, headers, json.dumps(document, separators=(",", ":")).encode())


def throttled(**headers):
    return error("ThrottlingException", "Rate exceeded", **headers)


@dataclasses.dataclass
class Call:
    """One request as the service understood it; what it couldn't understand has no operation."""

    request: Request
    operation: Optional[str] = None
    body: Optional[dict] = None
    error: Optional[str] = None  # the name that it was refused with, by the rules or as told
    told: bool = False           # the answer is one that a test asked for

    @property
    def stream(self):
        return (self.body or {}).get("logGroupName"), (self.body or {}).get("logStreamName")

    @property
    def events(self):
        """(time, message) of a PutLogEvents."""
        return [(event["timestamp"], event["message"]) for event in (self.body or {}).get("logEvents", [])]

    @property
    def size(self):
        """As the limit of a batch counts it."""
        return batch_bytes(message for _, message in self.events)


@dataclasses.dataclass
class Failure:
    reply: Reply
    operation: Optional[str]
    times: float
    after: bool


def read_document(plain):
    """One JSON object in UTF-8; raises ValueError."""
    document = json.loads(plain.decode("utf-8"), object_pairs_hook=_members, parse_constant=_no_constant)
    if not isinstance(document, dict):
        raise ValueError("no structure")
    return document


def _members(pairs):
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("a member stands twice")
    return dict(pairs)


def _no_constant(name):
    raise ValueError(f"{name} is no JSON")


def has_left(sock):
    """Has the client closed this connection, so that what it asked for there is over for it?"""
    try:
        poll = select.poll()
        poll.register(sock, select.POLLRDHUP)
        return bool(poll.poll(0))
    except (OSError, ValueError, AttributeError):
        return True
