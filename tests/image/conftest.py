import os
import pathlib
import platform

import pytest

from tests.image import container
from tests.image.archive import Archive

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session", name="archive_path")
def _archive_path():
    """build/image/towline-*.tar, or the one that TOWLINE_IMAGE names."""
    built = sorted((ROOT / "build/image").glob("towline-*.tar"))
    path = pathlib.Path(os.environ["TOWLINE_IMAGE"]) if "TOWLINE_IMAGE" in os.environ else built[0] if built else None
    if path is None:
        pytest.skip("no image here: make image")
    return path


@pytest.fixture(scope="session", name="archive")
def _archive(archive_path):
    return Archive(archive_path)


@pytest.fixture(scope="session", name="runner")
def _runner(archive, archive_path, tmp_path_factory):
    if archive.architecture != {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine()):
        pytest.skip(f"an image for {archive.architecture}: what needs a run of it can't be tested here")
    name = container.engine()
    if name is None:
        pytest.skip("neither docker, podman nor root is here to run an image")
    if name == "chroot":
        return container.Chroot(archive, tmp_path_factory.mktemp("image"))
    return container.Engine(name, archive_path)


@pytest.fixture(name="contain")
def _contain(runner):
    """Starts containers: contain("run", environment={...}, volumes=[(host, inside, "rw")], network="host")."""
    started = []

    def start(*arguments, **settings):
        started.append(container.Container(runner, *arguments, **settings))
        return started[-1]

    yield start
    for each in started:
        each.kill()
    for each in started:
        assert "canary-" not in each.said(), each.said()
