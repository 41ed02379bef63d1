"""A disk that is full, slow, broken, read-only or gone, while the daemon runs: it stays up, acknowledges nothing that
it can't keep, and goes on within seconds when the disk is well again.
"""

import shutil
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import http_sink
from tests.support.faults import Filler, Injection
from tests.support.load import Load


def restart_and_drain(rig):
    """What is delivered now has been on the disk."""
    rig.kill()
    rig.start()
    rig.peer.listen()
    rig.drain(60)


def post_for(rig, seconds):
    with rig.under_load():
        time.sleep(seconds)


# Errors.


@pytest.mark.parametrize("fault", ["fdatasync:error=EIO", "pwrite64:error=EIO", "fsync:error=EIO",
                                   "fallocate:error=ENOSPC", "openat:error=EMFILE"])
def test_an_error_that_happens_once(rig, fault):
    rig.start()
    rig.oracle.fault()
    rig.peer.go_away()
    with Injection(rig.daemon.process.pid, f"{fault}:when=2"):
        post_for(rig, 0.6)
    rig.go_on()
    restart_and_drain(rig)
    rig.check()


def test_syncing_fails_for_good(rig):
    rig.start()
    post_for(rig, 0.2)
    with Injection(rig.daemon.process.pid, "fdatasync,fsync:error=EIO"):
        time.sleep(0.2)
        with rig.sink_away():
            before, cpu, began = len(rig.load.acknowledged), rig.daemon.cpu_seconds(), time.monotonic()
            post_for(rig, 1)
            assert len(rig.load.acknowledged) == before
            assert rig.load.statuses[-1] == 503
            if not towline.is_sanitized():
                time.sleep(1)
                assert rig.daemon.cpu_seconds() - cpu <= 0.1 * (time.monotonic() - began)
            assert rig.daemon.get("/health/deep")[0] == 503
    rig.go_on()
    rig.drain()
    rig.check()
    rig.daemon.wait_until(lambda: rig.daemon.get("/health/deep")[0] == 200, 5, lambda: rig.daemon.get("/health/deep"))


def test_delivery_goes_on_over_a_disk_that_fails(rig):
    """What comes over TCP is not acknowledged, so nobody has to wait for the disk."""
    rig.start()
    with Injection(rig.daemon.process.pid, "fdatasync,fsync,pwrite64:error=EIO"):
        rig.send_tcp(200)
        rig.daemon.wait_until(lambda: not rig.oracle.missing(rig.load.accepted), 10, "all delivered")
    rig.drain()
    rig.oracle.check(rig.load.sent)


