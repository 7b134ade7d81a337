"""Writing on after a prefix: pieces, ends, warm-up, and the agreement with scoring."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from core.errors import BadSetting, BadText
from core.generation import prefix as prefix_module
from core.generation.generate import Finished, Generation, Piece, collect, generate
from core.generation.prefix import warm_up, warm_up_ids
from core.generation.sampling import GenerationSettings
from core.language import both
from core.models.protocol import About, Array, LanguageModel, State
from core.models.registry import Registry
from core.text.sequences import Sequences
from core.text.tokenizer import Tokenizer

TEXT = "the time machine and the time traveller; der Zug fährt ab. 时间机器 "
PLUGINS = Path(__file__).parents[2] / "plugins"
SCHEMES = ("sample", "greedy", "beam")


class OneBack(LanguageModel):
    """A Markov chain: log-probabilities [vocab, vocab]; the state counts the tokens read."""

    about = About("one_back", both("one back"), both("a table"), "D2L 8.3")

    def __init__(self, table: Array) -> None:
        super().__init__(None, len(table))
        self.table = table.astype(np.float32)

    def initial_state(self, batch: int) -> State:
        return (np.zeros(batch, dtype=np.int64),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        return self.table[ids], (state[0] + ids.shape[1],)

    def tensors(self) -> dict[str, Array]:
        return {"table": self.table}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        self.table = tensors["table"]


def random_model(tokenizer: Tokenizer, seed: int = 0) -> OneBack:
    size = tokenizer.vocab_size
    return OneBack(np.log(np.random.default_rng(seed).dirichlet(np.full(size, 0.3), size=size) + 1e-12))


def reciting_model(tokenizer: Tokenizer, text: str) -> OneBack:
    """A model that continues along ``text`` with near certainty (each token must have one follower)."""
    table = np.full((tokenizer.vocab_size, tokenizer.vocab_size), -20.0)
    ids = tokenizer.encode(text)
    table[ids[:-1], ids[1:]] = 0.0
    return OneBack(table)


CHARS = Tokenizer.train([TEXT], "char")
NAMES = Tokenizer.train(["emma", "anna", "olivia"], "char", lines=True)
ABC = Tokenizer.train(["abcdefgh."], "char")
ABC_MODEL = reciting_model(ABC, "abcdefgh.a")


def write(
    model: LanguageModel, tokenizer: Tokenizer, prefix: str, stop: tuple[str, ...] = (), **values: int | float | str
) -> Generation:
    return collect(model, tokenizer, prefix, GenerationSettings(**values), stop)  # type: ignore[arg-type]


def streamed(
    model: LanguageModel, tokenizer: Tokenizer, prefix: str, stop: tuple[str, ...], settings: GenerationSettings
) -> tuple[list[Piece], Finished]:
    *pieces, last = generate(model, tokenizer, prefix, settings, stop)
    assert isinstance(last, Finished) and all(isinstance(piece, Piece) for piece in pieces)
    return [piece for piece in pieces if isinstance(piece, Piece)], last


@pytest.mark.parametrize("strategy", SCHEMES)
@pytest.mark.parametrize("level", ["char", "word", "bpe"])
def test_streamed_equals_unstreamed_and_scoring_agrees(strategy: str, level: str) -> None:
    tokenizer = Tokenizer.train([TEXT], level, vocab_size=300)
    model = random_model(tokenizer)
    settings = GenerationSettings(tokens=60, strategy=strategy, seed=7, temperature=0.9, top_k=20, top_p=0.95)
    whole = collect(model, tokenizer, "the time", settings)
    pieces, last = streamed(model, tokenizer, "the time", (), settings)
    assert "".join(piece.text for piece in pieces) == whole.text
    assert tuple(i for piece in pieces for i in piece.ids) == whole.ids
    assert (last.reason, last.num_tokens) == ("length", 60) == (whole.finish_reason, len(whole.ids))
    assert whole == collect(model, tokenizer, "the time", settings)
    assert whole.text == tokenizer.decode(whole.ids)
    assert whole.tokens == tuple(tokenizer.tokens[i] for i in whole.ids)
    assert tokenizer.unk_id not in whole.ids

    ids = np.concatenate([warm_up_ids(tokenizer, "the time"), whole.ids])[None]
    scores, _ = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(1))
    assert scores[0, -60:] == pytest.approx(whole.log_probs, abs=1e-5)


def test_seeds_differ_and_repeat() -> None:
    model = random_model(CHARS)
    texts = [write(model, CHARS, "the", seed=seed, tokens=50).text for seed in (0, 1, 0)]
    assert texts[0] == texts[2] != texts[1]


def test_a_shorter_text_is_the_beginning_of_a_longer_one() -> None:
    model = random_model(CHARS)
    assert write(model, CHARS, "the", tokens=90).text.startswith(write(model, CHARS, "the", tokens=30).text)


def test_greedy_follows_the_likeliest_path() -> None:
    assert write(ABC_MODEL, ABC, "a", strategy="greedy", tokens=4).text == "bcde"
    assert write(ABC_MODEL, ABC, "xa", temperature=0, tokens=4).text == "bcde"


def test_a_stop_string_is_left_out_but_its_ids_are_reported() -> None:
    whole = write(ABC_MODEL, ABC, "a", strategy="greedy", tokens=50, stop=("ef", "zz"))
    assert (whole.text, whole.finish_reason) == ("bcd", "stop")
    assert whole.tokens == tuple("bcdef")


@pytest.mark.parametrize("strategy", SCHEMES)
def test_a_stop_string_that_never_completes_is_given_out_at_the_end(strategy: str) -> None:
    whole = write(ABC_MODEL, ABC, "a", strategy=strategy, temperature=0.1, tokens=3, stop=("cdx",))
    assert (whole.text, whole.finish_reason) == ("bcd", "length")


def test_a_stop_string_does_not_reach_into_the_prefix() -> None:
    assert write(ABC_MODEL, ABC, "a", strategy="greedy", tokens=3, stop=("ab",)).text == "bcd"


def test_a_stop_string_may_end_inside_a_token() -> None:
    words = Tokenizer.train([" one two three"], "word")
    whole = write(reciting_model(words, " one two three"), words, " one", strategy="greedy", tokens=2, stop=("hr",))
    assert (whole.text, whole.tokens) == (" two t", (" two", " three"))


@hypothesis_settings(deadline=None)
@given(st.lists(st.text("abcdefgh.", min_size=1, max_size=4), max_size=3), st.integers(0, 30), st.sampled_from(SCHEMES))
def test_no_part_of_a_stop_string_is_ever_shown(stop: list[str], seed: int, strategy: str) -> None:
    model = random_model(ABC, seed)
    free = write(model, ABC, "a", tokens=40, seed=seed, strategy=strategy)
    settings = GenerationSettings(tokens=40, seed=seed, strategy=strategy)
    pieces, last = streamed(model, ABC, "a", tuple(stop), settings)
    ends = {free.text.find(each) + len(each): each for each in sorted(stop, key=len) if each in free.text}
    if ends:
        first = ends[min(ends)]
        assert (last.reason, last.stop) == ("stop", first)
        assert "".join(piece.text for piece in pieces) == free.text[: min(ends) - len(first)]
    else:
        assert last.reason == "length"
        assert "".join(piece.text for piece in pieces) == free.text
    for piece in pieces[:-1]:  # whole tokens: one character each here
        assert len(piece.text) == len(piece.ids) == len(piece.tokens) == len(piece.log_probs)


def test_half_a_character_is_never_shown() -> None:
    tokenizer = Tokenizer.train(["时间"], "bpe", vocab_size=257)  # bytes only: three tokens a character
    model = reciting_model(tokenizer, "a时")
    settings = GenerationSettings(tokens=3, strategy="greedy")
    pieces, _ = streamed(model, tokenizer, "a", (), settings)
    assert [piece.text for piece in pieces] == ["", "", "时"]
    cut_off = write(model, tokenizer, "a", tokens=2, strategy="greedy")
    assert cut_off.text == "�" and len(cut_off.ids) == 2


def test_words_of_the_books_form_are_set_apart_once() -> None:
    words = Tokenizer.train(["the time machine"], "word", form="d2l")
    model = reciting_model(words, "the time machine")
    assert write(model, words, "The", strategy="greedy", tokens=2).text == " time machine"
    assert write(model, words, "The ", strategy="greedy", tokens=2).text == "time machine"


@pytest.mark.parametrize("strategy", SCHEMES)
def test_a_line_model_starts_from_nothing_and_ends_its_line(strategy: str) -> None:
    ids = NAMES.encode("ol")
    table = np.full((NAMES.vocab_size, NAMES.vocab_size), -30.0)
    table[[1, ids[0], ids[1]], [ids[0], ids[1], 1]] = -1e-3  # <line> o l <line>
    whole = write(OneBack(table), NAMES, "", strategy=strategy, tokens=20)
    assert (whole.text, whole.finish_reason) == ("ol", "end")
    assert whole.ids == (*ids, 1) and len(whole.log_probs) == 3
    assert write(OneBack(table), NAMES, "o", strategy=strategy, tokens=20).text == "l"


def test_a_line_may_be_empty() -> None:
    table = np.full((NAMES.vocab_size, NAMES.vocab_size), -30.0)
    table[:, 1] = 0
    whole = write(OneBack(table), NAMES, "", tokens=5)
    assert (whole.text, whole.ids, whole.finish_reason) == ("", (1,), "end")


@pytest.mark.parametrize(("prefix", "said"), [("", "empty"), ("ξЯ", "ξЯ"), ("漢漢", "漢")])
def test_a_prefix_that_says_nothing_is_refused(prefix: str, said: str) -> None:
    with pytest.raises(BadText, match=said) as caught:
        generate(random_model(CHARS), CHARS, prefix, GenerationSettings())  # before anything is iterated
    assert "开头" in caught.value.in_language("zh")


def test_a_form_that_leaves_nothing_of_the_prefix_says_so() -> None:
    letters = Tokenizer.train(["the time"], "char", form="d2l")
    with pytest.raises(BadText, match="123"):
        warm_up_ids(letters, "123")
    with pytest.raises(BadText, match="empty"):
        warm_up_ids(letters, " ")


def test_a_line_model_refuses_unknown_characters_alone() -> None:
    assert warm_up_ids(NAMES, "").tolist() == [1]
    with pytest.raises(BadText, match="ξ"):
        warm_up_ids(NAMES, "ξ")


def test_unknown_tokens_of_the_prefix_are_reported() -> None:
    assert write(random_model(CHARS), CHARS, "tξhЯ", tokens=1).unknown == (1, 3)


def test_bad_stop_strings_are_refused_at_once() -> None:
    with pytest.raises(BadSetting):
        generate(random_model(CHARS), CHARS, "the", GenerationSettings(), stop=("",))


def test_warm_up_in_chunks_reads_every_token_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model, ids = random_model(CHARS), CHARS.encode(TEXT)
    whole, whole_state = warm_up(model, ids)
    monkeypatch.setattr(prefix_module, "_STEPS_AT_ONCE", 7)
    parts, parts_state = warm_up(model, ids)
    assert whole_state[0].tolist() == parts_state[0].tolist() == [len(TEXT)]
    assert np.array_equal(whole, parts) and np.array_equal(whole, model.table[ids[-1]])


@pytest.mark.parametrize("strategy", SCHEMES)
def test_closing_stops_the_writing(strategy: str) -> None:
    pieces = generate(random_model(CHARS), CHARS, "the", GenerationSettings(tokens=100_000, strategy=strategy))
    assert isinstance(next(pieces), Piece)
    pieces.close()
    with pytest.raises(StopIteration):
        next(pieces)


@pytest.mark.parametrize("path", sorted(PLUGINS.glob("[!_]*.py")), ids=lambda path: path.stem)
def test_every_plug_in_writes_what_it_scores(path: Path) -> None:
    model = Registry(path.parent).get(path.stem)
    plugin = model(model.Config(), CHARS.vocab_size, seed=1)
    if hasattr(plugin, "learn"):
        plugin.learn(Sequences.of_stream(CHARS.encode(TEXT * 3)))
    for strategy in SCHEMES:
        whole = write(plugin, CHARS, "the time", tokens=40, strategy=strategy, seed=2)
        ids = np.concatenate([warm_up_ids(CHARS, "the time"), whole.ids]).astype(np.int32)[None]
        scores, _ = plugin.score(ids[:, :-1], ids[:, 1:], plugin.initial_state(1))
        assert scores[0, -40:] == pytest.approx(whole.log_probs, abs=1e-5)
