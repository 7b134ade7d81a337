"""The portrait of a text: its vocabulary with frequencies, Zipf's law for n-grams, the growth of types (D2L 8.2, 8.3).

The minimum frequency is shown as a model meets it: the vocabulary is made from the training part alone, tokens below the
minimum become ``<unk>`` in both parts, and the held-out part has unknown tokens even where nothing is cut.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.errors import BadSetting, BadText
from core.text.sequences import Ids
from core.text.splits import split_lines, split_text
from core.text.statistics import fit_zipf, growth_of_types, ngram_frequencies
from core.text.tokenizer import Tokenizer

ORDERS = (1, 2, 3)
# Points of a curve over the ranks: enough for a picture, few enough for a message.
_CURVE_POINTS = 100
# Minimum frequencies that stand beside the chosen one.
_CUTS = (1, 2, 3, 5, 10, 20)
_MOST_FREQUENCY = 1_000_000


def corpus_statistics(
    text: str, level: str, top: int = 50, min_frequency: int = 1, *, lines: bool = False
) -> dict[str, Any]:
    """Return what can be counted in a text, ready for JSON.

    Args:
        text: any text.
        level: "char" or "word".
        top: how many of the most frequent n-grams to list, 1 to 1000.
        min_frequency: tokens seen less often in the training part become unknown, 1 to 1,000,000.
        lines: whether the text is a line corpus, whose held-out part is a tenth of the lines.

    Returns:
        characters, tokens, vocab_size (the unknown token included), once (types that occur a single time), ngrams,
        growth and unknown. ``ngrams`` has an object for n = 1, 2, 3: types, top (tokens, count), curve (rank, count)
        with ranks evenly spaced on a logarithmic axis, and zipf, the fit with its method and ranks, or null where the
        text has too few types. ``growth`` lists (tokens read, types met). ``unknown`` has types, training_tokens and
        held_out_tokens of the two parts, min_frequency, and cuts: for some minimum frequencies, the chosen one among
        them, the types that are kept and which share of the tokens of each part becomes unknown (null without tokens).

    Raises:
        BadSetting: another level, or ``top`` or ``min_frequency`` out of its range.
        BadText: no token at all.
    """
    check_level(level)
    _check_whole("top", top, 1000)
    check_min_frequency(min_frequency)
    if not text:
        raise BadText("The text is empty: there is nothing to count.", "文本为空：没有可以统计的内容。")
    tokenizer = Tokenizer.train([text], level)
    ids = tokenizer.encode(text)
    points, types = growth_of_types(ids)
    return {
        "characters": len(text), "tokens": len(ids), "vocab_size": tokenizer.vocab_size,
        "once": int((np.bincount(ids) == 1).sum()),
        "ngrams": [_ngrams(ids, order, tokenizer.tokens, top) for order in ORDERS],
        "growth": [[int(read), int(met)] for read, met in zip(points, types, strict=True)],
        "unknown": _unknown(text, level, min_frequency, lines),
    }  # fmt: skip


def check_level(level: str) -> None:
    """Refuse a level whose vocabulary cannot be counted in a text.

    Raises:
        BadSetting: neither "char" nor "word".
    """
    if level not in ("char", "word"):
        raise BadSetting(
            f"'level' cannot be {level!r}: it takes 'char' or 'word'.", f"level 不能取“{level}”：应为 char 或 word。"
        )


def _unknown(text: str, level: str, min_frequency: int, lines: bool) -> dict[str, Any]:
    """Return what minimum frequencies do to the two parts of a text."""
    split = split_lines(text, level, "raw") if lines else split_text(text, level, "raw")
    parts = [part if isinstance(part, str) else "\n".join(part) for part in (split.training, split.held_out)]
    if not parts[0]:  # a text of one character has no training part
        return {"types": 0, "min_frequency": min_frequency, "training_tokens": 0, "held_out_tokens": 1, "cuts": []}
    tokenizer = Tokenizer.train(parts[:1], level)
    training, held_out = (tokenizer.encode(part) for part in parts)
    counts = np.bincount(training, minlength=tokenizer.vocab_size)
    return {
        "types": int((counts > 0).sum()), "min_frequency": min_frequency,
        "training_tokens": len(training), "held_out_tokens": len(held_out),
        "cuts": [
            {
                "min_frequency": each, "kept": int((counts >= each).sum()),
                "training": float((counts[training] < each).mean()),
                "held_out": float((counts[held_out] < each).mean()) if len(held_out) else None,
            }
            for each in sorted({*_CUTS, min_frequency})
        ],
    }  # fmt: skip


def check_min_frequency(value: Any) -> None:
    """Refuse a minimum frequency that is no whole number from 1 to 1,000,000.

    Raises:
        BadSetting: any other value.
    """
    _check_whole("min_frequency", value, _MOST_FREQUENCY)


def _check_whole(name: str, value: Any, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
        raise BadSetting(
            f"'{name}' cannot be {value!r}: it takes a whole number from 1 to {most}.",
            f"{name} 不能取“{value}”：应为 1 到 {most} 之间的整数。",
        )


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
