"""The one loop: events in order, stopping, resuming, and a loss that explodes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.models.protocol import LanguageModel, Learned
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.training.events import Evaluated, Event, Finished, Saved, Started, Step, as_json
from core.training.run import Progress, RunConfig, TrainingData
from core.training.trainer import Trainer
from tests.training.going_on import taken_up

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB = 7


def model(name: str) -> LanguageModel:
    plugin = REGISTRY.get(name)
    values = {"hidden_size": 6} if name == "rnn_scratch" else {"order": 2}
    return plugin(build(plugin.Config, values), VOCAB, seed=1)


def data(length: int = 300) -> TrainingData:
    ids = np.random.default_rng(0).integers(0, VOCAB, length)
    cut = int(0.8 * length)
    return TrainingData(*(Sequences.of_stream(part) for part in (ids[:cut], ids[cut:-20], ids[-20:])))


def trainer(name: str = "rnn_scratch", run: dict[str, Any] | None = None, **more: Any) -> Trainer:
    made = model(name)
    config = made.Learner.Config(**({"batch_size": 4, "num_steps": 5} if name == "rnn_scratch" else {}))
    learner = made.Learner(made, config, seed=1)
    return Trainer(learner, data(), build(RunConfig, {"epochs": 3, "evaluations": 2, **(run or {})}), **more)


def judge() -> dict[str, Any]:
    return {"train": {"perplexity": 2.0}, "held_out": {"perplexity": 3.0}}


def kinds(events: Iterator[Event]) -> list[str]:
    return [type(event).__name__ for event in events]


def test_a_run_tells_its_story_in_order() -> None:
    events = list(trainer(judge=judge, sample=lambda: "text", save=lambda at: "folder").events())
    assert isinstance(events[0], Started)
    assert events[0].train_tokens == 240
    steps = [event for event in events if isinstance(event, Step)]
    assert [step.step for step in steps] == list(range(1, len(steps) + 1))
    assert steps[-1].progress == 1.0
    assert steps[-1].epoch == 2
    assert steps[-1].tokens_seen == len(steps) * 4 * 5
    middle, end = (event for event in events if isinstance(event, Evaluated) and not event.final)
    assert middle.validation_perplexity == pytest.approx(VOCAB, rel=0.3)
    assert middle.progress >= 0.5
    assert end.progress == 1.0
    final = events[-2]
    assert isinstance(final, Evaluated)
    assert final.final
    assert (final.train_perplexity, final.held_out_perplexity) == (2.0, 3.0)
    assert events[-1] == Finished("done", len(steps), len(steps) * 20, events[-1].seconds)  # type: ignore[union-attr]
    assert kinds(iter(events)).count("Saved") == 1  # in the middle; the end is saved by whoever judges


def test_the_running_train_perplexity_is_the_mean_over_the_steps_since() -> None:
    events = list(trainer().events())
    losses = [event.loss_nats for event in events if isinstance(event, Step)]
    first = next(event for event in events if isinstance(event, Evaluated))
    expected = math.exp(sum(losses[: first.step]) / first.step)  # type: ignore[arg-type]
    assert first.train_perplexity == pytest.approx(expected)


def test_counting_is_one_step_of_the_same_loop() -> None:
    events = list(trainer("ngram", judge=judge).events())
    assert kinds(iter(events)) == ["Started", "Step", "Evaluated", "Finished"]
    assert events[1].tokens_seen == 239  # type: ignore[union-attr] - 240 ids predict 239


def test_minutes_end_a_run_by_the_clock() -> None:
    events = list(trainer(run={"minutes": 0.005, "epochs": 1}).events())  # 0.3 s
    last = [event for event in events if isinstance(event, Step)][-1]
    assert last.progress == 1.0
    assert last.seconds >= 0.3


def test_closing_leaves_a_position_to_resume_from() -> None:
    saved: list[Progress] = []
    running = trainer(save=lambda at: saved.append(at) or "folder")  # type: ignore[func-returns-value]
    events = running.events()
    for event in events:
        if isinstance(event, Step) and event.step == 5:
            break
    events.close()  # type: ignore[attr-defined]
    assert saved[-1].step == 5
    assert saved[-1].tokens_seen == 100


class Clock:
    """A clock that stands still unless it is put forward."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


