"""The back-off path of a counting model at one place: every context from the longest to none, and what it said.

It is read from the arrays that the model names in `trace`; a model that names none of them has no such path (D2L 8.3.1
for the counts; Witten and Bell 1991 for the weights).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from core.generation.prefix import warm_up_ids
from core.sharing.checkpoint import Checkpoint
from core.text.sequences import Ids

# What a trace must name to be a path, and how many ids before the place can matter.
_NAMES = ("context", "used", "total", "types", "count", "rest", "probability")
_MOST_CONTEXT = 32


def back_off_path(opened: Checkpoint, prefix: str, id_: int) -> list[dict[str, Any]]:
    """Return how a model came to its probability of a token.

    Args:
        opened: any checkpoint.
        prefix: the text before.
        id_: the token.

    Returns:
        For each length of context, the longest first: context (tokens), used, total (tokens that followed it), types
        (different ones), count (of this one), rest (weight left to the shorter context), probability (with contexts up
        to this length). Empty where the model has no such path.
    """
    return path_after(opened, warm_up_ids(opened.tokenizer, prefix), id_)


def path_after(opened: Checkpoint, ids: Ids, id_: int) -> list[dict[str, Any]]:
    """Return the path of `back_off_path` after ids ``[time]``, at least one."""
    ids, tokenizer = ids[-_MOST_CONTEXT:], opened.tokenizer
    if not {name for name, _ in opened.model.about.trace} >= set(_NAMES):
        return []
    trace = opened.model.trace(np.append(ids, np.int32(id_)))
    at = len(ids) - 1
    context = [int(each) for each in trace["context"][at]]
    return [
        {
            "context": [tokenizer.tokens[each] for each in context[len(context) - length :] if each >= 0],
            "used": bool(trace["used"][at, length]), "total": int(trace["total"][at, length]),
            "types": int(trace["types"][at, length]), "count": int(trace["count"][at, length]),
            "rest": float(trace["rest"][at, length]), "probability": float(trace["probability"][at, length]),
        }
        for length in reversed(range(trace["used"].shape[1]))
    ]  # fmt: skip
