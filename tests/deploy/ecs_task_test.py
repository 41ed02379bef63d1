"""A task of ECS with the container that deploy/aws/ecs makes, played by processes that have its environment."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tests.deploy.ecs_test import FOLDER, environment, planned
from tests.deploy.module import Module
from tests.support.daemon import binary


@pytest.fixture(name="ecs", scope="module")
def _ecs():
    return Module(FOLDER)


APPLICATION = """
import signal, socket, sys, time
sock, stopping, sent = socket.create_connection((sys.argv[1], int(sys.argv[2]))), [], 0
signal.signal(signal.SIGTERM, lambda *_: stopping.append(time.monotonic()))
while not stopping or time.monotonic() < stopping[0] + 2:  # it goes on for two seconds: requests that are under way
    sock.sendall(b'{"n":%d}\\n' % sent)
    sent += 1
    time.sleep(0.001)
sock.close()
print(sent)
"""


@pytest.mark.parametrize("there", [True, False], ids=["healthy destination", "dead destination"])
def test_a_task_is_stopped_in_order(ecs, launch, peer, there):
    """As ECS does: towline first and healthy; at the end the application before towline, each with SIGTERM."""
    plan = planned(ecs, "betterstack")
    variables = {**environment(plan), "TOWLINE_LISTEN": "127.0.0.1:0", "TOWLINE_ADMIN_LISTEN": "127.0.0.1:0",
                 "BETTERSTACK_URL": peer.url, "BETTERSTACK_CA_FILE": str(peer.ca_file),
                 "BETTERSTACK_SOURCE_TOKEN": peer.token}
    del variables["BETTERSTACK_INGESTING_HOST"]
    if not there:
        peer.go_away()
        variables["TOWLINE_SHUTDOWN_BUDGET"] = "3s"
    towline = launch(None, **variables).wait_ready()
    command = plan.output("container_definition")["healthCheck"]["command"]
    assert command[:2] == ["CMD", "/usr/bin/towline"]
    admin = towline.wait_for_event("admin.listening").fields["address"]
    check = subprocess.run([binary(), *command[2:]], check=False, capture_output=True,
                           env={**os.environ, "TOWLINE_ADMIN_LISTEN": admin})
    assert check.returncode == 0, check.stderr

    with subprocess.Popen([sys.executable, "-c", APPLICATION, *map(str, towline.address())], stdout=subprocess.PIPE,
                          text=True) as application:
        time.sleep(1)
        application.send_signal(signal.SIGTERM)
        sent = int(application.communicate(timeout=20)[0])
    began = time.monotonic()
    code = towline.stop(30)
    assert time.monotonic() - began < plan.output("container_definition")["stopTimeout"]
    if there:
        assert code == 0 and sorted(json.loads(each)["n"] for each in peer.records()) == list(range(sent))
    else:
        last_resort = [json.loads(line) for line in towline.stderr().splitlines() if line.startswith('{"')]
        assert code == 1 and sorted(each["n"] for each in last_resort) == list(range(sent))


def test_the_switch_changes_where_records_go(ecs, launch, peer):
    """Dual logging is one variable."""
    names = {}
    for variant in ("both", "betterstack", "cloudwatch"):
        variables = {**environment(planned(ecs, variant)), "TOWLINE_LISTEN": "127.0.0.1:0",
                     "TOWLINE_ADMIN_LISTEN": "127.0.0.1:0", "BETTERSTACK_SOURCE_TOKEN": peer.token,
                     "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x", "BETTERSTACK_URL": peer.url,
                     "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS": "http://127.0.0.1:9/"}
        variables.pop("BETTERSTACK_INGESTING_HOST", None)
        variables.pop("TOWLINE_DATA_DIR", None)
        daemon = launch(None, **variables).wait_ready()
        names[variant] = set(daemon.ledger())
        assert daemon.stop() == 0
    assert names == {"both": {"betterstack", "cloudwatch"}, "betterstack": {"betterstack"},
                     "cloudwatch": {"cloudwatch"}}
