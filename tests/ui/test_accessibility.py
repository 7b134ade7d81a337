"""axe-core finds nothing serious on any tab, in either language, light or dark, wide or narrow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.visitor import NARROW, WIDE, Open, choose, go_to

pytestmark = pytest.mark.browser
SERIOUS = ("serious", "critical")
# Milliseconds after which nothing is faded any more.
_SETTLED = 900


def findings(page: Any) -> list[str]:
    """Return what axe-core calls serious or worse: the rule, and where."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    violations = axe.Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {node['target']} {node['html'][:120]}"
        for each in violations
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize(
    ("language", "scheme", "size"),
    [("en-US", "light", WIDE), ("zh-CN", "dark", WIDE), ("zh-CN", "light", NARROW), ("en-US", "dark", NARROW)],
    ids=["en-light-1440", "zh-dark-1440", "zh-light-390", "en-dark-390"],
)
def test_no_tab_has_a_serious_finding(open_page: Open, language: str, scheme: str, size: dict[str, int]) -> None:
    page = open_page(language, size=size, color_scheme=scheme)
    found: dict[str, list[str]] = {}
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_timeout(900)
        found[str(tab.text_content())] = findings(page)
    told = [f"{tab}: {each}" for tab, all_of_it in found.items() for each in all_of_it]
    assert not told, "\n".join(told)


def test_results_have_no_serious_finding_either(open_page: Open) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats", "cats-words")
    page.click("#write")
    page.wait_for_function("document.querySelectorAll('#manuscript .written b').length > 20")
    page.locator("#write-share .python").click()
    page.locator("#more button").first.click()
    page.wait_for_timeout(500)
    told = findings(page)
    assert not told, "\n".join(told)


@pytest.mark.parametrize(("scheme", "size"), [("dark", WIDE), ("light", NARROW)], ids=["dark-1440", "light-390"])
def test_a_path_and_places_have_no_serious_finding(open_page: Open, scheme: str, size: dict[str, int]) -> None:
    page = open_page(size=size, color_scheme=scheme)
    go_to(page, "Corpus")
    page.locator("#vocabulary .take").first.click()
    page.locator("#corpus-places bdi.hit").first.wait_for()
    page.wait_for_timeout(_SETTLED)
    told = findings(page)
    go_to(page, "Look inside")
    choose(page, "#inside-checkpoint", "cats")
    page.locator("#path .take").nth(1).click()
    page.locator("#places .notice").wait_for()
    page.wait_for_timeout(_SETTLED)
    told += findings(page)
    assert not told, "\n".join(told)


@pytest.mark.parametrize(("scheme", "size"), [("dark", WIDE), ("light", NARROW)], ids=["dark-1440", "light-390"])
def test_a_game_a_file_and_what_is_underlined_have_no_serious_finding(
    open_page: Open, open_address: str, scheme: str, size: dict[str, int]
) -> None:
    page = open_page(at=open_address, size=size, color_scheme=scheme)
    choose(page, "#checkpoint", "tide-by-heart")
    page.click("#write")
    page.locator("#manuscript b.known").first.hover()
    page.wait_for_timeout(_SETTLED)
    told = findings(page)
    go_to(page, "Read")
    choose(page, "#game-checkpoint", "moon")
    page.click("#begin-game")
    page.click("#game .give-up")
    page.locator("#game tr.you").wait_for()
    page.click("#compress")
    page.locator("#sizes tr.computed").wait_for()
    page.wait_for_timeout(_SETTLED)
    told += findings(page)
    assert not told, "\n".join(told)
