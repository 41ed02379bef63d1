"""deploy/aws/ecs, the module of the sidecar: what it makes, what AWS says to it, and a task that is stopped with it."""

import json
import re
import subprocess

import pytest

from tests.deploy.api_calls import calls
from tests.deploy.hcl import evaluate
from tests.deploy.module import ROOT, Module
from tests.deploy.readme import table
from tests.deploy.resources_test import answers

FOLDER = ROOT / "deploy" / "aws" / "ecs"
README = (FOLDER / "README.md").read_text()
TOKEN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/betterstack-AbCdEf"
BETTER_STACK = {"betterstack_host": "s1.eu-nbg-2.betterstackdata.com", "betterstack_token_secret_arn": TOKEN}
VARIANTS = {
    "both": {"destination": "both", "log_group": "/shop/api", **BETTER_STACK},
    "betterstack": {"destination": "betterstack", "architecture": "ARM64", **BETTER_STACK,
                    "secret_kms_key_arn": "arn:aws:kms:eu-west-1:111122223333:key/k"},
    "cloudwatch": {"destination": "cloudwatch", "log_group": "/shop/api", "volume": "held", "essential": True,
                   "stop_timeout": 120, "budget_mib": 64, "cpu": 256, "tags": {"team": "shop"}},
    "console": {"destination": "console", "image": "example/towline:1", "wait_for": "START"},
}


@pytest.fixture(name="ecs", scope="module")
def _ecs():
    return Module(FOLDER)


def planned(ecs, variant):
    plan = ecs.plan(name="shop", **VARIANTS[variant])
    assert plan.refused == [] and plan.unmet("container_definition") == []
    return plan


def environment(plan):
    return {each["name"]: each["value"] for each in plan.output("container_definition")["environment"]}


# --- the module and its page ---


def test_variables_and_locals_are_used_and_declared(ecs):
    assert ecs.references("var") == set(ecs.variables)
    assert ecs.references("local") == set(ecs.locals)


def test_resources_and_data_are_declared(ecs):
    for kind in {kind for kind, _, _ in ecs.of_kind("resource")}:
        assert ecs.references(kind) <= {name for each, name, _ in ecs.of_kind("resource") if each == kind}


def test_the_readme_has_all_inputs_and_outputs(ecs):
    inputs = {row[0].strip("`"): row for row in table("Inputs", README)}
    assert list(inputs) == list(ecs.variables)
    for name, body in ecs.variables.items():
        _, description, default = inputs[name]
        assert description == evaluate(body.attributes["description"], {}), name
        if "default" not in body.attributes:
            assert default == "required", name
        else:
            value = evaluate(body.attributes["default"], {})
            assert default == ("" if value is None else f"`{json.dumps(value)}`"), name
    described = {name: evaluate(body.attributes["description"], {}) for name, body in ecs.outputs.items()}
    assert {row[0].strip("`"): row[1] for row in table("Outputs", README)} == described


@pytest.mark.parametrize("change, sentence", [
    ({"name": "Shop"}, "name"), ({"architecture": "arm"}, "architecture"), ({"destination": "loki"}, "destination"),
    ({"betterstack_host": "https://x/"}, "host name"), ({"betterstack_token_secret_arn": "abc"}, "ARN of a secret"),
    ({"secret_kms_key_arn": "alias/x"}, "KMS"), ({"log_group": "a b"}, "log group"), ({"budget_mib": 1}, "budget"),
    ({"cpu": 1}, "CPU"), ({"stop_timeout": 121}, "10 to 120"), ({"wait_for": "COMPLETE"}, "START or HEALTHY"),
    ({"own_log_retention_days": 2}, "days"), ({"image_tag": "example/towline:1"}, "tag"), ({"image_tag": ""}, "tag"),
])
def test_wrong_values_are_refused(ecs, change, sentence):
    (message,) = ecs.plan(**{"name": "shop", "destination": "console", **change}).refused
    assert sentence in message


def test_a_destination_without_its_settings_is_refused(ecs):
    (message,) = ecs.plan(name="shop", destination="betterstack").unmet("container_definition")
    assert "betterstack_host" in message
    assert len(ecs.plan(name="shop", destination="both").unmet("container_definition")) == 2


