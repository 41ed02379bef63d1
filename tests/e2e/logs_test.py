"""`towline logs` on a daemon's data directory: while it runs, after it has ended, and without any credentials."""

import contextlib
import datetime
import json
import os
import pty
import select
import signal
import subprocess
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import configuration, http_sink
from tests.support.senders import send_tcp

KEEP = {"keep": "24h"}


def record(number, **members):
    return {"dt": time_ago(0), "n": number, "level": "INFO", "message": f"number {number}", **members}


def time_ago(seconds_ago):
    moment = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=seconds_ago)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def numbers(output):
    return [json.loads(line)["n"] for line in output.splitlines()]


@pytest.fixture(name="keeper")
def _keeper(start, judge, data_dir):
    """A daemon that keeps what it has delivered."""
    return Keeper(start, judge, data_dir, KEEP)


class Keeper:
    def __init__(self, start, peer, data_dir, stream):
        self.data_dir = data_dir
        self.config = configuration(sinks={"out": http_sink(peer)}, data_dir=str(data_dir), stream=stream)
        self._start = start
        self.sent = 0
        self.daemon = start(self.config)

    def send(self, *records):
        send_tcp(self.daemon.address(), b"".join(json.dumps(each).encode() + b"\n" for each in records))
        self.sent += len(records)
        self.daemon.wait_until(self._is_delivered, what=f"{self.sent} delivered")

    def _is_delivered(self):
        return self.daemon.ledger()["out"]["delivered"] == self.sent

    def restart(self, config=None):
        assert self.daemon.stop() == 0
        self.daemon = self._start(config or self.config)

    def logs(self, *arguments, code=0, **environment):
        done = towline.run("logs", "--data-dir", self.data_dir, *arguments, **environment)
        assert done.returncode == code, done
        return done.stdout

    def eventually(self, count, *arguments):
        """What it shows once it shows so many; a chunk is on the disk some milliseconds after it was delivered."""
        deadline = time.monotonic() + 10
        while True:
            output = self.logs(*arguments)
            if len(output.splitlines()) >= count or time.monotonic() > deadline:
                return output
            time.sleep(0.05)


def test_delivered_records_can_still_be_seen(keeper):
    keeper.send(*(record(n) for n in range(5)))
    assert numbers(keeper.eventually(5)) == [0, 1, 2, 3, 4]
    keeper.restart()
    keeper.send(record(5))
    assert numbers(keeper.eventually(6)) == [0, 1, 2, 3, 4, 5]
    assert keeper.daemon.stop() == 0
    assert numbers(keeper.logs()) == [0, 1, 2, 3, 4, 5], "nobody needs to run"


def test_records_are_as_they_are(keeper):
    line = b'{"dt":"%s", "b" : 1.0e0,"a":"\\u00e4","n":12345678901234567890}' % time_ago(1).encode()
    send_tcp(keeper.daemon.address(), line + b"\n")
    assert keeper.eventually(1) == line.decode() + "\n"


def test_secrets_are_redacted_as_they_are_everywhere(keeper):
    keeper.send(record(1, mail="somebody@example.com"))
    shown = keeper.eventually(1)
    assert "somebody@example.com" not in shown and '"n":1' in shown.replace(" ", "")


def test_the_flags_choose(keeper):
    keeper.send(record(1, level="ERROR", category="auth", user_id=42),
                record(2, level="ERROR", category="db", user_id="42"),
                record(3, category="auth", user_id=421, text="a magic link"),
                record(4, level="fatal", user={"id": "ann"}, status=503))
    keeper.eventually(4)
    for flags, expected in [
            (["--errors"], [1, 2, 4]),
            (["--category", "auth"], [1, 3]),
            (["--errors", "--category", "auth"], [1]),
            (["--user", "42"], [1, 2]),
            (["--user", "ann", "--field", "user=user.id"], [4]),
            (["--search", "magic link"], [3]),
            (["--search", "magic link", "--errors"], []),
            (["--filter", "{ $.status >= 500 || $.n = 3 }"], [3, 4]),
            (["--filter", "{ $.status >= 500 || $.n = 3 }", "--errors"], [4]),
            (["--filter", '"magic link"', "--category", "auth"], [3]),
            (["--category", 'auth" || $.n = "2'], []),
            (["--limit", "2"], [1, 2])]:
        assert numbers(keeper.logs(*flags)) == expected, flags


def test_the_time_of_a_record_decides(keeper):
    keeper.send(record(1, dt=time_ago(7000)), record(2, dt=time_ago(600)), record(3, dt=time_ago(60)))
    assert numbers(keeper.eventually(3, "--since", "3h")) == [1, 2, 3]
    assert numbers(keeper.logs()) == [2, 3], "of the last hour"
    assert numbers(keeper.logs("--since", "3h", "--until", "5m")) == [1, 2]
    assert numbers(keeper.logs("--since", time_ago(300))) == [3]
    assert numbers(keeper.logs("--since", "3h", "--limit", "2")) == [1, 2], "the oldest"


