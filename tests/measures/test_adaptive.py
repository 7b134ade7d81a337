"""Adaptive scoring: every prediction is a distribution made of the past alone, and nothing stays from text to text."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np
import pytest

from core.errors import BadText, Refused
from core.language import both
from core.measures import adaptive
from core.measures.adaptive import adaptive_log_probs, score_adaptive
from core.models.protocol import About, Array, LanguageModel, State
from core.text.sequences import Sequences

VOCAB = 4
LETTERS = np.array([False, True, True, True])


class Table(LanguageModel):
    """The next token depends on the last id alone."""

    about = About("table", both("table"), both("a table"), "D2L 8.3")

    def __init__(self, probabilities: Array) -> None:
        super().__init__(None, probabilities.shape[-1])
        with np.errstate(divide="ignore"):
            self.table = np.log(probabilities)  # [vocab, vocab]

    def initial_state(self, batch: int) -> State:
        return ()

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        return self.table[ids], ()

    def tensors(self) -> dict[str, Array]:
        return {}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        pass


RNG = np.random.default_rng(3)
MODEL = Table(RNG.dirichlet(np.ones(VOCAB), size=VOCAB))
IDS = np.tile(RNG.integers(0, VOCAB, 50), 6).astype(np.int32)
TEXT = Sequences.of_stream(IDS)


def distributions(sequences: Sequences) -> np.ndarray:
    return np.array(list(adaptive_log_probs(MODEL, sequences, LETTERS)))


def test_every_prediction_sums_to_one() -> None:
    found = distributions(TEXT)
    assert found.shape == (len(IDS) - 1, VOCAB)
    assert np.exp(found).sum(axis=1) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("place", [1, 2, 60, 298])
def test_what_comes_later_never_changes_a_prediction(place: int) -> None:
    changed = IDS.copy()
    changed[place:] = (changed[place:] + 1) % VOCAB
    before = distributions(TEXT)[:place]
    assert (distributions(Sequences.of_stream(changed))[:place] == before).all()
    assert (distributions(Sequences.of_stream(IDS[: place + 1])) == before).all()


def test_how_much_is_read_at_once_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = distributions(TEXT)
    for places in (1, 7, 64):
        monkeypatch.setattr(adaptive, "_PLACES_AT_ONCE", places)
        assert distributions(TEXT) == pytest.approx(whole, abs=1e-12)


def test_nothing_stays_from_one_text_to_the_next() -> None:
    first = score_adaptive(MODEL, TEXT, LETTERS)
    assert (score_adaptive(MODEL, TEXT, LETTERS).log_probs == first.log_probs).all()


def plainly(ids: list[int]) -> list[list[float]]:
    """Return the distributions again, with nothing but lists and dictionaries, one place after the other."""
    followers: dict[object, list[int]] = defaultdict(list)
    learned: dict[object, float] = defaultdict(float)
    found = []
    for place in range(1, len(ids)):
        contexts: list[object] = [tuple(ids[place - n : place]) for n in range(9) if n <= place]
        begin = place
        while begin > 0 and LETTERS[ids[begin - 1]]:
            begin -= 1
        word = ("word", *ids[begin:place])
        static: list[float] = MODEL.table[ids[place - 1]].tolist()
        entropy = sum(-math.exp(x) * x for x in static) / math.log(2)
        scores, own, met = [static], [min(int(entropy), 5)], 0
        shorter = [1 / VOCAB] * VOCAB
        for context in [*contexts, *[None] * (9 - len(contexts)), word]:
            if context is word:
                shorter = [1 / VOCAB] * VOCAB
            past = followers[context][-127:] if context is not None else []
            kinds = len(set(past))
            longer = (
                [(past.count(w) + kinds * shorter[w]) / (len(past) + kinds) for w in range(VOCAB)] if past else shorter
            )
            scores.append([math.log(a / b) for a, b in zip(longer, shorter, strict=True)])
            classes = [n for n, top in enumerate((1, 2, 4, 8, 16, 10**9), 1) if len(past) <= top]
            own.append((classes[0] + 6 * (kinds == 1)) if past else 0)
            met += bool(past) and context is not word
            shorter = longer
        unsure = min(int(2 * entropy), 9)
        keys = [[("own", k, own[k]), ("met", k, met), ("unsure", k, unsure)] for k in range(len(scores))]
        first = [1.0] + [0.05] * 10
        weights = [first[k] + sum(learned[key] for key in keys[k]) for k in range(len(scores))]
        pooled = [sum(weight * row[w] for weight, row in zip(weights, scores, strict=True)) for w in range(VOCAB)]
        total = sum(map(math.exp, pooled))
        found.append([x - math.log(total) for x in pooled])
        for k, row in enumerate(scores):
            expected = sum(math.exp(found[-1][w]) * row[w] for w in range(VOCAB))
            for key in keys[k]:
                learned[key] += 0.0012 * (row[ids[place]] - expected)
        for context in [*contexts, word]:
            followers[context].append(ids[place])
    return found


def test_the_distributions_are_those_of_a_plain_recount() -> None:
    assert distributions(TEXT) == pytest.approx(np.array(plainly(IDS.tolist())), abs=1e-9)


def test_a_text_that_repeats_itself_is_read_better() -> None:
    assert score_adaptive(MODEL, TEXT, LETTERS).nats < 0.7 * -MODEL.table[IDS[:-1], IDS[1:]].sum()


def test_a_token_held_impossible_becomes_possible_and_is_learned() -> None:
    stubborn = Table(np.eye(VOCAB))  # sure that every token is followed by itself
    ids = np.array([0, 1] * 200, dtype=np.int32)
    score = score_adaptive(stubborn, Sequences.of_stream(ids), LETTERS)
    assert not score.impossible
    assert np.exp(score.log_probs[-1]) > 0.5


def test_chance_costs_little() -> None:
    # On a text without any repetition to be found, a model that knows the truth loses less than 2 % by learning.
    ids = np.random.default_rng(5).integers(0, VOCAB, 4000).astype(np.int32)
    knowing = Table(np.full((VOCAB, VOCAB), 1 / VOCAB))
    assert score_adaptive(knowing, Sequences.of_stream(ids), LETTERS).nats < 1.02 * (len(ids) - 1) * math.log(VOCAB)


def test_lines_each_start_afresh_and_what_was_counted_stays() -> None:
    lines = [np.array([0, 1, 3, 2, 0], dtype=np.int32)] * 20
    score = score_adaptive(MODEL, Sequences.of_lines(lines), LETTERS)
    assert score.scored == 80
    assert score.log_probs[-4:].sum() > score.log_probs[:4].sum()


def test_every_chunk_is_told_of() -> None:
    heard: list[int] = []
    score_adaptive(MODEL, TEXT, LETTERS, heed=heard.append)
    assert sum(heard) == len(IDS) - 1


def test_what_cannot_be_scored_is_refused() -> None:
    with pytest.raises(BadText, match="at least 2"):
        score_adaptive(MODEL, Sequences.of_stream(IDS[:1]), LETTERS)
    with pytest.raises(Refused, match="NaN"):
        score_adaptive(Table(np.full((VOCAB, VOCAB), np.nan)), TEXT, LETTERS)
