"""Learning by expectation and maximisation (EM): counting what nobody saw (Baum et al. 1970; Dempster, Laird and Rubin 1977).

*Expectation:* under the present probabilities, count every hidden path by how likely it is. *Maximisation:* make new
probabilities of the counts, as if they had been seen. No rate has to be chosen, and the likelihood of the training text
(times the prior that smoothing stands for) never falls. One epoch is one such iteration: windows only count, and behind
the last of them the probabilities change.

A continuous text is cut into pieces that are counted side by side, each as a text of its own that begins with the start
distribution. Within a piece the sums are exact; what is lost is the memory at the borders, one token in ``num_steps``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Protocol, runtime_checkable

import numpy as np

from core.errors import BrokenPlugin
from core.language import both
from core.models.forward_backward import Expected
from core.models.protocol import Array, LanguageModel, Learned, Learner
from core.settings import setting
from core.text.batching import Window, padded_lines
from core.text.sequences import Sequences

# Of what is counted, everything but the log-probabilities.
_COUNTS = tuple(each.name for each in fields(Expected) if each.name != "log_probs")
_READ, _TOTAL = "tokens_read", "log_likelihood"


@dataclass(frozen=True)
class ExpectationConfig:
    """Settings of learning by EM."""

    batch_size: int = setting(
        64, low=1, high=4096, unit="sequences",
        help=both("Pieces or lines counted side by side: for speed and memory only.", "同时计数的片段或行数：只影响速度和内存。"),
    )  # fmt: skip
    num_steps: int = setting(
        1024, low=2, high=65_536, unit="tokens",
        help=both(
            "Tokens of a piece of a continuous text; memory of the past ends at its beginning.",
            "连续文字切成的片段的词元数；对过去的记忆止于片段开头。",
        ),
    )  # fmt: skip
    validation: bool = setting(
        True,
        help=both(
            "Hold back the training part's last tenth to watch the curve by.",
            "留出训练部分的最后十分之一作为验证集。",
        ),
    )  # fmt: skip


@runtime_checkable
class CountsUnseen(Protocol):
    """What can be taught so."""

    def expected(self, ids: Array, lengths: Array) -> Expected:
        """Return expected counts of rows ``[batch, time]``, each as long as ``lengths`` says."""

    def learn_from(self, counts: dict[str, Array]) -> None:
        """Make the probabilities of the counts of the whole text."""


class ExpectationLearner(Learner):
    """Teaches a model with hidden states; one epoch is one iteration of EM."""

    Config = ExpectationConfig
    config: ExpectationConfig
    usual_epochs = 60  # the first iterations do little

    def __init__(self, model: LanguageModel, config: Any, seed: int) -> None:
        super().__init__(model, config, seed)
        if not isinstance(model, CountsUnseen):
            raise BrokenPlugin(
                f"{type(model).__name__} is to learn by EM but lacks what core.training.expectation.CountsUnseen names. Write it.",
                f"{type(model).__name__} 要靠 EM 学习，却缺少 core.training.expectation.CountsUnseen 所列的方法。请补上。",
            )
        self._taught: CountsUnseen = model
        self._counts: dict[str, Array] = {}
        self._read, self._to_read, self._total = 0, 0, 0.0
        self.log_likelihood: float | None = None
        """ln P(training text) under the probabilities from which the last whole iteration started; None before it."""

    def windows(self, data: Sequences, epoch: int) -> Iterator[Window]:
        """Yield lines, or pieces of a continuous text, put side by side; each epoch is the same."""
        pieces = data if data.lines else _in_pieces(data, self.config.num_steps)
        self._to_read = int(pieces.lengths[pieces.lengths > 1].sum())
        yield from padded_lines(pieces, self.config.batch_size, np.random.default_rng(self.seed))

    def learn(self, window: Window, progress: float) -> Learned:
        """Add a window to the counts; with the last one of an epoch, let the model learn from them."""
        ids = np.concatenate([window.inputs[:, :1], window.targets], axis=1)
        assert window.mask is not None  # padded rows always have one
        expected = self._taught.expected(ids, window.mask.sum(axis=1) + 1)
        for name in _COUNTS:
            self._counts[name] = self._counts.get(name, 0.0) + getattr(expected, name).astype(np.float64)
        self._read += window.num_tokens + len(ids)
        self._total += float(expected.log_probs.sum())
        if self._read >= self._to_read:
            self._taught.learn_from(self._counts)
            self.log_likelihood = self._total
            self._counts, self._read, self._total = {}, 0, 0.0
        # The first token of a row is given elsewhere, so it does not count here either.
        return Learned(window.num_tokens, -float(expected.log_probs[:, 1:].sum()) / window.num_tokens)

    def tensors(self) -> dict[str, Array]:
        """Return the counts of an iteration that is under way."""
        total = np.array([self._total], dtype=np.float64)
        return {**self._counts, _READ: np.array([self._read], dtype=np.int64), _TOTAL: total}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Go on counting where `tensors` left off."""
        self._counts = {name: tensors[name].copy() for name in _COUNTS if name in tensors}
        self._read, self._total = int(tensors[_READ][0]), float(tensors[_TOTAL][0])


def _in_pieces(text: Sequences, length: int) -> Sequences:
    """Cut a continuous text into pieces of so many ids; the last one is shorter, and never a single id.

    >>> [len(piece) for piece in _in_pieces(Sequences.of_stream(range(9)), 4)]
    [4, 5]
    """
    starts = np.arange(0, max(1, len(text.ids) - 1), length)
    return Sequences(text.ids, starts.astype(np.int64), lines=True)
