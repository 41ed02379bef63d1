"""A folder that somebody or something has damaged while the daemon was down: it starts, nothing has to be removed by
hand, what is whole arrives, and what is not is counted.
"""

import contextlib
import os
import random
import shutil

import pytest

from tests.support.load import Load

EACH = 20  # records a post, so about as many a chunk
POSTS = 12


@pytest.fixture(name="full")
def _full(rig):
    """A rig whose stream holds a few segments that nobody has delivered; the daemon is down."""
    rig.load = Load(connections=1, each=[EACH])
    rig.root = {"stream": {"max_size": "1MiB"}}
    rig.oracle.fault()
    rig.peer.go_away()
    rig.start()
    rig.post(POSTS)
    rig.kill()
    rig.kept = rig.data_dir.with_name("kept")
    shutil.copytree(rig.data_dir, rig.kept)
    return rig


def restore(rig):
    """As it was before the damage; the destination has seen nothing."""
    rig.kill()
    shutil.rmtree(rig.data_dir)
    shutil.copytree(rig.kept, rig.data_dir)
    with rig.oracle.lock:
        rig.oracle.delivered.clear()
        rig.oracle.gaps.clear()


def outcome(rig):
    """Starts on what is there; how many records don't arrive, once nothing is held any more."""
    rig.start()
    rig.daemon.wait_until(lambda: rig.balance()["held"] == 0, 20, lambda: f"nothing held: {rig.balance()}")
    lost = rig.oracle.missing(rig.load.acknowledged)
    balance = rig.daemon.balance(rig.balance()["received"])
    assert balance["delivered"] == len(rig.oracle.delivered)
    dropped = sum(balance["dropped"].values())
    rig.daemon.wait_until(lambda: rig.oracle.dropped() == dropped, 5, lambda: f"told: {rig.oracle.gaps} {balance}")
    rig.oracle.check(rig.load.sent)
    return len(lost), dropped


def end_of_records(segment):
    return len(segment.read_bytes().rstrip(b"\0"))


def test_a_torn_tail_costs_the_record_that_is_cut(full, scale):
    full.peer.listen()
    size = end_of_records(full.segments()[-1])
    last_bytes = range(max(size - 4096, 64), size)
    positions = scale(random.Random(5).sample(last_bytes, 8), last_bytes)
    for position in positions:
        os.truncate(full.segments()[-1], position)
        lost, dropped = outcome(full)
        # 4,096 bytes may reach into the chunk before the last.
        assert lost <= 2 * EACH and dropped <= lost, f"cut at {position}"
        restore(full)


def test_a_flipped_bit_costs_one_chunk_and_is_counted(full, scale):
    full.peer.listen()
    places = random.Random(6)
    for _ in range(scale(10, 200)):
        segment = places.choice(full.segments())
        position, bit = places.randrange(end_of_records(segment)), places.randrange(8)
        with open(segment, "r+b") as file:
            file.seek(position)
            byte = file.read(1)[0]
            file.seek(position)
            file.write(bytes([byte ^ 1 << bit]))
        lost, dropped = outcome(full)
        assert lost <= EACH, f"bit {bit} at {position} of {segment.name} costs {lost}"
        # Nobody knows how many records were in a last chunk that can't be read: their numbers are nobody's.
        assert dropped in (lost, 0), f"bit {bit} at {position} of {segment.name}: {dropped} of {lost} counted"
        restore(full)


# Files that are gone, empty, foreign, renamed. Each is done to a folder of several segments.


def remove_first(segments):
    segments[0].unlink()


