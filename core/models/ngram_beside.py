"""What an n-gram model keeps beside its counts, checked when it comes from a file: weights, the boundary, the last n-gram."""

from __future__ import annotations

from core.errors import BadCheckpoint
from core.models.protocol import Array

LAMBDAS, BOUNDARY, LAST = "lambdas", "boundary", "last"


def checked_lambdas(saved: Array | None, order: int) -> list[float]:
    """Return saved weights, after checking them."""
    if saved is None or saved.shape != (order,) or saved.dtype.kind != "f" or not ((saved >= 0) & (saved <= 1)).all():
        raise BadCheckpoint(
            f"Tensor '{LAMBDAS}' does not hold {order} weights from 0 to 1. Fetch the checkpoint again, or train it anew.",
            f"张量“{LAMBDAS}”的内容应为 {order} 个 0 到 1 之间的权重。请重新获取检查点，或重新训练。",
        )
    return [float(each) for each in saved]


def checked_boundary(saved: Array | None, vocab_size: int) -> int:
    """Return the saved id that closes a line, after checking it."""
    if saved is None or saved.shape != (1,) or saved.dtype.kind != "i" or not -1 <= int(saved[0]) < vocab_size:
        raise BadCheckpoint(
            f"Tensor '{BOUNDARY}' does not hold one id below {vocab_size}. Fetch the checkpoint again, or train it anew.",
            f"张量“{BOUNDARY}”的内容应为一个小于 {vocab_size} 的编号。请重新获取检查点，或重新训练。",
        )
    return int(saved[0])


def checked_last(saved: Array | None, order: int, table_size: int) -> tuple[int, ...]:
    """Return the saved n-gram that `lmplz` reads last, after checking its form."""
    if (
        saved is None
        or saved.ndim != 1
        or len(saved) >= order
        or saved.dtype.kind != "i"
        or not _within(saved, table_size)
    ):
        raise BadCheckpoint(
            f"Tensor '{LAST}' does not hold fewer than {order} ids. Fetch the checkpoint again, or train it anew.",
            f"张量“{LAST}”的内容应为少于 {order} 个编号。请重新获取检查点，或重新训练。",
        )
    return tuple(int(each) for each in saved)


def _within(ids: Array, size: int) -> bool:
    """Return whether all ids lie below ``size``."""
    return bool(((ids >= 0) & (ids < size)).all())
