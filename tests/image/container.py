"""Runs the image the way a careful platform does: read-only root, user 65532, no capabilities, no new privileges.

By docker or podman where they work, else by a mount namespace and chroot, which needs root but no engine.
TOWLINE_ENGINE=docker|podman|chroot chooses. The network is the machine's, so that the test's destination is reachable.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time
import uuid

USER = "65532"
LOCKED = ["--read-only", "--user", USER, "--cap-drop", "ALL", "--security-opt", "no-new-privileges"]


def engine():
    """The first that works, or None."""
    wanted = os.environ.get("TOWLINE_ENGINE")
    tests = {"docker": lambda: _succeeds("docker", "info"),
             "podman": lambda: _succeeds("podman", "info") and _succeeds("runc", "--version"),
             "chroot": lambda: os.geteuid() == 0 and _succeeds("unshare", "--mount", "true")}
    return next((name for name, works in tests.items() if wanted in (None, name) and works()), None)


def _succeeds(*command):
    return shutil.which(command[0]) is not None and subprocess.run(
        command, capture_output=True, check=False, timeout=30).returncode == 0


class Engine:
    """docker or podman."""

    def __init__(self, name, path):
        self.name = name
        # podman can't raise limits where the machine doesn't let it, so they are said.
        self._own = ["--runtime", "runc", "--ulimit", "nofile=1024:4096", "--ulimit", "nproc=1000:1000"] \
            if name == "podman" else []
        loaded = subprocess.run([name, "load", "--quiet", "--input", path], check=True, capture_output=True, text=True,
                                timeout=120)
        self._image = loaded.stdout.split()[-1]  # Loaded image: NAME

    def command(self, arguments, environment, volumes, network):
        label = f"towline-test-{uuid.uuid4().hex[:12]}"
        command = [self.name, "run", "--rm", "--name", label, "--network", network, *self._own, *LOCKED]
        for name, value in environment.items():
            command += ["--env", f"{name}={value}"]
        for host, inside, mode in volumes:
            command += ["--volume", f"{host}:{inside}:{mode}"]
        return [*command, self._image, *arguments], label

    def pid(self, process, label):
        inspect = [self.name, "inspect", "--format", "{{.State.Pid}}", label]
        return int(subprocess.run(inspect, check=True, capture_output=True, text=True, timeout=20).stdout)

    def inside(self, label, command, environment, volumes):
        return [self.name, "exec", label, *command]


class Chroot:
    """The unpacked image. Does by hand what an engine does, in a mount namespace that ends with the process."""

    def __init__(self, archive, directory):
        self._root = pathlib.Path(directory) / "root"
        self._root.mkdir()
        archive.unpack(self._root)
        for name in ("proc", "dev"):
            (self._root / name).mkdir()
        for name in ("hosts", "resolv.conf"):  # engines put them there
            if pathlib.Path("/etc", name).exists():
                shutil.copy(f"/etc/{name}", self._root / "etc" / name)
        self._config = archive.config

    def command(self, arguments, environment, volumes, network):
        program = [*self._config["Entrypoint"], *(arguments or self._config["Cmd"])]
        return self._locked(program, environment, volumes, network), None

    def pid(self, process, label):
        return process.pid  # every step replaces itself by the next one

    def inside(self, label, command, environment, volumes):
        return self._locked(command, environment, volumes, "host")

    def _locked(self, program, environment, volumes, network):
        root = str(self._root)
        steps = ["set -e", f"mount --bind {root} {root}", f"mount -t proc proc {root}/proc"]
        for host, inside, _ in volumes:
            target = self._root / inside.lstrip("/")
            target.mkdir(parents=True, exist_ok=True) if pathlib.Path(host).is_dir() else self._touch(target)
            steps.append(f"mount --bind {host} {target}")
        steps += [f"mount -o remount,bind,ro {root}", 'exec "$@"']
        variables = {**dict(pair.split("=", 1) for pair in self._config["Env"]), **environment}
        return ["unshare", "--mount", *(["--net"] if network == "none" else []), "bash", "-c", "\n".join(steps), "bash",
                "setpriv", "--no-new-privs", "--bounding-set=-all,+sys_chroot,+setuid,+setgid",
                "env", "-i", *(f"{name}={value}" for name, value in variables.items()),
                shutil.which("chroot"), f"--userspec={USER}:{USER}", root, *program]

    @staticmethod
    def _touch(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


class Container:
    """One run of the image: `arguments` instead of its own, more variables, volumes as (host, inside, ro or rw)."""

    def __init__(self, runner, *arguments, environment=None, volumes=(), network="host"):
        self._runner = runner
        self._environment = environment or {}
        self._volumes = volumes
        command, self._label = runner.command(arguments, self._environment, volumes, network)
        self._lines = []
        self.started = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=lambda: self._lines.extend(self.process.stdout), daemon=True)
        self._reader.start()

    def said(self):
        return "".join(self._lines)

    def wait_for(self, text, timeout=30.0):
        """Waits until it has said so, and returns the line."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            ended = not self._reader.is_alive()
            found = next((line for line in list(self._lines) if text in line), None)
            if found or ended:
                break
            time.sleep(0.02)
        assert found, f"it doesn't say {text!r}; exit code {self.process.poll()}:\n{self.said()}"
        return found

    def run_inside(self, *command):
        return subprocess.run(self._runner.inside(self._label, command, self._environment, self._volumes),
                              capture_output=True, text=True, check=False, timeout=30)

    def status(self):
        """What the kernel says of the process, as {name: text}."""
        text = pathlib.Path(f"/proc/{self._runner.pid(self.process, self._label)}/status").read_text()
        return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)

    def stop(self, timeout=40.0):
        """SIGTERM, as at the end of a task; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout=40.0):
        code = self.process.wait(timeout)
        self._reader.join(timeout)
        return code

    def kill(self):
        if self.process.poll() is None:
            if self._label:
                subprocess.run([self._runner.name, "rm", "--force", self._label], capture_output=True, check=False)
            self.process.kill()
            self.process.wait(20)
