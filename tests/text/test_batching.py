"""Mini-batches: the book's figures on range(35), labels lost and kept, states carried, padding masked."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.batching import Window, padded_lines, random_sampling, sequential_partition
from core.text.sequences import Ids, Sequences

RANGE = np.arange(35, dtype=np.int32)
SEEDS = range(200)


def generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def labels(windows: list[Window]) -> list[int]:
    return [int(label) for window in windows for label in window.targets.ravel()]


def test_random_sampling_cuts_range_35_into_six_windows() -> None:
    # (35 - 1 - offset) // 5 = 6 windows for every offset 0..4: three batches of two.
    for seed in SEEDS:
        windows = list(random_sampling(RANGE, 2, 5, generator(seed)))
        assert [window.inputs.shape for window in windows] == [(2, 5)] * 3
        assert all(window.fresh.all() and window.mask is None and window.num_tokens == 10 for window in windows)
        assert len(set(labels(windows))) == 30


def test_random_sampling_covers_every_label_but_the_first() -> None:
    # Offset o gives the labels o+1 .. o+30, so with o = 0..4: 0 never, 1..4 in 1..4 of 5 offsets, 5..30 always, 31..34
    # in 4..1 of 5.
    by_offset = {
        min(seen): set(seen) for seed in SEEDS if (seen := labels(list(random_sampling(RANGE, 2, 5, generator(seed)))))
    }
    assert sorted(by_offset) == [1, 2, 3, 4, 5]
    covered = Counter(label for seen in by_offset.values() for label in seen)
    assert covered == {
        **{n: n for n in range(1, 5)},
        **dict.fromkeys(range(5, 31), 5),
        **{30 + n: 5 - n for n in range(1, 5)},
    }


def test_sequential_partition_never_loses_a_batch_of_range_35() -> None:
    # The book's inclusive draw can take offset 5 and then gives 2 batches (20 labels); 0..4 always gives 3 (30).
    offsets = set()
    for seed in SEEDS:
        windows = list(sequential_partition(RANGE, 2, 5, generator(seed)))
        offsets.add(int(windows[0].inputs[0, 0]))
        assert len(windows) == 3
        assert len(set(labels(windows))) == 30
    assert offsets == {0, 1, 2, 3, 4}


def test_a_row_of_sequential_partition_goes_on_in_the_next_window() -> None:
    windows = list(sequential_partition(RANGE, 2, 5, generator(0)))
    for earlier, later in zip(windows, windows[1:], strict=False):
        assert later.inputs[:, 0].tolist() == earlier.targets[:, -1].tolist()
        assert not later.fresh.any()
    assert windows[0].fresh.all()


def test_carried_states_are_reset_as_often_as_asked() -> None:
    ids = np.arange(100_001, dtype=np.int32)
    windows = list(sequential_partition(ids, 10, 10, generator(0), reset_probability=0.25))
    resets = np.concatenate([window.fresh for window in windows[1:]])
    # About 10,000 draws: the standard deviation of the share is sqrt(.25 * .75 / 10,000) = 0.0043.
    assert resets.mean() == pytest.approx(0.25, abs=0.02)


def test_the_same_seed_gives_the_same_windows() -> None:
    for sampling in (random_sampling, sequential_partition):
        first, again = (list(sampling(RANGE, 2, 5, generator(3))) for _ in range(2))
        assert [w.inputs.tolist() for w in first] == [w.inputs.tolist() for w in again]


@given(st.integers(0, 60), st.integers(1, 8), st.integers(1, 12), st.integers(0, 1000))
def test_targets_are_inputs_shifted_by_one_whatever_the_sizes(total: int, batch: int, steps: int, seed: int) -> None:
    ids: Ids = np.arange(total, dtype=np.int32)
    for sampling in (random_sampling, sequential_partition):
        windows = list(sampling(ids, batch, steps, generator(seed)))
        assert bool(windows) == (total > 1)  # wherever there is something to predict, something is learned
        assert len(labels(windows)) == len(set(labels(windows)))
        for window in windows:
            assert window.inputs.shape == window.targets.shape == (len(window.fresh), window.inputs.shape[1])
            assert window.inputs.shape[0] <= batch
            assert window.inputs.shape[1] <= steps
            assert (window.targets == window.inputs + 1).all()


def lines_of_lengths(lengths: list[int]) -> Sequences:
    ends = np.cumsum(lengths)
    return Sequences.of_lines([np.arange(end - n, end) + 100 for n, end in zip(lengths, ends, strict=True)])


def test_short_lines_are_padded_and_masked() -> None:
    (window,) = padded_lines(lines_of_lengths([3, 2, 4]), 3)
    assert window.inputs.tolist() == [[100, 101, 0], [103, 0, 0], [105, 106, 107]]
    assert window.targets.tolist() == [[101, 102, 0], [104, 0, 0], [106, 107, 108]]
    assert window.mask is not None
    assert window.mask.tolist() == [[True, True, False], [True, False, False], [True, True, True]]
    assert window.num_tokens == 6
    assert window.fresh.all()


@given(st.lists(st.integers(0, 9), max_size=20), st.integers(1, 5), st.one_of(st.none(), st.integers(0, 99)))
def test_every_target_of_every_line_is_seen_once(lengths: list[int], batch: int, seed: int | None) -> None:
    lines = lines_of_lengths(lengths)
    windows = list(padded_lines(lines, batch, None if seed is None else generator(seed)))
    seen = [int(t) for w in windows if w.mask is not None for t in w.targets[w.mask]]
    assert sorted(seen) == [int(i) for line in lines for i in line[1:]]
    assert sum(window.num_tokens for window in windows) == lines.num_scored
    assert all((w.targets == w.inputs + 1)[w.mask].all() for w in windows if w.mask is not None)


def test_batches_hold_lines_of_like_length() -> None:
    lines = lines_of_lengths([2, 9] * 50)
    windows = list(padded_lines(lines, 10, generator(0)))
    assert all(window.mask is not None and window.mask.all() for window in windows)
    assert [w.inputs.shape[1] for w in windows] not in ([1] * 5 + [8] * 5, [8] * 5 + [1] * 5)  # yet in no fixed order


def test_without_a_generator_lines_keep_their_order() -> None:
    windows = list(padded_lines(lines_of_lengths([3, 5, 2]), 1))
    assert [int(window.inputs[0, 0]) for window in windows] == [100, 103, 108]
