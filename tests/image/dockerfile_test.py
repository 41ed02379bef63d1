"""docker/Dockerfile and the scripts of its steps, without building: what a platform relies on is there."""

import pathlib
import re
import shlex
import shutil
import subprocess

import pytest

from tests.image.compose import ROOT

DOCKERFILE = ROOT / "docker/Dockerfile"
STEPS = sorted((ROOT / "docker/build").glob("*.sh"))
SCRIPTS = [*STEPS, *(ROOT / "scripts" / name for name in ("image.sh", "compose_check.sh", "promtool.sh"))]


def instructions(path=DOCKERFILE):
    """[(instruction, its text)], lines that go on put together."""
    text = re.sub(r"\\\n\s*", "", path.read_text())
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line and not line.startswith("#")]


def final_stage():
    everything = instructions()
    last = max(number for number, (name, _) in enumerate(everything) if name == "FROM")
    return everything[last:]


def only(name):
    (text,) = [text for each, text in final_stage() if each == name]
    return text


def test_the_final_stage_is_made_of_nothing():
    stage = final_stage()
    assert stage[0] == ("FROM", "scratch")
    assert only("COPY") == "--from=build /image /"
    assert not [name for name, _ in stage if name in ("RUN", "ADD")]


def test_it_says_what_a_platform_asks():
    assert only("USER") == "65532:65532"
    assert only("STOPSIGNAL") == "SIGTERM"
    assert only("HEALTHCHECK").endswith('CMD ["/usr/bin/towline", "healthcheck"]')
    assert only("ENTRYPOINT") == '["/usr/bin/towline"]'
    assert only("ENV") == "TOWLINE_LISTEN=0.0.0.0:9000"
    assert only("EXPOSE") == "9000/tcp 9000/udp"
    for label in ("title", "description", "licenses", "version", "revision"):
        assert f'org.opencontainers.image.{label}="' in only("LABEL")


def test_base_and_architecture_can_be_chosen():
    everything = instructions()
    # A BUILDPLATFORM declared here hides the builder's own from older ones.
    assert everything[:everything.index(("FROM", "--platform=$BUILDPLATFORM ${BASE} AS build"))] == [
        ("ARG", "BASE=debian:12-slim")]
    assert ("FROM", "--platform=$BUILDPLATFORM ${BASE} AS build") in everything
    assert [text for name, text in everything if name == "RUN"] == [
        f"docker/build/{step}.sh ${{TARGETARCH}}" for step in ("packages", "curl", "towline", "root")]


@pytest.mark.parametrize("dockerfile", sorted((ROOT / "docker").rglob("Dockerfile")), ids=lambda path: path.parent.name)
def test_no_registry_is_named(dockerfile):
    images = [text.split()[-3 if " AS " in text else -1] for name, text in instructions(dockerfile) if name == "FROM"]
    images += [text.split("=")[1] for name, text in instructions(dockerfile) if name == "ARG" and text.startswith("BASE=")]
    assert images and not [image for image in images if re.match(r"[^/]*[.:][^/]*/", image)]


def test_what_it_copies_is_let_through():
    rules = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in rules
    through = [rule[1:] for rule in rules if rule.startswith("!")]
    for text in (text for name, text in instructions() if name == "COPY" and "--from" not in text):
        for source in shlex.split(text)[:-1]:
            assert (ROOT / source).exists(), source
            assert any(pathlib.PurePath(source).is_relative_to(each) for each in through), source
    assert not [each for each in through if not (ROOT / each).exists()]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_are_sound(script):
    subprocess.run(["bash", "-n", script], check=True)
    sourced = script.name == "target.sh"
    assert sourced or script.stat().st_mode & 0o111
    assert sourced or "set -euo pipefail" in script.read_text()


