"""Models against what is possible: each learns from a generated text and is judged on the rest of it, beside exp(H) (D2L 8.4.4).

The distance from the floor is a mean over held-out characters, and the text is one draw of many; so it stands with a 95 %
interval. A model is below the floor only if the whole interval is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.errors import Refused
from core.measures.bootstrap import paired_difference
from core.measures.perplexity import perplexity, score_sequences
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import build_all
from core.sharing.source_setting import with_source
from core.text.corpus import Corpus
from core.text.generated.known import Known
from core.text.preparation import Prepared, TextSettings, prepare_text

Json = dict[str, Any]

_STEPS_BETWEEN_NEWS = 10


@dataclass(frozen=True)
class Contestant:
    """A model that is to be measured: a plug-in's name, and settings of model, training and run by name."""

    model: str
    values: Mapping[str, Any] = field(default_factory=dict)


def against_floor(
    registry: Registry, corpus: Corpus, contestants: Sequence[Contestant], *, max_tokens: int = 0, seed: int = 0
) -> Iterator[float | Json]:
    """Train models on a generated text and measure how far above the floor each ends; close the iterator to stop.

    Args:
        registry: the models.
        corpus: a generated one.
        contestants: in the order in which they are measured.
        max_tokens: as the setting of that name; 0 takes the whole text.
        seed: of weights and mini-batches.

    Yields:
        How much is done, 0 to 1, and for every model as it is done: model, values, parameters, nats (a character), perplexity,
        low and high (its 95 % interval), floor (exp(H)), above (a share of the floor), and beats_floor, whether even ``high`` is below.
        An impossible character makes nats, perplexity, low, high and above None.

    Raises:
        Refused: a corpus whose entropy nobody knows.
        LabError: a model or setting that does not exist, or a text too short for an interval.
    """
    if corpus.card.known is None:
        raise Refused(
            f"The entropy of '{corpus.card.name}' is not known, so no floor can be drawn. Take a generated corpus, such as markov1.",
            f"“{corpus.card.name}”的熵率未知，无法给出下限。请选用生成的语料，例如 markov1。",
        )
    prepared = prepare_text(corpus, TextSettings(max_tokens=max_tokens))
    for number, contestant in enumerate(contestants):
        plugin = registry.get(contestant.model)
        usual = {"epochs": plugin.Learner.usual_epochs, **contestant.values}
        config, training, _, run = build_all(registry.groups(contestant.model), usual)
        model = plugin(with_source(config, corpus, prepared), prepared.tokenizer.vocab_size, seed)
        for done in _taught(model, training, run.epochs, prepared, seed):
            yield (number + done) / len(contestants)
        registry.examine(model)
        told = {"model": contestant.model, "values": dict(contestant.values), "parameters": model.num_parameters}
        yield told | _measured(model, prepared, corpus.card.known)


def _taught(model: LanguageModel, training: Any, epochs: int, prepared: Prepared, seed: int) -> Iterator[float]:
    """Teach a model by its own learner; yield now and then how much is done."""
    learner = model.Learner(model, training, seed)
    epochs = 1 if learner.single_pass else epochs
    for epoch in range(epochs):
        windows = list(learner.windows(prepared.training, epoch))
        for at, window in enumerate(windows):
            done = (epoch + at / len(windows)) / epochs
            learner.learn(window, done)
            if at % _STEPS_BETWEEN_NEWS == 0:
                yield done


def _measured(model: LanguageModel, prepared: Prepared, known: Known) -> Json:
    """Return how far above the floor a model is on the held-out text."""
    score = score_sequences(model, prepared.held_out, prepared.tokenizer.unk_id)
    if score.impossible:
        nothing = dict.fromkeys(("nats", "perplexity", "low", "high", "above"))
        return {**nothing, "floor": known.floor, "beats_floor": False}
    excess = paired_difference(-score.log_probs, np.full(score.scored, known.low))
    low, high = (math.exp(known.low + end) for end in (excess.low, excess.high))
    return {
        "nats": score.nats / score.scored, "perplexity": perplexity(score.nats, score.scored), "low": low, "high": high,
        "floor": known.floor, "above": math.expm1(excess.mean), "beats_floor": excess.high < 0,
    }  # fmt: skip
