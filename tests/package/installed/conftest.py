"""The package that `make deb` has built, or TOWLINE_DEB names, and machines to try it on."""

import os
import pathlib
import re
import shutil
import subprocess

import pytest

from tests.package import machine as machines
from tests.package.installed.service import CONFIG, install, wait_healthy


@pytest.fixture(name="package", scope="session")
def _package():
    if machines.missing():
        pytest.skip(machines.missing())
    path = os.environ.get("TOWLINE_DEB")
    found = [pathlib.Path(path)] if path else sorted(machines.KEPT.glob("towline_*.deb"))
    assert len(found) == 1, f"make deb makes one package; there are {found}"
    return found[0]


@pytest.fixture(name="base", scope="session")
def _base(package, tmp_path_factory):
    base = machines.unpack(machines.system(package), tmp_path_factory.mktemp("base") / "system")
    yield base
    shutil.rmtree(base)


@pytest.fixture(name="bare")
def _bare(base, tmp_path):
    """A machine without the package."""
    bare = machines.Machine(base, tmp_path)
    yield bare
    bare.stop()


@pytest.fixture(name="machine")
def _machine(bare, package):
    """One with the package, in service."""
    install(bare, package)
    wait_healthy(bare)
    return bare


@pytest.fixture(name="newer")
def _newer(package, tmp_path):
    """The package as a later version, with another default configuration."""
    tree, newer = tmp_path / "tree", tmp_path / "towline_9.0.0-1_all.deb"
    subprocess.run(["dpkg-deb", "-R", package, tree], check=True)
    control = tree / "DEBIAN" / "control"
    control.write_text(re.sub(r"^Version: .*", "Version: 9.0.0-1", control.read_text(), flags=re.MULTILINE))
    with open(tree / CONFIG.lstrip("/"), "a", encoding="utf-8") as config:
        config.write("# of version 9\n")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "-b", tree, newer], check=True, capture_output=True)
    return newer
