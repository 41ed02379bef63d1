"""What the fault tests share besides tests/conftest.py: rigs whose data directory is a file system of its own."""

import pytest

from tests.support.faults import Ext4
from tests.support.rig import Rig


@pytest.fixture(name="small_disk")
def _small_disk(mounts, tmp_path, launch, judge, oracle):
    """A rig whose data directory is a file system of a few megabytes: small_disk("8m")."""
    def make(size):
        place = tmp_path / "disk"
        mounts.tmpfs(place, size)
        return Rig(launch, judge, oracle, place / "data", mounts.prefix)

    return make


@pytest.fixture(name="ext4")
def _ext4(mounts, tmp_path):
    mounts.tmpfs(tmp_path / "below", "100m")  # so that a sync takes the same time on every machine
    return Ext4(mounts, tmp_path / "below" / "image", tmp_path / "ext4")


@pytest.fixture(name="ext4_rig")
def _ext4_rig(mounts, ext4, launch, judge, oracle):
    rig = Rig(launch, judge, oracle, ext4.path / "data", mounts.prefix)
    rig.root = {"stream": {"max_size": "32MiB"}}  # the disk itself is never full
    return rig
