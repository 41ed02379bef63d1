"""Records brought into another form: all steps that reshape them in one configuration, against the destination."""

import json
import os

from tests.support.configuration import betterstack, configuration
from tests.support.senders import send_tcp

STEPS = [
    {"parse_json": {"field": "log", "target": "."}},
    {"parse_json": {"field": "payload"}},
    {"copy": {"context.user.id": "user_id", "request": "audit.request"}},
    {"redact": {}},
    {"set": {"origin": "{container_name}@{host.name}", "trace": "{service}-{request.id}", "version": "{{1}}", "n": 1.5}},
    {"flatten": {"field": "context"}},
    {"nest": {"into": "container", "fields": ["container_*", "stream"], "strip_prefix": "container_"}},
    {"truncate": {"fields": ["message"], "bytes": "32B", "suffix": " [cut]"}},
    {"keep_only": {"fields": ["level", "message", "log", "payload", "user_id", "audit", "origin", "trace", "version",
                              "n", "context", "container", "http_*"]}},
]

OUTER = {"container_id": "c1", "container_name": "web", "stream": "stdout"}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


# What is sent, and what of it arrives, byte by byte; HOST stands for the name of this machine.
JOB = [
    # A container's line: its members join the record, the card is found in them, what isn't named goes.
    ({"log": compact({
        "dt": "2026-11-20T12:00:00Z", "level": "info", "service": "shop", "http_status": 200, "debug": {"a": 1},
        "message": "0123456789 0123456789 this is too long",
        "request": {"id": "r1", "path": "/"}, "context": {"user": {"id": 7, "card": "4111 1111 1111 1111"}, "tags": ["a"]},
        }) + "\n", **OUTER},
     '{"dt":"2026-11-20T12:00:00Z","level":"info","http_status":200,"message":"0123456789 0123456789 this [cut]",'
     '"context":{"tags":["a"],"user.id":7,"user.card":"[REDACTED:card]"},"user_id":7,'
     '"audit":{"request":{"id":"r1","path":"/"}},"origin":"web@HOST","trace":"shop-r1","version":"{1}","n":1.5,'
     '"container":{"id":"c1","name":"web","stream":"stdout"}}'),
    # What isn't JSON stays; what can't be filled in isn't set.
    ({"dt": 1, "log": "plain text", "payload": "[1, {\"mail\":\"ann@example.com\"}]"},
     '{"dt":1,"log":"plain text","payload":[1,{"mail":"a***@example.com"}],"version":"{1}","n":1.5}'),
    # Names that are taken: the parsed one, and the nested one, stay where they were.
    ({"dt": 2, "level": "warn", "log": '{"level":"fatal","message":"m"}', "container": {"id": "old"}, "container_id": "c1"},
     '{"dt":2,"level":"warn","log":{"level":"fatal"},"container":{"id":"old"},"message":"m","version":"{1}","n":1.5}'),
]

COUNTED = {
    ("1_parse_json", "not_json"): 1,    # plain text
    ("1_parse_json", "name_taken"): 1,  # level
    ("5_set", "missing_field"): 4,      # origin and trace, twice
    ("7_nest", "name_taken"): 1,        # id
}


def sent():
    return b"".join(compact(record).encode() + b"\n" for record, _ in JOB)


def expected():
    host = os.uname().nodename
    return [record.replace("HOST", host).encode() for _, record in JOB]


def test_records_arrive_in_their_new_form(start, peer):
    daemon = start(configuration(steps=STEPS, sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), sent())
    peer.wait_for(len(JOB))
    assert peer.records() == expected()
    assert daemon.settle(len(JOB))["delivered"] == len(JOB)
    for (step, reason), count in COUNTED.items():
        assert daemon.metric("towline_step_errors_total", transform="clean", step=step, reason=reason) == count
    assert daemon.stop() == 0


def test_hostile_records_cost_only_themselves(start, peer):
    """Records at their limits: what a step can't do within them it leaves, and the neighbours arrive as ever."""
    deep = "[" * 127 + "]" * 127
    wide = "{" + ",".join(f'"k{n}":0' for n in range(60_000)) + "}"
    long_keys = compact({"context": {"k" * 100_000: {str(n): n for n in range(1000)}}})
    hostile = [compact({"log": text}) for text in (deep, wide, wide[:-1], "{" * 100_000, '{"a":' + "9" * 100_000 + "}")]
    hostile += [long_keys, '{"context":{"x":' + wide + "}}", '{"request":' + deep + "}", '{"container_a":' + deep + "}"]
    daemon = start(configuration(steps=STEPS, sinks={"out": betterstack(peer)}))
    lines = [sent()] + [line.encode() + b"\n" for line in hostile] + [sent()]
    send_tcp(daemon.address(), b"".join(lines))
    total = 2 * len(JOB) + len(hostile)
    peer.wait_for(total)
    records = peer.records()
    assert records[:len(JOB)] == records[-len(JOB):] == expected()
    for record in records:
        json.loads(record)
    assert daemon.settle(total)["delivered"] == total
    assert daemon.metric("towline_step_errors_total", transform="clean", step="6_flatten", reason="limit") == 1
    assert daemon.metric("towline_step_errors_total", transform="clean", step="7_nest", reason="limit") == 1
    assert daemon.metric("towline_step_errors_total", transform="clean", step="3_copy", reason="limit") == 1
