"""deploy/aws, the Terraform module: it is HCL; its variables, outputs, examples and README agree with each other."""

import json
import re

import pytest

from tests.deploy.hcl import evaluate, parts, references
from tests.deploy.module import MODULE, ROOT, Body, read_trees
from tests.deploy.readme import README, table

EXAMPLES = sorted((MODULE / "examples").glob("*"))


def test_every_file_is_hcl():
    files = sorted(MODULE.rglob("*.tf"))
    assert len(files) >= 10
    assert len(read_trees(files)) == len(files)


def test_a_broken_file_is_found(tmp_path):
    broken = tmp_path / "broken.tf"
    broken.write_text('resource "x" "y" {\n  name = \n}\n')
    with pytest.raises(AssertionError, match="broken.tf"):
        read_trees([broken])


def test_variables_are_used_and_declared(module):
    assert module.references("var") == set(module.variables)


def test_locals_are_used_and_declared(module):
    assert module.references("local") == set(module.locals)


@pytest.mark.parametrize("kind", ["variables", "outputs"])
def test_variables_and_outputs_are_described(module, kind):
    for name, body in getattr(module, kind).items():
        assert evaluate(body.attributes["description"], {}).strip().endswith("."), name
        assert kind == "outputs" or "type" in body.attributes, name


def test_the_readme_has_all_inputs(module):
    rows = {row[0].strip("`"): row for row in table("Inputs")}
    assert list(rows) == list(module.variables)
    for name, body in module.variables.items():
        _, description, _, default, required = rows[name]
        described = evaluate(body.attributes["description"], {})
        assert description == described or "\n" in described, name
        assert required == ("no" if "default" in body.attributes else "yes"), name
        if default not in ("", "`api`, `services`, `errors`"):
            assert json.loads(default.strip("`")) == evaluate(body.attributes["default"], {}), name


def test_the_readme_has_all_outputs(module):
    described = {name: evaluate(body.attributes["description"], {}) for name, body in module.outputs.items()}
    assert {row[0].strip("`"): row[1] for row in table("Outputs")} == described


def test_the_readme_names_the_versions(module):
    terraform = next(body for kind, _, body in module.blocks if kind == "terraform")
    (_, _, providers), = terraform.blocks
    versions = [["terraform", evaluate(terraform.attributes["required_version"], {})],
                ["aws", evaluate(providers.attributes["aws"], {})["version"]]]
    assert table("Requirements") == versions


def test_the_readme_counts_what_the_defaults_make(plan):
    metrics = len(plan.resources["aws_cloudwatch_log_metric_filter", "this"])
    alarms = len(plan.output("alarm_arns"))
    assert f"{metrics} metrics, {alarms} alarms" in README and f"{metrics} metrics and {alarms} alarms" in README


def test_the_readme_has_all_metrics(plan):
    names = [row[0].strip("`") for row in table("Metrics and alarms")]
    assert sorted(names) == sorted(plan.output("filter_patterns"))


@pytest.mark.parametrize("variables, refused", [
    ({"name": "Shop"}, "name"),
    ({"log_group_prefix": "aws/x"}, "prefix"),
    ({"log_group_prefix": "/a b"}, "prefix"),
    ({"log_groups": {}}, "at least one log group"),
    ({"log_groups": {"Api": {}}}, "key of a log group"),
    ({"log_groups": {"api": {"retention_days": 31}}}, "number of days"),
    ({"log_groups": {"api": {"class": "COLD", "metrics": False}}}, "class"),
    ({"log_groups": {"api": {"class": "INFREQUENT_ACCESS"}}}, "STANDARD only"),
    ({"kms_key_arn": "alias/logs"}, "KMS"),
    ({"metric_namespace": "AWS/Logs"}, "namespace"),
    ({"slow_request_ms": 0}, "slow request"),
    ({"filter_patterns": {"error": "x"}}, "no metric"),
    ({"filter_patterns": {"errors": ""}}, "1 to 1024"),
    ({"alarm_thresholds": {"failed_logins": -1}}, "threshold"),
    ({"alarm_period_seconds": 90}, "period"),
    ({"alarm_evaluation_periods": 0}, "1 to 288 periods"),
])
def test_values_that_aws_would_refuse_are_refused(module, variables, refused):
    (message,) = module.plan(**{"name": "shop", **variables}).refused
    assert refused in message


def test_retention_takes_what_towline_takes(module):
    days = re.search(r"retentions\{([\d, \n]+)\}", (ROOT / "src/sinks/cloudwatch/config.cpp").read_text()).group(1)
    groups = {f"days_{value}": {"retention_days": value} for value in map(int, days.split(","))}
    assert len(groups) > 20 and module.plan(name="shop", log_groups=groups).refused == []


# --- examples ---


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_uses_what_there_is(module, example):
    trees = read_trees(sorted(example.glob("*.tf")))
    blocks = [block for tree in trees.values() for block in Body(parts(tree)[0]).blocks]
    (use,) = [body for kind, _, body in blocks if kind == "module"]
    assert evaluate(use.attributes["source"], {}) == "../.."
    required = {name for name, body in module.variables.items() if "default" not in body.attributes}
    assert required <= use.attributes.keys() - {"source"} <= module.variables.keys()
    outputs = set(re.findall(r"module\.logs\.(\w+)", "".join(path.read_text() for path in trees)))
    assert outputs and outputs <= module.outputs.keys()
    declared = {labels[0] for kind, labels, _ in blocks if kind == "variable"}
    assert declared == set().union(*(references(tree, "var") for tree in trees.values()))
    described = [body for kind, _, body in blocks if kind in ("variable", "output")]
    assert all(evaluate(body.attributes["description"], {}) for body in described)
