"""Why adding one fails: every claim of the lesson."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from core.lab import Lab
from core.ui.lessons import laplace
from core.ui.lessons.lesson import Seen


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module", params=["en", "zh"])
def seen(lab: Lab, request: pytest.FixtureRequest) -> tuple[str, Seen]:
    return request.param, laplace.LESSON.run(lab, request.param)


def test_the_best_order_with_add_one_is_short_and_the_longest_is_far_worse(seen: tuple[str, Seen]) -> None:
    add_one, witten_bell, kneser_ney = ([y for _, y in each["points"]] for each in seen[1].charts[0]["series"])
    assert seen[1].right == 2 and add_one.index(min(add_one)) + 1 <= 3
    assert add_one[-1] > 2 * min(add_one)
    # The same counts, smoothed otherwise, lose little or nothing from order 3 on.
    assert witten_bell[-1] < 1.5 * min(witten_bell) and kneser_ney[-1] < 1.2 * min(kneser_ney)
    assert kneser_ney[-1] < witten_bell[-1] < add_one[-1]


def test_its_perplexity_is_that_of_counting_and_adding_one_by_hand(lab: Lab, seen: tuple[str, Seen]) -> None:
    text = lab.corpus_here(laplace._CORPUS[seen[0]]).text
    cut = int(0.9 * len(text))
    train, held_out = text[:cut], text[cut:]
    known = set(train)
    held_out = "".join(c if c in known else "\0" for c in held_out)  # one unknown token, as <unk> is
    size, order = len(known) + 1, 3
    runs = Counter(train[i : i + order] for i in range(len(train) - order + 1))
    contexts = Counter(train[i : i + order - 1] for i in range(len(train) - order + 1))
    # Where the whole context is there; the first places differ in how a beginning is read.
    nats = [
        -math.log((runs[held_out[i : i + order]] + 1) / (contexts[held_out[i : i + order - 1]] + size))
        for i in range(len(held_out) - order + 1)
    ]
    shown = seen[1].charts[0]["series"][0]["points"][order - 1][1]
    assert shown == pytest.approx(math.exp(sum(nats) / len(nats)), rel=2e-3)


def test_a_context_met_once_leaves_nearly_everything_to_the_unseen(lab: Lab, seen: tuple[str, Seen]) -> None:
    language, said = seen[0], seen[1].said
    size = laplace._size(lab, language)
    assert said["unseen"] == f"{100 * (size - 1) / (size + 1):.0f} %" and (size - 1) / (size + 1) > 0.95
    exercise = laplace.LESSON.exercise
    assert exercise is not None and exercise.check(lab, language, f"{size - 1}/{size + 4}").right
    assert not exercise.check(lab, language, "50 %").right
