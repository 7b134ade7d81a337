"""Tokens a second while learning: our `GradientLearner` beside the book's code, on the same windows.

Batch 32, 35 steps, SGD with rate 1, clipping at norm 1: the book's settings (D2L 8.5, 8.6, 9.1, 9.2).
"""

from __future__ import annotations

from itertools import islice

from core.bench.conditions import Sizes, recurrent, story
from core.bench.measure import Findings, Row, measure, speeds
from core.bench.peers import BookLearner
from core.lab import Lab
from core.models.protocol import LanguageModel, Learner
from core.settings import build
from core.text.batching import Window
from core.text.sequences import Sequences

MODELS = ("rnn_scratch", "rnn", "lstm", "gru")
_LEARNING_RATE, _CLIP_NORM = 1.0, 1.0


def bench_training(lab: Lab, sizes: Sizes) -> Findings:
    """Measure how fast each recurrent model learns."""
    prepared = story(lab)
    rows = [_learn(lab, name, prepared.training, prepared.tokenizer.vocab_size, sizes) for name in MODELS]
    note = (
        f"train: batch {sizes.batch_size}, {sizes.num_steps} steps, {sizes.hidden_size} hidden, one-hot input, SGD, "
        "clipping; both sides learn from the same windows, beginning with the same weights. The book's code multiplies "
        "float32 numbers, ours bfloat16 where the processor is built for them (`products=auto`)."
    )
    return Findings(rows, notes=[note])


def _learn(lab: Lab, name: str, data: Sequences, vocab_size: int, sizes: Sizes) -> Row:
    model = recurrent(lab, name, vocab_size, sizes.hidden_size)
    learner, windows = learner_and_windows(model, data, sizes)
    peer = BookLearner(model, _LEARNING_RATE, _CLIP_NORM)

    def ours() -> None:
        for window in windows:
            learner.learn(window, 0.0)

    def theirs() -> None:
        for window in windows:
            peer.learn(window)

    tokens = sum(window.num_tokens for window in windows)
    return speeds(f"train {name}", tokens, measure([ours, theirs], sizes.repetitions, sizes.warm_up), "the book's code")


def learner_and_windows(model: LanguageModel, data: Sequences, sizes: Sizes) -> tuple[Learner, list[Window]]:
    """Return the model's learner with the book's settings, and what it learns from in one round."""
    settings = build(
        model.Learner.Config,
        {
            "batch_size": sizes.batch_size, "num_steps": sizes.num_steps, "sampling": "sequential", "optimizer": "sgd",
            "learning_rate": _LEARNING_RATE, "schedule": "constant", "clip_norm": _CLIP_NORM,
        },
    )  # fmt: skip
    learner = model.Learner(model, settings, seed=0)
    return learner, [window for window in islice(learner.windows(data, 0), sizes.windows) if isinstance(window, Window)]
