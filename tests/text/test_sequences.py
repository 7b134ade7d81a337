"""Streams and lines of ids."""

from __future__ import annotations

import numpy as np

from core.text.sequences import Sequences


def test_a_stream_is_one_sequence() -> None:
    stream = Sequences.of_stream([4, 5, 6])
    assert (len(stream), stream.num_scored, stream.lines) == (1, 2, False)
    assert stream.ids.dtype == np.int32
    assert stream.positions().tolist() == [0, 1, 2]


def test_lines_stand_end_to_end_and_score_their_ends() -> None:
    lines = Sequences.of_lines([np.array([1, 5, 1]), np.array([1, 1]), np.array([1, 6, 7, 1])])
    assert [one.tolist() for one in lines] == [[1, 5, 1], [1, 1], [1, 6, 7, 1]]
    assert (lines.starts.tolist(), lines.ends.tolist(), lines.lengths.tolist()) == ([0, 3, 5], [3, 5, 9], [3, 2, 4])
    assert lines.num_scored == 2 + 1 + 3
    assert lines.positions().tolist() == [0, 1, 2, 0, 1, 0, 1, 2, 3]


def test_nothing_is_no_sequence_and_scores_nothing() -> None:
    nothing = Sequences.of_lines([])
    assert (len(nothing), list(nothing), nothing.num_scored, nothing.positions().tolist()) == (0, [], 0, [])
    assert Sequences.of_stream([]).num_scored == 0
