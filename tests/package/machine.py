"""A Debian machine that is thrown away: a minimal system under systemd-nspawn, booted with its own systemd.

It has no network but loopback, and no file of this machine is in it but those that a test puts there. Needs root, and
Debian's packages mmdebstrap and systemd-container. The system is downloaded once and kept below build/.
"""

import contextlib
import hashlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "package"
TOOLS = ("mmdebstrap", "systemd-nspawn", "dpkg-deb", "nsenter")
BOOT_TIME = 120.0  # seconds, on a machine that has other things to do
ALWAYS = ("systemd", "systemd-sysv", "dbus", "man-db")


def missing():
    """Why there can be no such machine here; empty if there can."""
    if os.geteuid() != 0:
        return "needs root: namespaces, mounts"
    lacking = [tool for tool in TOOLS if not shutil.which(tool)]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


def field(package, name):
    return subprocess.run(["dpkg-deb", "-f", package, name], capture_output=True, text=True, check=True).stdout.strip()


def system(package):
    """The archive of a system that has what the package depends on, and not the package."""
    names = [re.split(r"[ (|]", each.strip())[0] for each in field(package, "Depends").split(",")]
    include = ",".join(sorted({*ALWAYS, *names}))
    archive = KEPT / f"system-{hashlib.sha256(include.encode()).hexdigest()[:12]}.tar"
    if not archive.exists():
        part = archive.with_suffix(".part.tar")
        subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", f"--include={include}", "bookworm", part], check=True)
        part.rename(archive)
    return archive


def unpack(archive, directory):
    directory.mkdir()
    subprocess.run(["tar", "-C", directory, "-xf", archive], check=True)
    return directory


class Machine:
    def __init__(self, base, directory):
        """`base`: an unpacked system, which isn't changed. What is written is in `directory`."""
        upper, work, self.root = (directory / name for name in ("upper", "work", "root"))
        for folder in (upper, work, self.root):
            folder.mkdir()
        subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                        f"lowerdir={base},upperdir={upper},workdir={work}", self.root], check=True)
        self._log = open(directory / "console", "wb")  # pylint: disable=consider-using-with
        self._nspawn = subprocess.Popen(  # pylint: disable=consider-using-with
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--console=pipe",
             f"--machine=towline-{os.getpid()}", "--directory", self.root, "--boot"],
            stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        self._init = None
        try:
            self._boot()
        except BaseException:
            self.stop()
            raise

    def _boot(self):
        self.wait_until(self._find_init, "there is a first process", BOOT_TIME)
        self.wait_until(lambda: self.run("systemctl", "is-system-running", check=False).stdout.strip()
                        in ("running", "degraded"), "booted", BOOT_TIME)

    def _find_init(self):
        """nspawn has other children for a moment, which go by its own name."""
        children = pathlib.Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        for child in children:
            with contextlib.suppress(OSError):
                if pathlib.Path(f"/proc/{child}/comm").read_text() == "systemd\n":
                    self._init = child
        return self._init

    def wait_until(self, condition, what, timeout=30.0):
        deadline = time.monotonic() + timeout
        while not condition():
            assert self._nspawn.poll() is None, (self.root.parent / "console").read_text(errors="replace")
            assert time.monotonic() < deadline, f"after {timeout} s: not {what}"
            time.sleep(0.05)

    def _inside(self, command):
        return ["nsenter", "-t", self._init, "-a", "env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", *map(str, command)]

    def run(self, *command, check=True, **options):
        """A command inside."""
        result = subprocess.run(self._inside(command), text=True, capture_output=True, check=False, timeout=120,
                                **options)
        assert not check or result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
        return result

    def start(self, *command):
        """A command inside that goes on. The caller ends it."""
        return subprocess.Popen(self._inside(command), text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def on_its_network(self, *command, **options):
        """A program of this machine, with that machine's loopback. The caller ends it."""
        return subprocess.Popen(["nsenter", "-t", self._init, "-n", *map(str, command)], **options)

    def show(self, name, unit="towline.service"):
        return self.run("systemctl", "show", unit, "--value", "-p", name).stdout.strip()

    def journal(self):
        return self.run("journalctl", "-u", "towline", "-o", "cat", "--no-pager").stdout

    def files(self):
        """What is there, but for what the system itself writes while it runs."""
        noise = ("proc", "sys", "dev", "run", "tmp", "var/log", "var/tmp", "var/cache", "var/lib/dpkg",
                 "var/lib/systemd", "var/lib/private")
        found = set()
        for folder, folders, files in os.walk(self.root):
            where = pathlib.Path(folder).relative_to(self.root)
            folders[:] = [name for name in folders if str(where / name) not in noise]
            found |= {str(where / name) for name in (*folders, *files)}
        return found

    def stop(self):
        """Pulls the plug: everything inside dies with its first process."""
        if self._init and self._nspawn.poll() is None:
            os.kill(int(self._init), signal.SIGKILL)
        else:
            self._nspawn.kill()
        self._nspawn.wait(BOOT_TIME)
        self._log.close()
        subprocess.run(["umount", self.root], check=True)
