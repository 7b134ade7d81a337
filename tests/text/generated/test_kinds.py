"""What each kind of generated corpus writes, and what it refuses."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest

from core.errors import BadSetting, UnknownName
from core.text.generated.recipe import Recipe

FEW = "characters=20000"


def text(word: str) -> str:
    return Recipe.of_word(word).text()


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_markov_chains_letters_follow_as_its_rows_say(order: int) -> None:
    recipe = Recipe.of_word(f"markov:order={order},letters=2,seed=2,{FEW}")
    written, rows = recipe.text(), recipe.source().letters  # contexts in alphabetical order
    followed: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for at in range(order, len(written)):
        followed[written[at - order : at]][written[at]] += 1
    for context, row in zip(sorted(followed), rows, strict=True):
        times = followed[context].total()
        spread = 4 * np.sqrt(row[0] * row[1] / times)  # four standard deviations
        assert followed[context]["a"] / times == pytest.approx(row[0], abs=spread)


def test_probabilities_that_are_written_down_are_those_of_the_chain() -> None:
    source = Recipe.of_word("markov:letters=2,probabilities=0.9 0.1; 0.3 0.7").source()
    assert source.letters.tolist() == [[0.9, 0.1], [0.3, 0.7]]
    assert source.steps[0, 1].tolist() == [0, 0.1]  # after b the last letter is b


@pytest.mark.parametrize(("depth", "kinds"), [(1, 2), (4, 2), (3, 3)])
def test_brackets_close_what_was_opened_last_and_are_never_deeper(depth: int, kinds: int) -> None:
    stack: list[str] = []
    deepest = 0
    for bracket in text(f"brackets:depth={depth},kinds={kinds},{FEW}"):
        if bracket in "([{":
            stack.append({"(": ")", "[": "]", "{": "}"}[bracket])
            deepest = max(deepest, len(stack))
        else:
            assert stack.pop() == bracket
    assert deepest == depth


@pytest.mark.parametrize("lag", [1, 2, 8])
def test_every_block_ends_with_the_letter_that_stood_lag_places_before(lag: int) -> None:
    written = text(f"copies:lag={lag},{FEW}")
    blocks = [written[at : at + lag + 1] for at in range(0, len(written) - lag, lag + 1)]
    assert all(block[0] == block[-1] in "abcd" for block in blocks)
    assert set("".join(block[1:-1] for block in blocks)) == (set("01") if lag > 1 else set())
    assert set(Counter(block[0] for block in blocks)) == set("abcd")


def test_a_hidden_state_writes_mostly_its_own_letter() -> None:
    source = Recipe.of_word("hidden:states=4,stay=0.7,clear=0.4").source()
    np.testing.assert_allclose(source.letters, np.full((4, 4), 0.2) + 0.2 * np.eye(4))
    np.testing.assert_allclose(source.steps.sum(axis=1), np.full((4, 4), 0.1) + 0.6 * np.eye(4))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("brackets:depth=0", "'depth' cannot be '0'"),
        ("copies:lag=0", "'lag' cannot be '0'"),
        ("markov:order=4", "'order' cannot be '4'"),
        ("hidden:stay=1.5", "'stay' cannot be '1.5'"),
        ("markov:letters=2,probabilities=0.5 0.6; 0.5 0.5", "state 0 sum to 1.1"),
        ("markov:letters=2,probabilities=0.5 0.5; 0.5 0.4", "state 1 sum to 0.9"),
        ("markov:letters=2,probabilities=0.5 0.5", "2 rows of 2"),
        ("markov:letters=2,probabilities=a b; c d", "2 rows of 2"),
        ("markov:letters=2,probabilities=1 0; 0 1", "falls into parts"),
        ("brackets:depth=8,kinds=3", "9,841 stacks"),
        ("copies:lag", "NAME=VALUE"),
    ],
)
def test_settings_that_make_no_source_are_refused_in_both_languages(word: str, said: str) -> None:
    with pytest.raises(BadSetting) as caught:
        Recipe.of_word(word).source()
    assert said in str(caught.value)
    assert caught.value.text.zh


def test_a_kind_or_setting_that_does_not_exist_is_refused() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'lag'"):
        Recipe.of_word("copies:lags=3")
    with pytest.raises(UnknownName, match="Did you mean 'markov'"):
        Recipe.of("marcov", {})
