"""Which tokens get an id: counted on the training part only, the most frequent first (D2L 8.2.3).

Ties stand in the order of code points, so the same text always gives the same ids. Byte-pair encoding starts from the
256 bytes and joins, again and again, the pair that stands side by side most often; its ids follow the merges.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from tokenizers import trainers

from core.errors import BadSetting
from core.text.codepoints import count_code_points
from core.text.pieces import cut_in_pieces
from core.text.pipeline import assemble, byte_of_symbol

_NO_LIMIT = 1 << 40  # more tokens than any text has


def character_vocabulary(texts: Sequence[str], reserved: Sequence[str], min_frequency: int) -> dict[str, int]:
    """Return the id of every reserved token, then of every frequent enough character."""
    codes, counts = count_code_points("".join(texts))
    order = np.lexsort((codes, -counts))
    frequent = [chr(code) for code in codes[order][counts[order] >= min_frequency]]
    return {token: i for i, token in enumerate([*reserved, *frequent])}


def word_vocabulary(texts: Sequence[str], form: str, reserved: Sequence[str], min_frequency: int) -> dict[str, int]:
    """Return the id of every reserved token, then of every frequent enough word."""
    engine = assemble("word", form, {})
    trainer = trainers.WordLevelTrainer(
        vocab_size=_NO_LIMIT, min_frequency=min_frequency, special_tokens=list(reserved), show_progress=False
    )
    engine.train_from_iterator((piece for text in texts for piece in cut_in_pieces(text, "word", form=form)), trainer)
    return engine.get_vocab()


def byte_pairs(
    texts: Sequence[str], form: str, reserved: Sequence[str], min_frequency: int, vocab_size: int
) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return the ids and merges of byte-pair encoding: reserved tokens, the 256 bytes, then one token a merge.

    Raises:
        BadSetting: fewer ids than the bytes and the reserved tokens need.
    """
    smallest = len(reserved) + len(byte_of_symbol())
    if vocab_size < smallest:
        raise BadSetting(
            f"A bpe vocabulary cannot have {vocab_size} ids: the bytes and {', '.join(reserved)} need {smallest}. "
            f"Choose {smallest} or more.",
            f"bpe 词表不能只有 {vocab_size} 个编号：全部字节和 {'、'.join(reserved)} 就需要 {smallest} 个。"
            f"请选 {smallest} 或更大。",
        )
    engine = assemble("bpe", form, {})
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size, min_frequency=min_frequency, special_tokens=list(reserved),
        initial_alphabet=sorted(byte_of_symbol()), show_progress=False,
    )  # fmt: skip
    engine.train_from_iterator((piece for text in texts for piece in cut_in_pieces(text, "bpe")), trainer)
    model = json.loads(engine.to_str())["model"]
    return model["vocab"], [(first, second) for first, second in model["merges"]]
