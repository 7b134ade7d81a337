"""The tallies of a pruned table as named arrays: they are those of the whole text, so they cannot be counted again.

For each length k: ``orderk.seen`` (counts of the n-grams that were kept), ``orderk.total`` and ``orderk.types`` (sums of
every context, one token shorter), in the packing of `core.models.ngram_tensors`; and ``counts_of_counts`` ``[order, 4]``.
"""

from __future__ import annotations

import numpy as np

from core.models.counting import check_names
from core.models.ngram_table import NgramTable, smallest
from core.models.ngram_tensors import check_tensor, packed, unpacked
from core.models.protocol import Array
from core.models.tallies import Tally

_NUMBERS = "counts_of_counts"
_KINDS = ("seen", "total", "types")


def tallies_to_tensors(tallies: list[Tally]) -> dict[str, Array]:
    """Return the tallies as arrays of unsigned integers."""
    numbers = np.array([tally.numbers for tally in tallies])
    tensors = {_NUMBERS: numbers.astype(smallest(int(numbers.max(initial=0))))}
    for tally in tallies:
        for kind, values in zip(_KINDS, (tally.counts, tally.totals, tally.types), strict=True):
            tensors |= packed(f"order{tally.length + 1}.{kind}", values[:-1].astype(np.uint64))
    return tensors


def tallies_from_tensors(tensors: dict[str, Array], table: NgramTable) -> list[Tally]:
    """Return the tallies that `tallies_to_tensors` made arrays of.

    Raises:
        BadCheckpoint: names, sizes or values that no counting and pruning can have made.
    """
    names = [f"order{length}.{kind}" for length in range(1, table.order + 1) for kind in _KINDS]
    check_names(tensors, [_NUMBERS, *names, *(f"{name}_large" for name in names)])
    numbers = tensors[_NUMBERS]
    right = numbers.shape == (table.order, 4) and numbers.dtype.kind == "u"
    check_tensor(_NUMBERS, right, f"{table.order} x 4 unsigned integers", f"{table.order} x 4 个无符号整数")
    return [_tally(tensors, table, length, numbers[length - 1]) for length in range(1, table.order + 1)]


def _tally(tensors: dict[str, Array], table: NgramTable, length: int, numbers: Array) -> Tally:
    contexts, size = table.parents(length), len(table.levels[length - 1])
    counts = unpacked(tensors, f"order{length}.seen", len(table.levels[length]))
    totals, types = (unpacked(tensors, f"order{length}.{kind}", size) for kind in ("total", "types"))
    kept = np.bincount(contexts, weights=counts, minlength=size), np.bincount(contexts[counts > 0], minlength=size)
    for kind, whole, part in zip(("total", "types"), (totals, types), kept, strict=True):
        enough = bool((whole >= part).all())
        check_tensor(f"order{length}.{kind}", enough, "sums of at least what was kept", "不小于所保留部分之和的总数")
    return Tally(
        length=length - 1,
        counts=np.append(counts, 0),
        contexts=np.append(contexts, contexts.dtype.type(size)),
        totals=np.append(totals, 0).astype(np.float64),
        types=np.append(types, 0).astype(np.float64),
        numbers=tuple(int(each) for each in numbers),
    )
