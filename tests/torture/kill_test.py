"""SIGKILL at any time and at each system call that changes the disk: nothing acknowledged is lost, and the next start
is ready at once.
"""

import itertools
import random
import time

import pytest

from tests.support.faults import DISK_CALLS, Injection, under_strace
from tests.support.load import Load

POSTS = 50
SAMPLE = 2  # system calls of each name, in the short form


def test_killed_at_random_under_load(rig, scale):
    moments = random.Random(1)
    for _ in range(scale(5, 200)):
        rig.start()
        with rig.under_load():
            time.sleep(moments.uniform(0, scale(0.6, 2)))
            rig.kill()
    rig.start()
    rig.drain()
    rig.check()
    rig.report()


def test_killed_while_the_destination_is_away(rig, scale):
    """Nothing leaves, so all that is delivered in the end has come from the disk."""
    with rig.sink_away():
        for _ in range(scale(3, 50)):
            rig.start()
            with rig.under_load():
                time.sleep(0.2)
                rig.kill()
        rig.start()
    rig.drain(60)
    rig.check()
    rig.report()


def the_ones_to_try(call, scale):
    """Which calls of this name to kill at: all in the long form, until there is none that has not been."""
    drawn = sorted(random.Random(call).sample(range(1, 25), SAMPLE))
    return scale(drawn, itertools.count(1))


@pytest.mark.parametrize("call", DISK_CALLS)
def test_killed_at_each_system_call_that_changes_the_disk(rig, scale, call):
    rig.root = {"stream": {"max_size": "1MiB"}}  # small, so that segments are made and released all the time
    killed = []
    for nth in the_ones_to_try(call, scale):
        rig.start()
        rig.drain()
        with Injection(rig.daemon.process.pid, f"{call}:signal=SIGKILL:when={nth}"):
            rig.oracle.fault()
            rig.post(POSTS)
            if not ends_within(rig.daemon, 1.3):  # a cursor is saved after a second
                rig.kill()
                break
            killed.append(nth)
        rig.oracle.fault()
    rig.start()
    rig.drain()
    rig.check()
    print(f"{call}: killed at {len(killed)} calls")


def ends_within(daemon, seconds):
    deadline = time.monotonic() + seconds
    while daemon.process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    return daemon.process.poll() is not None


@pytest.mark.parametrize("call", ["openat", "pread64", *DISK_CALLS[1:]])
def test_killed_at_each_system_call_of_a_recovery(rig, scale, call):
    """Of a recovery that has a torn tail to repair; each is killed twice in a row."""
    each = 20
    rig.root = {"stream": {"max_size": "1MiB"}}
    rig.load = Load(connections=1, each=[each])
    for nth in scale([1 + sum(call.encode()) % 3], itertools.count(1)):
        with rig.sink_away():
            rig.start()
            rig.post(5)
            rig.kill()
        tear(rig.segments()[-1])
        killed = [start_under(rig, call, nth) for _ in range(2)]
        rig.start()
        rig.drain_what_is_left()
        torn = rig.oracle.missing(rig.load.acknowledged)
        assert len(torn) <= each, f"at call {nth}"
        rig.load.acknowledged -= torn
        rig.oracle.check(rig.load.sent)
        rig.kill()
        if not any(killed):
            break
    print(f"{call}: {nth} calls")


def tear(segment):
    """Cuts the last record of a segment: after zeros that are only allocated, the file ends with it."""
    data = segment.read_bytes().rstrip(b"\0")
    with open(segment, "r+b") as file:
        file.truncate(len(data) - 10)


def start_under(rig, call, nth):
    """Starts a daemon that is killed at the call; False: it never came to it, and is killed otherwise."""
    folder = rig.folder()
    daemon = rig.launch(under_strace(f"{call}:signal=SIGKILL:when={nth}", folder, *folder.iterdir()))
    deadline = time.monotonic() + 10
    while daemon.process.poll() is None and time.monotonic() < deadline:
        if is_ready(daemon):
            rig.kill()
            return False
        time.sleep(0.01)
    assert daemon.process.poll() is not None, daemon.stderr()
    return True


def is_ready(daemon):
    if not any(event.name == "admin.listening" for event in daemon.events):
        return False
    try:
        return daemon.get("/health/ready")[0] == 200
    except OSError:
        return False


