"""The step `enrich`: what the machine says about itself stands in every record, and costs a start little."""

import json
import platform
import time

from tests.support import metadata
from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.metadata import Metadata
from tests.support.numbered import lines, numbered
from tests.support.senders import send_tcp


def enriching(peer, **settings):
    return configuration(steps=[{"enrich": settings}], sinks={"out": betterstack(peer)})


def arrived(daemon, peer):
    send_tcp(daemon.address(), lines(numbered(1)))
    peer.wait_for(1)
    return json.loads(peer.records()[0])


def test_on_ecs_on_ec2(start, peer):
    with Metadata() as service:
        config = enriching(peer, tags={"environment": "prod", "team.name": "x"}, host=True, ecs=True, ec2=True)
        daemon = start(config, **service.environment())
        record = arrived(daemon, peer)
        asked = list(service.requests)
    assert record["environment"] == "prod" and record["team"] == {"name": "x"}
    assert record["host"] == {"name": platform.node(), "arch": platform.machine()}
    assert record["ecs"] == metadata.ECS_FACTS
    assert record["ec2"] == metadata.EC2_FACTS
    assert asked == ["GET /v4/id/task", "GET /v4/id", "PUT /latest/api/token",
                     "GET /latest/dynamic/instance-identity/document"]
    daemon.settle(1)
    assert daemon.stop() == 0  # no token in its log: every test looks


def test_nobody_is_asked_who_need_not_be(start, peer):
    with Metadata() as service:
        record = arrived(start(enriching(peer, host=True, target="meta"), **service.environment()), peer)
        assert service.requests == []
    assert list(record["meta"]) == ["host"] and "ecs" not in record


def test_off_aws_there_is_nothing_to_add(start, peer):
    daemon = start(enriching(peer, ecs=True, ec2=True), AWS_EC2_METADATA_DISABLED="true")
    assert arrived(daemon, peer) == json.loads(numbered(1)[0])
    assert "facts.missing" not in daemon.stderr()


def test_a_service_that_never_answers_delays_the_start_by_two_seconds(launch, peer):
    with Metadata(hanging=True) as service:
        begin = time.monotonic()
        daemon = launch(enriching(peer, tags={"a": 1}, ecs=True, ec2=True), **service.environment()).wait_ready()
        assert time.monotonic() - begin < towline.at_most(5)
        assert daemon.wait_for_event("facts.missing", facts="ecs")
        assert daemon.wait_for_event("facts.missing", facts="ec2")
        assert arrived(daemon, peer) == {**json.loads(numbered(1)[0]), "a": 1}
