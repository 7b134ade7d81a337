"""From a table of counts and a smoothing to probabilities: of one word, of all words, of a single step.

The walk is always the same: begin with the uniform distribution, then for contexts of length 0, 1, 2 ... up to
order - 1 replace P by ``own + rest * P`` wherever that context was seen. Three forms of it stand here: `BackOff.path`
follows one given word after each place (for scoring and for looking into it), `BackOff.all_words` gives whole
distributions, `BackOff.row` gives one distribution quickly, for writing token by token. Tests hold them equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.models.ngram_table import Integers, NgramTable, Nodes
from core.models.remembered_rows import RememberedRows
from core.models.smoothing import Smoothing
from core.models.tallies import Floats, Tally, suffixes


@dataclass(frozen=True)
class Backed:
    """What contexts of one length say about the word that follows; all arrays ``[batch, time]``.

    Attributes:
        used: whether the context was seen and asked.
        totals: N(c), 0 where unseen.
        types: T(c), 0 where unseen.
        counts: n(cw) of the word that follows, as the smoothing counts.
        own: share that cw earns itself; 0 where not used.
        rest: weight left to shorter contexts; 1 where not used.
        probability: P(w | c) up to this length.
    """

    used: npt.NDArray[np.bool_]
    totals: Floats
    types: Floats
    counts: Integers
    own: Floats
    rest: Floats
    probability: Floats


class BackOff(RememberedRows):
    """Probabilities by a table and a smoothing.

    Places are given as ids ``[batch, before + time]``: ``before`` ids that came earlier (-1 where nothing stood), then
    the ids after each of which something is asked.

    Args:
        table: the counts.
        smoothing: what turns them into weights.
        tallies: of the table, as the smoothing counts.
        frame: the id of ``<s>``, which opens a text and is never predicted; None where there is none.
        never: further ids that are never predicted.
        pruned: whether n-grams are missing that the tallies have counted.
    """

    def __init__(
        self,
        table: NgramTable,
        smoothing: Smoothing,
        tallies: list[Tally],
        frame: int | None = None,
        never: tuple[int, ...] = (),
        pruned: bool = False,
    ) -> None:
        super().__init__(table.vocab_size)
        self.table = table
        self.smoothing = smoothing
        self.tallies = tallies
        weights = [smoothing.weights(tally) for tally in tallies]
        self._own = [each.own for each in weights]
        left = pruned and smoothing.interpolates
        self._rest = [
            _left(each.own, tally) if left else each.rest for each, tally in zip(weights, tallies, strict=True)
        ]
        predicted = np.ones(table.vocab_size)
        predicted[[*never, *([] if frame is None else [frame])]] = 0.0
        self._uniform: Floats = predicted / predicted.sum()
        self._met: dict[tuple[int, ...], tuple[float, float]] = {}

    def path(self, ids: npt.NDArray[np.integer], before: int, targets: npt.NDArray[np.integer]) -> Iterator[Backed]:
        """Yield for context lengths 0 .. order - 1 how the probability of ``targets [batch, time]`` comes about."""
        wanted = targets.astype(np.int64)
        if wanted.max(initial=0) >= self.table.vocab_size:
            raise ValueError(f"targets must be below {self.table.vocab_size}, not {wanted.max()}")
        probability = self._uniform[wanted]
        # In a text the word asked for is the next one read: then its node is simply the next node of the walk.
        shifted = np.array_equal(ids[:, before + 1 :], wanted[:, :-1])
        if shifted:
            ids = np.concatenate([ids, wanted[:, -1:]], axis=1)
        walk = self.table.walk(ids)
        here = slice(before, before + wanted.shape[1])
        available = _available(ids)[:, here]
        nodes = np.zeros(ids.shape, dtype=np.int64)
        for length in range(self.table.order):
            if length and not shifted:
                nodes = next(walk)
            contexts = nodes[:, here]
            if shifted:
                nodes = next(walk)
                found = nodes[:, before + 1 :]
            else:
                found = self.table.find(length + 1, contexts, wanted)
            tally = self.tallies[length]
            totals, counts = tally.totals[contexts], tally.counts[found]
            used = (totals > 0) & self._asked(length, available)
            rest = np.where(used, self._rest[length][contexts], 1.0)
            own = np.where(used, self._own[length][found], 0.0)
            below = rest * probability
            probability = own + below if self.smoothing.interpolates else np.where(own > 0, own, below)
            yield Backed(used, totals, tally.types[contexts], counts, own, rest, probability)

    def all_words(self, ids: npt.NDArray[np.integer], before: int) -> Floats:
        """Return the distributions after each place, ``[batch, time, vocab]``."""
        batch, time, vocab = ids.shape[0], ids.shape[1] - before, self.table.vocab_size
        available = _available(ids)[:, before:].ravel()
        probabilities = np.tile(self._uniform, (batch * time, 1))
        walk = self.table.walk(ids)
        for length in range(self.table.order):
            nodes = next(walk)[:, before:].ravel() if length else np.zeros(batch * time, dtype=np.int64)
            used = (self.tallies[length].totals[nodes] > 0) & self._asked(length, available)
            self._blend(probabilities, np.flatnonzero(used), length, nodes[used])
        return probabilities.reshape(batch, time, vocab)

    def evidence(self, ids: npt.NDArray[np.integer], before: int) -> Floats:
        """Return the length of the longest context met at each place, and ln(1 + N(c)) of it: ``[batch, time, 2]``."""
        available = _available(ids)[:, before:]
        met = np.zeros((*available.shape, 2))
        walk = self.table.walk(ids)
        for length in range(1, self.table.order):
            totals = self.tallies[length].totals[next(walk)[:, before:]]
            found = (totals > 0) & (available >= length)
            met[found, 0], met[found, 1] = length, np.log1p(totals[found])
        return met

    def evidence_of(self, context: tuple[int, ...]) -> tuple[float, float]:
        """Return the same of one context of at most order - 1 ids, remembered as `row` does."""
        known = self._met.get(context)
        if known is None:
            total = self.tallies[len(context)].totals[self.table.node(context)] if context else 0
            known = (float(len(context)), float(np.log1p(total))) if total > 0 else (0.0, 0.0)
            if total <= 0 and context:
                known = self.evidence_of(context[1:])
            if len(self._met) >= self._most_rows:
                self._met = {}
            self._met[context] = known
        return known

    def listed(self) -> Iterator[tuple[Floats, Floats]]:
        """Yield for each length from 1 to order P of every n-gram's last token after the others, ``[m]``, and what each of
        their contexts leaves, ``[contexts]``: 1 where nothing followed it."""
        probability, suffix = self._uniform, suffixes(self.table)
        for length, tally in enumerate(self.tallies, start=1):
            rest, own = np.where(tally.totals > 0, self._rest[length - 1], 1.0), self._own[length - 1][:-1]
            shorter = self._uniform if length == 1 else probability[suffix[length]]
            below = rest[tally.contexts[:-1]] * shorter
            probability = own + below if self.smoothing.interpolates else np.where(own > 0, own, below)
            yield probability, rest[:-1]

    def _new_row(self, context: tuple[int, ...]) -> Floats:
        """Compute one distribution from that of the shorter context."""
        shorter = self.row(context[1:]) if context and self.smoothing.recursive else self._uniform
        length, node = len(context), self.table.node(context)
        if self.tallies[length].totals[node] == 0:
            return shorter
        begins = self.table.levels[length].begins
        after = slice(int(begins[node]), int(begins[node + 1]))
        row: Floats = self._rest[length][node] * shorter
        self._add(row, self.table.levels[length + 1].last[after], self._own[length][after])
        return row

    def _blend(self, probabilities: Floats, rows: Nodes, length: int, nodes: Nodes) -> None:
        """Replace P by own + rest * P in the given rows, which stand after the given seen contexts."""
        level, below = self.table.levels[length], self.table.levels[length + 1]
        probabilities[rows] *= self._rest[length][nodes][:, None]
        first, sizes = level.begins[nodes], level.begins[nodes + 1] - level.begins[nodes]
        which = np.repeat(np.arange(len(nodes)), sizes)  # the context of each (context, following word), [pairs]
        after = np.arange(len(which)) + (first - (np.cumsum(sizes) - sizes))[which]
        self._add(probabilities, (rows[which], below.last[after]), self._own[length][after])  # no pair occurs twice

    def _add(self, probabilities: Floats, at: Any, own: Floats) -> None:
        """Give seen words their own share: beside the rest, or instead of it."""
        if self.smoothing.interpolates:
            probabilities[at] += own
        else:
            probabilities[at] = np.where(own > 0, own, probabilities[at])

    def _asked(self, length: int, available: Nodes) -> npt.NDArray[np.bool_]:
        """Say where contexts of this length have a say: wherever there is room, or only where no longer one has."""
        if self.smoothing.recursive:
            return available >= length
        longest = np.minimum(available, self.table.order - 1)
        return np.equal(longest, length)


def _left(own: Floats, tally: Tally) -> Floats:
    """Return what the n-grams that were kept leave of 1, ``[contexts + 1]``."""
    kept = np.bincount(tally.contexts, weights=own, minlength=len(tally.totals))
    left: Floats = np.maximum(1.0 - kept, 0.0)
    return left


def _available(ids: npt.NDArray[np.integer]) -> Nodes:
    """Return how many ids stand at and before each place, ``[batch, time]``; -1 marks where nothing stands."""
    return np.cumsum(ids >= 0, axis=1)
