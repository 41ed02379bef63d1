"""The patterns of deploy/aws' metric filters, and deploy/aws/towline.yaml: records go through its steps, and what comes
out is counted by the metrics, and goes to the log groups, that it should."""

import json
import re

import pytest

from tests.deploy.module import MODULE, ROOT
from tests.support import daemon as towline

CONFIG = (MODULE / "towline.yaml").read_text()
TIME = "2026-11-20T12:00:00Z"

# name: (what the application sends, what the steps make of it, metrics that count it, routes)
SAMPLES = {
    "plain": (
        {"level": "info", "logger": "app.jobs", "message": "done", "duration_ms": 999.9},
        {"level": "INFO", "category": "other"}, {}, {"services"}),
    "without a level": (
        {"message": "ERROR in the text only"},
        {"level": "INFO", "category": "other"}, {}, {"services"}),
    "error": (
        {"level": "error", "logger": "app.jobs", "message": "x", "status": 500},
        {"level": "ERROR", "category": "other"}, {"errors"}, {"services", "errors"}),
    "critical": (
        {"level": "CRITICAL", "logger": "uvicorn.error", "message": "x"},
        {"level": "FATAL", "category": "api"}, {"errors"}, {"api", "errors"}),
    "refused": (
        {"level": "info", "logger": "uvicorn.access", "message": "GET /me", "status": 401},
        {"level": "INFO", "category": "api"}, {"auth_failures"}, {"api"}),
    "forbidden": (
        {"level": "info", "logger": "gunicorn.access", "message": "GET /admin", "status": 403},
        {"level": "INFO", "category": "api"}, {"auth_failures"}, {"api"}),
    "not found": (
        {"level": "info", "logger": "uvicorn.access", "message": "GET /x", "status": 404},
        {"level": "INFO", "category": "api"}, {}, {"api"}),
    "bad token": (
        {"level": "warning", "logger": "app.auth.tokens", "message": "the token has expired"},
        {"level": "WARN", "category": "auth"}, {"auth_failures"}, {"api"}),
    "sign-in": (
        {"level": "info", "logger": "app.auth", "event": "login_succeeded", "message": "signed in"},
        {"level": "INFO", "category": "auth"}, {}, {"api"}),
    "failed login, by event": (
        {"level": "info", "logger": "app.auth", "event": "login_failed", "user_id": 42},
        {"level": "INFO", "category": "auth"}, {"failed_logins"}, {"api"}),
    "failed login, by message": (
        {"level": "warning", "logger": "app.auth.forms", "message": "Login failed for user 42"},
        {"level": "WARN", "category": "auth"}, {"failed_logins", "auth_failures"}, {"api"}),
    "failed login, structlog": (
        {"level": "info", "logger": "app.auth", "event": "magic link: login failed"},
        {"level": "INFO", "category": "auth"}, {"failed_logins"}, {"api"}),
    "elsewhere": (
        {"level": "info", "logger": "app.ftp", "message": "login failed"},
        {"level": "INFO", "category": "other"}, {}, {"services"}),
    "slow": (
        {"level": "info", "logger": "app.api", "message": "GET /", "status": 200, "duration_ms": 1000},
        {"level": "INFO", "category": "api"}, {"slow_requests"}, {"api"}),
    "slow, but a text": (
        {"level": "info", "logger": "app.api", "message": "GET /", "duration_ms": "2000"},
        {"level": "INFO", "category": "api"}, {}, {"api"}),
    "pool of SQLAlchemy": (
        {"level": "error", "logger": "app.api", "message": "failed", "exception":
         "TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, timeout 30.00"},
        {"level": "ERROR", "category": "api"}, {"errors", "pool_exhaustion"}, {"api", "errors"}),
    "pool of psycopg": (
        {"level": "error", "logger": "app.jobs", "message": "psycopg_pool.PoolTimeout: couldn't get a connection"},
        {"level": "ERROR", "category": "other"}, {"errors", "pool_exhaustion"}, {"services", "errors"}),
    "PostgreSQL is full": (
        {"level": "error", "logger": "sqlalchemy.pool", "message": "FATAL: sorry, too many clients already"},
        {"level": "ERROR", "category": "database"}, {"errors", "pool_exhaustion"}, {"services", "errors"}),
}


def raw(name):
    return {"timestamp": TIME, **SAMPLES[name][0]}


def cleaned(name):
    return {"dt": TIME, **SAMPLES[name][0], **SAMPLES[name][1]}


def with_sinks_on_the_console(patterns, config):
    """The configuration with console sinks in place of its own, and a transform for each pattern."""
    head = config[:config.index("\nsinks:")]
    for name, pattern in patterns.items():
        head += f"\n  {name}:\n    inputs: [clean]\n    steps: [{{ keep_if: {json.dumps(pattern)} }}]\n"
    readers = ["clean", *routes(), *patterns]
    sinks = {f"out_{number}": {"type": "console", "inputs": [reader]} for number, reader in enumerate(readers)}
    return f"{head}\nsinks: {json.dumps(sinks)}\n"


