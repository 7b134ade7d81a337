"""A look inside a model: what it shows of itself along a text, and one step of it number by number (D2L 8.4, 8.5.1).

Nothing here asks what kind of model it is: it is shown what a model names in `trace`, `input_weights` and `logits`.
"""

from __future__ import annotations

import base64
import math
from typing import Any

import numpy as np

from core.errors import BadText, unknown_name
from core.generation.prefix import warm_up_ids
from core.language import both
from core.measures.surprisal import next_tokens
from core.models.protocol import Array, InputWeights, LanguageModel
from core.sharing.checkpoint import Checkpoint
from core.text.sequences import Ids

Json = dict[str, Any]

# Steps that are shown: a picture of more would not be read, and every number travels to the browser.
MOST_STEPS = 300
# Numbers of a row that are written out, and candidates for the next token.
_WRITTEN, _CANDIDATES = 8, 10
# Numbers travel as 16 bits between the smallest and the largest; one value is kept for what is no number.
_LEVELS, _NO_NUMBER = 65_534, 65_535


def inspect_trace(opened: Checkpoint, text: str, name: str = "") -> Json:
    """Return what a model shows along a text.

    Args:
        opened: any checkpoint.
        text: as typed; its first 300 tokens are shown.
        name: of the trace, such as "hidden" or, of a model with several layers, "hidden 2"; the first one by default.

    Returns:
        tokens, ids, unknown (places), cut (whether the text goes on), traces (name, meaning in both languages), and
        trace: name, steps, units, low, high, and coded: base64 of little-endian 16-bit numbers ``[steps, units]``, 0 for
        low to 65,534 for high, 65,535 where there is no number, and names: of its units in both languages, none where they are
        only numbered. None for a model that shows nothing.

    Raises:
        BadText: nothing to read.
        UnknownName: no trace of that name.
    """
    ids, more = shown_ids(opened, text)
    tokenizer = opened.tokenizer
    arrays = _by_layer(opened.model.trace(ids))
    meanings = dict(opened.model.about.trace)
    listed = [{"name": key, "meaning": _words(meanings[key.split(" ")[0]])} for key in arrays]
    if name and name not in arrays:
        raise unknown_name(both("trace", "内部量"), name, list(arrays))
    shown = name or next(iter(arrays), "")
    return {
        "tokens": [tokenizer.tokens[id_] for id_ in ids], "ids": ids.tolist(),
        "unknown": np.flatnonzero(ids == tokenizer.unk_id).tolist(), "cut": more, "traces": listed,
        "trace": {"name": shown, **_coded(arrays[shown]), "names": _named(opened.model, arrays, shown)} if shown else None,
    }  # fmt: skip


def inspect_step(opened: Checkpoint, text: str, step: int) -> Json:
    """Return one step of a model, number by number.

    Args:
        opened: any checkpoint.
        text: as typed.
        step: from 0; beyond the end the last one.

    Returns:
        step, steps, token, id; row (what the one-hot vector picks, beside the product with the whole matrix) and identity
        (D2L 8.4.2: both sides), None for a model without such matrices; candidates (token, id, probability, logit or
        None) and entropy_bits; members (how many models speak together, 0 for one alone); and next (what the text goes
        on with: token, id, probability, bits), None at the end.
    """
    ids, _ = shown_ids(opened, text)
    step = min(max(0, step), len(ids) - 1)
    model, tokens = opened.model, opened.tokenizer.tokens
    read = ids[: step + 1]
    log_probs = model.log_probs(read[None], model.initial_state(1))[0][0, -1]  # [vocab]
    logits = model.logits(read)
    following = next_tokens(log_probs, tokens, _CANDIDATES).as_json()
    for each in following["candidates"]:
        each["logit"] = None if logits is None else float(logits[-1, each["id"]])
    weights = model.input_weights()
    after = int(ids[step + 1]) if step + 1 < len(ids) else None
    return {
        "members": len(model.members), "step": step, "steps": len(ids), "token": tokens[ids[step]], "id": int(ids[step]), **following,
        "row": None if weights is None else _row(weights, int(ids[step])),
        "identity": None if weights is None else _identity(weights, read, model.trace(read)),
        "next": None if after is None else _next(float(log_probs[after]), after, tokens[after]),
    }  # fmt: skip


