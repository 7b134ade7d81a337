"""Learning by counting: one window, one pass."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import BrokenPlugin
from core.models.protocol import Array, LanguageModel, State
from core.settings import build, describe
from core.text.sequences import Sequences
from core.training.counting import CountingConfig, CountingLearner


class Remembering(LanguageModel):
    """A model without Learner or counts; `Teachable` adds what counting asks."""

    def initial_state(self, batch: int) -> State:
        return ()

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        return np.zeros((*ids.shape, self.vocab_size)), state

    def tensors(self) -> dict[str, Array]:
        return {}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        pass


class Teachable(Remembering):
    """Keeps what it was taught."""

    taught: list[Sequences]

    def learn(self, sequences: Sequences) -> None:
        self.taught = [*getattr(self, "taught", []), sequences]


def test_the_whole_text_is_one_window_and_is_learned_once() -> None:
    model = Teachable(None, 5)
    learner = CountingLearner(model, build(CountingConfig, {}), seed=0)
    data = Sequences.of_lines([np.array([0, 1, 0]), np.array([0, 2, 2, 0])])
    told = [learner.learn(window, progress=0.0) for window in learner.windows(data, epoch=0)]
    assert model.taught == [data]
    assert [each.tokens for each in told] == [2 + 3]  # every id but the first of its line follows another
    assert told[0].loss_nats is None
    assert learner.single_pass and learner.tensors() == {}


def test_validation_is_off_unless_asked_for() -> None:
    [validation] = describe(CountingConfig)
    assert (validation.name, validation.default) == ("validation", False)
    assert validation.help.zh


def test_a_model_that_cannot_count_is_named_as_broken() -> None:
    with pytest.raises(BrokenPlugin, match="no method learn") as caught:
        CountingLearner(Remembering(None, 5), CountingConfig(), seed=0)
    assert caught.value.text.zh
