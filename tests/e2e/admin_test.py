"""Who may ask the admin listener what: loopback, tokens, host names, pages of others."""

import http.client
import stat

import pytest

from tests.support import daemon as towline
from tests.support.configuration import betterstack, configuration
from tests.support.senders import send_tcp

TOKEN = "canary-4f1d0b7a"
JSON = {"Content-Type": "application/json"}
HEALTH = ("/health/live", "/health/ready", "/health/deep")
GUARDED = ("/metrics", "/ledger", "/audit")


def ask(daemon, path, method="GET", **headers):
    """Status, headers and text."""
    host, port = towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request(method, path, headers=headers)
        reply = connection.getresponse()
        text = "" if reply.status == 200 and path.startswith("/tap") else reply.read().decode()
        return reply.status, reply.headers, text
    finally:
        connection.close()


def status(daemon, path, method="GET", **headers):
    return ask(daemon, path, method, **headers)[0]


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def port_of(daemon):
    return towline.parse_address(daemon.wait_for_event("admin.listening").fields["address"])[1]


def check(config, tmp_path, **environment):
    path = tmp_path / "towline.yaml"
    path.write_text(config)
    return towline.run("check", path, **environment), path


PIPELINE = """
sources: { app: { type: tcp, listen: "127.0.0.1:0" } }
sinks: { out: { type: console, inputs: [app] } }
"""


@pytest.mark.parametrize("listen", ["0.0.0.0:8686", ":8686", "[::]:8686", "10.1.2.3:8686", "[::ffff:127.0.0.1]:8686"])
def test_other_machines_reach_it_only_with_a_token(listen, tmp_path):
    done, path = check(f'admin:\n  listen: "{listen}"\n' + PIPELINE, tmp_path)
    assert done.returncode == 2
    assert f"{path}:2:3: error: admin: `listen` is reached from other machines: that needs a `token`" in done.stderr
    done, _ = check(f'admin: {{ listen: "{listen}", token: "${{T}}" }}\n' + PIPELINE, tmp_path, T=TOKEN)
    assert done.returncode == 0, done.stderr
    done, _ = check(f'admin: {{ listen: "{listen}", token: "${{T}}" }}\n' + PIPELINE, tmp_path, T="")
    assert done.returncode == 2


@pytest.mark.parametrize("listen", ["127.0.0.1:8686", "127.1.2.3:8686", "[::1]:8686", "off"])
def test_this_machine_needs_none(listen, tmp_path):
    done, _ = check(f'admin: {{ listen: "{listen}" }}\n' + PIPELINE, tmp_path)
    assert done.returncode == 0, done.stderr


def test_the_built_in_configuration_takes_a_token(launch, tmp_path):
    elsewhere = {"TOWLINE_LISTEN": "127.0.0.1:0", "TOWLINE_ADMIN_LISTEN": "0.0.0.0:0"}
    refused = towline.run("run", **elsewhere)
    assert refused.returncode == 2 and "admin: `listen` is reached from other machines" in refused.stderr
    daemon = launch(None, TOWLINE_ADMIN_TOKEN=TOKEN, **elsewhere)
    assert status(daemon, "/ledger") == 401 and status(daemon, "/ledger", **bearer(TOKEN)) == 200
    (tmp_path / "token").write_text(TOKEN + "\n")
    daemon = launch(None, TOWLINE_ADMIN_TOKEN_FILE=str(tmp_path / "token"), **elsewhere)
    assert status(daemon, "/ledger") == 401 and status(daemon, "/ledger", **bearer(TOKEN)) == 200


def test_with_a_token_everything_but_health_needs_it(start, peer, data_dir):
    daemon = start(configuration(sinks={"out": betterstack(peer)}, data_dir=str(data_dir),
                                 admin={"listen": "127.0.0.1:0", "token": TOKEN}))
    for path in HEALTH:
        assert status(daemon, path) == 200, path
    for path in GUARDED + ("/tap",):
        code, headers, text = ask(daemon, path)
        assert (code, headers["WWW-Authenticate"]) == (401, "Bearer"), path
        assert TOKEN not in text
        for wrong in ("", "x", TOKEN[:-1], TOKEN + "x"):
            assert status(daemon, path, **bearer(wrong)) == 401, (path, wrong)
        assert status(daemon, path, Authorization=TOKEN) == 401
        assert status(daemon, path, **bearer(TOKEN)) == 200, path
    assert status(daemon, "/replay", "POST", **JSON) == 401
    assert status(daemon, "/replay", "POST", **JSON, **bearer(TOKEN)) == 200
    # Nobody needs to be on this machine then, so any name is good; a page that lies about its name has no token.
    assert status(daemon, "/ledger", Host="logs.example.com", **bearer(TOKEN)) == 200
    assert status(daemon, "/ledger", Host="logs.example.com") == 401