def test_records_of_two_streams_are_shown_once(start, judge, data_dir):
    sinks = {"out": http_sink(judge), "errors": http_sink(judge, inputs=["clean.errors"])}
    config = configuration(sinks=sinks, data_dir=str(data_dir), stream=KEEP)
    config["transforms"]["clean"]["routes"] = {"errors": '{ $.level = "ERROR" }'}
    daemon = start(config)
    send_tcp(daemon.address(), b"".join(json.dumps(record(n, level=level)).encode() + b"\n"
                                        for n, level in enumerate(["INFO", "ERROR", "ERROR"])))
    for stream, count in (("clean", 3), ("clean.errors", 2)):
        show = ["logs", "--data-dir", data_dir, "--stream", stream]
        daemon.wait_until(lambda: towline.run(*show).stdout.count("\n") == count, what="on the disk")
    daemon.wait_until(lambda: daemon.ledger()["errors"]["delivered"] == 2, what="delivered")
    assert daemon.stop() == 0
    shown = towline.run("logs", "--data-dir", data_dir)
    assert numbers(shown.stdout) == [0, 1, 2], shown
    only = towline.run("logs", "--data-dir", data_dir, "--stream", "clean.errors")
    assert numbers(only.stdout) == [1, 2], only


def test_the_configuration_says_where(keeper):
    keeper.send(record(1))
    keeper.eventually(1)
    config = keeper.daemon.directory / "towline.yaml"
    done = towline.run("logs", "--config", config)
    assert (done.returncode, numbers(done.stdout)) == (0, [1]), done
    keeper.config["stream"] = {}
    config.write_text(json.dumps(keeper.config))
    done = towline.run("logs", "--config", config)
    assert done.returncode == 2 and "--data-dir" in done.stderr and "--group" in done.stderr, done
    assert towline.run("logs").returncode == 2, "nor does the built-in one"


def test_the_built_in_configuration_keeps_for_as_long_as_a_variable_says(start, data_dir):
    chosen = {"TOWLINE_LISTEN": "127.0.0.1:0", "TOWLINE_ADMIN_LISTEN": "127.0.0.1:0", "LOG_DESTINATION": "console",
              "TOWLINE_DATA_DIR": str(data_dir)}
    daemon = start(None, TOWLINE_KEEP="24h", **chosen)
    send_tcp(towline.parse_address(daemon.wait_for_event("source.listening", transport="tcp").fields["address"]),
             b"".join(json.dumps(record(n, password="x")).encode() + b"\n" for n in range(3)))
    daemon.wait_until(lambda: daemon.ledger()["console"]["delivered"] == 3, what="delivered")
    daemon.wait_until(lambda: towline.run("logs", TOWLINE_KEEP="24h", **chosen).stdout.count("\n") == 3, what="on disk")
    assert daemon.stop() == 0
    done = towline.run("logs", TOWLINE_KEEP="24h", **chosen)
    assert (done.returncode, numbers(done.stdout)) == (0, [0, 1, 2]), done
    assert "[REDACTED" in done.stdout
    assert towline.run("logs", **chosen).returncode == 2, "without it nothing is kept"


def test_what_is_kept_makes_way_for_what_is_new(start, judge, data_dir):
    keeper = Keeper(start, judge, data_dir, {"keep": "24h", "max_size": "1MiB"})
    for first in range(0, 200, 5):
        keeper.send(*(record(n, fill=os.urandom(6000).hex()) for n in range(first, first + 5)))
    folder = data_dir / "streams" / "clean"
    size = sum(file.stat().st_blocks * 512 for file in [folder, *folder.iterdir()])
    assert size <= 1024 * 1024
    kept = numbers(keeper.eventually(40))
    assert kept == sorted(set(kept)) and kept[0] > 0
    assert len(kept) >= 40, "all but those that were delivered before there was room to write them"
    assert keeper.daemon.ledger()["out"]["dropped"] == {}


def test_without_keep_only_what_is_held_stays(start, judge, data_dir):
    keeper = Keeper(start, judge, data_dir, {"max_size": "1MiB"})
    keeper.send(*(record(n, fill=os.urandom(6000).hex()) for n in range(60)))
    keeper.daemon.wait_until(lambda: 0 < len(numbers(keeper.logs())) < 60 and numbers(keeper.logs())[-1] == 59,
                             what="released")
    left = numbers(keeper.logs())
    assert left == list(range(60 - len(left), 60)), "what is in the file that is written"


def test_it_reads_without_the_right_to_write(keeper):
    keeper.send(record(1))
    keeper.eventually(1)
    before = sorted((file.name, file.stat().st_mtime_ns) for file in keeper.data_dir.rglob("*.seg"))
    shown = keeper.logs()
    assert numbers(shown) == [1]
    assert before == sorted((file.name, file.stat().st_mtime_ns) for file in keeper.data_dir.rglob("*.seg"))


