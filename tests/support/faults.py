"""Faults from outside: system calls that fail or kill, file systems of our own, power cuts. What a machine doesn't
allow skips the test with the reason.
"""

import contextlib
import ctypes
import fcntl
import functools
import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

import pytest

# Everything that changes a stream's folder.
DISK_CALLS = ("openat", "pwrite64", "fdatasync", "fsync", "ftruncate", "fallocate", "unlinkat", "renameat")

_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32): ext4 and XFS
_FLUSH_EVERYTHING, _WITHOUT_LOG_FLUSH = 0, 2
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


# System calls.


@functools.lru_cache(maxsize=None)
def _strace_problem():
    if not shutil.which("strace"):
        return "strace is not installed"
    attempt = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return "" if attempt.returncode == 0 else "this machine doesn't allow strace"


def need_strace():
    if problem := _strace_problem():
        pytest.skip(problem)


class Injection:
    """From now on the system calls of a running process do what `what` says (strace's words, after "inject="), in all
    its threads; N in `when=N` counts the calls of each thread."""

    def __init__(self, pid, what):
        need_strace()
        calls = what.partition(":")[0]
        self._strace = subprocess.Popen(
            ["strace", "-f", "-p", str(pid), "-o", os.devnull, "-e", f"trace={calls}", "-e", f"inject={what}"],
            stderr=subprocess.PIPE, text=True, preexec_fn=die_with_parent)
        # It says so when it has taken hold of all threads.
        said = self._strace.stderr.readline()
        assert "attached" in said, said
        threading.Thread(target=self._strace.stderr.read, daemon=True).start()
        self._wait_for_all(pid)

    @staticmethod
    def _wait_for_all(pid):
        deadline = time.monotonic() + 5
        with contextlib.suppress(OSError):
            while time.monotonic() < deadline:
                states = [(task / "status").read_text() for task in pathlib.Path(f"/proc/{pid}/task").iterdir()]
                if all("TracerPid:\t0\n" not in state for state in states):
                    return
                time.sleep(0.002)

    def end(self):
        """The calls work again."""
        self._strace.send_signal(signal.SIGINT)
        self._strace.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()


def under_strace(what, *paths):
    """A prefix for a command: from its start, calls that reach one of these paths do what `what` says."""
    need_strace()
    calls = what.partition(":")[0]
    only = [word for path in paths for word in ("-P", str(path))]
    return ["strace", "-D", "-f", "-o", os.devnull, "-e", f"trace={calls}", *only, "-e", f"inject={what}"]


def die_with_parent():
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


# File systems.


@functools.lru_cache(maxsize=None)
def _mount_problem():
    if os.geteuid() != 0:
        return "only root may mount"
    attempt = subprocess.run(["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True,
                             check=False)
    return "" if attempt.returncode == 0 else "this machine doesn't allow mounts, not even in a namespace of their own"


@functools.lru_cache(maxsize=None)
def _loop_problem():
    if problem := _mount_problem():
        return problem
    if not shutil.which("mkfs.ext4"):
        return "mkfs.ext4 is not installed"
    attempt = subprocess.run(["losetup", "-f"], capture_output=True, check=False)
    return "" if attempt.returncode == 0 else "this machine has no loop devices"


class Mounts:
    """A mount namespace of its own: nobody else sees what is mounted in it, and it is gone with this object.

    `prefix` starts a command in it; `inside(path)` is how the test itself reaches a path in it.
    """

    def __init__(self):
        if problem := _mount_problem():
            pytest.skip(problem)
        self._holder = subprocess.Popen(["unshare", "-m", "--propagation", "private", "sh", "-c", "echo; read line"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=die_with_parent)
        self._holder.stdout.readline()
        self.prefix = ["nsenter", "-t", str(self._holder.pid), "-m", "--"]

    def inside(self, path):
        return pathlib.Path(f"/proc/{self._holder.pid}/root{path}")

    def run(self, *command):
        done = subprocess.run([*self.prefix, *map(str, command)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stderr}"

    def tmpfs(self, path, size):
        path.mkdir(parents=True, exist_ok=True)
        self.run("mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "none", path)

    def end(self):
        self._holder.stdin.close()
        self._holder.wait(10)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.end()


class Ext4:
    """An ext4 file system in a file, whose power can be cut."""

    def __init__(self, mounts, image, path, size="64M"):
        if problem := _loop_problem():
            pytest.skip(problem)
        self._mounts, self._image, self.path = mounts, image, path
        path.mkdir(parents=True, exist_ok=True)
        mounts.run("truncate", "-s", size, image)
        mounts.run("mkfs.ext4", "-q", "-F", image)
        self.mount()

    def mount(self):
        self._mounts.run("mount", "-o", "loop", self._image, self.path)

    def umount(self):
        """After the last process that uses it is gone."""
        self._mounts.run("umount", self.path)

    def cut_power(self):
        """From this instant nothing reaches the disk, and everything fails; umount and mount bring it back."""
        self._shut_down(_WITHOUT_LOG_FLUSH)

    def break_down(self):
        """As cut_power, but what was written before is on the disk."""
        self._shut_down(_FLUSH_EVERYTHING)

    def _shut_down(self, how):
        directory = os.open(self._mounts.inside(self.path), os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(directory, _SHUTDOWN, ctypes.c_uint32(how))
        finally:
            os.close(directory)


class Filler:
    """A file that takes all the room that is left on a file system."""

    def __init__(self, folder):
        self._path = pathlib.Path(folder) / "filler"

    def fill(self):
        with open(self._path, "ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 65536)
        with open(self._path, "ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 512)

    def free(self):
        self._path.unlink(missing_ok=True)


def folder_size(folder):
    """Bytes that the files of a folder take on the disk, as du counts them; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(place, name)).st_blocks * 512
    return total
