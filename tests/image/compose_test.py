"""docker/compose.yaml: what it says is right and fits together, and its programs do together what it promises.

No engine is needed. The application, towline and the destination run as processes with the environment that Compose
gives them; only the addresses are replaced, because here they share one machine.
"""

import http.client
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

import pytest
import yaml

from tests.image import compose
from tests.image.compose import ROOT
from tests.support import daemon as towline

CHECKER = ROOT / "build/tools/compose/bin/python"  # scripts/compose_check.sh
SERVICES = ("app", "towline", "destination", "loki", "grafana")
OWN = SERVICES[:3]
ORDERS = 20


# What it says.

def violations(text):
    """What the Compose specification has against it."""
    code = ("import sys, compose_spec\n"
            "try: compose_spec.PyCompose.from_yaml(sys.stdin.read())\n"
            "except ValueError as error: print(error)")
    return subprocess.run([CHECKER, "-c", code], input=text, capture_output=True, text=True, check=True,
                          timeout=30).stdout


@pytest.mark.skipif(not CHECKER.exists(), reason="no compose-spec here: make check-compose")
def test_it_keeps_to_the_specification():
    text = compose.FILE.read_text()
    assert violations(text) == ""
    assert "profils" in violations(text.replace("    profiles: [loki]", "    profils: [loki]", 1))
    assert violations(text.replace("condition: service_healthy", "condition: service_well"))


def test_it_needs_no_variables_and_starts_three_services():
    services = compose.load()["services"]
    assert tuple(services) == SERVICES
    assert [name for name, service in services.items() if "profiles" not in service] == list(OWN)
    assert {tuple(services[name]["profiles"]) for name in ("loki", "grafana")} == {("loki",)}


@pytest.mark.parametrize("name", OWN)
def test_a_service_has_no_more_rights_than_it_needs(name):
    service = compose.load()["services"][name]
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_this_machine_may_come():
    published = [port for service in compose.load()["services"].values() for port in service.get("ports", ())]
    assert published and all(re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port) for port in published)


def test_its_files_and_volumes_exist():
    whole = compose.load()
    for name, service in whole["services"].items():
        for volume in service.get("volumes", ()):
            source = volume.split(":")[0]
            exists = (compose.FILE.parent / source).exists() if source.startswith(".") else source in whole["volumes"]
            assert exists, f"{name}: {volume}"
        build = service.get("build", {})
        context = compose.FILE.parent / (build if isinstance(build, str) else build.get("context", "."))
        dockerfile = "Dockerfile" if isinstance(build, str) else build.get("dockerfile", "Dockerfile")
        assert not build or (context / dockerfile).exists(), name


def test_its_services_find_each_other():
    services = compose.load(COMPOSE_PROFILES="loki")["services"]
    listens = yaml.safe_load((ROOT / "docker/towline/towline.yaml").read_text())["sources"]["app"]["listen"]
    app = compose.environment(services["app"])
    assert app["LOG_HOST"] == "towline" and listens.endswith(f":{app['LOG_PORT']}}}")
    listen = compose.environment(services["destination"])["LISTEN"]
    assert compose.environment(services["towline"])["LOCAL_DESTINATION_URL"] == f"http://destination:{listen[-4:]}/"
    assert compose.environment(services["destination"])["LOKI_URL"] == "http://loki:3100"
    assert services["app"]["depends_on"] == {"towline": {"condition": "service_healthy"}}


def test_docker_waits_longer_than_towline_drains():
    settings = (ROOT / "docs/reference/settings.md").read_text()
    budget = int(re.search(r"`shutdown.budget` \| duration \| `(\d+)s`", settings).group(1))
    assert int(compose.load()["services"]["towline"]["stop_grace_period"].removesuffix("s")) > budget


def test_grafana_is_provisioned():
    service = compose.load()["services"]["grafana"]
    mounted = dict(volume.split(":")[:2][::-1] for volume in service["volumes"])
    (source,) = compose.grafana("provisioning/datasources/loki.yaml")["datasources"]
    (provider,) = compose.grafana("provisioning/dashboards/dashboards.yaml")["providers"]
    assert source["url"] == "http://loki:3100"
    assert mounted[provider["options"]["path"]] == "./grafana/dashboards"
    assert mounted["/etc/grafana/provisioning"] == "./grafana/provisioning"
    dashboard = compose.grafana("dashboards/logs.json")
    asked = dashboard["panels"] + [each for each in dashboard["templating"]["list"] if each["type"] == "query"]
    assert {each["datasource"]["uid"] for each in asked} == {source["uid"]}


