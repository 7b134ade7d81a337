"""A language model is a compressor: a token of probability p takes -log2 p bits (Shannon 1948).

A file holds, for every token, the model's choice as a range coder writes it, so its size is the perplexity made
tangible. Reading it back asks the model the same questions in the same order. Of a continuous text the first token is
coded uniformly; of a line corpus every line starts from the boundary token. What the vocabulary does not have is coded
as ``<unk>`` and then spelled out.

The distributions are computed by the same single steps on both sides. Another machine or library version may round
them differently; the checksum then says so instead of giving a wrong text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from core.errors import BadText, Failure, Refused
from core.measures.perplexity import Heed
from core.models.protocol import LanguageModel
from core.sharing.compressed_file import MAX_CHARACTERS, Header, pack, short_hash, unpack
from core.sharing.range_coder import MAX_TOTAL, RangeDecoder, RangeEncoder

if TYPE_CHECKING:
    from core.text.tokenizer import Tokenizer

MAX_VOCAB = 1 << 20
# Tokens between two words about how far it is: some hundredths of a second.
_TELL_EVERY = 100


def compress(
    model: LanguageModel, tokenizer: Tokenizer, text: str, fingerprint: bytes, checkpoint: str = "", heed: Heed = None
) -> bytes:
    """Return ``text`` as bytes that `decompress` turns into the same text.

    Args:
        model: predicts the tokens.
        tokenizer: of the model, in the raw form.
        text: any text.
        fingerprint: what identifies the model and its tokenizer, such as a hash of their files.
        checkpoint: name under which the model is found again, at most 255 bytes.
        heed: told now and then how many more tokens are coded; it may raise to stop.

    Raises:
        Refused: a tokenizer in D2L's form, which does not give the text back.
        BadText: a text that is too long or holds half surrogate pairs.
    """
    _check_can_code(tokenizer)
    if len(text) > MAX_CHARACTERS:
        raise BadText(
            f"A text of {len(text):,} characters is too long to compress here: the limit is {MAX_CHARACTERS:,}. Cut it "
            "into parts.",
            f"{len(text):,} 个字符的文本太长，无法在此压缩：上限为 {MAX_CHARACTERS:,}。请把它分成几部分。",
        )
    predictor, speller, encoder = _Predictor(model, tokenizer), _Speller(), RangeEncoder()
    tokens = 0
    for id_, unknown_text in _tokens_of(tokenizer, text):
        cumulative = predictor.cumulative()
        encoder.encode(int(cumulative[id_]), int(cumulative[id_ + 1] - cumulative[id_]), int(cumulative[-1]))
        if unknown_text is not None:
            speller.encode(encoder, unknown_text)
        predictor.read(id_)
        tokens += 1
        _tell(heed, tokens)
    header = Header(checkpoint, short_hash(fingerprint), tokens, short_hash(text.encode()))
    return pack(header, encoder.finish() if tokens else b"")


def decompress(model: LanguageModel, tokenizer: Tokenizer, data: bytes, fingerprint: bytes, heed: Heed = None) -> str:
    """Return the text that `compress` was given, or raise; never anything else.

    ``heed`` is told now and then how many more tokens are read; it may raise to stop.

    Raises:
        BadText: the file is damaged, cut off or not ours.
        Refused: another model wrote it.
        Failure: this machine computes the model's probabilities differently from the one that wrote the file.
    """
    _check_can_code(tokenizer)
    header, payload = unpack(data)
    if header.fingerprint != short_hash(fingerprint):
        written_by = f" {header.checkpoint!r}" if header.checkpoint else ""
        raise Refused(
            f"This file was written with another model{written_by}. Use the very checkpoint that compressed it.",
            f"此文件由另一个模型{header.checkpoint}写成。请使用压缩它的那个检查点。",
        )
    predictor, speller, decoder = _Predictor(model, tokenizer), _Speller(), RangeDecoder(payload)
    assembly = _Assembly(tokenizer)
    for at in range(header.tokens):
        cumulative = predictor.cumulative()
        id_ = int(np.searchsorted(cumulative, decoder.target(int(cumulative[-1])), side="right")) - 1
        decoder.take(int(cumulative[id_]), int(cumulative[id_ + 1] - cumulative[id_]))
        assembly.add(id_, speller.decode(decoder) if id_ == tokenizer.unk_id else None)
        predictor.read(id_)
        _tell(heed, at + 1)
        if decoder.exhausted or assembly.characters > MAX_CHARACTERS:
            raise _other_rounding()
    text = assembly.text()
    if short_hash(text.encode()) != header.checksum:
        raise _other_rounding()
    return text


def _tell(heed: Heed, tokens: int) -> None:
    """Tell of the tokens since the last time, once in a while."""
    if heed is not None and tokens % _TELL_EVERY == 0:
        heed(_TELL_EVERY)


class _Predictor:
    """The model's next-token frequencies as whole numbers, every token at least 1."""

    def __init__(self, model: LanguageModel, tokenizer: Tokenizer) -> None:
        self._model, self._boundary_id = model, tokenizer.boundary_id
        self._uniform = np.arange(model.vocab_size + 1, dtype=np.int64)
        self._next = self._uniform
        self._state = model.initial_state(1)
        if self._boundary_id is not None:
            self.read(self._boundary_id)

    def cumulative(self) -> npt.NDArray[np.int64]:
        """Return the cumulative frequencies of the next token, ``[vocab + 1]``, from 0 to their total."""
        return self._next

    def read(self, id_: int) -> None:
        """Tell which token came; a boundary starts a new line."""
        if id_ == self._boundary_id:
            self._state = self._model.initial_state(1)
        log_probs, self._state = self._model.step(np.array([id_], dtype=np.int32), self._state)
        self._next = _whole_frequencies(log_probs[0])


