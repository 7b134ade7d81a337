"""Weights between contexts of different lengths, fitted by expectation and maximisation on text that was not counted.

To predict a token the model asks the longest context that it has seen, and goes on to the next shorter one with
probability l, a weight for each length. How far it went is not seen; the two steps are repeated: guess from the present
weights how often each length had the word (expectation), and take those shares as the new weights (maximisation).
Source: Jelinek and Mercer, "Interpolated estimation of Markov source parameters from sparse data" (1980).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from core.models.backoff import BackOff
from core.models.ngram_table import NgramTable
from core.models.smoothing import NoSmoothing
from core.models.tallies import Floats, tallies
from core.text.sequences import Sequences

# Rounds at most, and the change of a weight below which nothing more is to come.
_ROUNDS, _SETTLED = 200, 1e-6
# Where nothing can be fitted.
_EVEN = 0.5
# The part of a text that decides.
_HELD_BACK = 0.1


def fitted_lambdas(sequences: Sequences, order: int, vocab_size: int) -> list[float]:
    """Return Jelinek-Mercer's weights for a text: its first part is counted, the last tenth decides.

    Args:
        sequences: the text.
        order: how many lengths there are.
        vocab_size: number of ids.
    """
    counted, held_back = _parted(sequences)
    if min(counted.lengths.max(initial=0), held_back.num_scored) < max(order, 1):
        return [_EVEN] * order  # too short a text to judge by
    table = NgramTable.count(counted, order, vocab_size)
    back_off = BackOff(table, NoSmoothing(), tallies(table, predecessors=False))
    own: list[list[Floats]] = [[] for _ in range(order)]
    used: list[list[Floats]] = [[] for _ in range(order)]
    for one in held_back:
        if len(one) > 1:
            ids = np.concatenate([np.full(order - 1, -1, np.int32), one[:-1]])[None]
            for length, backed in enumerate(back_off.path(ids, order - 1, one[None, 1:])):
                total = np.where(backed.totals > 0, backed.totals, 1.0)
                own[length].append((backed.counts / total)[0])
                used[length].append(backed.used[0])
    joined = (np.concatenate(each) for each in own)
    return fit_lambdas(joined, (np.concatenate(each) for each in used), 1.0 / vocab_size)


def _parted(sequences: Sequences) -> tuple[Sequences, Sequences]:
    """Return a text without its last tenth, and that tenth; lines stay whole."""
    if len(sequences) > 1:
        whole = list(sequences)
        cut = len(whole) - max(1, round(_HELD_BACK * len(whole)))
        return Sequences.of_lines(whole[:cut]), Sequences.of_lines(whole[cut:])
    cut = len(sequences.ids) - max(1, round(_HELD_BACK * len(sequences.ids)))
    parts = Sequences.of_stream(sequences.ids[:cut]), Sequences.of_stream(sequences.ids[cut:])
    return replace(parts[0], lines=sequences.lines), parts[1]


def fit_lambdas(own: Iterable[Floats], used: Iterable[Floats], uniform: float) -> list[float]:
    """Return for each length of context the weight that it leaves to the shorter one.

    Args:
        own: n(cw) / N(c) of each token with contexts of 0, 1 ... ids, ``[tokens]`` each.
        used: whether that context had been seen.
        uniform: 1 / V.

    Returns:
        One weight for each length, 0 to 1; a half for a length that is never used.
    """
    shares, asked = np.array(list(own)), np.array(list(used), dtype=bool)  # [lengths, tokens]
    lambdas = np.full(len(shares), _EVEN)
    for _ in range(_ROUNDS):
        stopped, visited = _expected(shares, asked, uniform, lambdas)
        fitted = np.where(
            visited > 0, 1.0 - np.divide(stopped, visited, out=np.zeros_like(visited), where=visited > 0), _EVEN
        )
        settled = np.abs(fitted - lambdas).max(initial=0.0) < _SETTLED
        lambdas = fitted
        if settled:
            break
    return [float(each) for each in lambdas]


def _expected(shares: Floats, asked: Floats, uniform: float, lambdas: Floats) -> tuple[Floats, Floats]:
    """Return how often each length is expected to have given the token, and to have been asked at all."""
    reached = np.ones(shares.shape[1])
    given = np.zeros(shares.shape)
    for length in reversed(range(len(shares))):
        given[length] = np.where(asked[length], reached * (1.0 - lambdas[length]) * shares[length], 0.0)
        reached = np.where(asked[length], reached * lambdas[length], reached)
    last = reached * uniform
    total = given.sum(axis=0) + last
    given /= total
    at_most = np.cumsum(given, axis=0) + last / total  # given by this length or a shorter one
    return given.sum(axis=1), np.where(asked, at_most, 0.0).sum(axis=1)
