"""The claims of the lesson on gates, each measured on the checkpoints that it shows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

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


def test_tanh_passes_on_less_than_everything_and_least_where_the_state_is_large(
    lab: Lab, language: str, seen: Seen
) -> None:
    opened = lab.open(PAIRS[language][0])
    hidden = opened.model.trace(opened.checkpoint.tokenizer.encode(story(lab, language, 1_200)))["hidden"].astype(float)
    assert (
        float(seen.said["slope"]) == pytest.approx(float((1 - hidden**2).mean()), abs=0.006)
        and float(seen.said["slope"]) < 0.8
    )
    assert (1 - hidden**2)[np.abs(hidden) > 0.9].max() < 0.2


def test_the_memory_cells_gradient_halves_later_than_the_hidden_states(flows: list[Any]) -> None:
    hidden, cell = flows[1]["parts"]
    assert (hidden["name"], cell["name"]) == ("hidden", "cell") and cell["half"] > 1.5 * hidden["half"]


def test_before_training_the_gated_networks_gradient_vanishes_as_well(flows: list[Any]) -> None:
    _, _, plain_before, gated_before = flows
    assert left(gated_before["whole"]) < 1e-9 and left(plain_before["whole"]) < 1e-9


def test_before_training_the_forget_gates_stand_half_open_and_training_opens_a_few_wide(
    lab: Lab, language: str, seen: Seen
) -> None:
    opened = lab.open(PAIRS[language][1]).checkpoint
    ids = opened.tokenizer.encode(story(lab, language, 1_200))
    untrained: Any = type(opened.model)(opened.model.config, opened.model.vocab_size, 0)
    before, after = (each.trace(ids)["forget_gate"].astype(float) for each in (untrained, opened.model))
    assert before.mean() == pytest.approx(0.5, abs=0.02) and before.mean(axis=0).max() < 0.6
    assert after.mean() < before.mean()  # not all of them open
    assert seen.said["open_before"] == "0" and int(seen.said["open_after"]) == (after.mean(axis=0) > 0.9).sum() > 5
    assert float(seen.said["gate_after"]) == pytest.approx(after.mean(), abs=0.006)


def test_far_back_most_of_the_cells_gradient_is_in_the_few_units_whose_gate_is_open(
    lab: Lab, language: str, seen: Seen
) -> None:
    opened: Any = lab.open(PAIRS[language][1]).checkpoint
    ids = opened.tokenizer.encode(story(lab, language, 1_200))
    wide = opened.model.trace(ids)["forget_gate"].mean(axis=0) > 0.9  # [layers, hidden]
    text, shares = torch.from_numpy(ids.astype(np.int64))[None], []
    for position in np.linspace(64, len(ids) - 1, 16).astype(int).tolist():
        H, C = opened.model.zero_state(1)
        if position > 64:
            with torch.no_grad():
                _, (H, C) = opened.model.forward(text[:, : position - 64], (H, C))
        C = C.clone().requires_grad_()
        logits, _ = opened.model.forward(text[:, position - 64 : position], (H, C))
        (gradient,) = torch.autograd.grad(
            torch.nn.functional.cross_entropy(logits[0, -1:], text[0, position : position + 1]), C
        )
        squares = gradient[0].double().numpy() ** 2
        shares.append(squares[wide].sum() / squares.sum())
    assert float(seen.said["carried_far"].split()[0]) == pytest.approx(100 * float(np.mean(shares)), abs=1)
    assert wide.mean() < 0.1 and np.mean(shares) > 0.6
    assert float(seen.said["carried_near"].split()[0]) < 10


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


def test_its_doors_lead_to_what_is_there(seen: Seen, lab: Lab, language: str) -> None:
    flow, inside, _ = seen.doors
    assert flow.state["checkpoints"] == list(PAIRS[language]) and set(flow.state["checkpoints"]) <= {
        row["name"] for row in lab.checkpoints()
    }
    shown = lab.inspect(inside.state["checkpoints"][0], inside.state["text"], inside.state["trace"])
    assert shown["trace"]["name"].startswith("forget_gate")


def test_the_exercise_takes_the_geometric_mean_and_no_other(flows: list[Any], lab: Lab, language: str) -> None:
    assert LESSON.exercise is not None
    norms = flows[0]["whole"]["norm"]
    right = float(np.exp(np.diff(np.log(norms[31:64])).mean()))
    assert LESSON.exercise.check(lab, language, f"{right:.3f}").right
    assert not LESSON.exercise.check(lab, language, f"{right**2:.3f}").right
    with pytest.raises(BadText):
        LESSON.exercise.check(lab, language, "")
