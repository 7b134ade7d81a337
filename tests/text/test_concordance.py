"""Places of tokens: against brute force over lists and against str.find, at token borders, within lines, as a model counts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import BadText, UnknownName
from core.models.ngram_table import NgramTable
from core.text.concordance import concordance, is_followed, occurrences, token_concordance
from core.text.placed import PlacedText
from core.text.sequences import Sequences
from core.text.tokenizer import Tokenizer

TEXT = "the man in the hut then saw the hen.\nthe end\n"


def lines_of_ids(tokenizer: Tokenizer, lines: list[str]) -> PlacedText:
    return PlacedText.of_lines(tokenizer, tokenizer.encode_lines(lines), lines, range(1, len(lines) + 1))


@given(
    st.lists(st.lists(st.integers(0, 2), max_size=12), min_size=1, max_size=4), st.lists(st.integers(0, 2), max_size=4)
)
def test_all_places_are_found_and_none_across_a_line(lines: list[list[int]], pattern: list[int]) -> None:
    framed = [np.array([9, *line, 9]) for line in lines]
    sequences = Sequences.of_lines(framed)
    expected, followed, start = [], [], 0
    for line in framed:
        first = 1 if not pattern else len(pattern)  # what nothing predicts is no place of the empty run
        for end in range(first, len(line) + bool(pattern)):
            if list(line[end - len(pattern) : end]) == pattern:
                expected.append(start + end)
                followed.append(end < len(line))
        start += len(line)
    found = occurrences(sequences, pattern)
    assert found.tolist() == expected
    assert is_followed(sequences, found).tolist() == followed


@hypothesis_settings(max_examples=40, deadline=None)
@given(st.text("ab c", min_size=1, max_size=60), st.booleans(), st.data())
def test_the_numbers_are_those_that_a_model_counts(text: str, as_lines: bool, data: st.DataObject) -> None:
    lines = text.split("c")
    tokenizer = Tokenizer.train(lines if as_lines else [text], "char", lines=as_lines) if text.strip("c") else None
    if tokenizer is None:
        return
    stream = Sequences.of_stream(tokenizer.encode(text))
    placed = lines_of_ids(tokenizer, lines) if as_lines else PlacedText.of_stream(tokenizer, stream, text)
    sequences = placed.sequences
    order = min(3, int(sequences.lengths.max()))
    table = NgramTable.count(sequences, order, tokenizer.vocab_size)
    context = data.draw(st.lists(st.integers(1, tokenizer.vocab_size - 1), max_size=order - 1))
    token = data.draw(st.integers(1, tokenizer.vocab_size - 1))
    found = concordance(placed, context, token)
    counts = table.levels[len(context) + 1].counts
    node, begins = table.node(tuple(context)), table.levels[len(context)].begins
    behind = counts[begins[node] : begins[node + 1]] if node >= 0 else counts[:0]
    assert (found["followed"], found["types"]) == (int(behind.sum()), int(np.count_nonzero(behind)))
    whole = table.node((*context, token))
    assert found["same"] == (int(counts[whole]) if whole >= 0 else 0)


def test_places_of_characters_are_those_of_str_find() -> None:
    placed = PlacedText.of_text(TEXT, "char")
    found = token_concordance(placed, ["h", "e"])
    expected = [at for at in range(len(TEXT)) if TEXT.startswith("he", at)]
    assert [each["character"] for each in found["places"]] == expected and found["total"] == len(expected)
    for place in found["places"]:
        at = place["character"]
        assert place["left"] + place["hit"] + place["next"] + place["right"] == TEXT[max(0, at - 60) : at + 63]
        assert place["line"] == TEXT[:at].count("\n") + 1


def test_a_word_is_not_found_inside_another_one() -> None:
    found = token_concordance(PlacedText.of_text(TEXT, "word"), [" the"])
    # "the man in[ the] hut [then] saw[ the] hen": the first word of a line has no space before it
    assert [each["character"] for each in found["places"]] == [TEXT.index(" the hut"), TEXT.index(" the hen")]
    assert [each["next"] for each in found["places"]] == [" hut", " hen"]


@pytest.mark.parametrize("form", ["d2l", "spaced"])
def test_words_without_their_spaces_stand_where_they_are_in_the_joined_text(form: str) -> None:
    text = "the time machine the time"
    tokenizer = Tokenizer.train([text], "word", form)
    placed = PlacedText.of_stream(tokenizer, Sequences.of_stream(tokenizer.encode(text)), text)
    found = token_concordance(placed, ["the", "time"])
    assert [(each["character"], each["hit"], each["next"]) for each in found["places"]] == [
        (0, "the time", "machine"),
        (17, "the time", ""),
    ]
    assert found["places"][0]["line"] is None and (found["total"], found["followed"]) == (2, 1)


def test_an_unknown_token_is_found_and_shown_as_it_stands() -> None:
    tokenizer = Tokenizer.train(["a cat, a cat"], "word")
    text = "a zebra, a cat, a gnu"
    placed = PlacedText.of_stream(tokenizer, Sequences.of_stream(tokenizer.encode(text)), text)
    found = concordance(placed, [tokenizer.unk_id])
    assert [(each["hit"], each["character"]) for each in found["places"]] == [(" zebra", 1), (" gnu", 17)]
    after = concordance(placed, tokenizer.encode("a cat")[1:].tolist())
    assert [each["character"] for each in after["places"]] == [text.index(" cat")]


def test_byte_pairs_are_placed_in_characters() -> None:
    text = "天地玄黄，宇宙洪荒。天地玄黄！" * 3
    tokenizer = Tokenizer.train([text], "bpe", vocab_size=270)
    ids = tokenizer.encode(text)
    placed = PlacedText.of_stream(tokenizer, Sequences.of_stream(ids), text)
    pattern = tokenizer.encode("宇宙").tolist()
    found = concordance(placed, pattern)
    here = [each for each in found["places"] if each["hit"] == "宇宙"]
    assert [each["character"] for each in here] == [at for at in range(len(text)) if text.startswith("宇宙", at)]


def test_lines_are_told_by_their_number_in_the_file_and_never_left() -> None:
    lines = ["anna", "hannah", "nan"]
    tokenizer = Tokenizer.train(lines, "char", lines=True)
    placed = PlacedText.of_lines(tokenizer, tokenizer.encode_lines(lines), lines, [7, 3, 5])
    n, a = (tokenizer.tokens.index(each) for each in "na")
    found = concordance(placed, [n, a], tokenizer.boundary_id)
    assert [(each["line"], each["character"], each["same"]) for each in found["places"]] == [
        (7, 2, True),
        (3, 3, False),
        (5, 0, False),
    ]
    assert [each["left"] + "|" + each["hit"] + "|" + each["next"] + "|" + each["right"] for each in found["places"]] == [
        "an|na|\n|", "han|na|h|\n", "|na|n|\n",
    ]  # fmt: skip
    opening = concordance(placed, [tokenizer.boundary_id or 0])
    assert (opening["total"], opening["followed"]) == (
        6,
        3,
    )  # it opens and closes three lines; something follows what opens


def test_where_there_are_many_some_of_both_kinds_are_shown() -> None:
    text = "ab" * 500 + "ac" * 20
    placed = PlacedText.of_text(text, "char")
    a, c = (placed.tokenizer.tokens.index(each) for each in "ac")
    found = concordance(placed, [a], c, most=10)
    assert (found["total"], found["same"]) == (520, 20)
    assert [each["same"] for each in found["places"]] == [False] * 4 + [True] * 6
    assert [each["character"] for each in found["places"]] == sorted(each["character"] for each in found["places"])
    assert found["followers"][0] == {"id": placed.tokenizer.tokens.index("b"), "token": "b", "count": 500}
    alone = concordance(placed, [], c, most=10)
    assert alone["same"] == 20 and all(each["next"] == "c" for each in alone["places"])


def test_what_does_not_occur_is_refused_in_both_languages() -> None:
    placed = PlacedText.of_text(TEXT, "char")
    with pytest.raises(UnknownName) as told:
        token_concordance(placed, ["z"])
    assert "'z' is no token" in str(told.value) and "“z”" in told.value.in_language("zh")
    with pytest.raises(BadText):
        token_concordance(placed, [])
    assert token_concordance(placed, ["<unk>"])["total"] == 0
