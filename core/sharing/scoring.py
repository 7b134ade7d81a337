"""How well an opened checkpoint predicts a text that somebody gives it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from core.errors import BadSetting, BadText
from core.measures.adaptive import score_adaptive
from core.measures.contexts import letters_of
from core.measures.perplexity import Score, score_sequences, score_windows
from core.models.protocol import Array
from core.sharing.checkpoint import Checkpoint
from core.text.forms import lines_of
from core.text.sequences import Sequences


def score_text(opened: Checkpoint, text: str, window: int = 0, adaptive: bool = False) -> dict[str, Any]:
    """Return the measures of a text: `Score.as_json`, and the tokens with their places.

    Args:
        opened: a checkpoint.
        text: as typed; it is brought into the tokenizer's form.
        window: 0 reads the text as one stream, N in windows of N tokens from the initial state.
        adaptive: whether it learns from the text while it reads: see `score_adaptive`.
    """
    if opened.tokenizer.lines:
        if window:
            raise BadSetting(
                "'window' has no meaning here: this model reads line by line, each from the initial state. Leave it out.",
                "此模型逐行阅读，每行都从初始状态开始，window 没有意义。请去掉它。",
            )
        return _score_lines(opened, text, adaptive)
    encoding, spelling = opened.tokenizer.inspect(text), opened.spelling
    score = _score_row(opened, encoding.ids, window, adaptive)
    given = encoding.offsets[0][1]  # the first token is not predicted, so its characters do not count
    unknown = [encoding.text[slice(*encoding.offsets[at])] for at in encoding.unknown if at > 0]
    score = score.in_characters(len(encoding.text) - given, sum(map(spelling.nats, unknown)))
    places = [list(offset) for offset in encoding.offsets]
    return {**score.as_json(), "token_texts": list(encoding.tokens), "offsets": places}


def score_ids(opened: Checkpoint, ids: Sequence[int], window: int = 0, adaptive: bool = False) -> dict[str, Any]:
    """Return the measures of token ids; they have no bits per character."""
    vocab_size = opened.tokenizer.vocab_size
    for id_ in ids:
        if not 0 <= id_ < vocab_size:
            raise BadSetting(
                f"There is no token {id_}: ids of this checkpoint run from 0 to {vocab_size - 1}.",
                f"没有编号为 {id_} 的词元：此检查点的编号为 0 到 {vocab_size - 1}。",
            )
    return _score_row(opened, np.array(ids, dtype=np.int32), window, adaptive).as_json()


def read_tokens(opened: Checkpoint, text: str, adaptive: bool = False) -> dict[str, Any]:
    """Return a text token by token with the surprise of each in bits; what is given or impossible has None.

    ``given`` tells whether the first token has no surprise because nothing stands before it; ``impossible`` lists the
    places of tokens that the model held impossible.
    """
    if opened.tokenizer.lines:
        return _read_line(opened, text, adaptive)
    answer = score_text(opened, text, adaptive=adaptive)
    bits = [None, *_bits(answer["log_probs"])]
    return {**answer, "tokens": answer["token_texts"], "bits": bits, "given": True,
            "impossible": [at + 1 for at in answer["impossible"]]}  # fmt: skip


def _read_line(opened: Checkpoint, text: str, adaptive: bool) -> dict[str, Any]:
    """Read one line with a line model: every token of it is predicted, its end too."""
    tokenizer, lines = opened.tokenizer, lines_of(text)
    if len(lines) != 1:
        raise BadText(
            f"This model reads line by line, and the text has {len(lines)} lines. Give one line.",
            f"此模型逐行阅读，而文本有 {len(lines)} 行。请只给一行。",
        )
    ids = tokenizer.encode_lines([tokenizer.prepare(lines[0])]).ids
    answer = _score_lines(opened, text, adaptive)
    tokens = [tokenizer.tokens[id_] for id_ in ids[1:]]
    return {**answer, "tokens": tokens, "bits": _bits(answer["log_probs"]), "given": False}


def _score_lines(opened: Checkpoint, text: str, adaptive: bool) -> dict[str, Any]:
    tokenizer, spelling = opened.tokenizer, opened.spelling
    lines = [tokenizer.prepare(line) for line in lines_of(text)]
    score = _score_sequences(opened, tokenizer.encode_lines(lines), adaptive)
    unknown = [each for line in lines for each in tokenizer.unknown_texts(line)]
    characters = sum(len(line) + 1 for line in lines)  # the end of a line is predicted too
    return score.in_characters(characters, sum(map(spelling.nats, unknown))).as_json()


def _score_row(opened: Checkpoint, ids: Array, window: int, adaptive: bool) -> Score:
    if window < 0:
        raise BadSetting(
            f"'window' cannot be {window}: it takes 0 (one stream) or a number of tokens.",
            f"window 不能取 {window}：0 表示整段，否则为词元数。",
        )
    if window and adaptive:
        raise BadSetting(
            "'adaptive' and 'window' exclude each other: a model that learns while it reads takes the text as one stream. Leave one out.",
            "adaptive 与 window 不能同用：边读边学的模型把文本作为整段来读。请去掉其中一个。",
        )
    if window:
        return score_windows(opened.model, ids, window, opened.tokenizer.unk_id)
    return _score_sequences(opened, Sequences.of_stream(ids), adaptive)


def _score_sequences(opened: Checkpoint, sequences: Sequences, adaptive: bool) -> Score:
    tokenizer = opened.tokenizer
    if adaptive:
        return score_adaptive(opened.model, sequences, letters_of(tokenizer.tokens), tokenizer.unk_id)
    return score_sequences(opened.model, sequences, tokenizer.unk_id)


def _bits(log_probs: Sequence[float | None]) -> list[float | None]:
    """Return surprises in bits; an impossible token keeps its None."""
    return [None if value is None else round(-value / math.log(2) + 0.0, 6) for value in log_probs]
