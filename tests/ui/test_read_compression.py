"""The text as a file on the page: sizes, the file itself, and files that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.lab import Lab
from core.sharing.compressors import Size
from core.ui.components.sizes import sizes_value, stopped_sizes
from tests.ui.visitor import NARROW, Open, choose, go_to


def test_the_smallest_comes_first_and_what_was_stopped_stays() -> None:
    rows = [Size("gzip", 90), Size("model", 40, primed=True, adaptive=False), Size("text", 200, adaptive=False)]
    value = sizes_value("m", 200, rows, 0.5)
    assert [each["size"] for each in value["rows"]] == [40, 90, 200]
    stopped = stopped_sizes(value)
    assert stopped == {**value, "done": None, "stopped": True}
    done = sizes_value("m", 200, rows, None)
    assert (
        stopped_sizes(done) == done
        and stopped_sizes(None) is None
        and stopped_sizes({"notice": "no"}) == {"notice": "no"}
    )


@pytest.mark.browser
def test_a_text_becomes_a_file_and_the_file_the_text(
    open_page: Open, open_address: str, open_lab: Lab, tmp_path: Path
) -> None:
    page = open_page(at=open_address)
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "tide")
    text = "The tide came in twice that day,\nand nobody wound the clock. " * 8
    page.locator("#read-text textarea").fill(text)
    page.click("#compress")
    page.locator("#sizes tr.computed").wait_for()
    size = len(open_lab.compress_text("tide", text))
    row = page.locator("#sizes tr.model:not(.computed)").inner_text()
    assert f"{size:,}" in row and "has read the training text" in row
    # what learns from the text stands in a table of its own
    assert page.locator("#sizes table").first.locator("tr.computed").count() == 0
    assert page.locator("#sizes h3").all_inner_texts()[1].startswith("Adaptive")
    assert page.locator("#sizes tbody tr").count() >= 7  # PPMd where it is installed
    with page.expect_download() as download:
        page.click("#download-compressed")
    assert download.value.suggested_filename == "tide.unrl"
    coded = Path(download.value.path()).read_bytes()
    assert open_lab.decompress_bytes("tide", coded) == text
    for name, data, told in [
        ("whole", coded, "nobody wound"),
        ("cut", coded[:-5], "damaged or cut off"),
        ("other", b"PK", "UNRL"),
    ]:
        (tmp_path / name).write_bytes(data)
        if page.locator("#compressed-file button[aria-label='Clear']").count():
            page.locator("#compressed-file button[aria-label='Clear']").click()
        page.locator("#compressed-file input[type=file]").set_input_files(tmp_path / name)
        page.wait_for_function(f"document.querySelector('#decompressed textarea').value.includes({told!r})")


@pytest.mark.browser
def test_held_out_pages_tell_two_models_apart_with_an_interval(
    open_page: Open, open_address: str, open_lab: Lab
) -> None:
    page = open_page(at=open_address)
    go_to(page, "Read")
    choose(page, "#read-checkpoint", "tide", "tide-bigram")
    page.click("#held-out-page")
    page.locator("#scores .better li", has_text="is better than").wait_for()
    text = page.locator("#read-text textarea").input_value()
    assert text == open_lab.held_out("tide", 5000) and len(text) > 2000
    (found,) = open_lab.compare(["tide", "tide-bigram"], text)["differences"]
    said = page.locator("#scores .better li").inner_text()
    assert all(f"{found[key]:.3f}" in said for key in ("mean", "low", "high"))
    assert "95 % intervals" in page.locator("#scores .how").inner_text()


@pytest.mark.browser
def test_what_cannot_be_compressed_says_why_and_a_phone_shows_all(open_page: Open, open_address: str) -> None:
    page = open_page(language="zh-CN", at=open_address, size=NARROW)
    go_to(page, "对读")
    page.locator("#read-text textarea").fill("渡口的月亮" * 2000)
    page.click("#compress")
    page.locator("#sizes .notice", has_text="最多").wait_for()
    page.locator("#read-text textarea").fill("渡口的月亮")
    page.click("#compress")
    page.locator("#sizes tr.computed").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
