"""The transition matrix of a text, as it travels to the page."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from core.errors import BadSetting, BadText
from core.measures.transitions import transition_matrix

TEXT = "the cat and the dog and the cat sat\n" * 3


def powers(value: dict[str, Any]) -> Any:
    """Return the probabilities ``[steps, shown, shown]``."""
    numbers = np.frombuffer(base64.b64decode(value["powers"]["coded"]), dtype="<u2") / 65_535
    return numbers.reshape(value["powers"]["steps"], len(value["tokens"]), -1)


def test_a_small_text_is_counted_by_hand() -> None:
    # abab abab c: a 4, b 4, c 1; ab 4, ba 3, bc 1; a b c are 0 1 2 by frequency, and of a and b the one met first.
    value = transition_matrix("ababababc", "char")
    assert value["tokens"] == ["a", "b", "c"]
    assert value["counts"] == [[0, 4, 0], [3, 0, 1], [0, 0, 0]]
    assert value["totals"] == [4, 4, 0]
    assert (value["transitions"], value["states"], value["lumped"], value["covered"]) == (8, 3, 0, 1.0)
    assert powers(value)[0] == pytest.approx(np.array([[0, 1, 0], [0.75, 0, 0.25], [3 / 8, 4 / 8, 1 / 8]]), abs=1e-5)
    assert value["unigram"] == pytest.approx([4 / 9, 4 / 9, 1 / 9])
    assert value["entropies"][0] == 0 and value["entropies"][1] == pytest.approx(0.8112781)  # H(1/4)


def test_the_powers_go_on_until_every_row_is_the_stationary_one() -> None:
    value = transition_matrix(TEXT, "char")
    sent = powers(value)
    assert len(value["distances"]) == 32 and 1 < len(sent) <= 32
    if len(sent) < 32:
        assert sent[-1] == pytest.approx(np.tile(value["stationary"], (len(sent[-1]), 1)), abs=2e-4)
    assert sent[1] == pytest.approx(sent[0] @ sent[0], abs=1e-3)  # all characters are shown


def test_the_orders_are_of_frequency_code_points_and_likeness() -> None:
    value = transition_matrix(TEXT, "word")
    tokens, orders = value["tokens"], value["orders"]
    assert orders["frequency"] == list(range(len(tokens)))
    words = [tokens[place].strip(" ") for place in orders["alphabet"]]
    assert words == sorted(words)
    assert sorted(orders["likeness"]) == orders["frequency"]


def test_what_is_not_shown_is_still_counted() -> None:
    whole, part = transition_matrix(TEXT, "char"), transition_matrix(TEXT, "char", shown=4)
    assert part["tokens"] == whole["tokens"][:4] and part["states"] == whole["states"]
    assert part["totals"] == whole["totals"][:4] and part["stationary"] == pytest.approx(whole["stationary"][:4])
    assert powers(part)[3] == pytest.approx(powers(whole)[3][:4, :4], abs=1e-4)
    shown = sum(map(sum, part["counts"]))
    assert part["covered"] == pytest.approx(shown / part["transitions"]) and part["covered"] < 1


def test_a_vocabulary_too_large_has_one_state_for_the_rest() -> None:
    # a 4, b 3, c 2, d 1, e 1: with three states c, d and e are one, as if they were all x.
    lumped, same = transition_matrix("abcabdabcae", "char", most_states=3), transition_matrix("abxabxabxax", "char")
    assert (lumped["states"], lumped["lumped"], lumped["tokens"]) == (3, 3, ["a", "b"])
    x = same["tokens"].index("x")
    keep = [place for place in range(3) if place != x]
    assert [same["tokens"][place] for place in keep] == ["a", "b"]
    assert lumped["stationary"] == pytest.approx([same["stationary"][place] for place in keep])
    assert powers(lumped)[2] == pytest.approx(powers(same)[2][np.ix_(keep, keep)], abs=1e-4)


def test_rare_tokens_become_unknown() -> None:
    value = transition_matrix("aaabaaacaaa", "char", min_frequency=2)
    assert value["tokens"] == ["a", "<unk>"] and value["counts"] == [[6, 2], [2, 0]]


def test_a_vocabulary_of_one_is_a_chain_of_one() -> None:
    value = transition_matrix("aaaa", "char")
    assert (value["counts"], value["stationary"], value["distances"]) == ([[3]], [1.0], [0.0] * 32)
    assert value["entropy_rate"] == 0 and value["orders"]["likeness"] == [0]


@pytest.mark.parametrize("text", ["", "a"])
def test_a_text_without_transitions_says_so(text: str) -> None:
    with pytest.raises(BadText):
        transition_matrix(text, "char")


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(BadSetting, match="min_frequency"):
        transition_matrix("abc", "char", 0)
    with pytest.raises(BadSetting, match="level"):
        transition_matrix("abc", "bpe")
