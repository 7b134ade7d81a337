"""Tests of `core.measures.cache`: against a recount of the whole past at every place."""

from __future__ import annotations

import numpy as np
import pytest

from core.measures.cache import MOST, Cache
from core.measures.contexts import last_ids
from core.text.sequences import Sequences

_VOCAB, _ORDER = 3, 3
_IDS = np.random.default_rng(1).choice(_VOCAB, 300, p=(0.7, 0.2, 0.1)).astype(np.int32)


def cache_of(ids: np.ndarray) -> Cache:
    chain = last_ids(Sequences.of_stream(ids), _ORDER)
    return Cache(ids[1:].astype(np.int64), [labels[1:] for labels in chain], _VOCAB)


def recounted(ids: list[int], place: int, length: int) -> list[float]:
    """Return Witten-Bell's probabilities of the next id, straight from the definition."""
    shorter = [1 / _VOCAB] * _VOCAB if length == 0 else recounted(ids, place, length - 1)
    past = ids[1:place] if length == 0 else [
        ids[at] for at in range(max(1, length), place) if ids[at - length : at] == ids[place - length : place]
    ]  # fmt: skip
    past = past[-MOST:]
    if not past or place < length:
        return shorter
    kinds = len(set(past))
    return [(past.count(id_) + kinds * shorter[id_]) / (len(past) + kinds) for id_ in range(_VOCAB)]


def test_probabilities_are_those_of_a_recount_at_every_place() -> None:
    reading = cache_of(_IDS).read(slice(0, len(_IDS) - 1))
    log_probs = np.cumsum(reading.novelties, axis=1) - np.log(_VOCAB)  # [time, contexts, vocab]
    for place in range(1, len(_IDS)):
        expected = [recounted(_IDS.tolist(), place, length) for length in range(_ORDER + 1)]
        assert np.exp(log_probs[place - 1]) == pytest.approx(np.array(expected), abs=1e-12)


def test_hand_arithmetic() -> None:
    # ids 0 1 0 0 1 | ?   After 1 once came 0: (1 + 1 P(0)) / 2, where P of all is (2 + 2/3) / (4 + 2) for 0.
    reading = cache_of(np.array([0, 1, 0, 0, 1, 2], dtype=np.int32)).read(slice(4, 5))
    empty = np.array([2 + 2 / 3, 2 + 2 / 3, 2 / 3]) / 6
    one = (np.array([1, 0, 0]) + empty) / 2
    assert np.exp(reading.novelties[0, 0]) / 3 == pytest.approx(empty)
    assert np.exp(reading.novelties[0, 1]) == pytest.approx(one / empty)
    assert reading.counts[0].tolist() == [4, 1, 1, 0] and reading.types[0].tolist() == [2, 1, 1, 0]


def test_a_context_never_met_adds_nothing() -> None:
    reading = cache_of(_IDS).read(slice(0, 40))
    assert (reading.novelties[reading.counts == 0] == 0).all()


def test_only_the_last_followers_of_a_context_count() -> None:
    ids = np.array([0, *[1] * 100, *[2] * MOST, 2], dtype=np.int32)
    reading = cache_of(ids).read(slice(len(ids) - 2, len(ids) - 1))
    assert reading.counts[0, 0] == MOST and reading.types[0, 0] == 1  # the ones are forgotten


def test_parts_are_the_whole() -> None:
    whole = cache_of(_IDS).read(slice(0, 299))
    for begin in range(0, 299, 13):
        part = slice(begin, min(begin + 13, 299))
        assert (cache_of(_IDS).read(part).novelties == whole.novelties[part]).all()
