"""The faults themselves: calls fail, kill and wait as told; a disk of our own is full; a power cut forgets."""

import errno
import os
import subprocess
import sys

import pytest

from tests.support.faults import Ext4, Filler, Injection, Mounts, folder_size, need_strace, under_strace

WORKER = """
import os, sys
for line in sys.stdin:
    try:
        exec(line)
        print("done", flush=True)
    except OSError as error:
        print(error.errno, flush=True)
"""


class Worker:
    """A process that runs a line of Python at a time."""

    def __init__(self, *prefix):
        self.process = subprocess.Popen([*prefix, sys.executable, "-c", WORKER], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def do(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()


def test_calls_of_a_running_process_fail_for_a_while(tmp_path):
    need_strace()
    with Worker() as worker:
        assert worker.do(f"file = os.open('{tmp_path}/file', os.O_CREAT | os.O_RDWR)") == "done"
        with Injection(worker.process.pid, "fdatasync:error=EIO:when=2"):
            assert [worker.do("os.fdatasync(file)") for _ in range(3)] == ["done", str(errno.EIO), "done"]
        with Injection(worker.process.pid, "fdatasync:error=EIO"):
            assert worker.do("os.fdatasync(file)") == str(errno.EIO)
        assert worker.do("os.fdatasync(file)") == "done"
        with Injection(worker.process.pid, "fdatasync:signal=SIGKILL:when=2"):
            assert [worker.do("os.fdatasync(file)") for _ in range(2)] == ["done", ""]
            assert worker.process.wait(5) == -9


def test_a_process_is_killed_at_a_call_that_reaches_a_path(tmp_path):
    with Worker(*under_strace("openat:signal=SIGKILL:when=2", tmp_path)) as worker:
        assert worker.do("os.open('/', os.O_RDONLY)") == "done"
        assert worker.do(f"folder = os.open('{tmp_path}', os.O_RDONLY)") == "done"
        assert worker.do("os.open('file', os.O_CREAT, dir_fd=folder)") == ""
        assert worker.process.wait(5) == -9
    assert not list(tmp_path.iterdir())


def test_a_small_disk_is_full_and_nobody_else_sees_it(tmp_path):
    with Mounts() as mounts:
        mounts.tmpfs(tmp_path / "disk", "1m")
        inside = mounts.inside(tmp_path / "disk")
        filler = Filler(inside)
        filler.fill()
        with Worker(*mounts.prefix) as worker:
            write = f"open('{tmp_path}/disk/file', 'wb', 0).write(bytes(5000))"
            assert worker.do(write) == str(errno.ENOSPC)
            filler.free()
            assert worker.do(write) == "done"
        assert folder_size(inside) >= 5000 and not list((tmp_path / "disk").iterdir())


def test_a_power_cut_forgets_what_was_not_synced(tmp_path):
    with Mounts() as mounts:
        disk = Ext4(mounts, tmp_path / "image", tmp_path / "disk")
        inside = mounts.inside(disk.path)
        (inside / "kept").write_text("kept")
        for path in (inside / "kept", inside):
            descriptor = os.open(path, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        (inside / "lost").write_text("lost")
        disk.cut_power()
        with pytest.raises(OSError):
            (inside / "more").write_text("more")
        disk.umount()
        disk.mount()
        assert (inside / "kept").read_text() == "kept"
        assert not (inside / "lost").exists() or not (inside / "lost").read_text()
