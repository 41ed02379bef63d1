"""The disk quota: whatever happens, the stream's folder never takes more than max_size."""

import threading
import time

import pytest

from tests.support.faults import folder_size


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
    assert dropped == rig.oracle.dropped()
    rig.check(lost=dropped)
