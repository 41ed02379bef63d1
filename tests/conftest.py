"""What every test of the whole daemon is given: destinations and daemons that are gone afterwards, and a last look.

The last look is the same for all: the destination met nothing it objects to, no task of the daemon failed, no
sanitizer spoke, and no token of a destination is in anything that the daemon said.
"""

import os

import pytest

from tests.support.certificates import Certificates
from tests.support.configuration import betterstack, configuration
from tests.support.daemon import Daemon
from tests.support.faults import Mounts
from tests.support.oracle import Oracle
from tests.support.peer import Peer
from tests.support.rig import Rig

ALARMS = ("task.failed", "internal error", "AddressSanitizer", "ThreadSanitizer", "runtime error:", "LeakSanitizer")


def pytest_addoption(parser):
    parser.addoption("--long", action="store_true", help="the long form of the fault tests: make torture")


def pytest_configure(config):
    if config.getoption("--long"):
        os.environ["TOWLINE_FIGURES"] = "1"  # for tests/support


@pytest.fixture(name="scale")
def _scale(request):
    """How much of it: scale(short, long)."""
    return lambda short, long: long if request.config.getoption("--long") else short


@pytest.fixture(scope="session", name="certificates")
def _certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(name="new_peer")
def _new_peer(certificates):
    """Makes destinations: new_peer(certificate="expired", ...)."""
    peers = []

    def make(**settings):
        peers.append(Peer(certificates if settings.get("certificate", "good") else None, **settings))
        return peers[-1]

    yield make
    for peer in peers:
        peer.stop()
    for peer in peers:
        assert peer.violations == []


@pytest.fixture(name="peer")
def _peer(new_peer):
    return new_peer(token="canary-7f3a91c05e")


@pytest.fixture(name="cloudwatch")
def _cloudwatch(certificates):
    """CloudWatch Logs with a group `g` and a stream `s` in it."""
    from tests.support.cloudwatch import CloudWatch  # needs botocore, which the other tests don't
    with CloudWatch(certificates) as cloudwatch:
        cloudwatch.create("g", "s")
        yield cloudwatch
    assert cloudwatch.violations == []


@pytest.fixture(name="launch")
def _launch(tmp_path):
    """Starts daemons without waiting for them: launch(config, **environment)."""
    daemons = []

    def start(config, prefix=(), **environment):
        daemons.append(Daemon(config, tmp_path / f"daemon{len(daemons)}", prefix, **environment))
        return daemons[-1]

    yield start
    for daemon in daemons:
        daemon.reap()
    for daemon in daemons:
        said = daemon.stderr()
        assert not [alarm for alarm in ALARMS if alarm in said], said
        assert "canary-" not in said, said


@pytest.fixture(name="start")
def _start(launch):
    """Starts a daemon with a configuration and waits until it is ready."""
    return lambda config, **environment: launch(config, **environment).wait_ready()


@pytest.fixture(name="ship")
def _ship(start):
    """Starts the usual daemon: TCP to `peer`, as sink `out`; settings are the sink's, `root` the configuration's."""
    def make(peer, root=None, **settings):
        return start(configuration(sinks={"out": betterstack(peer, **settings)}, **(root or {})))

    return make


@pytest.fixture(name="data_dir")
def _data_dir(tmp_path):
    return tmp_path / "data"


@pytest.fixture(name="oracle")
def _oracle():
    return Oracle()


@pytest.fixture(name="judge")
def _judge(new_peer, oracle):
    """A destination without TLS whose requests the oracle sees; nothing else is kept of them."""
    return new_peer(token=None, certificate=None, observe=oracle.observe)


@pytest.fixture(name="rig")
def _rig(launch, judge, oracle, data_dir):
    return Rig(launch, judge, oracle, data_dir)


@pytest.fixture(name="mounts")
def _mounts():
    with Mounts() as mounts:
        yield mounts
