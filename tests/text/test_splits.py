"""The split: a tenth held out, the same everywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.text.corpus import Corpus
from core.text.sequences import Sequences
from core.text.splits import split_lines, split_sequences, split_text


def test_the_last_tenth_of_the_characters_is_held_out() -> None:
    text = "".join(map(chr, range(100, 119)))  # 19 characters: int(0.9 * 19) = 17
    split = split_text(text, "char", "raw")
    assert (split.training, split.held_out) == (text[:17], text[17:])


def test_the_split_counts_what_the_form_leaves() -> None:
    split = split_text("a1b2c3\nd4e5f6\n\nG7H8I9J", "char", "d2l")
    assert (split.training, split.held_out) == ("a b cd e fg h i", " j")  # 5 + 5 + 7 characters: int(15.3) = 15
    words = split_text("a b c d e\nf g h i j", "word", "d2l")
    assert (words.training, words.held_out) == ("a b c d e f g h i", "j")


def test_lines_are_ordered_by_the_hash_of_number_and_line() -> None:
    lines = [f"name{i % 7}" for i in range(25)]
    order = sorted(range(25), key=lambda i: hashlib.sha256(f"unroll:0:{i}:{lines[i]}".encode()).hexdigest())
    split = split_lines("\n".join(lines), "char", "raw")
    assert split.training == [lines[i] for i in order[:22]]  # int(0.9 * 25) = 22
    assert split.held_out == [lines[i] for i in order[22:]]


def test_the_order_of_lines_does_not_depend_on_form_or_line_ends() -> None:
    raw = split_lines("Emma\r\nAva!\r\nZoe\r\n", "char", "raw")
    formed = split_lines("Emma\nAva!\nZoe", "char", "d2l")
    assert [line.strip("!").lower() for line in raw.training] == formed.training


def test_the_names_are_split_as_announced(real_corpus: Callable[[str], Corpus]) -> None:
    split = split_lines(real_corpus("names").text, "char", "raw")
    assert (len(split.training), len(split.held_out)) == (28_829, 3_204)  # int(0.9 * 32,033) = 28,829


@given(st.integers(0, 50))
def test_validation_is_the_last_tenth_of_a_stream(total: int) -> None:
    fit, validation = split_sequences(Sequences.of_stream(np.arange(total)))
    assert np.concatenate([fit.ids, validation.ids]).tolist() == list(range(total))
    assert len(fit.ids) == int(0.9 * total)


@given(st.lists(st.integers(1, 5), max_size=30))
def test_validation_is_the_last_tenth_of_the_lines(lengths: list[int]) -> None:
    lines = Sequences.of_lines([np.full(n, i) for i, n in enumerate(lengths)])
    fit, validation = split_sequences(lines)
    assert len(fit) == int(0.9 * len(lengths))
    assert [list(one) for part in (fit, validation) for one in part] == [list(one) for one in lines]
    assert fit.lines
    assert validation.lines
