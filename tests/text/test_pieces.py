"""Cutting a text in pieces never changes its ids."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.pieces import cut_in_pieces, in_batches
from core.text.pipeline import pre_tokenizer

MIXED = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("aé中国，。 \n\t\r'’1.!\u3000\u0301\x1c\x85\u200d")),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=60,
)


@pytest.mark.parametrize("level", ["word", "bpe"])
@given(text=MIXED, size=st.integers(0, 5))
def test_a_cut_never_falls_inside_a_token(level: str, text: str, size: int) -> None:
    cut = pre_tokenizer(level, "raw")
    whole = [token for token, _ in cut.pre_tokenize_str(text)]
    pieces = list(cut_in_pieces(text, level, size=max(1, size)))
    assert "".join(pieces) == text
    assert [token for piece in pieces for token, _ in cut.pre_tokenize_str(piece)] == whole


@pytest.mark.parametrize("level", ["word", "bpe"])
@pytest.mark.parametrize("size", range(1, 12))
def test_a_cut_never_falls_inside_a_run_of_white_space_that_is_looked_over(level: str, size: int) -> None:
    cut = pre_tokenizer(level, "raw")
    text = "it's  \n\n   so\r\n\r\n\tis 中国，！ 它 \u3000\n "
    pieces = cut_in_pieces(text, level, size)
    whole = [token for token, _ in cut.pre_tokenize_str(text)]
    assert [token for piece in pieces for token, _ in cut.pre_tokenize_str(piece)] == whole


@pytest.mark.parametrize("level", ["word", "bpe"])
@pytest.mark.parametrize("text", ["a b " * 50_000, "中文，" * 50_000, "line\n" * 50_000])
def test_pieces_are_bounded_with_and_without_line_ends(level: str, text: str) -> None:
    assert max(map(len, cut_in_pieces(text, level))) < 5_000
    assert sum(len(piece) for batch in in_batches(text, level) for piece in batch) == len(text)


def test_a_text_without_a_safe_place_stays_whole() -> None:
    assert list(cut_in_pieces("a" * 20_000, "word")) == ["a" * 20_000]
