"""The truth: the very source that wrote a generated corpus, as a model (Shannon 1948; D2L 8.1, 8.4.4).

It learns nothing and knows everything but the state that the source is in, of which it keeps a belief:

    P(x_t | x_1 ... x_{t-1}) = sum over states s of b_t(s) P(x_t | s)
    b_{t+1}(s') is proportional to sum over s of b_t(s) P(x_t, s' | s)          Bayes' rule

Its perplexity is exp(H), the floor, up to chance; what any other model has more is what that model does not know.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from core.errors import BadSetting
from core.language import both
from core.models.counting import CountModel
from core.models.protocol import About, Array, State
from core.settings import setting
from core.text.generated.recipe import Recipe
from core.text.sequences import Sequences
from core.training.counting import CountingLearner


@dataclass(frozen=True)
class Config:
    """Settings of the true model."""

    source: str = setting(
        "", lists="source",
        help=both(
            "The source and the token of every id, as JSON; a run fills it in from the card of its generated corpus.",
            "源及各编号对应的词元（JSON）；训练时由生成语料的说明自动填入。",
        ),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Tables:
    """A source in token ids.

    Attributes:
        start: the belief before any token, ``[states]``.
        steps: P(id, next state | state), ``[ids, states, states]``.
        letters: P(id | state), ``[ids, states]``.
    """

    start: Array
    steps: Array
    letters: Array


class Truth(CountModel):
    """The state is the belief: P(state of the source | all that was read), ``[batch, states]``."""

    about = About(
        name="truth",
        title=both("The true model", "真实模型"),
        idea=both(
            "Is the source itself that wrote a generated text: no model can do better, but by chance.",
            "就是写出生成语料的那个源本身：除非碰巧，没有模型能胜过它。",
        ),
        section="D2L 8.4.4",
        trace=(
            ("belief", both("P(state of the source | tokens so far) [time, states]", "P(源的状态 | 目前的词元) [时间, 状态]")),
        ),
    )  # fmt: skip
    Config = Config
    Learner = CountingLearner

    def learn(self, sequences: Sequences) -> None:
        """Learn nothing."""

    @cached_property
    def tables(self) -> Tables:
        """The probabilities, made when they are first needed; without a source every id is equally likely."""
        if not self.config.source:
            even = np.full((self.vocab_size, 1), 1 / self.vocab_size)
            return Tables(np.ones(1), even[:, :, None], even)
        recipe, tokens = _parsed(self.config.source, self.vocab_size)
        source = recipe.source()
        steps = np.zeros((self.vocab_size, *source.steps[:, 0].shape))
        for place, letter in enumerate(source.symbols):
            steps[tokens.get(letter, 0)] += source.steps[:, place]  # a letter that has no id is unknown: 0
        return Tables(source.stationary, steps, steps.sum(axis=2))

    def initial_state(self, batch: int) -> State:
        """Return the stationary distribution of the source's states for every row."""
        return (np.tile(self.tables.start, (batch, 1)),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P(w | ids so far), ``[batch, time, vocab]``."""
        beliefs = self._beliefs(ids, state[0])
        with np.errstate(divide="ignore"):  # what the source never writes there is impossible
            return np.log(beliefs @ self.tables.letters.T), (beliefs[:, -1].copy(),)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return ln P(target) only, ``[batch, time]``."""
        beliefs = self._beliefs(inputs, state[0])
        with np.errstate(divide="ignore"):
            scores = np.log((beliefs * self.tables.letters[targets]).sum(axis=2))
        return scores, (beliefs[:, -1].copy(),)

    def _beliefs(self, ids: Array, belief: Array) -> Array:
        """Return the belief after each of ids ``[batch, time]``, ``[batch, time, states]``.

        After what the source cannot have written, the belief begins again: whatever follows was written by something else.
        """
        tables = self.tables
        beliefs = np.empty((*ids.shape, len(tables.start)))
        for time in range(ids.shape[1]):
            belief = (belief[:, None, :] @ tables.steps[ids[:, time]])[:, 0]
            sums = belief.sum(axis=1, keepdims=True)
            belief = np.divide(belief, sums, out=np.tile(tables.start, (len(belief), 1)), where=sums > 0)
            beliefs[:, time] = belief
        return beliefs

    def tensors(self) -> dict[str, Array]:
        """Return nothing: all that it knows stands in its settings."""
        return {}

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return the belief after each of ids ``[time]``; see ``about.trace``."""
        return {"belief": self._beliefs(ids[None], self.initial_state(1)[0])[0]}


def _parsed(source: str, vocab_size: int) -> tuple[Recipe, dict[str, int]]:
    """Return the recipe of the source, and the id of every token, as the setting says them."""
    try:
        values: Any = json.loads(source)
        kind, settings, tokens = values["kind"], values["settings"], values["tokens"]
        if not isinstance(settings, dict) or not isinstance(tokens, list) or len(tokens) != vocab_size:
            raise ValueError
        return Recipe.of(str(kind), settings), {str(token): id_ for id_, token in enumerate(tokens)}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BadSetting(
            f"Setting 'source' cannot be {source[:60]!r}: leave it empty, and the run fills it in from the corpus' card.",
            f"设置项“source”不能取“{source[:60]}”：请留空，训练时会由语料的说明填入。",
        ) from error


PLUGIN = Truth
