"""A back-off model that is written out as named arrays, and back again with every doubt removed.

Saved are, for each level, the last ids and the numbers of longer n-grams as in `core.models.ngram_tensors`, and the two
kinds of logarithms as float32. What is impossible is saved as -99, as in an ARPA file: every saved number is finite.
"""

from __future__ import annotations

import numpy as np

from core.models.back_off_table import IMPOSSIBLE, BackOffTable, Logarithms
from core.models.counting import check_names
from core.models.framing import Framing
from core.models.ngram_beside import BOUNDARY, checked_boundary
from core.models.ngram_table import Integers, Nodes
from core.models.ngram_tensors import check_tensor, last_ids, last_kind, packed, unpacked
from core.models.protocol import Array


def table_to_tensors(table: BackOffTable) -> dict[str, Array]:
    """Return a table as arrays ``order1.log_prob``, ``order1.weight``, ``order1.children``, ``order2.last`` ..."""
    tensors: dict[str, Array] = {}
    for length in range(1, table.order + 1):
        level = table.ngrams.levels[length]
        if length > 1:
            tensors[f"order{length}.last"] = level.last.astype(last_kind(table.ngrams.vocab_size))
        tensors[f"order{length}.log_prob"] = _finite(table.log_probs[length - 1])
        if length < table.order:
            tensors[f"order{length}.weight"] = _finite(table.weights[length - 1])
            tensors |= packed(f"order{length}.children", level.begins[1:] - level.begins[:-1])
    if table.framing.framed:
        tensors[BOUNDARY] = np.array([table.framing.boundary], dtype=np.int32)
    return tensors


def table_from_tensors(tensors: dict[str, Array], order: int, vocab_size: int, framed: bool) -> BackOffTable:
    """Return the table that `table_to_tensors` made arrays of.

    Args:
        tensors: from a file.
        order: of the model.
        vocab_size: number of ids of its texts.
        framed: whether it knows ``<s>`` and ``</s>``.

    Raises:
        BadCheckpoint: names, kinds of numbers, sizes or values that no such table has.
    """
    check_names(tensors, _names(order, framed))
    framing = Framing(vocab_size, framed)
    if framed:
        framing = Framing(vocab_size, framed, checked_boundary(tensors[BOUNDARY], vocab_size))
    lasts: list[Integers] = [np.arange(framing.table_size)]
    children: list[Nodes] = []
    log_probs: list[Logarithms] = []
    weights: list[Logarithms] = []
    for length in range(1, order + 1):
        if length > 1:
            lasts.append(last_ids(tensors[f"order{length}.last"], length, children[-1], framing.table_size))
        size = len(lasts[-1])
        log_probs.append(_checked(tensors, f"order{length}.log_prob", size, most=0.0))
        if length < order:
            weights.append(_checked(tensors, f"order{length}.weight", size, most=-IMPOSSIBLE))
            children.append(unpacked(tensors, f"order{length}.children", size))
    children.append(np.zeros(len(lasts[-1]), dtype=np.int64))
    return BackOffTable.of_levels(framing, lasts, list(children), log_probs, weights).rounded()


def _names(order: int, framed: bool) -> list[str]:
    """Return the names of all arrays of a table."""
    names = [BOUNDARY] if framed else []
    for length in range(1, order + 1):
        kinds = ["log_prob"] + ["last"] * (length > 1)
        kinds += ["weight", "children", "children_large"] * (length < order)
        names += [f"order{length}.{kind}" for kind in kinds]
    return names


def _finite(logarithms: Logarithms) -> Array:
    return np.maximum(logarithms, IMPOSSIBLE).astype(np.float32)


def _checked(tensors: dict[str, Array], name: str, size: int, most: float) -> Logarithms:
    """Return saved logarithms ``[size]``, after checking them."""
    saved = tensors[name]
    fits = saved.dtype == np.float32 and saved.shape == (size,)
    check_tensor(name, fits, f"float32[{size}]", f"float32[{size}]")
    inside = bool(np.all((saved >= IMPOSSIBLE) & (saved <= most)))  # not so for NaN
    check_tensor(name, inside, f"logarithms from {IMPOSSIBLE:g} to {most:g}", f"{IMPOSSIBLE:g} 到 {most:g} 的对数")
    return saved