@contextlib.contextmanager
def following(*arguments, stdout=subprocess.PIPE):
    process = subprocess.Popen([towline.binary(), "logs", "--follow", *map(str, arguments)], stdout=stdout,
                               stderr=subprocess.PIPE, env=towline.environment(), bufsize=0)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def read_lines(stream, count, timeout=10):
    """So many lines; fewer when the time is up."""
    found = b""
    deadline = time.monotonic() + timeout
    while found.count(b"\n") < count and (left := deadline - time.monotonic()) > 0:
        if select.select([stream], [], [], left)[0]:
            piece = os.read(stream if isinstance(stream, int) else stream.fileno(), 65536)
            if not piece:
                break
            found += piece
    return found.decode()


@pytest.mark.parametrize("with_signal", [signal.SIGINT, signal.SIGTERM])
def test_following_goes_on_until_it_is_interrupted(keeper, with_signal):
    keeper.send(record(1))
    with following("--data-dir", keeper.data_dir) as process:
        assert numbers(read_lines(process.stdout, 1)) == [1]
        keeper.send(record(2), record(3, level="ERROR"))
        assert numbers(read_lines(process.stdout, 2)) == [2, 3]
        keeper.restart()
        keeper.send(record(4))
        assert numbers(read_lines(process.stdout, 1)) == [4], "in the next run, too"
        process.send_signal(with_signal)
        assert process.wait(5) == 0
        assert process.stderr.read() == b""


def test_following_ends_with_its_reader(keeper):
    keeper.send(record(1))
    with following("--data-dir", keeper.data_dir) as process:
        read_lines(process.stdout, 1)
        process.stdout.close()
        assert process.wait(5) == 0, "though nothing is written"
        assert process.stderr.read() == b""


def test_following_ends_at_its_limit(keeper):
    keeper.send(*(record(n) for n in range(5)))
    with following("--data-dir", keeper.data_dir, "--limit", "3") as process:
        assert process.wait(5) == 0
        assert numbers(process.stdout.read().decode()) == [0, 1, 2]


def test_a_closed_pipe_is_no_error(keeper):
    keeper.send(*(record(n, fill="x" * 1000) for n in range(300)))
    keeper.eventually(300)
    command = f"'{towline.binary()}' logs --data-dir '{keeper.data_dir}'; echo code $? >&2"
    done = subprocess.run(["bash", "-c", f"({command}) | head -1"], capture_output=True, text=True, timeout=20,
                          check=False, env=towline.environment())
    assert numbers(done.stdout) == [0]
    assert done.stderr == "code 0\n"


def on_terminal(*arguments, **environment):
    """What a terminal gets."""
    leader, follower = pty.openpty()
    with subprocess.Popen([towline.binary(), "logs", *map(str, arguments)], stdout=follower, stderr=subprocess.DEVNULL,
                          env=towline.environment(TERM="xterm", **environment)) as process:
        os.close(follower)
        shown = b""
        with contextlib.suppress(OSError):  # EIO: it has ended
            while piece := os.read(leader, 65536):
                shown += piece
        os.close(leader)
        assert process.wait(10) == 0
    return shown.decode().replace("\r\n", "\n")


def test_columns_and_colours_on_a_terminal(keeper):
    keeper.send(record(1, dt="2026-11-20T10:00:00.5Z", level="ERROR", category="auth", message="no\nway \x1b[2J"))
    since = ["--data-dir", keeper.data_dir, "--since", "2026-11-20T00:00:00Z"]
    keeper.eventually(1, "--since", "2026-11-20T00:00:00Z")
    plain = on_terminal(*since, NO_COLOR="1")
    assert plain == "2026-11-20 10:00:00.500Z  ERROR  auth  no\ufffdway \ufffd[2J  n=1\n"
    coloured = on_terminal(*since)
    assert "\x1b[31mERROR\x1b[0m" in coloured and "\x1b[2J" not in coloured
    assert json.loads(on_terminal(*since, "--json"))["n"] == 1
    table = on_terminal(*since, "--md").splitlines()
    assert table[0] == "| time | level | category | message | rest |"
    assert table[2].startswith("| 2026-11-20 10:00:00.500Z | ERROR | auth | no\ufffdway")


def test_options_that_make_no_sense_are_refused(tmp_path):
    for arguments in (["--json", "--md"], ["--follow", "--until", "1m"], ["--since", "yesterday"], ["--limit", "0"],
                      ["--filter", "{ $.a"], ["--field", "nothing=x"], ["--group", "g"], ["--query", "fields @message"],
                      ["--wait", "0s"], ["--config", "x.yaml"]):
        done = towline.run("logs", "--data-dir", tmp_path, *arguments)
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert done.stderr.strip(), arguments


def test_a_folder_that_is_none_is_an_error(tmp_path):
    done = towline.run("logs", "--data-dir", tmp_path / "missing")
    assert (done.returncode, done.stdout) == (1, "")
    assert str(tmp_path / "missing") in done.stderr
    (tmp_path / "streams" / "clean").mkdir(parents=True)
    (tmp_path / "streams" / "a file").write_text("x")
    assert towline.run("logs", "--data-dir", tmp_path).returncode == 0, "a daemon may be about to start"