def routes():
    return [f"clean.{name}" for name in re.findall(r"^      (\w+): '\{", CONFIG, re.MULTILINE)]


def expect(tmp_path, patterns, expected, made=cleaned, configuration=CONFIG):
    """Runs `towline test`: behind transform `at`, just the samples of expected[at] come out, as they should be."""
    config, cases = tmp_path / "config.yaml", tmp_path / "cases.yaml"
    config.write_text(with_sinks_on_the_console(patterns, configuration))
    cases.write_text(json.dumps([
        {"name": at, "at": at, "from": "app", "input": [raw(name) for name in SAMPLES],
         "expected": [made(name) for name in SAMPLES if name in names]} for at, names in expected.items()]))
    result = towline.run("test", config, cases)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_steps_write_what_the_patterns_look_at(tmp_path):
    expect(tmp_path, {}, {"clean": set(SAMPLES)})


def test_every_record_goes_to_its_log_groups(tmp_path):
    groups = {f"clean.{route}": {name for name in SAMPLES if route in SAMPLES[name][3]}
              for route in ("api", "services", "errors")}
    assert set(routes()) == set(groups) and groups["clean.api"] | groups["clean.services"] == set(SAMPLES)
    expect(tmp_path, {}, groups)


def test_every_metric_counts_what_it_should(plan, tmp_path):
    patterns = {f"count_{name}": pattern for name, pattern in plan.output("filter_patterns").items()}
    expected = {at: {name for name in SAMPLES if at == "count_records" or at.removeprefix("count_") in SAMPLES[name][2]}
                for at in patterns}
    assert all(expected.values()), "each pattern has a sample"
    expect(tmp_path, patterns, expected)


def test_errors_count_without_the_step_for_levels(plan, tmp_path):
    raw_levels = CONFIG.replace("      - level: { default: INFO }\n", "")
    assert raw_levels != CONFIG
    errors = {name for name in SAMPLES if "errors" in SAMPLES[name][2]}
    expect(tmp_path, {"count": plan.output("filter_patterns")["errors"]}, {"count": errors}, configuration=raw_levels,
           made=lambda name: {"dt": TIME, **SAMPLES[name][0], "category": SAMPLES[name][1]["category"]})


def test_errors_are_what_towline_logs_takes_for_errors(plan):
    source = (ROOT / "src/app/commands/logs/pattern.cpp").read_text()
    levels = re.search(r"error_levels\{([^}]*)\}", source).group(1)
    assert json.loads(f"[{levels}]") == plan.scope["local"]["error_levels"]


def test_a_wrong_expectation_is_noticed(tmp_path):
    with pytest.raises(AssertionError):
        expect(tmp_path, {"count": '{ $.level = "WARN" }'}, {"count": set(SAMPLES)})


@pytest.mark.parametrize("milliseconds", [1, 250.5, 60000])
def test_the_limit_of_slow_requests_is_in_the_pattern(module, milliseconds, tmp_path):
    plan = module.plan(name="shop", slow_request_ms=milliseconds)
    pattern = plan.output("filter_patterns")["slow_requests"]
    slow = {name for name in SAMPLES if isinstance(SAMPLES[name][0].get("duration_ms"), (int, float))
            and SAMPLES[name][0]["duration_ms"] >= milliseconds}
    expect(tmp_path, {"slow": pattern}, {"slow": slow})


def test_patterns_have_nothing_that_only_towline_knows(plan):
    for name, pattern in plan.output("filter_patterns").items():
        assert 0 < len(pattern) <= 1024, name
        without_texts = re.sub(r'"(\\.|[^"\\])*"', '""', pattern)
        assert not re.search(r"!\s*\(|(?<!NOT )EXISTS|[%'*]", without_texts), name
        for text in re.findall(r'"((?:\\.|[^"\\])*)"', pattern):
            assert "*" not in text[1:-1], f"{name}: a star within a text"
        assert pattern.startswith("{") or len(set(term[0] for term in terms(pattern))) == 1, \
            f"{name}: CloudWatch ignores terms with ? beside others"


def terms(pattern):
    return re.findall(r'(?:[?-]?"[^"]*"|\S+)', pattern)


# --- the configuration by itself ---


def test_the_configuration_is_valid():
    result = towline.run("check", MODULE / "towline.yaml", BETTERSTACK_SOURCE_TOKEN="t",
                         BETTERSTACK_INGESTING_HOST="host.example.com")
    assert result.returncode == 0, result.stderr


def test_the_configuration_writes_to_the_groups_of_the_module(plan):
    sinks = re.findall(r"inputs: \[clean\.(\w+)\]\n    group: (\S+)\n", CONFIG)
    assert dict(sinks) == plan.output("log_group_names")


def test_the_configuration_needs_no_more_than_the_policy_for_it_allows():
    assert CONFIG.count("type: cloudwatch") == CONFIG.count("create_group: false") == 3
