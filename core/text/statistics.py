"""What can be counted in a text: frequencies, Zipf's law, the growth of types (D2L 8.2.3, 8.3.2).

A few tokens are very frequent and most are rare: the r-th most frequent one occurs about C r^-alpha times. A fitted
alpha says little without the method and the range of ranks it was fitted on, so both travel with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadText
from core.text.sequences import Ids


@dataclass(frozen=True, eq=False)
class NgramFrequencies:
    """The distinct n-grams of a text.

    Attributes:
        ngrams: their ids, the most frequent first, ``[types, n]``.
        counts: how often each occurs, ``[types]``.
    """

    ngrams: Ids
    counts: npt.NDArray[np.int64]


@dataclass(frozen=True)
class ZipfFit:
    """A straight line through log rank and log frequency: n(r) = constant * r^-alpha.

    Attributes:
        alpha, constant: the law.
        low_rank, high_rank: the ranks it was fitted on, both included; the most frequent type has rank 1.
        method: how.
    """

    alpha: float
    constant: float
    low_rank: int
    high_rank: int
    method: str = "least squares of log frequency on log rank"

    def as_json(self) -> dict[str, Any]:
        """The fit as plain values."""
        return {
            "alpha": self.alpha, "constant": self.constant, "low_rank": self.low_rank, "high_rank": self.high_rank,
            "method": self.method,
        }  # fmt: skip


def frequencies(tokens: Sequence[str]) -> list[tuple[str, int]]:
    """Return every distinct token with its count, the most frequent first, ties in the order of code points.

    >>> frequencies(["b", "a", "c", "c"])
    [('c', 2), ('a', 1), ('b', 1)]
    """
    return sorted(Counter(tokens).items(), key=lambda entry: (-entry[1], entry[0]))


def ngram_frequencies(ids: Ids, order: int) -> NgramFrequencies:
    """Count all runs of ``order`` ids, ``ids [tokens]``; ties in the order of ids.

    >>> ngram_frequencies(np.array([1, 2, 1, 2, 3], dtype=np.int32), 2).ngrams.tolist()
    [[1, 2], [2, 1], [2, 3]]
    """
    num_runs = max(0, len(ids) - order + 1)
    ranks = np.zeros(num_runs, dtype=np.int64)  # equal runs of the ids read so far have equal ranks
    vocab_size = int(ids.max(initial=0)) + 1
    for place in range(order):
        packed = ranks * vocab_size + ids[place : place + num_runs]
        _, first, ranks, counts = np.unique(packed, return_index=True, return_inverse=True, return_counts=True)
    by_count = np.argsort(-counts, kind="stable")
    ngrams = ids[first[by_count, None] + np.arange(order)]  # [types, order]
    return NgramFrequencies(ngrams, counts[by_count])


def fit_zipf(counts: npt.ArrayLike, low_rank: int = 10, high_rank: int = 1000) -> ZipfFit:
    """Fit Zipf's law by least squares on the logarithms.

    Args:
        counts: how often each type occurs, in any order, ``[types]``.
        low_rank, high_rank: the ranks to fit on, 1 for the most frequent type; fewer where there are fewer types.

    Raises:
        BadText: fewer than two types in the range.
    """
    ordered = -np.sort(-np.asarray(counts, dtype=np.float64))
    high_rank = min(high_rank, len(ordered))
    if high_rank <= low_rank:
        raise BadText(
            f"Zipf's law needs at least two types from rank {low_rank} on, and the text has {len(ordered)} types. "
            "Give a longer text, or a lower first rank.",
            f"齐普夫定律从第 {low_rank} 名起至少需要两种词元，而文字只有 {len(ordered)} 种。"
            "请给出更长的文字，或减小起始名次。",
        )
    log_rank = np.log(np.arange(low_rank, high_rank + 1))
    slope, intercept = np.polyfit(log_rank, np.log(ordered[low_rank - 1 : high_rank]), deg=1)
    return ZipfFit(float(-slope), float(np.exp(intercept)), low_rank, high_rank)


def growth_of_types(ids: Ids, num_points: int = 100) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return how many distinct ids the first k tokens hold, for ``num_points`` values of k.

    Returns:
        The values of k, evenly spaced up to the whole text, and the number of types, both ``[points]``.
    """
    _, first = np.unique(ids, return_index=True)
    points = np.unique(np.linspace(0, len(ids), num_points + 1).astype(np.int64)[1:])
    return points, np.searchsorted(np.sort(first), points)  # a type counts from the place where it first occurs


def out_of_vocabulary_rate(training: Sequence[str], held_out: Sequence[str]) -> float:
    """Return which share of the held-out tokens never occurs in the training part, 0 to 1.

    >>> out_of_vocabulary_rate(["the", "time"], ["the", "machine"])
    0.5

    Raises:
        BadText: no held-out token at all.
    """
    if not held_out:
        raise BadText(
            "There is no held-out token to look up. Give a longer text.", "测试部分没有词元可查。请给出更长的文字。"
        )
    known = Counter(held_out)
    for token in known.keys() & set(training):
        del known[token]
    return sum(known.values()) / len(held_out)
