"""A short run of learning that somebody watches step by step and that leaves nothing behind.

The one trainer (`core.training.trainer`) evaluates, saves and ends by itself; here the caller looks between two steps at whatever it
wants of the model, and stops when it has seen enough.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.models.protocol import Learned, Learner
from core.text.sequences import Sequences


def short_run(learner: Learner, training: Sequences, steps: int) -> Iterator[Learned]:
    """Learn for a number of steps, over the text again and again; yield what each step told.

    Args:
        learner: with its model.
        training: what it learns from.
        steps: how many; fewer where the text has no window.
    """
    step = epoch = 0
    while step < steps:
        before = step
        for window in learner.windows(training, epoch):
            yield learner.learn(window, step / steps)
            step += 1
            if step == steps:
                return
        if step == before:
            return
        epoch += 1
