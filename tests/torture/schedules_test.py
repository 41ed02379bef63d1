"""Random faults one after the other, and in the end the ledger, the sender and the destination agree to the record."""

import random
import time

from tests.support.exchange import Reply
from tests.support.faults import Injection


def destination_away(rig, chance):
    with rig.sink_away():
        time.sleep(chance.uniform(0.1, 0.6))


def destination_fails(rig, chance):
    rig.peer.default = Reply(chance.choice([429, 500, 503]))
    time.sleep(chance.uniform(0.1, 0.6))
    rig.peer.default = Reply()


def answers_get_lost(rig, chance):
    rig.peer.next(*[Reply(fault=chance.choice(["reset", "reset_in_reply", "truncated", "malformed"]))
                    for _ in range(chance.randrange(1, 6))])
    time.sleep(0.2)


def destination_is_slow(rig, chance):
    rig.peer.default = Reply(delay=chance.uniform(0.05, 0.3))
    time.sleep(0.5)
    rig.peer.default = Reply()


def bodies_are_too_large(rig, chance):
    records = chance.randrange(20, 200)  # never one alone: that would be a dead letter
    rig.peer.rule(lambda request: Reply(413) if request.plain.count(b"\n") > records else None)
    time.sleep(0.2)
    rig.peer.clear_rules()


def disk_fails(rig, chance):
    fault = chance.choice(["fdatasync:error=EIO", "pwrite64:error=EIO:when=2", "fallocate:error=ENOSPC",
                           "fdatasync:delay_exit=100000"])
    with Injection(rig.daemon.process.pid, fault):
        time.sleep(chance.uniform(0.1, 0.5))


def terminated(rig, chance):
    rig.load.stop()
    assert rig.stop() == 0
    rig.start()
    rig.load.start(rig.address())


def killed(rig, chance):
    """With no post under way: of one without an answer nobody knows whether it counts. And a destination may have got
    what never reached the disk, so what it gets is left to be saved, too."""
    rig.load.stop()
    rig.go_on()
    if chance.random() < 0.5:
        time.sleep(1.2)
    rig.kill()
    rig.start()
    rig.load.start(rig.address())


FAULTS = (destination_away, destination_fails, answers_get_lost, destination_is_slow, bodies_are_too_large, disk_fails,
          terminated, killed)


def pytest_generate_tests(metafunc):
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(20 if metafunc.config.getoption("--long") else 2))


def test_the_ledger_agrees_with_both_ends(rig, seed):
    chance = random.Random(seed)
    rig.load.pause = 0.005
    rig.root = {"stream": {"max_size": chance.choice(["1MiB", "8MiB", "1GiB"])}}
    rig.start()
    rig.load.start(rig.address())
    for fault in chance.choices(FAULTS, k=6):
        time.sleep(chance.uniform(0, 0.3))
        print(f"{time.monotonic():.2f} {fault.__name__}")
        fault(rig, chance)
    rig.load.stop()
    rig.go_on()
    rig.drain()
    rig.check_exactly()
