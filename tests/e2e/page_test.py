"""The status page in headless Chromium: what it shows, that it never shows a secret, and that it can be used.

Screenshots are left in build/page for whoever wants to look at them.
"""

import itertools
import json
import re
import threading
import time

import pytest

from tests.support import browser as chromium
from tests.support.configuration import betterstack, configuration, tcp, udp
from tests.support.daemon import parse_address
from tests.support.exchange import Reply
from tests.support.senders import send_tcp

pytestmark = pytest.mark.skipif(bool(chromium.missing()), reason=chromium.missing() or "no reason")

SECRET = "canary-jane.doe@example.com"
TOKEN = "canary-admin-5512"


def record(number):
    level = ("INFO", "INFO", "INFO", "WARNING", "ERROR")[number % 5]
    return json.dumps({"timestamp": f"2026-01-01T00:00:{number % 60:02}Z", "level": level, "number": number,
                       "message": "signed in", "user": {"email": SECRET}}).encode() + b"\n"


class Sender:
    """Some records a second, until it is stopped."""

    def __init__(self, address):
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send, args=(address,))
        self._thread.start()

    def _send(self, address):
        numbers = itertools.count()
        while not self._stop.wait(0.1):
            send_tcp(address, b"".join(record(next(numbers)) for _ in range(10)))

    def stop(self):
        self._stop.set()
        self._thread.join()


@pytest.fixture(scope="module", name="browser")
def _browser(tmp_path_factory):
    browser = chromium.Browser(tmp_path_factory.mktemp("chromium"))
    yield browser
    browser.close()


@pytest.fixture(name="no_complaints", autouse=True)
def _no_complaints(browser):
    """Each test begins with an empty console and a tab that remembers nothing."""
    browser.driver.get("about:blank")
    browser.console()
    browser.requests()


@pytest.fixture(name="dead_peer")
def _dead_peer(new_peer):
    peer = new_peer(token="canary-dead-77")
    peer.default = Reply(503)
    return peer


@pytest.fixture(name="daemon")
def _daemon(peer, dead_peer, start, tmp_path):
    """Two sources, a route, a sink that is well and one whose destination is dead. Its destinations outlive it."""
    config = configuration(sources={"app": tcp(), "metrics_in": udp()},
                           sinks={"betterstack": betterstack(peer), "cloud": betterstack(dead_peer)})
    config["transforms"]["clean"]["routes"] = {"errors": '{ $.level = "ERROR" }'}
    config["sinks"]["cloud"]["inputs"] = ["clean.errors"]
    return start(config, RUNTIME_DIRECTORY=str(tmp_path))


@pytest.fixture(name="sender")
def _sender(daemon):
    sender = Sender(daemon.address())
    yield sender
    sender.stop()


def url_of(daemon):
    return "http://" + daemon.wait_for_event("admin.listening").fields["address"] + "/"


def own_token(daemon, directory):
    _, port = parse_address(daemon.wait_for_event("admin.listening").fields["address"])
    return (directory / f"{port}.token").read_text().strip()


def rate(text):
    return float(re.match(r"[\d.,]+", text).group().replace(",", "")) if text and text[0].isdigit() else 0.0


def rate_in(browser, selector):
    return rate(browser.text(selector) or "")


def test_it_shows_what_moves_and_what_does_not(browser, daemon, sender):
    browser.open(url_of(daemon))
    browser.wait_for(lambda: rate_in(browser, "#facts dd") > 10, what="a rate of records")
    first_rate = "#sources tbody tr:first-child td:nth-of-type(2)"
    browser.wait_for(lambda: rate_in(browser, first_rate) > 10, what="a source's rate")
    browser.wait_for(lambda: "503" in (browser.text("#summary") or ""), what="the dead sink in words")
    cards = browser.run("return [...document.querySelectorAll('.card')].map((card) => card.innerText)")
    well, dead = cards
    assert well.startswith("betterstack") and "healthy" in well
    assert dead.startswith("cloud") and "retrying" in dead and "It says: 503 Service Unavailable" in dead
    assert browser.run("return document.querySelectorAll('.card')[1].className") in ("card warn", "card bad")
    nodes = browser.run("return [...document.querySelectorAll('#graph .node')].map((node) => node.textContent)")
    assert len(nodes) == 2 + 2 + 2 and any("errors" in node for node in nodes)
    assert browser.run("return document.querySelectorAll('#graph .edge').length") == 2 + 1 + 2
    assert browser.run("return document.querySelectorAll('#graph .edge.flows').length") >= 3
    browser.wait_for("document.querySelectorAll('.card .spark .line').length === 2", what="curves")
    browser.wait_for(lambda: "email" in (browser.text("#audit") or ""), what="the redactions")
    assert "user.email" in browser.text("#audit") and SECRET not in browser.text("body")
    ledger = browser.text("#ledger")
    assert "betterstack" in ledger and "cloud" in ledger
    assert browser.text("#state") == "trouble"
    assert browser.console() == []
    origin = url_of(daemon)
    assert {url for url in browser.requests() if not url.startswith((origin, "data:", "about:"))} == set()


