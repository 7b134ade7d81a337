"""A written-out model as arrays: nothing changes on the way, and nothing that no table has gets through."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import BadCheckpoint
from core.models.back_off_table import BackOffTable
from core.models.back_off_tensors import table_from_tensors, table_to_tensors
from core.models.framing import Framing


def table(framed: bool = False) -> BackOffTable:
    """Return bigrams of two ids: 0 0, 0 1 and 1 0."""
    framing = Framing(2, framed, 1 if framed else -1)
    size = framing.table_size
    single = np.full(size, -0.5)
    return BackOffTable.of_levels(
        framing,
        [np.arange(size), np.array([0, 1, 0])],
        [np.array([2, 1] + [0] * (size - 2)), np.zeros(3, dtype=np.int64)],
        [single, np.array([-0.1, -np.inf, -2.0])],
        [np.array([-0.25, -np.inf] + [0.0] * (size - 2))],
    )


@pytest.mark.parametrize("framed", [False, True])
def test_saved_is_loaded(framed: bool) -> None:
    whole = table(framed).rounded()
    saved = table_to_tensors(whole)
    assert all(np.isfinite(array).all() for array in saved.values())
    loaded = table_from_tensors(saved, 2, 2, framed)
    assert loaded.framing == whole.framing
    for mine, other in zip([*whole.log_probs, *whole.weights], [*loaded.log_probs, *loaded.weights], strict=True):
        np.testing.assert_array_equal(mine, other)
    assert [level.last.tolist() for level in loaded.ngrams.levels] == [level.last.tolist() for level in whole.ngrams.levels]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("order1.log_prob", np.array([-0.5, 0.5], dtype=np.float32)),
        ("order1.log_prob", np.array([-0.5, np.nan], dtype=np.float32)),
        ("order1.log_prob", np.array([-0.5, -0.5, -0.5], dtype=np.float32)),
        ("order1.log_prob", np.array([-0.5, -0.5])),
        ("order1.weight", np.array([np.inf, 0.0], dtype=np.float32)),
        ("order1.weight", np.array([-100.0, 0.0], dtype=np.float32)),
        ("order2.last", np.array([0, 2, 0], dtype=np.uint8)),
        ("order2.last", np.array([1, 0, 0], dtype=np.uint8)),
        ("order1.children", np.array([2, 9], dtype=np.uint8)),
    ],
)
def test_what_no_table_holds_is_refused(name: str, bad: np.ndarray) -> None:
    with pytest.raises(BadCheckpoint, match=r"order\d"):
        table_from_tensors({**table_to_tensors(table()), name: bad}, 2, 2, False)
