"""Distributions one context at a time, for writing token by token: what was computed is remembered, up to a bound."""

from __future__ import annotations

from abc import ABC, abstractmethod

from core.models.tallies import Floats

# Distributions that may be remembered (32 MB of float64).
_REMEMBERED_BYTES = 32_000_000


class RememberedRows(ABC):
    """Whoever can compute the distribution after a context, remembering it.

    Args:
        vocab_size: numbers of a distribution.
    """

    def __init__(self, vocab_size: int) -> None:
        self._most_rows = max(1, _REMEMBERED_BYTES // (8 * vocab_size))
        self._rows: dict[tuple[int, ...], Floats] = {}

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

    @abstractmethod
    def _new_row(self, context: tuple[int, ...]) -> Floats:
        """Compute one distribution, from that of the shorter context where it needs it."""
