"""What a visitor's hands do in a real browser; the fixtures `browser` and `open_page` stand in ``conftest.py``."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE, NARROW = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
HARM = '<img src=x onerror="window.harmed=1">${harm()}${window.harmed=1}{{window.harmed=1}}`\\'
# Milliseconds that a picture may take to appear, on a machine with much else to do.
PATIENCE = 15_000
# Milliseconds that a hand needs from one box to the next.
HAND = 300
# What a browser says of answers that were under way when the page was left.
LEAVING = ("AbortError", "Connection errored out")
Open = Callable[..., Any]


def chromium() -> Iterator[Any]:
    """Yield a browser for a fixture; the test is skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no Chromium on this machine (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()


def foreign(url: str, home: str) -> bool:
    """Whether a request goes anywhere else."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.netloc.replace("localhost", "127.0.0.1") != home


def forgive_leaving(wrong: list[str]) -> None:
    """Take out what was said only because the page was left, as when the language is switched or the page reloaded."""
    wrong[:] = [each for each in wrong if not any(word in each for word in LEAVING)]


def written(page: Any) -> str:
    """Wait for the end of the writing and return what the model wrote."""
    page.wait_for_function(
        "document.querySelector('#manuscript .facts').textContent && !document.body.matches('.unroll-writing')"
    )
    return str(page.locator("#manuscript .written").text_content())


def go_to(page: Any, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()


def choose(page: Any, box: str, *names: str) -> None:
    """Choose a checkpoint by its name, or several where the box takes several."""
    remove_all = page.locator(f"{box} .remove-all")
    if remove_all.count():
        remove_all.click()
    page.locator(f"{box} input").click()
    for name in names:
        page.locator("ul[role=listbox] li", has_text=name + ":").click()
    page.keyboard.press("Escape")
    page.wait_for_timeout(HAND)


def choose_own_text(page: Any, tab: str = "Train") -> None:
    """Choose to train on a text of one's own: the last entry of the list."""
    go_to(page, tab)
    page.locator("#train-corpus input").click()
    page.locator("ul[role=listbox] li").last.click()
