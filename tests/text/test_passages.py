"""Passages of the held-out text: which tokens are whose, and where nothing may be said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.language import both
from core.text.catalogue import PUBLISHED
from core.text.corpus import Corpus, Passage, corpus_from_text
from core.text.passages import held_out_passages
from core.text.preparation import TextSettings, prepare_text
from core.text.sources import load_corpus

# 200 characters, of which the last 20 are held out: "gh ij ab cd ef gh ij" begins at 180.
TEXT = "ab cd ef gh ij " * 13 + "ab cd"


def with_passages(text: str, *firsts: int, lines: bool = False) -> Corpus:
    """Return a corpus whose passages p0, p1, ... begin at these characters."""
    corpus = corpus_from_text(text, "text", lines=lines)
    passages = tuple(Passage(f"p{at}", both("a passage"), first) for at, first in enumerate(firsts))
    return replace(corpus, card=replace(corpus.card, passages=passages))


def found(corpus: Corpus, **settings: object) -> dict[str, slice]:
    return held_out_passages(corpus, prepare_text(corpus, TextSettings(**settings)))  # type: ignore[arg-type]


def test_the_given_first_character_belongs_to_no_passage_and_the_others_to_one_each() -> None:
    # p0 began in the training part; p1 begins at character 190, the held-out part's tenth from 0.
    assert found(with_passages(TEXT, 30, 190)) == {"p0": slice(1, 10), "p1": slice(10, 20)}


def test_a_passage_that_ends_before_the_held_out_part_is_not_in_it() -> None:
    assert found(with_passages(TEXT, 0, 30, 190, 195)) == {
        "p1": slice(1, 10),
        "p2": slice(10, 15),
        "p3": slice(15, 20),
    }


def test_what_stands_before_the_first_passage_has_no_name() -> None:
    assert found(with_passages(TEXT, 185, 190)) == {"p0": slice(5, 10), "p1": slice(10, 20)}


@pytest.mark.parametrize("firsts", [(), (0,), (0, 30), (190,), (0, 180)])
def test_one_passage_alone_is_the_whole_and_not_told(firsts: tuple[int, ...]) -> None:
    assert found(with_passages(TEXT, *firsts)) == {}


def test_a_passage_of_the_given_character_alone_holds_nothing() -> None:
    assert found(with_passages(TEXT, 0, 181)) == {}  # p0 would hold the given token only


def test_a_word_over_the_border_belongs_to_where_it_begins() -> None:
    corpus = with_passages(TEXT, 0, 190)
    prepared = prepare_text(corpus, TextSettings(level="word"))
    tokens = prepared.tokenizer.inspect(str(prepared.held_out_text))
    where = held_out_passages(corpus, prepared)
    begins = [begin for begin, _ in tokens.offsets]
    assert where["p0"].stop == where["p1"].start
    assert begins[where["p1"].start] >= 10 > begins[where["p0"].stop - 1]
    assert where["p1"].stop == len(prepared.held_out.ids)


def test_bytes_of_one_character_stay_together() -> None:
    corpus = with_passages("红楼梦" * 60 + "你好吗啊哦" * 4, 0, 190)
    prepared = prepare_text(corpus, TextSettings(level="bpe", bpe_size=260))
    where = held_out_passages(corpus, prepared)
    lengths = prepared.tokenizer.byte_lengths()[prepared.held_out.ids]
    first = where["p1"].start
    # "你好吗啊哦你好吗啊哦" before the border: ten characters of three bytes.
    assert int(np.cumsum(lengths)[first - 1]) == 30


def test_the_first_tokens_alone_are_followed_where_they_reach() -> None:
    # max_tokens 40: characters 0 to 39 are learned from, 40 to 79 held out.
    assert found(with_passages(TEXT, 0, 50), max_tokens=40) == {"p0": slice(1, 10), "p1": slice(10, 40)}


def test_another_form_or_lines_have_no_passages() -> None:
    assert found(with_passages("Ab, cd! " * 25, 0, 190), form="d2l") == {}
    assert found(with_passages("anna\nbella\n" * 20, 0, 215, lines=True)) == {}


def test_a_play_begins_with_the_name_of_its_first_speaker(corpora_folder: Path, tmp_path: Path) -> None:
    corpus = load_corpus("tiny_shakespeare", search=(corpora_folder,), cache=tmp_path)
    shrew, tempest = corpus.card.passages
    assert corpus.text[shrew.first :].startswith("SLY:\nI'll pheeze you, in faith.\n")
    assert corpus.text[tempest.first :].startswith("Master:\nBoatswain!\n\nBoatswain:\nHere, master: what cheer?\n")
    for passage in (shrew, tempest):
        assert corpus.text[: passage.first].endswith(".\n\n")
    where = held_out_passages(corpus, prepare_text(corpus, TextSettings()))
    # The held-out part begins at int(0.9 * 1,115,394) = 1,003,854; 1,080,739 - 1,003,854 = 76,885.
    assert where == {"the_taming_of_the_shrew": slice(1, 76_885), "the_tempest": slice(76_885, 111_540)}


def test_passages_stand_in_order_inside_their_text() -> None:
    for card in (each.card for each in PUBLISHED):
        firsts = [passage.first for passage in card.passages]
        assert firsts == sorted(set(firsts))
        assert all(0 <= first < card.characters for first in firsts)
