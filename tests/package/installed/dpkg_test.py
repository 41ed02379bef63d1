"""The package in the hands of dpkg: installed, upgraded, removed; and on an instance of EC2 at its first boot."""

import hashlib
import shutil
import subprocess

import pytest

from tests.deploy.module import Module
from tests.package import machine as machines
from tests.package.installed.service import CONFIG, install, send, wait_healthy

SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/betterstack-AbCdEf"


@pytest.mark.skipif(not shutil.which("lintian"), reason="no lintian: make setup-package")
def test_it_keeps_to_the_policy(package):
    result = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", package], capture_output=True, text=True,
                            check=False, timeout=300)
    assert result.returncode == 0, result.stdout


def test_a_changed_configuration_is_kept(machine, newer):
    config = machine.root / CONFIG.lstrip("/")
    mine = config.read_text().replace("32MiB", "24MiB")
    config.write_text(mine)
    before = machine.show("MainPID")
    install(machine, newer, "--force-confdef", "--force-confold")
    assert config.read_text() == mine and machine.show("MainPID") != before
    assert "# of version 9" in config.with_name("towline.yaml.dpkg-dist").read_text()
    wait_healthy(machine)


def test_an_untouched_configuration_is_replaced(machine, newer):
    install(machine, newer)
    assert "# of version 9" in (machine.root / CONFIG.lstrip("/")).read_text()
    wait_healthy(machine)


def test_who_disabled_it_finds_it_disabled(machine, newer):
    machine.run("systemctl", "disable", "--now", "towline")
    install(machine, newer)
    assert machine.show("UnitFileState") == "disabled" and machine.show("ActiveState") == "inactive"


def test_removed_it_keeps_its_state_and_its_configuration(machine, newer):
    send(machine, message="hello")
    machine.run("dpkg", "--remove", "towline")
    assert machine.show("ActiveState") in ("inactive", "failed")
    assert (machine.root / CONFIG.lstrip("/")).exists() and (machine.root / "var/lib/private/towline").exists()
    install(machine, newer)
    wait_healthy(machine)
    assert machine.show("UnitFileState") == "enabled"


def test_purged_it_leaves_nothing(bare, package):
    before = bare.files()
    install(bare, package)
    wait_healthy(bare)
    send(bare, message="hello")
    (bare.root / "etc/towline/credentials/betterstack").write_text("secret\n")
    assert "etc/towline/towline.yaml" in bare.files() - before
    bare.run("dpkg", "--purge", "towline")
    assert bare.files() - before == set() and before - bare.files() == set()
    assert not (bare.root / "var/lib/private/towline").exists()
    bare.run("systemctl", "daemon-reload")
    assert bare.show("LoadState") == "not-found"


# Where the instance's own programs would ask AWS and Debian.
INSTANCE = {
    "aws": 'case "$*" in *"s3 cp"*) cp /var/tmp/package.deb "${@: -1}" ;; *) echo canary-5d07 ;; esac',
    "apt-get": 'case "${@: -1}" in *.deb) dpkg --force-confold --install "${@: -1}" ;; esac',
}


def test_an_instance_at_its_first_boot(bare, package):
    """The user data of deploy/aws/ec2, on a machine with nothing of towline on it."""
    config = (machines.ROOT / "packaging" / "towline.yaml").read_text() + "# mine\n"
    plan = Module(machines.ROOT / "deploy" / "aws" / "ec2").plan(
        name="shop", package_url="s3://shop/towline.deb", config=config, betterstack_token_secret_arn=SECRET,
        package_sha256=hashlib.sha256(package.read_bytes()).hexdigest())
    assert plan.refused == []
    (bare.root / "var/tmp/package.deb").write_bytes(package.read_bytes())
    (bare.root / "var/tmp/user-data").write_text(plan.output("user_data"))
    for name, text in INSTANCE.items():
        (bare.root / "usr/local/bin" / name).write_text(f"#!/bin/bash\n{text}\n")
        (bare.root / "usr/local/bin" / name).chmod(0o755)
    said = bare.run("env", "PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "bash", "/var/tmp/user-data")
    assert "canary-" not in said.stdout + said.stderr
    assert (bare.root / CONFIG.lstrip("/")).read_text() == config
    assert bare.run("cat", "/run/credentials/towline.service/secret_betterstack").stdout == "canary-5d07\n"
    assert bare.show("ActiveState") == "active" and bare.show("UnitFileState") == "enabled"
