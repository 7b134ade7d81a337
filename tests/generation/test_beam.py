"""Beam search against the enumeration of all continuations."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest

from core.errors import Refused
from core.generation.beam import Hypothesis, beam_search
from core.language import both
from core.models.protocol import About, Array, LanguageModel, State

VOCAB = 3


class TwoBack(LanguageModel):
    """The next token depends on the last two ids: log-probabilities in a table [vocab, vocab, vocab]."""

    about = About("two_back", both("two back"), both("a table"), "D2L 8.3")

    def __init__(self, table: Array) -> None:
        super().__init__(None, table.shape[-1])
        self.table = table
        self.steps = 0

    def initial_state(self, batch: int) -> State:
        return (np.zeros((batch, 2), dtype=np.int32),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        joined = np.concatenate([state[0], ids], axis=1)
        self.steps += ids.shape[1]
        return self.table[joined[:, 1:-1], joined[:, 2:]], (joined[:, -2:],)

    def tensors(self) -> dict[str, Array]:
        return {"table": self.table}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        self.table = tensors["table"]


def random_model(seed: int, vocab: int = VOCAB) -> TwoBack:
    p = np.random.default_rng(seed).dirichlet(np.full(vocab, 0.5), size=(vocab, vocab))
    return TwoBack(np.log(p))


def search(
    model: TwoBack, tokens: int, beams: int, forbidden: tuple[int, ...] = (), end: int | None = None
) -> Hypothesis:
    first, state = model.step(np.array([1]), model.initial_state(1))
    *signs, best = beam_search(model, first[0], state, tokens=tokens, beams=beams, forbidden=forbidden, boundary_id=end)
    assert best is not None and not any(signs)
    return best


def continuations(model: TwoBack, tokens: int, end: int | None) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield (mean log-probability, ids) of every continuation of [1]: of full length, or ending with ``end``."""
    for length in range(1, tokens + 1):
        for ids in itertools.product(range(model.vocab_size), repeat=length):
            if end in ids[:-1] or (length < tokens and ids[-1] != end):
                continue
            text = (0, 1, *ids)
            yield sum(model.table[a, b, c] for a, b, c in zip(text, text[1:], text[2:], strict=False)) / length, ids


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("end", [None, 2])
def test_with_enough_beams_it_equals_enumeration(seed: int, end: int | None) -> None:
    model, tokens = random_model(seed), 3
    score, ids = max(continuations(model, tokens, end))
    best = search(model, tokens, beams=VOCAB**tokens, end=end)
    assert best.score == pytest.approx(score)
    assert tuple(link.id for link in best.chain()) == ids


@pytest.mark.parametrize("seed", range(5))
def test_every_log_probability_is_the_models_own(seed: int) -> None:
    model = random_model(seed, vocab=5)
    best = search(model, tokens=40, beams=4, forbidden=(0,))
    chain = best.chain()
    ids = np.array([[1, *(link.id for link in chain)]])
    scores, _ = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(1))
    assert [link.log_prob for link in chain] == pytest.approx(scores[0].tolist())
    assert best.total == pytest.approx(scores.sum())
    assert 0 not in ids and best.length == 40


def test_it_finds_what_greedy_choice_misses() -> None:
    # After 1: token 0 has .6 but then nothing better than .5; token 2 has .4 and then certainty. .4 > .6 * .5
    table = np.full((3, 3, 3), 1 / 3)
    table[:, 1] = [0.6, 0.0, 0.4]
    table[1, 0] = [0.5, 0.5, 0.0]
    table[1, 2] = [1.0, 0.0, 0.0]
    with np.errstate(divide="ignore"):
        best = search(TwoBack(np.log(table)), tokens=2, beams=2)
    assert [link.id for link in best.chain()] == [2, 0]
    assert np.exp(best.total) == pytest.approx(0.4)


def test_length_is_normalised() -> None:
    # Ending at once (token 2) has probability .5; going on has .5, .9 and .9: a lower sum, but a better mean.
    table = np.zeros((3, 3, 3))
    table[0, 1] = [0.5, 0.0, 0.5]
    table[:, 0] = [0.9, 0.1, 0.0]
    table[1, 0] = [0.9, 0.1, 0.0]
    table[table.sum(axis=2) == 0] = 1 / 3
    with np.errstate(divide="ignore"):
        best = search(TwoBack(np.log(table)), tokens=3, beams=4, end=2)
    assert [link.id for link in best.chain()] == [0, 0, 0]
    assert best.score == pytest.approx(np.log(0.5 * 0.9 * 0.9) / 3)  # -0.30 against ln .5 = -0.69


def test_it_ends_early_when_nothing_can_become_better() -> None:
    # The end is certain: no longer text can beat a mean of 0.
    table = np.full((3, 3, 3), 1e-9)
    table[:, :, 2] = 1 - 2e-9
    model = TwoBack(np.log(table))
    best = search(model, tokens=1000, beams=2, end=2)
    assert [link.id for link in best.chain()] == [2]
    assert model.steps < 100


def test_a_dead_end_is_a_clear_error() -> None:
    table = np.full((2, 2, 2), -np.inf)
    table[:, :, 0] = 0.0
    with pytest.raises(Refused, match="leaves no token"):
        search(TwoBack(table), tokens=3, beams=2, forbidden=(0,))


def test_a_long_search_gives_signs_of_life() -> None:
    model = random_model(0)
    first, state = model.step(np.array([1]), model.initial_state(1))
    found = list(beam_search(model, first[0], state, tokens=100, beams=2))
    assert len(found) > 3 and found[-1] is not None
