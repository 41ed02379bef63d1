"""The sink `cloudwatch`: which groups and streams it writes to and makes, and who it is to AWS: keys, roles,
permissions, a clock that is wrong.
"""

import collections
import time

import pytest

from tests.support.aws_credentials import CredentialsService
from tests.support.cloudwatch import KEY_ID, SECRET
from tests.support.cloudwatch_daemon import HOUR, Shipper, number_of, numbers, record, send
from tests.support.exchange import Reply


@pytest.fixture(name="ship")
def _ship(start, cloudwatch, data_dir):
    return Shipper(start, cloudwatch, data_dir)


# Groups and streams.


def test_makes_what_is_missing_and_nothing_else(ship, cloudwatch):
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"
    daemon = ship(group="/app/shop", stream="task/1", retention_days=7, kms_key_id=key, tags={"team": "x"},
                  log_class="infrequent_access")
    send(daemon, [record(0)])
    assert daemon.settle(1)["delivered"] == 1
    group = cloudwatch.store.groups["/app/shop"]
    assert (group.retention, group.kms_key, group.tags, group.log_class) == (7, key, {"team": "x"}, "INFREQUENT_ACCESS")
    assert numbers(message for _, message in cloudwatch.events("/app/shop", "task/1")) == [0]
    made = collections.Counter(call.operation for call in cloudwatch.calls if call.operation != "PutLogEvents")
    assert made["CreateLogGroup"] == made["PutRetentionPolicy"] == 1 and 1 <= made["CreateLogStream"] <= 2
    assert made.keys() == {"CreateLogGroup", "PutRetentionPolicy", "CreateLogStream"}
    assert {name for _, name, _ in cloudwatch.refusals} == {"ResourceNotFoundException"}
    assert cloudwatch.calls[0].operation == "PutLogEvents"

    # Somebody removes them, and somebody else's group is left as it is.
    del cloudwatch.store.groups["/app/shop"]
    cloudwatch.create("/app/shop")
    send(daemon, [record(1)])
    assert daemon.settle(2)["delivered"] == 2
    assert numbers(message for _, message in cloudwatch.events("/app/shop", "task/1")) == [1]
    assert cloudwatch.store.groups["/app/shop"].retention is None


def test_what_exists_needs_one_permission_and_one_call(ship, cloudwatch):
    cloudwatch.allowed = {"PutLogEvents"}
    daemon = ship(retention_days=30, tags={"a": "b"})
    for number in range(3):
        send(daemon, [record(number)])
        daemon.settle(number + 1)
    assert {call.operation for call in cloudwatch.calls} == {"PutLogEvents"} and len(cloudwatch.calls) == 3
    assert cloudwatch.refusals == []


@pytest.mark.parametrize("settings", [{}, {"create_stream": False}], ids=["denied", "not asked"])
def test_without_the_permission_to_create_nothing_is_lost(ship, cloudwatch, settings):
    cloudwatch.allowed = {"PutLogEvents"}
    daemon = ship(stream="new", retry={"initial": "20ms", "max": "100ms", "refused": "100ms"}, **settings)
    send(daemon, [record(number) for number in range(5)])
    cloudwatch.wait_until(lambda: len(cloudwatch.called()) >= 2, 10, lambda: "asked again")
    assert daemon.balance(5)["held"] == 5
    if not settings:
        assert "logs:CreateLogStream" in daemon.stderr()
    cloudwatch.create("g", "new")
    assert daemon.settle(5)["delivered"] == 5
    assert numbers(cloudwatch.messages()) == [0, 1, 2, 3, 4]


def test_names_by_template(ship, cloudwatch):
    daemon = ship(group="/app/{service}", stream="{host.zone}/%Y", missing="none", batch={"age": "200ms"})
    services = ("web", "a b", None)
    records = [record(number, **({"service": services[number % 3]} if services[number % 3] else {}),
                      host={"zone": number % 2}) for number in range(30)]
    send(daemon, records)
    assert daemon.settle(30)["delivered"] == 30
    year = time.strftime("%Y", time.gmtime())
    for index, group in enumerate(("/app/web", "/app/a_b", "/app/none")):
        for zone in (0, 1):
            expected = [number for number in range(30) if number % 3 == index and number % 2 == zone]
            found = [message for _, message in cloudwatch.events(group, f"{zone}/{year}")]
            assert numbers(found) == expected, (group, zone)
    assert {name for _, name, _ in cloudwatch.refusals} == {"ResourceNotFoundException"}


def test_streams_do_not_wait_for_each_other(ship, cloudwatch):
    """One call at a time to each stream (the fixture's last look), many streams side by side."""
    cloudwatch.create("g", *map(str, range(8)))
    cloudwatch.delay = 0.2
    daemon = ship(stream="{n}", batch={"age": "100ms"})
    for _ in range(3):
        send(daemon, [record(number % 8) for number in range(64)])
    assert daemon.settle(192, timeout=20)["delivered"] == 192
    assert cloudwatch.in_flight_most >= 4
    assert len(cloudwatch.messages()) == 192 and cloudwatch.refusals == []


def test_more_streams_than_may_be_open(ship, cloudwatch):
    cloudwatch.create("g", *map(str, range(12)))
    daemon = ship(stream="{n}", open_streams=3)
    for _ in range(2):
        send(daemon, [record(number % 12) for number in range(48)])
    assert daemon.settle(96, timeout=20)["delivered"] == 96
    assert cloudwatch.in_flight_most <= 3
    assert collections.Counter(map(number_of, cloudwatch.messages())) == {number: 8 for number in range(12)}


# Who we are.


