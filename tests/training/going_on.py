"""Break a training off in the middle and go on with it, as a run does that is resumed from its folder."""

from __future__ import annotations

import json
from collections.abc import Callable

from core.training.events import Step
from core.training.run import Progress
from core.training.trainer import Trainer


def taken_up(make: Callable[..., Trainer], stop_at: int) -> Trainer:
    """Break a new run off after a step; return another one that goes on from there, its events not yet begun.

    Args:
        make: makes the trainer; takes ``start``.
        stop_at: the last step of the first run, from 1.
    """
    first = make()
    events = first.events()
    for event in events:
        if isinstance(event, Step) and event.step == stop_at:
            break
    weights, state, at = first.model.tensors(), first.learner.tensors(), first.progress
    events.close()  # type: ignore[attr-defined]
    second = make(start=Progress.from_json(json.loads(json.dumps(at.as_json()))))
    second.model.load_tensors(weights)
    second.learner.load_tensors(state)
    return second
