"""Tests of `core.measures.contexts`: equal labels where, and only where, the same tokens stand before."""

from __future__ import annotations

import itertools

import numpy as np

from core.measures.contexts import NONE, last_ids, letters_of, word_so_far
from core.text.sequences import Sequences


def test_labels_are_equal_where_the_last_ids_are() -> None:
    ids = np.random.default_rng(0).integers(0, 3, 60).astype(np.int32)
    for order, labels in enumerate(last_ids(Sequences.of_stream(ids), 4)):
        assert (labels[:order] == NONE).all()  # nothing reaches back beyond the beginning
        for one, other in itertools.combinations(range(order, 60), 2):
            same = ids[one - order : one].tolist() == ids[other - order : other].tolist()
            assert (labels[one] == labels[other]) == same


def test_contexts_do_not_reach_into_the_line_before() -> None:
    lines = Sequences.of_lines([np.array([1, 5, 1]), np.array([1, 6, 7, 1])])
    two = last_ids(lines, 2)[2]
    assert (two == NONE).tolist() == [True, True, False, True, True, False, False]


def test_the_word_so_far_begins_after_what_is_no_letter() -> None:
    tokens = [" ", "t", "o", ","]
    ids = np.array([1, 2, 0, 1, 2, 3, 2, 1], dtype=np.int32)  # to to,ot
    before = ["", "t", "to", "", "t", "to", "", "o"]
    labels = word_so_far(ids, letters_of(tokens))
    for one, other in itertools.combinations(range(len(ids)), 2):
        assert (labels[one] == labels[other]) == (before[one] == before[other])
