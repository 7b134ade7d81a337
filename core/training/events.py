"""What happens while a model is trained, as values: page, command line and tests read the same events."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Started:
    """A run begins, or goes on after `steps` steps; `device` says what computes, "cpu" or a GPU by its name."""

    model: str
    parameters: int
    train_tokens: int
    validation_tokens: int
    held_out_tokens: int
    steps: int
    total_epochs: int | None
    minutes: float | None
    device: str = "cpu"
    processes: int = 1


@dataclass(frozen=True)
class Step:
    """One step of learning; `progress` is the share of the run that is done after it."""

    step: int
    epoch: int
    tokens_seen: int
    progress: float
    seconds: float
    loss_nats: float | None
    gradient_norm: float | None
    clipped: bool
    learning_rate: float | None


@dataclass(frozen=True)
class Evaluated:
    """Perplexities side by side.

    While training, `train_perplexity` is the mean over the steps since the last evaluation and `validation_perplexity`
    that of the whole validation part. At the end (`final`) both train and held-out are of the finished model.
    `floor_perplexity` is what no model of this text can beat but by chance, where the text was generated and that is known.
    """

    step: int
    tokens_seen: int
    progress: float
    seconds: float
    train_perplexity: float | None
    validation_perplexity: float | None
    held_out_perplexity: float | None = None
    final: bool = False
    results: dict[str, Any] | None = None
    floor_perplexity: float | None = None


@dataclass(frozen=True)
class Sampled:
    """A sample of the model's text at an evaluation."""

    step: int
    text: str


@dataclass(frozen=True)
class Saved:
    """The run is on disk: what stands there opens and can be resumed."""

    step: int
    path: str


@dataclass(frozen=True)
class Finished:
    """The run is over: "done", or "diverged" with `advice`, after which the last good weights are kept."""

    reason: str
    step: int
    tokens_seen: int
    seconds: float
    advice: str = ""
    advice_zh: str = ""


Event = Started | Step | Evaluated | Sampled | Saved | Finished


def as_json(event: Event) -> dict[str, Any]:
    """Return the event as plain values, its name under ``event``; infinity becomes null."""
    return {"event": type(event).__name__.lower(), **{name: finite(value) for name, value in asdict(event).items()}}


def finite(value: Any) -> Any:
    """Return ``value`` with every infinite or undefined number in it replaced by None, as JSON wants it."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [finite(part) for part in value]
    return value
