"""The disk quota: whatever happens, the stream's folder never takes more than max_size, and what is left at the end is
in it."""

import socket
import threading
import time

import pytest

from tests.support.faults import folder_size
from tests.support.tracked import tracked


class Watch:
    """The size of a folder, a hundred times a second; the highest counts."""

    def __init__(self, folder):
        self.highest = 0
        self._folder = folder
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._stopping.wait(0.01):
            self.highest = max(self.highest, folder_size(self._folder))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._stopping.set()
        self._thread.join()


@pytest.mark.parametrize("size", [1, 8], ids=["1MiB", "8MiB"])
@pytest.mark.parametrize("policy", ["block", "drop_oldest", "drop_newest"])
def test_the_folder_never_outgrows_max_size(rig, scale, size, policy):
    rig.root = {"stream": {"max_size": f"{size}MiB"}, "memory": "8MiB"}
    rig.sink = {"when_full": policy}
    rig.start()
    with Watch(rig.data_dir / "streams") as watch:
        for _ in range(scale(1, 5)):
            with rig.sink_away():
                with rig.under_load():
                    time.sleep(scale(1, 3) * (1 if size == 1 else 2))
            rig.kill()
            rig.start()
            with rig.under_load():
                time.sleep(scale(0.3, 2))
        rig.drain_what_is_left()
    assert watch.highest <= size * 1024 * 1024
    assert watch.highest >= size * 1024 * 1024 * 3 // 4, "it was never near its limit"
    balance = rig.balance()
    dropped = sum(balance["dropped"].values())
    assert policy != "block" or dropped == 0
    # What was told of, but wasn't on the disk yet when the daemon was killed, is told of once more.
    assert dropped <= rig.oracle.dropped() <= 2 * dropped
    # What had arrived when the daemon was killed, and wasn't saved as delivered, may be dropped after that.
    assert len(rig.oracle.missing(rig.load.taken())) <= dropped
    rig.oracle.check(rig.load.sent)


class Flood:
    """A TCP client that sends as fast as it is read; where the connection ends, it ends."""

    def __init__(self, address):
        self._address = address
        self._block = b"".join(tracked(number, 699) + b"\n" for number in range(1500))
        self._stopping = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        with socket.create_connection(self._address) as sock:
            try:
                while not self._stopping:
                    sock.sendall(self._block)
            except OSError:
                pass

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *unused):
        self._stopping = True
        self._thread.join(30)


def stop_full(rig, size, policy, seconds):
    """SIGTERM while a client floods a daemon whose destination is dead and whose quota is used up. The exit code and what
    the log says is kept on disk and is left on none."""
    rig.root = {"stream": {"max_size": size}, "memory": "16MiB",
                "shutdown": {"budget": "300ms", "read": "100ms", "last_resort": "stderr"}}
    rig.sink = {"when_full": policy, "batch": {"age": "20ms", "records": 500}}
    rig.start()
    with Flood(rig.daemon.address()):
        rig.daemon.wait_for_event("stream.not_durable", timeout=30)
        time.sleep(seconds)
        code = rig.stop()
    said = {event.name: event.fields for event in rig.daemon.events}
    kept = int(said.get("drain.kept", {}).get("records", 0))
    left = int(said.get("drain.left", {}).get("records", 0))
    assert int(said["drain.ended"]["records_left"]) == kept + left
    assert sum(event.line.startswith("{") for event in rig.daemon.events) == left
    return code, kept, left


@pytest.mark.parametrize("policy", ["drop_oldest", "drop_newest"])
def test_sigterm_with_a_full_quota_leaves_all_that_the_policy_keeps_on_the_disk(rig, scale, policy):
    with rig.sink_away():
        for _ in range(scale(3, 20)):
            code, kept, left = stop_full(rig, "2MiB", policy, 0.5)
            assert code == 0 and left == 0, rig.daemon.stderr()
            assert kept > 0
        rig.root["stream"]["max_size"] = "4MiB"  # else the next one would drop some more
        rig.start()
        assert rig.balance()["held"] == kept
    rig.drain_what_is_left()


def test_sigterm_with_a_full_quota_where_nothing_may_be_dropped_says_what_is_on_no_disk(rig):
    with rig.sink_away():
        code, kept, left = stop_full(rig, "1MiB", "block", 0.5)
        assert code == 1 and kept > 0 and left > 0, rig.daemon.stderr()
        rig.root["stream"]["max_size"] = "4MiB"
        rig.start()
        balance = rig.balance()
        assert balance["held"] == kept and not balance["dropped"], balance
    rig.drain_what_is_left()
