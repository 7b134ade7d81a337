"""What it costs to spell a token that the vocabulary does not have.

A model with ten words and ``<unk>`` for all others would look splendid in bits per character if an unknown word cost
only its ``<unk>``. So each unknown token is charged its spelling as well: every character by its frequency in the
training part, add-one over all of Unicode, so that no character is impossible.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadCheckpoint
from core.text.codepoints import NUM_CODE_POINTS, code_points, count_code_points

_NAMES = ("spelling.codepoints", "spelling.counts")


@dataclass(frozen=True, eq=False)
class Spelling:
    """Unigrams of characters.

    Attributes:
        codepoints: the code points of the training part, ascending, ``[distinct]``.
        counts: how often each occurs, ``[distinct]``.
    """

    codepoints: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Spelling:
        """Count the characters of the training part."""
        return cls(*count_code_points("".join(texts)))

    def nats(self, text: str) -> float:
        """Return the sum of -ln((n(c) + 1) / (N + 1,114,112)) over the characters of ``text``.

        N is the number of characters of the training part, n(c) how many of them are c.
        """
        codes = code_points(text)
        places = np.searchsorted(self.codepoints, codes)
        seen = np.append(self.codepoints, -1)[places] == codes
        counts = np.where(seen, np.append(self.counts, 0)[places], 0)
        total = float(self.counts.sum()) + NUM_CODE_POINTS
        return float(np.sum(np.log(total) - np.log(counts + 1.0)))

    def tensors(self) -> dict[str, npt.NDArray[Any]]:
        """Return the counts as named arrays for a checkpoint."""
        return dict(zip(_NAMES, (self.codepoints, self.counts), strict=True))

    @classmethod
    def from_tensors(cls, tensors: Mapping[str, npt.NDArray[Any]]) -> Spelling:
        """Take back what `tensors` returned; other names are left alone.

        Raises:
            BadCheckpoint: an array is missing, or is not what `tensors` writes.
        """
        if not all(name in tensors for name in _NAMES):
            raise _bad(f"{' and '.join(_NAMES)} must both be there", f"必须同时有 {_NAMES[0]} 和 {_NAMES[1]}")
        codepoints, counts = (tensors[name] for name in _NAMES)
        whole = codepoints.dtype == np.int32 and counts.dtype == np.int64
        if not whole or codepoints.ndim != 1 or codepoints.shape != counts.shape:
            raise _bad("one list of int32 and one of int64 of the same length", "应为等长的 int32 与 int64 各一列")
        ascending = bool(np.all(np.diff(codepoints) > 0))
        inside = codepoints.size == 0 or (codepoints[0] >= 0 and codepoints[-1] < NUM_CODE_POINTS)
        if not (ascending and inside and bool(np.all(counts > 0))):
            raise _bad("code points must ascend and counts be positive", "码位必须递增，计数必须为正")
        return cls(codepoints, counts)


def _bad(en: str, zh: str) -> BadCheckpoint:
    return BadCheckpoint(
        f"The character counts of the checkpoint are damaged: {en}. Take the checkpoint from where it came again.",
        f"检查点中的字符计数已损坏：{zh}。请重新获取这个检查点。",
    )
