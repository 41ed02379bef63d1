"""Two sinks on one data directory, whose inputs change between runs: whatever the configurations between them were,
each sink gets every record that was acknowledged, once."""

import collections
import time

import pytest

from tests.support.configuration import configuration, http, http_sink
from tests.support.daemon import parse_metrics
from tests.support.load import Load
from tests.support.oracle import Oracle

SAVED = 1.2  # after this many seconds without a record nothing is delivered again, whatever ends the daemon

Destination = collections.namedtuple("Destination", "peer oracle")


class Two:
    """The sinks `one` and `two`, each with a destination and an oracle of its own that forgives nothing."""

    def __init__(self, launch, new_peer, data_dir):
        self.sinks = {}
        for name in ("one", "two"):
            oracle = Oracle()
            peer = new_peer(token=None, certificate=None, observe=oracle.observe)
            self.sinks[name] = Destination(peer, oracle)
        self.load = Load()
        self.root = {}
        self.daemon = None
        self._launch, self._data_dir = launch, data_dir

    def start(self, **settings):
        """Starts the next daemon: inputs of a sink (a list), or settings of it."""
        sinks = {}
        for name, sink in self.sinks.items():
            of_it = settings.get(name, ["app"])
            sinks[name] = http_sink(sink.peer, **(of_it if isinstance(of_it, dict) else {"inputs": of_it}))
            sinks[name].setdefault("inputs", ["app"])
        config = configuration(sources={"app": http()}, steps=[], sinks=sinks, data_dir=str(self._data_dir),
                               **self.root)
        if not any("clean" in sink["inputs"] for sink in config["sinks"].values()):
            del config["transforms"]  # one that nobody reads is refused
        self.daemon = self._launch(config).wait_ready()

    def end(self, how="stop"):
        if how == "stop":
            assert self.daemon.stop() == 0
        else:
            time.sleep(SAVED)
            self.daemon.process.kill()
            self.daemon.wait()

    def restart(self, how="stop", **settings):
        self.end(how)
        self.start(**settings)

    def post(self, posts=5):
        self.load.post(self.daemon.address("app", "http"), posts)
        assert self.load.taken() == set(range(self.load.sent))

    def away(self, *names):
        for name in names:
            self.sinks[name].peer.go_away()

    def back(self, *names):
        for name in names:
            self.sinks[name].peer.listen()

    def held(self, name):
        return self.daemon.ledger()[name]["held"]

    def balance(self, name):
        """It must be exact, and every record that was ever sent is in it."""
        return self.daemon.balance(self.load.sent, name)

    def check(self, *names):
        """These sinks have got everything that was ever sent, once, and no word of a loss; the ledger agrees."""
        for name in names or self.sinks:
            oracle = self.sinks[name].oracle
            self.daemon.wait_until(lambda: not oracle.missing(self.load.taken()) and self.held(name) == 0,
                                   what=lambda: f"drained: {name} misses {sorted(oracle.missing(self.load.taken()))}, "
                                                f"{self.daemon.ledger()[name]}")
            oracle.check(self.load.sent)
            assert oracle.duplicates() == 0 and oracle.gaps == [], name
            assert self.balance(name)["delivered"] == self.load.sent

    def folders(self):
        return {folder.name for folder in (self._data_dir / "streams").iterdir() if "replay" not in folder.name}


@pytest.fixture(name="two")
def _two(launch, new_peer, data_dir):
    return Two(launch, new_peer, data_dir)


OTHERWISE = {"inputs": ["clean"], "time field": {"time_field": ""}}
LEFT = {"inputs": "clean", "time field": "app:"}


@pytest.mark.parametrize("how", ["stop", "kill"])
@pytest.mark.parametrize("otherwise", OTHERWISE)
def test_what_is_held_for_a_sink_is_delivered_when_it_reads_otherwise(two, otherwise, how):
    two.away("two")
    two.start()
    two.post()
    held = two.load.sent
    two.check("one")
    two.restart(how, two=OTHERWISE[otherwise])
    two.daemon.wait_for_event("stream.generation", stream="app", folder="app~2")
    assert two.held("two") == held and two.balance("one")["delivered"] == held
    two.post()  # while the old ones are still held
    two.check("one")
    two.back("two")
    two.check()

    two.restart(how, two=OTHERWISE[otherwise])  # once more, now that nothing is held
    two.post()
    two.check()
    two.restart(how)  # as it was in the beginning
    two.post()
    two.check()
    assert two.folders() == {"app", "app~2", LEFT[otherwise]}
    two.restart(how)
    two.check()


def test_it_is_delivered_while_the_destination_is_away_for_several_changes(two):
    two.away("two")
    two.start()
    for otherwise in (["clean"], ["app"], {"time_field": ""}, ["clean"], ["app"]):
        two.post(2)
        two.restart(two=otherwise)
        assert two.balance("two")["held"] == two.load.sent
    two.back("two")
    two.check()


def test_a_sink_that_left_nothing_behind_comes_back(two):
    """What arrived meanwhile, and is held for the other one, is not its own a second time; nor is it lost to it."""
    two.start()
    two.post()
    two.check()
    two.away("one")
    two.restart(two=["clean"])
    two.post()
    two.check("two")
    two.restart()
    two.post()
    two.check("two")
    two.back("one")
    two.check()


def test_two_sinks_change_places(two):
    two.away("one", "two")
    two.start(two=["clean"])
    for _ in range(2):
        two.post()
        two.restart("kill", one=["clean"])
        two.post()
        two.restart(two=["clean"])
    assert two.held("one") == two.held("two") == two.load.sent
    two.back("one", "two")
    two.check()


def test_the_same_sinks_find_the_same_folder_again(two):
    two.start()
    for _ in range(3):
        two.post(1)
        two.restart(two=["clean"])
        two.post(1)
        two.restart()
    two.check()
    assert two.folders() == {"app", "app~2", "clean"}


def test_metrics_tell_the_folders_apart(two):
    two.away("one", "two")
    two.start()
    two.post()
    first = two.load.sent
    two.restart(two=["clean"])
    two.post()
    metrics = parse_metrics(two.daemon.get("/metrics")[1])
    on_disk = {sample.labels["stream"]: sample.value for sample in metrics["towline_stream_disk_bytes"]}
    assert on_disk.keys() == {"app", "app~2", "clean", "replay.one", "replay.two"}
    assert two.daemon.metric("towline_stream_appended_records_total", stream="app") == two.load.sent - first
    two.back("one", "two")
    two.check()


def test_a_folder_that_is_full_and_grows_no_more_stops_nobody(two):
    two.root = {"stream": {"max_size": "1MiB"}}
    two.load = Load(size=4000, connections=1)
    two.away("two")
    two.start()
    two.load.start(two.daemon.address("app", "http"))
    two.daemon.wait_until(lambda: two.load.refused, timeout=30, what="full")
    two.load.stop()
    two.restart(two=["clean"])
    before = len(two.load.acknowledged)
    two.load.post(two.daemon.address("app", "http"), 5)
    assert two.load.statuses[-5:] == [200] * 5 and len(two.load.acknowledged) > before
    two.back("two")
    for name, sink in two.sinks.items():
        two.daemon.wait_until(lambda: not sink.oracle.missing(two.load.taken()), timeout=20, what=f"{name} drained")
        two.daemon.wait_until(lambda: two.held(name) == 0, what="nothing held")
        assert sink.oracle.duplicates() == 0 and two.daemon.ledger()[name]["dropped"] == {}
        sink.oracle.check(two.load.sent)
