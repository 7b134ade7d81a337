"""The range coder gives back every choice and wastes almost nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.sharing.range_coder import MAX_TOTAL, RangeDecoder, RangeEncoder

frequency_lists = st.lists(st.integers(1, 1000) | st.integers(1, MAX_TOTAL // 8), min_size=1, max_size=6)
choices = st.lists(frequency_lists.flatmap(lambda f: st.tuples(st.just(f), st.integers(0, len(f) - 1))), max_size=200)


def coded(messages: list[tuple[list[int], int]]) -> bytes:
    encoder = RangeEncoder()
    for frequencies, symbol in messages:
        encoder.encode(sum(frequencies[:symbol]), frequencies[symbol], sum(frequencies))
    return encoder.finish()


@given(choices)
def test_every_choice_comes_back_at_its_ideal_price(messages: list[tuple[list[int], int]]) -> None:
    data = coded(messages)
    decoder = RangeDecoder(data)
    assert [decoder.decode_small(frequencies) for frequencies, _ in messages] == [symbol for _, symbol in messages]
    assert not decoder.exhausted
    bits = math.fsum(math.log2(sum(frequencies) / frequencies[symbol]) for frequencies, symbol in messages)
    assert bits - 1e-6 <= 8 * len(data) <= bits + 16


@pytest.mark.parametrize("symbol", [0, 1, 2])
def test_runs_at_the_edges_of_the_interval_come_back(symbol: int) -> None:
    # The first symbol never moves the low end, the last pushes it up against a carry again and again.
    frequencies = [1, MAX_TOTAL - 2, 1]
    decoder = RangeDecoder(coded([(frequencies, symbol)] * 3000 + [(frequencies, 2)]))
    assert [decoder.decode_small(frequencies) for _ in range(3001)] == [symbol] * 3000 + [2]


def test_a_carry_runs_through_bytes_of_ones() -> None:
    rng = np.random.default_rng(0)
    thirds = [1431655765, 1431655765, 1431655765]  # 0.FFFF... of the whole: carries are frequent
    messages = [(thirds, int(rng.integers(3))) for _ in range(20_000)]
    decoder = RangeDecoder(coded(messages))
    assert [decoder.decode_small(thirds) for _ in messages] == [symbol for _, symbol in messages]


def test_reading_far_beyond_the_end_is_noticed() -> None:
    decoder = RangeDecoder(coded([([1, 1], 1)]))
    for _ in range(200):
        decoder.decode_small([1, 1])
    assert decoder.exhausted
