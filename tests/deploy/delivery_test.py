"""deploy/aws/towline.yaml as a task of ECS would run it: with the log groups of the module and the permissions of its
policies, towards a CloudWatch Logs that is as strict as the real one."""

import datetime
import json

import pytest

from tests.deploy.module import MODULE
from tests.deploy.patterns_test import CONFIG, SAMPLES
from tests.support.metadata import ECS_FACTS, Metadata
from tests.support.senders import send_tcp

STREAM = f"{ECS_FACTS['family']}/{ECS_FACTS['task_id']}"


def allowed(policy):
    statements = json.loads((MODULE / "policies" / f"{policy}.json").read_text())["Statement"]
    return {action.removeprefix("logs:") for statement in statements for action in statement["Action"]}


@pytest.fixture(name="service")
def _service(plan):
    """With the log groups of the module; without TLS, for which the file has no certificate."""
    from tests.support.cloudwatch import CloudWatch  # needs botocore, which the other tests don't
    with CloudWatch() as service:
        for group in plan.resources["aws_cloudwatch_log_group", "this"].values():
            service.create(group["name"])
        yield service
    assert service.violations == []


@pytest.fixture(name="run")
def _run(start, peer, service, tmp_path):
    """Starts the daemon with the file; changed are where it listens, how long it waits, and Better Stack's URL."""
    from tests.support.cloudwatch import KEY_ID, REGION, SECRET

    def run(config=CONFIG):
        config = config.replace("    host: ${BETTERSTACK_INGESTING_HOST}\n",
                                f"    url: {peer.url}\n    tls: {{ ca_file: {peer.ca_file} }}\n")
        quick = "batch: { age: 50ms }\n    retry: { initial: 20ms, refused: 100ms }"
        for kind in ("betterstack", "cloudwatch"):
            config = config.replace(f"    type: {kind}\n", f"    type: {kind}\n    {quick}\n")
        return start('admin: { listen: "127.0.0.1:0" }\n' + config, TOWLINE_LISTEN="127.0.0.1:0",
                     TOWLINE_DATA_DIR=str(tmp_path / "data"), BETTERSTACK_SOURCE_TOKEN=peer.token, AWS_REGION=REGION,
                     AWS_ACCESS_KEY_ID=KEY_ID, AWS_SECRET_ACCESS_KEY=SECRET,
                     AWS_ENDPOINT_URL_CLOUDWATCH_LOGS=service.url, **metadata.environment())

    with Metadata() as metadata:
        yield run


def send(daemon):
    """Every sample, with its name. Of this moment: CloudWatch takes nothing that is older than two weeks."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    lines = [json.dumps({"timestamp": now, "sample": name, **SAMPLES[name][0]}) for name in SAMPLES]
    send_tcp(daemon.address(), "".join(f"{line}\n" for line in lines).encode())


def names(records):
    return sorted(json.loads(record)["sample"] for record in records)


def meant_for(route):
    return sorted(name for name in SAMPLES if route in SAMPLES[name][3])


def wait(daemon, service, peer, routes=("api", "services", "errors")):
    service.wait_for_messages(sum(len(meant_for(route)) for route in routes))
    peer.wait_for(len(SAMPLES))
    daemon.wait_until(lambda: all(each["held"] == 0 for each in daemon.ledger().values()), what="nothing is held")


def test_every_record_is_in_its_log_groups_and_at_better_stack(run, service, peer):
    service.allowed = allowed("create-streams")
    daemon = run()
    send(daemon)
    wait(daemon, service, peer)
    for route in ("api", "services", "errors"):
        messages = [message for _, message in service.events(f"/shop/{route}", STREAM)]
        assert names(messages) == meant_for(route)
    assert names(peer.records()) == sorted(SAMPLES)
    # A stream is made when the service says that it isn't there; nothing is asked before, nothing refused otherwise.
    assert {(operation, name) for operation, name, _ in service.refusals} == {
        ("PutLogEvents", "ResourceNotFoundException")}
    assert daemon.stop() == 0


def test_putting_events_is_enough_where_the_streams_are_there(run, service, peer):
    service.allowed = allowed("put-only")
    for route in ("api", "services", "errors"):
        service.create(f"/shop/{route}", STREAM)
    daemon = run(CONFIG.replace("create_group: false", "create_group: false\n    create_stream: false"))
    send(daemon)
    wait(daemon, service, peer)
    assert service.refusals == [] and {call.operation for call in service.calls} == {"PutLogEvents"}
    assert daemon.stop() == 0


def test_groups_can_be_made_with_the_policy_for_it(run, service, peer):
    service.allowed = allowed("create-groups")
    text = CONFIG.replace("group: /shop/", "group: /made/")
    text = text.replace("create_group: false", "retention_days: 14\n    tags: { team: shop }")
    daemon = run(text)
    send(daemon)
    wait(daemon, service, peer)
    made = {name: group for name, group in service.store.groups.items() if name.startswith("/made/")}
    assert {name: group.retention for name, group in made.items()} == {f"/made/{route}": 14
                                                                      for route in ("api", "services", "errors")}
    assert "AccessDeniedException" not in {name for _, name, _ in service.refusals}
    assert daemon.stop() == 0


def test_a_missing_permission_is_named_and_loses_nothing(run, service, peer):
    service.allowed = allowed("put-only")
    daemon = run()
    send(daemon)
    peer.wait_for(len(SAMPLES))
    daemon.wait_until(lambda: "logs:CreateLogStream" in daemon.stderr(), what=daemon.stderr)
    assert "logs:CreateLogStream" in str(daemon.get("/health/deep"))
    service.allowed = allowed("create-streams")
    wait(daemon, service, peer)
    assert daemon.stop() == 0
