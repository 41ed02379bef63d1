"""Headless Chromium by Selenium, both from Debian: `make setup-browser` installs them."""

import base64
import json
import shutil
import time

from tests.support.daemon import ROOT

SCREENSHOTS = ROOT / "build/page"

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
         "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-extensions", "--no-proxy-server", "--hide-scrollbars")


def missing():
    """Why there is no browser here; empty where there is one."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "python3-selenium is not installed: make setup-browser"
    absent = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
    return f"{' and '.join(absent)} not installed: make setup-browser" if absent else ""


class Browser:
    """A browser with a profile of its own, which notes every request and everything that goes to its console."""

    def __init__(self, directory):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in (*FLAGS, f"--user-data-dir={directory}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.set_page_load_timeout(30)
        self.driver.set_script_timeout(30)

    def open(self, url, size=(1280, 1000), scheme="light"):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.resize(*size)
        self.driver.get(url)
        return self

    def resize(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def text(self, selector):
        return self.run("return document.querySelector(arguments[0])?.innerText ?? null", selector)

    def wait_for(self, condition, timeout=15.0, what="what was waited for"):
        """Until condition() is true; a text is a script that is run in the page."""
        ask = (lambda: self.run(f"return {condition}")) if isinstance(condition, str) else condition
        deadline = time.monotonic() + timeout
        while not (value := ask()):
            assert time.monotonic() < deadline, f"not {what}; the page says:\n{self.text('body')}"
            time.sleep(0.05)
        return value

    def type(self, selector, text):
        element = self.driver.find_element("css selector", selector)
        element.clear()
        element.send_keys(text)

    def click(self, selector):
        self.driver.find_element("css selector", selector).click()

    def press(self, *keys):
        """Keys to whatever has the focus."""
        from selenium.webdriver import ActionChains
        for key in keys:
            ActionChains(self.driver).send_keys(key).perform()

    def screenshot(self, name):
        """The whole page, for the eyes of people: build/page/NAME.png."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        picture = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        path = SCREENSHOTS / f"{name}.png"
        path.write_bytes(base64.b64decode(picture["data"]))
        return path

    def console(self):
        """What went to the console since the last call, errors of the page and of its policy included."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses that the page has asked for since the last call."""
        messages = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        return [message["params"]["request"]["url"] for message in messages
                if message["method"] == "Network.requestWillBeSent"]

    def close(self):
        self.driver.quit()
