"""The sections on gradient flow, clipping and the cliff: their pictures' data, and what a visitor sees of them."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.lab import Lab
from core.places import Places
from core.ui.charts.cliff import cliff_losses, cliff_search, cliff_surface
from core.ui.charts.clipping import bends_chart, histogram, norms_chart
from core.ui.charts.flow import flow_chart
from core.ui.components.surface import Path as Way
from core.ui.components.surface import surface_value
from core.ui.limits import Limits
from core.ui.story import story
from tests.ui.visitor import HARM, NARROW, Open, go_to

PROJECT = Path(__file__).resolve().parents[2]


def flow(name: str, norms: list[float | None], **more: Any) -> dict[str, Any]:
    part = {"name": "hidden", "norm": norms, "low": norms, "high": norms, "half": 1.0, "hundredth": None}
    gate = {"name": "hidden", "meaning": {"en": "h", "zh": "隐"}, "radius": 0.5, "norm": 1.25}
    return {
        "name": name, "untrained": False, "positions": 3, "lags": list(range(1, len(norms) + 1)), "whole": {**part, "name": "whole"},
        "parts": [part], "gates": [gate], **more,
    }  # fmt: skip


# Pictures as data


def test_a_gated_model_has_a_curve_for_every_part_of_its_state_and_a_plain_one_has_one() -> None:
    parts = [{**flow("b", [1.0, 0.5])["whole"], "name": name} for name in ("hidden", "cell")]
    chart = flow_chart([flow("a", [1.0, 0.1]), flow("b", [1.0, 0.5], parts=parts)], "en")
    assert [each["name"] for each in chart["series"]] == ["a", "b: hidden state H", "b: memory cell C"]
    assert chart["y"]["log"] and not chart["x"]["log"]


def test_more_curves_than_can_be_told_apart_become_one_a_model() -> None:
    parts = [{**flow("b", [1.0, 0.5])["whole"], "name": name} for name in ("hidden", "cell")]
    chart = flow_chart([flow(name, [1.0, 0.5], parts=parts) for name in "abcd"], "en")
    assert [each["name"] for each in chart["series"]] == [
        "a: whole state",
        "b: whole state",
        "c: whole state",
        "d: whole state",
    ]


def test_what_vanishes_leaves_the_picture_and_stays_in_the_table() -> None:
    chart = flow_chart([flow("a", [1.0, 1e-30, None])], "en")
    assert [y for _, y in chart["series"][0]["points"]] == [1.0, None, None]
    assert chart["table"][1][1:3] == ["1", "below 10⁻⁵⁰"] and any("leave the picture" in each for each in chart["said"])


def test_radius_and_singular_value_stand_in_the_row_of_the_state_that_they_lead_to() -> None:
    chart = flow_chart([flow("a", [1.0, 0.5])], "zh")
    assert chart["table"][1] == ["a", "1", "0.5 (×÷ 1)", "1", "超过 1", "0.5", "1.25"]


def test_the_histogram_counts_every_norm_once_in_bins_of_equal_width_on_the_axis() -> None:
    norms = np.random.default_rng(0).lognormal(size=200)
    bins = histogram(norms)
    assert sum(count for _, count in bins) == 200
    steps = np.diff(np.log([middle for middle, _ in bins]))
    np.testing.assert_allclose(steps, steps[0])
    assert histogram(np.array([])) == [] and histogram(np.array([2.0, 2.0])) == [(2.0, 2.0)]


def test_the_share_that_a_threshold_shortens_is_counted() -> None:
    run = {"points": [[16, 0.5, 1.0], [32, 2.0, 1.0], [48, 3.0, 1.0], [64, 0.9, 1.0]]}
    chart = norms_chart(run, 1.0, "run", "en")
    assert "shortens 50.0 % of the steps" in chart["said"][0] and "every 16th step" in chart["said"][1]
    assert chart["levels"] == [{"name": "threshold θ = 1", "value": 1.0, "upright": True}]
    assert norms_chart(run, 0.0, "run", "en")["levels"] == []


def test_a_run_without_a_single_step_is_drawn_too() -> None:
    assert norms_chart({"points": [], "diverged": True}, 1.0, "run", "zh")["series"][0]["points"] == []


def test_clipping_by_norm_is_the_line_at_no_degrees() -> None:
    clamped = [
        {"threshold": 4.0, "share": 0.0, "norm": 5.0, "degrees": 0.0},
        {"threshold": 1.0, "share": 1.0, "norm": 1.4, "degrees": 8.13},
    ]
    chart = bends_chart({"norm": 5.0, "greatest": 4.0, "parameters": 2, "sign_degrees": 8.13, "clamped": clamped}, "en")
    clamp, clip = chart["series"]
    assert clamp["points"] == [[0.25, 8.13], [1.0, 0.0]] and [y for _, y in clip["points"]] == [0.0, 0.0]


def test_cells_are_shaded_by_the_class_that_their_loss_lies_in() -> None:
    value = surface_value(
        "t", "a", ("w", 0, 1), ("b", 0, 1), [[0.5, 1.0], [1.5, 9.0]], (1, 2, 3, 4, 5), [Way("p", [(0, 0)])] * 4
    )
    assert value["classes"] == [[0, 0], [1, 5]] and len(value["paths"]) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_three_pictures_of_the_cliff_say_what_was_computed(language: str) -> None:
    found = Lab().cliff(0.3, 0.1, 200)
    plain, clipped, searched = found["descents"]
    surface = cliff_surface(found, language)
    assert "40.58" in surface["said"][0] and len(plain["points"]) == len(clipped["points"]) == 201
    losses = cliff_losses(found, language)
    assert [y for _, y in losses["series"][2]["points"]][-1] is None  # below the picture's floor
    search = cliff_search(found, language)
    met = [row[3:] for row in search["table"][1:]]
    yes = {"en": "yes", "zh": "是"}[language]
    assert met[-1] == [yes] * 3 and all(row != [yes] * 3 for row in met[:-1])
    assert str(searched["evaluations"]) in surface["said"][2]


# The page


@pytest.fixture(scope="module")
def recurrent(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a tiny network from scratch, a tiny LSTM, and a counting model."""
    folder = tmp_path_factory.mktemp("gradients")
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    tiny = {"hidden_size": 12, "epochs": 1, "batch_size": 8, "num_steps": 16, "max_tokens": 3000}
    for name, model, values in (
        ("plain", "rnn_scratch", tiny),
        ("gated", "lstm", tiny),
        ("counted", "ngram", {"order": 2}),
    ):
        list(made.train(model, "tide_clock", made.places.checkpoints / name, values))
    return made


