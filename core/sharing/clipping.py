"""What clipping does to the gradients of a run, kept or made here (D2L 8.5.5): how long they were, and how they would have been bent."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import Refused
from core.generation.prefix import warm_up_ids
from core.measures.clamping import Floats, clamp, degrees_between
from core.measures.loss_gradient import loss_gradient
from core.models.neural import NeuralModel
from core.models.registry import Registry
from core.sharing.checkpoint import HISTORY, Checkpoint
from core.sharing.watched_run import WatchedRun
from core.text.corpus import Corpus

Json = dict[str, Any]

# Elements are clamped to these shares of the greatest one.
_SHARES = (1.0, 0.5, 0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.0025, 0.001)
_STEPS_BETWEEN_NEWS = 5
# Tokens of a text whose gradient is taken: a window as runs learn from.
_WINDOW = 64


def kept_norms(opened: Checkpoint) -> Json:
    """Return the norms of the gradients that a checkpoint's history keeps.

    Returns:
        name, theta, and points: step, norm before clipping and loss of every step kept. A long run's history keeps evenly chosen steps.

    Raises:
        Refused: its history holds none.
    """
    points = list(_points(opened))
    if not points:
        raise Refused(
            f"The history of '{opened.name}' keeps no norms of gradients: it learned by counting, or came from elsewhere. Choose another"
            " checkpoint, or make a short run here.",
            f"“{opened.name}”的训练记录中没有梯度范数：它靠计数学习，或来自别处。请换一个检查点，或在此做一次短训练。",
        )
    return {"name": opened.name, "theta": float(opened.facts.training.get("clip_norm", 0.0)), "points": points}


def _points(opened: Checkpoint) -> Iterator[list[float]]:
    """Yield [step, norm, loss]; a history may come from anywhere, so what is no number is passed over."""
    path = opened.folder / HISTORY
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        event = json.loads(line)
        point = [event.get(name) for name in ("step", "gradient_norm", "loss_nats")] if isinstance(event, dict) else []
        numbers = [float(each) for each in point if isinstance(each, int | float) and not isinstance(each, bool)]
        if len(numbers) == 3:  # step, norm and loss
            yield numbers


def clamped_gradient(opened: Checkpoint, text: str) -> Json:
    """Return what clamping makes of the gradient of a checkpoint's loss on the beginning of a text: see `clamped_json`."""
    ids = warm_up_ids(opened.tokenizer, text)[: _WINDOW + 1]
    return clamped_json(loss_gradient(opened.model, ids))


def clamped_json(gradient: Floats) -> Json:
    """Return what clamping makes of a gradient, by several thresholds.

    Returns:
        norm, greatest (size of an element), parameters, sign_degrees (between the gradient and its sign, which is what clamping
        comes to in the end), and clamped: threshold, share (of the elements cut off), norm and degrees by threshold.
    """
    greatest = float(np.abs(gradient).max())
    return {
        "norm": float(np.linalg.norm(gradient)), "greatest": greatest, "parameters": len(gradient),
        "sign_degrees": degrees_between(gradient, np.sign(gradient)),
        "clamped": [
            {"threshold": each.threshold, "share": each.share, "norm": each.norm, "degrees": each.degrees}
            for each in clamp(gradient, [share * greatest for share in _SHARES])
        ],
    }  # fmt: skip


def clipped_run(
    registry: Registry, model: str, corpus: Corpus, values: Mapping[str, Any], steps: int
) -> Iterator[Json]:
    """Teach a model for some steps and watch its gradients; close the iterator to stop.

    Args:
        registry, model: the model.
        corpus: what it learns from.
        values: settings by name; ``clip_norm`` is theta.
        steps: how many.

    Yields:
        done (0 to 1), theta, points (step, norm before clipping, loss, of every step so far), diverged (whether the loss is no number any
        more, which ends it) and, when it is over, clamped: `clamped_json` of the longest gradient.

    Raises:
        LabError: as `WatchedRun`; Refused for a model that does not learn by gradient.
    """
    run = WatchedRun(registry, model, corpus, values)
    theta = float(getattr(run.learner.config, "clip_norm", 0.0))
    points: list[list[float]] = []
    longest: tuple[float, Floats] | None = None
    for learned in run.learned(steps):
        norm, loss = learned.gradient_norm, learned.loss_nats
        if norm is None or loss is None or not isinstance(run.model, NeuralModel):
            loss_gradient(run.model, run.prepared.training.ids[:2])  # says why
            return
        if not np.isfinite([norm, loss]).all():
            yield _told(points, steps, theta, longest, diverged=True)
            return
        points.append([len(points) + 1, norm, loss])
        if longest is None or norm > longest[0]:
            longest = norm, _last_gradient(run.model)
        if len(points) % _STEPS_BETWEEN_NEWS == 0 and len(points) < steps:
            yield _told(points, steps, theta, None)
    yield _told(points, steps, theta, longest)


def _last_gradient(model: NeuralModel) -> Floats:
    """Return the gradient of the last step as one vector; it may have been shortened, which leaves its direction."""
    gradients = [each.grad.flatten().cpu().numpy() for each in model.parameters.values() if each.grad is not None]
    return np.concatenate(gradients).astype(np.float64)


def _told(
    points: Sequence[list[float]],
    steps: int,
    theta: float,
    longest: tuple[float, Floats] | None,
    diverged: bool = False,
) -> Json:
    clamped = None
    if longest is not None:
        norm, direction = longest
        clamped = clamped_json(direction * (norm / float(np.linalg.norm(direction))))
    over = longest is not None or diverged
    done = 1.0 if over else len(points) / steps
    return {"done": done, "theta": theta, "points": list(points), "diverged": diverged, "clamped": clamped}