@pytest.mark.parametrize("ahead", [HOUR, -HOUR], ids=["behind", "ahead"])
def test_a_wrong_clock_is_corrected(ship, cloudwatch, ahead):
    cloudwatch.clock = ahead
    daemon = ship()
    for number in range(3):
        send(daemon, [record(number)])
        daemon.settle(number + 1)
    assert numbers(cloudwatch.messages()) == [0, 1, 2]
    assert [name for _, name, _ in cloudwatch.refusals] == ["InvalidSignatureException"]  # the first, and never again


def from_the_task(service, **environment):
    """Settings without keys, and the environment where they are found."""
    return {"environment": {**service.on_ecs(), **environment}, "access_key_id": None, "secret_access_key": None}


def test_a_token_that_expires_in_the_middle_of_a_batch(ship, cloudwatch):
    cloudwatch.create("g", *map(str, range(6)))
    with CredentialsService(cloudwatch.keys) as service:
        daemon = ship(stream="{n}", batch={"age": "200ms"}, open_streams=1, **from_the_task(service))
        seen = collections.Counter()

        def expire(request):
            seen["calls"] += 1
            if seen["calls"] == 4:
                cloudwatch.keys.expire(service.issued[0])

        cloudwatch.rule(expire)
        records = [record(number % 6, text=str(number)) for number in range(60)]
        send(daemon, records)
        assert daemon.settle(60)["delivered"] == 60
        assert sorted(cloudwatch.messages()) == sorted(records)  # once each
        assert {name for _, name, _ in cloudwatch.refusals} == {"ExpiredTokenException"}
        assert len(service.issued) == 2 and service.most_at_once == 1


def test_keys_are_renewed_before_they_expire(ship, cloudwatch):
    with CredentialsService(cloudwatch.keys, lifetime=4, authorization="canary-pod-token") as service:
        daemon = ship(**from_the_task(service))
        deadline, count = time.monotonic() + 5.0, 0
        while time.monotonic() < deadline:
            send(daemon, [record(count)])
            count += 1
            time.sleep(0.1)
        assert daemon.settle(count)["delivered"] == count
        assert cloudwatch.refusals == []
        assert len(service.issued) >= 2 and service.most_at_once == 1
        assert numbers(cloudwatch.messages()) == list(range(count))


@pytest.mark.parametrize("misfortune", [
    [Reply(delay=1.0)], [Reply(500)], [Reply(fault="reset")], [Reply(200, body=b"no JSON")], [Reply(404)],
    [Reply(200, body=b'{"Code":"Failed","Message":"canary-why"}')],
], ids=["slow", "500", "reset", "garbage", "404", "failed"])
def test_keys_that_come_late_cost_nothing_but_time(ship, cloudwatch, misfortune):
    with CredentialsService(cloudwatch.keys) as service:
        service.next(*misfortune)
        daemon = ship(retry={"initial": "20ms", "max": "100ms", "refused": "100ms"}, **from_the_task(service))
        send(daemon, [record(number) for number in range(5)])
        assert daemon.settle(5, timeout=15)["delivered"] == 5
        assert numbers(cloudwatch.messages()) == [0, 1, 2, 3, 4]
        assert cloudwatch.refusals == [] and service.most_at_once == 1


def test_an_instance_has_a_role(ship, cloudwatch):
    with CredentialsService(cloudwatch.keys) as service:
        daemon = ship(service.on_ec2(), access_key_id=None, secret_access_key=None)
        send(daemon, [record(0)])
        assert daemon.settle(1)["delivered"] == 1
        assert service.asked[0] == "PUT /latest/api/token" and service.issued == ["ASIACANARY1"]


def test_keys_from_the_environment(ship, cloudwatch):
    keys = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "eu-west-1"}
    daemon = ship(keys, access_key_id=None, secret_access_key=None, region=None)
    send(daemon, [record(0)])
    assert daemon.settle(1)["delivered"] == 1
    assert cloudwatch.refusals == []


@pytest.mark.parametrize("settings, says", [
    ({"region": None, "endpoint": None}, "AWS_REGION"),
    ({"access_key_id": None, "secret_access_key": None}, "credentials"),
], ids=["region", "keys"])
def test_what_is_not_set_up_is_said_and_held(ship, cloudwatch, tmp_path, settings, says):
    daemon = ship({"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}, **settings)
    send(daemon, [record(0)])
    daemon.wait_for_event("sink.refused", sink="out")
    assert says in daemon.stderr()
    assert daemon.balance(1)["held"] == 1
    assert cloudwatch.calls == []


@pytest.mark.parametrize("spoil", [lambda cloudwatch: cloudwatch.keys.add(KEY_ID, "another"),
                                   lambda cloudwatch: cloudwatch.keys.forget(KEY_ID),
                                   lambda cloudwatch: setattr(cloudwatch, "allowed", set())],
                         ids=["wrong secret", "unknown key", "denied"])
def test_a_key_that_is_refused_is_held_and_asked_again(ship, cloudwatch, spoil):
    spoil(cloudwatch)
    daemon = ship(retry={"initial": "20ms", "max": "100ms", "refused": "100ms"})
    send(daemon, [record(number) for number in range(5)])
    cloudwatch.wait_until(lambda: len(cloudwatch.called()) >= 3, 10, lambda: "asked again")
    balance = daemon.balance(5)
    assert (balance["held"], balance["dead_lettered"]) == (5, 0)
    cloudwatch.keys.add(KEY_ID, SECRET)
    cloudwatch.allowed = None
    assert daemon.settle(5)["delivered"] == 5
    assert numbers(cloudwatch.messages()) == [0, 1, 2, 3, 4]
