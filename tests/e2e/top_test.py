"""`towline top`: what it shows, how it follows the terminal, and how it leaves it."""

import json
import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.exchange import Reply
from tests.support.senders import send_tcp
from tests.support.terminal import Terminal

ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"
COLOUR = re.compile(rb"\x1b\[[0-9;]+m")


def url_of(daemon):
    return "http://" + daemon.wait_for_event("admin.listening").fields["address"]


def records(count):
    return b"".join(json.dumps({"dt": n}).encode() + b"\n" for n in range(count))


def frames(written):
    """The lines of each picture, without colours."""
    pictures = COLOUR.sub(b"", written).replace(b"\r\r\n", b"\r\n").split(b"\x1b[H")[1:]
    return [picture.partition(b"\x1b[J")[0].replace(b"\x1b[K", b"").decode().split("\r\n") for picture in pictures]


@pytest.fixture(name="daemon")
def _daemon(start, peer):
    return start(configuration(sinks={"out": betterstack(peer)}))


@pytest.fixture(name="top")
def _top(daemon):
    """Starts it in a terminal: top("--interval", "200ms", columns=100)."""
    terminals = []

    def start(*arguments, columns=100, rows=30, **environment):
        command = [str(towline.binary()), "top", "--admin", url_of(daemon), *arguments]
        terminals.append(Terminal(command, towline.environment(**environment), columns, rows))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def test_once_is_a_plain_table(daemon):
    send_tcp(daemon.address(), records(12))
    daemon.settle(12)
    shown = towline.run("top", "--once", "--interval", "200ms", "--admin", url_of(daemon))
    assert shown.returncode == 0 and shown.stderr == ""
    assert "\x1b" not in shown.stdout
    lines = shown.stdout.splitlines()
    assert lines[0].startswith("towline ") and "ledger balances" in lines[0]
    sinks = next(i for i, line in enumerate(lines) if line.startswith("SINK"))
    titles, row = lines[sinks].split(), lines[sinks + 1].split()
    assert titles[:3] == ["SINK", "STATE", "OUT/S"] and row[:4] == ["out", "healthy", "0", "0"]
    assert "12" in row  # delivered
    assert any(line.split()[:4] == ["app", "0", "0", "B"] for line in lines)
    piped = towline.run("top", "--interval", "200ms", "--admin", url_of(daemon))
    assert [line.split()[0] for line in piped.stdout.splitlines() if line] == [
        line.split()[0] for line in lines if line], "not a terminal: the same as with --once"


def test_rates_are_those_of_the_interval(daemon, top):
    terminal = top("--interval", "500ms")
    terminal.wait_for(b"SINK")
    for _ in range(12):
        send_tcp(daemon.address(), records(50))
        terminal.read(0.1)
    rates = [re.search(r"^app\s+([\d,.-]+)", line).group(1) for frame in frames(terminal.written)
             for line in frame if line.startswith("app ")]
    assert rates[0] == "-"
    assert max(float(rate.replace(",", "")) for rate in rates if rate != "-") > 50


def test_json_is_the_answer_of_the_daemon(daemon):
    shown = towline.run("top", "--once", "--json", "--admin", url_of(daemon))
    assert shown.returncode == 0
    assert json.loads(shown.stdout)["sinks"][0]["id"] == "out"
    process = subprocess.Popen([towline.binary(), "top", "--json", "--interval", "200ms", "--admin", url_of(daemon)],
                               stdout=subprocess.PIPE, env=towline.environment())
    uptimes = [json.loads(process.stdout.readline())["uptime_seconds"] for _ in range(3)]
    assert uptimes == sorted(set(uptimes))
    process.send_signal(signal.SIGINT)
    process.stdout.read()
    assert process.wait(10) == 0


