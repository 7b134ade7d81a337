"""Token ids as models learn from them and are scored on them: one long stream, or many short lines.

A continuous text is one sequence. A line corpus is many, each framed by the boundary token on both sides, so that
the start of a line is known to the model and its end is predicted like any token. A model never carries anything
from one sequence into the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Sequences:
    """Ids of one or many sequences, laid end to end.

    Attributes:
        ids: all ids, ``[total]``.
        starts: index of the first id of each sequence, ``[sequences]``, ascending, beginning with 0.
        lines: whether these are the lines of a line corpus (many short sequences) or one continuous text.

    >>> names = Sequences.of_lines([np.array([1, 5, 1]), np.array([1, 6, 7, 1])])
    >>> [list(map(int, one)) for one in names], names.num_scored
    ([[1, 5, 1], [1, 6, 7, 1]], 5)
    """

    ids: Ids
    starts: npt.NDArray[np.int64]
    lines: bool = False

    @classmethod
    def of_stream(cls, ids: npt.ArrayLike) -> Sequences:
        """Return a continuous text's ids ``[total]`` as one sequence."""
        return cls(np.asarray(ids, dtype=np.int32), np.zeros(1, dtype=np.int64))

    @classmethod
    def of_lines(cls, lines: Sequence[npt.NDArray[np.integer]]) -> Sequences:
        """Return framed lines (each ``[length]``, boundary ids included) as sequences."""
        lengths = np.array([len(line) for line in lines], dtype=np.int64)
        starts = np.cumsum(lengths) - lengths
        ids = np.concatenate(lines) if lines else np.zeros(0)
        return cls(ids.astype(np.int32), starts, lines=True)

    def __iter__(self) -> Iterator[Ids]:
        """Yield each sequence's ids, ``[length]``."""
        yield from (self.ids[a:b] for a, b in zip(self.starts, self.ends, strict=True))

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def ends(self) -> npt.NDArray[np.int64]:
        """Index after the last id of each sequence, ``[sequences]``."""
        return np.append(self.starts[1:], len(self.ids))[: len(self.starts)]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        """Number of ids of each sequence, ``[sequences]``."""
        return self.ends - self.starts

    @property
    def num_scored(self) -> int:
        """How many ids have a predecessor in their own sequence: n ids give n - 1 predictions."""
        return int(np.maximum(self.lengths - 1, 0).sum())

    def positions(self) -> npt.NDArray[np.int64]:
        """Return for every id how many ids of its own sequence stand before it, ``[total]``."""
        return np.arange(len(self.ids)) - np.repeat(self.starts, self.lengths)
