"""Is one model better than another, or was it the text? Their difference on the same characters, with its interval.

Tokens of any kind are laid over the characters that they stand for, each one's loss in even shares, and unknown tokens are
charged their spelling, as for bits per character. So models with different tokens can be paired, character by character.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import LabError, Refused
from core.measures.bootstrap import block_for, paired_difference
from core.measures.perplexity import Heed, score_stream
from core.sharing.checkpoint import Checkpoint
from core.sharing.comparison import failed
from core.sharing.measured_text import measured_text
from core.text.tokenizer import Encoding

Json = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Losses:
    """What a model loses on every character of a text.

    Attributes:
        name: the model's.
        text: in the form in which it was read.
        nats: ``[characters]``; infinite where the model held a token impossible.
        given: how many characters at the beginning were given, not predicted.
    """

    name: str
    text: str
    nats: npt.NDArray[np.float64]
    given: int


def read_losses(opened: Checkpoint, text: str, heed: Heed = None) -> Losses:
    """Read a text as one stream and return what is lost on every character.

    Args:
        opened: the model.
        text: as typed, or in the model's form.
        heed: told of every chunk how many tokens it had; it may raise to stop.

    Raises:
        Refused: a model that reads line by line, or has no probabilities.
        BadText: nothing to predict.
    """
    _refuse_lines(opened)
    encoding = opened.tokenizer.inspect(text)
    score = score_stream(opened.model, encoding.ids, opened.tokenizer.unk_id, heed)
    nats = -score.log_probs + _spelling(opened, encoding)
    return Losses(
        opened.name, encoding.text, _laid_out(len(encoding.text), encoding.offsets[1:], nats), encoding.offsets[0][1]
    )


def losses_of_reading(opened: Checkpoint, reading: Json) -> Losses:
    """Return the same from what `core.sharing.comparison.read_aligned` told."""
    _refuse_lines(opened)
    spans = reading["spans"][1:]
    nats = np.array([math.inf if bits is None else bits * math.log(2) for _, _, _, bits in spans])
    if reading["unknown"]:
        nats += _spelling(opened, opened.tokenizer.inspect(reading["text"]))
    places = [(begin, end) for begin, end, _, _ in spans]
    text = reading["text"]
    return Losses(opened.name, text, _laid_out(len(text), places, nats), reading["spans"][0][1])


def difference(first: Losses, second: Losses, block: int = 0, seed: int = 0) -> Json:
    """Return how much more the second model loses than the first, on the characters that both predicted.

    Args:
        first, second: what they lose on one text.
        block: characters in a block that is drawn; 0 lets the text's length decide.
        seed: of the drawing.

    Returns:
        first, second, their ``first_nats`` and ``second_nats`` a character, and `Interval.as_json` of second - first: above
        0 the first is better.

    Raises:
        Refused: they read different texts, or one of them lost without end.
        BadText: too short a text.
        BadSetting: a block longer than the text.
    """
    if first.text != second.text:
        raise Refused(
            f"'{first.name}' and '{second.name}' read this text in different forms, so their characters cannot be paired. "
            "Compare models of one form.",
            f"“{first.name}”和“{second.name}”以不同的形式阅读这段文本，字符无法一一对应。请比较形式相同的模型。",
        )
    given = max(first.given, second.given)
    for each in (first, second):
        _refuse_infinite(each, given)
    one, other = first.nats[given:], second.nats[given:]
    found = paired_difference(other, one, block, seed=seed)
    return {
        "first": first.name, "second": second.name, "first_nats": float(one.mean()), "second_nats": float(other.mean()),
        **found.as_json(),
    }  # fmt: skip


def differences(read: Sequence[tuple[Checkpoint, Json]]) -> list[Json]:
    """Return how much better the best of several models is than each of the others on one text.

    Args:
        read: every model with what `read_aligned` told of it, and the ``name`` that it was asked for by.

    Returns:
        For every other model what `difference` tells, ``first`` being the best; with ``error``, by language, where the two
        cannot be paired or the text is too short.
    """
    if len(read) < 2:
        return []
    try:
        for _, reading in read:
            block_for(len(reading["text"]))
    except LabError as error:  # nothing is laid out for a text that is too short
        return [{**_names(read[0], other), **failed(error)} for other in read[1:]]
    best, *others = sorted(read, key=_mean_bits)
    return [_difference_or_reason(best, other) for other in others]


def _difference_or_reason(first: tuple[Checkpoint, Json], second: tuple[Checkpoint, Json]) -> Json:
    try:
        found = difference(losses_of_reading(*first), losses_of_reading(*second))
    except LabError as error:
        found = failed(error)
    return {**found, **_names(first, second)}


def _names(first: tuple[Checkpoint, Json], second: tuple[Checkpoint, Json]) -> Json:
    return {"first": first[1]["name"], "second": second[1]["name"]}


def held_out_text(opened: Checkpoint, *, search: Sequence[Path], cache: Path) -> str:
    """Return the text that a checkpoint's results were measured on; its corpus is found by its hash.

    Raises:
        Refused: a line model.
        BadCorpus: the corpus is not to be had.
    """
    _refuse_lines(opened)
    _, prepared = measured_text(opened, search=search, cache=cache)
    return str(prepared.held_out_text)


def check_same_text(first: Checkpoint, second: Checkpoint, texts: tuple[str, str]) -> str:
    """Return the held-out text of two models.

    Raises:
        Refused: it is not the same one.
    """
    if texts[0] != texts[1]:
        raise Refused(
            f"'{first.name}' and '{second.name}' were not held out the same text. Give one that neither has learned from, "
            "with --text or --file.",
            f"“{first.name}”和“{second.name}”的留出文本不同。请用 --text 或 --file 给出双方都未学过的文本。",
        )
    return texts[0]


def _laid_out(
    characters: int, places: Sequence[tuple[int, int]], nats: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Return losses of tokens, at their ``places``, as losses of characters; those of one character's bytes add up."""
    bounds = np.array(places, dtype=np.int64).reshape(-1, 2)
    lengths = bounds[:, 1] - bounds[:, 0]
    token_of = np.repeat(np.arange(len(lengths)), lengths)  # of every character of every token
    within = np.arange(len(token_of)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    by_character = np.zeros(characters)
    np.add.at(by_character, bounds[token_of, 0] + within, nats[token_of] / lengths[token_of])
    return by_character


def _spelling(opened: Checkpoint, encoding: Encoding) -> npt.NDArray[np.float64]:
    """Return what spelling out each token but the first costs: nothing but for the unknown ones."""
    costs = np.zeros(len(encoding.ids))
    costs[encoding.unknown] = [opened.spelling.nats(text) for text in encoding.unknown_texts]
    return costs[1:]


def _mean_bits(read: tuple[Checkpoint, Json]) -> float:
    bits = read[1]["bits_per_char"]
    return math.inf if bits is None else float(bits)


def _refuse_lines(opened: Checkpoint) -> None:
    if opened.tokenizer.lines:
        raise Refused(
            f"'{opened.name}' reads line by line; a difference is told of models that read a continuous text.",
            f"“{opened.name}”逐行阅读；只有阅读连续文本的模型才能这样比较。",
        )


def _refuse_infinite(losses: Losses, given: int) -> None:
    impossible = int(np.isinf(losses.nats[given:]).sum())
    if impossible:
        raise Refused(
            f"'{losses.name}' held {impossible:,} characters of this text impossible, so its loss has no end. Take a "
            "smoothed model.",
            f"“{losses.name}”认为这段文本中有 {impossible:,} 个字符不可能出现，其损失为无穷。请换用经过平滑的模型。",
        )