def uses(text):
    """[(names of the arguments)] of every use of this module in a text, and the outputs that are asked of it."""
    blocks = re.findall(r'^ *module "(?:towline\w*)" \{\n(.*?)^ *\}', text, re.MULTILINE | re.DOTALL)
    arguments = [set(re.findall(r"^ *(\w+) +=", block, re.MULTILINE)) for block in blocks]
    return arguments, set(re.findall(r"\bmodule\.towline\w*\.(\w+)", text))


@pytest.mark.parametrize("file", ["deploy/aws/ecs/README.md", "deploy/aws/ecs/examples/complete/main.tf", "docs/ecs.md"])
def test_what_is_shown_is_what_there_is(ecs, file):
    text = (ROOT / file).read_text()
    arguments, outputs = uses(text)
    required = {name for name, body in ecs.variables.items() if "default" not in body.attributes}
    assert arguments and outputs <= set(ecs.outputs)
    for each in arguments:
        assert required <= each <= set(ecs.variables) | {"source"}


@pytest.mark.parametrize("folder", [FOLDER, FOLDER / "examples" / "complete"], ids=["module", "example"])
def test_terraform_is_new_enough(folder):
    """1.5 can't tell at the first plan whether an image that isn't made yet is null."""
    terraform = next(body for kind, _, body in Module(folder).blocks if kind == "terraform")
    assert evaluate(terraform.attributes["required_version"], {}) == ">= 1.6.0"
    assert "Terraform 1.6 " in README


def test_the_example_uses_what_it_declares():
    example = Module(FOLDER / "examples" / "complete")
    assert example.references("var") == set(example.variables)
    assert example.references("local") == set(example.locals)
    for kind in {kind for kind, _, _ in example.of_kind("resource")}:
        assert example.references(kind) <= {name for each, name, _ in example.of_kind("resource") if each == kind}, kind


# --- what AWS would say ---


def register(plan):
    """The task definition of an application with towline beside it."""
    application = {"name": "app", "image": "example/app:1", "essential": True, "dependsOn": plan.output("depends_on"),
                   "environment": plan.output("environment")}
    volumes = [{"name": mount["sourceVolume"]} for mount in plan.output("container_definition")["mountPoints"]]
    return ["ecs", "RegisterTaskDefinition", {
        "family": "shop", "networkMode": "awsvpc", "requiresCompatibilities": ["FARGATE"], "cpu": "512",
        "memory": "1024", "volumes": volumes,
        "containerDefinitions": [application, plan.output("container_definition")]}]


def test_aws_takes_everything(ecs):
    trials = {name: [*calls(planned(ecs, name)), register(planned(ecs, name))] for name in VARIANTS}
    assert all(len(each) >= 3 for each in trials.values())
    assert answers(trials) == {name: [] for name in trials}


def test_a_definition_that_aws_refuses_is_found(ecs):
    call = register(planned(ecs, "both"))
    call[2]["containerDefinitions"][1]["dependsOn"] = [{"containerName": "app", "condition": "READY"}]
    assert "READY" in " ".join(answers({"wrong": [call]})["wrong"])


def test_the_agent_may_read_the_token_and_nothing_else(ecs):
    def actions(variant):
        (policy,) = [resource for (kind, _), resource in planned(ecs, variant).resources.items()
                     if kind == "aws_iam_policy"]
        return {action: each["Resource"] for each in json.loads(policy["policy"])["Statement"]
                for action in each["Action"]}

    assert actions("both")["secretsmanager:GetSecretValue"] == [TOKEN]
    assert "kms:Decrypt" in actions("betterstack") and "kms:Decrypt" not in actions("both")
    assert set(actions("console")) == {"logs:CreateLogStream", "logs:PutLogEvents"}


# --- the sizes ---


@pytest.mark.parametrize("variant", VARIANTS)
def test_there_is_memory_and_time(ecs, variant):
    container, variables = planned(ecs, variant).output("container_definition"), environment(planned(ecs, variant))
    budget = int(variables["TOWLINE_MEMORY"].removesuffix("MiB"))
    assert container["memory"] >= container["memoryReservation"] >= budget + 16
    assert int(variables["TOWLINE_SHUTDOWN_BUDGET"].removesuffix("s")) == container["stopTimeout"] - 5
    assert container["user"] == "65532:65532" and container["readonlyRootFilesystem"]


# --- the image ---


