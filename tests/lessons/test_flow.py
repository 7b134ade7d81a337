"""The claims of the lesson on gates, each measured on the checkpoints that it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.errors import BadText
from core.lab import Lab
from core.measures.gradients import gradient_flow
from core.measures.recurrent_weights import recurrent_spectra
from core.ui.lessons.flow import LESSON, left
from core.ui.lessons.lesson import Seen
from core.ui.story import story

PAIRS = {"en": ("shakespeare-rnn", "shakespeare-lstm"), "zh": ("red-chamber-rnn", "red-chamber-lstm")}


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module", params=["en", "zh"])
def language(request: Any) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def flows(lab: Lab, language: str) -> list[Any]:
    text = story(lab, language, 1_200)
    return [
        lab.gradient_flow(name, text, untrained=untrained) for untrained in (False, True) for name in PAIRS[language]
    ]


@pytest.fixture(scope="module")
def seen(lab: Lab, language: str) -> Seen:
    assert LESSON.work is not None
    *shares, found = LESSON.work(lab, language)
    assert shares == [0, 0.25, 0.5, 0.75] and isinstance(found, Seen)
    return found


def test_the_gates_carry_the_gradient_at_least_fifty_times_farther(flows: list[Any]) -> None:
    plain, gated, *_ = flows
    assert left(gated["whole"]) > 50 * left(plain["whole"])


def test_the_answer_is_the_one_that_was_measured(flows: list[Any], seen: Seen, language: str) -> None:
    share = left(flows[0]["whole"])
    bounds = [(1e-2, 1.0), (1e-5, 1e-2), (0.0, 1e-5)][int(seen.right or 0)]
    assert bounds[0] < share <= bounds[1]
    assert seen.right == {"en": 2, "zh": 1}[language]


def test_one_step_of_the_plain_network_could_lengthen_the_gradient_and_yet_it_vanishes(flows: list[Any]) -> None:
    plain = flows[0]
    assert plain["gates"][0]["norm"] > 1 and left(plain["whole"]) < 1e-2


def test_where_the_state_is_large_tanh_is_flat(lab: Lab, language: str) -> None:
    opened = lab.open(PAIRS[language][0])
    hidden = opened.model.trace(opened.checkpoint.tokenizer.encode(story(lab, language, 300)))["hidden"]
    assert float((1 - hidden**2).mean()) < 0.75  # of the slope 1 that it has at 0


def test_the_memory_cells_gradient_halves_later_than_the_hidden_states(flows: list[Any]) -> None:
    hidden, cell = flows[1]["parts"]
    assert (hidden["name"], cell["name"]) == ("hidden", "cell") and cell["half"] > 1.5 * hidden["half"]


def test_before_training_the_gated_networks_gradient_vanishes_as_well(flows: list[Any]) -> None:
    _, _, plain_before, gated_before = flows
    assert left(gated_before["whole"]) < 1e-9 and left(plain_before["whole"]) < 1e-9


def test_before_training_the_forget_gate_stands_half_open_and_afterwards_wider(lab: Lab, language: str) -> None:
    opened = lab.open(PAIRS[language][1]).checkpoint
    ids = opened.tokenizer.encode(story(lab, language, 300))
    untrained: Any = type(opened.model)(opened.model.config, opened.model.vocab_size, 0)
    before, after = (float(np.mean(each.trace(ids)["forget_gate"])) for each in (untrained, opened.model))
    assert before == pytest.approx(0.5, abs=0.05) and after > before


def test_a_forget_gate_that_is_opened_carries_the_gradient_without_any_training(lab: Lab, language: str) -> None:
    """With the forget gate's bias raised to 4, sigmoid 0.98, the untrained network's gradient reaches far: it is the gate."""
    opened = lab.open(PAIRS[language][1]).checkpoint
    ids = opened.tokenizer.encode(story(lab, language, 300))
    untrained: Any = type(opened.model)(opened.model.config, opened.model.vocab_size, 0)
    shut = gradient_flow(untrained, ids, 64, positions=4).whole
    hidden = opened.model.config.hidden_size  # type: ignore[attr-defined]
    for name, parameter in untrained.parameters.items():
        if "bias_ih" in name:
            parameter.data[hidden : 2 * hidden] += 4.0  # PyTorch's order: input, forget, candidate, output
    wide = gradient_flow(untrained, ids, 64, positions=4).whole
    assert (wide[-1] / wide[0]).min() > 1e6 * (shut[-1] / shut[0]).max()


def test_the_sentences_hold_the_figures_that_were_measured(
    flows: list[Any], seen: Seen, lab: Lab, language: str
) -> None:
    plain, gated, *_ = flows
    assert seen.said["times"].replace(",", "") == str(round(left(gated["whole"]) / left(plain["whole"])))
    (spectrum,) = recurrent_spectra(lab.open(PAIRS[language][0]).model.input_weights())
    assert float(seen.said["stretch"]) == pytest.approx(spectrum.norm, rel=1e-3)
    assert len(seen.charts) == 2 and "C_{t−1}" in LESSON.see[1].in_language(language).format_map(seen.said)
    assert LESSON.exercise is not None
    facts = LESSON.facts(lab, language)
    for text in (LESSON.story, LESSON.question, *LESSON.choices):
        text.in_language(language).format_map(facts.said)
    for text in (*LESSON.see, LESSON.exercise.task):
        text.in_language(language).format_map(seen.said)


def test_the_exercise_takes_the_geometric_mean_and_no_other(flows: list[Any], lab: Lab, language: str) -> None:
    assert LESSON.exercise is not None
    norms = flows[0]["whole"]["norm"]
    right = float(np.exp(np.diff(np.log(norms[31:64])).mean()))
    assert LESSON.exercise.check(lab, language, f"{right:.3f}").right
    assert not LESSON.exercise.check(lab, language, f"{right**2:.3f}").right
    with pytest.raises(BadText):
        LESSON.exercise.check(lab, language, "")