def test_the_tail_shows_redacted_records_that_match(browser, daemon, sender, tmp_path):
    browser.open(url_of(daemon))
    browser.wait_for("document.querySelectorAll('.card').length", what="the sinks")
    browser.click("#tail-toggle")
    browser.wait_for(lambda: "admin token" in browser.text("#tail-note"), what="told what is needed")
    assert browser.run("return !document.querySelector('#token-form').hidden")
    browser.type("#token", own_token(daemon, tmp_path))
    browser.press("\ue007")
    browser.type("#tail-filter", '{ $.level = "ERROR" }')
    browser.press("\ue007")
    browser.wait_for("document.querySelectorAll('#tail div').length >= 5", what="records")
    lines = [json.loads(line) for line in browser.text("#tail").splitlines() if line.startswith("{")]
    assert lines and {line["level"] for line in lines} == {"ERROR"}
    assert lines[0]["user"] == {"email": "c***@example.com"}
    assert SECRET not in browser.run("return document.documentElement.outerHTML")
    browser.screenshot("tail")
    browser.click("#tail-toggle")
    assert browser.text("#tail-note") == "Stopped."
    time.sleep(0.3)
    kept = browser.run("return document.querySelectorAll('#tail div').length")
    time.sleep(0.7)
    assert browser.run("return document.querySelectorAll('#tail div').length") == kept
    browser.type("#tail-filter", "{ $.level = }")
    browser.click("#tail-toggle")
    browser.wait_for(lambda: "filter" in browser.text("#tail-note"), what="a mistake told in words")
    assert browser.text("#tail-toggle") == "Start"
    browser.run("document.querySelector('#tail-at').value = 'app'")
    browser.type("#tail-filter", "")
    browser.press("\ue007")
    browser.wait_for(lambda: "not redacted yet" in browser.text("#tail-note"), what="told why not there")
    browser.click("#tail-clear")
    assert browser.text("#tail") == ""
    complaints = [line for line in browser.console() if "Failed to load resource" not in line]
    assert complaints == []
    assert browser.run("return Object.keys(localStorage).length + document.cookie.length") == 0


def test_what_others_have_written_is_text(browser, daemon, tmp_path):
    """Fields are named, and records written, by anybody who may log."""
    name = "<img src=x onerror=document.title='owned'>"
    browser.open(url_of(daemon))
    browser.wait_for("document.querySelectorAll('.card').length", what="the sinks")
    browser.run("sessionStorage.setItem('towline-admin-token', arguments[0])", own_token(daemon, tmp_path))
    browser.click("#tail-toggle")
    browser.wait_for(lambda: "as they pass" in browser.text("#tail-note"), what="a tail")
    record_of_theirs = {name: SECRET, "message": f"</script><script>{name}</script>"}
    send_tcp(daemon.address(), json.dumps(record_of_theirs).encode() + b"\n")
    browser.wait_for(lambda: name in (browser.text("#audit") or ""), what="the field's name as text")
    browser.wait_for(lambda: "</script><script><img" in (browser.text("#tail") or ""), what="the record as text")
    assert browser.run("return [document.title, document.images.length, document.scripts.length]") == ["towline", 0, 1]
    assert browser.console() == []