@pytest.fixture(scope="module")
def gradients_address(recurrent: Lab) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(recurrent, Limits())
    yield launch(page, room, None)
    page.close(verbose=False)


def link(address: str, **state: Any) -> str:
    """Return the link to a state of the tab."""
    return f"{address}#gradients/{urlsafe_b64encode(json.dumps(state).encode()).decode().rstrip('=')}"


@pytest.mark.browser
def test_flow_is_measured_when_asked_and_the_numbers_are_the_labs(
    open_page: Open, recurrent: Lab, gradients_address: str
) -> None:
    page = open_page(at=gradients_address)
    go_to(page, "Gradients")
    assert "press Measure" in page.locator("#flow-chart .notice").inner_text()
    page.locator("#flow-untrained input").check()
    page.click("#measure-flow")
    page.locator("#flow-chart .keys div").nth(2).wait_for()
    page.locator("#flow-before .keys div").nth(2).wait_for()
    measured = recurrent.gradient_flow("plain", story(recurrent, "en", 1_200))
    page.locator("#flow-chart summary").click()
    row = page.locator("#flow-chart tbody tr", has_text="plain").first.inner_text()
    assert f"{measured['gates'][0]['norm']:.4g}" in row
    assert "counted" not in page.locator("#flow-checkpoint").inner_text()


