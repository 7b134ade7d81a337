"""Compression with a model: lossless, close to the ideal size, and never garbage."""

from __future__ import annotations

import math
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadText, Failure, LabError, Refused
from core.language import both
from core.models.protocol import About, Array, LanguageModel, State
from core.sharing import compression
from core.sharing.compressed_file import read_header, short_hash
from core.sharing.compression import compress, decompress
from core.text.tokenizer import Tokenizer

TEXT = "It was the best of times, it was the worst of times,\nit was the age of wisdom. 这是最好的时代。\t\r\n"
KEY = b"the model's hash"


class OneBack(LanguageModel):
    """A Markov chain: float32 log-probabilities [vocab, vocab]."""

    about = About("one_back", both("one back"), both("a table"), "D2L 8.3")

    def __init__(self, probabilities: Array) -> None:
        super().__init__(None, len(probabilities))
        with np.errstate(divide="ignore"):
            self.table = np.log(probabilities).astype(np.float32)

    def initial_state(self, batch: int) -> State:
        return (np.zeros((batch, 0), dtype=np.int32),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        return self.table[ids], state

    def tensors(self) -> dict[str, Array]:
        return {"table": self.table}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        self.table = tensors["table"]


def model_for(tokenizer: Tokenizer, seed: int = 0, concentration: float = 0.1) -> OneBack:
    size = tokenizer.vocab_size
    return OneBack(np.random.default_rng(seed).dirichlet(np.full(size, concentration), size=size))


TOKENIZERS = {
    "char": Tokenizer.train([TEXT], "char"),
    "word": Tokenizer.train([TEXT], "word"),
    "bpe": Tokenizer.train([TEXT], "bpe", vocab_size=280),
    "char lines": Tokenizer.train(["emma", "anna"], "char", lines=True),
    "word lines": Tokenizer.train(["emma and anna"], "word", lines=True),
    "bpe lines": Tokenizer.train(["emma and anna"], "bpe", lines=True, vocab_size=270),
}
MODELS = {name: model_for(tokenizer) for name, tokenizer in TOKENIZERS.items()}


def round_trip(kind: str, text: str) -> str:
    data = compress(MODELS[kind], TOKENIZERS[kind], text, KEY)
    return decompress(MODELS[kind], TOKENIZERS[kind], data, KEY)


@pytest.mark.parametrize("kind", TOKENIZERS)
@pytest.mark.parametrize("text", ["", "\n", "\n\n", "a", "emma\nanna", "emma\nanna\n", TEXT, "🙂 naïve\r\r\n\0<unk>"])
def test_texts_come_back(kind: str, text: str) -> None:
    assert round_trip(kind, text) == text


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(sorted(TOKENIZERS)), st.text(max_size=60) | st.text("emant \n.🙂", max_size=60))
def test_any_text_comes_back(kind: str, text: str) -> None:
    assert round_trip(kind, text) == text


def drawn_text(model: OneBack, tokenizer: Tokenizer, length: int) -> str:
    """Draw a text of known tokens from the model itself."""
    rng = np.random.default_rng(5)
    p = np.exp(model.table.astype(np.float64))
    p[:, tokenizer.unk_id] = 0
    ids = [1]
    while len(ids) < length:
        ids.append(int(rng.choice(len(p), p=p[ids[-1]] / p[ids[-1]].sum())))
    return tokenizer.decode(ids)


@pytest.mark.parametrize("concentration", [0.03, 0.3, 30.0])  # from nearly certain to nearly uniform
def test_the_size_is_the_surprise(concentration: float) -> None:
    tokenizer = TOKENIZERS["char"]
    model = model_for(tokenizer, concentration=concentration)
    text = drawn_text(model, tokenizer, 4000)
    ids = tokenizer.encode(text)
    # the first token uniformly, each other one at -log2 p
    bits = math.log2(tokenizer.vocab_size) - model.table.astype(np.float64)[ids[:-1], ids[1:]].sum() / math.log(2)
    overhead = len(compress(model, tokenizer, "", KEY))  # header and checksums
    size = len(compress(model, tokenizer, text, KEY)) - overhead
    assert bits / 8 <= size + 1
    assert size <= 1.01 * bits / 8 + 4
    assert overhead < 50


def test_a_token_held_impossible_costs_four_bytes_but_comes_back() -> None:
    tokenizer = Tokenizer.train(["ab"], "char")
    model = OneBack(np.array([[0, 1, 0], [0, 1, 0], [0, 1, 0]]))  # only ever "a"
    sizes = [len(compress(model, tokenizer, text, KEY)) for text in ("a" * 100, "a" * 50 + "b" * 5 + "a" * 45)]
    assert sizes[1] - sizes[0] == pytest.approx(5 * 4, abs=1)
    assert decompress(model, tokenizer, compress(model, tokenizer, "abba", KEY), KEY) == "abba"


def test_unknown_characters_cost_about_their_bytes() -> None:
    tokenizer = TOKENIZERS["char"]
    model = model_for(tokenizer, concentration=100)
    strange = "".join(map(chr, range(0x400, 0x450))) * 5
    assert len(compress(model, tokenizer, strange, KEY)) < 2.5 * len(strange.encode())