def test_what_is_let_through_can_be_configured(tmp_path):
    """A CMake file that needs another folder would be noticed by nobody but who builds the image."""
    (tmp_path / "src").mkdir()
    for rule in (ROOT / ".dockerignore").read_text().splitlines():
        if rule.startswith("!"):
            link = tmp_path / "src" / rule[1:]
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(ROOT / rule[1:])
    result = subprocess.run(["cmake", "-S", tmp_path / "src", "-B", tmp_path / "build", "-G", "Ninja",
                             "-DTOWLINE_TESTS=OFF"], capture_output=True, text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stderr


def target(*arguments):
    shown = 'echo "$arch $triplet $loader $native ${cmake_target[*]}"'
    command = ["bash", "-euc", f". docker/build/target.sh; {shown}", "step", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=20)


def test_both_architectures_are_known():
    shown = {arch: target(arch).stdout.split() for arch in ("amd64", "arm64")}
    assert shown["amd64"][:3] == ["amd64", "x86_64-linux-gnu", "/lib64/ld-linux-x86-64.so.2"]
    assert shown["arm64"][:3] == ["arm64", "aarch64-linux-gnu", "/lib/ld-linux-aarch64.so.1"]
    for arch, (*_, triplet, _, native, cmake) in ((arch, (*words[:4], " ".join(words[4:]))) for arch, words in shown.items()):
        assert (native == "yes") == (cmake == ""), arch
        assert cmake == "" or f"-DCMAKE_CXX_COMPILER={triplet}-g++" in cmake


def test_without_an_architecture_it_is_this_machine_s():
    own = subprocess.run(["dpkg", "--print-architecture"], capture_output=True, text=True, check=True).stdout.strip()
    assert target().stdout.split() == target(own).stdout.split()
    assert target().stdout.split()[::3] == [own, "yes"]
    assert ("ARG", "TARGETARCH") in instructions()  # with a default, Docker would take that instead of the platform's


def test_another_architecture_stops_the_build():
    result = target("mips")
    assert result.returncode == 2 and "unknown architecture" in result.stderr


def test_image_wants_an_architecture_that_it_knows():
    result = subprocess.run([ROOT / "scripts/image.sh", "mips"], capture_output=True, text=True, check=False, timeout=20)
    assert result.returncode == 2 and "usage" in result.stderr


# In place of the engines: what they are called with, and the archive that they would write.
ENGINES = {
    "docker": 'echo "docker $* buildkit=${DOCKER_BUILDKIT:-}" >> "$LOG"\n'
              'if [ "$1" = save ]; then touch "$3"; fi\n',
    "buildah": 'echo "buildah $*" >> "$LOG"\n'
               'while [ $# -gt 0 ]; do if [ "$1" = -f ]; then cat "$2" > "$LOG.dockerfile"; fi; shift; done\n',
}


def make_image(engine, arch, tmp_path):
    """scripts/image.sh with a played engine, in a folder of its own: it replaces the archive that is there."""
    for name in ("scripts/image.sh", "CMakeLists.txt", "docker/Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    played = tmp_path / "bin" / engine
    played.parent.mkdir()
    played.write_text(f"#!/bin/bash\n{ENGINES[engine]}")
    played.chmod(0o755)
    result = subprocess.run([tmp_path / "scripts/image.sh", arch], capture_output=True, text=True, check=False, timeout=60,
                            env={"PATH": f"{played.parent}:/usr/bin:/bin", "LOG": str(tmp_path / "log"), "ENGINE": engine})
    assert result.returncode == 0, result.stderr
    return [line for line in (tmp_path / "log").read_text().splitlines() if " inspect " not in line]


def version():
    return re.search(r"^project\(towline VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text(), re.MULTILINE).group(1)


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_docker_builds_an_image_for_each_architecture_with_buildkit(tmp_path, arch):
    build, save = make_image("docker", arch, tmp_path)
    assert build.endswith(" buildkit=1") and f"--platform linux/{arch}" in build
    assert f" -t towline:{version()}-{arch} " in build
    assert save.split()[2:5] == ["-o", f"build/image/towline-{arch}.tar", f"towline:{version()}-{arch}"]


@pytest.mark.parametrize("arch", ["amd64", "arm64"])
def test_buildah_is_told_the_platform_and_names_the_image_alike(tmp_path, arch):
    build, push = make_image("buildah", arch, tmp_path)
    assert re.search(r"--build-arg BUILDPLATFORM=linux/\w+ ", build)
    declared, rest = (tmp_path / "log.dockerfile").read_text().split("\n", 1)
    assert declared == "ARG BUILDPLATFORM" and rest == DOCKERFILE.read_text()
    name = f"towline:{version()}-{arch}"
    assert f" -t localhost/{name} " in build
    assert push.split()[-1] == f"docker-archive:build/image/towline-{arch}.tar:{name}"
    assert f"towline:{version()}-amd64" in (ROOT / "docs/docker.md").read_text()