def shown_ids(opened: Checkpoint, text: str) -> tuple[Ids, bool]:
    """Return the ids that are shown, and whether the text goes on behind them."""
    ids = warm_up_ids(opened.tokenizer, text)
    if not len(ids):
        raise BadText(
            "The text is empty: write something to turn into numbers.", "文本为空：请写点什么，才能变成数字。"
        )
    return ids[:MOST_STEPS], len(ids) > MOST_STEPS


def _by_layer(arrays: dict[str, Array]) -> dict[str, Array]:
    """Return every trace as ``[time, units]``; layers, where there are several, one after the other."""
    flat: dict[str, Array] = {}
    for name, array in arrays.items():
        if array.ndim == 3 and array.shape[1] > 1:
            flat |= {f"{name} {layer + 1}": array[:, layer] for layer in range(array.shape[1])}
        else:
            flat[name] = array.reshape(len(array), -1)
    return flat


def _named(model: LanguageModel, arrays: dict[str, Array], shown: str) -> list[Json]:
    """Return what the units of a trace are called."""
    return [_words(name) for name in model.unit_names(shown)[: arrays[shown].shape[1]]]


def _words(meaning: Any) -> Json:
    return {"en": meaning.in_language("en"), "zh": meaning.in_language("zh")}


def _coded(array: Array) -> Json:
    """Return an array ``[steps, units]`` in 16 bits a number."""
    values = np.asarray(array, dtype=np.float64)
    finite = np.isfinite(values)
    low, high = (float(values[finite].min()), float(values[finite].max())) if finite.any() else (0.0, 0.0)
    scaled = np.zeros(values.shape) if high == low else (np.where(finite, values, low) - low) / (high - low) * _LEVELS
    coded = np.where(finite, scaled.round(), _NO_NUMBER).astype("<u2")
    return {
        "steps": values.shape[0], "units": values.shape[1], "low": low, "high": high,
        "coded": base64.b64encode(coded.tobytes()).decode(),
    }  # fmt: skip


def _row(weights: InputWeights, id_: int) -> Json:
    """Return the row that a one-hot vector picks, and its product with the whole matrix: the same numbers."""
    name, matrix = ("W_xh", weights.W_xh) if weights.embedding is None else ("E", weights.embedding)
    one_hot = np.zeros(matrix.shape[0], dtype=matrix.dtype)
    one_hot[id_] = 1
    product = one_hot @ matrix
    return {
        "matrix": name, "shape": list(matrix.shape), **_both_sides(matrix[id_], product),
    }  # fmt: skip


def _identity(weights: InputWeights, read: Ids, trace: dict[str, Array]) -> Json | None:
    """Return both sides of [X, H][W_xh; W_hh] = X W_xh + H W_hh at the last of the ids."""
    if "hidden" not in trace:
        return None
    hidden = trace["hidden"].reshape(len(read), -1, weights.W_hh.shape[0])[:, 0]  # of the lowest layer
    H = hidden[-2] if len(read) > 1 else np.zeros_like(hidden[0])
    if weights.embedding is None:
        X = np.zeros(weights.W_xh.shape[0], dtype=np.float32)
        X[read[-1]] = 1
    else:
        X = weights.embedding[read[-1]]
    joined = np.concatenate([X, H]) @ np.concatenate([weights.W_xh, weights.W_hh])
    note = None if weights.note is None else _words(weights.note)
    return {"input": len(X), "hidden": len(H), "note": note, **_both_sides(joined, X @ weights.W_xh + H @ weights.W_hh)}


def _both_sides(left: Array, right: Array) -> Json:
    """Return the first numbers of two arrays, and how far apart all of them are at most."""
    return {
        "size": len(left), "left": [float(each) for each in left[:_WRITTEN]],
        "right": [float(each) for each in right[:_WRITTEN]], "difference": float(np.abs(left - right).max()),
    }  # fmt: skip


def _next(log_prob: float, id_: int, token: str) -> Json:
    """Return the token that the text goes on with; bits are None where the model held it impossible."""
    bits = -log_prob / math.log(2) + 0.0
    return {"token": token, "id": id_, "probability": math.exp(log_prob), "bits": bits if math.isfinite(bits) else None}
