"""Adaptive scoring: a model that learns from the text while it reads it.

The model itself stays as it is. Beside it a cache counts the text read so far (`core.measures.cache`), and a mixer learns
from every token whom to trust when (`core.measures.online_mixing`). The prediction of a token uses the tokens before it and
nothing else, and nothing is kept afterwards: the next text starts from the beginning.

Adaptive figures never stand in one column with static ones: they profit from the held-out text itself, though fairly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from core.measures.cache import Cache, CacheReading
from core.measures.contexts import last_ids, word_so_far
from core.measures.online_mixing import OnlineMixer, Places
from core.measures.perplexity import Heed, Score, check_numbers, check_scorable, made_score
from core.models.protocol import LanguageModel
from core.text.sequences import Sequences

Floats = npt.NDArray[np.float64]

# Contexts of the cache: the last 0 to 8 ids, and the word so far.
_ORDER = 8
# Chosen on the validation part of Tiny Shakespeare, as everything here.
_RATE, _CACHE_WEIGHT = 0.0012, 0.05
# A token that the model held impossible gets this log-probability (1 in 10 million), for the cache may know better.
_LEAST = float(np.log(1e-7))
# Numbers of scores held at once (16 MB), and the most places at once.
_SCORES_AT_ONCE, _PLACES_AT_ONCE = 2_000_000, 512
# Values of a circumstance: never met, then 6 classes of how often, twice (always the same token or not).
_ENTRIES, _CLASSES = 13, 6
_MOST_HALF_BITS, _MOST_BITS = 9, 5


def score_adaptive(
    model: LanguageModel,
    sequences: Sequences,
    letters: npt.NDArray[np.bool_],
    unk_id: int = 0,
    heed: Heed = None,
) -> Score:
    """Score a text as one stream while learning from it; lines one after the other, each from the initial state.

    Args:
        model: any normalised model.
        sequences: the ids.
        letters: which tokens are made of letters, by id ``[vocab]``: see `core.measures.contexts.letters_of`.
        unk_id: id of ``<unk>``.
        heed: told of every chunk how many tokens it had; it may raise to stop.

    Raises:
        BadText: nothing to score.
        Refused: a model whose distributions do not sum to 1.
    """
    check_scorable(model, sequences.ids, sequences.num_scored)
    targets = sequences.ids[sequences.positions() > 0]
    log_probs = np.empty(len(targets))
    for place, distribution in enumerate(adaptive_log_probs(model, sequences, letters, heed)):
        log_probs[place] = distribution[targets[place]]
    return made_score(log_probs, targets, len(sequences.ids), unk_id)


def adaptive_log_probs(
    model: LanguageModel, sequences: Sequences, letters: npt.NDArray[np.bool_], heed: Heed = None
) -> Iterator[Floats]:
    """Yield the distribution ``[vocab]`` of every scored token, made before it is read: see `score_adaptive`."""
    scored = sequences.positions() > 0
    targets = sequences.ids[scored].astype(np.int64)
    chains = [
        [labels[scored] for labels in last_ids(sequences, _ORDER)],
        [word_so_far(sequences.ids, letters)[scored]],
    ]
    caches = [Cache(targets, chain, model.vocab_size) for chain in chains]
    weights = [1.0] + [_CACHE_WEIGHT] * sum(map(len, chains))
    mixer = OnlineMixer(np.array(weights), circumstances=3, entries=_ENTRIES, rate=_RATE)
    size = min(_PLACES_AT_ONCE, max(1, _SCORES_AT_ONCE // (len(weights) * model.vocab_size)))
    begin = 0
    for static in _static(model, sequences, size):
        part = slice(begin, begin + len(static))
        readings = [cache.read(part) for cache in caches]
        scores = np.concatenate([static[:, None], *(reading.novelties for reading in readings)], axis=1)
        values = circumstances(static, readings)
        for at, target in enumerate(targets[part].tolist()):
            yield mixer.read(scores[at], values[at], target)
        begin = part.stop
        if heed is not None:
            heed(len(static))


def _static(model: LanguageModel, sequences: Sequences, size: int) -> Iterator[Floats]:
    """Yield the model's log-probabilities ``[time, vocab]``, at most ``size`` places at once."""
    for ids in sequences:
        state = model.initial_state(1)
        for begin in range(0, len(ids) - 1, size):
            log_probs, state = model.log_probs(ids[None, begin : min(begin + size, len(ids) - 1)], state)
            check_numbers(log_probs)
            yield np.maximum(log_probs[0].astype(np.float64), _LEAST)


def circumstances(static: Floats, readings: Sequence[CacheReading]) -> Places:
    """Return under which circumstances every opinion is given: ``[time, circumstances, opinions]``.

    1. How sure it is of itself: the entropy of the model in whole bits; how often a context of the cache was met, in powers
       of two, and whether the same token always followed.
    2. How many lengths of context the cache has met.
    3. How sure the model is: its entropy in half bits.

    Args:
        static: log-probabilities of the model ``[time, vocab]``.
        readings: of the caches; the lengths of context are those of the first.
    """
    bits = -(np.exp(static) * static).sum(axis=1) / np.log(2)  # [time]
    own = [np.minimum(bits.astype(np.int64), _MOST_BITS)[:, None], *map(_evidence, readings)]
    met = np.count_nonzero(readings[0].counts, axis=1)
    unsure = np.minimum((2 * bits).astype(np.int64), _MOST_HALF_BITS)
    by_itself = np.concatenate(own, axis=1)
    return np.stack([by_itself, *(np.broadcast_to(each[:, None], by_itself.shape) for each in (met, unsure))], axis=1)


def _evidence(reading: CacheReading) -> Places:
    """Return 0 for a context never met, 1 to 6 for met once, up to 2, 4, 8, 16 and more often; 6 more for one follower."""
    doublings = np.ceil(np.log2(np.maximum(reading.counts, 1))).astype(np.int64)
    often = 1 + np.minimum(doublings, _CLASSES - 1) + np.where(reading.types == 1, _CLASSES, 0)
    return np.where(reading.counts > 0, often, 0)