def test_without_a_token_only_pages_of_its_own_may_ask(start, peer, data_dir):
    daemon = start(configuration(sinks={"out": betterstack(peer)}, data_dir=str(data_dir)))
    for path in HEALTH + GUARDED + ("/",):
        assert status(daemon, path) == 200, path
        assert status(daemon, path, Host="evil.example") == 403, path
        assert status(daemon, path, Host="127.0.0.1.evil.example:8686") == 403, path
    here = f"127.0.0.1:{port_of(daemon)}"
    assert status(daemon, "/replay", "POST", Host=here, Origin=f"http://{here}", **JSON) == 200
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        assert status(daemon, "/replay", "POST", Host=here, Origin=origin, **JSON) == 403, origin


def test_the_commands_send_the_token(start, peer, tmp_path, data_dir):
    daemon = start(configuration(sinks={"out": betterstack(peer)}, data_dir=str(data_dir),
                                 admin={"listen": "127.0.0.1:0", "token": TOKEN}))
    send_tcp(daemon.address(), b'{"a":1}\n')
    peer.wait_for(1)
    url = f"http://127.0.0.1:{port_of(daemon)}"
    (tmp_path / "token").write_text(TOKEN + "\n")
    assert towline.run("healthcheck", "--url", url).returncode == 0
    for command in ("ledger", "audit", "replay"):
        refused = towline.run(command, "--url", url)
        assert refused.returncode == 1 and "TOWLINE_ADMIN_TOKEN" in refused.stderr, command
        assert towline.run(command, "--url", url, TOWLINE_ADMIN_TOKEN="wrong").returncode == 1, command
        assert towline.run(command, "--url", url, TOWLINE_ADMIN_TOKEN=TOKEN).returncode == 0, command
        assert towline.run(command, "--admin", url, "--token-file", tmp_path / "token").returncode == 0, command
        by_file = towline.run(command, "--url", url, TOWLINE_ADMIN_TOKEN_FILE=str(tmp_path / "token"))
        assert by_file.returncode == 0, command
        missing = towline.run(command, "--url", url, "--token-file", "/missing")
        assert missing.returncode == 1 and '`/missing`' in missing.stderr, (command, missing.stderr)


def test_a_token_file_may_change(start, peer, tmp_path):
    path = tmp_path / "token"
    path.write_text("one\n")
    admin = {"listen": "127.0.0.1:0", "token": f"file:{path}"}
    daemon = start(configuration(sinks={"out": betterstack(peer)}, admin=admin))
    assert status(daemon, "/ledger", **bearer("one")) == 200
    path.write_text("number two\n")
    assert status(daemon, "/ledger", **bearer("one")) == 401
    assert status(daemon, "/ledger", **bearer("number two")) == 200


def test_a_token_file_that_is_not_there_is_an_error_at_the_start(launch, peer, tmp_path):
    admin = {"listen": "127.0.0.1:0", "token": f"file:{tmp_path}/missing"}
    daemon = launch(configuration(sinks={"out": betterstack(peer)}, admin=admin))
    assert daemon.wait() == 1
    assert "admin.token: the secret file" in daemon.stderr()


def test_the_daemon_s_own_token_is_its_user_s(start, peer, tmp_path):
    daemon = start(configuration(sinks={"out": betterstack(peer)}), XDG_RUNTIME_DIR=str(tmp_path))
    path = tmp_path / "towline" / f"{port_of(daemon)}.token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    token = path.read_text().strip()
    assert len(token) == 64 and token not in daemon.stderr()
    assert status(daemon, "/tap") == 401 and status(daemon, "/tap", **bearer("x")) == 401
    assert status(daemon, "/tap", **bearer(token)) == 200
    assert status(daemon, "/ledger") == 200
    assert daemon.stop() == 0
    assert not path.exists()


def test_without_a_place_for_a_token_there_is_no_tap(start, peer, tmp_path):
    daemon = start(configuration(sinks={"out": betterstack(peer)}), XDG_RUNTIME_DIR=str(tmp_path / "missing"))
    assert "missing" in daemon.wait_for_event("admin.no_tap").fields["error"]
    code, _, text = ask(daemon, "/tap")
    assert code == 403 and "admin.token" in text
    assert status(daemon, "/ledger") == 200

