"""Both destinations at the same time, each by itself: the built-in configuration with LOG_DESTINATION=both, one of them
dead for a while, and one standing in for the other."""

import datetime
import json

import pytest

from tests.support.configuration import betterstack, configuration
from tests.support.exchange import Reply
from tests.support.senders import send_tcp


@pytest.fixture(name="service")
def _service():
    """CloudWatch without TLS: the built-in configuration takes no certificate for it."""
    pytest.importorskip("botocore")
    from tests.support.cloudwatch import CloudWatch
    with CloudWatch() as service:
        yield service
    assert service.violations == []


def aws(service):
    from tests.support.cloudwatch import KEY_ID, REGION, SECRET
    return {"AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": service.url, "AWS_EC2_METADATA_DISABLED": "true"}


def lines(numbers):
    """Of this moment: CloudWatch takes nothing that is older than two weeks."""
    moment = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return b"".join(b'{"timestamp":"%s","n":%d}\n' % (moment.encode(), number) for number in numbers)


def numbers(records):
    return sorted(json.loads(each)["n"] for each in records)


def events(service):
    return [event.message for stream in service.store.groups["/app"].streams.values() for event in stream]


def built_in(start, service, peer=None, **environment):
    if peer:
        environment.update(BETTERSTACK_SOURCE_TOKEN=peer.token, BETTERSTACK_URL=peer.url,
                           BETTERSTACK_CA_FILE=str(peer.ca_file))
    return start(None, TOWLINE_LISTEN="127.0.0.1:0", TOWLINE_ADMIN_LISTEN="127.0.0.1:0", CLOUDWATCH_LOG_GROUP="/app",
                 **aws(service), **environment)


def test_cloudwatch_alone(start, service):
    daemon = built_in(start, service, LOG_DESTINATION="cloudwatch", CLOUDWATCH_LOG_STREAM="here",
                      CLOUDWATCH_RETENTION_DAYS="14")
    send_tcp(daemon.address(), lines(range(20)))
    daemon.wait_until(lambda: daemon.ledger()["cloudwatch"]["received"] == 20)
    assert daemon.stop() == 0
    assert list(service.store.groups["/app"].streams) == ["here"]
    assert service.store.groups["/app"].retention == 14
    assert numbers(events(service)) == list(range(20))


def test_both_get_everything(start, service, peer):
    daemon = built_in(start, service, peer, LOG_DESTINATION="both")
    send_tcp(daemon.address(), lines(range(50)))
    daemon.wait_until(lambda: all(each["received"] == 50 for each in daemon.ledger().values()))
    assert set(daemon.ledger()) == {"betterstack", "cloudwatch"}
    assert daemon.stop() == 0
    assert numbers(peer.records()) == numbers(events(service)) == list(range(50))


def test_one_that_is_dead_costs_the_other_nothing(start, service, peer):
    """And later it gets what it missed."""
    daemon = start(dual(service, peer))
    peer.rule(lambda request: Reply(503))
    send_tcp(daemon.address(), lines(range(100)))
    daemon.wait_until(lambda: daemon.ledger()["cloudwatch"]["delivered"] == 100)
    assert daemon.balance(100, "betterstack")["held"] == 100
    peer.clear_rules()
    assert daemon.settle(100, "betterstack")["delivered"] == 100
    assert numbers(peer.records()) == numbers(events(service)) == list(range(100))


def test_cloudwatch_stands_in_for_better_stack(start, service, peer):
    """It reads the same records, so it has them twice then: its own, and those that are marked."""
    daemon = start(dual(service, peer, fallback="cloudwatch", after="1s"))
    peer.rule(lambda request: Reply(503))
    send_tcp(daemon.address(), lines(range(100)))
    daemon.wait_for_event("sink.diverting", sink="betterstack", fallback="cloudwatch")
    assert daemon.settle(100, "betterstack")["diverted"] == 100
    assert daemon.settle(100, "cloudwatch")["delivered"] == 100
    assert numbers(events(service)) == sorted([*range(100), *range(100)])
    taken = [json.loads(event) for event in events(service)]
    marked = [each["n"] for each in taken if each.get("towline") == {"diverted_from": "betterstack"}]
    assert sorted(marked) == list(range(100))


def dual(service, peer, **settings):
    return configuration(sinks={"betterstack": betterstack(peer, **settings),
                                "cloudwatch": service.sink(group="/app", stream="s")})
