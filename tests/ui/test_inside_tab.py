"""Look inside: steps of time, the back-off path, heat maps by keyboard, and a unit that is followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.lab import Lab
from core.places import Places
from core.ui.limits import Limits
from tests.ui.visitor import Open, choose, go_to

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def recurrent(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a tiny LSTM."""
    folder = tmp_path_factory.mktemp("inside")
    (folder / "text.txt").write_text("The cat sat on the mat, and the dog ran to the sea.\n" * 30)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    tiny = {"hidden_size": 12, "epochs": 1, "batch_size": 8, "num_steps": 16, "embedding_size": 0, "validation": False}
    list(made.train("lstm", str(folder / "text.txt"), made.places.checkpoints / "tiny", tiny))
    return made


@pytest.fixture(scope="module")
def recurrent_address(recurrent: Lab) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(recurrent, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


def test_a_recurrent_model_is_walked_through_step_by_step(
    open_page: Open, recurrent: Lab, recurrent_address: str
) -> None:
    page = open_page(at=recurrent_address)
    go_to(page, "Look inside")
    page.locator("#inside-text textarea").fill("The cat sat")
    page.click("#look")
    page.locator("#step h3", has_text="Step 5 of 11").wait_for()
    for step in (5, 6):
        expected = recurrent.inspect_step("tiny", "The cat sat", step - 1)
        page.locator("#step h3", has_text=f"Step {step} of 11").wait_for()
        left = expected["row"]["left"][0]
        assert f"{abs(left):.4f}" in page.locator("#step .row tbody").inner_text()
        assert "difference of all 48 numbers: 0" in page.locator("#step .row .difference").inner_text()
        assert f"{expected['next']['bits']:.2f} bits of surprise" in page.locator("#step .next").inner_text()
        page.locator("#heatmap .map").focus()
        page.keyboard.press("ArrowDown")  # the map's step is the slider's
    page.keyboard.press("ArrowRight")
    hidden = recurrent.open("tiny").model.trace(recurrent.open("tiny").tokenizer.encode("The cat sat"))
    assert f"step 7 “t”, unit 2: {hidden['hidden'][6, 0, 1]:.3f}"[:22] in page.locator("#heatmap .told").inner_text()
    page.locator("#inside-trace input").click()
    page.locator("ul[role=listbox] li", has_text="forget_gate").click()
    page.locator("#heatmap h3", has_text="forget_gate: 11 steps × 12 units").wait_for()
    page.locator("#heatmap .follow input").fill("3")
    page.keyboard.press("Enter")
    page.locator("#heatmap .text b").nth(4).hover()
    assert f"unit 3: {hidden['forget_gate'][4, 0, 2]:.2f}" in page.locator("#heatmap .told").inner_text()


def test_a_counting_model_shows_its_path(open_page: Open, lab: Lab) -> None:
    page = open_page("zh-CN")
    go_to(page, "拆开看")
    choose(page, "#inside-checkpoint", "cats")
    page.locator("#inside-text textarea").fill("The cat")
    page.click("#look")
    page.locator("#step h3", has_text="第 5 步，共 7 步").wait_for()
    path = lab.inspect_step("cats", "The cat", 4)["back_off"]
    shown = page.locator("#step .path tbody tr").all_inner_texts()
    assert [row.split("\t")[1] for row in shown] == [str(row["count"]) for row in path]
    assert "回退路径" in page.locator("#step .path").inner_text()
