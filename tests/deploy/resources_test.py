"""What deploy/aws makes with different variables: policies that are those of policies/*.json, resources that AWS' own
description of its APIs allows, and alarms and a dashboard about metrics that there are."""

import json
import re
import string
import subprocess

import pytest

from tests.deploy.api_calls import CALLS, calls
from tests.deploy.hcl import evaluate, parts
from tests.deploy.module import MODULE, PARSER, ROOT, Body, read_trees
from tests.deploy.readme import table

# --- policies ---


def template(name, **values):
    text = string.Template((MODULE / "policies" / f"{name.replace('_', '-')}.json").read_text()).substitute(values)
    return json.loads(text)


@pytest.mark.parametrize("name", ["put_only", "create_streams", "create_groups", "read"])
def test_a_policy_is_the_same_as_json(module, name):
    plan = module.plan(name="shop", log_groups={"api": {}})
    document = json.loads(plan.output("policy_documents")[name])
    expected = template(name, partition="aws", region="eu-west-1", account="111122223333", group="/shop/api")
    assert document == expected
    assert json.loads(plan.resources["aws_iam_policy", "this"][name]["policy"]) == document


def test_every_policy_is_in_all_places(plan):
    names = set(plan.output("policy_documents"))
    assert names == set(plan.resources["aws_iam_policy", "this"])
    assert names == {path.stem.replace("-", "_") for path in (MODULE / "policies").iterdir()}
    assert names == {row[0].strip("`") for row in table("Policies")}


def test_policies_are_about_the_groups_and_nothing_else(module):
    plan = module.plan(name="shop", extra_log_groups=["/other/*"])
    groups = [*(group["name"] for group in plan.resources["aws_cloudwatch_log_group", "this"].values()), "/other/*"]
    arns = {f"arn:aws:logs:eu-west-1:111122223333:log-group:{group}" for group in groups}
    for text in plan.output("policy_documents").values():
        for statement in json.loads(text)["Statement"]:
            unlimited = statement["Sid"] == "QueryResults"
            resources = {resource.removesuffix(":*") for resource in statement["Resource"]}
            assert resources == ({"*"} if unlimited else arns), statement["Sid"]
            assert statement["Effect"] == "Allow" and not any("*" in action for action in statement["Action"])


@pytest.mark.parametrize("name, folder, more", [
    ("create_groups", "sinks/cloudwatch", {"TagResource"}),  # of CreateLogGroup with tags
    ("read", "app/commands/logs", set()),
])
def test_a_policy_allows_what_towline_calls(plan, name, folder, more):
    calls_of = re.compile(r"\bcall\(\s*\{?\"([A-Z]\w+)\"")
    sources = [path for path in (ROOT / "src" / folder).glob("*.cpp") if not path.stem.endswith("_test")]
    called = {operation for path in sources for operation in calls_of.findall(path.read_text())} | more
    statements = json.loads(plan.output("policy_documents")[name])["Statement"]
    assert {f"logs:{operation}" for operation in called} == {each for one in statements for each in one["Action"]}


def test_policies_are_optional(module):
    plan = module.plan(name="shop", create_policies=False)
    assert plan.output("policy_arns") == {} and len(plan.output("policy_documents")) == 4


# --- what AWS would say ---

EVERYTHING = {
    "name": "shop", "log_group_prefix": "/prod/shop", "kms_key_arn": "arn:aws:kms:eu-west-1:111122223333:key/k",
    "log_groups": {"api": {"streams": ["b", "a"], "retention_days": 0}, "services": {"retention_days": 3653},
                   "audit": {"class": "INFREQUENT_ACCESS", "metrics": False}},
    "extra_log_groups": ["/tenants/*"], "metric_namespace": "Shop/Logs", "slow_request_ms": 250.5,
    "filter_patterns": {"errors": "{ $.level = ERROR }"}, "alarm_thresholds": {"error_percent": 0.5},
    "alarm_topic_arns": ["arn:aws:sns:eu-west-1:111122223333:alarms"], "alarm_period_seconds": 60,
    "alarm_evaluation_periods": 3, "tags": {"team": "shop"},
}
VARIANTS = {
    "defaults": {"name": "shop"}, "everything": EVERYTHING,
    "no metrics": {"name": "shop", "log_groups": {"api": {"metrics": False}}},
    "no alarms": {"name": "shop", "alarm_thresholds": {
        "error_percent": 0, "auth_failures": 0, "failed_logins": 0, "slow_requests": 0, "pool_exhaustion": 0}},
}


def complete_example():
    """What it gives the module, as far as that doesn't come from AWS."""
    trees = read_trees(sorted((MODULE / "examples" / "complete").glob("*.tf")))
    blocks = [block for tree in trees.values() for block in Body(parts(tree)[0]).blocks]
    (use,) = [body for kind, _, body in blocks if kind == "module"]
    return {name: evaluate(use.attributes[name], {"local": {"name": "shop"}})
            for name in ("name", "log_groups", "extra_log_groups", "slow_request_ms", "alarm_thresholds")}


