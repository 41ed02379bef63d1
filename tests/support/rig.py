"""The bench of the fault tests: one data directory, one daemon after the other on it, numbered load, and a destination
that checks everything. What must hold after every fault is `check`.
"""

import contextlib

from tests.support import daemon as towline
from tests.support.configuration import configuration, http, http_sink, tcp
from tests.support.load import Load

READY_WITHIN = 1.0


class Rig:
    """`launch` starts a daemon; `oracle` observes `peer`. The path `data_dir` is as the daemon sees it; `prefix` goes
    before each daemon's command."""

    def __init__(self, launch, peer, oracle, data_dir, prefix=()):
        self.peer, self.oracle, self.data_dir = peer, oracle, data_dir
        self.load = Load()
        self.root = {}
        self.source = {}
        self.sink = {}
        self.daemon = None
        self.starts = []  # seconds until ready, of each
        self._launch, self._prefix = launch, prefix

    # One daemon after the other.

    def config(self):
        return configuration(sources={"web": http(**self.source), "app": tcp()}, steps=[],
                             sinks={"out": http_sink(self.peer, **self.sink)}, data_dir=str(self.data_dir), **self.root)

    def launch(self, prefix=()):
        """Starts the next daemon, and doesn't wait for it."""
        self.daemon = self._launch(self.config(), prefix=[*self._prefix, *prefix])
        return self.daemon

    def start(self, within=READY_WITHIN):
        """Starts the next daemon; it must be ready at once, whatever was done to the last one."""
        self.launch().wait_ready()
        took = self.daemon.startup_seconds()
        self.starts.append(took)
        assert took <= within or towline.is_sanitized(), f"ready after {took:.2f} s"
        return self.daemon

    def kill(self):
        self.oracle.fault()
        self.daemon.process.kill()
        self.daemon.wait()

    def stop(self):
        """SIGTERM; the exit code."""
        self.oracle.fault()  # it may give up on a request that is under way
        return self.daemon.stop()

    def address(self):
        return self.daemon.address("web", "http")

    def post(self, posts):
        self.load.post(self.address(), posts)

    def send_tcp(self, count):
        self.load.send_tcp(self.daemon.address(), count)

    @contextlib.contextmanager
    def under_load(self):
        self.load.start(self.address())
        try:
            yield
        finally:
            self.load.stop()

    @contextlib.contextmanager
    def sink_away(self):
        self.oracle.fault()  # answers get lost
        self.peer.go_away()
        yield
        self.peer.listen()

    # On the disk.

    def folder(self):
        """Where the stream lives, as the daemon sees it."""
        (folder,) = (folder for folder in (self.data_dir / "streams").iterdir() if "replay" not in folder.name)
        return folder

    def segments(self):
        return sorted(file for file in self.folder().glob("*.seg") if file.is_file() and not file.is_symlink())

    # What must hold.

    def balance(self):
        return self.daemon.ledger()["out"]

    def drain(self, timeout=30.0):
        """Waits until everything that was acknowledged has arrived and nothing is held any more."""
        def drained():
            return not self.oracle.missing(self.load.taken()) and self.balance()["held"] == 0

        self.daemon.wait_until(drained, timeout, lambda: f"drained: {self.describe()}", interval=0.03)

    def drain_what_is_left(self, timeout=30.0):
        """Where something was lost, and counted."""
        self.daemon.wait_until(lambda: self.balance()["held"] == 0, timeout, lambda: f"nothing held: {self.describe()}",
                               interval=0.03)
        self.daemon.wait_until(lambda: self.oracle.dropped() >= sum(self.balance()["dropped"].values()), timeout,
                               lambda: f"every gap is told: {self.oracle.gaps} {self.balance()}", interval=0.03)

    def describe(self):
        missing = sorted(self.oracle.missing(self.load.taken()))
        return f"{len(missing)} are missing, the first are {missing[:5]}; {self.load.summary()}; {self.balance()}"

    def check(self, lost=0):
        """Nothing that was taken is missing but `lost` records, nothing is invented, corrupt or twice without an
        excuse, and the ledger agrees with both ends, except for what became of posts without an answer of 200."""
        self.oracle.check(self.load.sent)
        missing = len(self.oracle.missing(self.load.taken()))
        more = len(self.oracle.missing(self.load.unanswered | self.load.refused))
        assert missing <= lost <= missing + (more if lost else 0), self.describe()
        balance = self.daemon.balance(self.balance()["received"])
        assert balance["held"] == 0, balance
        taken = len(self.load.taken())
        open_ones = self.load.unanswered | self.load.refused
        assert taken <= balance["received"] <= taken + len(open_ones), (balance, self.load.summary())
        arrived = len(self.oracle.delivered)
        assert taken - lost <= balance["delivered"] <= arrived, (balance, self.load.summary(), arrived)

    def check_exactly(self, lost=0):
        """As check, where every post got its answer: then the ledger agrees with both ends to the record."""
        self.check(lost)
        assert not self.load.unanswered
        balance = self.balance()
        arrived = self.oracle.delivered.keys()
        assert balance["delivered"] == len(arrived), (balance, len(arrived))
        taken = len(self.load.taken()) + len(self.load.refused & arrived)
        assert balance["received"] == taken, (balance, self.load.summary())

    def report(self):
        """For a reader of the long forms."""
        starts = sorted(self.starts)
        print(f"{len(starts)} starts, ready after {starts[len(starts) // 2]:.3f} s, at most {starts[-1]:.3f} s; "
              f"{self.load.summary()}; {self.oracle.duplicates()} duplicates")

    def go_on(self):
        """The fault is over: within five seconds a post is acknowledged and arrives."""
        def fresh():
            before = len(self.load.acknowledged)
            self.load.post(self.address(), 1)
            return len(self.load.acknowledged) > before

        self.daemon.wait_until(fresh, 5, lambda: f"a post is acknowledged; {self.load.summary()}", interval=0.05)
