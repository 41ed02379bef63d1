"""What a data directory is for: what was acknowledged survives, whatever ends the daemon, and so do the counts."""

import json
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration, http_sink
from tests.support.exchange import Reply, refuse_record
from tests.support.numbered import dead_letters, lines, numbered, numbers
from tests.support.senders import send_tcp
from tests.support.tracked import number_of, tracked


@pytest.mark.parametrize("durability", ["power", "process"])
def test_what_was_acknowledged_survives_a_kill(rig, durability):
    rig.root = {"stream": {"durability": durability}}
    with rig.sink_away():
        rig.start()
        rig.post(20)
        rig.kill()
        rig.start()
    rig.drain()
    rig.check_exactly()


def test_counts_and_cursors_survive_a_clean_end(rig):
    rig.start()
    for _ in range(3):
        rig.post(10)
        rig.drain()
        before = rig.balance()
        assert rig.stop() == 0
        rig.start()
        assert rig.balance() == before
    assert rig.oracle.duplicates() == 0
    rig.check_exactly()


def test_nothing_on_the_disk_but_what_is_held(rig):
    rig.start()
    rig.post(30)
    rig.drain()
    assert rig.stop() == 0
    rig.start()
    rig.post(1)
    rig.drain()
    time.sleep(1.2)  # saved
    assert len(rig.segments()) <= 1


def test_the_raw_value_never_reaches_the_disk(start, peer, data_dir):
    peer.go_away()
    daemon = start(configuration(sinks={"out": betterstack(peer)}, data_dir=str(data_dir),
                                 shutdown={"budget": "200ms", "read": "100ms"}))
    send_tcp(daemon.address(), b'{"dt":1,"mail":"somebody@example.com","password":"hunter2hunter2"}\n' * 50)
    daemon.wait_until(lambda: daemon.ledger()["out"]["held"] == 50, what="held")
    assert daemon.stop() == 0
    files = [file for file in data_dir.rglob("*") if file.is_file()]
    assert any(b"[REDACTED" in file.read_bytes() for file in files)
    assert not any(word in file.read_bytes() for file in files for word in (b"somebody@", b"hunter2"))


def test_files_are_private(rig):
    rig.start()
    rig.post(1)
    for path in [rig.folder(), *rig.folder().iterdir()]:
        assert path.stat().st_mode & 0o077 == 0, path


# Idempotency keys.


def test_a_repeated_batch_has_the_key_of_the_first(start, new_peer, data_dir):
    peer = new_peer(token=None)
    sink = {**http_sink(peer), "tls": {"ca_file": str(peer.ca_file)}, "in_flight": 1}
    daemon = start(configuration(sinks={"out": sink}, data_dir=str(data_dir)))
    peer.next(Reply(503), Reply(fault="reset_in_reply"), Reply(fault="reset"))
    send_tcp(daemon.address(), lines(numbered(5)))
    peer.wait_for(5)
    send_tcp(daemon.address(), lines(numbered(5, first=5)))
    peer.wait_for(10)
    keys = [request.headers["idempotency-key"] for request in peer.requests]
    assert len(keys) == 5 and len(set(keys[:4])) == 1 and keys[4] != keys[0]
    assert len({request.plain for request in peer.requests[:4]}) == 1


def test_without_the_setting_there_is_no_key(ship, peer):
    daemon = ship(peer)
    send_tcp(daemon.address(), lines(numbered(1)))
    peer.wait_for(1)
    assert not [name for name in peer.requests[0].headers if "idempotency" in name]


def test_a_batch_that_is_repeated_by_the_next_run_has_its_old_key(rig):
    """Delivered, but the answer never came, and then the daemon died."""
    rig.peer.default = Reply(fault="reset")
    rig.start()
    rig.post(1)
    rig.daemon.wait_until(lambda: rig.oracle.keys, what="a request")
    rig.kill()
    before = set(rig.oracle.keys)
    rig.peer.default = Reply()
    rig.start()
    rig.drain()
    assert rig.oracle.keys == before
    rig.check_exactly()


def test_two_runs_never_give_one_key_to_two_contents(rig):
    """Delivered before it was on the disk, so the next run gives the numbers away again: under other keys."""
    for _ in range(5):
        rig.start()
        rig.send_tcp(20)
        rig.daemon.wait_until(lambda: len(rig.oracle.delivered) > 0, what="delivered")
        rig.kill()
        rig.load.accepted.clear()  # nobody was told that it would survive
    rig.start()
    rig.drain()
    rig.oracle.check(rig.load.sent)