REFUSED = {
    "logGroupName": ["logs", "CreateLogGroup", {"logGroupName": "a b"}],
    "COLD": ["logs", "CreateLogGroup", {"logGroupName": "a", "logGroupClass": "COLD"}],
    "PutDashboard": ["cloudwatch", "PutDashboard", {"DashboardName": "a", "DashboardBody": "{"}],
    "CreatePolicy": ["iam", "CreatePolicy", {"PolicyName": "a", "PolicyDocument": '{"Statement": []}'}],
}


def answers(trials):
    """What AWS has against calls: {name: [[service, operation, parameters], ...]} to {name: [sentence, ...]}."""
    result = subprocess.run([PARSER, ROOT / "tests/deploy/aws_api.py"], input=json.dumps(trials), check=True,
                            capture_output=True, text=True, timeout=120)
    return json.loads(result.stdout)


def test_aws_takes_everything(module):
    variants = {**VARIANTS, "the complete example": complete_example()}
    trials = {name: list(calls(module.plan(**variables))) for name, variables in variants.items()}
    assert all(len(each) >= 4 for each in trials.values())
    assert answers(trials) == {name: [] for name in trials}


def test_what_aws_refuses_is_found(module):
    assert module.variables  # the test skips where there is no .venv
    found = answers({complaint: [call] for complaint, call in REFUSED.items()})
    assert [complaint for complaint in REFUSED if complaint not in " ".join(found[complaint])] == []


def test_every_resource_is_tried(module):
    assert {kind for kind, _, _ in module.of_kind("resource")} <= set(CALLS)


# --- dashboard and alarms ---


def series(widget):
    return [each for each in widget["properties"]["metrics"] if isinstance(each[0], str)]


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_dashboard_shows_what_there_is(module, variant):
    plan = module.plan(**VARIANTS[variant])
    made = {(filters["metric_transformation"][0]["namespace"], filters["metric_transformation"][0]["name"])
            for filters in plan.resources["aws_cloudwatch_log_metric_filter", "this"].values()}
    boards = plan.resources["aws_cloudwatch_dashboard", "this"]
    assert len(boards) == (1 if made else 0)
    for board in boards:
        widgets = json.loads(board["dashboard_body"])["widgets"]
        shown = {tuple(each[:2]) for widget in widgets if widget["type"] == "metric" for each in series(widget)}
        assert shown == made
        alarms = [arn for widget in widgets if widget["type"] == "alarm" for arn in widget["properties"]["alarms"]]
        assert alarms == plan.output("alarm_arns")
        check_places(widgets)
        check_expressions(widgets)


def check_places(widgets):
    taken = [(x, y) for widget in widgets for x in range(widget["x"], widget["x"] + widget["width"])
             for y in range(widget["y"], widget["y"] + widget["height"])]
    assert len(taken) == len(set(taken)) and max(x for x, _ in taken) < 24


def check_expressions(widgets):
    """An expression names series of its own widget."""
    for widget in widgets:
        options = [each[-1] for each in widget["properties"].get("metrics", [])]
        ids = [each["id"] for each in options if "id" in each]
        assert len(ids) == len(set(ids))
        for expression in (each["expression"] for each in options if "expression" in each):
            assert set(re.findall(r"[a-z]\w*", expression)) <= set(ids)


def test_the_last_errors_come_from_groups_that_can_be_searched(module):
    plan = module.plan(**EVERYTHING)
    (board,) = plan.resources["aws_cloudwatch_dashboard", "this"]
    (log,) = [each for each in json.loads(board["dashboard_body"])["widgets"] if each["type"] == "log"]
    assert re.findall(r"SOURCE '([^']*)'", log["properties"]["query"]) == ["/prod/shop/api", "/prod/shop/services"]


@pytest.mark.parametrize("variant", VARIANTS)
def test_alarms_are_about_metrics_that_there_are(module, variant):
    plan = module.plan(**VARIANTS[variant])
    made = set(plan.output("metric_names"))
    for alarm in plan.resources["aws_cloudwatch_metric_alarm", "count"].values():
        assert alarm["metric_name"] in made
    for alarm in plan.resources["aws_cloudwatch_metric_alarm", "error_rate"].values():
        ids = {query["id"] for query in alarm["metric_query"]}
        used = {query["metric"][0]["metric_name"] for query in alarm["metric_query"] if "metric" in query}
        (expression,) = [query["expression"] for query in alarm["metric_query"] if "expression" in query]
        assert used <= made and set(re.findall(r"\b[a-z]\w*", expression)) <= ids
        assert [query["return_data"] for query in alarm["metric_query"]].count(True) == 1


def test_an_alarm_with_threshold_0_is_not_there(module):
    plan = module.plan(name="shop", alarm_thresholds={"slow_requests": 0, "error_percent": 0})
    assert plan.resources["aws_cloudwatch_metric_alarm", "error_rate"] == {}
    left = plan.resources["aws_cloudwatch_metric_alarm", "count"]
    assert "api_slow_requests" not in left and left["api_failed_logins"]["threshold"] == 20


def test_topics_are_told(module):
    plan = module.plan(**EVERYTHING)
    for name in ("count", "error_rate"):
        for alarm in plan.resources["aws_cloudwatch_metric_alarm", name].values():
            assert alarm["alarm_actions"] == alarm["ok_actions"] == EVERYTHING["alarm_topic_arns"]
