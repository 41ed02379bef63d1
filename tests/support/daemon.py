"""The real daemon as a child process: started with a configuration, watched, asked, signalled and always reaped."""

import collections
import datetime
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIELD = re.compile(r'([A-Za-z_][\w.]*)=("(?:[^"\\]|\\.)*"|[^\s"]*)')
SAMPLE = re.compile(r"^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$")
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')

STEERING = ("TOWLINE_", "BETTERSTACK_", "CLOUDWATCH_", "LOG_DESTINATION", "AWS_", "ECS_")

Event = collections.namedtuple("Event", "name fields line")
Sample = collections.namedtuple("Sample", "labels value")


def binary():
    return pathlib.Path(os.environ.get("TOWLINE_BIN", ROOT / "build/release/towline")).resolve()


def is_sanitized():
    """A sanitizer's shadow memory makes figures about memory and time meaningless."""
    return any(f"{kind}/" in str(binary()) for kind in ("asan", "tsan"))


def at_most(seconds):
    """How long something may take: what is promised where this is all that runs (`make torture` asks for it), several
    times that on a machine that is busy with other tests, or with a sanitizer."""
    return seconds if os.environ.get("TOWLINE_FIGURES") and not is_sanitized() else 2 * seconds + 3


def environment(**extra):
    """The caller's environment without what would steer the daemon."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(STEERING) and "proxy" not in name.lower()}
    return {**kept, **extra}


def run(*arguments, timeout=20, **extra):
    """Runs a command of the binary to its end."""
    return subprocess.run([binary(), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          check=False, env=environment(**extra))


def parse_address(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def parse_event(line):
    """An event of either form; any other line (a sanitizer's report, a record) becomes an event without a name."""
    if line.startswith('{"time":'):
        fields = {name: str(value) for name, value in json.loads(line).items()}
        return Event(fields.get("event", ""), fields, line)
    if line.startswith("{"):
        return Event("", {}, line)
    fields = {name: json.loads(value, strict=False) if value.startswith('"') else value
              for name, value in FIELD.findall(line)}
    return Event(fields.get("event", ""), fields, line)


def parse_metrics(text):
    metrics = collections.defaultdict(list)
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, labels, value = SAMPLE.match(line).groups()
            metrics[name].append(Sample(dict(LABEL.findall(labels or "")), float(value)))
    return metrics


class Daemon:
    """`config` is a dict (written as JSON, which is YAML), a text, or None for the built-in configuration. `prefix` is a
    command that becomes the daemon (strace, nsenter)."""

    def __init__(self, config, directory, prefix=(), **extra_environment):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.events = []
        self._changed = threading.Condition()
        arguments = [*prefix, str(binary()), "run"]
        if config is not None:
            path = self.directory / "towline.yaml"
            path.write_text(config if isinstance(config, str) else json.dumps(config, indent=2))
            arguments += ["--config", str(path)]
        self.started = time.monotonic()
        # The token of one that is killed stays where it is: not where another test looks.
        extra_environment.setdefault("XDG_RUNTIME_DIR", str(self.directory))
        with open(self.directory / "stdout", "wb") as stdout:
            self.process = subprocess.Popen(arguments, stdout=stdout, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                                            cwd=self.directory, env=environment(**extra_environment))
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()

    # What it says.

    def _read_stderr(self):
        for line in self.process.stderr:
            event = parse_event(line.decode("utf-8", "replace").rstrip("\n"))
            with self._changed:
                self.events.append(event)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def stderr(self):
        with self._changed:
            return "".join(event.line + "\n" for event in self.events)

    def stdout(self):
        return (self.directory / "stdout").read_bytes()

    def wait_for_event(self, name, timeout=10.0, **fields):
        def matches(event):
            return event.name == name and all(event.fields.get(key) == value for key, value in fields.items())

        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                found = next((event for event in self.events if matches(event)), None)
                if found:
                    return found
                left = deadline - time.monotonic()
                if left <= 0 or not self._reader.is_alive():
                    break
                self._changed.wait(min(left, 0.1))
        raise AssertionError(f"no event {name} {fields}; exit code {self.process.poll()}; stderr:\n{self.stderr()}")

    # What it can be asked.

    def wait_ready(self, timeout=10.0):
        """Waits for the listening admin server, then until it says ready. Returns self."""
        self.wait_for_event("admin.listening", timeout)
        self.wait_until(lambda: self.get("/health/ready")[0] == 200, timeout, "ready")
        return self

    def startup_seconds(self):
        """From the start of the process until it takes records, by its own log: this process may be busy meanwhile."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        began = int(fields[19]) / os.sysconf("SC_CLK_TCK")  # since boot
        told = datetime.datetime.fromisoformat(self.wait_for_event("source.listening").line.split()[0])
        return told.timestamp() - time.time() + time.clock_gettime(time.CLOCK_BOOTTIME) - began

    def address(self, source="app", transport="tcp"):
        event = self.wait_for_event("source.listening", source=source, transport=transport)
        return parse_address(event.fields["address"])

    def get(self, path, timeout=5.0):
        host, port = parse_address(self.wait_for_event("admin.listening").fields["address"])
        connection = http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            connection.request("GET", path)
            reply = connection.getresponse()
            return reply.status, reply.read().decode()
        finally:
            connection.close()

    def ledger(self):
        """{sink: balance} as GET /ledger tells it."""
        status, body = self.get("/ledger")
        assert status == 200, body
        return {sink["sink"]: sink for sink in json.loads(body)["sinks"]}

    def metric(self, name, **labels):
        """The sum over all samples of a metric that carry these labels."""
        samples = parse_metrics(self.get("/metrics")[1])[name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def wait_until(self, condition, timeout=10.0, what="condition", interval=0.01):
        deadline = time.monotonic() + timeout
        while not condition():
            assert self.process.poll() is None, f"exit code {self.process.returncode}; stderr:\n{self.stderr()}"
            if time.monotonic() >= deadline:
                description = what() if callable(what) else what
                raise AssertionError(f"after {timeout} s: not {description}; stderr:\n{self.stderr()}")
            time.sleep(interval)

    def settle(self, received, sink="out", timeout=10.0):
        """Waits until `received` records came in and none is held, checks the balance, and returns it."""
        def quiet():
            balance = self.ledger()[sink]
            return balance["received"] >= received and balance["held"] == 0

        self.wait_until(quiet, timeout, lambda: f"settled with {received} records: {self.ledger()[sink]}")
        return self.balance(received, sink)

    def balance(self, received, sink="out"):
        """The balance of a sink, which must be exact and agree with the caller's own count of what was sent."""
        balance = self.ledger()[sink]
        settled = balance["delivered"] + balance["diverted"] + balance["held"] + balance["dead_lettered"]
        settled += sum(balance["dropped"].values()) + sum(balance["filtered"].values())
        assert balance["received"] == settled and balance.get("difference", 0) == 0, balance
        assert balance["received"] == received, balance
        return balance

    # The process.

    def stop(self, timeout=10.0):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait(timeout)

    def wait(self, timeout=10.0):
        try:
            code = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {timeout} s; stderr:\n{self.stderr()}") from None
        self._reader.join(timeout=5)
        return code

    def reap(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(timeout=5)

    def memory(self, field="VmRSS"):
        """Bytes; VmRSS now, VmHWM at its highest."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", status, re.MULTILINE).group(1)) * 1024

    def cpu_seconds(self):
        """User and system time of all threads so far."""
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
