"""The service under its own systemd, with all of its sandbox: it runs, breaks, comes back, and keeps what it holds."""

import json
import pathlib
import re
import subprocess
import sys

from tests.package import machine as machines
from tests.package.installed.service import CONFIG, compact, drop_in, ledger, send, status_of, wait_healthy
from tests.support.certificates import Certificates


def test_it_is_in_service_at_once(machine):
    assert machine.show("ActiveState") == "active" and machine.show("UnitFileState") == "enabled"
    assert machine.run("towline", "--version").stdout.startswith("towline ")
    assert machine.run("towline", "check", CONFIG).returncode == 0
    assert machine.run("man", "-w", "towline", "towline.yaml").returncode == 0
    send(machine, timestamp="2026-11-20T12:00:00Z", message="mail to jane@example.com", password="hunter2")
    expected = {"dt": "2026-11-20T12:00:00Z", "message": "mail to j***@example.com", "password": "[REDACTED:field]"}
    machine.wait_until(lambda: compact(expected) in machine.journal(), "in the journal")
    assert "hunter2" not in machine.journal() and ledger(machine, "console")["delivered"] == 1


def test_it_has_no_rights(machine):
    status = status_of(machine)
    assert "0" not in status["Uid"].split() and status["NoNewPrivs"] == "1" and status["Seccomp"] == "2"
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
    process = machine.show("MainPID")
    options = machine.run("sh", "-c", f"grep ' / / ' /proc/{process}/mountinfo").stdout
    assert " ro," in options.splitlines()[-1]
    assert "Operation not permitted" not in machine.journal() and "Permission denied" not in machine.journal()


def test_root_can_watch_records_and_others_cannot(machine):
    """The token of `towline tap` is where the command looks for it."""
    assert machine.run("stat", "-c", "%a", "/run/towline/").stdout == "700\n"
    watching = machine.start("towline", "tap", "--limit", "1", "--json")
    try:
        machine.wait_until(lambda: send(machine, message="seen") or watching.poll() is not None, "a record is shown")
        assert json.loads(watching.communicate(timeout=10)[0])["message"] == "seen"
    finally:
        watching.kill()
    nobody = machine.run("setpriv", "--reuid=65534", "--clear-groups", "towline", "tap", "--limit", "1", check=False)
    assert nobody.returncode == 1, nobody.stdout


def test_a_process_that_is_stuck_is_replaced(machine):
    drop_in(machine, "[Service]\nWatchdogSec=2s\n")
    machine.run("systemctl", "restart", "towline")
    stuck = machine.show("MainPID")
    machine.run("sh", "-c", f"kill -STOP {stuck}")
    machine.wait_until(lambda: machine.show("MainPID") not in (stuck, "0"), "another process")
    wait_healthy(machine)
    assert machine.show("NRestarts") == "1"


def test_a_bad_configuration_stops_it_for_good_and_is_named(machine):
    config = machine.root / CONFIG.lstrip("/")
    config.write_text(config.read_text().replace("memory:", "memry:"))
    assert machine.run("systemctl", "restart", "towline", check=False).returncode != 0
    assert machine.show("ActiveState") == "failed" and machine.show("ExecMainStatus") == "2"
    assert machine.show("NRestarts") == "0"
    assert re.search(r"towline\.yaml:\d+:\d+: .*memry", machine.journal())


def better_stack(machine, certificates):
    """The default configuration with Better Stack in place of the console."""
    (machine.root / "etc/towline/ca.pem").write_bytes(pathlib.Path(certificates.ca_file).read_bytes())
    config = machine.root / CONFIG.lstrip("/")
    (token,) = re.findall(r"^  #   token: (.*)$", config.read_text(), re.MULTILINE)
    sink = {"type": "betterstack", "inputs": ["clean"], "url": "https://localhost:9443/", "token": token,
            "tls": {"ca_file": "/etc/towline/ca.pem"}, "batch": {"age": "50ms"},
            "retry": {"initial": "50ms", "max": "200ms"}}
    config.write_text(config.read_text().split("  # Until there is")[0] + f"  out: {json.dumps(sink)}\n")
    machine.run("install", "-m", "600", "/dev/stdin", "/etc/towline/credentials/betterstack", input="canary-2f8e11\n")
    machine.run("sh", "-c", f"towline check {CONFIG} && systemctl restart towline")
    wait_healthy(machine)


def test_a_secret_is_a_file_of_root_and_what_is_held_survives(machine, tmp_path):
    certificates = Certificates(tmp_path / "certificates")
    better_stack(machine, certificates)
    send(machine, message="before")
    machine.wait_until(lambda: ledger(machine, "out")["held"] == 1, "held")
    machine.run("systemctl", "restart", "towline")  # nobody takes it: it stays on the disk
    assert machine.show("Result") == "success"
    wait_healthy(machine)
    peer = machine.on_its_network(sys.executable, "-m", "tests.support.peer", "--token", "canary-2f8e11",
                                  "--certificates", certificates.directory, cwd=machines.ROOT, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        machine.wait_until(lambda: ledger(machine, "out")["held"] == 0, "delivered")
        assert json.loads(peer.stdout.readline())["message"] == "before"
    finally:
        peer.kill()
        peer.communicate()
    assert ledger(machine, "out")["delivered"] == 1
    assert "canary-" not in machine.journal()


def test_a_port_below_1024_with_what_the_page_says(machine):
    """The drop-in is the one of docs/systemd.md."""
    page = (machines.ROOT / "docs" / "systemd.md").read_text()
    (text,) = re.findall(r"Ports below 1024.*?\n\n((?: {6}.*\n)+)", page, re.DOTALL)
    drop_in(machine, text.replace("      ", ""))
    config = machine.root / CONFIG.lstrip("/")
    config.write_text(config.read_text().replace("127.0.0.1:9000", "127.0.0.1:514"))
    machine.run("systemctl", "restart", "towline")
    wait_healthy(machine)
    assert status_of(machine)["CapEff"] == "0000000000000400"  # CAP_NET_BIND_SERVICE


def test_without_the_folder_of_credentials_the_reason_is_named(machine):
    """What docs/systemd.md says it looks like."""
    machine.run("rmdir", "/etc/towline/credentials")
    assert machine.run("systemctl", "restart", "towline", check=False).returncode != 0
    machine.run("systemctl", "stop", "towline")
    assert "243/CREDENTIALS" in machine.run("systemctl", "status", "towline", check=False).stdout
    machine.run("install", "-d", "-m", "700", "/etc/towline/credentials")
    machine.run("systemctl", "restart", "towline")
    wait_healthy(machine)


def test_it_tries_again_until_its_address_is_free(machine):
    machine.run("systemctl", "stop", "towline")
    other = machine.on_its_network(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", "9000",
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        machine.wait_until(lambda: "2328" in machine.run("cat", "/proc/net/tcp").stdout, "port 9000 is taken")
        drop_in(machine, "[Service]\nRestartSec=100ms\n")
        machine.run("systemctl", "start", "towline", check=False)
        machine.wait_until(lambda: int(machine.show("NRestarts")) > 6, "more tries than systemd grants by default")
        assert "start.failed" in machine.journal() and "9000" in machine.journal()
    finally:
        other.kill()
        other.wait()
    wait_healthy(machine)
