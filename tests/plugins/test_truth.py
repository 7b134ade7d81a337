"""The true model knows all but the state, and is told everything by the corpus' card."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

from core.errors import BadSetting
from core.text.generated.recipe import Recipe
from plugins.truth import PLUGIN, Config


def model(kind: str, settings: dict[str, Any], tokens: str) -> Any:
    source = json.dumps({"kind": kind, "settings": settings, "tokens": ["<unk>", *tokens]})
    return PLUGIN(Config(source), 1 + len(tokens))


def test_its_probabilities_are_those_of_all_hidden_paths() -> None:
    truth = model("hidden", {"states": 2, "stay": 0.7, "clear": 0.9}, "ba")  # ids: b = 1, a = 2
    ids = np.array([[2, 1, 1, 2]], dtype=np.int32)
    log_probs, _ = truth.log_probs(ids, truth.initial_state(1))
    moves, writes = {True: 0.7, False: 0.3}, {True: 0.9, False: 0.1}

    def joint(letters: str) -> float:
        """Return the probability of a string: the sum over every path of the two states."""
        total = 0.0
        for path in product("ab", repeat=len(letters)):
            p = 0.5
            for at, (state, letter) in enumerate(zip(path, letters, strict=True)):
                p *= writes[state == letter] * (moves[state == path[at - 1]] if at else 1.0)
            total += p
        return total

    for end, letters in enumerate(("a", "ab", "abb", "abba")):
        assert np.exp(log_probs[0, end]) == pytest.approx([0, joint(letters + "b") / joint(letters), joint(letters + "a") / joint(letters)])  # fmt: skip


def test_of_a_chain_it_says_the_row_of_the_last_letter() -> None:
    truth = model("markov", {"letters": 2, "probabilities": "0.9 0.1; 0.3 0.7"}, "ab")
    log_probs, _ = truth.log_probs(np.array([[1, 2]]), truth.initial_state(1))
    np.testing.assert_allclose(np.exp(log_probs[0]), [[0, 0.9, 0.1], [0, 0.3, 0.7]])


def test_it_is_certain_of_a_copy_and_of_nothing_else() -> None:
    truth = model("copies", {"lag": 3}, "abcd01")
    written = Recipe.of("copies", {"lag": 3, "characters": 2000}).text()
    ids = np.array([["abcd01".index(letter) + 1 for letter in written]])
    scores, _ = truth.score(ids[:, :-1], ids[:, 1:], truth.initial_state(1))
    np.testing.assert_allclose(np.exp(scores[0, 4:16]), [0.5, 0.5, 1, 0.25] * 3)  # from "01" of the second block


def test_a_letter_without_an_id_is_unknown() -> None:
    truth = model("markov", {"letters": 3, "probabilities": "0.5 0.3 0.2; 1 0 0; 1 0 0"}, "ab")
    log_probs, _ = truth.log_probs(np.array([[1]]), truth.initial_state(1))
    np.testing.assert_allclose(np.exp(log_probs[0, 0]), [0.2, 0.5, 0.3])


def test_after_what_the_source_cannot_write_the_belief_begins_again() -> None:
    truth = model("copies", {"lag": 2}, "abcd01")
    log_probs, _ = truth.log_probs(np.array([[1, 0]]), truth.initial_state(1))  # <unk>
    assert np.exp(log_probs[0, 1]) == pytest.approx(truth.tables.letters @ truth.tables.start)


@pytest.mark.parametrize(
    "source", ["{", "[]", '{"kind": "copies"}', '{"kind": "copies", "settings": {}, "tokens": ["a"]}']
)
def test_a_source_that_is_none_is_refused(source: str) -> None:
    with pytest.raises(BadSetting, match="leave it empty"):
        PLUGIN(Config(source), 7).initial_state(1)