def saves_of(monkeypatch: pytest.MonkeyPatch, seconds_to_save: float, **run: Any) -> list[int]:
    """Train with steps of one second by the clock; return the steps after which the run was saved."""
    clock, saves = Clock(), []
    monkeypatch.setattr("core.training.trainer.time", clock)

    def save(at: Progress) -> str:
        saves.append(at.step)
        clock.now += seconds_to_save
        return "folder"

    running = trainer(run={"epochs": 4, "evaluations": 0, **run}, save=save)
    for event in running.events():
        clock.now += isinstance(event, Step)
    assert running.progress.step >= 40
    return saves


def test_a_long_run_is_saved_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    assert saves_of(monkeypatch, 0.0, save_minutes=0.2)[:3] == [12, 24, 36]  # 0.2 minutes are 12 steps of a second
    assert saves_of(monkeypatch, 0.0, save_minutes=0) == []


def test_saving_by_the_clock_takes_a_small_part_of_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    # A save of 1 s is followed by 20 s without one: 1 / (1 + 20) is less than the twentieth that saving may take.
    assert saves_of(monkeypatch, 1.0, save_minutes=0.05)[:3] == [3, 23, 43]


def test_a_resumed_run_that_explodes_at_once_goes_back_to_the_weights_it_came_with() -> None:
    running = trainer(start=Progress(epoch=1, step_in_epoch=3, step=14, tokens_seen=280), judge=judge)
    before = running.model.tensors()
    running.learner.__class__ = Wild
    running.learner.steps = Wild.at - 1  # type: ignore[attr-defined]
    assert kinds(running.events())[-1] == "Finished"
    for name, array in running.model.tensors().items():
        np.testing.assert_array_equal(array, before[name])


def test_a_train_perplexity_is_the_same_where_the_run_was_resumed_between_two_evaluations() -> None:
    whole = [event.train_perplexity for event in trainer().events() if isinstance(event, Evaluated)]
    second = taken_up(trainer, 5)
    assert [event.train_perplexity for event in second.events() if isinstance(event, Evaluated)] == whole


@pytest.mark.parametrize("stop_at", [1, 5, 17])
def test_a_resumed_run_equals_an_uninterrupted_one_bit_for_bit(stop_at: int) -> None:
    whole = trainer()
    list(whole.events())
    second = taken_up(trainer, stop_at)
    list(second.events())
    assert second.progress.step == whole.progress.step
    for name, array in whole.model.tensors().items():
        np.testing.assert_array_equal(array, second.model.tensors()[name])


def test_a_loss_that_is_not_finite_stops_with_the_last_good_weights_and_advice() -> None:
    running = trainer(run={"epochs": 50})
    good: list[dict[str, np.ndarray]] = []

    class Exploding(type(running.learner)):  # type: ignore[misc]
        def learn(self, window: Any, progress: float) -> Learned:
            good.append(self.model.tensors())
            if len(good) < 120:
                return super().learn(window, progress)  # type: ignore[no-any-return]
            broken = {name: np.full_like(array, np.nan) for name, array in self.model.tensors().items()}
            for name, value in self.model.parameters.items():
                value.data.copy_(value.data.new_tensor(broken[name]))
            return Learned(20, float("nan"), float("nan"))

    running.learner.__class__ = Exploding
    events = list(running.events())
    end = events[-1]
    assert isinstance(end, Finished)
    assert end.reason == "diverged"
    assert "learning_rate" in end.advice
    assert end.advice_zh
    for name, array in running.model.tensors().items():
        np.testing.assert_array_equal(array, good[100][name])  # copied every 50 steps: before step 101