def test_a_slow_disk(rig, scale):
    delay = scale(0.3, 2.0)
    rig.source = {"ack_timeout": "30s"}
    rig.start()
    with Injection(rig.daemon.process.pid, f"fdatasync:delay_exit={int(delay * 1e6)}"):
        post_for(rig, 4 * delay)
    assert rig.load.acknowledged and set(rig.load.statuses) == {200}
    # Its own sync, because those of cursors are on another thread; and another post's, where one is under way.
    waits = sorted(rig.load.waits)
    assert waits[len(waits) // 2] <= towline.at_most(delay + 0.1)
    assert waits[-1] <= towline.at_most(2 * delay + 0.1)
    rig.go_on()
    rig.drain()
    rig.check_exactly()


@pytest.mark.parametrize("times, costs", [("3", False), ("3..6", True)], ids=["once", "again"])
def test_what_can_not_be_read_back_is_counted_and_the_rest_arrives(rig, times, costs):
    """A read that fails is tried once more."""
    rig.root = {"memory": "4MiB"}  # much less than what is on the disk
    rig.load = Load(size=4000)
    rig.start()
    with rig.sink_away():
        post_for(rig, 0.5)
        rig.kill()
        rig.start()
        injection = Injection(rig.daemon.process.pid, f"pread64:error=EIO:when={times}")
    rig.daemon.wait_until(lambda: rig.balance()["held"] == 0, 30, lambda: f"nothing held: {rig.balance()}")
    injection.end()
    lost = len(rig.oracle.missing(rig.load.acknowledged))
    assert sum(rig.balance()["dropped"].values()) == lost == rig.oracle.dropped()
    assert 0 < lost < len(rig.load.acknowledged) / 2 if costs else lost == 0
    rig.check(lost)


# A disk that is full.


def fill_up(rig, timeout=15):
    """Posts until the disk takes no more."""
    rig.load.start(rig.address())
    rig.daemon.wait_until(lambda: rig.load.statuses[-8:].count(503) >= 4, timeout, "answered 503")
    rig.load.stop()


def test_a_full_disk(small_disk, mounts):
    rig = small_disk("8m")
    filler = Filler(mounts.inside(rig.data_dir.parent))
    rig.start()
    rig.oracle.fault()
    rig.peer.go_away()
    post_for(rig, 0.2)
    filler.fill()
    fill_up(rig)
    assert rig.daemon.get("/health/ready")[0] == 200
    assert rig.daemon.get("/health/deep")[0] == 503
    filler.free()
    rig.go_on()
    restart_and_drain(rig)
    rig.check()


def test_starts_on_a_full_disk(small_disk, mounts):
    rig = small_disk("8m")
    filler = Filler(mounts.inside(rig.data_dir.parent))
    rig.start()
    rig.oracle.fault()
    rig.peer.go_away()
    post_for(rig, 0.3)
    filler.fill()
    restart_and_drain(rig)
    rig.check()
    filler.free()
    rig.go_on()
    rig.drain()
    rig.check()


def test_a_full_disk_that_flaps(small_disk, mounts, scale):
    rig = small_disk("16m")
    filler = Filler(mounts.inside(rig.data_dir.parent))
    rig.load.pause = 0.01
    rig.start()
    for _ in range(scale(2, 100)):
        with rig.sink_away(), rig.under_load():
            for _ in range(5):
                filler.fill()
                time.sleep(0.1)
                filler.free()
                time.sleep(0.1)
        rig.go_on()
        rig.drain()
    with rig.sink_away():
        post_for(rig, 0.2)
        filler.fill()
        time.sleep(0.1)
        rig.kill()
        filler.free()
        rig.start()
    rig.drain()
    rig.check()


# A disk that breaks: everything on it fails, and writing to it is of no use.


def test_a_disk_that_breaks_and_comes_back(ext4_rig, ext4):
    rig = ext4_rig
    rig.start()
    rig.oracle.fault()
    rig.peer.go_away()
    post_for(rig, 0.3)
    ext4.break_down()
    fill_up(rig)
    assert rig.daemon.get("/health/deep")[0] == 503
    rig.kill()
    ext4.umount()
    ext4.mount()
    rig.start()
    rig.peer.listen()
    rig.drain(60)
    rig.check()


def test_delivers_over_a_disk_that_broke(ext4_rig, ext4):
    rig = ext4_rig
    rig.start()
    with rig.sink_away():
        post_for(rig, 0.3)
        ext4.break_down()
    rig.send_tcp(100)
    rig.drain()
    rig.check()


@pytest.mark.parametrize("away", [True, False], ids=["destination away", "destination there"])
def test_read_only_for_a_while(rig, away):
    calls = "pwrite64,fdatasync,fsync,ftruncate,fallocate,unlinkat,renameat,mkdirat:error=EROFS"
    rig.start()
    post_for(rig, 0.2)
    if away:
        rig.oracle.fault()
        rig.peer.go_away()
    with Injection(rig.daemon.process.pid, calls):
        post_for(rig, 0.6)
    rig.go_on()
    if away:
        rig.peer.listen()
    rig.drain()
    rig.check()


def test_the_folder_is_removed(rig):
    rig.start()
    post_for(rig, 0.3)
    shutil.rmtree(rig.data_dir / "streams")
    post_for(rig, 0.3)
    rig.drain()
    assert rig.daemon.process.poll() is None
    rig.check()
    rig.kill()
    rig.start()
    rig.go_on()
    rig.drain()
    rig.oracle.check(rig.load.sent)


def test_another_sink_does_not_notice_a_slow_disk(rig, new_peer, oracle):
    """The disk is slow for the acknowledgements; what is read from memory doesn't wait."""
    other = new_peer(token=None, certificate=None)
    config = rig.config()
    config["sinks"]["other"] = {**http_sink(other), "inputs": ["clean"]}
    rig.config = lambda: config
    rig.start()
    with Injection(rig.daemon.process.pid, "fdatasync:delay_exit=1000000"):
        rig.send_tcp(10)
        began = time.monotonic()
        rig.send_tcp(10)
        other.wait_for(20, timeout=5)
        assert time.monotonic() - began < towline.at_most(1.0)
    rig.drain()
    oracle.check(rig.load.sent)