def remove_middle(segments):
    segments[len(segments) // 2].unlink()


def remove_last(segments):
    segments[-1].unlink()


def remove_all(segments):
    for segment in segments:
        segment.unlink()


def empty_first(segments):
    os.truncate(segments[0], 0)


def empty_last(segments):
    os.truncate(segments[-1], 0)


def half_a_header(segments):
    os.truncate(segments[-1], 30)


def only_a_header(segments):
    os.truncate(segments[-1], 64)


def zeros_in_the_middle(segments):
    with open(segments[1], "r+b") as file:
        file.seek(64)
        file.write(bytes(4096))


def noise_instead(segments):
    segments[1].write_bytes(random.Random(7).randbytes(100_000))


def noise_at_the_end(segments):
    with open(segments[-1], "ab") as file:
        file.write(random.Random(8).randbytes(5000))


def swapped_names(segments):
    spare = segments[0].with_name("spare")
    segments[0].rename(spare)
    segments[1].rename(segments[0])
    spare.rename(segments[1])


def a_copy(segments):
    shutil.copy(segments[0], segments[0].with_name("ffffffffffffff00.seg"))


def an_empty_one_more(segments):
    segments[0].with_name("ffffffffffffff00.seg").touch()


def foreign_files(segments):
    folder = segments[0].parent
    (folder / "README").write_text("hello")
    (folder / "lost+found").mkdir()
    (folder / "0.seg").write_bytes(b"not a segment")


def a_folder_with_a_segments_name(segments):
    segments[0].with_name("00000000000fffff.seg").mkdir()


def a_link(segments):
    segments[0].with_name("00000000000ffffe.seg").symlink_to("/etc/passwd")


def a_pipe(segments):
    os.mkfifo(segments[0].with_name("00000000000ffffd.seg"))


def the_last_one_twice_as_long(segments):
    os.truncate(segments[-1], 2 * segments[-1].stat().st_size)


def the_lock_is_left(segments):
    (segments[0].parent / "LOCK").write_text("1\n")


def no_lock(segments):
    (segments[0].parent / "LOCK").unlink()


def no_quarantine(segments):
    shutil.rmtree(segments[0].parent / "bad", ignore_errors=True)


def a_file_instead_of_the_quarantine(segments):
    no_quarantine(segments)
    (segments[0].parent / "bad").write_text("")


HARMLESS = (noise_at_the_end, foreign_files, a_folder_with_a_segments_name, a_link, a_pipe, an_empty_one_more, a_copy,
            the_last_one_twice_as_long, the_lock_is_left, no_lock, no_quarantine, a_file_instead_of_the_quarantine)
HARMFUL = (remove_first, remove_middle, remove_last, remove_all, empty_first, empty_last, half_a_header, only_a_header,
           zeros_in_the_middle, noise_instead, swapped_names)


@pytest.mark.parametrize("damage", HARMLESS, ids=lambda damage: damage.__name__)
def test_what_costs_nothing(full, damage):
    damage(full.segments())
    full.peer.listen()
    assert outcome(full) == (0, 0)
    full.go_on()
    full.drain()


@pytest.mark.parametrize("damage", HARMFUL, ids=lambda damage: damage.__name__)
def test_what_costs_a_segment(full, damage):
    segments = full.segments()
    assert len(segments) >= 2
    damage(segments)
    full.peer.listen()
    lost, dropped = outcome(full)
    # What was in the last segments nobody remembers, unless something behind it tells by its number.
    assert dropped <= lost
    if damage not in (remove_all, swapped_names):
        assert lost < len(full.load.acknowledged)
    full.go_on()
    full.drain_what_is_left()


# Checkpoints.


def checkpoints(rig):
    return [file for file in rig.folder().iterdir() if file.is_file() and file.suffix not in (".seg",)
            and file.name != "LOCK"]


def delivered_and_saved(rig):
    rig.peer.listen()
    rig.start()
    rig.drain()
    assert rig.stop() == 0


def test_one_bad_slot_of_a_checkpoint_costs_nothing(full):
    delivered_and_saved(full)
    for file in checkpoints(full):
        overwrite(file, 0)
    full.oracle.fault()
    full.start()
    full.go_on()
    full.drain()
    full.oracle.check(full.load.sent)


@pytest.mark.parametrize("damage", ["noise", "empty", "gone"])
def test_a_checkpoint_that_can_not_be_read_replays_what_is_there(full, damage):
    """Delivered twice, but never too little; and it says so."""
    full.peer.listen()
    full.start()
    full.drain()
    full.kill()
    for file in checkpoints(full):
        if damage == "noise":
            overwrite(file, 0)
            overwrite(file, 4096)
        elif damage == "empty":
            os.truncate(file, 0)
        else:
            file.unlink()
    full.oracle.forgive_duplicates()
    full.start()
    full.go_on()
    full.drain_what_is_left()
    full.oracle.check(full.load.sent)


def overwrite(file, offset, size=512):
    with open(file, "r+b") as opened:
        opened.seek(offset)
        opened.write(random.Random(9).randbytes(size))


# All kinds of damage, one after the other, to one folder that goes on being used.


def test_random_damage_never_needs_a_hand(full, scale):
    chance = random.Random(10)
    full.oracle.forgive_duplicates()
    full.start()
    for _ in range(scale(8, 200)):
        full.post(5)
        full.kill()
        damage = chance.choice(HARMLESS + HARMFUL)
        print(damage.__name__)
        with contextlib.suppress(FileExistsError, IsADirectoryError, IndexError):  # done before; too few segments
            damage(full.segments())
        full.start()
        full.peer.listen()
        full.go_on()
        full.drain_what_is_left()
        full.peer.go_away()
    full.peer.listen()
    full.go_on()
    full.drain_what_is_left()
    full.oracle.check(full.load.sent)
