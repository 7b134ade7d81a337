"""Every tab with the models that ship, in both languages, light and dark, wide and narrow, for a person to look at.

The pictures go to ``screenshots/``, which git ignores. What a machine can see of them is tested here: no word without its
translation, nothing wider than the page, nothing empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.lab import Lab
from core.ui.limits import Limits
from core.ui.words import WORDS
from tests.ui.visitor import NARROW, WIDE, Open

pytestmark = pytest.mark.browser
FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
# Milliseconds that a tab with the real models may need to be drawn.
_DRAWN = 900


@pytest.fixture(scope="module")
def shipped_address() -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(Lab(), Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en-US", "zh-CN"])
def test_every_tab_is_drawn(
    shipped_address: str, open_page: Open, language: str, scheme: str, size: dict[str, int]
) -> None:
    page = open_page(language, at=shipped_address, size=size, color_scheme=scheme)
    page.locator("#ladder .line").first.wait_for()
    FOLDER.mkdir(exist_ok=True)
    keys = re.compile(r"(?<![\w.])(?:" + "|".join(re.escape(key) for key in WORDS) + r")(?![\w.])")
    for at, tab in enumerate(page.get_by_role("tab").all()):
        tab.click()
        page.wait_for_timeout(_DRAWN)
        text = page.locator("body").inner_text()
        assert not keys.search(text), keys.findall(text)
        assert "undefined" not in text and "NaN" not in text and "[object" not in text
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab.text_content()
        if at == 0 and size is WIDE:
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
        page.screenshot(path=FOLDER / f"{at + 1}-{language[:2]}-{scheme}-{size['width']}.png", full_page=True)
