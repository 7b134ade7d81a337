"""Where a text begins and ends: not at all, or between ``<s>`` and ``</s>`` as KenLM frames it.

Without a frame the first token of a text is given, and its end is nothing. With one, two more ids stand behind the
vocabulary: ``<s>`` before the first token, which is never predicted, and ``</s>`` behind the last, which is. The boundary
that opens a line is ``<s>`` then, and the one that closes it plays ``</s>`` itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.language import both
from core.settings import setting
from core.text.sequences import Sequences

_NONE = -1


def framing_setting() -> Any:
    """Return the setting ``framing`` of the models that can be framed."""
    return setting(
        "text", choices=("text", "kenlm"),
        help=both(
            "text: the first token is given and nothing ends; kenlm: <s> before a text or line and </s> behind it, for comparison.",
            "text：第一个词元是给定的，文本没有结尾；kenlm：文本或每行前加 <s>、后加 </s>，用于与 KenLM 比较。",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class Framing:
    """How ids of a text become ids of a table.

    Attributes:
        vocab_size: of the text.
        framed: whether ``<s>`` and ``</s>`` are added.
        boundary: the id that opens and closes every line; -1 for a continuous text.
    """

    vocab_size: int
    framed: bool
    boundary: int = _NONE

    @property
    def table_size(self) -> int:
        """Number of ids of the table."""
        return self.vocab_size + 2 * self.framed

    @property
    def begin(self) -> int | None:
        """The id of ``<s>``; None without a frame."""
        return self.vocab_size + 1 if self.framed else None

    @property
    def end(self) -> int:
        """The id of ``</s>``."""
        return self.vocab_size

    @property
    def closes(self) -> int:
        """The id that plays ``</s>``: in lines their boundary."""
        return self.boundary if self.boundary >= 0 else self.end

    @property
    def never(self) -> tuple[int, ...]:
        """Ids that are never predicted, besides ``<s>``: in lines the boundary closes, so ``</s>`` does not."""
        return (self.end,) if self.framed and self.boundary >= 0 else ()

    def of(self, sequences: Sequences) -> tuple[Framing, Sequences]:
        """Return the framing that suits a text, and the text with its frame."""
        if not self.framed:
            return self, sequences
        if sequences.lines:
            ids = sequences.ids.copy()
            boundary = int(ids[0]) if len(ids) else _NONE
            ids[sequences.starts[sequences.lengths > 0]] = self.vocab_size + 1
            return Framing(self.vocab_size, True, boundary), Sequences(ids, sequences.starts, lines=True)
        ids = np.concatenate([[self.vocab_size + 1], sequences.ids, [self.end]]).astype(np.int32)
        return Framing(self.vocab_size, True), Sequences(ids, np.zeros(1, dtype=np.int64), lines=True)

    def opened(self, joined: npt.NDArray[np.integer]) -> npt.NDArray[np.integer]:
        """Return ids ``[batch, before + time]``, -1 where nothing stands, with ``<s>`` where a text begins."""
        if not self.framed:
            return joined
        opened = joined.astype(np.int64)
        if self.boundary >= 0:
            opened[opened == self.boundary] = self.vocab_size + 1  # nothing follows the one that closes a line
            return opened
        before = opened[:, :-1]
        before[(before < 0) & (opened[:, 1:] >= 0)] = self.vocab_size + 1
        return opened

    def context(self, ids: list[int], room: int) -> tuple[int, ...]:
        """Return the context of the last ids of a text, at most ``room`` long; -1 where nothing has been read."""
        read = [one for one in ids if one >= 0] if ids and ids[0] < 0 else ids
        if not self.framed:
            return tuple(read)
        if self.boundary >= 0:
            return tuple(self.vocab_size + 1 if one == self.boundary else one for one in read)
        begun = len(read) < len(ids)
        return tuple([self.vocab_size + 1, *read][-room:]) if begun and read else tuple(read)