def test_it_can_be_used_by_keyboard_alone(browser, daemon):
    browser.open(url_of(daemon))
    browser.wait_for("document.querySelectorAll('.card').length", what="the sinks")
    walked = []
    for _ in range(40):
        browser.press("\ue004")
        focused, ring = browser.run("""
            const element = document.activeElement;
            const style = getComputedStyle(element);
            const named = (attribute) => element.getAttribute(attribute);
            return [element.id || named('href') || named('aria-labelledby') || element.tagName,
                    style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];""")
        if focused in walked or focused == "BODY":
            break
        walked.append(focused)
        assert ring, f"{focused} has the focus and doesn't show it"
    assert walked[0] == "#sinks"
    order = ["graph", "sources-title", "streams-title", "ledger-title", "audit-title", "tail-at", "tail-filter",
             "tail-toggle", "tail-clear", "tail"]
    places = [walked.index(name) for name in order]
    assert places == sorted(places)
    unnamed = browser.run("""
        return [...document.querySelectorAll('input, select, button, [role=region], [role=log]')].filter((element) =>
          !(element.labels?.length || element.textContent.trim() && element.tagName === 'BUTTON' ||
            element.getAttribute('aria-label') || element.getAttribute('aria-labelledby'))).map((e) => e.outerHTML);""")
    assert unnamed == []


def test_when_the_daemon_goes_away_it_says_so_and_comes_back(browser, launch, peer, tmp_path):
    config = configuration(sinks={"out": betterstack(peer)})
    first = launch(config).wait_ready()
    url = url_of(first)
    browser.open(url)
    browser.wait_for(lambda: browser.text("#state") == "running", what="running")
    first.stop()
    browser.wait_for(lambda: browser.text("#state") == "no connection", what="told that it is gone")
    assert "doesn't answer" in browser.text("#summary")
    assert browser.run("return document.body.classList.contains('stale')")
    browser.screenshot("gone")
    config["admin"]["listen"] = url[7:-1]
    launch(config).wait_ready()
    browser.wait_for(lambda: browser.text("#state") == "running", timeout=20, what="running again")
    assert not browser.run("return document.body.classList.contains('stale')")


def test_with_a_token_nothing_is_shown_without_it(browser, launch, peer):
    config = configuration(sinks={"out": betterstack(peer)}, admin={"listen": "127.0.0.1:0", "token": TOKEN})
    daemon = launch(config)
    daemon.wait_for_event("source.listening")
    browser.open(url_of(daemon))
    browser.wait_for(lambda: browser.text("#state") == "token needed", what="asked for a token")
    assert browser.run("return document.querySelectorAll('.card').length") == 0
    browser.type("#token", "wrong")
    browser.press("\ue007")
    browser.wait_for(lambda: "doesn't take this token" in browser.text("#summary"), what="told that it is wrong")
    browser.type("#token", TOKEN)
    browser.press("\ue007")
    browser.wait_for(lambda: browser.text("#state") == "running", what="running")
    browser.run("location.reload()")
    browser.wait_for(lambda: browser.text("#state") == "running", what="running after a reload")
    assert TOKEN not in browser.run("return document.documentElement.outerHTML + location.href")
    browser.click("#token-forget")
    browser.wait_for(lambda: browser.text("#state") == "token needed", what="asked again")
    assert browser.run("return sessionStorage.length") == 0


def test_without_a_stream_it_asks_now_and_then(browser, start, peer):
    daemon = start(configuration(sinks={"out": betterstack(peer)},
                                 admin={"listen": "127.0.0.1:0", "status_streams": 0}))
    browser.open(url_of(daemon))
    browser.wait_for(lambda: browser.text("#state") == "every 5 s", what="asking now and then")
    assert browser.run("return document.querySelectorAll('.card').length") == 1


def contrast_of(browser, selector):
    """Of a text to what is behind it, as WCAG counts it."""
    return browser.run("""
        const channel = (c) => { c /= 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
        const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
        const parse = (text) => text.match(/[\\d.]+/g).map(Number);
        const element = document.querySelector(arguments[0]);
        let behind = element;
        while (parse(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
        const colours = [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
        const [a, b] = colours.map((colour) => light(parse(colour)));
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);""", selector)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name, size", [("desktop", (1280, 900)), ("phone", (390, 844))])
def test_it_can_be_read_dark_and_light_wide_and_narrow(browser, daemon, sender, scheme, name, size):
    browser.open(url_of(daemon), size, scheme)
    browser.wait_for(lambda: "503" in (browser.text("#summary") or ""), what="the dead sink in words")
    browser.wait_for("document.querySelectorAll('.card .spark .line').length === 2", what="curves")
    for selector in ("body", ".muted", "#state", ".card .chip", ".card .error", "thead th", ".facts dt", "button"):
        assert contrast_of(browser, selector) >= 4.5, f"{selector} in {scheme}"
    assert browser.run("return document.documentElement.scrollWidth <= innerWidth"), "it never scrolls sideways"
    time.sleep(5)  # a curve for the picture
    browser.screenshot(f"{name}-{scheme}")