def test_every_line_starts_from_the_initial_state() -> None:
    tokenizer = Tokenizer.train(["ab"], "char", lines=True)
    line = tokenizer.encode_lines(["ab"]).ids  # <line> a b <line>

    class ByPlace(OneBack):
        """All but certain of "ab" as long as its state says how far the line has got."""

        def initial_state(self, batch: int) -> State:
            return (np.zeros(batch, dtype=np.int64),)

        def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
            scores = np.full((*ids.shape, self.vocab_size), -20.0, dtype=np.float32)
            scores[..., line[min(int(state[0][0]) + 1, 3)]] = 0.0
            return scores, (state[0] + 1,)

    model = ByPlace(np.eye(tokenizer.vocab_size))
    lines = "\n".join(["ab"] * 100)
    # every token costs almost nothing; a state carried on would cost 20 nats a letter, 700 bytes in all
    assert len(compress(model, tokenizer, lines, KEY)) - len(compress(model, tokenizer, "", KEY)) < 4


def test_a_large_vocabulary_costs_no_precision() -> None:
    words = [chr(0x4E00 + i) for i in range(20_000)] + [chr(0xAC00 + i) for i in range(11_000)]
    tokenizer = Tokenizer.train(["".join(words)], "char")

    class Certain(OneBack):
        def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
            scores = np.full((*ids.shape, self.vocab_size), -30.0, dtype=np.float32)
            scores[..., 7] = 0.0
            return scores, state

    model = Certain(np.eye(2))
    model.vocab_size = tokenizer.vocab_size
    text = tokenizer.decode([7]) * 1000
    data = compress(model, tokenizer, text, KEY)
    assert decompress(model, tokenizer, data, KEY) == text
    assert len(data) < 60  # a thousand certain tokens: 2 bytes for the first one, hardly anything for the others


DATA = compress(MODELS["char"], TOKENIZERS["char"], TEXT, KEY, checkpoint="two-cities")


def test_the_header_names_the_checkpoint() -> None:
    header = read_header(DATA)
    assert (header.checkpoint, header.fingerprint, header.tokens) == ("two-cities", short_hash(KEY), len(TEXT))


def test_every_cut_is_noticed() -> None:
    for end in range(len(DATA)):
        with pytest.raises(BadText):
            decompress(MODELS["char"], TOKENIZERS["char"], DATA[:end], KEY)


@settings(deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(1, 255))
def test_every_damaged_byte_is_noticed(place: int, change: int) -> None:
    damaged = bytearray(DATA)
    damaged[place] ^= change
    with pytest.raises(BadText):
        decompress(MODELS["char"], TOKENIZERS["char"], bytes(damaged), KEY)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_clear_error(data: bytes) -> None:
    for attempt in (data, b"UNRL" + data, b"UNRL\x01" + data):
        with pytest.raises(BadText):
            decompress(MODELS["char"], TOKENIZERS["char"], attempt, KEY)


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 2**32 - 1), st.binary(max_size=60), st.sampled_from(sorted(TOKENIZERS)))
def test_a_forged_file_with_a_right_checksum_ends_soon_and_clearly(tokens: int, coded: bytes, kind: str) -> None:
    fixed = struct.Struct("<4sBB16s16sI").pack(b"UNRL", 1, 0, short_hash(KEY), bytes(16), tokens % 3000)
    forged = fixed + coded
    with pytest.raises(LabError):
        decompress(MODELS[kind], TOKENIZERS[kind], forged + struct.pack("<I", zlib.crc32(forged)), KEY)
    greedy = struct.Struct("<4sBB16s16sI").pack(b"UNRL", 1, 0, short_hash(KEY), bytes(16), 2**32 - 1) + coded
    with pytest.raises(BadText):  # more tokens than any text may have
        read_header(greedy + struct.pack("<I", zlib.crc32(greedy)))


def test_another_model_is_refused_by_its_fingerprint() -> None:
    with pytest.raises(Refused, match="two-cities") as caught:
        decompress(model_for(TOKENIZERS["char"], seed=1), TOKENIZERS["char"], DATA, b"another")
    assert "two-cities" in caught.value.in_language("zh")


def test_other_probabilities_under_the_same_fingerprint_never_give_garbage() -> None:
    with pytest.raises(Failure):
        decompress(model_for(TOKENIZERS["char"], seed=1), TOKENIZERS["char"], DATA, KEY)


def test_a_newer_format_says_so() -> None:
    with pytest.raises(BadText, match="format 2"):
        read_header(DATA[:4] + b"\x02" + DATA[5:])


def test_the_books_form_is_refused() -> None:
    letters = Tokenizer.train(["the time"], "char", form="d2l")
    with pytest.raises(Refused, match="raw"):
        compress(model_for(letters), letters, "the time", KEY)


def test_half_a_surrogate_pair_and_too_long_a_text_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadText):
        compress(MODELS["char"], TOKENIZERS["char"], "a\ud800", KEY)
    monkeypatch.setattr(compression, "MAX_CHARACTERS", 10)
    with pytest.raises(BadText, match="too long"):
        compress(MODELS["char"], TOKENIZERS["char"], "a" * 11, KEY)
    with pytest.raises(BadText, match="name"):
        compress(MODELS["char"], TOKENIZERS["char"], "a", KEY, checkpoint="n" * 256)


@pytest.mark.parametrize("row", [np.full(3, -np.inf), np.full(3, np.nan)])
def test_a_model_without_probabilities_is_refused(row: Array) -> None:
    tokenizer = Tokenizer.train(["ab"], "char")
    model = OneBack(np.eye(3))
    model.table = np.tile(row, (3, 1))
    with pytest.raises(Refused):
        compress(model, tokenizer, "ab", KEY)
