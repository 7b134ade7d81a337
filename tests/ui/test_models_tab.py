"""Models: sorted by a column, one plot, used in Write, taken away as a zip."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest

from core.lab import Lab
from core.sharing.facts import CONFIG
from tests.ui.visitor import NARROW, Open, go_to

pytestmark = pytest.mark.browser


@pytest.fixture
def two_plays(lab: Lab) -> Iterator[dict[str, Any]]:
    """Let a checkpoint state the results of two passages; return its row."""
    path = lab.places.checkpoints / "cats" / CONFIG
    before = path.read_text(encoding="utf-8")
    facts = json.loads(before)
    cut = facts["corpus"]["split"]["training_characters"]
    facts["corpus"]["passages"] = [
        {"name": "first", "title": {"en": "The First", "zh": "《甲》"}, "first_character": cut - 1},
        {"name": "second", "title": {"en": "The Second", "zh": "《乙》"}, "first_character": cut + 9},
    ]
    held_out = facts["results"]["held_out"]
    facts["results"] |= {
        "held_out.first": {**held_out, "perplexity": 2.5}, "held_out.second": {**held_out, "perplexity": 3.5}
    }  # fmt: skip
    path.write_text(json.dumps(facts), encoding="utf-8")
    yield next(row for row in lab.checkpoints() if row["name"] == "cats")
    path.write_text(before, encoding="utf-8")


def test_results_are_sorted_plotted_used_and_taken_away(open_page: Open, lab: Lab) -> None:
    page = open_page(accept_downloads=True)
    go_to(page, "Models")
    names = page.locator("#checkpoints tbody td:first-child")
    names.first.wait_for()
    page.get_by_role("button", name="held-out perplexity").click()
    rows = {row["name"]: row for row in lab.checkpoints() if "error" not in row}
    order = sorted(rows, key=lambda name: rows[name]["held_out_perplexity"])
    assert names.all_text_contents()[: len(order)] == order  # those without the number come last
    page.get_by_role("button", name="held-out perplexity").click()
    assert names.all_text_contents()[: len(order)] == order[::-1]
    assert page.locator("#results .dot").count() == len(rows)
    page.locator("#results .dot").first.focus()
    assert "bits per character" in page.locator("#results .told").inner_text()
    with page.expect_download() as download:
        page.locator("#checkpoints tr", has_text="cats-words").get_by_role("button", name="zip").click()
    assert download.value.suggested_filename == "cats-words.zip"
    assert download.value.path().read_bytes() == lab.packed("cats-words")
    page.locator("#checkpoints tr", has_text="garden").get_by_role("button", name="write with it").click()
    page.wait_for_function("document.querySelector('#checkpoint').innerText.includes('garden:')")
    page.get_by_role("tab", name="Write", selected=True).wait_for()


@pytest.mark.parametrize(("language", "tab", "details"), [("en-US", "Models", "details"), ("zh-CN", "模型", "详情")])
def test_the_details_of_a_checkpoint_are_both_protocols_every_passage_and_the_command(
    open_page: Open, two_plays: dict[str, Any], language: str, tab: str, details: str
) -> None:
    page = open_page(language, size=NARROW)
    go_to(page, tab)
    row = page.locator("#checkpoints tr[data-name='cats']")
    button = row.get_by_role("button", name=details)
    assert button.get_attribute("aria-expanded") == "false"
    button.click()
    shown = page.locator("#checkpoints tr.details")
    lines = shown.locator("tbody tr")
    lines.nth(4).wait_for()
    zh = language == "zh-CN"
    names = lines.locator("td.what").all_text_contents()
    assert "《甲》余下的部分" in names[2] if zh else names[2] == "of it, the rest of The First"
    assert "《乙》" in names[3] if zh else names[3] == "of it, The Second"
    assert "256" in names[4]
    figures = [[float(text) for text in line.locator("td.figure").all_text_contents()] for line in lines.all()]
    bits = two_plays["bits_per_char"]
    assert figures[1] == pytest.approx([two_plays["held_out_perplexity"], bits, bits * math.log(2)], rel=1e-3)
    assert (figures[2][0], figures[3][0]) == (2.5, 3.5)
    assert figures[4][0] == pytest.approx(two_plays["windows_perplexity"], rel=1e-3)
    assert two_plays["command"] in shown.inner_text()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#checkpoints .sheet").evaluate("sheet => sheet.scrollWidth <= sheet.clientWidth")
    assert page.evaluate("document.activeElement.getAttribute('aria-expanded')") == "true"
    page.keyboard.press("Enter")
    shown.wait_for(state="detached")
