"""Beam search: look for a likely whole instead of a likely next token (D2L 9.8).

At every step each of the ``beams`` best beginnings is continued by every token, and the best of all these
candidates are kept. Beginnings that end (boundary token of a line model) are set aside. A hypothesis is judged by
its mean log-probability a token (length normalisation), or short ones would always win. With at least
vocab ** length beams nothing is ever thrown away, and the search is exhaustive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.generation.sampling import forbid, nothing_left
from core.models.likeliest import top_ids
from core.models.protocol import Array, LanguageModel, State

# After how many steps the search gives a sign of life, so that it can be stopped.
_STEPS_BETWEEN_SIGNS = 16


@dataclass(frozen=True, eq=False, slots=True)
class Hypothesis:
    """A continuation as a chain: its last id, and the hypothesis before it (None before the first token)."""

    id: int
    log_prob: float
    total: float
    length: int
    before: Hypothesis | None

    @property
    def score(self) -> float:
        """Mean log-probability a token, in nats."""
        return self.total / self.length

    def chain(self) -> list[Hypothesis]:
        """Return the hypotheses from the first token to this one."""
        links: list[Hypothesis] = []
        link: Hypothesis | None = self
        while link is not None:
            links.append(link)
            link = link.before
        return links[::-1]


def beam_search(
    model: LanguageModel,
    log_probs: Array,
    state: State,
    *,
    tokens: int,
    beams: int,
    forbidden: npt.ArrayLike = (),
    boundary_id: int | None = None,
) -> Iterator[Hypothesis | None]:
    """Search for the continuation with the greatest mean log-probability a token.

    Args:
        model: continues all beams in one `step`.
        log_probs: distribution after the prefix, ``[vocab]``.
        state: the model's state after the prefix, batch 1.
        tokens: greatest length, the boundary token included.
        beams: how many beginnings are kept.
        forbidden: ids that are never written.
        boundary_id: the token that ends a line, if there is one.

    Yields:
        None now and then, as a sign of life, and at last the best hypothesis.

    Raises:
        Refused: no continuation is possible at all.
    """
    live: list[Hypothesis | None] = [None]
    totals = np.zeros(1)  # [live]
    best: Hypothesis | None = None
    rows = forbid(log_probs, forbidden)[None]  # [live, vocab]
    for length in range(1, tokens + 1):
        kept: list[Hypothesis] = []
        parents: list[int] = []
        for rank, (parent, id_, total) in enumerate(_candidates(totals, rows, beams)):
            new = Hypothesis(id_, float(rows[parent, id_]), total, length, live[parent])
            ends = id_ == boundary_id
            if (ends or length == tokens) and rank < beams:
                best = new if best is None or new.score > best.score else best
            if not ends and len(kept) < beams:
                kept.append(new)
                parents.append(parent)
        live, totals = list(kept), np.array([each.total for each in kept])
        # A sum of log-probabilities never grows: even a perfect rest would leave total / tokens.
        if length == tokens or not kept or (best is not None and best.score >= totals.max() / tokens):
            break
        state = tuple(array[parents] for array in state)
        after, state = model.step(np.array([each.id for each in kept], dtype=np.int32), state)  # [live, vocab]
        rows = forbid(after, forbidden)
        if length % _STEPS_BETWEEN_SIGNS == 0:
            yield None
    if best is None:
        raise nothing_left()
    yield best


def _candidates(totals: Array, rows: Array, beams: int) -> Iterator[tuple[int, int, float]]:
    """Yield (parent, id, total) of the likeliest continuations, best first; of equal ones the better parent's first.

    Twice as many as beams: even if every beam ended here, as many would live on.
    """
    sums = totals[:, None] + rows  # [live, vocab]
    flat = sums.ravel()
    for place in top_ids(flat, 2 * beams):
        if np.isneginf(flat[place]):
            return
        parent, id_ = divmod(int(place), rows.shape[1])
        yield parent, id_, float(flat[place])
