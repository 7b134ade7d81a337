"""A corpus becomes ids in the right order: form, split, vocabulary."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadCheckpoint, BadSetting, BadText
from core.settings import build, describe
from core.text.corpus import Corpus, corpus_from_text
from core.text.pipeline import LEVELS
from core.text.preparation import TextSettings, prepare_text

TEXTS = st.text(alphabet="ab 中国，\n\r'é👧", min_size=40, max_size=120)
TALE = "Once upon a time, there was a clock. 从前有一座钟。\r\n" * 8 + "And then the sea came, 1898; zebras! " * 2


def corpus(text: str, lines: bool = False) -> Corpus:
    return corpus_from_text(text, "mine", lines=lines)


def test_the_vocabulary_comes_from_the_training_part_only() -> None:
    # 20 characters: "z" stands in the last two only.
    prepared = prepare_text(corpus("ab" * 9 + "zz"), TextSettings())
    assert prepared.tokenizer.tokens == ["<unk>", "a", "b"]
    assert prepared.held_out.ids.tolist() == [0, 0]
    assert prepared.split_as_json() == {
        "rule": "last tenth of the characters held out", "unit": "characters", "max_tokens": 0,
        "training_tokens": 18, "held_out_tokens": 2, "training_characters": 18, "held_out_characters": 2,
        "training_unknown": 0, "held_out_unknown": 2,
    }  # fmt: skip
    # Each z is charged -ln(1 / (18 + 1,114,112)).
    assert prepared.spelling.nats("z") == pytest.approx(np.log(18 + 1_114_112))


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", ["raw", "d2l", "spaced"])
def test_ids_are_the_texts_and_both_texts_are_the_corpus(level: str, form: str) -> None:
    prepared = prepare_text(corpus(TALE), TextSettings(level=level, form=form, bpe_size=300))
    for ids, text in ((prepared.training.ids, prepared.training_text), (prepared.held_out.ids, prepared.held_out_text)):
        assert ids.tolist() == prepared.tokenizer.encode(str(text)).tolist()
    if form == "raw":
        assert str(prepared.training_text) + str(prepared.held_out_text) == TALE
        assert len(str(prepared.training_text)) == int(0.9 * len(TALE))


@given(text=TEXTS, limit=st.integers(2, 80))
@pytest.mark.parametrize("form", ["raw", "d2l", "spaced"])
@pytest.mark.parametrize("level", LEVELS)
def test_max_tokens_takes_the_first_and_holds_out_those_that_follow(
    level: str, form: str, text: str, limit: int
) -> None:
    try:
        whole = prepare_text(corpus(text), TextSettings(level=level, form=form, bpe_size=300))
    except BadText:
        return  # too short in this form
    cut = prepare_text(corpus(text), TextSettings(level=level, form=form, bpe_size=300, max_tokens=limit))
    if level == "bpe":  # its tokens depend on the vocabulary
        assert len(cut.training.ids) <= limit
        decode = cut.tokenizer.decode
        assert str(cut.training_text) == decode(cut.training.ids).rstrip("\ufffd")
        assert str(cut.held_out_text) == decode(cut.held_out.ids).strip("\ufffd")
        return
    encode = whole.tokenizer.encode
    training, held_out = str(whole.training_text), str(whole.held_out_text)
    joined = training + (" " if level == "word" and form != "raw" else "") + held_out
    assert encode(str(cut.training_text)).tolist() == encode(training)[:limit].tolist()
    following = joined[len(str(cut.training_text)) :]
    assert encode(str(cut.held_out_text)).tolist() == encode(following)[:limit].tolist()
    for part, part_text in ((cut.training, cut.training_text), (cut.held_out, cut.held_out_text)):
        assert part.ids.tolist() == cut.tokenizer.encode(str(part_text)).tolist()
    assert 0 not in cut.training.ids


def test_the_vocabulary_of_the_first_tokens_knows_no_later_one() -> None:
    for level in ("char", "word"):
        prepared = prepare_text(
            corpus("a b c d e f g h i j k l m n o p q r s t"), TextSettings(level=level, max_tokens=4)
        )
        assert (len(prepared.training.ids), len(prepared.held_out.ids)) == (4, 4)
        assert 0 not in prepared.training.ids
        assert (prepared.held_out.ids == 0).sum() == (4 if level == "word" else 2)  # the spaces are known


def test_bpe_of_the_first_tokens_learns_nothing_from_what_follows() -> None:
    settings = TextSettings(level="bpe", max_tokens=40, bpe_size=400)
    one = prepare_text(corpus("the cat sat on the mat " * 4 + "q" * 100), settings)
    other = prepare_text(corpus("the cat sat on the mat " * 4 + "zoo " * 25), settings)
    assert one.tokenizer.tokens == other.tokenizer.tokens


def test_the_books_setting_gives_10_000_and_the_next_10_000(real_corpus: Callable[[str], Corpus]) -> None:
    prepared = prepare_text(real_corpus("time_machine"), TextSettings(form="d2l", max_tokens=10_000))
    assert (len(prepared.training.ids), len(prepared.held_out.ids)) == (10_000, 10_000)
    assert prepared.tokenizer.vocab_size == 28
    assert str(prepared.training_text).startswith("the time machine by h g wells")


def test_the_splits_of_the_real_corpora(real_corpus: Callable[[str], Corpus]) -> None:
    # int(0.9 * n) of 170,580 characters, 1,115,394 characters, 32,775 words, 32,033 names.
    time_machine, shakespeare = real_corpus("time_machine"), real_corpus("tiny_shakespeare")
    assert len(prepare_text(time_machine, TextSettings(form="d2l")).training.ids) == 153_522
    assert len(prepare_text(shakespeare, TextSettings()).training.ids) == 1_003_854
    assert len(prepare_text(time_machine, TextSettings(level="word", form="d2l")).training.ids) == 29_497
    names = prepare_text(real_corpus("names"), TextSettings())
    assert (len(names.training), names.tokenizer.vocab_size) == (28_829, 28)
    fit, validation = names.fit_and_validation()
    assert (len(fit), len(validation)) == (25_946, 2_883)  # int(0.9 * 28,829) = 25,946


def test_lines_are_framed_and_counted_with_their_ends() -> None:
    prepared = prepare_text(corpus("\n".join(["emma"] * 20), lines=True), TextSettings())
    assert (len(prepared.training), len(prepared.held_out)) == (18, 2)
    assert [len(one) for one in prepared.held_out] == [6, 6]
    assert prepared.split_as_json()["held_out_characters"] == 10
    assert prepared.split_as_json()["unit"] == "lines"
    assert prepare_text(corpus("\n".join(["emma"] * 20)), TextSettings(lines="lines")).training.lines
    assert not prepare_text(corpus("\n".join(["emma"] * 20), lines=True), TextSettings(lines="text")).training.lines


@pytest.mark.parametrize("level", LEVELS)
def test_max_tokens_takes_whole_lines(level: str) -> None:
    # A line of 4 characters has 6 tokens (a word: 3), so 20 hold 3 lines (6).
    prepared = prepare_text(corpus("\n".join(["emma"] * 50), lines=True), TextSettings(level=level, max_tokens=20))
    lines = 6 if level == "word" else 3
    assert (len(prepared.training), len(prepared.held_out)) == (lines, lines)
    tiny = prepare_text(corpus("\n".join(["emma"] * 50), lines=True), TextSettings(level=level, max_tokens=1))
    assert (len(tiny.training), len(tiny.held_out)) == (1, 1)


def test_validation_is_the_end_of_the_training_part() -> None:
    prepared = prepare_text(corpus("abcdefghij" * 10), TextSettings())
    fit, validation = prepared.fit_and_validation()
    assert (len(fit.ids), len(validation.ids)) == (81, 9)
    assert [*fit.ids, *validation.ids] == prepared.training.ids.tolist()


@pytest.mark.parametrize("level", LEVELS)
def test_a_given_tokenizer_is_used_and_must_fit(level: str) -> None:
    settings = TextSettings(level=level, bpe_size=300)
    first = prepare_text(corpus(TALE), settings)
    again = prepare_text(corpus(TALE), settings, first.tokenizer)
    assert again.tokenizer is first.tokenizer
    assert again.held_out.ids.tolist() == first.held_out.ids.tolist()
    with pytest.raises(BadCheckpoint):
        prepare_text(corpus(TALE), TextSettings(level=level, form="d2l"), first.tokenizer)
    with pytest.raises(BadCheckpoint):
        prepare_text(corpus(TALE), TextSettings(level=level, lines="lines"), first.tokenizer)


@pytest.mark.parametrize("text", ["a", "ab", "a" * 10, "123 456 789"])
def test_texts_too_short_to_be_judged_are_refused(text: str) -> None:
    form = "d2l" if "1" in text else "raw"
    with pytest.raises(BadText) as caught:
        prepare_text(corpus(text), TextSettings(form=form))
    assert caught.value.in_language("zh") != caught.value.in_language("en")


@pytest.mark.parametrize("level", LEVELS)
def test_one_token_is_too_short_at_every_level(level: str) -> None:
    with pytest.raises(BadText, match=r"too short|empty"):
        prepare_text(corpus("word"), TextSettings(level=level))
    with pytest.raises(BadText, match=r"too short|empty"):
        prepare_text(corpus("word", lines=True), TextSettings(level=level))


def test_a_validation_part_too_short_is_refused_only_when_asked_for() -> None:
    prepared = prepare_text(corpus("ab" * 100), TextSettings(max_tokens=5))
    with pytest.raises(BadText, match="validation"):
        prepared.fit_and_validation()


def test_settings_have_their_ranges() -> None:
    assert [each.name for each in describe(TextSettings)] == [
        "level", "form", "lines", "min_frequency", "bpe_size", "max_tokens",
    ]  # fmt: skip
    assert all(each.help.zh for each in describe(TextSettings))
    for bad in ({"bpe_size": 256}, {"min_frequency": 0}, {"max_tokens": -1}, {"level": "words"}):
        with pytest.raises(BadSetting):
            build(TextSettings, bad)
