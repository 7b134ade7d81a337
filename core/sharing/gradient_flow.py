"""How far gradients reach back in a trained model, or while one is trained: the measures of `core.measures.gradients` as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from core.errors import unknown_name
from core.generation.prefix import warm_up_ids
from core.language import both
from core.measures.gradients import Floats, carried_share, check_recurrent, fading_lag, gradient_flow, typical
from core.measures.recurrent_weights import recurrent_spectra
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.sharing.checkpoint import Checkpoint
from core.sharing.watched_run import WatchedRun
from core.text.corpus import Corpus
from core.text.sequences import Ids

Json = dict[str, Any]

# Steps after which the gradients of a run are looked at; 0 is before it has learned anything.
MOMENTS = (0, 50, 250)
# A gradient is said to have faded where it has fallen to these shares of what it is at lag 1.
_HALF, _HUNDREDTH = 0.5, 0.01
# A gate above this hands on nearly everything.
_OPEN = 0.9
# Tokens of the held-out text that a run's gradients are measured on.
_READ = 2_000


def checkpoint_flow(opened: Checkpoint, text: str, lags: int, untrained: bool = False) -> Json:
    """Return how far gradients reach back in a checkpoint along a text.

    Args:
        opened: a recurrent model's.
        text: as typed.
        lags: steps to go back.
        untrained: take the weights with which its training began instead of those that it has learned.

    Returns:
        name, model, title, layers, untrained, tokens (of the text), positions (how many predictions were made), and what
        `flow_of` says.

    Raises:
        LabError: as `gradient_flow`.
    """
    check_recurrent(opened.model)
    ids, model = warm_up_ids(opened.tokenizer, text), _model(opened, untrained)
    title = model.about.title
    return {
        "name": opened.name, "model": model.about.name, "title": {"en": title.en, "zh": title.in_language("zh")},
        "untrained": untrained, "tokens": len(ids), **flow_of(model, ids, lags),
    }  # fmt: skip


def _model(opened: Checkpoint, untrained: bool) -> LanguageModel:
    model = opened.model
    return type(model)(model.config, model.vocab_size, int(opened.facts.run.get("seed", 0))) if untrained else model


def open_units(opened: Checkpoint, text: str, gate: str, part: str, lags: int, untrained: bool = False) -> Json:
    """Return how wide a gate stands along a text, and which share of the gradient the units carry whose gate is open.

    Args:
        opened: the model.
        text: as typed.
        gate: its name, one of the model's `trace`.
        part: of the state, of whose gradient the share is taken: a name of `NeuralModel.state_names`.
        lags: steps to go back.
        untrained: as for `checkpoint_flow`.

    Returns:
        units (of all layers), mean and mean_square of the gate, open (how many units are above 0.9 on the average of the text), and
        carried: the share at lags 1, 2, ...

    Raises:
        UnknownName: no such gate, or no such part.
        LabError: as `gradient_flow`.
    """
    model, ids = _model(opened, untrained), warm_up_ids(opened.tokenizer, text)
    arrays, parts = model.trace(ids), check_recurrent(model).state_names
    if gate not in arrays:
        raise unknown_name(both("trace", "内部量"), gate, list(arrays))
    if part not in parts:
        raise unknown_name(both("part of the state", "状态的组成部分"), part, parts)
    values = arrays[gate].reshape(len(ids), -1).astype(np.float64)  # [time, units]
    wide = values.mean(axis=0) > _OPEN
    return {
        "units": values.shape[1], "mean": float(values.mean()), "mean_square": float((values**2).mean()), "open": int(wide.sum()),
        "carried": carried_share(model, ids, lags, parts.index(part), wide).tolist(),
    }  # fmt: skip


def flow_of(model: LanguageModel, ids: Ids, lags: int) -> Json:
    """Return how far gradients reach back in a model along ids.

    Returns:
        positions; lags (1, 2, ...); whole and parts, each with name, meaning (both languages), norm, low, high (geometric mean and a standard
        deviation below and above, a list over lags, None below what numbers can hold), half and hundredth (after how many steps
        the norm has fallen to that share for good, None where it has not); and gates: name, meaning, radius, norm, singular (values, the
        greatest first) and eigenvalues (real and imaginary part, the greatest in size first) of every square block of the first
        layer's W_hh.
    """
    flow, meanings = gradient_flow(model, ids, lags), dict(model.about.trace)
    names = check_recurrent(model).state_names or tuple(f"state {number + 1}" for number in range(len(flow.parts)))
    weights = model.input_weights()

    def meaning(name: str) -> Json:
        words = meanings.get(name)
        return {"en": words.en, "zh": words.in_language("zh")} if words else {"en": name, "zh": name}

    return {
        "positions": len(flow.positions), "lags": list(range(1, lags + 1)),
        "whole": {"name": "whole", **_curve(flow.whole)},
        "parts": [
            {"name": name, "meaning": meaning(name), **_curve(part)} for name, part in zip(names, flow.parts, strict=True)
        ],
        "gates": [
            {
                "name": each.gate, "meaning": meaning(each.gate), "radius": each.radius, "norm": each.norm,
                "singular": each.singular.tolist(), "eigenvalues": [[value.real, value.imag] for value in each.eigenvalues.tolist()],
            }
            for each in (recurrent_spectra(weights) if weights else ())
        ],
    }  # fmt: skip


def _curve(norms: Floats) -> Json:
    """Return the typical norm at every lag: norms ``[lags, positions]``."""
    rows = [typical(row) for row in norms]
    middle = [row[0] for row in rows]
    return {
        "norm": middle, "low": [row[1] for row in rows], "high": [row[2] for row in rows],
        "half": fading_lag(middle, _HALF), "hundredth": fading_lag(middle, _HUNDREDTH),
    }  # fmt: skip


def flow_in_training(
    registry: Registry,
    model: str,
    corpus: Corpus,
    values: Mapping[str, Any],
    lags: int,
    moments: Sequence[int] = MOMENTS,
) -> Iterator[float | Json]:
    """Teach a model for a while and look at its gradients at some moments; close the iterator to stop.

    Args:
        registry, model: the model.
        corpus: what it learns from; the gradients are measured on its held-out part.
        values: settings by name.
        lags: steps to go back.
        moments: numbers of steps, rising.

    Yields:
        The share done, 0 to 1, and at every moment step, loss_nats (None before the first step) and what `flow_of` says.

    Raises:
        LabError: as `WatchedRun` and `gradient_flow`.
    """
    run = WatchedRun(registry, model, corpus, values)
    check_recurrent(run.model)
    ids, step, loss = run.prepared.held_out.ids[:_READ], 0, None
    learning = run.learned(moments[-1])
    for moment in moments:
        while step < moment:
            learned = next(learning, None)
            if learned is None:
                return
            step, loss = step + 1, learned.loss_nats
            yield step / moments[-1]
        yield {"step": step, "loss_nats": loss, **flow_of(run.model, ids, lags)}
