"""A training as one watches it: how far, how well on both parts of the text, how long the gradients are (D2L 8.5.5).

Train never stands without validation, and at the end not without the held-out text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.training.events import Evaluated, Event, Finished, Sampled, Started, Step
from core.ui.components.picture import Json, Picture

# Gradients that are drawn at most; of more, every second is dropped, again and again.
_MOST_STEPS = 400
_SAMPLES = 6


class Training(Picture):
    """A training under way; see `Watched` for its data."""

    folder = "training"


@dataclass
class Watched:
    """What has been seen of a training so far."""

    name: str
    values: Mapping[str, Any]
    state: str = "waiting"
    started: Started | None = None
    step: Step | None = None
    result: Evaluated | None = None
    notice: str = ""
    curve: list[list[Any]] = field(default_factory=list)
    gradients: list[list[Any]] = field(default_factory=list)
    samples: list[Json] = field(default_factory=list)
    floor: float | None = None
    _stride: int = 1
    _begun_at: float | None = None

    def add(self, event: Event, language: str) -> None:
        """Take in an event."""
        if isinstance(event, Started):
            self.started, self.state = event, "running"
        elif isinstance(event, Step):
            self._add_step(event)
        elif isinstance(event, Evaluated) and event.final:
            self.result, self.floor = event, event.floor_perplexity
        elif isinstance(event, Evaluated):
            self.floor = event.floor_perplexity
            self.curve.append([event.progress, _number(event.train_perplexity), _number(event.validation_perplexity)])
        elif isinstance(event, Sampled) and event.text:
            self.samples = [*self.samples, {"step": event.step, "text": event.text}][-_SAMPLES:]
        elif isinstance(event, Finished):
            self.state = event.reason
            self.notice = event.advice_zh if language == "zh" and event.advice_zh else event.advice

    def _add_step(self, step: Step) -> None:
        if self._begun_at is None:
            self._begun_at = step.seconds  # a resumed run has seconds behind it already
        self.step = step
        if step.gradient_norm is not None and step.step % self._stride == 0:
            self.gradients.append([step.step, _number(step.gradient_norm)])
            if len(self.gradients) > _MOST_STEPS:
                self._stride *= 2
                self.gradients = [each for each in self.gradients if each[0] % self._stride == 0]

    def value(self) -> Json:
        """Return the data."""
        step, started = self.step, self.started
        share = step.progress if step else 0.0
        left = step.seconds * (1 - share) / share if step and share > 0 else None
        clip = self.values.get("clip_norm", 1.0)
        result = self.result
        return {
            "name": self.name, "state": self.state, "progress": share, "step": step.step if step else 0,
            "epoch": step.epoch + 1 if step else 0, "epochs": started.total_epochs if started else None,
            "seconds": step.seconds if step else 0.0, "left": left if self.state == "running" else None,
            "speed": step.tokens_seen / step.seconds if step and step.seconds > 0 else None,
            "parameters": started.parameters if started else None, "rate": step.learning_rate if step else None,
            "tokens": [started.train_tokens, started.validation_tokens, started.held_out_tokens] if started else None,
            "curve": self.curve, "gradients": self.gradients, "theta": clip if isinstance(clip, int | float) else None,
            "samples": self.samples, "notice": self.notice, "level": self.values.get("level", "char"),
            "result": [_number(result.train_perplexity), _number(result.held_out_perplexity)] if result else None,
            "floor": self.floor,
        }  # fmt: skip


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def stopped_training(value: Json | None) -> Json | None:
    """Return the data after the visitor has stopped the training; the model is kept."""
    if value and value["state"] in ("waiting", "running"):
        return {**value, "state": "stopped", "left": None}
    return value
