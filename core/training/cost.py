"""What a training will cost, from a few steps of it: the time of one, times how many there will be.

The steps are real ones, on the real text with the real settings, of a learner that is thrown away afterwards. Reading
(the validation part at every evaluation, all parts once at the end) is timed in the same way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from itertools import islice
from statistics import median

from core.measures.perplexity import perplexity_of
from core.models.protocol import Learner
from core.text.sequences import Sequences
from core.text.splits import take_lines
from core.training.run import RunConfig, TrainingData

# Seconds that the trial may take, and steps: the first ones pay for caches and are left out.
_TRIAL_SECONDS, _MOST_STEPS, _WARMING = 0.8, 40, 2
# What is read for the speed of reading.
_READ_TOKENS, _READ_LINES, _FIRST_LOOK = 4000, 500, 100


def estimate_seconds(learner: Learner, data: TrainingData, run: RunConfig) -> float:
    """Return about how many seconds a run will take; changes the learner.

    Args:
        learner: of the model that is to be trained; thrown away afterwards.
        data: the text in its parts.
        run: the budget.
    """
    in_one_epoch = list(learner.windows(data.fit, 0))
    if not in_one_epoch:
        return 0.0
    seconds = _seconds_of_a_step(learner, in_one_epoch)
    reading = _seconds_a_token(learner, data.held_out)
    validation = len(data.validation.ids) if data.validation else 0
    # At the end every part is read once, the held-out one in windows too.
    at_the_end = reading * (len(data.fit.ids) + validation + 2 * len(data.held_out.ids))
    if learner.single_pass:
        return seconds * len(in_one_epoch) + at_the_end
    if run.minutes > 0:
        return 60 * run.minutes + at_the_end
    return run.epochs * len(in_one_epoch) * seconds + run.evaluations * validation * reading + at_the_end


def _seconds_of_a_step(learner: Learner, windows: Sequence[object]) -> float:
    """Return the median time of a step among the first ones."""
    times: list[float] = []
    began = time.perf_counter()
    for window in islice(windows, _MOST_STEPS):
        times.append(_timed(lambda window=window: learner.learn(window, 0.0)))  # type: ignore[misc]
        if time.perf_counter() - began > _TRIAL_SECONDS:
            break
    return median(times[_WARMING:] or times)


def _seconds_a_token(learner: Learner, held_out: Sequences) -> float:
    """Return the time that the model needs to read one token, after a first look that does not count."""
    lines = min(_READ_LINES, len(held_out))
    sample = take_lines(held_out, 0, lines) if held_out.lines else Sequences.of_stream(held_out.ids[:_READ_TOKENS])
    perplexity_of(learner.model, Sequences.of_stream(sample.ids[:_FIRST_LOOK]))
    return _timed(lambda: perplexity_of(learner.model, sample)) / max(1, len(sample.ids))


def _timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began
