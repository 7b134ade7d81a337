"""Text to ids and back, at every level; the fast ways equal the library's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
import tokenizers
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadSetting, BadText, UnknownName
from core.text.corpus import Corpus
from core.text.forms import apply_form
from core.text.tokenizer import BOUNDARY, LEVELS, UNK, Tokenizer

TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("ab é中国，\u3000 \n\r\t\x0c\x00'’<>unkline👩\u200d👧\ufe0f\u0301")),
        st.characters(exclude_categories=["Cs"]),
    ),
    min_size=1,
    max_size=60,
)
HARD = (
    "Hello  world, don't 你好 世界!\r\n\t'a' 👩\u200d👩\u200d👧 e\u0301 カタ"
    "\x0c\x00<unk> <line> 1.5\n\n  \u3000中a文\ufeff"
)


def train(text: str, level: str) -> Tokenizer:
    return Tokenizer.train([text], level, vocab_size=300)


@pytest.mark.parametrize("level", LEVELS)
def test_decode_undoes_encode(level: str) -> None:
    tokenizer = train(HARD, level)
    assert tokenizer.decode(tokenizer.encode(HARD)) == HARD
    assert tokenizer.encode(HARD).dtype == np.int32


@pytest.mark.parametrize("level", LEVELS)
@given(text=TEXTS)
def test_decode_undoes_encode_for_any_text(level: str, text: str) -> None:
    tokenizer = train(text, level)
    assert tokenizer.decode(tokenizer.encode(text)) == text


@given(text=TEXTS)
def test_bytes_know_every_text(text: str) -> None:
    tokenizer = train("hello", "bpe")
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.inspect(text).unknown == []


@pytest.mark.parametrize("level", LEVELS)
@given(text=TEXTS)
def test_inspect_shows_the_ids_of_encode_and_where_they_stand(level: str, text: str) -> None:
    tokenizer = train("ab é中国 hello", level)
    shown = tokenizer.inspect(text)
    assert shown.ids.tolist() == tokenizer.encode(text).tolist()
    assert shown.tokens == [tokenizer.tokens[i] for i in shown.ids]
    assert shown.unknown == [place for place, i in enumerate(shown.ids) if i == 0]
    assert shown.unknown_texts == tokenizer.unknown_texts(text)
    if level != "bpe":  # no token is part of a character: the places partition the text
        assert "".join(text[a:b] for a, b in shown.offsets) == text
        for (a, b), i in zip(shown.offsets, shown.ids, strict=True):
            assert i == 0 or text[a:b] == tokenizer.tokens[i]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", ["raw", "d2l", "spaced"])
@given(text=TEXTS)
def test_the_library_alone_gives_typed_text_the_same_ids(level: str, form: str, text: str) -> None:
    tokenizer = Tokenizer.train(["ab é中国 hello ab"], level, form, vocab_size=300)
    alone = tokenizers.Tokenizer.from_str(tokenizer.to_json())
    assert alone.encode(text).ids == tokenizer.encode(tokenizer.prepare(text)).tolist()


def test_long_texts_have_the_librarys_ids_too() -> None:
    text = HARD * 1_000
    for level in LEVELS:
        tokenizer = train(text, level)
        alone = tokenizers.Tokenizer.from_str(tokenizer.to_json())
        assert tokenizer.encode(text).tolist() == alone.encode(text).ids


def test_a_word_takes_its_own_leading_space_along() -> None:
    shown = train("x", "word").inspect("The  time, don't 你好 'tis\t1898")
    assert [shown.text[a:b] for a, b in shown.offsets] == [
        "The", " ", " time", ",", " don't", " ", "你", "好", " ", "'", "tis", "\t", "1898",
    ]  # fmt: skip


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("typed", [UNK, BOUNDARY])
def test_a_typed_special_token_stays_plain_text(level: str, typed: str) -> None:
    tokenizer = Tokenizer.train([f"a {typed} b"], level, lines=True, vocab_size=400)
    ids = tokenizer.encode(typed)
    assert tokenizer.decode(ids) == typed
    assert not {0, 1} & set(ids.tolist())


def test_unknown_tokens_are_found_with_their_place() -> None:
    shown = train("abc", "char").inspect("a中b?")
    assert (shown.unknown, shown.unknown_texts) == ([1, 3], ["中", "?"])
    assert shown.tokens == ["a", UNK, "b", UNK]
    words = train("the time", "word").inspect("the clock time")
    assert (words.unknown, words.unknown_texts, words.offsets[1]) == ([1], [" clock"], (3, 9))


@pytest.mark.parametrize("level", ["char", "word"])
def test_ids_descend_in_frequency_and_ties_follow_code_points(level: str) -> None:
    text = "b a c c é 中 \n z a"
    tokenizer = train(text, level)
    tokens = list(text) if level == "char" else ["b", " a", " c", " c", " é", " ", "中", " ", "\n", " z", " a"]
    by_count = sorted(Counter(tokens).items(), key=lambda entry: (-entry[1], entry[0]))
    assert tokenizer.tokens == [UNK, *(token for token, _ in by_count)]


def test_training_twice_gives_the_same_tokenizer() -> None:
    for level in LEVELS:
        assert train(HARD * 3, level).to_json() == train(HARD * 3, level).to_json()


def test_rare_tokens_become_unknown() -> None:
    tokenizer = Tokenizer.train(["a a b"], "word", "d2l", min_frequency=2)
    assert tokenizer.tokens == [UNK, "a"]
    assert tokenizer.encode("a b a").tolist() == [1, 0, 1]


def test_half_a_surrogate_pair_is_refused() -> None:
    for level in LEVELS:
        with pytest.raises(BadText, match="surrogate"):
            Tokenizer.train(["a\ud800"], level)
        tokenizer = train("abc", level)
        for use in (tokenizer.encode, tokenizer.inspect):
            with pytest.raises(BadText, match="U\\+D800"):
                use("a\ud800")


def test_an_empty_text_has_no_vocabulary_and_no_ids() -> None:
    for level in ("char", "word"):
        with pytest.raises(BadText, match="empty"):
            Tokenizer.train([""], level)
    assert Tokenizer.train([""], "bpe").vocab_size == 257
    for level in LEVELS:
        assert train("a", level).encode("").tolist() == []
        assert train("a", level).decode([]) == ""


def test_a_misspelt_level_is_named() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'word'"):
        Tokenizer.train(["a"], "words")


def test_bytes_need_their_ids() -> None:
    with pytest.raises(BadSetting, match="257"):
        Tokenizer.train(["abc"], "bpe", vocab_size=256)
    assert Tokenizer.train(["abc"], "bpe", vocab_size=257).vocab_size == 257


@pytest.mark.parametrize("level", LEVELS)
def test_lines_are_framed_as_if_each_were_encoded_alone(level: str) -> None:
    lines = ["emma", "", "ava 中", "zoë"] * 200
    tokenizer = Tokenizer.train(["emma", "ava"], level, lines=True, vocab_size=300)
    framed = tokenizer.encode_lines(lines)
    assert tokenizer.boundary_id == 1
    assert framed.lines
    assert [list(one) for one in framed] == [[1, *tokenizer.encode(line), 1] for line in lines]


def test_no_lines_are_no_sequences() -> None:
    for level in LEVELS:
        empty = Tokenizer.train(["emma"], level, lines=True).encode_lines([])
        assert (len(empty), list(empty), empty.num_scored) == (0, [], 0)


@pytest.mark.parametrize("level", LEVELS)
@given(text=TEXTS)
def test_a_stream_gives_the_same_text_as_decode(level: str, text: str) -> None:
    tokenizer = Tokenizer.train([text], level, lines=True, vocab_size=300)
    ids = [*tokenizer.encode(text), 1, 0, *tokenizer.encode(text)]
    stream = tokenizer.stream()
    assert "".join(map(stream.feed, ids)) + stream.finish() == tokenizer.decode(ids)


def test_a_stream_never_shows_half_a_character() -> None:
    tokenizer = Tokenizer.train(["abc"], "bpe", vocab_size=257)
    stream = tokenizer.stream()
    assert [stream.feed(i) for i in tokenizer.encode("中!")] == ["", "", "中", "!"]
    assert (stream.feed(int(tokenizer.encode("中")[0])), stream.finish()) == ("", "\ufffd")


def test_words_of_d2ls_form_are_joined_by_one_space() -> None:
    tokenizer = Tokenizer.train(["the time machine"], "word", "d2l", lines=True)
    ids = [1, *tokenizer.encode("the time"), 1, 1, *tokenizer.encode("machine the"), 0]
    stream = tokenizer.stream()
    assert tokenizer.decode(ids) == "\nthe time\n\nmachine the <unk>"
    assert [stream.feed(i) for i in ids] == ["\n", "the", " time", "\n", "\n", "machine", " the", " <unk>"]


def test_typed_text_is_brought_into_the_form() -> None:
    tokenizer = Tokenizer.train(["the time"], "char", "d2l")
    assert tokenizer.prepare("The TIME, ") == "the time "
    shown = tokenizer.inspect("The TIME, ")
    assert (shown.text, shown.unknown) == ("the time ", [])


def test_bytes_are_readable_tokens() -> None:
    tokens = Tokenizer.train(["中 ab ab ab"], "bpe", vocab_size=300).tokens
    assert " ab" in tokens
    assert "\\xe4" in tokens  # the first of the three bytes of 中


def test_byte_lengths_add_up_to_the_text() -> None:
    tokenizer = train(HARD, "bpe")
    assert int(tokenizer.byte_lengths()[tokenizer.encode(HARD)].sum()) == len(HARD.encode())


def test_real_corpora_survive_the_round_trip(real_corpus: Callable[[str], Corpus]) -> None:
    for name in ("time_machine", "red_chamber"):
        text = real_corpus(name).text[:100_000]
        for level in LEVELS:
            tokenizer = Tokenizer.train([text], level)
            assert tokenizer.decode(tokenizer.encode(text)) == text


def test_the_time_machine_has_the_books_vocabulary(real_corpus: Callable[[str], Corpus]) -> None:
    # D2L 8.2: 26 letters, the space and <unk>; 4,579 words and <unk>, of which "the" comes first (2,261 times).
    text = real_corpus("time_machine").text
    assert Tokenizer.train([apply_form(text, "d2l", "char")], "char", "d2l").vocab_size == 28
    words = Tokenizer.train([apply_form(text, "d2l", "word")], "word", "d2l")
    counts = np.bincount(words.encode(apply_form(text, "d2l", "word")))
    assert words.vocab_size == 4_580
    assert (words.tokens[1:5], counts[1:5].tolist()) == (["the", "i", "and", "of"], [2_261, 1_267, 1_245, 1_155])


def test_words_between_white_space_are_whole_however_long_the_text() -> None:
    text = " ".join(["河水流过", "don't", "STOP.", "《月渡》"] * 4_000)  # far more than one piece
    tokenizer = Tokenizer.train([text], "word", "spaced")
    ids = tokenizer.encode(text)
    assert len(ids) == 16_000 and not (ids == 0).any()
    assert sorted(tokenizer.tokens) == sorted([UNK, "河水流过", "don't", "STOP.", "《月渡》"])
    assert tokenizer.decode(ids) == text


def test_between_white_space_only_the_unknown_word_may_be_typed() -> None:
    tokenizer = Tokenizer.train(["a b"], "word", "spaced", lines=True)
    assert tokenizer.encode(f"a {UNK} b").tolist() == [2, 0, 3]
    assert set(tokenizer.encode(BOUNDARY).tolist()) == {0}