def test_a_dead_destination_is_explained(daemon, top, peer):
    peer.default = Reply(503)
    send_tcp(daemon.address(), records(3))
    terminal = top("--interval", "200ms")
    terminal.wait_for(b"503 Service Unavailable")
    assert any(line.startswith("out   retrying") for line in frames(terminal.written)[-1])
    peer.default = Reply()
    terminal.wait_for(b"last error")
    terminal.press(b"q")
    assert terminal.wait() == 0


def assert_restored(terminal):
    assert terminal.written.count(ENTER) == terminal.written.count(LEAVE) == 1
    tail = terminal.written[terminal.written.rindex(LEAVE):]
    assert tail == LEAVE, tail
    assert b"\x1b[?25h" in terminal.written and b"\x1b[?7h" in terminal.written
    assert terminal.attributes() == terminal.before


@pytest.mark.parametrize("keys", [b"q", b"Q", b"\x03", b"\x04"])
def test_a_key_ends_it_and_the_terminal_is_as_before(top, keys):
    terminal = top("--interval", "10s")
    terminal.wait_for(b"q ends")
    assert terminal.attributes() != terminal.before
    terminal.press(keys)
    began = time.monotonic()
    assert terminal.wait() == 0
    assert time.monotonic() - began < towline.at_most(1), "not when the interval is over"
    assert_restored(terminal)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT])
def test_a_signal_ends_it_and_the_terminal_is_as_before(top, number):
    terminal = top("--interval", "10s")
    terminal.wait_for(b"q ends")
    terminal.process.send_signal(number)
    assert terminal.wait() == 0
    assert_restored(terminal)


def test_even_a_crash_leaves_the_terminal_as_before(top):
    terminal = top("--interval", "10s")
    terminal.wait_for(b"q ends")
    terminal.process.send_signal(signal.SIGABRT)
    terminal.wait()
    assert_restored(terminal)


def test_ctrl_z_gives_the_terminal_back_for_a_while(top):
    terminal = top("--interval", "10s")
    terminal.wait_for(b"q ends")
    terminal.process.send_signal(signal.SIGTSTP)
    terminal.wait_for(LEAVE)
    state = lambda: open(f"/proc/{terminal.process.pid}/stat", encoding="ascii").read().split()[2]  # noqa: E731
    deadline = time.monotonic() + 10
    while state() != "T":
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert terminal.attributes() == terminal.before
    terminal.process.send_signal(signal.SIGCONT)
    assert b"SINK" in terminal.wait_for(b"q ends")
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert terminal.attributes() == terminal.before


def test_other_keys_do_nothing(top):
    terminal = top("--interval", "10s")
    terminal.wait_for(b"q ends")
    terminal.press(b"x\x1b[A\r")
    terminal.read(0.5)
    assert terminal.process.poll() is None
    terminal.press(b"q")
    assert terminal.wait() == 0


def test_it_follows_the_size_of_the_terminal(top):
    terminal = top("--interval", "10s", columns=130, rows=30)
    wide = frames(terminal.wait_for(b"q ends"))[-1]
    assert len(wide) == 30
    assert any(line.startswith("SINK") and "TYPE" in line for line in wide)
    terminal.resize(40, 8)
    small = frames(terminal.wait_for(b"q ends"))[-1]
    assert len(small) <= 8 and all(len(line) <= 40 for line in small), small
    assert any("more lines" in line for line in small)
    terminal.resize(20, 2)
    tiny = frames(terminal.wait_for(b"\x1b[J"))[-1]
    assert len(tiny) <= 2 and all(len(line) <= 20 for line in tiny), tiny
    terminal.press(b"q")
    assert terminal.wait() == 0


def test_no_color_means_none(top):
    terminal = top("--interval", "10s", NO_COLOR="1")
    terminal.wait_for(b"q ends")
    terminal.press(b"q")
    terminal.wait()
    assert set(COLOUR.findall(terminal.written)) <= {b"\x1b[0m"}
    coloured = top("--interval", "10s")
    coloured.wait_for(b"q ends")
    assert b"\x1b[32m" in coloured.written


