"""The model that looked ahead: a bidirectional RNN and the same network without its backward half, each judged twice (D2L 9.4).

Once with the text lying there as a whole, as somebody would who takes `score` at its word; once with everything covered that comes
after the token just read, as it is when the model writes. An honest model has one figure, whichever way it is asked.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BrokenPlugin
from core.generation.generate import collect
from core.generation.sampling import GenerationSettings
from core.measures.surprisal import surprise_bits
from core.models.protocol import Array, LanguageModel
from core.models.registry import Registry
from core.settings import build
from core.text.corpus import Corpus
from core.text.opening import opening
from core.text.preparation import Prepared, TextSettings, prepare_text

Json = dict[str, Any]

_MODELS, _MODEL = Path(__file__).parent / "models", "birnn"
# Enough to learn to copy, in a second or two.
_STEPS, _TRAINING = 200, {"learning_rate": 0.01, "num_steps": 16, "batch_size": 32}
# Tokens that lie there as a whole, and those that each model writes.
_WINDOW, _WRITTEN = 64, 120
_STEPS_BETWEEN_NEWS = 10


def looking_ahead(corpus: Corpus, seed: int = 0) -> Iterator[float | Json]:
    """Train both networks on a text and judge them; close the iterator to stop.

    Yields:
        How much is done, 0 to 1, and at last the result: vocab_size, steps, train_tokens, held_out_tokens, prefix, and models, the
        bidirectional one first: backwards, refused (the registry's sentence by language, None for the other), train and held_out
        (perplexities with the text in view), covered (held-out, later tokens covered), text (what it writes), tokens (the beginning of
        the held-out text), and bits_in_view and bits_covered (of every token but the first).
    """
    prepared = prepare_text(corpus, TextSettings())
    models = []
    for number, backwards in enumerate((True, False)):
        registry = Registry(_MODELS)  # anew, for one that has refused a model keeps it refused
        plugin = registry.get(_MODEL)
        model = plugin(build(plugin.Config, {"backwards": backwards}), prepared.tokenizer.vocab_size, seed)
        refused = _refusal(registry, model)
        for done in _train(model, prepared, seed):
            yield (number + done) / 2
        models.append({"backwards": backwards, "refused": refused, **_judged(model, prepared, seed)})
    yield {
        "vocab_size": prepared.tokenizer.vocab_size, "steps": _STEPS, "train_tokens": len(prepared.training.ids),
        "held_out_tokens": len(prepared.held_out.ids), "prefix": opening(prepared.tokenizer, prepared.held_out),
        "models": models,
    }  # fmt: skip


def _refusal(registry: Registry, model: LanguageModel) -> Json | None:
    """Return what the registry says of a model, None where it lets it pass."""
    try:
        registry.examine(model)
    except BrokenPlugin as error:
        return {"en": error.text.en, "zh": error.in_language("zh")}
    return None


def _train(model: LanguageModel, prepared: Prepared, seed: int) -> Iterator[float]:
    """Teach a model for a fixed number of steps by its own learner; yield now and then how much is done."""
    learner = model.Learner(model, build(model.Learner.Config, _TRAINING), seed)
    step = epoch = 0
    while step < _STEPS:
        for window in learner.windows(prepared.training, epoch):
            learner.learn(window, step / _STEPS)
            step += 1
            if step % _STEPS_BETWEEN_NEWS == 0:
                yield step / _STEPS
            if step == _STEPS:
                return
        epoch += 1


def _judged(model: LanguageModel, prepared: Prepared, seed: int) -> Json:
    """Return what one model comes to, asked in both ways, and what it writes."""
    tokenizer, held_out = prepared.tokenizer, prepared.held_out.ids
    in_view, covered = score_in_view(model, held_out), score_covered(model, held_out)
    settings = GenerationSettings(tokens=_WRITTEN, seed=seed)
    return {
        "train": _perplexity(score_in_view(model, prepared.training.ids)),
        "held_out": _perplexity(in_view), "covered": _perplexity(covered),
        "text": collect(model, tokenizer, opening(tokenizer, prepared.held_out), settings).text,
        "tokens": [tokenizer.tokens[id_] for id_ in held_out[: in_view.shape[1] + 1]],
        "bits_in_view": surprise_bits(in_view[0]).tolist(), "bits_covered": surprise_bits(covered[0]).tolist(),
    }  # fmt: skip


def score_in_view(model: LanguageModel, ids: Array) -> Array:
    """Return ln P(target) of a text in windows ``[windows, 64]``, each handed to the model as a whole."""
    inputs, targets = _windows(ids)
    return model.score(inputs, targets, model.initial_state(len(inputs)))[0]


def score_covered(model: LanguageModel, ids: Array) -> Array:
    """Return the same where the model is handed one token after the other, and has said what it expects before it gets the next."""
    inputs, targets = _windows(ids)
    state, scores = model.initial_state(len(inputs)), np.empty(inputs.shape)
    for time in range(inputs.shape[1]):
        log_probs, state = model.step(inputs[:, time], state)  # [windows, vocab]
        scores[:, time] = log_probs[np.arange(len(inputs)), targets[:, time]]
    return scores


def _windows(ids: Array) -> tuple[Array, Array]:
    """Return whole windows of inputs and of the tokens after them, ``[windows, 64]``; of a shorter text one."""
    length = min(_WINDOW, len(ids) - 1)
    whole = (len(ids) - 1) // length * length
    return ids[:whole].reshape(-1, length), ids[1 : whole + 1].reshape(-1, length)


def _perplexity(log_probs: Array) -> float:
    return math.exp(-float(log_probs.mean(dtype=np.float64)))
