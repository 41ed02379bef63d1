"""What tests do with a machine that has the package: install it, ask the service, send it records."""

import json

CONFIG = "/etc/towline/towline.yaml"
SEND = "exec 3<>/dev/tcp/127.0.0.1/9000; printf '%s\\n' \"$0\" >&3"


def install(machine, package, *options):
    (machine.root / "var/tmp" / package.name).write_bytes(package.read_bytes())
    machine.run("dpkg", *options, "--install", f"/var/tmp/{package.name}")
    (machine.root / "var/tmp" / package.name).unlink()


def wait_healthy(machine):
    machine.wait_until(lambda: machine.run("towline", "healthcheck", check=False).returncode == 0, "healthy")


def compact(record):
    return json.dumps(record, separators=(",", ":"))


def send(machine, **record):
    machine.run("bash", "-c", SEND, compact(record))


def ledger(machine, sink):
    sinks = json.loads(machine.run("towline", "ledger", "--json").stdout)["sinks"]
    return {each["sink"]: each for each in sinks}[sink]


def drop_in(machine, text):
    folder = machine.root / "etc/systemd/system/towline.service.d"
    folder.mkdir(exist_ok=True)
    (folder / "test.conf").write_text(text)
    machine.run("systemctl", "daemon-reload")


def status_of(machine):
    process = machine.show("MainPID")
    lines = machine.run("cat", f"/proc/{process}/status").stdout.splitlines()
    return dict(line.split(":\t", 1) for line in lines if ":\t" in line)