def test_a_daemon_that_goes_away_is_told_on_the_screen(daemon, top):
    terminal = top("--interval", "200ms")
    terminal.wait_for(b"q ends")
    daemon.process.kill()
    terminal.wait_for(b"no answer for")
    assert any(line.startswith("SINK") for line in frames(terminal.written)[-1]), "what was known stays"
    terminal.press(b"q")
    assert terminal.wait() == 0
    assert_restored(terminal)


def test_without_a_daemon_it_says_how_to_reach_one():
    for arguments in ((), ("--once",), ("--json",)):
        result = towline.run("top", *arguments, "--admin", "http://127.0.0.1:1")
        assert result.returncode == 1 and result.stdout == ""
        assert "Connection refused" in result.stderr


def test_with_a_token_it_is_for_those_who_have_it(launch, peer, tmp_path):
    daemon = launch(configuration(sinks={"out": betterstack(peer)},
                                  admin={"listen": "127.0.0.1:0", "token": "canary-admin-token"}))
    url = url_of(daemon)
    refused = towline.run("top", "--once", "--admin", url)
    assert refused.returncode == 1 and "token" in refused.stderr and "canary" not in refused.stderr
    (tmp_path / "token").write_text("canary-admin-token\n")
    for arguments, environment in ((("--token-file", tmp_path / "token"), {}),
                                   ((), {"TOWLINE_ADMIN_TOKEN": "canary-admin-token"})):
        shown = towline.run("top", "--once", "--interval", "200ms", "--admin", url, *arguments, **environment)
        assert shown.returncode == 0 and "SINK" in shown.stdout, shown.stderr


def test_ctrl_s_does_not_keep_it_from_ending(top):
    terminal = top("--interval", "200ms")
    terminal.wait_for(b"q ends")
    terminal.press(b"\x13")
    terminal.read(1)
    terminal.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    terminal.press(b"\x11")  # what it leaves behind can only be written now
    assert terminal.wait() == 0
    assert terminal.attributes() == terminal.before


@pytest.mark.parametrize("interval", ["0s", "100ms", "2h", "soon", "-1s"])
def test_an_interval_that_makes_no_sense_is_refused(interval):
    result = towline.run("top", f"--interval={interval}", "--admin", "http://127.0.0.1:1")
    assert result.returncode == 2 and "200ms to 1h" in result.stderr


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed: make setup-test")
def test_in_tmux_it_looks_as_it_should(daemon, tmp_path):
    """A terminal that isn't ours: what stands on its screen, before, while and after."""
    def tmux(*arguments):
        command = ["tmux", "-S", str(tmp_path / "tmux"), "-f", "/dev/null", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=10,
                              env={**os.environ, "LANG": "C.UTF-8"}).stdout

    def screen_with(text, timeout=10.0):
        deadline = time.monotonic() + timeout
        while text not in (screen := tmux("capture-pane", "-p", "-t", "top")):
            assert time.monotonic() < deadline, screen
            time.sleep(0.05)
        return screen

    command = f"{towline.binary()} top --interval 200ms --admin {url_of(daemon)}"
    tmux("new-session", "-d", "-s", "top", "-x", "100", "-y", "24", "sh")
    try:
        tmux("send-keys", "-t", "top", "echo before-$((40+2))", "Enter")
        screen_with("before-42")
        tmux("send-keys", "-t", "top", command, "Enter")
        screen = screen_with("q ends")
        assert "before-42" not in screen and screen.startswith("towline ")
        assert re.search(r"^out +healthy", screen, re.MULTILINE)
        tmux("resize-window", "-t", "top", "-x", "50", "-y", "12")
        screen = screen_with("more lines")
        assert max(map(len, screen.splitlines())) <= 50 and screen.startswith("towline ")
        tmux("send-keys", "-t", "top", "q")
        assert "SINK" not in screen_with("before-42")
    finally:
        tmux("kill-server")
