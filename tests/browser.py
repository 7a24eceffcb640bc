"""A headless Chromium in which the pages are tested, what it says on its console, and what it asks of the network."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait

CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")

MISSING = (
    None
    if CHROMIUM and CHROMEDRIVER
    else "needs chromium and chromedriver (Debian: apt install chromium chromium-driver)"
)
"""Why there is no browser; None where there is one."""

HERE = ("127.0.0.1", "localhost", "::1")
"""Requests to these do not leave the machine."""

_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--window-size=1200,900",
)


@contextmanager
def started() -> Iterator[webdriver.Chrome]:
    """A browser with a profile and a folder of downloads (`downloads`) of its own."""
    with tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True) as folder:
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for option in (*_OPTIONS, f"--user-data-dir={folder}/profile"):
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        options.add_experimental_option("prefs", {"download.default_directory": f"{folder}/downloads"})
        driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
        driver.downloads = Path(folder, "downloads")  # type: ignore[attr-defined]
        try:
            driver.get("about:blank")
            requested(driver)  # of the page that a new tab shows
            yield driver
        finally:
            driver.quit()


@contextmanager
def in_peace(browser: webdriver.Chrome) -> Iterator[None]:
    """Within the block no error comes to the console, and no request leaves the machine."""
    console_errors(browser), requested(browser)  # what was before
    yield
    assert console_errors(browser) == []
    assert requests_that_left(browser) == []


def at_rest(browser: webdriver.Chrome) -> None:
    """Wait until the cells of all heatmaps tell their weights, which they do soon after these are drawn."""
    busy = "return document.querySelector('.viewer-heatmap[aria-busy=true]') === null"
    WebDriverWait(browser, 60, 0.02).until(lambda _: browser.execute_script(busy))


def console_errors(browser: webdriver.Chrome) -> list[str]:
    """What the console was told since it was last asked, but for mere information."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


def requests_that_left(browser: webdriver.Chrome) -> list[str]:
    """The addresses that were asked for since this was last asked, and that are not on this machine."""
    return [url for url in requested(browser) if _leaves(url)]


def requested(browser: webdriver.Chrome) -> list[str]:
    """The addresses of all requests and sockets since this was last asked."""
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    return sent + [event["params"]["url"] for event in events if event["method"] == "Network.webSocketCreated"]


def _leaves(url: str) -> bool:
    address = urlsplit(url)
    return address.scheme in ("http", "https", "ws", "wss", "ftp") and address.hostname not in HERE
