"""Sequences of unequal length: what padding wastes, and what three ways of putting lines side by side cost (D2L 9.5).

A network computes rectangles. Names are not: beside Christopher, most of Al's row is padding. *Padding* takes lines as they come;
*buckets* puts lines of like length together; *packed* leaves out the rows that have ended. What is learned is the same: the same
lines and weights give the same loss, and only the time differs.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import BadText, Refused
from core.models.registry import Registry
from core.settings import build_all
from core.text.batching import Window, check_line_lengths, pad, wasted_share
from core.text.corpus import Corpus
from core.text.preparation import TextSettings, prepare_text
from core.text.sequences import Sequences
from core.training.gradient import GradientLearner
from core.training.gradient_config import LINE_BATCHES

Json = dict[str, Any]

BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
# Lines of which every way tells the loss, and batches that each learns from; the first ones pay for caches and are not timed.
_SAME_LINES, _STEPS, _WARMING = 512, 40, 3
# A batch that a person types: lines, and characters of one.
_MOST_LINES, _LONGEST_TYPED = 64, 200
_SMALL = {"hidden_size": 128, "products": "float32"}


def unequal_lengths(
    registry: Registry, corpus: Corpus, model: str = "gru", values: Mapping[str, Any] | None = None, seed: int = 0
) -> Iterator[float | Json]:
    """Learn a little from a corpus of lines in each of the three ways, in turns; close the iterator to stop.

    Args:
        registry: knows the model.
        corpus: each of its lines is a sequence.
        model: a plug-in that learns by gradient.
        values: settings of the model and of its training, by name, over a hidden size of 128.
        seed: of weights and batches.

    Yields:
        How much is done, 0 to 1, and at last the result: model, batch_size, lines, tokens (predictions of an epoch), shortest, mean
        and longest (targets of a line), ways: rows of way, wasted (share of padded cells in an epoch), tokens_per_second (learned from,
        not counting padding), loss_nats (a token's, before anything is learned, over the same lines); and by_batch_size: rows of
        batch_size, padding and buckets (shares of padded cells; packed has none).

    Raises:
        UnknownName, BadSetting: no such model or setting.
        Refused: the model does not learn by gradient.
        BadText: a line that is too long.
    """
    plugin = registry.get(model)
    if not issubclass(plugin.Learner, GradientLearner):
        raise Refused(
            f"The model '{model}' does not learn by gradient from lines side by side, so nothing is padded. Take one that does, such as"
            " gru.",
            f"模型“{model}”不是用梯度从并排的行中学习的，没有填充可言。请换用按梯度学习的模型，例如 gru。",
        )
    lines = prepare_text(corpus, TextSettings(lines="lines"))
    vocab_size, targets = lines.tokenizer.vocab_size, lines.training.lengths - 1
    learners = {way: _learner(plugin, vocab_size, way, values or {}, seed) for way in LINE_BATCHES}
    losses = {way: _loss(learner, lines.training) for way, learner in learners.items()}
    speeds: dict[str, float] = {}
    for news in _in_turns(learners, lines.training):
        if isinstance(news, dict):
            speeds = news
        else:
            yield news
    batch_size = learners["padding"].config.batch_size
    yield {
        "model": model, "batch_size": batch_size, "lines": len(targets), "tokens": int(targets.sum()),
        "shortest": int(targets.min()), "mean": float(targets.mean()), "longest": int(targets.max()),
        "ways": [
            {
                "way": way, "wasted": learner.wasted(lines.training), "tokens_per_second": speeds[way],
                "loss_nats": losses[way],
            }
            for way, learner in learners.items()
        ],
        "by_batch_size": [{"batch_size": size, **_wasted(lines.training, size, seed)} for size in BATCH_SIZES],
    }  # fmt: skip


def _learner(plugin: Any, vocab_size: int, way: str, values: Mapping[str, Any], seed: int) -> GradientLearner:
    asked = {**_SMALL, **values, "line_batches": way}
    config, training = build_all((plugin.Config, plugin.Learner.Config), asked)
    learner: GradientLearner = plugin.Learner(plugin(config, vocab_size, seed), training, seed)
    return learner


def _loss(learner: GradientLearner, lines: Sequences) -> float:
    """Return the loss of a token in nats over the same first lines, batched in this learner's way."""
    ends = lines.ends[:_SAME_LINES]
    first = Sequences(lines.ids[: ends[-1]], lines.starts[:_SAME_LINES], lines=True)
    read = [(learner.loss_of(window), window.num_tokens) for window in learner.windows(first, 0)]
    return sum(nats * tokens for nats, tokens in read) / sum(tokens for _, tokens in read)


def _in_turns(learners: Mapping[str, GradientLearner], lines: Sequences) -> Iterator[float | dict[str, float]]:
    """Let all learn step by step, in turns, so that a machine that is busy for a moment is so for all of them.

    Yields:
        The share done, and at last the tokens a second of each.
    """
    windows: dict[str, list[Window]] = {way: list(each.windows(lines, 0)) for way, each in learners.items()}
    steps = min(_STEPS, *map(len, windows.values()))
    tokens, seconds = dict.fromkeys(learners, 0), dict.fromkeys(learners, 0.0)
    for step in range(steps):
        for way, learner in learners.items():
            began = time.perf_counter()
            learner.learn(windows[way][step], 0.0)
            if step >= min(_WARMING, steps - 1):
                seconds[way] += time.perf_counter() - began
                tokens[way] += windows[way][step].num_tokens
        yield (step + 1) / steps
    yield {way: tokens[way] / seconds[way] for way in learners}


def _wasted(lines: Sequences, batch_size: int, seed: int) -> dict[str, float]:
    ways = {"padding": False, "buckets": True}
    return {
        way: wasted_share(lines.lengths, batch_size, np.random.default_rng(seed), buckets=buckets)
        for way, buckets in ways.items()
    }


def padded_batch(lines: Sequence[str]) -> Json:
    """Return what it costs to put a few lines side by side, each read from its beginning and predicted to its end.

    Args:
        lines: 1 to 64, of 1 to 200 characters each.

    Returns:
        targets (one a character and one for the end, of each line), steps, cells, wasted (share of the cells that are padding).

    Raises:
        BadText: no line or too many, an empty one, or one that is too long.
    """
    if not 1 <= len(lines) <= _MOST_LINES:
        raise BadText(
            f"A batch of {len(lines)} lines cannot be laid out: it takes 1 to {_MOST_LINES}. Give that many.",
            f"无法排列 {len(lines)} 行的小批量：应为 1 到 {_MOST_LINES} 行。请给出这么多行。",
        )
    if "" in lines:
        number = list(lines).index("") + 1
        raise BadText(
            f"Line {number} is empty: it has nothing to read. Write something there, or take the line out.",
            f"第 {number} 行是空的：没有可读的内容。请填写内容或删去这一行。",
        )
    # Boundaries and characters alike are some id: only the shape matters here.
    sequences = Sequences.of_lines([np.ones(len(line) + 2, dtype=np.int32) for line in lines])
    check_line_lengths(sequences.lengths, _LONGEST_TYPED)
    window = pad(sequences, np.arange(len(lines)))
    return {
        "targets": (sequences.lengths - 1).tolist(), "steps": int(window.inputs.shape[1]),
        "cells": int(window.targets.size), "wasted": window.wasted,
    }  # fmt: skip
