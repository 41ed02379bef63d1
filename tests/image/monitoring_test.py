"""deploy/prometheus and deploy/grafana: the alerts fire when they must, and every metric that they name exists."""

import json
import re
import subprocess

import pytest
import yaml

from tests.image.compose import ROOT
from tests.support.configuration import betterstack, configuration
from tests.support.senders import send_tcp

PROMTOOL = ROOT / "build/tools/promtool"  # scripts/promtool.sh
PROMETHEUS = ROOT / "deploy/prometheus"
DASHBOARD = ROOT / "deploy/grafana/towline.json"
TABLE = ROOT / "src/telemetry/metrics.def"
PROCESS = {"process_resident_memory_bytes": set(), "process_cpu_seconds_total": set(), "towline_build_info": {"version"}}
# What Prometheus itself knows of everything it scrapes.
SCRAPED = {"job", "instance"}
NAME = re.compile(r"\b((?:towline|process)_[a-z_]+)\b(?:\{([^}]*)\})?")


def table():
    """{metric: its labels}, from the one place where they stand."""
    rows = re.findall(r'TOWLINE_METRIC\(\w+, \w+, "(\w+)", "([\w,]*)"', TABLE.read_text())
    return {**{name: set(filter(None, labels.split(","))) for name, labels in rows}, **PROCESS}


def expressions():
    """(where, expression) of every alert and every panel."""
    for group in yaml.safe_load((PROMETHEUS / "rules.yaml").read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    dashboard = json.loads(DASHBOARD.read_text())
    for panel in dashboard["panels"]:
        for target in panel.get("targets", ()):
            yield panel["title"], target["expr"]
    for variable in dashboard["templating"]["list"]:
        if variable["type"] == "query":
            yield variable["name"], variable["query"]["query"]


ASKED = list(expressions())


def strangers(expression, known):
    """Metrics and labels in an expression that nobody makes."""
    found = []
    for name, matchers in NAME.findall(expression):
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))
        found += [name] if name not in known else sorted(f"{name}.{label}" for label in labels - known[name] - SCRAPED)
    grouped = re.findall(r"\b(?:by|on)\s*\(([^)]*)\)", expression)
    of_all = SCRAPED.union(*(known.get(name, set()) for name, _ in NAME.findall(expression)))
    found += [label for group in grouped for label in re.findall(r"\w+", group) if label not in of_all]
    return found


@pytest.mark.parametrize("where, expression", ASKED, ids=[f"{number}-{where}" for number, (where, _) in enumerate(ASKED)])
def test_every_metric_and_label_exists(where, expression):
    assert NAME.search(expression) or where == "TowlineDown"
    assert strangers(expression, table()) == []


def test_what_does_not_exist_is_found():
    assert strangers("rate(towline_sink_lost_total[5m])", table()) == ["towline_sink_lost_total"]
    assert strangers('towline_sink_state{host="a", sink="b"}', table()) == ["towline_sink_state.host"]
    assert strangers("sum by (source) (towline_sink_held_records)", table()) == ["source"]


def test_the_daemon_tells_what_the_alerts_ask(start, peer):
    """The table isn't everything: what alerts ask of a daemon is there from its start, but for counters with a reason."""
    daemon = start(configuration(sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), b'{"n":1}\n')
    daemon.settle(1)
    told = daemon.get("/metrics")[1]
    late = {name for name, labels in table().items() if labels & {"reason", "cause", "status"}}
    udp_or_disk = {"towline_udp_kernel_drops_total", "towline_stream_disk_bytes", "towline_stream_disk_max_bytes",
                   "towline_stream_durable"}
    alerts = [expression for where, expression in ASKED if where.startswith("Towline")]
    asked = {name for expression in alerts for name, _ in NAME.findall(expression)} - late - udp_or_disk
    assert len(asked) >= 6
    assert [name for name in sorted(asked) if f"\n{name}" not in told] == []


def test_the_dashboard_is_laid_out():
    panels = json.loads(DASHBOARD.read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {(place["x"] + x, place["y"] + y) for x in range(place["w"]) for y in range(place["h"])}
        assert not cells & taken and place["x"] + place["w"] <= 24, panel["title"]
        taken |= cells


def promtool(*arguments):
    if not PROMTOOL.exists():
        pytest.skip("no promtool here: make check-compose")
    return subprocess.run([PROMTOOL, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)


def test_the_rules_are_valid():
    result = promtool("check", "rules", PROMETHEUS / "rules.yaml")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_alerts_fire_when_they_must(tmp_path):
    result = promtool("test", "rules", PROMETHEUS / "rules_test.yaml")
    assert result.returncode == 0, result.stdout + result.stderr
    # And the tests of the rules would notice an alert that never fires.
    for name in ("rules.yaml", "rules_test.yaml"):
        text = (PROMETHEUS / name).read_text()
        (tmp_path / name).write_text(text.replace("> 300\n", "> 300000\n"))
    assert promtool("test", "rules", tmp_path / "rules_test.yaml").returncode != 0


def test_every_alert_is_tested():
    rules = yaml.safe_load((PROMETHEUS / "rules.yaml").read_text())["groups"][0]["rules"]
    tests = (PROMETHEUS / "rules_test.yaml").read_text()
    for rule in rules:
        assert rule["alert"] in tests, rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket") and set(rule["annotations"]) == {"summary", "description"}


def test_dashboard_queries_parse(tmp_path):
    """promtool reads the panels' expressions, with Grafana's variables filled in as Grafana would."""
    rules = []
    for number, (where, expression) in enumerate(ASKED):
        if not expression.startswith("label_values"):
            filled = re.sub(r"\$__(rate_interval|range|interval)", "5m", expression)
            rules.append({"record": f"panel:{number}", "expr": re.sub(r"\$\w+", "x", filled)})
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
    result = promtool("check", "rules", file)
    assert result.returncode == 0, result.stdout + result.stderr
    assert f"{len(rules)} rules found" in result.stdout
