"""What truncation makes of a real model's gradient on a real text (D2L 8.7.1).

Four estimates of one gradient, that of the mean loss along a text, from nothing before it:

* full: through all steps. The others are measured by it.
* truncated: from EVERY step tau steps back, the book's sum. For it every step's past of tau steps is read as a row of its own, beginning in
  the state that the whole text has led to.
* regular: the text in stretches of tau steps, none of which hands its gradient to the one before: what training does.
* random: at every step the gradient passes with probability pi and is multiplied by 1/pi, else it ends. Drawn many times; the graph is made once,
  and only the way back is gone again.

Counted are the parameters that the state depends on. Those of the output layer alone have the same gradient whatever is cut.

An estimate g is drawn where two numbers put it, both as shares of the length of the full gradient f: how far it goes *along* f, and how far *across*.
f lies at (1, 0), and the distance from there is the relative error |g - f| / |f|.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from core.models.neural import NeuralModel, TensorState, token_losses
from core.models.protocol import Array
from core.models.stretches import Cut, forward_in_stretches
from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor

Json = dict[str, Any]


@dataclass(eq=False)
class Estimates:
    """Draws of one estimator, as they are summed up; the gradients themselves, millions of numbers each, are not kept.

    Args:
        true: the full gradient, ``[parameters]``.
    """

    true: Array
    points: list[list[float]] = field(default_factory=list)
    _sum: Array = field(init=False)
    _squares: float = 0.0

    def __post_init__(self) -> None:
        self._sum = np.zeros_like(self.true)

    def add(self, gradient: Array) -> None:
        """Count one draw, ``[parameters]``."""
        length = float(np.linalg.norm(self.true))
        error = gradient - self.true
        along = float(error @ self.true) / length**2  # beyond the true one: exact where the error is 0
        across = math.sqrt(max(0.0, float(error @ error) / length**2 - along**2))
        self.points.append([1 + along, across])
        self._sum += error
        self._squares += float(error @ error)

    def as_json(self) -> Json:
        """Return the summary.

        Returns:
            draws, points (along and across of each), bias (of the mean), spread (standard deviation of a draw), noise (what
            ``spread`` lets one expect as the bias of so many draws of an estimator without any), error (root mean square
            of a draw's), all as shares of the full gradient's length; cosine and length, of the mean, with and beside the full gradient.
        """
        draws, length = len(self.points), float(np.linalg.norm(self.true))
        mean_error = self._sum / draws
        off = float(mean_error @ mean_error)
        # Of all draws, with n - 1: 0 where there is but one.
        variance = max(0.0, self._squares - draws * off) / max(1, draws - 1)
        mean = self.true + mean_error
        norm = float(np.linalg.norm(mean))
        return {
            "draws": draws, "points": list(self.points),
            "bias": math.sqrt(off) / length, "spread": math.sqrt(variance) / length,
            "noise": math.sqrt(variance / draws) / length, "error": math.sqrt(self._squares / draws) / length,
            "cosine": float(mean @ self.true) / (norm * length) if norm else 0.0, "length": norm / length,
        }  # fmt: skip


class TruncatedGradients:
    """The estimates of one gradient.

    Args:
        model: a recurrent one; neither it nor its parameters' own gradients are changed.
        ids: the text, ``[tokens]``, two at least.
    """

    def __init__(self, model: NeuralModel, ids: Array) -> None:
        self._model = model
        whole = torch.from_numpy(np.asarray(ids, dtype=np.int64)).to(model.device)[None]
        self._inputs, self._targets = whole[:, :-1], whole[:, 1:]  # [1, steps]
        self.steps = self._inputs.shape[1]
        self._factors = torch.ones(self.steps, device=model.device)
        self._parameters = _behind_the_state(model)
        self._states = self._read()
        cuts = [Cut(step, self._factors[step : step + 1]) for step in range(1, self.steps)]
        logits, _ = forward_in_stretches(model, self._inputs, model.zero_state(1), cuts)
        self._loss = token_losses(logits.float(), self._targets).mean()
        self.full = self.scaled(np.ones(self.steps))

    def scaled(self, factors: Array) -> Array:
        """Return the gradient with that of every step's state multiplied by a factor on its way back.

        Args:
            factors: ``[steps]``; the first one, before which there is nothing, says nothing.
        """
        self._factors.copy_(torch.from_numpy(np.asarray(factors, dtype=np.float32)))
        return _flat(
            torch.autograd.grad(self._loss, self._parameters, retain_graph=True, allow_unused=True), self._parameters
        )

    def truncated(self, truncation_steps: int) -> Array:
        """Return the gradient that goes back ``truncation_steps`` from every step."""
        tau, model = min(truncation_steps, self.steps), self._model
        logits, _ = model.forward(self._inputs[:, :tau], model.zero_state(1))  # these reach back to the beginning
        loss = token_losses(logits.float(), self._targets[:, :tau]).sum()
        if tau < self.steps:
            begins = range(1, self.steps - tau + 1)  # one row for each later step: the tau inputs up to its own
            rows = self._inputs[0].unfold(0, tau, 1)[1:]  # [rows, tau]
            before = tuple(
                torch.cat([self._states[begin][part] for begin in begins]) for part in range(len(self._states[0]))
            )
            logits, _ = model.forward(rows, before)
            loss = loss + token_losses(logits[:, -1:].float(), self._targets[0, tau:, None]).sum()
        found = torch.autograd.grad(loss / self.steps, self._parameters, allow_unused=True)
        return _flat(found, self._parameters)

    def regular(self, truncation_steps: int) -> Array:
        """Return the gradient of stretches of ``truncation_steps``."""
        return self.scaled(np.arange(self.steps) % truncation_steps != 0)

    def random(self, carry_probability: float, generator: np.random.Generator) -> Array:
        """Return one draw of the gradient of randomised truncation."""
        passes = generator.random(self.steps) < carry_probability
        return self.scaled(passes / carry_probability)

    def estimates(self, gradients: Sequence[Array] = ()) -> Estimates:
        """Return what sums up draws of an estimator, begun with some of them."""
        begun = Estimates(self.full)
        for gradient in gradients:
            begun.add(gradient)
        return begun

    def _read(self) -> list[TensorState]:
        """Return the state before every step."""
        states = [self._model.zero_state(1)]
        with torch.no_grad():
            for step in range(self.steps - 1):
                states.append(self._model.forward(self._inputs[:, step : step + 1], states[-1])[1])
        return states


def truncated_gradients(
    model: NeuralModel, ids: Array, truncation_steps: int, carry_probability: float, draws: int, seed: int = 0
) -> Iterator[Json]:
    """Yield the estimates of a gradient as they are made; close the iterator to stop.

    Args:
        model: a recurrent one.
        ids: the text, ``[tokens]``, two at least.
        truncation_steps: tau.
        carry_probability: pi.
        draws: of the random estimate.
        seed: of its coins.

    Yields:
        done (0 to 1), steps, parameters (numbers that are counted), norm (of the full gradient), truncation_steps, carry_probability, and
        what `Estimates.as_json` says of truncated, regular and random (None until its first draw); by_steps, how the book's sum goes on:
        steps, along, across and error for tau = 1, 2, 4 ... and all.
    """
    measured = TruncatedGradients(model, ids)
    found: Json = {
        "done": 0.0, "steps": measured.steps, "parameters": len(measured.full), "norm": float(np.linalg.norm(measured.full)),
        "truncation_steps": truncation_steps, "carry_probability": carry_probability, "by_steps": [],
        "truncated": measured.estimates([measured.truncated(truncation_steps)]).as_json(),
        "regular": measured.estimates([measured.regular(truncation_steps)]).as_json(), "random": None,
    }  # fmt: skip
    yield dict(found)
    taus = sorted({*(2**power for power in range(measured.steps.bit_length())), truncation_steps, measured.steps})
    for tau in (each for each in taus if each <= measured.steps):
        each = measured.estimates([measured.truncated(tau)]).as_json()
        along, across = each["points"][0]
        found["by_steps"] = [
            *found["by_steps"],
            {"steps": tau, "along": along, "across": across, "error": each["error"]},
        ]
    estimates, generator = measured.estimates(), np.random.default_rng(seed)
    for draw in range(1, draws + 1):
        estimates.add(measured.random(carry_probability, generator))
        yield {**found, "done": draw / draws, "random": estimates.as_json()}


def _behind_the_state(model: NeuralModel) -> list[Tensor]:
    """Return the parameters that the state depends on, in their order."""
    parameters = list(model.parameters.values())
    ids = torch.zeros((1, 2), dtype=torch.int64, device=model.device)
    _, after = model.forward(ids, model.zero_state(1))
    reached = torch.autograd.grad(sum(part.sum() for part in after), parameters, allow_unused=True)  # type: ignore[arg-type]
    return [each for each, gradient in zip(parameters, reached, strict=True) if gradient is not None]


def _flat(gradients: Sequence[Tensor | None], parameters: Sequence[Tensor]) -> Array:
    """Return gradients end to end in float64."""
    pairs = zip(gradients, parameters, strict=True)
    flat = [torch.zeros_like(like).flatten() if each is None else each.flatten() for each, like in pairs]
    return torch.cat(flat).cpu().numpy().astype(np.float64)
