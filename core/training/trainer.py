"""The one training loop, for every kind of model.

It knows a learner, a text in three parts and a budget; it yields what happens as events. Closing it stops the
training between two steps and leaves a checkpoint that opens and can be resumed.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from core.language import Bilingual, both
from core.measures.perplexity import perplexity, perplexity_of
from core.models.protocol import Array, Learned, Learner
from core.training.events import Evaluated, Event, Finished, Sampled, Saved, Started, Step
from core.training.run import Progress, RunConfig, TrainingData

# Weights are copied aside this often, so that a run that diverges loses little.
_STEPS_BETWEEN_COPIES = 50
# Saving by the clock takes at most this share of a run, however large the model and slow the disk.
_MOST_SAVING = 0.05

Save = Callable[[Progress], str]
"""Writes the run as it stands and returns where."""
Judge = Callable[[], dict[str, Any]]
"""Brings the finished model into its final form and returns its results, read once."""


class Trainer:
    """Drives one run.

    Args:
        learner: the model's learner.
        data: what is learned from, watched and read at the end.
        run: budget and seed.
        start: where an interrupted run goes on.
        sample: writes a sample of text for the events, or None.
        save: writes the unfinished run to disk, or None to keep nothing.
        judge: computes the final results.
    """

    def __init__(
        self,
        learner: Learner,
        data: TrainingData,
        run: RunConfig,
        *,
        start: Progress | None = None,
        sample: Callable[[], str] | None = None,
        save: Save | None = None,
        judge: Judge | None = None,
    ) -> None:
        self.learner, self.model, self.data, self.run = learner, learner.model, data, run
        self.progress = start or Progress()
        self.sample, self.save, self.judge = sample, save, judge
        self.epochs = 1 if learner.single_pass else run.epochs
        self.by_clock = run.minutes > 0 and not learner.single_pass
        self._began = time.monotonic() - self.progress.seconds
        self._save_at = self._time_of_next_save(took=0.0)
        self._good: dict[str, Array] | None = None

    def events(self) -> Iterator[Event]:
        """Train, yielding events; close the iterator to stop."""
        yield self._started()
        try:
            diverged = yield from self._learn()
            yield from self._end(diverged)
        except BaseException:
            # Whatever ends the run, what was learned is kept.
            if self.save is not None and self.progress.step > 0:
                self._back_to_good_weights()
                self.save(self.progress)
            raise

    def _started(self) -> Started:
        data = self.data
        return Started(
            model=self.model.about.name,
            parameters=self.model.num_parameters,
            train_tokens=len(data.fit.ids),
            validation_tokens=len(data.validation.ids) if data.validation else 0,
            held_out_tokens=len(data.held_out.ids),
            steps=self.progress.step,
            total_epochs=None if self.by_clock else self.epochs,
            minutes=self.run.minutes if self.by_clock else None,
            device=self.learner.device,
            processes=self.learner.processes,
        )

    def _learn(self) -> Generator[Event, None, bool]:
        """Yield the events of all epochs; return whether the loss stopped being finite."""
        while self._share_done(self.progress.epoch, 0, 1) < 1:
            epoch = self.progress.epoch
            windows = list(self.learner.windows(self.data.fit, epoch))
            # A resumed epoch draws the same windows and skips those that it has learned from.
            for index in range(self.progress.step_in_epoch, len(windows)):
                learned = self._guarded_step(windows[index], self._share_done(epoch, index, len(windows)))
                if learned is None:
                    return True
                share = self._advance(learned, index + 1, len(windows))
                yield self._step_event(learned, epoch, share)
                evaluating, saving = self._is_due(share), self._is_time_to_save()
                if (share >= 1 or evaluating or saving) and self._back_to_good_weights():
                    return True
                if evaluating:
                    yield from self._evaluate(share)
                if saving or (evaluating and share < 1):  # the end itself is saved by whoever judges
                    yield from self._save()
                if share >= 1:
                    break
            self.progress = replace(self.progress, epoch=epoch + 1, step_in_epoch=0)
            if not windows:
                break
        return False

    def _share_done(self, epoch: int, index: int, num_windows: int) -> float:
        """Return the share of the whole run that is over, 0 to 1."""
        if self.by_clock:
            if self.progress.step == 0:
                return 0.0  # however short the time, a run makes one step
            return min(1.0, self._seconds() / (60 * self.run.minutes))
        return (epoch + index / num_windows) / self.epochs

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _guarded_step(self, window: Any, share: float) -> Learned | None:
        """Learn from one window; None when loss or gradient is not finite, with the last good weights put back."""
        copy = None
        if not self.learner.single_pass and (self._good is None or self.progress.step % _STEPS_BETWEEN_COPIES == 0):
            copy = self.model.tensors()
        learned = self.learner.learn(window, share)
        if not all(math.isfinite(number) for number in (learned.loss_nats or 0.0, learned.gradient_norm or 0.0)):
            good = self._good or copy
            if good is not None:
                self.model.load_tensors(good)
            return None
        self._good = copy or self._good  # these weights have just given a finite loss
        return learned

    def _back_to_good_weights(self) -> bool:
        """Put the last good weights back if the present ones are not finite; return whether that was needed."""
        if self.learner.single_pass or self._good is None:
            return False
        learned = self.model.tensors().values()
        if all(np.isfinite(array).all() for array in learned if array.dtype.kind == "f"):
            return False
        self.model.load_tensors(self._good)
        return True

    def _evaluations_by(self, share: float) -> int:
        """Return how many evaluations are due when this share of the run is over."""
        return math.floor(share * self.run.evaluations + 1e-9)

    def _is_due(self, share: float) -> bool:
        return not self.learner.single_pass and self._evaluations_by(share) > self.progress.evaluations_done

    def _is_time_to_save(self) -> bool:
        return self.save is not None and not self.learner.single_pass and time.monotonic() >= self._save_at

    def _time_of_next_save(self, took: float) -> float:
        """Return when to save again, by the clock, after a save that took so many seconds."""
        if self.run.save_minutes == 0:
            return math.inf
        return time.monotonic() + max(60 * self.run.save_minutes, took / _MOST_SAVING)

    def _advance(self, learned: Learned, done: int, num_windows: int) -> float:
        """Count the step; return the share of the run that is over now."""
        before, scored = self.progress, learned.tokens if learned.loss_nats is not None else 0
        self.progress = replace(
            before,
            step_in_epoch=done,
            step=before.step + 1,
            tokens_seen=before.tokens_seen + learned.tokens,
            seconds=self._seconds(),
            loss_sum=before.loss_sum + (learned.loss_nats or 0.0) * scored,
            loss_tokens=before.loss_tokens + scored,
        )
        return self._share_done(before.epoch, done, num_windows)

    def _step_event(self, learned: Learned, epoch: int, share: float) -> Step:
        at = self.progress
        return Step(
            step=at.step, epoch=epoch, tokens_seen=at.tokens_seen, progress=share, seconds=at.seconds,
            loss_nats=learned.loss_nats, gradient_norm=learned.gradient_norm, clipped=learned.clipped,
            learning_rate=learned.learning_rate,
        )  # fmt: skip

    def _evaluate(self, share: float) -> Iterator[Event]:
        """Yield an evaluation and a sample."""
        at = self.progress
        train = perplexity(at.loss_sum, at.loss_tokens) if at.loss_tokens else None
        self.progress = replace(at, evaluations_done=self._evaluations_by(share), loss_sum=0.0, loss_tokens=0)
        validation = self.data.validation
        seen = perplexity_of(self.model, validation) if validation else None
        yield Evaluated(at.step, at.tokens_seen, share, self._seconds(), train, seen)
        if self.sample is not None:
            yield Sampled(at.step, self.sample())

    def _save(self) -> Iterator[Event]:
        """Write the run as it stands."""
        if self.save is None:
            return
        self.progress = replace(self.progress, seconds=self._seconds())
        began = time.monotonic()
        folder = self.save(self.progress)
        self._save_at = self._time_of_next_save(time.monotonic() - began)
        yield Saved(self.progress.step, folder)

    def _end(self, diverged: bool) -> Iterator[Event]:
        """Yield the final results and how the run ended."""
        seconds = self._seconds()
        self.progress = replace(self.progress, seconds=seconds)
        at = self.progress
        if self.judge is not None:
            results = self.judge()
            yield Evaluated(
                at.step, at.tokens_seen, 1.0, seconds,
                train_perplexity=(results.get("train") or {}).get("perplexity"),
                validation_perplexity=None,
                held_out_perplexity=(results.get("held_out") or {}).get("perplexity"),
                final=True, results=results,
            )  # fmt: skip
        advice = self._advice() if diverged else both("")
        yield Finished("diverged" if diverged else "done", at.step, at.tokens_seen, seconds, advice.en, advice.zh)

    def _advice(self) -> Bilingual:
        """Say what to change after the loss stopped being finite."""
        step = self.progress.step + 1
        return both(
            f"The loss was no longer finite at step {step}; the last good weights are kept. Use a smaller "
            "learning_rate (a tenth of it), or clip_norm=1, and train again.",
            f"第 {step} 步的损失不再有限；已恢复到最后一组正常的权重。请减小 learning_rate（例如十分之一），或设 clip_norm=1，再重新训练。",
        )
