"""A table of n-grams as named arrays, as small as they go, and back again with every doubt removed.

Saved are, for each level, the last ids, the counts and the numbers of longer n-grams ("children"); keys, sums and
indices follow from them. Nearly all counts and numbers are small, so they are kept in single bytes; where one is
`_LARGE` or more, the byte says `_LARGE` and the number itself stands in a second array, in order:

    counts 3 1 700 2   ->   small 3 1 255 2,  large 700

Whatever comes from a file is checked before anything is computed from it: a damaged or hostile file ends in
BadCheckpoint, and memory grows only with the size of the file.
"""

from __future__ import annotations

import numpy as np

from core.errors import BadCheckpoint
from core.models.counting import check_names
from core.models.ngram_table import Integers, NgramTable, Nodes
from core.models.protocol import Array

_LARGE = 255
# Sums of counts stay exact in float64 up to here.
_LARGEST_SUM = 2**53
_UNSIGNED: tuple[type[np.unsignedinteger], ...] = (np.uint8, np.uint16, np.uint32, np.uint64)


def to_tensors(table: NgramTable) -> dict[str, Array]:
    """Return the table as arrays ``order1.count``, ``order1.children``, ``order2.last`` ... of unsigned integers."""
    tensors: dict[str, Array] = {}
    for length in range(1, table.order + 1):
        level = table.levels[length]
        if length > 1:
            tensors[f"order{length}.last"] = level.last.astype(last_kind(table.vocab_size))
        tensors |= packed(f"order{length}.count", level.counts[:-1])
        if length < table.order:
            tensors |= packed(f"order{length}.children", np.diff(level.begins))
    return tensors


def from_tensors(tensors: dict[str, Array], order: int, vocab_size: int) -> NgramTable:
    """Return the table that `to_tensors` made arrays of.

    Raises:
        BadCheckpoint: names, kinds of numbers, sizes or values that no counting can have made.
    """
    check_names(tensors, _names(order))
    lasts: list[Nodes] = []
    counts: list[Nodes] = []
    children: list[Nodes] = []
    size = vocab_size
    for length in range(1, order + 1):
        if length > 1:
            lasts.append(last_ids(tensors[f"order{length}.last"], length, children[-1], vocab_size))
            size = len(lasts[-1])
        counts.append(unpacked(tensors, f"order{length}.count", size, smallest=1 if length > 1 else 0))
        if length < order:
            children.append(unpacked(tensors, f"order{length}.children", size))
    children.append(np.zeros(size, dtype=np.int64))
    return NgramTable(vocab_size, [np.arange(vocab_size), *lasts], counts, children)


def parted(tensors: dict[str, Array], order: int) -> tuple[dict[str, Array], dict[str, Array]]:
    """Return the arrays that are a table's by their names, and the others."""
    mine = set(_names(order))
    return (
        {name: array for name, array in tensors.items() if name in mine},
        {name: array for name, array in tensors.items() if name not in mine},
    )


def _names(order: int) -> list[str]:
    """Return the names of all arrays of a table, the large numbers included."""
    names = []
    for length in range(1, order + 1):
        kinds = (["last"] if length > 1 else []) + ["count"] + (["children"] if length < order else [])
        names += [f"order{length}.{kind}" for kind in kinds]
        names += [f"order{length}.{kind}_large" for kind in kinds if kind != "last"]
    return names


def packed(name: str, values: Integers) -> dict[str, Array]:
    """Return numbers as bytes, and the large ones apart."""
    values = values.astype(np.int64)
    large = values[values >= _LARGE]
    kind = next(kind for kind in _UNSIGNED if large.max(initial=0) <= np.iinfo(kind).max)
    return {name: np.minimum(values, _LARGE).astype(np.uint8), f"{name}_large": large.astype(kind)}


def unpacked(tensors: dict[str, Array], name: str, size: int, smallest: int = 0) -> Nodes:
    """Return the numbers ``[size]`` of `packed`, checked."""
    small, large = tensors[name], tensors[f"{name}_large"]
    check_tensor(name, small.dtype == np.uint8 and small.shape == (size,), f"uint8[{size}]", f"uint8[{size}]")
    is_large = small == _LARGE
    num_large = int(is_large.sum())
    fits = large.dtype in _UNSIGNED and large.shape == (num_large,)
    check_tensor(f"{name}_large", fits, f"{num_large} unsigned integers", f"{num_large} 个无符号整数")
    in_range = large.min(initial=_LARGE) >= _LARGE and small.min(initial=_LARGE) >= smallest
    check_tensor(name, bool(in_range), "numbers that counting can give", "计数能得到的数")
    exact = large.astype(np.float64).sum() + small.sum(dtype=np.float64) < _LARGEST_SUM
    check_tensor(f"{name}_large", bool(exact), "counts below 2^53 together", "总和小于 2^53 的计数")
    values = small.astype(np.int64)
    values[is_large] = large.astype(np.int64)
    return values


def last_ids(saved: Array, length: int, children: Nodes, vocab_size: int) -> Nodes:
    """Return the last ids of a level, checked: one for each child, ascending within each parent."""
    name, size, kind = f"order{length}.last", int(children.sum()), last_kind(vocab_size)
    wanted = f"{kind.__name__}[{size}]"
    check_tensor(name, saved.dtype == kind and saved.shape == (size,), wanted, wanted)
    check_tensor(name, int(saved.max(initial=0)) < vocab_size, f"ids below {vocab_size}", f"小于 {vocab_size} 的编号")
    last = saved.astype(np.int64)
    siblings = np.ones(max(0, size - 1), dtype=bool)
    firsts = np.cumsum(children)[:-1]  # where another parent's children begin
    siblings[firsts[(firsts > 0) & (firsts < size)] - 1] = False
    check_tensor(name, bool(np.all(np.diff(last)[siblings] > 0)), "ids in ascending order", "升序排列的编号")
    return last


def last_kind(vocab_size: int) -> type[np.unsignedinteger]:
    """Return the smallest kind of integer for the ids of a vocabulary."""
    return next(kind for kind in _UNSIGNED if vocab_size - 1 <= np.iinfo(kind).max)


def check_tensor(name: str, right: bool, wanted_en: str, wanted_zh: str) -> None:
    """Raise BadCheckpoint unless ``right``."""
    if not right:
        raise BadCheckpoint(
            f"Tensor '{name}' does not hold {wanted_en}, as this model's config and vocabulary ask. Fetch the"
            " checkpoint again, or train it anew.",
            f"张量“{name}”的内容应为{wanted_zh}（由模型设置与词表决定），实际不符。请重新获取检查点，或重新训练。",
        )
