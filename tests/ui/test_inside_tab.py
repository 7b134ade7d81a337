"""Look inside: steps of time, the back-off path, heat maps by keyboard, and a unit that is followed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.lab import Lab
from core.places import Places
from core.sharing.own import OwnName
from core.ui.limits import Limits
from tests.ui.visitor import HARM, NARROW, WIDE, Open, choose, go_to

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def recurrent(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a tiny LSTM, and a mixture of n-grams with a gate."""
    folder = tmp_path_factory.mktemp("inside")
    (folder / "text.txt").write_text("The cat sat on the mat, and the dog ran to the sea.\n" * 30)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    tiny = {"hidden_size": 12, "epochs": 1, "batch_size": 8, "num_steps": 16, "embedding_size": 0, "validation": False}
    list(made.train("lstm", str(folder / "text.txt"), made.places.checkpoints / "tiny", tiny))
    mixed = {"members": "ngram(order=2),ngram(order=4)", "weights": "gate"}
    list(made.train("mixture", str(folder / "text.txt"), made.places.checkpoints / "voices", mixed))
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
    choose(page, "#inside-checkpoint", "tiny")
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
    expected = lab.inspect_path("cats", "The cat", 4)
    assert expected is not None
    for row, shown in zip(expected["path"], page.locator("#path tbody tr").all(), strict=True):
        numbers = [each.rstrip("†") for each in shown.locator("td.figure").all_inner_texts()]
        assert numbers[:3] == [str(row["total"]), str(row["types"]), str(row["count"])]
        assert float(numbers[-1]) == pytest.approx(row["contribution"], rel=0.06, abs=5e-5)
    assert "通向“a”的回退路径" in page.locator("#path h3").inner_text()
    added = page.locator("#path .told").inner_text().split(" = ")[0].split(" + ")
    assert sum(map(float, added)) == pytest.approx(expected["probability"], abs=5e-4)
    assert "Kneser-Ney" in page.locator("#path .counted").inner_text()
    page.locator("#path .tokens button").nth(1).click()  # the likeliest but one
    other = expected["candidates"][1]["token"].replace(" ", "␣")
    page.locator("#path h3", has_text=f"通向“{other}”的回退路径").wait_for()
    page.locator("#inside-step input[type=number]").fill("6")
    page.locator("#path h3", has_text="通向“t”的回退路径").wait_for()
    page.locator("#path tbody .take").nth(1).click()
    page.locator("#places .notice", has_text="无法显示").wait_for()  # the text is a file of this machine


def test_a_model_without_a_path_shows_none(open_page: Open, recurrent_address: str) -> None:
    page = open_page(at=recurrent_address)
    go_to(page, "Look inside")
    choose(page, "#inside-checkpoint", "tiny")
    page.locator("#step h3").wait_for()
    assert not page.locator("#path").is_visible() and not page.locator("#places").is_visible()


