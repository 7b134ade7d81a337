"""From a corpus to what a model learns from and is judged on: form, split, vocabulary, ids - in this order.

The order is the lesson: a vocabulary made before the split would already know the held-out words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import BadCheckpoint, BadText
from core.language import Bilingual, both
from core.settings import setting
from core.text.codepoints import check_text
from core.text.corpus import Corpus
from core.text.forms import FORMS, words_alone
from core.text.pipeline import LEVELS
from core.text.sequences import Ids, Sequences
from core.text.shortening import shorten_lines, shorten_texts
from core.text.spelling import Spelling
from core.text.splits import split_lines, split_sequences, split_text
from core.text.tokenizer import Tokenizer

_BYTES = 256
_MOST_BPE_TOKENS = 65_536
_MOST_TOKENS = 1_000_000_000
_LEAST_TOKENS = 2  # one to start from, one to predict


@dataclass(frozen=True)
class TextSettings:
    """How a corpus becomes ids."""

    level: str = setting(
        "char", choices=LEVELS,
        help=both("What a token is: a character, a word, or a byte pair.", "词元是什么：字符、词，还是字节对。"),
    )  # fmt: skip
    form: str = setting(
        "raw", choices=FORMS,
        help=both(
            "raw: the text as it stands; d2l: letters only, as the book prepares it; spaced: what stands between white space.",
            "raw：保留原文；d2l：按书中做法只留字母；spaced：以空白分隔的内容。",
        ),
    )  # fmt: skip
    lines: str = setting(
        "auto", choices=("auto", "text", "lines"),
        help=both(
            "One continuous text, or one sequence a line; auto: as the corpus says.",
            "连续的文字，或每行一个序列；auto：按语料自身的说明。",
        ),
    )  # fmt: skip
    min_frequency: int = setting(
        1, low=1, high=_MOST_TOKENS, unit="occurrences",
        help=both(
            "Tokens seen less often become unknown (bpe: pairs are not joined).",
            "出现次数少于此数的词元视为未知（bpe：字节对不合并）。",
        ),
    )  # fmt: skip
    bpe_size: int = setting(
        1024, low=_BYTES + 1, high=_MOST_BPE_TOKENS, unit="tokens",
        help=both("Size of a bpe vocabulary, the 256 bytes included.", "bpe 词表的大小，含 256 个字节。"),
    )  # fmt: skip
    max_tokens: int = setting(
        0, low=0, high=_MOST_TOKENS, unit="tokens",
        help=both(
            "Learn from the first N tokens and hold out the N that follow; 0: from all.",
            "只用前 N 个词元训练，随后的 N 个留作测试；0 表示全部。",
        ),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Prepared:
    """A corpus ready to learn from.

    Attributes:
        tokenizer: made from the training part only.
        training: its ids.
        held_out: ids that nothing was learned from.
        training_text: the training part in its form; a list of lines for a line corpus. Where ``max_tokens`` cuts
            inside a character (bpe), that character belongs to neither text.
        held_out_text: likewise.
        spelling: the characters of the training part, which price unknown tokens.
        settings: what was asked for.
        unit: what the split counts: "characters", "words" or "lines".
    """

    tokenizer: Tokenizer
    training: Sequences
    held_out: Sequences
    training_text: str | list[str]
    held_out_text: str | list[str]
    spelling: Spelling
    settings: TextSettings
    unit: str

    def fit_and_validation(self) -> tuple[Sequences, Sequences]:
        """Return the first nine tenths of the training ids (or lines) and their last tenth, for validation.

        Raises:
            BadText: a part has nothing to predict.
        """
        fit, validation = split_sequences(self.training)
        _check_enough(fit, both("training part without its validation part", "除去验证部分后的训练部分"))
        _check_enough(validation, both("validation part", "验证部分"))
        return fit, validation

    def split_as_json(self) -> dict[str, Any]:
        """How the corpus was split, as plain values for a checkpoint."""
        return {
            "rule": "order of SHA-256(unroll:0:number:line), last tenth held out" if self.unit == "lines"
            else f"last tenth of the {self.unit} held out",
            "unit": self.unit, "max_tokens": self.settings.max_tokens,
            "training_tokens": len(self.training.ids), "held_out_tokens": len(self.held_out.ids),
            "training_characters": _num_characters(self.training_text),
            "held_out_characters": _num_characters(self.held_out_text),
            "training_unknown": int((self.training.ids == self.tokenizer.unk_id).sum()),
            "held_out_unknown": int((self.held_out.ids == self.tokenizer.unk_id).sum()),
        }  # fmt: skip


def prepare_text(corpus: Corpus, settings: TextSettings, tokenizer: Tokenizer | None = None) -> Prepared:
    """Bring a corpus into its form, split it, make the vocabulary of the training part, and turn both parts into ids.

    Args:
        corpus: what to learn from.
        settings: how.
        tokenizer: used instead of a new one where a checkpoint is verified.

    Raises:
        BadText: a text that is empty, too short to be split, or no text.
        BadCheckpoint: a tokenizer of another level, form or kind of corpus.
    """
    check_text(corpus.text)
    lines = corpus.card.lines if settings.lines == "auto" else settings.lines == "lines"
    if tokenizer is not None and (tokenizer.level, tokenizer.form, tokenizer.lines) != (
        settings.level, settings.form, lines,
    ):  # fmt: skip
        raise _other_tokenizer(tokenizer, settings)
    prepared = _prepare_lines(corpus, settings, tokenizer) if lines else _prepare_stream(corpus, settings, tokenizer)
    _check_enough(prepared.training, both("training part", "训练部分"))
    _check_enough(prepared.held_out, both("held-out part", "测试部分"))
    return prepared


def _prepare_stream(corpus: Corpus, settings: TextSettings, tokenizer: Tokenizer | None) -> Prepared:
    """Prepare one continuous text."""
    level, form, limit = settings.level, settings.form, settings.max_tokens
    split = split_text(corpus.text, level, form)
    training, held_out = str(split.training), str(split.held_out)
    if limit and level != "bpe":
        training, held_out = shorten_texts(training, held_out, level, form, limit)
    if tokenizer is None:
        # A bpe token stands for one byte or more, so the first N bytes lie inside the first N tokens.
        cut_bytes = bool(limit) and level == "bpe"
        tokenizer = _train([_decoded(training.encode()[:limit]) if cut_bytes else training], settings, lines=False)
    ids, rest = tokenizer.encode(training), tokenizer.encode(held_out)
    if limit and level == "bpe":
        ids, rest = ids[:limit], np.concatenate([ids[limit:], rest])[:limit]
        training, held_out = _texts_of(ids, rest, training + held_out, tokenizer)
    return Prepared(
        tokenizer, Sequences.of_stream(ids), Sequences.of_stream(rest), training, held_out, Spelling.of([training]),
        settings, "words" if words_alone(level, form) else "characters",
    )  # fmt: skip


def _prepare_lines(corpus: Corpus, settings: TextSettings, tokenizer: Tokenizer | None) -> Prepared:
    """Prepare a line corpus; ``max_tokens`` takes whole lines."""
    split = split_lines(corpus.text, settings.level, settings.form)
    training, held_out = list(split.training), list(split.held_out)
    if settings.max_tokens:
        training, held_out = shorten_lines(training, held_out, settings.level, settings.form, settings.max_tokens)
    if tokenizer is None:
        tokenizer = _train(training, settings, lines=True)
    return Prepared(
        tokenizer, tokenizer.encode_lines(training), tokenizer.encode_lines(held_out), training, held_out,
        Spelling.of(training), settings, "lines",
    )  # fmt: skip


def _train(texts: Sequence[str], settings: TextSettings, *, lines: bool) -> Tokenizer:
    return Tokenizer.train(
        texts, settings.level, settings.form, lines, min_frequency=settings.min_frequency, vocab_size=settings.bpe_size
    )


def _texts_of(first: Ids, second: Ids, text: str, tokenizer: Tokenizer) -> tuple[str, str]:
    """Return which parts of ``text`` the bpe ids at its beginning and those that follow them stand for."""
    lengths, data = tokenizer.byte_lengths(), text.encode()
    end = int(lengths[first].sum())
    return _decoded(data[:end]), _decoded(data[end : end + int(lengths[second].sum())])


def _decoded(data: bytes) -> str:
    """Return the whole characters of a stretch of UTF-8."""
    return data.decode(errors="ignore")


def _num_characters(text: str | list[str]) -> int:
    """Count characters; the end of a line, which is predicted too, counts as one."""
    return len(text) if isinstance(text, str) else sum(map(len, text)) + len(text)


def _check_enough(part: Sequences, name: Bilingual) -> None:
    if part.num_scored < 1:
        raise BadText(
            f"The text is too short: its {name.en} has {len(part.ids)} tokens, and at least {_LEAST_TOKENS} are "
            "needed to predict one from the other. Give a longer text.",
            f"文字太短：{name.zh}只有 {len(part.ids)} 个词元，至少要 {_LEAST_TOKENS} 个才能由前一个预测后一个。"
            "请给出更长的文字。",
        )


def _other_tokenizer(tokenizer: Tokenizer, settings: TextSettings) -> BadCheckpoint:
    return BadCheckpoint(
        f"The tokenizer is one of level '{tokenizer.level}' and form '{tokenizer.form}' for "
        f"{'lines' if tokenizer.lines else 'a continuous text'}, but the settings say '{settings.level}', "
        f"'{settings.form}', '{settings.lines}'. Take the checkpoint from where it came again.",
        f"词元分析器的级别为“{tokenizer.level}”、形式为“{tokenizer.form}”、"
        f"用于{'按行语料' if tokenizer.lines else '连续文字'}，而设置为"
        f"“{settings.level}”、“{settings.form}”、“{settings.lines}”。请重新获取这个检查点。",
    )
