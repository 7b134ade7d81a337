"""Two ways to count, by hand."""

from __future__ import annotations

import numpy as np

from core.models.ngram_table import NgramTable
from core.models.tallies import firsts, suffixes, tallies
from core.text.sequences import Sequences

# a b a b c b  with a, b, c = 0, 1, 2
IDS = np.array([0, 1, 0, 1, 2, 1])


def test_occurrences_and_predecessors_by_hand() -> None:
    table = NgramTable.count(Sequences.of_stream(IDS), 2, 3)
    one, two = tallies(table, predecessors=False)
    assert one.counts.tolist() == [2, 3, 1, 0]
    # ab 2, ba 1, bc 1, cb 1: N(a) = 2, N(b) = 2, N(c) = 1; T = 1, 2, 1.
    assert two.counts.tolist() == [2, 1, 1, 1, 0]
    assert (two.totals.tolist(), two.types.tolist()) == ([2, 2, 1, 0], [1, 2, 1, 0])
    assert two.behind(1, 1).tolist() == [0, 2, 1, 0] and two.behind(2, 2).tolist() == [1, 0, 0, 0]
    assert two.numbers == (3, 1, 0, 0)
    one, two = tallies(table, predecessors=True)
    # Before a stood b, and once the start of the text; before b stood a and c; before c stood b.
    assert one.counts.tolist() == [2, 2, 1, 0] and one.totals.tolist() == [5, 0]
    assert two.counts.tolist() == [2, 1, 1, 1, 0]  # the longest keep their occurrences


def test_what_begins_with_the_frame_keeps_its_occurrences() -> None:
    # <s> = 3 before two lines: <s> a b, <s> a c
    lines = Sequences.of_lines([np.array([3, 0, 1]), np.array([3, 0, 2])])
    table = NgramTable.count(lines, 3, 4)
    one, two, _ = tallies(table, predecessors=True, frame=3)
    # a only ever after <s>, b and c only after a; <s> itself is never predicted.
    assert one.counts.tolist() == [1, 1, 1, 0, 0]
    # ab and ac once after <s> each; <s> a has nothing before it and stands twice.
    assert two.counts.tolist() == [1, 1, 2, 0]


def test_suffixes_and_firsts_name_the_right_ngrams() -> None:
    ids = np.random.default_rng(1).integers(0, 5, 300)
    table = NgramTable.count(Sequences.of_stream(ids), 4, 5)
    for length in (2, 3, 4):
        for place in range(length - 1, len(ids)):
            gram = tuple(int(each) for each in ids[place - length + 1 : place + 1])
            node = table.node(gram)
            assert suffixes(table)[length][node] == table.node(gram[1:])
            assert firsts(table)[length][node] == gram[0]