class Wild(type(trainer().learner)):  # type: ignore[misc]
    """A learner whose weights stop being finite at a given step, without a word."""

    at = 7

    def learn(self, window: Any, progress: float) -> Learned:
        learned: Learned = super().learn(window, progress)
        if self.steps == self.at:
            for value in self.model.parameters.values():
                value.data.fill_(float("nan"))
        return learned


def test_weights_that_are_not_finite_never_reach_a_checkpoint() -> None:
    saved: list[bool] = []

    def save(at: Progress) -> str:
        saved.append(all(np.isfinite(array).all() for array in running.model.tensors().values()))
        return "folder"

    running = trainer(run={"evaluations": 30}, save=save, judge=judge)
    running.learner.__class__ = Wild
    end = list(running.events())[-1]
    assert isinstance(end, Finished)
    assert end.reason == "diverged"
    assert saved and all(saved)


def test_a_run_closed_with_broken_weights_saves_good_ones() -> None:
    saved: list[bool] = []
    running = trainer(
        run={"evaluations": 0},
        save=lambda at: saved.append(all(np.isfinite(a).all() for a in running.model.tensors().values())) or "folder",
    )
    running.learner.__class__ = Wild
    events = running.events()
    for event in events:
        if isinstance(event, Step) and event.step == Wild.at:
            break
    events.close()  # type: ignore[attr-defined]
    assert saved == [True]


def test_a_loss_too_large_for_a_perplexity_is_infinite_and_no_accident() -> None:
    class Huge(type(trainer().learner)):  # type: ignore[misc]
        def learn(self, window: Any, progress: float) -> Learned:
            return Learned(20, 1e5, 1.0)

    running = trainer()
    running.learner.__class__ = Huge
    evaluated = [event for event in running.events() if isinstance(event, Evaluated)]
    assert evaluated[0].train_perplexity == math.inf


def test_an_error_in_the_middle_keeps_what_was_learned() -> None:
    saved: list[int] = []

    def sample() -> str:
        raise RuntimeError("a plug-in's own mistake")

    running = trainer(sample=sample, save=lambda at: saved.append(at.step) or "folder")  # type: ignore[func-returns-value]
    with pytest.raises(RuntimeError):
        list(running.events())
    assert saved[-1] == running.progress.step > 0


def test_a_model_without_perplexity_can_be_trained() -> None:
    end = list(trainer(judge=lambda: {"refused": "its numbers do not sum to 1"}).events())[-2]
    assert isinstance(end, Evaluated)
    assert (end.train_perplexity, end.held_out_perplexity) == (None, None)


def test_events_become_json_without_infinity() -> None:
    values = as_json(Evaluated(1, 2, 0.5, 0.1, float("inf"), None, results={"a": [float("nan"), 1.0]}))
    assert values["event"] == "evaluated"
    assert values["train_perplexity"] is None
    assert values["results"] == {"a": [None, 1.0]}
    assert as_json(Saved(3, "x")) == {"event": "saved", "step": 3, "path": "x"}


@pytest.mark.parametrize(
    "bad", [None, [], {}, {"epoch": 1}, Progress().as_json() | {"epoch": -1}, Progress().as_json() | {"step": "3"}]
)
def test_a_foreign_position_is_refused(bad: object) -> None:
    from core.errors import BadCheckpoint

    with pytest.raises(BadCheckpoint):
        Progress.from_json(bad)
    assert Progress.from_json(Progress(step=3).as_json()) == Progress(step=3)
    older = {name: value for name, value in Progress(step=3).as_json().items() if not name.startswith("loss")}
    assert Progress.from_json(older) == Progress(step=3)
    for wrong in ({"loss_sum": math.nan}, {"loss_sum": -1.0}, {"loss_tokens": 2.0}):
        with pytest.raises(BadCheckpoint):
            Progress.from_json(Progress().as_json() | wrong)
