"""How far a gradient reaches back: the norm of dL/dh at every lag before the loss (D2L 8.7, 9.1; Pascanu et al. 2013).

    dL_T/dh_{T-k} = (dh_T/dh_{T-k})^T dL_T/dh_T        dh_T/dh_{T-k} = product of k Jacobians dh_{t+1}/dh_t

Each factor stretches or shrinks the gradient. Where most of them shrink it, what the model read k tokens ago hardly
changes what it learns: the gradient vanishes. Where most stretch it, it explodes.

Nothing here knows a model: its state goes in and comes out (`NeuralModel.forward`), so the text is read one token at a time
and the gradient is taken at every state on the way. L is the loss of one token, the text's next one; lag 1 is the state before
the last token is read, lag k the one k tokens before the prediction.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import numpy.typing as npt

from core.errors import BadSetting, BadText, Refused
from core.models.neural import NeuralModel, TensorState, token_losses
from core.models.protocol import LanguageModel
from core.models.torch_later import torch
from core.text.sequences import Ids

if TYPE_CHECKING:
    from torch import Tensor

Floats: TypeAlias = npt.NDArray[np.float64]

MOST_LAG = 512
# A gradient is linear in the loss. A loss 2^80 times as large keeps it above float32's smallest numbers for 24 powers of ten
# more; it is divided again in float64.
_ENLARGED = 2.0**80


@dataclass(frozen=True, eq=False)
class Flow:
    """The norms of a gradient along the way back.

    Attributes:
        positions: places of the predicted tokens in the text, ``[positions]``.
        parts: of every part of the state (an LSTM's h and c) all layers together, ``[parts, lags, positions]``, lag 1 first.
    """

    positions: npt.NDArray[np.int64]
    parts: Floats

    @property
    def whole(self) -> Floats:
        """The norm over all parts of the state, ``[lags, positions]``."""
        norms: Floats = np.sqrt((self.parts**2).sum(axis=0))
        return norms


def gradient_flow(model: LanguageModel, ids: Ids, lags: int, positions: int = 16) -> Flow:
    """Return how large the gradient is at the states before a prediction.

    Args:
        model: one with a state of floating-point numbers.
        ids: the text, ``[time]``; the state is carried along it from the model's initial one.
        lags: how many steps to go back, from 1.
        positions: how many of the text's tokens are predicted, evenly spread; fewer where the text has fewer.

    Raises:
        Refused: the model has no such state.
        BadSetting: ``lags`` out of its range.
        BadText: the text is shorter than the lags.
    """
    predicted, gradients = _gradients_back(model, ids, lags, positions)
    norms = np.stack(
        [np.stack([np.sqrt((_rows(part) ** 2).sum(axis=1)) for part in at_lag]) for at_lag in gradients], axis=1
    )
    return Flow(predicted, norms)


def carried_share(
    model: LanguageModel, ids: Ids, lags: int, part: int, units: npt.NDArray[np.bool_], positions: int = 16
) -> Floats:
    """Return which share of a gradient some units carry: of the sum of its squares, at lags 1, 2, ..., the mean over positions.

    Args:
        model, ids, lags, positions: as for `gradient_flow`.
        part: of the state, counted from 0.
        units: which ones, over all layers, ``[units]``.

    Raises:
        LabError: as `gradient_flow`.
    """
    shares = []
    for at_lag in _gradients_back(model, ids, lags, positions)[1]:
        squares = _rows(at_lag[part]) ** 2  # [positions, units]
        shares.append(
            float((squares[:, units].sum(axis=1) / np.maximum(squares.sum(axis=1), np.finfo(float).tiny)).mean())
        )
    return np.array(shares)


def check_recurrent(model: LanguageModel) -> NeuralModel:
    """Return a model as one whose state carries gradients.

    Raises:
        Refused: its state is a list of the last tokens, or it has none.
    """
    if isinstance(model, NeuralModel):
        state = model.zero_state(1)
        if state and all(part.is_floating_point() for part in state):
            return model
    raise Refused(
        f"The model '{model.about.name}' has no hidden state through which a gradient could flow back: it remembers tokens or counts."
        " Choose a recurrent one (rnn_scratch, rnn, gru, lstm).",
        f"模型“{model.about.name}”没有可供梯度回传的隐状态：它记住的是词元或计数。请选择循环神经网络（rnn_scratch、rnn、gru、lstm）。",
    )


def _check_lags(tokens: int, lags: int) -> None:
    if not 1 <= lags <= MOST_LAG:
        raise BadSetting(
            f"The lag cannot be {lags}: take 1 to {MOST_LAG} steps.", f"回溯步数不能为 {lags}：请取 1 到 {MOST_LAG}。"
        )
    if tokens <= lags:
        raise BadText(
            f"The text has {tokens} tokens; to go {lags} steps back from a prediction it needs {lags + 1}. Give a longer text or a"
            " smaller lag.",
            f"文本只有 {tokens} 个词元，从一次预测回溯 {lags} 步需要 {lags + 1} 个。请给出更长的文本，或减小步数。",
        )


def _states_before(model: NeuralModel, ids: Ids, places: npt.NDArray[np.int64]) -> TensorState:
    """Return the states in which the model arrives at these places of a text, ``[places, ...]``; one reading serves all."""
    text, state, arrived, at = torch.from_numpy(ids.astype(np.int64)).to(model.device), model.zero_state(1), [], 0
    with torch.no_grad():
        for place in places.tolist():
            if place > at:
                _, state = model.forward(text[None, at:place], state)
            at = place
            arrived.append(state)
    return tuple(torch.cat(parts) for parts in zip(*arrived, strict=True))


def _gradients_back(
    model: LanguageModel, ids: Ids, lags: int, positions: int
) -> tuple[npt.NDArray[np.int64], list[TensorState]]:
    """Return the places that were predicted, and the gradients at every state before, lag 1 first, each part ``[positions, ...]``."""
    recurrent = check_recurrent(model)
    _check_lags(len(ids), lags)
    predicted = np.unique(np.linspace(lags, len(ids) - 1, positions).astype(np.int64))
    windows = torch.from_numpy(ids[predicted[:, None] + np.arange(-lags, 1)].astype(np.int64)).to(recurrent.device)
    states = [tuple(part.detach().requires_grad_() for part in _states_before(recurrent, ids, predicted - lags))]
    for time in range(lags):
        logits, after = recurrent.forward(windows[:, time : time + 1], states[-1])
        # As it is handed over: an LSTM's h is made of c, and the gradient at c is to be the one that reaches it from behind.
        states.append(tuple(part.clone() for part in after))
    loss = (
        _ENLARGED * token_losses(logits.float(), windows[:, -1:]).sum()
    )  # rows do not meet: each has its own gradient
    parts = len(states[0])
    flat = torch.autograd.grad(
        loss, [part for each in states[:-1] for part in each]
    )  # the last state has been read off already
    return predicted, [flat[at : at + parts] for at in reversed(range(0, len(flat), parts))]


def _rows(gradient: Tensor) -> Floats:
    """Return a gradient ``[rows, units]``, as large as it is without `_ENLARGED`."""
    return gradient.flatten(1).cpu().numpy().astype(np.float64) / _ENLARGED


def typical(norms: Floats) -> tuple[float | None, float | None, float | None]:
    """Return the geometric mean of norms, and what lies a standard deviation of their logarithms below and above it.

    Norms of gradients spread over powers of ten, where an arithmetic mean is that of the largest few. None where one is zero: then the
    true one is smaller than a float can be.

    >>> typical(np.array([1.0, 100.0]))
    (10.0, 1.0, 100.0)
    """
    if not len(norms) or norms.min() <= 0 or not np.isfinite(norms).all():
        return None, None, None
    logs = np.log10(norms)
    middle, spread = float(logs.mean()), float(logs.std())
    return 10**middle, 10 ** (middle - spread), 10 ** (middle + spread)


def fading_lag(norms: list[float | None], share: float) -> float | None:
    """Return how many steps behind lag 1 a curve has fallen to a share of its value there for good; None where it has not.

    Args:
        norms: at lags 1, 2, ...; None counts as nothing.
        share: such as 0.5 for the half-life.

    >>> fading_lag([1.0, 0.5, 0.25], 0.5), fading_lag([1.0, 0.1, 2.0], 0.5), fading_lag([1.0, 0.25], 0.5)
    (1.0, None, 0.5)
    """
    if not norms or not norms[0]:
        return None
    bound = share * norms[0]
    above = [place for place, norm in enumerate(norms) if norm is not None and norm > bound]
    last = above[-1]
    if last == len(norms) - 1:
        return None
    here, there = norms[last], norms[last + 1]
    if not there or not here:
        return float(last + 1)
    return last + math.log(here / bound) / math.log(here / there)  # straight on a logarithmic axis
