"""The table of n-grams against plain dictionaries."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadSetting, BadText
from core.models import ngram_counting, ngram_table
from core.models.ngram_table import NgramTable
from core.models.tallies import tallies
from core.text.sequences import Sequences


def counted(sequences: Sequences, length: int) -> Counter[tuple[int, ...]]:
    """Count the n-grams of one length with a dictionary; a line's first id alone is its frame, not a token."""
    counter: Counter[tuple[int, ...]] = Counter()
    for ids in sequences:
        line = ids.tolist()
        first = 1 if sequences.lines and length == 1 else 0
        counter.update(tuple(line[at : at + length]) for at in range(first, len(line) - length + 1))
    return counter


def spelled(table: NgramTable) -> list[dict[tuple[int, ...], int]]:
    """Return what the table holds as dictionaries, one a level, by walking down from the root."""
    found: list[dict[tuple[int, ...], int]] = []
    above: list[tuple[int, ...]] = [()]
    for length in range(1, table.order + 1):
        parent, level = table.levels[length - 1], table.levels[length]
        grams = [
            (*context, int(level.last[child]))
            for node, context in enumerate(above)
            for child in range(parent.begins[node], parent.begins[node + 1])
        ]
        found.append({gram: int(n) for gram, n in zip(grams, level.counts[:-1], strict=True) if n})
        above = grams
    return found


texts = st.lists(st.integers(0, 5), min_size=4, max_size=60)
lines = st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=12), min_size=1, max_size=8)


@settings(max_examples=150, deadline=None)
@given(
    texts, st.integers(1, 4), st.sampled_from([0, 1000]), st.sampled_from([0, 1 << 22]), st.sampled_from([5, 1 << 20])
)
def test_every_count_is_that_of_a_dictionary(text: list[int], order: int, span: int, direct: int, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patch:  # sorting and the table of counts, search and direct table, in parts
        patch.setattr(ngram_counting, "_SPAN_FOR_TABLE", span)
        patch.setattr(ngram_counting, "_KEYS_AT_ONCE", at_once)
        patch.setattr(ngram_counting, "_TABLE_AT_ONCE", at_once)
        patch.setattr(ngram_table, "_DIRECT_ENTRIES", direct)
        data = Sequences.of_stream(text)
        table = NgramTable.count(data, order, vocab_size=7)
        assert spelled(table) == [dict(counted(data, length)) for length in range(1, order + 1)]
        nodes = list(table.walk(np.array([text])))
        for length in range(1, order + 1):
            for end in range(len(text)):
                gram = tuple(text[max(0, end - length + 1) : end + 1])
                node = int(nodes[length - 1][0, end])
                assert node == (table.node(gram) if len(gram) == length else -1)
                assert node == -1 or table.levels[length].counts[node] == counted(data, length)[gram]


@settings(max_examples=100, deadline=None)
@given(lines, st.integers(1, 4), st.sampled_from([3, 1 << 20]))
def test_no_ngram_crosses_from_one_line_into_the_next(several: list[list[int]], order: int, at_once: int) -> None:
    data = Sequences.of_lines([np.array(line) for line in several])
    if max(map(len, several)) < order:
        with pytest.raises(BadSetting):
            NgramTable.count(data, order, vocab_size=6)
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngram_counting, "_KEYS_AT_ONCE", at_once)
        table = NgramTable.count(data, order, vocab_size=6)
    assert spelled(table) == [dict(counted(data, length)) for length in range(1, order + 1)]


def test_totals_and_types_say_what_followed_a_context() -> None:
    table = NgramTable.count(Sequences.of_stream([0, 1, 0, 1, 0, 2, 0]), 2, vocab_size=4)
    # after 0: 1 twice, 2 once; after 1: 0 twice; after 2: 0 once; after 3: nothing
    one, two = tallies(table, predecessors=False)[:2]
    assert two.totals.tolist() == [3, 2, 1, 0, 0]
    assert two.types.tolist() == [2, 1, 1, 0, 0]
    assert one.totals.tolist() == [7, 0] and one.types.tolist() == [3, 0]


def test_sixteen_ids_of_a_huge_vocabulary_do_not_overflow() -> None:
    vocab_size = 50_000  # 50,000^16 is far beyond 64 bits
    text = np.arange(vocab_size - 40, vocab_size)
    table = NgramTable.count(Sequences.of_stream(text), 16, vocab_size)
    assert [len(level) for level in table.levels[2:]] == [40 - length + 1 for length in range(2, 17)]
    assert table.node(tuple(text[-16:].tolist())) == 40 - 16  # they ascend, so the last in the text is the last


def test_keys_too_long_to_pack_are_sorted_by_place(monkeypatch: pytest.MonkeyPatch) -> None:
    ids = np.random.default_rng(3).integers(0, 6, 200)
    packed = NgramTable.count(Sequences.of_stream(ids), 4, vocab_size=6)
    monkeypatch.setattr(ngram_counting, "_SPAN_FOR_TABLE", 0)
    monkeypatch.setattr(ngram_counting, "_LARGEST_KEY", 255)  # the place alone takes 8 bits
    assert spelled(NgramTable.count(Sequences.of_stream(ids), 4, vocab_size=6)) == spelled(packed)


def test_every_array_takes_the_smallest_integers_that_hold_it() -> None:
    table = NgramTable.count(Sequences.of_stream([0, 1] * 300), 3, vocab_size=300)
    one, two = table.levels[1:3]
    assert (one.last.dtype, one.counts.dtype) == (np.uint16, np.uint16)  # 300 ids; 0 and 1 stand there 300 times
    assert (two.begins.dtype, two.direct.dtype) == (np.int8, np.int8)  # three n-grams behind two


def test_an_order_larger_than_the_text_is_refused_in_clear_words() -> None:
    with pytest.raises(BadSetting, match="cannot be 12 here: the longest stretch of this text has 5 tokens") as caught:
        NgramTable.count(Sequences.of_stream(range(5)), 12, vocab_size=5)
    assert "不能取 12" in caught.value.text.zh
    NgramTable.count(Sequences.of_stream(range(5)), 5, vocab_size=5)


def test_an_empty_text_is_refused() -> None:
    for nothing in (Sequences.of_stream([]), Sequences.of_lines([])):
        with pytest.raises(BadText, match="no tokens"):
            NgramTable.count(nothing, 1, vocab_size=5)


def test_ids_outside_the_vocabulary_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match=r"0 \.\. 3"):
        NgramTable.count(Sequences.of_stream([0, 4]), 1, vocab_size=4)
    table = NgramTable.count(Sequences.of_stream([0, 3]), 1, vocab_size=4)
    with pytest.raises(ValueError, match="below 4"):
        list(table.walk(np.array([[0, 4]])))
