"""A secret in a file that is not there yet when the daemon starts."""

from tests.support.numbered import lines, numbered
from tests.support.senders import send_tcp


def test_waits_until_the_token_file_is_there(tmp_path, ship, peer):
    token = tmp_path / "secrets" / "token"
    daemon = ship(peer, token=f"file:{token}")
    send_tcp(daemon.address(), lines(numbered(3)))
    daemon.wait_until(lambda: daemon.metric("towline_sink_attempts_total", sink="out", outcome="refused") >= 1,
                      what="refused")
    assert daemon.balance(3)["held"] == 3
    assert peer.requests == []
    token.parent.mkdir()
    token.write_text(peer.token + "\n")
    assert daemon.settle(3)["delivered"] == 3
    assert peer.records() == numbered(3)
