"""Do 16-bit products change what is learned? Validation curves of both kinds of numbers, seed by seed.

Seeds differ anyway: other initial weights, other dropout, other places where windows begin. What 16 bits change is nothing
as long as it is small beside that spread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.bench.conditions import Sizes, curve_text
from core.bench.measure import Findings, Row
from core.lab import Lab
from core.settings import build
from core.text.preparation import Prepared
from core.training.events import Evaluated
from core.training.run import RunConfig, TrainingData
from core.training.trainer import Trainer

Curves = npt.NDArray[np.float64]

MODELS = ("lstm", "gru")
PRODUCTS = ("bfloat16", "float32")
_EVALUATIONS = 8


def bench_curves(lab: Lab, sizes: Sizes) -> Findings:
    """Train the models that may use 16-bit products with both kinds of numbers, from several seeds."""
    name, prepared = curve_text(lab, sizes.curve_tokens)
    rows: list[Row] = []
    notes = [
        f"curves: the first {sizes.curve_tokens:,} characters of {name}, {sizes.seeds} seeds, {sizes.curve_epochs} epochs, {sizes.hidden_size} hidden,"
        " dropout 0.2, the project's own way of learning otherwise; nats a token of the validation part. spread: standard deviation over seeds with float32."
    ]
    for model in MODELS:
        ours, peer = (_curves(lab, model, prepared, products, sizes) for products in PRODUCTS)
        rows.append(Row(f"curve {model}: at the end", ours.mean(0)[-1], PRODUCTS[1], peer.mean(0)[-1], "nats"))
        notes.append(_comparison(model, ours, peer))
    return Findings(rows, notes=notes)


def _curves(lab: Lab, model: str, prepared: Prepared, products: str, sizes: Sizes) -> Curves:
    """Return the validation curves of all seeds in nats a token, ``[seeds, evaluations]``."""
    return np.array([_curve(lab, model, prepared, products, sizes, seed) for seed in range(sizes.seeds)])


def _curve(lab: Lab, model: str, prepared: Prepared, products: str, sizes: Sizes, seed: int) -> list[float]:
    plugin = lab.registry.get(model)
    config = build(plugin.Config, {"hidden_size": sizes.hidden_size, "dropout": 0.2})
    training = build(
        plugin.Learner.Config,
        {"products": products, "batch_size": sizes.batch_size, "num_steps": sizes.num_steps, "learning_rate": 0.003},
    )
    fit, validation = prepared.fit_and_validation()
    learner = plugin.Learner(plugin(config, prepared.tokenizer.vocab_size, seed), training, seed)
    run = RunConfig(epochs=sizes.curve_epochs, seed=seed, evaluations=_EVALUATIONS)
    events = Trainer(learner, TrainingData(fit, validation, prepared.held_out), run).events()
    return [
        math.log(event.validation_perplexity)
        for event in events
        if isinstance(event, Evaluated) and event.validation_perplexity is not None
    ]


def _comparison(model: str, ours: Curves, peer: Curves) -> str:
    """Say how far the mean curves lie apart, beside how far single seeds do."""
    apart, spread = np.abs(ours.mean(0) - peer.mean(0)), peer.std(0, ddof=1)
    return (
        f"{model}: the mean curves lie {_span(apart)} nats apart, the spread of seeds is {_span(spread)}; "
        f"at the end {apart[-1]:.4f} and {spread[-1]:.4f}."
    )


def _span(values: Sequence[float] | Curves) -> str:
    return f"{min(values):.4f} to {max(values):.4f}"