@pytest.fixture(scope="module")
def storied(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a counting model of a story that ships."""
    folder = tmp_path_factory.mktemp("storied")
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    list(made.train("ngram", "tide_clock", made.places.checkpoints / "tide", {"order": 4}))
    return made


@pytest.fixture(scope="module")
def storied_address(storied: Lab) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(storied, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_the_places_of_a_context_are_shown_by_keyboard(
    open_page: Open, storied: Lab, storied_address: str, size: dict[str, int]
) -> None:
    page = open_page(at=storied_address, size=size)
    go_to(page, "Look inside")
    page.locator("#inside-text textarea").fill("of the clock")
    page.click("#look")
    page.locator("#path h3", has_text="path to “e”").wait_for()
    page.locator("#inside-step input[type=number]").fill("6")
    page.locator("#path h3", has_text="path to “␣”").wait_for()
    page.locator("#path .take").first.focus()
    page.keyboard.press("Enter")
    context, (token,) = storied.tokenize("tide", "the")["ids"], storied.tokenize("tide", " ")["ids"]
    expected = storied.concordance("tide", context, token)
    page.locator("#places h3", has_text="Places of “the” in The Tide Clock").wait_for()
    about = page.locator("#places .about").inner_text()
    assert f"Places: {expected['total']:,} among" in about and f"follows {expected['same']:,} of them" in about
    rows = page.locator("#places tbody tr").all()
    assert len(rows) == len(expected["places"]) == 20
    for row, place in zip(rows, expected["places"], strict=True):
        assert row.locator("bdi.hit").inner_text() == "the"
        assert (row.locator("td.mark").inner_text() == "✓") == place["same"]  # told without colour
    assert f"line {expected['places'][0]['line']}" in rows[0].inner_text()
    assert page.evaluate("document.activeElement.matches('#path .take')")  # the focus stays where it was
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#inside-step input[type=number]").fill("3")
    page.locator("#places").wait_for(state="hidden")  # another step: those were places of another context


def test_a_visitors_own_text_is_shown_as_text_and_to_its_key_alone(
    open_page: Open, storied: Lab, storied_address: str
) -> None:
    page = open_page(at=storied_address)
    key = page.evaluate("window.unroll.key()")
    mine = OwnName(key, "mine")
    list(storied.train_own(mine, "ngram", "", (f"so {HARM}\n" * 40).encode(), {"order": 3}))
    page.reload()
    go_to(page, "Look inside")
    choose(page, "#inside-checkpoint", "★ mine")
    page.locator("#inside-text textarea").fill("<img src")
    page.click("#look")
    page.locator("#path .take").first.click()
    page.locator("#places bdi.hit").first.wait_for()
    assert 'rc=x onerror="window.harmed=1">${harm()}' in page.locator("#places tbody tr").first.inner_text()
    assert page.evaluate("window.harmed") is None and key not in page.locator("body").inner_text()
    other = open_page(at=storied_address)
    go_to(other, "Look inside")
    other.locator("#inside-checkpoint input").click()
    assert "mine" not in other.locator("ul[role=listbox]").inner_text()


def test_a_mixture_shows_its_members_by_name_and_their_weights(
    open_page: Open, recurrent: Lab, recurrent_address: str
) -> None:
    page = open_page(at=recurrent_address)
    go_to(page, "Look inside")
    choose(page, "#inside-checkpoint", "voices")
    page.locator("#inside-text textarea").fill("The cat sat")
    page.click("#look")
    page.locator("#heatmap h3", has_text="member_probability: 11 steps × 2 columns").wait_for()
    assert "Columns: 1 ngram(order=2) · 2 ngram(order=4)" in page.locator("#heatmap .about").inner_text()
    assert "Probabilities of 2 members, weighed and added" in page.locator("#step .following").inner_text()
    page.locator("#inside-trace input").click()
    page.locator("ul[role=listbox] li", has_text="weight:").click()
    page.locator("#heatmap h3", has_text="weight: 11 steps × 3 columns").wait_for()
    opened = recurrent.open("voices")
    weight = opened.model.trace(opened.tokenizer.encode("The cat sat"))["weight"]
    page.locator("#heatmap .follow input").fill("3")
    page.keyboard.press("Enter")
    page.locator("#heatmap .text b").nth(6).hover()
    # 16 bits between the smallest and the largest hold three decimals
    assert f"step 7, t: geometric mean = {weight[6, 2]:.2f}" in page.locator("#heatmap .told").inner_text()
    go_to(page, "Models")
    listed = page.locator("#checkpoints tr", has_text="voices").locator(".members li")
    listed.first.wait_for()
    shares = [each.weight for each in opened.model.members]
    expected = [
        f"ngram(order=2) {shares[0]:.3f}",
        f"ngram(order=4) {shares[1]:.3f}",
        f"their geometric mean {1 - sum(shares):.3f}",
    ]
    assert listed.all_inner_texts() == expected
