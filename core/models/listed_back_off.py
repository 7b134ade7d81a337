"""Probabilities by a table of listed n-grams: of one word, of all words, of a single step.

The walk goes from short to long contexts, as in `core.models.backoff`, but here a longer n-gram replaces what the shorter
ones said instead of adding to it:

    ln P = ln P(w)                                    to begin with
    ln P = ln P(w | c), if cw is listed               for contexts c of 1, 2 ... order - 1 ids
           weight(c) + ln P, if not

All sums are of natural logarithms in float64; the table's own are float32, to the base 10.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from core.models.back_off_table import BackOffTable
from core.models.ngram_table import Integers, Nodes
from core.models.remembered_rows import RememberedRows
from core.models.tallies import Floats

# How far the sum of a distribution may lie from 1: programs write six or seven digits of each of its logarithms.
_TOLERANCE = 1e-3
# Numbers that may be added up to find out, and the most contexts that are asked.
_SUMMED, _MOST_SUMMED = 4_000_000, 200


@dataclass(frozen=True)
class Looked:
    """What contexts of one length say about the word that follows; all arrays ``[batch, time]``.

    Attributes:
        used: whether the context is listed.
        listed: whether the word is listed after it.
        weight: ln of what the context leaves to a shorter one; 0 where it is not listed, -inf for the empty one.
        log_prob: ln P(w | c) up to this length.
    """

    used: npt.NDArray[np.bool_]
    listed: npt.NDArray[np.bool_]
    weight: Floats
    log_prob: Floats


class ListedBackOff(RememberedRows):
    """ln P by a table, `row` too; places are given as in `core.models.backoff.BackOff`."""

    def __init__(self, table: BackOffTable) -> None:
        super().__init__(table.ngrams.vocab_size)
        self.table, self._ngrams = table, table.ngrams
        self._log_probs = [_natural(each, -math.inf) for each in table.log_probs]
        self._weights = [_natural(each, 0.0) for each in table.weights]
        for level, log_probs in zip(self._ngrams.levels[1:], self._log_probs, strict=True):
            log_probs[:-1][np.isin(level.last, table.never)] = -math.inf

    def path(self, ids: npt.NDArray[np.integer], before: int, targets: npt.NDArray[np.integer]) -> Iterator[Looked]:
        """Yield for context lengths 0 .. order - 1 how the probability of ``targets [batch, time]`` comes about."""
        wanted = targets.astype(np.int64)
        here = slice(before, before + wanted.shape[1])
        everywhere = np.ones(wanted.shape, dtype=bool)
        log_prob = self._log_probs[0][wanted]
        yield Looked(everywhere, everywhere, np.full(wanted.shape, -math.inf), log_prob)
        walk = self._ngrams.walk(ids)
        for length in range(1, self._ngrams.order):
            contexts = next(walk)[:, here]
            found = self._ngrams.find(length + 1, contexts, wanted)
            weight = self._weights[length - 1][contexts]
            log_prob = np.where(found >= 0, self._log_probs[length][found], weight + log_prob)
            yield Looked(contexts >= 0, found >= 0, weight, log_prob)

    def all_words(self, ids: npt.NDArray[np.integer], before: int) -> Floats:
        """Return ln P of every word after each place, ``[batch, time, vocab]``."""
        batch, time, vocab = ids.shape[0], ids.shape[1] - before, self._ngrams.vocab_size
        log_probs = np.tile(self._log_probs[0][:-1], (batch * time, 1))
        walk = self._ngrams.walk(ids)
        for length in range(1, self._ngrams.order):
            nodes = next(walk)[:, before:].ravel()
            rows = np.flatnonzero(nodes >= 0)
            log_probs[rows] += self._weights[length - 1][nodes[rows]][:, None]
            which, after = self._followers(length, nodes[rows])
            log_probs[rows[which], self._ngrams.levels[length + 1].last[after]] = self._log_probs[length][after]
        return log_probs.reshape(batch, time, vocab)

    @cached_property
    def is_normalised(self) -> bool:
        """Whether the distributions sum to 1, by those after contexts of every length, evenly chosen."""
        for context in self._sample():
            total = math.fsum(np.exp(self.row(context)).tolist())
            if abs(total - 1.0) > _TOLERANCE:
                return False
        return True

    def _new_row(self, context: tuple[int, ...]) -> Floats:
        """Compute one distribution from that of the shorter context."""
        if not context:
            return self._log_probs[0][:-1]
        shorter, length, node = self.row(context[1:]), len(context), self._ngrams.node(context)
        if node < 0:
            return shorter
        row: Floats = shorter + self._weights[length - 1][node]
        _, after = self._followers(length, np.array([node]))
        row[self._ngrams.levels[length + 1].last[after]] = self._log_probs[length][after]
        return row

    def _followers(self, length: int, nodes: Integers) -> tuple[Nodes, Nodes]:
        """Return what is listed after contexts ``[n]`` of a length: the context of each pair, and its own node."""
        begins = self._ngrams.levels[length].begins.astype(np.int64)
        first, sizes = begins[nodes], begins[nodes + 1] - begins[nodes]
        which = np.repeat(np.arange(len(nodes)), sizes)
        return which, np.arange(len(which)) + (first - (np.cumsum(sizes) - sizes))[which]

    def _sample(self) -> Iterator[tuple[int, ...]]:
        """Yield the empty context and some that something is listed after, of every length."""
        yield ()
        lengths = range(1, self._ngrams.order)
        each = min(_MOST_SUMMED, _SUMMED // self._ngrams.vocab_size) // max(1, len(lengths)) + 1
        for length in lengths:
            followed = np.flatnonzero(np.diff(self._ngrams.levels[length].begins))
            for node in followed[np.linspace(0, len(followed) - 1, min(each, len(followed)), dtype=np.int64)]:
                yield self._ids(length, int(node))

    def _ids(self, length: int, node: int) -> tuple[int, ...]:
        """Return the ids of one n-gram, from the last to the first."""
        ids: list[int] = []
        for level in reversed(range(1, length + 1)):
            ids.insert(0, int(self._ngrams.levels[level].last[node]))
            node = int(np.searchsorted(self._ngrams.levels[level - 1].begins, node, side="right")) - 1
        return tuple(ids)


def _natural(logarithms: npt.NDArray[np.floating], unlisted: float) -> Floats:
    """Return natural logarithms in float64, and one more entry, at index -1, for what is not listed."""
    natural: Floats = np.append(logarithms, unlisted).astype(np.float64) * math.log(10)
    return natural
