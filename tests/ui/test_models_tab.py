"""Models: sorted by a column, one plot, used in Write, taken away as a zip."""

from __future__ import annotations

import pytest

from core.lab import Lab
from tests.ui.visitor import Open, go_to

pytestmark = pytest.mark.browser


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
