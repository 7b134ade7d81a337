"""Which held-out tokens stand in which named passage of a corpus.

A result on one text may hide two: the last tenth of a collection of plays goes on with the play that was learned from,
and then begins another. Passages are stretches of the text as it stands, so they are followed in its raw form only.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from core.text.corpus import Corpus
from core.text.preparation import Prepared


def held_out_passages(corpus: Corpus, prepared: Prepared) -> dict[str, slice]:
    """Return the tokens of every passage that the held-out part holds some of, by the passage's name.

    A token over the border belongs to the passage that it begins in. The first token of the text is given, never scored,
    and belongs to none.

    Args:
        corpus: the text and its card.
        prepared: the same, split and cut into tokens.

    Returns:
        Places in ``prepared.held_out.ids``; nothing where the part is not of several passages, or not as it stood in
        the text (another form, or lines in another order).
    """
    text, before = prepared.held_out_text, prepared.training_text
    passages = corpus.card.passages
    if not passages or not isinstance(text, str) or not isinstance(before, str):
        return {}
    if corpus.text[len(before) : len(before) + len(text)] != text:
        return {}
    begins = _begins(prepared, text)
    if len(begins) != len(prepared.held_out.ids):  # a bpe text that was cut inside a character
        return {}
    firsts = np.array([passage.first - len(before) for passage in passages])
    borders = np.searchsorted(begins, firsts).tolist()  # the first token of each
    found = {
        passage.name: slice(max(1, begin), end)
        for passage, (begin, end) in zip(passages, pairwise([*borders, len(begins)]), strict=True)
        if end > max(1, begin)
    }
    return found if len(found) > 1 else {}


def _begins(prepared: Prepared, text: str) -> npt.NDArray[np.int64]:
    """Return the first character of every held-out token, ``[tokens]``."""
    if prepared.tokenizer.level == "char":
        return np.arange(len(text))
    return np.array([begin for begin, _ in prepared.tokenizer.inspect(text).offsets], dtype=np.int64)
