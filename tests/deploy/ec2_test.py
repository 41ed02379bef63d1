"""deploy/aws/ec2, the user data of instances: what it makes, and its script run with what it calls played."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess

import pytest

from tests.deploy.api_calls import calls
from tests.deploy.hcl import evaluate
from tests.deploy.module import ROOT, Module
from tests.deploy.readme import table
from tests.deploy.resources_test import answers
from tests.support.daemon import run

FOLDER = ROOT / "deploy" / "aws" / "ec2"
README = (FOLDER / "README.md").read_text()
CONFIG = (ROOT / "packaging" / "towline.yaml").read_text()
TOKEN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/betterstack-AbCdEf"
PACKAGE = b"the package"
VARIABLES = {"name": "shop", "package_url": "s3://shop-packages/v1/towline_0.1.0-1_amd64.deb",
             "package_sha256": hashlib.sha256(PACKAGE).hexdigest(), "config": CONFIG}


@pytest.fixture(name="ec2", scope="module")
def _ec2():
    return Module(FOLDER)


def test_variables_locals_and_resources_are_used_and_declared(ec2):
    assert ec2.references("var") == set(ec2.variables) and ec2.references("local") == set(ec2.locals)
    assert ec2.references("aws_iam_policy") == {"instance"}


def test_the_readme_has_all_inputs_and_outputs(ec2):
    described = {name: evaluate(body.attributes["description"], {}) for name, body in ec2.variables.items()}
    assert {row[0].strip("`"): row[1] for row in table("Inputs", README)} == described
    described = {name: evaluate(body.attributes["description"], {}) for name, body in ec2.outputs.items()}
    assert {row[0].strip("`"): row[1] for row in table("Outputs", README)} == described


@pytest.mark.parametrize("change, sentence", [
    ({"name": "x y"}, "name"), ({"package_url": "s3://b/x'; rm -rf /.deb"}, "bucket"),
    ({"package_sha256": "abc"}, "64"),
    ({"package_url": "https://x/towline.deb"}, "bucket"), ({"config": ""}, "8193"), ({"config": "x" * 8194}, "8193"),
    ({"config": "\u00e9" * 4097}, "8193"), ({"secret_kms_key_arn": "alias/x"}, "KMS"),
    ({"betterstack_token_secret_arn": "x"}, "ARN of a secret"),
    ({"betterstack_token_secret_arn": f"{TOKEN}' ]; reboot; [ '"}, "ARN of a secret"),
])
def test_wrong_values_are_refused(ec2, change, sentence):
    (message,) = ec2.plan(**{**VARIABLES, **change}).refused
    assert sentence in message


def test_aws_takes_the_policy_and_it_says_what_is_needed(ec2):
    key = "arn:aws:kms:eu-west-1:111122223333:key/k"
    trials = {"without": ec2.plan(**VARIABLES, secret_kms_key_arn=key),
              "with": ec2.plan(**VARIABLES, betterstack_token_secret_arn=TOKEN),
              "key": ec2.plan(**VARIABLES, betterstack_token_secret_arn=TOKEN, secret_kms_key_arn=key)}
    assert answers({name: list(calls(plan)) for name, plan in trials.items()}) == {name: [] for name in trials}
    statements = {name: json.loads(plan.resources["aws_iam_policy", "instance"]["policy"])["Statement"]
                  for name, plan in trials.items()}
    assert [each["Resource"] for each in statements["with"]] == [
        ["arn:aws:s3:::shop-packages/v1/towline_0.1.0-1_amd64.deb"], [TOKEN]]
    assert len(statements["without"]) == 1
    assert (statements["key"][-1]["Action"], statements["key"][-1]["Resource"]) == (["kms:Decrypt"], [key])
    assert statements["key"][:-1] == statements["with"]


def test_it_fits_and_holds_the_configuration(ec2):
    script = ec2.plan(**VARIABLES).output("user_data")
    assert len(script) <= 16384 and script.startswith("#!/bin/bash\n")
    (written,) = re.findall(r"<<'CONFIG'\n(.*)\nCONFIG\n", script)
    assert base64.b64decode(written).decode() == CONFIG
    for text in ("x" * 8193, "\u00e9" * 4096):
        plan = ec2.plan(**{**VARIABLES, "config": text}, betterstack_token_secret_arn=TOKEN)
        assert plan.refused == [] and len(plan.output("user_data")) <= 16384


def test_the_shell_has_nothing_against_it(ec2, tmp_path):
    file = tmp_path / "user-data"
    file.write_text(ec2.plan(**VARIABLES, betterstack_token_secret_arn=TOKEN).output("user_data"))
    subprocess.run(["bash", "-n", file], check=True)


# Programs in place of those that change a machine. They note how they are called.
TOOLS = {
    "apt-get": 'echo "apt-get $*" >>"$LOG"',
    "systemctl": 'echo "systemctl $*" >>"$LOG"',
    "towline": 'echo "towline $*" >>"$LOG"',
    "aws": 'echo "aws $*" >>"$LOG"\n'
           'case "$*" in *"s3 cp"*) printf %s "$PACKAGE" >"${@: -1}" ;; *) echo "$TOKEN"; [ "$TOKEN" ] ;; esac',
}


def boot(script, tmp_path, package=PACKAGE.decode(), token="canary-8c1d"):
    """The script, with /etc/towline in a folder of the test. Without a token AWS fails to give it."""
    for name, text in TOOLS.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{text}\n")
        (tmp_path / name).chmod(0o755)
    text = script.replace("/etc/towline", str(tmp_path / "etc"))
    result = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=False, timeout=60, env={
        "PATH": f"{tmp_path}:/usr/bin:/bin", "LOG": str(tmp_path / "log"), "PACKAGE": package, "TOKEN": token})
    log = tmp_path / "log"
    return result, log.read_text().splitlines() if log.exists() else []


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum")
def test_an_instance_has_package_configuration_and_token(ec2, tmp_path):
    script = ec2.plan(**VARIABLES, betterstack_token_secret_arn=TOKEN).output("user_data")
    result, log = boot(script, tmp_path)
    assert result.returncode == 0, result.stderr
    assert run("check", tmp_path / "etc/towline.yaml").returncode == 0
    token = tmp_path / "etc/credentials/betterstack"
    assert token.read_text() == "canary-8c1d\n" and oct(os.stat(token).st_mode)[-3:] == "600"
    assert "canary-" not in " ".join(log) + result.stdout + result.stderr
    assert log[-1] == "towline healthcheck" and log[-2] == "systemctl restart towline"
    assert list(token.parent.iterdir()) == [token]
    assert boot(script, tmp_path)[0].returncode == 0  # once more


def test_any_version_that_is_there_gives_way(ec2, tmp_path):
    (line,) = [line for line in boot(ec2.plan(**VARIABLES).output("user_data"), tmp_path)[1] if "towline.deb" in line
               and line.startswith("apt-get install ")]
    assert {"--reinstall", "--allow-downgrades", "Dpkg::Options::=--force-confold"} <= set(line.split())


def test_a_token_that_cannot_be_had_leaves_the_old_one(ec2, tmp_path):
    script = ec2.plan(**VARIABLES, betterstack_token_secret_arn=TOKEN).output("user_data")
    assert boot(script, tmp_path)[0].returncode == 0
    assert boot(script, tmp_path, token="")[0].returncode != 0
    assert (tmp_path / "etc/credentials/betterstack").read_text() == "canary-8c1d\n"
    assert boot(script, tmp_path, token="canary-9d2e")[0].returncode == 0
    assert (tmp_path / "etc/credentials/betterstack").read_text() == "canary-9d2e\n"


def test_a_package_that_is_another_one_is_not_installed(ec2, tmp_path):
    result, log = boot(ec2.plan(**VARIABLES).output("user_data"), tmp_path, package="another package")
    assert result.returncode != 0 and not any("towline.deb" in line for line in log if line.startswith("apt-get"))


def test_without_a_token_none_is_asked_for(ec2, tmp_path):
    result, log = boot(ec2.plan(**VARIABLES).output("user_data"), tmp_path)
    assert result.returncode == 0 and not any("secretsmanager" in line for line in log)
    assert list((tmp_path / "etc/credentials").iterdir()) == []