def test_the_configurations_differ_by_a_sink():
    local, both = (yaml.safe_load((ROOT / "docker/towline" / name).read_text())
                   for name in ("towline.yaml", "towline-betterstack.yaml"))
    assert both["sinks"].pop("betterstack")["type"] == "betterstack"
    assert local == both


# What it does.

class Loki(http.server.BaseHTTPRequestHandler):
    """Loki's push API, as strict as it is. Set `answers` to what the next requests get."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.answers.pop(0) if self.server.answers else 204
        if self.path != "/loki/api/v1/push" or self.headers["Content-Type"] != "application/json":
            status = 404
        if status == 204:
            for stream in body["streams"]:
                assert stream["stream"] and all(isinstance(label, str) for label in stream["stream"].values())
                for moment, line in stream["values"]:
                    assert re.fullmatch(r"\d{19}", moment)
                    self.server.taken.append((stream["stream"], int(moment), json.loads(line)))
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture(name="loki")
def _loki():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Loki) as server:
        server.answers, server.taken = [], []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


class Program:
    """A Python service of the file, as a process."""

    def __init__(self, script, service, directory, **addresses):
        self._output = directory / f"{pathlib.Path(script).stem}.log"
        with open(self._output, "wb") as output:
            interpreter = "/usr/bin/python3" if pathlib.Path("/usr/bin/python3").exists() else sys.executable
            self._process = subprocess.Popen(
                [interpreter, "-u", ROOT / "docker" / script], stdout=output, stderr=subprocess.STDOUT,
                env={**compose.environment(service), "PATH": os.environ["PATH"], **addresses})

    def said(self):
        return self._output.read_text()

    def wait_for(self, pattern, timeout=20.0):
        deadline = time.monotonic() + timeout
        while not (match := re.search(pattern, self.said())) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert match, f"no {pattern!r} in:\n{self.said()}"
        return match

    def wait(self):
        return self._process.wait(30)

    def stop(self):
        self._process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self):
        self._process.kill()
        self._process.wait()


@pytest.fixture(name="stack")
def _stack(launch, tmp_path):
    """Starts it: stack(variables of .env, loki=None, **more of towline's environment)."""
    pytest.importorskip("structlog")
    programs = []

    def program(*arguments, **addresses):
        programs.append(Program(*arguments, tmp_path, **addresses))
        return programs[-1]

    def start(variables, loki=None, **extra):
        services = compose.load(**variables)["services"]
        loki_url = {"LOKI_URL": f"http://127.0.0.1:{loki.server_port}"} if loki else {}
        assert bool(compose.environment(services["destination"])["LOKI_URL"]) == bool(loki)
        destination = program("destination/destination.py", services["destination"], LISTEN="127.0.0.1:0", **loki_url)
        port = destination.wait_for(r"taking records on port (\d+)").group(1)
        config = pathlib.Path(services["towline"]["command"][-1]).name
        daemon = launch((ROOT / "docker/towline" / config).read_text(), **{
            **compose.environment(services["towline"]), "TOWLINE_LISTEN": "127.0.0.1:0",
            "TOWLINE_ADMIN_LISTEN": "127.0.0.1:0", "TOWLINE_DATA_DIR": str(tmp_path / "data"),
            "LOCAL_DESTINATION_URL": f"http://127.0.0.1:{port}/", **extra}).wait_ready()
        host, port = daemon.address()
        app = program("example-app/app.py", services["app"], LOG_HOST=host, LOG_PORT=str(port), LOG_EVERY="0",
                      LOG_ORDERS=str(ORDERS))
        return app, daemon, destination

    yield start
    for each in programs:
        each.kill()


def test_records_of_the_application_are_shown_redacted(stack, tmp_path):
    app, daemon, destination = stack({})
    assert app.wait() == 0, app.said()
    destination.wait_for(r"stopped")
    for order in range(ORDERS):
        line = destination.wait_for(rf".*order placed .*order={order}\b.*").group()
        assert re.match(r"\d\d:\d\d:\d\d\.\d{3} INFO     order placed  ", line), line
    said = destination.said()
    assert "payment failed" in said and "TimeoutError" in said and "service=shop" in said
    assert "hunter2" not in said and "4111 1111" not in said and "jane.1@" not in said
    assert daemon.stop() == 0
    assert_logs_are_shown(tmp_path)
    assert destination.stop() == 0


def assert_logs_are_shown(tmp_path):
    """The command of `make logs`."""
    result = towline.run("logs", "--config", ROOT / "docker/towline/towline.yaml", "--since", "10m",
                         LOCAL_DESTINATION_URL="http://destination:8080/", TOWLINE_DATA_DIR=str(tmp_path / "data"))
    assert result.returncode == 0, result.stderr
    placed = [record for record in map(json.loads, result.stdout.splitlines()) if record["message"] == "order placed"]
    assert sorted(record["order"] for record in placed) == list(range(ORDERS))


def test_make_logs_is_that_command():
    recipe = subprocess.run(["make", "--dry-run", "logs"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "docker/compose.yaml exec towline /usr/bin/towline logs --config /etc/towline/towline.yaml" in recipe
    mounted = compose.load()["services"]["towline"]["volumes"]
    assert "./towline:/etc/towline:ro" in mounted


def test_loki_gets_every_record_though_it_is_late(stack, loki):
    loki.answers = [503, 503]
    app, daemon, destination = stack({"COMPOSE_PROFILES": "loki"}, loki)
    assert app.wait() == 0
    destination.wait_for(r"stopped")
    orders = [record["order"] for _, _, record in loki.taken if record["message"] == "order placed"]
    assert sorted(orders) == list(range(ORDERS))
    labels = [labels for labels, _, _ in loki.taken]
    assert all(set(each) == {"job", "service", "level"} and each["job"] == "towline" for each in labels)
    assert {each["level"] for each in labels} >= {"info", "error"}
    assert {each["service"] for each in labels} == {"shop"}
    assert abs(loki.taken[0][1] / 1e9 - time.time()) < 120
    assert "Loki answers 503" in destination.said()
    daemon.wait_until(lambda: daemon.ledger()["local"]["delivered"] == len(loki.taken), what=daemon.ledger)
    assert daemon.stop() == 0


def test_with_a_token_better_stack_gets_them_too(stack, peer):
    app, daemon, destination = stack(
        {"BETTERSTACK_SOURCE_TOKEN": peer.token, "BETTERSTACK_INGESTING_HOST": ""},
        BETTERSTACK_URL=peer.url, BETTERSTACK_CA_FILE=str(peer.ca_file))
    assert app.wait() == 0
    destination.wait_for(r"stopped")
    assert daemon.stop() == 0
    arrived = [json.loads(record) for record in peer.records()]
    assert sum(record["message"] == "order placed" for record in arrived) == ORDERS
    assert "hunter2" not in json.dumps(arrived)


def test_the_destination_refuses_what_is_no_ndjson(tmp_path):
    destination = Program("destination/destination.py", {}, tmp_path, LISTEN="127.0.0.1:0")
    try:
        port = destination.wait_for(r"taking records on port (\d+)").group(1)

        def status(body, **headers):
            connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=20)
            connection.request("POST", "/", body, headers)
            return connection.getresponse().status

        assert status(b'{"message":"fine"}\n') == 200
        # Ends of lines to Python, but not to JSON.
        assert status('{"message":"a\u2028b\u2029c\u0085d"}\r\n{"n":1}'.encode()) == 200
        assert status(b"") == 200
        assert status(b"not json\n") == 400
        assert status(b"[1]\n") == 400
        assert status(b"not gzip", **{"Content-Encoding": "gzip"}) == 400
        assert destination.stop() == 0
        assert destination.said().count("\n") == 5  # its greeting, three records, and an empty request
        assert "a\u2028b\u2029c\u0085d" in destination.said()
    finally:
        destination.kill()