# The end.


def test_sigterm_with_a_dead_destination_leaves_all_on_the_disk(rig):
    rig.root = {"shutdown": {"budget": "2s", "read": "200ms"}}
    with rig.sink_away():
        rig.start()
        rig.post(20)
        rig.send_tcp(100)
        began = time.monotonic()
        assert rig.stop() == 0
        assert time.monotonic() - began <= towline.at_most(5)
        assert str(len(rig.load.taken())) in rig.daemon.stderr()
        rig.start()
    rig.drain()
    rig.check_exactly()


def test_sigterm_with_the_default_budget_does_not_wait_for_a_dead_destination(rig):
    """What is on the disk is safe: there is nothing to wait for."""
    with rig.sink_away():
        rig.start()
        rig.post(5)
        began = time.monotonic()
        assert rig.daemon.stop(timeout=30) == 0
        assert time.monotonic() - began <= towline.at_most(5)


def test_sigterm_under_load_with_a_dead_destination(rig):
    rig.root = {"shutdown": {"budget": "2s", "read": "200ms"}}
    with rig.sink_away():
        rig.start()
        with rig.under_load():
            time.sleep(0.3)
            assert rig.stop() == 0
        rig.start()
    rig.drain()
    rig.check()


def test_sigterm_under_load(rig):
    rig.start()
    with rig.under_load():
        time.sleep(0.3)
        assert rig.stop() == 0
    rig.start()
    rig.drain()
    assert rig.oracle.duplicates() == 0
    rig.check()


def left_behind(start, peer, count=7, **shutdown):
    """A daemon without a data directory, with a dead destination and so many records."""
    peer.go_away()
    daemon = start(configuration(sinks={"out": betterstack(peer)},
                                 shutdown={"budget": "200ms", "read": "100ms", **shutdown}))
    send_tcp(daemon.address(), b"".join(tracked(number) + b"\n" for number in range(count)))
    daemon.wait_until(lambda: daemon.ledger()["out"]["held"] == count, what="held")
    return daemon


def test_sigterm_without_a_data_dir_says_what_is_lost(start, peer):
    daemon = left_behind(start, peer)
    assert daemon.stop() == 1
    daemon.wait_for_event("drain.left", sink="out", records="7")
    assert not any(event.line.startswith("{") for event in daemon.events)


def test_the_last_resort_is_stderr(start, peer):
    count = 500
    daemon = left_behind(start, peer, count, last_resort="stderr")
    daemon.stop()
    left = [event.line for event in daemon.events if event.line.startswith('{"dt"')]
    assert [number_of(line.encode()) for line in left] == list(range(count))


def test_the_last_resort_is_not_needed_with_a_data_dir(rig):
    rig.root = {"shutdown": {"budget": "200ms", "read": "100ms", "last_resort": "stderr"}}
    with rig.sink_away():
        rig.start()
        rig.post(3)
        assert rig.stop() == 0
        assert not any(event.line.startswith("{") for event in rig.daemon.events)


# Two daemons.


def test_a_second_daemon_on_the_directory_ends_at_once_and_names_the_first(rig):
    first = rig.start()
    second = rig.launch()
    assert second.wait(timeout=10) == 1
    assert time.monotonic() - second.started <= towline.at_most(1.0)
    assert str(first.process.pid) in second.stderr()
    rig.daemon = first
    rig.post(3)
    rig.drain()
    rig.check_exactly()


# A record that a destination always fails at, with the status of an outage.


def test_a_poison_record_ends_as_a_dead_letter_and_the_rest_is_delivered(ship, peer, data_dir):
    """What proves it is that others are delivered meanwhile: so they are sent until it is proven."""
    peer.rule(refuse_record(b'"n":123,', 503))
    daemon = ship(peer, root={"data_dir": str(data_dir)}, batch={"records": 50, "age": "20ms"},
                  retry={"initial": "5ms", "max": "50ms"})
    sent = 0
    while sent < 1000 or not daemon.metric("towline_sink_dead_lettered_records_total", sink="out"):
        assert sent < 40_000
        send_tcp(daemon.address(), lines(numbered(100, first=sent)))
        sent += 100
        time.sleep(0.05)
    balance = daemon.settle(sent, timeout=20)
    assert balance["dead_lettered"] == 1 and balance["delivered"] == sent - 1
    assert numbers(peer.records()) == [number for number in range(sent) if number != 123]
    (letter,) = dead_letters(data_dir)
    assert letter["reason"] == "poison"
    assert '"n":123,' in json.dumps(letter["record"]).replace(" ", "").replace('\\"', '"')


