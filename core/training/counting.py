"""How a count model learns: the trainer hands it the whole text once.

Counting has no epochs, no learning rate and no loss to go down; what gradient descent does in thousands of steps is
one step here. So the learner is almost nothing, and still the one trainer drives it like every other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from core.errors import BrokenPlugin
from core.language import both
from core.models.protocol import LanguageModel, Learned, Learner
from core.settings import setting
from core.text.batching import Window
from core.text.sequences import Sequences


@dataclass(frozen=True)
class CountingConfig:
    """The training settings of a count model."""

    validation: bool = setting(
        False,
        help=both(
            "Hold back the last tenth of the training part, to choose settings by it.",
            "留出训练部分的最后十分之一，用来选择设置。",
        ),
    )


@runtime_checkable
class Counts(Protocol):
    """What can be taught by counting."""

    def learn(self, sequences: Sequences) -> None:
        """Count everything there is to learn from ``sequences``."""


class CountingLearner(Learner):
    """Teach a count model everything in one pass."""

    Config = CountingConfig
    single_pass = True

    def __init__(self, model: LanguageModel, config: Any, seed: int) -> None:
        super().__init__(model, config, seed)
        if not isinstance(model, Counts):
            raise BrokenPlugin(
                f"{type(model).__name__} is to learn by counting but has no method learn(sequences). Write it, or"
                " subclass core.models.counting.CountModel.",
                f"{type(model).__name__} 要靠计数学习，却没有 learn(sequences) 方法。"
                "请补上它，或继承 core.models.counting.CountModel。",
            )
        self._counting: Counts = model

    def windows(self, data: Sequences, epoch: int) -> Iterator[Window | Sequences]:
        """Yield the whole text, once; every epoch is the same."""
        yield data

    def learn(self, window: Any, progress: float) -> Learned:
        """Let the model count ``window``, a whole `Sequences`; tell how many tokens followed another one in it."""
        self._counting.learn(window)
        return Learned(tokens=window.num_scored)