@pytest.mark.browser
def test_a_text_that_is_too_short_and_no_model_at_all_get_a_sentence(open_page: Open, gradients_address: str) -> None:
    page = open_page(at=gradients_address)
    go_to(page, "Gradients")
    page.locator("#flow-text textarea").fill(HARM[:40])
    page.click("#measure-flow")
    page.locator("#flow-chart .notice", has_text="tokens").wait_for()
    assert page.evaluate("window.harmed") is None
    page.locator("#flow-checkpoint .remove-all").click()
    page.click("#measure-flow")
    page.locator("#flow-chart .notice", has_text="Choose one to four").wait_for()


@pytest.mark.browser
def test_a_link_opens_the_section_in_its_state(open_page: Open, gradients_address: str) -> None:
    page = open_page(at=link(gradients_address, section="flow", checkpoints=["gated"], text="Once more, " * 9, lags=16))
    page.locator("#flow-checkpoint", has_text="gated").wait_for()
    assert page.locator("#flow-text textarea").input_value() == "Once more, " * 9
    assert "plain" not in page.locator("#flow-checkpoint").inner_text()
    page.click("#measure-flow")
    page.locator("#flow-chart .said", has_text="gated").wait_for()


@pytest.mark.browser
def test_the_cliff_of_a_link_is_drawn_at_once_and_fits_a_telephone(open_page: Open, gradients_address: str) -> None:
    page = open_page(at=link(gradients_address, section="cliff", rate=0.3, theta=0.1), language="zh-CN", size=NARROW)
    page.locator("#cliff-surface .said p").nth(2).wait_for()
    assert "40.58" in page.locator("#cliff-surface .said").inner_text()
    assert page.locator("#cliff-surface polyline.way").count() == 3
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.locator("#cliff-surface .frame svg").hover()
    page.locator("#cliff-surface .told", has_text="损失").wait_for()


@pytest.mark.browser
def test_a_kept_history_is_counted_against_the_threshold_that_is_chosen(
    open_page: Open, recurrent: Lab, gradients_address: str
) -> None:
    page = open_page(at=link(gradients_address, section="clipping", source="plain", theta=0.5))
    page.locator("#clipping-source input").wait_for()
    page.wait_for_function("document.querySelector('#clipping-source input').value.startsWith('plain')")
    page.click("#measure-clipping")
    norms = np.array([norm for _, norm, _ in recurrent.kept_gradient_norms("plain")["points"]])
    page.locator("#clipping-norms .said", has_text=f"{100 * (norms > 0.5).mean():.1f} %").wait_for()
    page.locator("#clipping-bends .said p").wait_for()


@pytest.mark.browser
def test_a_new_run_can_be_stopped_and_keeps_what_it_has(open_page: Open, gradients_address: str) -> None:
    page = open_page(at=link(gradients_address, section="clipping", source="+", theta=0))
    page.wait_for_function("document.querySelector('#clipping-source input').value.startsWith('new run')")
    page.click("#measure-clipping")
    page.locator("#clipping-norms .progress", has_text="Measuring").wait_for()
    page.click("#stop-clipping")
    page.locator("#clipping-norms .progress", has_text="Stopped").wait_for()
    assert page.locator("#clipping-norms .bar").count() > 0


@pytest.mark.browser
def test_where_no_model_is_recurrent_the_sections_say_so(open_page: Open) -> None:
    page = open_page(language="zh-CN")
    go_to(page, "梯度")
    page.locator("#flow-chart .notice", has_text="还没有循环神经网络").wait_for()
    page.locator("#clipping-norms .notice", has_text="没有靠梯度学习的模型").wait_for()
    page.click("#measure-clipping")
    page.locator("#clipping-norms .notice", has_text="未选择检查点").wait_for()
