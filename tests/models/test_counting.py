"""The base of the count models, by the smallest model that can stand on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from core.errors import BadCheckpoint
from core.models.counting import CountModel
from core.models.protocol import Array, State
from core.text.sequences import Sequences


@dataclass(frozen=True)
class NoSettings:
    """Nothing to choose."""


class Bigram(CountModel):
    """What a newcomer writes: three methods."""

    Config = NoSettings

    def __init__(self, config: NoSettings, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self.counts = np.zeros((vocab_size, vocab_size), dtype=np.int64)

    def learn(self, sequences: Sequences) -> None:
        for ids in sequences:
            np.add.at(self.counts, (ids[:-1], ids[1:]), 1)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        counts = self.counts[ids] + 1.0
        return np.log(counts / counts.sum(axis=-1, keepdims=True)), state

    def tensors(self) -> dict[str, Array]:
        return {"counts": self.counts}


def learned() -> Bigram:
    """Return a bigram model of the lines 0 1 0 and 0 2 2 0 over 3 ids."""
    model = Bigram(NoSettings(), 3)
    model.learn(Sequences.of_lines([np.array([0, 1, 0]), np.array([0, 2, 2, 0])]))
    return model


def test_a_count_model_needs_only_learn_log_probs_and_tensors() -> None:
    model = learned()
    # pairs: 01 10 02 22 20; after 0: one 1, one 2, so (n + 1) / (2 + 3) = 1/5, 2/5, 2/5
    log_probs, state = model.log_probs(np.array([[0]]), model.initial_state(1))
    assert np.exp(log_probs[0, 0]) == pytest.approx([1 / 5, 2 / 5, 2 / 5])
    step, _ = model.step(np.array([0]), state)
    assert step == pytest.approx(log_probs[:, 0])
    scores, _ = model.score(np.array([[0, 2]]), np.array([[2, 0]]), model.initial_state(1))
    assert np.exp(scores[0]) == pytest.approx([2 / 5, 2 / 5])  # after 2: one 2, one 0: (1 + 1) / (2 + 3)


def test_saved_counts_come_back_the_same() -> None:
    saved = {name: array.copy() for name, array in learned().tensors().items()}
    other = Bigram(NoSettings(), 3)
    other.load_tensors(saved)
    assert np.array_equal(other.counts, learned().counts)
    saved["counts"][:] = 9
    assert not np.any(other.counts == 9)


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        {"counts": np.zeros((3, 3), dtype=np.int64), "more": np.zeros(1)},
        {"counts": np.zeros((3, 4), dtype=np.int64)},
        {"counts": np.zeros((3, 3), dtype=np.float64)},
    ],
)
def test_tensors_of_another_model_are_refused(damaged: dict[str, Array]) -> None:
    model = learned()
    before = model.counts.copy()
    with pytest.raises(BadCheckpoint) as caught:
        model.load_tensors(damaged)
    assert caught.value.text.zh
    assert np.array_equal(model.counts, before)
