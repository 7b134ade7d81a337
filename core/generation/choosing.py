"""Choosing one token after the other: the model's distribution, cut by the settings, and a uniform number (D2L 8.5.3).

A Markov chain comes to the same contexts again and again, and after the same context everything is the same. So what was
computed for a context is kept while one text is written: the cumulative probabilities of the tokens that can be drawn.
Then one token costs a look into a dictionary and a search among a few numbers. Any other model is asked anew each time.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from core.generation.prefix import warm_up
from core.generation.sampling import GenerationSettings, distribution, pick, uniforms
from core.models.protocol import Array, LanguageModel
from core.text.sequences import Ids

# Tokens that the kept choices of one text may list together (20 MB); then all are dropped at once.
_KEPT_TOKENS = 1_000_000

Chosen = tuple[int, float]


def choose(model: LanguageModel, ids: Ids, settings: GenerationSettings, forbidden: int) -> Iterator[Chosen]:
    """Yield id and log-probability of one token after the other, drawn or greedy, without end at a boundary.

    Args:
        model: who writes.
        ids: the text before, ``[time]``, at least one.
        settings: how.
        forbidden: id that is never drawn.
    """
    if model.context_length is None:
        return _step_by_step(model, ids, settings, forbidden)
    return _as_a_chain(model, model.context_length, ids, settings, forbidden)


def _step_by_step(model: LanguageModel, ids: Ids, settings: GenerationSettings, forbidden: int) -> Iterator[Chosen]:
    """The plain way: the state moves on with every token."""
    log_probs, state = warm_up(model, ids)
    chance = uniforms(settings.seed)
    for tokens_left in reversed(range(settings.tokens)):
        id_ = pick(log_probs, settings, forbidden, next(chance))
        yield id_, float(log_probs[id_])
        if tokens_left:
            after, state = model.step(np.array([id_], dtype=np.int32), state)
            log_probs = after[0]


@dataclass(frozen=True, slots=True)
class _Choice:
    """What can be drawn after a context: ids, their cumulative probabilities, and the model's own log-probabilities."""

    ids: array[int]
    cumulative: array[float]
    log_probs: array[float]


def _as_a_chain(
    model: LanguageModel, length: int, ids: Ids, settings: GenerationSettings, forbidden: int
) -> Iterator[Chosen]:
    """The same for a model whose last ``length`` ids decide, with every context computed once."""
    kept: dict[tuple[int, ...], _Choice] = {}
    listed = 0
    chance = uniforms(settings.seed)
    context = tuple(ids[-length:].tolist())
    for _ in range(settings.tokens):
        choice = kept.get(context)
        if choice is None:
            choice = _choice(model.after(context), settings, forbidden)
            listed += len(choice.ids)
            if listed > _KEPT_TOKENS:
                kept.clear()
                listed = len(choice.ids)
            kept[context] = choice
        at = bisect_right(choice.cumulative, next(chance) * choice.cumulative[-1])
        at = min(at, len(choice.ids) - 1)  # rounding: the last possible token
        yield choice.ids[at], choice.log_probs[at]
        context = (*context, choice.ids[at])[-length:]


def _choice(log_probs: Array, settings: GenerationSettings, forbidden: int) -> _Choice:
    probabilities = distribution(log_probs, settings, [forbidden])
    ids = np.flatnonzero(probabilities)
    return _Choice(
        array("i", ids.astype(np.intc).tobytes()),
        array("d", np.cumsum(probabilities)[ids].tobytes()),
        array("d", log_probs[ids].astype(np.float64).tobytes()),
    )
