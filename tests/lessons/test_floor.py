"""The floor: every claim of the lesson, measured."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadText
from core.lab import Lab
from core.places import Places
from core.text.generated.entropy import entropy_rate
from core.text.generated.recipe import Recipe
from core.ui.lessons import floor
from core.ui.lessons.floor import LAGS, LESSON, ORDERS, blind
from core.ui.lessons.lesson import Seen, figure

PROJECT = Path(__file__).parents[2]
FOUR, SEVEN, THIRTEEN, RNN, LSTM, TRUTH = range(6)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("lesson")
    return Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))


@pytest.fixture(scope="module")
def seen(lab: Lab) -> Seen:
    assert LESSON.work is not None
    *shares, seen = LESSON.work(lab, "en")
    assert shares == sorted(shares) and all(isinstance(each, float) for each in shares)
    assert isinstance(seen, Seen)
    return seen


@pytest.fixture(scope="module")
def rows(lab: Lab, seen: Seen) -> dict[int, list[dict[str, Any]]]:
    """Return what was measured, by lag, one row a contestant; kept since the lesson ran."""
    return {
        lag: [
            each
            for each in lab.against_floor(floor._word(lag), floor.CONTESTANTS, max_tokens=floor.TOKENS)
            if isinstance(each, dict)
        ]
        for lag in LAGS
    }


def test_the_floor_is_two_at_every_lag(rows: Any) -> None:
    for lag in LAGS:
        assert entropy_rate(Recipe.of_word(floor._word(lag)).source()).low == pytest.approx(math.log(2), abs=1e-12)
        assert all(row["floor"] == pytest.approx(2) for row in rows[lag])


def test_the_true_model_reaches_the_floor_at_every_lag(rows: Any) -> None:
    assert all(rows[lag][TRUTH]["perplexity"] == pytest.approx(2, rel=0.002) for lag in LAGS)


def test_an_ngram_copies_while_the_lag_is_within_its_context_and_not_beyond(rows: Any) -> None:
    for place, order in enumerate(ORDERS[:2]):
        for lag in LAGS:
            copies = rows[lag][place]["perplexity"] < blind(lag)
            assert copies == (lag <= order - 1), (order, lag)


def test_an_ngram_that_looks_back_far_enough_meets_too_few_of_its_contexts(rows: Any) -> None:
    assert ORDERS[THIRTEEN] - 1 == LAGS[-1] and 4 * 2 ** (LAGS[-1] - 1) == 8192
    assert rows[LAGS[-1]][THIRTEEN]["above"] > 0.1
    assert rows[LAGS[0]][FOUR]["above"] < 0.02  # where contexts are few, the same model copies


def test_the_lstm_still_copies_at_the_longest_lag_and_is_nearer_to_the_floor_than_any_ngram(rows: Any) -> None:
    last = rows[LAGS[-1]]
    assert last[LSTM]["perplexity"] < blind(LAGS[-1])
    assert last[LSTM]["perplexity"] < min(last[place]["perplexity"] for place in (FOUR, SEVEN, THIRTEEN))


def test_no_interval_ends_below_the_floor(rows: Any) -> None:
    assert not any(row["beats_floor"] for lag in LAGS for row in rows[lag])


def test_who_knows_where_but_not_which_pays_two_bits_more_a_block() -> None:
    # Lag 3: letter 2 bits, two digits 1 bit each, the copy guessed 2 bits: 6 bits over 4 characters.
    assert blind(3) == pytest.approx(2 ** (6 / 4))


def test_the_answer_is_what_was_measured_and_the_sentences_say_its_figures(seen: Seen, rows: Any) -> None:
    assert seen.right == 1
    for lag in LAGS:
        assert seen.said[f"lstm_{lag}"] == figure(rows[lag][LSTM]["perplexity"])
    assert [row[1:] for row in seen.table[1:]] == [
        [figure(rows[lag][at]["perplexity"]) for lag in LAGS] for at in range(6)
    ]
    (chart,) = seen.charts
    assert [level["value"] for level in chart["levels"]] == [pytest.approx(2)]
    assert len(chart["series"]) == 6  # as many as can be told apart
    for each in LESSON.see:
        for language in ("en", "zh"):
            assert each.in_language(language).format_map(seen.said)


def test_a_text_begins_as_the_story_shows_it(lab: Lab) -> None:
    said = LESSON.facts(lab, "en").said
    blocks = [said["begin"][at : at + 4] for at in range(0, len(said["begin"]), 4)]
    assert len(blocks) == 4 and all(block[0] == block[3] for block in blocks)


def test_the_exercise_is_checked_by_computing(lab: Lab) -> None:
    assert LESSON.exercise is not None
    # pi = (5/6, 1/6); H = 5/6 h(0.1) + 1/6 ln 2.
    rate = 5 / 6 * -(0.9 * math.log(0.9) + 0.1 * math.log(0.1)) + math.log(2) / 6
    check = LESSON.exercise.check
    right = check(lab, "en", f" {math.exp(rate):.3f}")
    assert right.right and "0.8333" in right.said
    assert check(lab, "zh", f"{math.exp(rate):.4f}").right
    for wrong, said in ((f"{rate:.4f}", "exp(H)"), (f"{rate / math.log(2):.4f}", "exp(H)"), ("1.9", "stationary")):
        found = check(lab, "en", wrong)
        assert not found.right and said in found.said
    with pytest.raises(BadText, match="no number"):
        check(lab, "en", "two")