def test_the_tag_changes_with_what_the_image_is_made_of(ecs, tmp_path):
    def tag(**more):
        plan = ecs.plan(name="shop", destination="console", source_path=str(tmp_path), **more)
        return plan.output("image").split(":")[-1]

    names = ("CMakeLists.txt", "docker/Dockerfile", "scripts/packages.txt", "docker/build/x.sh", "src/base/deep/x.cpp")
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")
    first = tag()
    assert re.fullmatch(r"amd64-[0-9a-f]{16}", first) and tag() == first
    (tmp_path / "README.md").write_text("not in the image")
    assert tag() == first
    for name in names:
        (tmp_path / name).write_text("2")
        assert tag() not in (first, "")
        (tmp_path / name).write_text("1")
    assert tag() == first
    fixed = tag(rebuild="2026-11")
    assert re.fullmatch(r"amd64-[0-9a-f]{16}", fixed) and len({first, fixed, tag(rebuild="2026-12")}) == 3


def test_going_back_keeps_the_repository_and_builds_nothing(ecs):
    now, before = (ecs.plan(name="shop", destination="console", image_tag=tag) for tag in (None, "amd64-0123456789abcdef"))
    assert before.refused == []
    for kind in ("aws_ecr_repository", "aws_ecr_lifecycle_policy"):
        assert before.resources[kind, "this"] == now.resources[kind, "this"] and len(now.resources[kind, "this"]) == 1
    assert before.resources["terraform_data", "image"] == []
    assert before.output("image") == f"{now.output('image').split(':')[0]}:amd64-0123456789abcdef"
    assert now.output("image").endswith(f":{now.output('image_tag')}")
    assert before.output("image_tag") == "amd64-0123456789abcdef"
    assert ecs.plan(name="shop", destination="console", image="example/towline:1").output("image_tag") is None


def test_the_hash_covers_what_the_image_is_built_from(ecs):
    """What .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    allowed = [line[1:] for line in lines if line.startswith("!")]
    plan = ecs.plan(name="shop", destination="console")
    hashed = plan.scope["local"]["image_files"]
    for path in allowed:
        files = [path] if (ROOT / path).is_file() else [str(file.relative_to(ROOT)) for file in (ROOT / path).rglob("*")
                                                        if file.is_file()]
        assert files and set(files) <= set(hashed), path


TOOLS = {
    "aws": '#!/bin/sh\necho "aws $*" >>"$LOG"\n'
           'case "$*" in *describe-images*) exit "$THERE" ;; *) echo password ;; esac\n',
    # A login is noted when it has the password, so that the log has an order though both run at once.
    "docker": '#!/bin/sh\n[ "$1" != login ] || cat >/dev/null\necho "docker $* buildkit=$DOCKER_BUILDKIT" >>"$LOG"\n'
              '[ "$1" != "$BROKEN" ]\n',
}


def build_image(ecs, tmp_path, there, broken="nothing"):
    """What Terraform runs, with programs in place of docker and aws that note how they are called."""
    (terraform_data,) = ecs.plan(name="shop", destination="console").resources["terraform_data", "image"]
    (provisioner,) = terraform_data["provisioner"]
    assert provisioner["type"] == "local-exec"
    for name, text in TOOLS.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    result = subprocess.run(provisioner["command"], shell=True, capture_output=True, text=True, check=False, env={
        **provisioner["environment"], "PATH": f"{tmp_path}:/usr/bin:/bin", "LOG": str(tmp_path / "log"),
        "THERE": "0" if there else "254", "BROKEN": broken})
    return result, (tmp_path / "log").read_text().splitlines()


def test_an_image_is_built_and_pushed(ecs, tmp_path):
    result, log = build_image(ecs, tmp_path, there=False)
    assert result.returncode == 0, result.stderr
    assert [" ".join(line.split()[:2]) for line in log] == ["aws ecr", "aws ecr", "docker login", "docker build",
                                                            "docker push"]
    assert "--platform linux/amd64" in log[3] and log[3].endswith(" buildkit=1")
    assert "--pull --no-cache" in log[3]  # or fixes of the base and of its packages never arrive


def test_an_image_that_is_there_is_not_built(ecs, tmp_path):
    result, log = build_image(ecs, tmp_path, there=True)
    assert result.returncode == 0 and len(log) == 1


def test_a_build_that_fails_pushes_nothing(ecs, tmp_path):
    result, log = build_image(ecs, tmp_path, there=False, broken="build")
    assert result.returncode != 0 and not any(line.startswith("docker push") for line in log)
