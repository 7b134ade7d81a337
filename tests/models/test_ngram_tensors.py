"""A table goes into a file and comes back whole; what no counting made is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadCheckpoint
from core.models.ngram_table import NgramTable
from core.models.ngram_tensors import from_tensors, to_tensors
from core.models.protocol import Array
from core.models.tallies import tallies
from core.text.sequences import Sequences


def table_of(text: list[int], order: int = 3, vocab_size: int = 6) -> NgramTable:
    """Count a stream."""
    return NgramTable.count(Sequences.of_stream(text), order, vocab_size)


def same(one: NgramTable, other: NgramTable) -> bool:
    """Say whether two tables hold the same in all their arrays, and come to the same sums."""
    held = [(pair, ("last", "counts", "begins", "direct")) for pair in zip(one.levels, other.levels, strict=True)]
    sums = [(pair, ("totals", "types")) for pair in zip(tallies(one, False), tallies(other, False), strict=True)]
    return one.order == other.order and all(
        np.array_equal(getattr(a, name), getattr(b, name)) for (a, b), names in [*held, *sums] for name in names
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=4, max_size=50), st.integers(1, 4))
def test_a_saved_table_comes_back_the_same(text: list[int], order: int) -> None:
    table = table_of(text, order)
    assert same(table, from_tensors(to_tensors(table), order, 6))


@pytest.mark.parametrize("number", [254, 255, 256, 70_000])
def test_large_counts_and_many_children_stand_apart(number: int) -> None:
    table = table_of([0] * number + [1], order=2)
    tensors = to_tensors(table)
    assert tensors["order1.count"].tolist() == [min(number, 255), 1, 0, 0, 0, 0]
    assert tensors["order1.count_large"].tolist() == ([number] if number >= 255 else [])
    assert same(table, from_tensors(tensors, 2, 6))
    wide = table_of([each for one in range(min(number, 400)) for each in (0, one)], order=2, vocab_size=400)
    assert same(wide, from_tensors(to_tensors(wide), 2, 400))


def test_an_untrained_table_can_be_saved() -> None:
    empty = NgramTable.empty(3, 6)
    assert same(empty, from_tensors(to_tensors(empty), 3, 6))


def test_numbers_take_no_more_bytes_than_they_need() -> None:
    assert {array.dtype for array in to_tensors(table_of([0, 1, 2] * 9)).values()} == {np.dtype(np.uint8)}
    assert to_tensors(table_of([0, 299], order=2, vocab_size=300))["order2.last"].dtype == np.uint16
    assert to_tensors(table_of([0, 1], order=2, vocab_size=65_537))["order2.last"].dtype == np.uint32


Damage = Callable[[dict[str, Array]], object]


def put(name: str, at: int, value: int) -> Damage:
    """Return a damage: one number changed."""
    return lambda tensors: tensors[name].__setitem__(at, value)


# The text 0 1 0 2 0 1: after 0 come 1 and 2, after 1 and 2 comes 0.
DAMAGES: dict[str, Damage] = {
    "a missing array": lambda tensors: tensors.pop("order2.count"),
    "a foreign array": lambda tensors: tensors.update(weights=np.zeros(3)),
    "an array of floats": lambda tensors: tensors.update({"order2.last": tensors["order2.last"].astype(np.float32)}),
    "a wider kind than needed": lambda tensors: tensors.update(
        {"order2.last": tensors["order2.last"].astype(np.int64)}
    ),
    "two dimensions": lambda tensors: tensors.update({"order1.count": tensors["order1.count"][None]}),
    "an array cut off": lambda tensors: tensors.update({"order2.count": tensors["order2.count"][:-1]}),
    "one child too many": put("order1.children", 3, 1),
    "an id outside the vocabulary": put("order2.last", 1, 6),
    "siblings out of order": put("order2.last", 0, 5),
    "the same sibling twice": put("order2.last", 1, 1),
    "an n-gram that was never seen": put("order2.count", 0, 0),
    "a large count that is nowhere": put("order2.count", 0, 255),
    "a small number among the large": lambda tensors: (
        put("order2.count", 0, 255)(tensors),
        tensors.update({"order2.count_large": np.array([7], dtype=np.uint16)}),
    ),
    "counts beyond all sums": lambda tensors: (
        put("order2.count", 0, 255)(tensors),
        tensors.update({"order2.count_large": np.array([2**64 - 1], dtype=np.uint64)}),
    ),
    "signed large numbers": lambda tensors: tensors.update({"order1.count_large": np.zeros(0, dtype=np.int16)}),
    "children without end": lambda tensors: (
        put("order1.children", 0, 255)(tensors),
        tensors.update({"order1.children_large": np.array([2**50], dtype=np.uint64)}),
    ),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_no_counting_made_is_refused(damage: Damage) -> None:
    tensors = {name: array.copy() for name, array in to_tensors(table_of([0, 1, 0, 2, 0, 1], order=2)).items()}
    from_tensors(tensors, 2, 6)
    damage(tensors)
    with pytest.raises(BadCheckpoint) as caught:
        from_tensors(tensors, 2, 6)
    assert caught.value.text.zh


@pytest.mark.parametrize(("order", "vocab_size"), [(1, 6), (3, 6), (2, 5), (2, 7), (2, 100_000_000)])
def test_another_order_or_vocabulary_is_refused(order: int, vocab_size: int) -> None:
    with pytest.raises(BadCheckpoint):
        from_tensors(to_tensors(table_of([0, 1, 0, 5], order=2)), order, vocab_size)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_random_damage_never_gives_anything_but_a_table_or_a_clear_error(data: st.DataObject) -> None:
    tensors = {name: array.copy() for name, array in to_tensors(table_of([0, 1, 0, 2, 3, 0, 1, 1, 5, 0])).items()}
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from([name for name, array in tensors.items() if array.size]))
        tensors[name][data.draw(st.integers(0, tensors[name].size - 1))] = data.draw(st.integers(0, 255))
    try:
        table = from_tensors(tensors, 3, 6)
    except BadCheckpoint:
        return
    assert same(table, from_tensors(to_tensors(table), 3, 6))
