"""The power goes, on a real ext4: what was not synced is gone, and what was acknowledged is there."""

import random
import time


def test_power_cuts_under_load(ext4_rig, ext4, scale):
    rig, moments = ext4_rig, random.Random(2)
    for _ in range(scale(3, 200)):
        rig.start()
        with rig.under_load():
            time.sleep(moments.uniform(0, scale(0.5, 2)))
            cut(rig, ext4)
    rig.start()
    rig.drain()
    rig.check()
    rig.report()


def test_power_cuts_while_the_destination_is_away(ext4_rig, ext4, scale):
    """Everything comes from the disk in the end."""
    rig, moments = ext4_rig, random.Random(3)
    with rig.sink_away():
        for _ in range(scale(2, 50)):
            rig.start()
            with rig.under_load():
                time.sleep(moments.uniform(0, 0.2))
                cut(rig, ext4)
        rig.start()
    rig.drain(60)
    rig.check()
    rig.report()


def test_power_cuts_while_it_starts(ext4_rig, ext4, scale):
    """Also twice in a row: the second start repairs what the first repair has left."""
    rig, moments = ext4_rig, random.Random(4)
    for _ in range(scale(1, 50)):
        rig.start()
        with rig.under_load():
            time.sleep(0.1)
            cut(rig, ext4)
        for _ in range(2):
            rig.launch()
            time.sleep(moments.uniform(0, 0.05))
            cut(rig, ext4)
    rig.start()
    rig.drain()
    rig.check()
    rig.report()


def cut(rig, ext4):
    """A sync that is under way while the file system is shut down is answered as if it had reached the disk: an
    acknowledgement counts if it came before."""
    rig.load.distrust()
    rig.oracle.fault()
    ext4.cut_power()
    rig.kill()
    ext4.umount()
    ext4.mount()
