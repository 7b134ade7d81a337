"""From a table of counts and a smoothing to probabilities: of one word, of all words, of a single step.

The walk is always the same: begin with the uniform distribution, then for contexts of length 0, 1, 2 ... up to
order - 1 replace P by ``own + rest * P`` wherever that context was seen. Three forms of it stand here: `BackOff.path`
follows one given word after each place (for scoring and for looking into it), `BackOff.all_words` gives whole
distributions, `BackOff.row` gives one distribution quickly, for writing token by token. Tests hold them equal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.models.ngram_table import NgramTable, Nodes
from core.models.smoothing import Contexts, Floats, Smoothing

# Distributions that `row` may remember (32 MB of float64).
_REMEMBERED_BYTES = 32_000_000


@dataclass(frozen=True)
class Backed:
    """What contexts of one length say about the word that follows; all arrays ``[batch, time]``.

    Attributes:
        used: whether the context was seen and asked.
        totals: N(c), 0 where unseen.
        types: T(c), 0 where unseen.
        counts: n(cw) of the word that follows.
        rest: weight left to shorter contexts; 1 where not used.
        probability: P(w | c) up to this length.
    """

    used: npt.NDArray[np.bool_]
    totals: Nodes
    types: Nodes
    counts: Nodes
    rest: Floats
    probability: Floats


class BackOff:
    """Probabilities by a table and a smoothing.

    Places are given as ids ``[batch, before + time]``: ``before`` ids that came earlier (-1 where nothing stood), then
    the ids after each of which something is asked.
    """

    def __init__(self, table: NgramTable, smoothing: Smoothing) -> None:
        self.table = table
        self.smoothing = smoothing
        self._uniform = np.full(table.vocab_size, 1.0 / table.vocab_size)
        self._most_rows = max(1, _REMEMBERED_BYTES // (8 * table.vocab_size))
        self._rows: dict[tuple[int, ...], Floats] = {}

    def path(self, ids: npt.NDArray[np.integer], before: int, targets: npt.NDArray[np.integer]) -> Iterator[Backed]:
        """Yield for context lengths 0 .. order - 1 how the probability of ``targets [batch, time]`` comes about."""
        wanted = targets.astype(np.int64)
        if wanted.max(initial=0) >= self.table.vocab_size:
            raise ValueError(f"targets must be below {self.table.vocab_size}, not {wanted.max()}")
        probability = np.full(wanted.shape, 1.0 / self.table.vocab_size)
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
            totals, types = self.table.levels[length].totals[contexts], self.table.levels[length].types[contexts]
            counts = self.table.levels[length + 1].counts[found]
            used = (totals > 0) & self._asked(length, available)
            seen = Contexts(length, np.maximum(totals, 1).astype(np.float64), np.maximum(types, 1).astype(np.float64))
            rest = np.where(used, self.smoothing.rest(seen), 1.0)
            own = np.where(used, self.smoothing.own(counts.astype(np.float64), seen), 0.0)
            probability = own + rest * probability
            yield Backed(used, totals, types, counts, rest, probability)

    def all_words(self, ids: npt.NDArray[np.integer], before: int) -> Floats:
        """Return the distributions after each place, ``[batch, time, vocab]``."""
        batch, time, vocab = ids.shape[0], ids.shape[1] - before, self.table.vocab_size
        available = _available(ids)[:, before:].ravel()
        probabilities = np.full((batch * time, vocab), 1.0 / vocab)
        walk = self.table.walk(ids)
        for length in range(self.table.order):
            nodes = next(walk)[:, before:].ravel() if length else np.zeros(batch * time, dtype=np.int64)
            used = (self.table.levels[length].totals[nodes] > 0) & self._asked(length, available)
            self._blend(probabilities, np.flatnonzero(used), length, nodes[used])
        return probabilities.reshape(batch, time, vocab)

    def row(self, context: tuple[int, ...]) -> Floats:
        """Return the distribution ``[vocab]`` after one context of at most order - 1 ids; not to be written to.

        Rows are remembered up to a bound, then forgotten all at once. They depend on nothing but the context, and a
        dictionary's single operations are atomic, so threads may share them.
        """
        known = self._rows.get(context)
        if known is None:
            known = self._new_row(context)
            if len(self._rows) >= self._most_rows:
                self._rows = {}
            self._rows[context] = known
        return known

    def _new_row(self, context: tuple[int, ...]) -> Floats:
        """Compute one distribution from that of the shorter context."""
        shorter = self.row(context[1:]) if context and self.smoothing.recursive else self._uniform
        node, level = self.table.node(context), self.table.levels[len(context)]
        total = int(level.totals[node])
        if total == 0:
            return shorter
        after = slice(int(level.begins[node]), int(level.begins[node + 1]))
        below = self.table.levels[len(context) + 1]
        seen = Contexts(len(context), np.array(float(total)), np.array(float(level.types[node])))
        row: Floats = self.smoothing.rest(seen) * shorter
        row[below.last[after]] += self.smoothing.own(below.counts[after].astype(np.float64), seen)
        return row

    def _blend(self, probabilities: Floats, rows: Nodes, length: int, nodes: Nodes) -> None:
        """Replace P by own + rest * P in the given rows, which stand after the given seen contexts."""
        level, below = self.table.levels[length], self.table.levels[length + 1]
        seen = Contexts(length, level.totals[nodes].astype(np.float64), level.types[nodes].astype(np.float64))
        probabilities[rows] *= self.smoothing.rest(seen)[:, None]
        first, sizes = level.begins[nodes], level.begins[nodes + 1] - level.begins[nodes]
        which = np.repeat(np.arange(len(nodes)), sizes)  # the context of each (context, following word), [pairs]
        after = np.arange(len(which)) + (first - (np.cumsum(sizes) - sizes))[which]
        repeated = Contexts(length, seen.totals[which], seen.types[which])
        own = self.smoothing.own(below.counts[after].astype(np.float64), repeated)
        probabilities[rows[which], below.last[after]] += own  # no pair occurs twice

    def _asked(self, length: int, available: Nodes) -> npt.NDArray[np.bool_]:
        """Say where contexts of this length have a say: wherever there is room, or only where no longer one has."""
        if self.smoothing.recursive:
            return available >= length
        longest = np.minimum(available, self.table.order - 1)
        return np.equal(longest, length)


def _available(ids: npt.NDArray[np.integer]) -> Nodes:
    """Return how many ids stand at and before each place, ``[batch, time]``; -1 marks where nothing stands."""
    return np.cumsum(ids >= 0, axis=1)
