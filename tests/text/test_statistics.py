"""Frequencies, Zipf's law, growth of types, with the figures of The Time Machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadText
from core.text.corpus import Corpus
from core.text.forms import apply_form
from core.text.splits import split_text
from core.text.statistics import fit_zipf, frequencies, growth_of_types, ngram_frequencies, out_of_vocabulary_rate
from core.text.tokenizer import Tokenizer


@given(st.lists(st.integers(0, 3), max_size=30), st.integers(1, 4))
def test_ngrams_are_those_of_a_plain_loop(tokens: list[int], order: int) -> None:
    found = ngram_frequencies(np.array(tokens, dtype=np.int32), order)
    expected = Counter(tuple(tokens[i : i + order]) for i in range(len(tokens) - order + 1))
    pairs = [(tuple(map(int, run)), int(n)) for run, n in zip(found.ngrams, found.counts, strict=True)]
    assert pairs == sorted(expected.items(), key=lambda entry: (-entry[1], entry[0]))


def test_long_ngrams_of_a_large_vocabulary_do_not_overflow() -> None:
    ids = np.tile(np.array([2_000_000_000, 7, 1_999_999_999], dtype=np.int32), 20)
    found = ngram_frequencies(ids, 16)
    assert found.counts.tolist() == [15, 15, 15]  # 60 - 15 = 45 runs, three different ones


def test_zipf_finds_the_exponent_of_an_exact_power_law() -> None:
    fit = fit_zipf(1000.0 * np.arange(1, 2001) ** -0.8, 10, 1000)
    assert fit.alpha == pytest.approx(0.8)
    assert fit.constant == pytest.approx(1000)
    assert (fit.low_rank, fit.high_rank) == (10, 1000)
    assert "least squares" in fit.as_json()["method"]


def test_zipf_needs_two_types_in_its_range() -> None:
    with pytest.raises(BadText, match="has 10 types"):
        fit_zipf([5] * 10)
    assert fit_zipf([4, 2], 1).alpha == pytest.approx(1)  # 4 -> 2 at twice the rank
    assert fit_zipf([4, 2], 1).high_rank == 2


def test_types_grow_with_the_text() -> None:
    points, types = growth_of_types(np.array([5, 5, 6, 5, 7, 7], dtype=np.int32), num_points=6)
    assert points.tolist() == [1, 2, 3, 4, 5, 6]
    assert types.tolist() == [1, 1, 2, 2, 3, 3]


def test_unseen_tokens_are_counted_as_often_as_they_occur() -> None:
    assert out_of_vocabulary_rate(["a", "b"], ["a", "c", "c", "d"]) == 0.75
    with pytest.raises(BadText):
        out_of_vocabulary_rate(["a"], [])


def test_the_time_machine_has_the_measured_frequencies(real_corpus: Callable[[str], Corpus]) -> None:
    text = apply_form(real_corpus("time_machine").text, "d2l", "word")
    assert frequencies(text.split())[:4] == [("the", 2_261), ("i", 1_267), ("and", 1_245), ("of", 1_155)]
    tokenizer = Tokenizer.train([text], "word", "d2l")
    ids = tokenizer.encode(text)
    runs = [ngram_frequencies(ids, order) for order in (1, 2, 3)]
    top = [(tokenizer.decode(each.ngrams[place]), int(each.counts[place])) for each in runs[1:] for place in range(3)]
    assert top[:3] == [("of the", 309), ("in the", 169), ("i had", 130)]
    assert top[3] == ("the time traveller", 59)
    assert top[4][1] == 30 and ("the time machine", 30) in top[3:]
    assert [len(each.counts) for each in runs] == [4_579, 20_234, 29_882]
    assert [round(100 * float((each.counts == 1).mean())) for each in runs] == [52, 82, 95]
    # Least squares on log rank 10..1000 against log frequency.
    assert [round(fit_zipf(each.counts).alpha, 2) for each in runs] == [1.04, 0.69, 0.47]


def test_the_time_machine_has_the_measured_out_of_vocabulary_rate(real_corpus: Callable[[str], Corpus]) -> None:
    split = split_text(real_corpus("time_machine").text, "word", "d2l")
    training, held_out = str(split.training).split(), str(split.held_out).split()
    assert (len(training), len(held_out)) == (29_497, 3_278)  # int(0.9 * 32,775) = 29,497
    assert round(100 * out_of_vocabulary_rate(training, held_out), 1) == 8.2
