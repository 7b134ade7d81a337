"""A page over tiny models, trained in a moment and served to the tests of one session."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from core.lab import Lab
from core.places import Places
from core.ui.limits import Limits
from tests.ui.visitor import PATIENCE, WIDE, Open, chromium, foreign, forgive_leaving

PROJECT = Path(__file__).resolve().parents[2]

ENGLISH = "The cat sat on the mat, and the dog ran to the sea. The sea was as grey as the cat.\n" * 30
CHINESE = "今日天气晴和，我们且到园子里走走。\n园子里的花开了，我们都笑了。\n" * 40

SLOW = """
import time
class Slow(Uniform):
    about = About(name="slow", title=both("Slow", "慢"), idea=both("Takes its time."), section="D2L 8.4")
    def step(self, ids, state):
        time.sleep(0.02)
        return super().step(ids, state)
PLUGIN = Slow
"""


@pytest.fixture(scope="session")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    """Folders with two counting models, a slow one and a broken one, and a checkpoint of each that works."""
    folder = tmp_path_factory.mktemp("page")
    plugins = folder / "plugins"
    plugins.mkdir()
    for name in ("ngram.py", "uniform.py"):
        shutil.copy(PROJECT / "plugins" / name, plugins)
    (plugins / "slow.py").write_text((plugins / "uniform.py").read_text().replace("PLUGIN = Uniform", SLOW))
    (plugins / "broken.py").write_text("raise RuntimeError('left unfinished on purpose')\n")
    (folder / "cats.txt").write_text(ENGLISH, encoding="utf-8")
    (folder / "garden.txt").write_text(CHINESE, encoding="utf-8")
    (folder / "short.txt").write_text("anna\nbella\nclara\ndora\nella\n" * 8, encoding="utf-8")
    places = Places(plugins, folder / "checkpoints", (), folder / "data")
    lab = Lab(places=places)
    runs: list[tuple[str, str, str, dict[str, Any]]] = [
        ("cats", "ngram", "cats.txt", {"order": 4}),
        ("cats-words", "ngram", "cats.txt", {"order": 2, "level": "word"}),
        ("garden", "ngram", "garden.txt", {"order": 3}),
        ("slow", "slow", "cats.txt", {}),
    ]
    for name, model, corpus, values in runs:
        list(lab.train(model, str(folder / corpus), places.checkpoints / name, values))
    damaged = places.checkpoints / "damaged"
    damaged.mkdir()
    (damaged / "config.json").write_text("{")
    return places


@pytest.fixture(scope="session")
def lab(places: Places) -> Lab:
    return Lab(places=places)


@pytest.fixture(scope="session")
def address(lab: Lab) -> Iterator[str]:
    """The address of a page over the tiny models, whose limits are small."""
    from core.ui.page import build, launch

    page, room = build(lab, Limits(characters=3000, tokens=500))
    yield launch(page, room, None)
    page.close(verbose=False)


@pytest.fixture(scope="session")
def open_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A Lab over models of texts that ship: these are open to everybody, unlike a file of this machine."""
    folder = tmp_path_factory.mktemp("open")
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    runs: list[tuple[str, str, dict[str, Any]]] = [
        ("tide", "tide_clock", {"order": 5}),
        ("tide-bigram", "tide_clock", {"order": 2}),
        ("tide-by-heart", "tide_clock", {"order": 12, "smoothing": "none"}),
        ("moon", "moon_ferry", {"order": 3}),
    ]
    for name, corpus, values in runs:
        list(made.train("ngram", corpus, made.places.checkpoints / name, values))
    return made


@pytest.fixture(scope="session")
def open_address(open_lab: Lab) -> Iterator[str]:
    """The address of a page over these."""
    from core.ui.page import build, launch

    page, room = build(open_lab, Limits(characters=6000, tokens=500))
    yield launch(page, room, None)
    page.close(verbose=False)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    yield from chromium()


@pytest.fixture
def open_page(browser: Any, address: str) -> Iterator[Open]:
    """Open the page as a visitor; at the end nothing may have gone wrong in it, nor been asked of another host."""
    opened: list[Any] = []
    wrong: list[str] = []

    def open_it(language: str = "en-US", at: str = address, size: dict[str, int] = WIDE, **more: Any) -> Any:
        context = browser.new_context(locale=language, viewport=size, **more)
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        page = context.new_page()
        home = urlsplit(at).netloc
        page.on("request", lambda request: wrong.append(request.url) if foreign(request.url, home) else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("framenavigated", lambda frame: forgive_leaving(wrong))
        page.goto(at)
        page.wait_for_selector("#choices tbody tr, #choices .notice:not([hidden])", state="attached")
        return page

    yield open_it
    for context in opened:
        context.close()
    assert not wrong