def test_an_outage_is_not_taken_for_poison(ship, peer, data_dir):
    daemon = ship(peer, root={"data_dir": str(data_dir)}, batch={"records": 50, "age": "20ms"},
                  retry={"initial": "5ms", "max": "20ms"})
    peer.default = Reply(503)
    send_tcp(daemon.address(), lines(numbered(300)))
    time.sleep(1.5)
    peer.default = Reply()
    peer.wait_for(300)
    assert daemon.settle(300)["dead_lettered"] == 0
    assert min(len(request.records) for request in peer.requests) == 50


# Dead letters come back.


def replay(daemon, *arguments):
    host, port = towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])
    return towline.run("replay", *arguments, TOWLINE_ADMIN_LISTEN=f"{host}:{port}")


@pytest.fixture(name="with_letters")
def _with_letters(ship, peer, data_dir):
    """A daemon that has delivered eight records of ten, and set two aside."""
    peer.rule(refuse_record(b'"n":3,', 400))
    peer.rule(refuse_record(b'"n":5,', 400))
    daemon = ship(peer, root={"data_dir": str(data_dir)})
    send_tcp(daemon.address(), lines(numbered(10)))
    peer.wait_for(8)
    assert daemon.settle(10)["dead_lettered"] == 2
    assert len(dead_letters(data_dir)) == 2
    return daemon


def test_replay_puts_dead_letters_back(with_letters, peer, data_dir):
    peer.clear_rules()
    done = replay(with_letters, "--sink", "out")
    assert done.returncode == 0 and "2" in done.stdout, done
    peer.wait_for(10)
    assert numbers(peer.records()) == list(range(10))
    with_letters.wait_until(lambda: with_letters.ledger()["out"]["delivered"] == 10, what="delivered")
    balance = with_letters.balance(10)
    assert balance["dead_lettered"] == 0 and balance["held"] == 0
    assert not dead_letters(data_dir)


def test_replay_takes_only_what_is_asked_for(with_letters, peer, data_dir):
    peer.clear_rules()
    for arguments in (("--reason", "poison"), ("--since", "2100-01-01T00:00:00Z")):
        assert replay(with_letters, *arguments).returncode == 0
        assert len(dead_letters(data_dir)) == 2 and with_letters.balance(10)["dead_lettered"] == 2
    assert replay(with_letters, "--sink", "nobody").returncode != 0
    assert replay(with_letters, "--reason", "rejected", "--since", "1h").returncode == 0
    peer.wait_for(10)


def test_what_is_refused_again_is_a_dead_letter_again(with_letters, data_dir):
    assert replay(with_letters).returncode == 0
    with_letters.wait_until(lambda: len(dead_letters(data_dir)) == 2, what="two letters again")
    with_letters.wait_until(lambda: with_letters.ledger()["out"]["dead_lettered"] == 2, what="counted")
    balance = with_letters.balance(10)
    assert balance["delivered"] == 8 and balance["held"] == 0


def test_the_ledger_knows_dead_letters_and_replays_after_a_restart(with_letters, start, peer, data_dir):
    assert with_letters.stop() == 0
    config = json.loads((with_letters.directory / "towline.yaml").read_text())
    second = start(config)
    assert second.balance(10)["dead_lettered"] == 2
    peer.go_away()
    assert replay(second).returncode == 0
    balance = second.balance(10)
    assert balance["dead_lettered"] == 0 and balance["held"] == 2
    second.process.kill()  # what was put back is as durable as anything
    second.wait()
    peer.clear_rules()
    peer.listen()
    third = start(config)
    peer.wait_for(10)
    third.wait_until(lambda: third.ledger()["out"]["held"] == 0, what="delivered")
    assert third.balance(10)["delivered"] == 10
    assert numbers(peer.records()) == list(range(10)) and not dead_letters(data_dir)


def test_replay_without_a_daemon_says_so():
    done = towline.run("replay", TOWLINE_ADMIN_LISTEN="127.0.0.1:1")
    assert done.returncode == 1 and "127.0.0.1:1" in done.stderr


# Without a place on the disk.


def test_a_data_dir_that_can_not_be_made(tmp_path, launch, peer):
    (tmp_path / "file").touch()
    daemon = launch(configuration(sinks={"out": betterstack(peer)}, data_dir=str(tmp_path / "file" / "data")))
    assert daemon.wait() == 1
    assert str(tmp_path / "file") in daemon.stderr()
