"""The step `metric`: what records say, as metrics of their own on /metrics, and as fields for CloudWatch."""

import json

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.senders import send_tcp

STEPS = [
    {"redact": {}},
    {"metric": {"name": "app_errors_total", "when": '{ $.level = "ERROR" }', "help": "Errors.",
                "labels": {"service": "service", "user": "user"}, "emf": {"namespace": "Shop"}}},
    {"metric": {"name": "took_ms", "type": "histogram", "value": "ms", "buckets": [10, 100],
                "labels": {"path": "path"}, "labels_max": 3}},
]


def records(*those):
    return b"".join(json.dumps(record).encode() + b"\n" for record in those)


def test_metrics_out_of_records(start, peer):
    daemon = start(configuration(steps=STEPS, sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), records(
        {"dt": 1, "level": "ERROR", "service": "shop", "user": "canary-jane@example.com"},
        {"dt": 2, "level": "INFO", "service": "shop", "ms": 7, "path": "/"},
        {"dt": 3, "level": "INFO", "ms": 70.5, "path": "/"},
        {"dt": 4, "level": "INFO", "ms": "7", "path": "/"}))
    peer.wait_for(4)
    text = daemon.get("/metrics")[1]
    assert "# HELP app_errors_total Errors.\n# TYPE app_errors_total counter\n" in text
    assert "canary-jane" not in text
    metrics = towline.parse_metrics(text)
    assert metrics["app_errors_total"] == [({"service": "shop", "user": "c***@example.com"}, 1)]
    buckets = {sample.labels["le"]: sample.value for sample in metrics["took_ms_bucket"]}
    assert buckets == {"10": 1, "100": 2, "+Inf": 2}
    assert metrics["took_ms_sum"] == [({"path": "/"}, 77.5)] and metrics["took_ms_count"] == [({"path": "/"}, 2)]
    assert daemon.metric("towline_step_errors_total", transform="clean", step="3_metric", reason="not_a_number") == 1
    error = json.loads(peer.records()[0])
    assert error["app_errors_total"] == 1
    (directive,) = error["_aws"]["CloudWatchMetrics"]
    assert directive == {"Namespace": "Shop", "Dimensions": [["service", "user"]],
                         "Metrics": [{"Name": "app_errors_total", "Unit": "Count"}]}
    assert all("_aws" not in json.loads(record) for record in peer.records()[1:])
    daemon.settle(4)


def test_a_record_cannot_fill_the_memory_with_labels(start, peer):
    daemon = start(configuration(steps=STEPS, sinks={"out": betterstack(peer)}))
    send_tcp(daemon.address(), records(*({"dt": 1, "ms": n, "path": f"/{n}"} for n in range(5000))))
    peer.wait_for(5000)
    metrics = towline.parse_metrics(daemon.get("/metrics")[1])
    counts = {sample.labels["path"]: sample.value for sample in metrics["took_ms_count"]}
    assert counts == {"/0": 1, "/1": 1, "/2": 1, "other": 4997}


def test_labels_before_redaction_are_refused(tmp_path, peer):
    file = tmp_path / "config.json"
    file.write_text(json.dumps(configuration(steps=[STEPS[1], STEPS[0]], sinks={"out": betterstack(peer)})))
    result = towline.run("check", file)
    assert result.returncode == 2
    assert "transforms.clean.steps[0].metric: its labels would show on /metrics" in result.stderr
    assert "hint: put the step `metric` behind `redact`" in result.stderr
