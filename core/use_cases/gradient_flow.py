"""Look at gradients: how far they reach back, what clipping does to them, and what a cliff does to a descent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import BadSetting
from core.lessons.cliff import cliff_json
from core.models.neural import NeuralModel
from core.sharing.clipping import clamped_gradient, clipped_run, kept_norms
from core.sharing.gradient_flow import checkpoint_flow, flow_in_training, open_units
from core.training.gradient import GradientLearner
from core.use_cases.finding import Finding, Json

_MOST_STEPS = 2_000


class GradientFlow(Finding):
    """Gradients of a checkpoint, of a short run, and on a surface that can be drawn."""

    def with_hidden_state(self) -> list[str]:
        """Return the models whose state gradients flow through: those that name its parts."""
        return [
            name
            for name, plugin in self.registry.models.items()
            if issubclass(plugin, NeuralModel) and plugin.state_names
        ]

    def learning_by_gradient(self) -> list[str]:
        """Return the models whose learning clips gradients."""
        return [name for name, plugin in self.registry.models.items() if issubclass(plugin.Learner, GradientLearner)]

    def gradient_flow(self, checkpoint: str, text: str, lags: int = 64, *, untrained: bool = False) -> Json:
        """Return how large the gradient is at the states before a prediction: see `checkpoint_flow`."""
        opened = self._open(checkpoint)
        key = ("gradient_flow", opened.name, tuple(sorted(opened.facts.files.items())), text, lags, untrained)
        flow = self._portraits.of(key, lambda: checkpoint_flow(opened, text, lags, untrained))
        return {**flow, "name": checkpoint}

    def open_units(
        self, checkpoint: str, text: str, gate: str, part: str, lags: int = 64, *, untrained: bool = False
    ) -> Json:
        """Return how wide a gate stands along a text, and what its open units carry of the gradient: see `open_units`."""
        return open_units(self._open(checkpoint), text, gate, part, lags, untrained)

    def flow_in_training(
        self, model: str, corpus: str, values: Mapping[str, Any] | None = None, lags: int = 32
    ) -> Iterator[float | Json]:
        """Yield the share done, and at some moments of a short training how far gradients reach: see `flow_in_training`."""
        return flow_in_training(self.registry, model, self.corpus_here(corpus), values or {}, lags)

    def kept_gradient_norms(self, checkpoint: str) -> Json:
        """Return the norms of the gradients that a checkpoint's history keeps: see `kept_norms`."""
        return kept_norms(self._open(checkpoint))

    def clamped_gradient(self, checkpoint: str, text: str) -> Json:
        """Return how clamping its elements bends the gradient of a checkpoint's loss on a text: see `clamped_json`."""
        return clamped_gradient(self._open(checkpoint), text)

    def clipped_run(
        self, model: str, corpus: str, values: Mapping[str, Any] | None = None, steps: int = 200
    ) -> Iterator[Json]:
        """Yield the norms of the gradients of a short training, step by step: see `clipped_run`; close it to stop."""
        _check_steps(steps)
        return clipped_run(self.registry, model, self.corpus_here(corpus), values or {}, steps)

    def cliff(self, rate: float = 0.3, theta: float = 0.1, steps: int = 200) -> Json:
        """Return a loss with a cliff and three descents on it: see `cliff_json`.

        Args:
            rate: the learning rate of the two that do not search for it, 0.001 to 10.
            theta: where the second one's gradient is clipped, 0.001 to 1000.
            steps: of each.
        """
        _check_steps(steps)
        for name, value, low, high in (("rate", rate, 0.001, 10.0), ("theta", theta, 0.001, 1000.0)):
            if not low <= value <= high:
                raise BadSetting(
                    f"'{name}' cannot be {value}: take {low:g} to {high:g}.",
                    f"{name} 不能取 {value}：应在 {low:g} 到 {high:g} 之间。",
                )
        return cliff_json(rate, theta, steps)


def _check_steps(steps: int) -> None:
    if not 1 <= steps <= _MOST_STEPS:
        raise BadSetting(
            f"'steps' cannot be {steps}: take 1 to {_MOST_STEPS:,}.",
            f"steps 不能取 {steps}：应在 1 到 {_MOST_STEPS:,} 之间。",
        )
