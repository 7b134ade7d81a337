"""One model judges what another wrote: the surprise of every piece under the judge.

A continuation is never coloured by its own model: one that only repeats what it has learned by heart finds its own text
perfect. Under another model it is a text like any other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import Refused
from core.sharing.checkpoint import Checkpoint
from core.sharing.comparison import read_aligned


def judge_pieces(judge: Checkpoint, prefix: str, pieces: Sequence[str]) -> list[float | None]:
    """Return the surprise in bits of every piece of a continuation, None where the judge held it impossible.

    Args:
        judge: the model that reads.
        prefix: what stands before; it is read, not judged.
        pieces: the continuation, cut as its writer wrote it. The bits of a token of the judge that lies over several
            pieces are shared out evenly among its characters.

    Raises:
        Refused: the judge does not read this text as it stands (it knows only D2L's form of a text, say).
    """
    text = prefix + "".join(pieces)
    reading = read_aligned(judge, text)
    if reading["text"] != text:
        raise Refused(
            "This judge reads the text in another form than it stands here. Choose a judge that reads it as it is.",
            "此评判模型读到的是文本的另一种形式，与此处不同。请选择能照原样阅读的模型。",
        )
    bits = np.zeros(len(text))
    for begin, end, _, of_token in reading["spans"]:
        given = begin == 0 and reading["given"]
        if end > begin and not given:
            bits[begin:end] = np.inf if of_token is None else of_token / (end - begin)
    ends = len(prefix) + np.cumsum([len(piece) for piece in pieces], dtype=np.int64)
    sums = [float(bits[end - len(piece) : end].sum()) for piece, end in zip(pieces, ends.tolist(), strict=True)]
    return [each if np.isfinite(each) else None for each in sums]
