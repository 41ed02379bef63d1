"""Records for the tests of the sink `cloudwatch`, and the daemon that delivers them. Given to a test as `ship`:

    daemon = ship(stream="{n}"); send(daemon, [record(7)]); daemon.settle(1)
"""

import datetime
import json
import time

from tests.support.configuration import configuration, tcp
from tests.support.senders import send_tcp

HOUR = 3600.0
DAY = 24 * HOUR


def record(number, age=0.0, text="all is well", **more):
    """A line; `age` in seconds before now."""
    moment = datetime.datetime.fromtimestamp(time.time() - age, datetime.timezone.utc)
    fields = {"dt": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"), "n": number, "text": text, **more}
    return json.dumps(fields, separators=(",", ":"), ensure_ascii=False)


def send(daemon, records):
    send_tcp(daemon.address(), "".join(line + "\n" for line in records).encode())


def number_of(message):
    return json.loads(message)["n"]


def numbers(messages):
    return sorted(map(number_of, messages))


class Shipper:
    """Starts daemons that deliver to `cloudwatch` only; `environment` are variables, `settings` the sink's."""

    def __init__(self, start, cloudwatch, data_dir):
        self._start, self._cloudwatch, self._data_dir = start, cloudwatch, data_dir

    def __call__(self, environment=None, memory="32MiB", **settings):
        config = configuration(sources={"app": tcp(max_record="2MiB")}, steps=[],
                               sinks={"out": self._cloudwatch.sink(**settings)}, data_dir=str(self._data_dir),
                               memory=memory, shutdown={"budget": "500ms", "read": "100ms"})
        return self._start(config, **(environment or {}))