def _whole_frequencies(log_probs: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return cumulative whole frequencies ``[vocab + 1]`` in proportion to exp(log_probs), none below 1."""
    scores = np.array(log_probs, dtype=np.float64)
    best = scores.max()
    if not np.isfinite(best):
        raise Refused(
            "The model gives no probabilities here (NaN, or all of them zero), so it cannot code a text. Use another "
            "checkpoint.",
            "模型在此处没有给出概率（NaN 或全为零），因此不能用来编码文本。请换用其他检查点。",
        )
    shares = np.exp(scores - best)
    shares *= (MAX_TOTAL - 2 * len(scores)) / shares.sum()  # rounding can add less than one to each
    cumulative = np.zeros(len(scores) + 1, dtype=np.int64)
    np.cumsum(shares.astype(np.int64) + 1, out=cumulative[1:])
    return cumulative


class _Speller:
    """Unknown tokens as UTF-8 bytes, each ended by a byte that UTF-8 never uses; frequencies adapt on both sides."""

    _END = 0xFF
    _GAIN = 32
    _LIMIT = 1 << 16

    def __init__(self) -> None:
        self._frequencies = [1] * 256

    def encode(self, encoder: RangeEncoder, text: str) -> None:
        """Write one unknown token's text."""
        for byte in [*text.encode(), self._END]:
            encoder.encode(sum(self._frequencies[:byte]), self._frequencies[byte], sum(self._frequencies))
            self._adapt(byte)

    def decode(self, decoder: RangeDecoder) -> str:
        """Read one unknown token's text."""
        spelled = bytearray()
        while True:
            byte = decoder.decode_small(self._frequencies)
            self._adapt(byte)
            if byte == self._END:
                break
            spelled.append(byte)
            if decoder.exhausted:
                raise _other_rounding()
        try:
            return spelled.decode()
        except UnicodeDecodeError:
            raise _other_rounding() from None

    def _adapt(self, byte: int) -> None:
        self._frequencies[byte] += self._GAIN
        if self._frequencies[byte] > self._LIMIT:
            self._frequencies = [(each + 1) // 2 for each in self._frequencies]


def _tokens_of(tokenizer: Tokenizer, text: str) -> Iterator[tuple[int, str | None]]:
    """Yield (id, the text of an unknown token) for every token to code; lines end with their boundary token."""
    if tokenizer.boundary_id is None:
        yield from _tokens_of_line(tokenizer, text)
    elif text:
        for line in text.split("\n"):
            yield from _tokens_of_line(tokenizer, line)
            yield tokenizer.boundary_id, None


def _tokens_of_line(tokenizer: Tokenizer, line: str) -> Iterator[tuple[int, str | None]]:
    unknown = iter(tokenizer.unknown_texts(line))
    for id_ in tokenizer.encode(line).tolist():
        yield id_, next(unknown) if id_ == tokenizer.unk_id else None


class _Assembly:
    """Puts the text together again: known tokens through the tokenizer, unknown ones as they were spelled."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._stream = tokenizer.stream()
        self._parts: list[str] = []
        self.characters = 0

    def add(self, id_: int, unknown_text: str | None) -> None:
        """Take in one token."""
        part = self._stream.feed(id_) if unknown_text is None else unknown_text
        self._parts.append(part)
        self.characters += len(part)

    def text(self) -> str:
        """Return the text; in a line corpus the last boundary ends the text, not another line."""
        text = "".join(self._parts) + self._stream.finish()
        return text if self._tokenizer.boundary_id is None else text.removesuffix("\n")


def _check_can_code(tokenizer: Tokenizer) -> None:
    if tokenizer.form != "raw":
        raise Refused(
            f"A model of the {tokenizer.form!r} form cannot compress without loss: that form drops punctuation and "
            "capitals. Use a checkpoint of the raw form.",
            f"“{tokenizer.form}”形式的模型不能无损压缩：这种形式会去掉标点和大写。请使用 raw 形式的检查点。",
        )
    if tokenizer.vocab_size > MAX_VOCAB:
        raise Refused(
            f"A vocabulary of {tokenizer.vocab_size:,} tokens is too large to compress with: the limit is "
            f"{MAX_VOCAB:,}. Use a checkpoint with fewer tokens.",
            f"{tokenizer.vocab_size:,} 个词元的词表太大，无法用于压缩：上限为 {MAX_VOCAB:,}。请换用词表较小的检查点。",
        )


def _other_rounding() -> Failure:
    return Failure(
        "The file is whole and the model is the right one, yet the text does not come back: this machine rounds the "
        "model's probabilities differently. Decompress with the versions and the kind of machine that compressed it.",
        "文件完整、模型也正确，但无法还原文本：这台机器对模型概率的舍入不同。请在压缩时所用的同类机器和相同版本上解压。",
    )
