"""The back-off path of a counting model at one place: every context from the longest to none, and what it said.

It is read from the arrays that the model names in `trace`; a model that names none of them has no such path (D2L 8.3.1
for the counts; Witten and Bell 1991 for the weights). A probability is a sum: what each context gives, times the weight
that all longer ones have left to it, and at the end what is left to tokens that were never seen at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from core.errors import BadSetting
from core.generation.prefix import warm_up_ids
from core.models.likeliest import top_ids
from core.sharing.checkpoint import Checkpoint
from core.sharing.inspection import shown_ids
from core.text.sequences import Ids

# What a trace must name to be a path, and how many ids before the place can matter.
_NAMES = ("context", "used", "total", "types", "count", "own", "rest", "probability", "predecessors")
_MOST_CONTEXT = 32
# Likeliest tokens to choose among.
_CANDIDATES = 12
# Numbers this close to each other, as a share, differ by rounding only.
_ROUNDING = 1e-9


def back_off_path(opened: Checkpoint, prefix: str, id_: int) -> list[dict[str, Any]]:
    """Return how a model came to its probability of a token.

    Args:
        opened: any checkpoint.
        prefix: the text before.
        id_: the token.

    Returns:
        For each length of context that there is, the longest first: context (tokens), ids, used, total (tokens that followed it), types
        (different ones), count (of this one), predecessors (whether these three are numbers of different tokens that stood
        before, not of occurrences), own (share that the token earns here), rest (weight left to the shorter context),
        arriving (weight that all longer contexts leave to this one), contribution (own times arriving) and probability
        (with contexts up to this length). Empty where the model has no such path.
    """
    return path_after(opened, warm_up_ids(opened.tokenizer, prefix), id_)


def inspect_path(opened: Checkpoint, text: str, step: int, token: int | None = None) -> dict[str, Any] | None:
    """Return how a model came to its probability of a token at one step of a text.

    Args:
        opened: any checkpoint.
        text, step: as for `core.sharing.inspection.inspect_step`.
        token: its id; by default the one that the text goes on with, at the end the likeliest.

    Returns:
        step, id, token, comes_next (whether the text goes on with it), probability, candidates (id, token, probability: the
        likeliest, and the token), path (see `back_off_path`) and unseen, what comes from no context at all: the path's
        contributions and this one add up to the probability. None for a model without such a path.

    Raises:
        BadText: nothing to read.
        BadSetting: no id of the vocabulary.
    """
    ids, tokens = shown_ids(opened, text)[0], opened.tokenizer.tokens
    if token is not None and not 0 <= token < len(tokens):
        raise BadSetting(
            f"There is no token {token}: ids run from 0 to {len(tokens) - 1}.",
            f"没有编号为 {token} 的词元：编号为 0 到 {len(tokens) - 1}。",
        )
    if not _has_path(opened):
        return None
    step = min(max(0, step), len(ids) - 1)
    read, after = ids[: step + 1], int(ids[step + 1]) if step + 1 < len(ids) else None
    probabilities = np.exp(opened.model.log_probs(read[None], opened.model.initial_state(1))[0][0, -1])  # [vocab]
    likeliest = top_ids(probabilities, _CANDIDATES)
    id_ = next(each for each in (token, after, int(likeliest[0])) if each is not None)
    path = path_after(opened, read, id_)
    return {
        "step": step, "id": id_, "token": tokens[id_], "comes_next": id_ == after,
        "probability": float(probabilities[id_]), "path": path, "unseen": unseen_share(path),
        "candidates": [
            {"id": each, "token": tokens[each], "probability": float(probabilities[each])}
            for each in dict.fromkeys([*map(int, likeliest), *([] if after is None else [after]), id_])
        ],
    }  # fmt: skip


def _has_path(opened: Checkpoint) -> bool:
    return {name for name, _ in opened.model.about.trace} >= set(_NAMES)


def path_after(opened: Checkpoint, ids: Ids, id_: int) -> list[dict[str, Any]]:
    """Return the path of `back_off_path` after ids ``[time]``, at least one."""
    ids, tokenizer = ids[-_MOST_CONTEXT:], opened.tokenizer
    if not _has_path(opened):
        return []
    trace = opened.model.trace(np.append(ids, np.int32(id_)))
    at, rows, arriving = len(ids) - 1, [], 1.0
    context = [int(each) for each in trace["context"][at]]
    for length in reversed(range(trace["used"].shape[1])):
        read, used = [each for each in context[len(context) - length :] if each >= 0], bool(trace["used"][at, length])
        if len(read) < length and not used:
            continue  # so early in a text there is no context of this length
        row: dict[str, Any] = {
            "context": [tokenizer.tokens[each] for each in read], "ids": read, "used": used,
            "total": int(trace["total"][at, length]), "types": int(trace["types"][at, length]),
            "count": int(trace["count"][at, length]), "predecessors": bool(trace["predecessors"][at, length]),
            **{name: float(trace[name][at, length]) for name in ("own", "rest", "probability")},
        }  # fmt: skip
        rows.append({**row, "arriving": arriving, "contribution": arriving * row["own"]})
        shorter = float(trace["probability"][at, length - 1]) if length else None
        arriving *= _passed_on(row, shorter)
    return rows


def _passed_on(row: dict[str, Any], shorter: float | None) -> float:
    """Return the weight that a context leaves to the shorter one, for this token.

    It is ``rest``, except in a model that asks shorter contexts only for tokens that a longer one has not seen: there the
    seen ones owe nothing to them (stupid back-off).
    """
    interpolated = row["own"] + row["rest"] * (shorter or 0.0)
    if not row["own"] or shorter is None or abs(interpolated - row["probability"]) <= _ROUNDING * row["probability"]:
        return float(row["rest"])
    return 0.0


def unseen_share(path: Sequence[dict[str, Any]]) -> float:
    """Return what of the probability at the end of a path comes from no context at all: from the uniform distribution."""
    shortest = path[-1]
    return float(shortest["arriving"] * (shortest["probability"] - shortest["own"]))
