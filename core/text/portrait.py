"""The portrait of a text: its vocabulary with frequencies, Zipf's law for n-grams, the growth of types (D2L 8.2, 8.3)."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.errors import BadSetting, BadText
from core.text.sequences import Ids
from core.text.statistics import fit_zipf, growth_of_types, ngram_frequencies
from core.text.tokenizer import Tokenizer

ORDERS = (1, 2, 3)
# Points of a curve over the ranks: enough for a picture, few enough for a message.
_CURVE_POINTS = 100


def corpus_statistics(text: str, level: str, top: int = 50) -> dict[str, Any]:
    """Return what can be counted in a text, ready for JSON.

    Args:
        text: any text.
        level: "char" or "word".
        top: how many of the most frequent n-grams to list, 1 to 1000.

    Returns:
        characters, tokens, vocab_size (the unknown token included), once (types that occur a single time), ngrams and
        growth. ``ngrams`` has an object for n = 1, 2, 3: types, top (tokens, count), curve (rank, count) with ranks
        evenly spaced on a logarithmic axis, and zipf, the fit with its method and ranks, or null where the text has
        too few types. ``growth`` lists (tokens read, types met).

    Raises:
        BadSetting: another level, or ``top`` out of its range.
        BadText: no token at all.
    """
    if level not in ("char", "word"):
        raise BadSetting(
            f"'level' cannot be {level!r}: it takes 'char' or 'word'.", f"level 不能取“{level}”：应为 char 或 word。"
        )
    if not isinstance(top, int) or isinstance(top, bool) or not 1 <= top <= 1000:
        raise BadSetting(
            f"'top' cannot be {top!r}: it takes a whole number from 1 to 1000.",
            f"top 不能取“{top}”：应为 1 到 1000 之间的整数。",
        )
    if not text:
        raise BadText("The text is empty: there is nothing to count.", "文本为空：没有可以统计的内容。")
    tokenizer = Tokenizer.train([text], level)
    ids = tokenizer.encode(text)
    points, types = growth_of_types(ids)
    return {
        "characters": len(text), "tokens": len(ids), "vocab_size": tokenizer.vocab_size,
        "once": int((ngram_frequencies(ids, 1).counts == 1).sum()),
        "ngrams": [_ngrams(ids, order, tokenizer.tokens, top) for order in ORDERS],
        "growth": [[int(read), int(met)] for read, met in zip(points, types, strict=True)],
    }  # fmt: skip


def _ngrams(ids: Ids, order: int, tokens: list[str], top: int) -> dict[str, Any]:
    found = ngram_frequencies(ids, order)
    num_types = len(found.counts)
    ranks = np.unique(np.geomspace(1, max(1, num_types), _CURVE_POINTS).round().astype(np.int64))[:num_types]
    try:
        zipf = fit_zipf(found.counts).as_json()
    except BadText:
        zipf = None
    return {
        "n": order, "types": num_types, "zipf": zipf,
        "top": [
            {"tokens": [tokens[id_] for id_ in run], "count": int(count)}
            for run, count in zip(found.ngrams[:top], found.counts[:top], strict=True)
        ],
        "curve": [[int(rank), int(found.counts[rank - 1])] for rank in ranks],
    }  # fmt: skip
