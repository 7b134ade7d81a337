"""Interpolation: the opinions of several models in one, P(w) = sum of weight_i P_i(w), and the weights that fit a text best.

Which member "gave" a token is not seen, so the weights are found by expectation and maximisation: guess from the present
weights which share of each token every member gave (its *responsibility*), and take the mean shares as the new weights.
No round makes the text less likely, and as the log-likelihood is concave in the weights there is no wrong hill to climb.
Source: Dempster, Laird and Rubin, "Maximum likelihood from incomplete data via the EM algorithm" (1977); for language
models Jelinek and Mercer (1980), whose weights, one for each length of context, are fitted in `core.models.mixing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadCheckpoint

Floats = npt.NDArray[np.float64]

# No other weights are better by more than this, in nats a token; and the most rounds where members hardly differ.
_GAIN_LEFT, _MOST_ROUNDS = 1e-7, 2000
# How far from 1 the sum of saved weights may lie.
_ROUNDED = 1e-6


def mix(log_probs: Sequence[npt.NDArray[np.floating]], weights: Sequence[float] | Floats) -> Floats:
    """Return ln of the weighted sum of probabilities, all of it in logarithms, so that nothing underflows.

    Args:
        log_probs: of each member, all of one shape.
        weights: one for each member, 0 or more.

    Returns:
        Of the members' shape, float64; -inf where no member with a weight held the token possible.

    >>> np.exp(mix([np.log([0.5, 0.5]), np.log([0.1, 0.9])], [0.75, 0.25])).round(6).tolist()
    [0.4, 0.6]
    """
    with np.errstate(divide="ignore"):  # the logarithm of a weight of 0 is -inf
        logs = np.log(np.asarray(weights, dtype=np.float64))
    mixed: Floats = np.add(log_probs[0], logs[0], dtype=np.float64)
    for member, log in zip(log_probs[1:], logs[1:], strict=True):
        np.logaddexp(mixed, member + log, out=mixed)
    return mixed


def responsibilities(log_probs: npt.NDArray[np.floating], weights: Sequence[float] | Floats) -> Floats:
    """Return the share of each token that each member gave, ``[members, ...]``, summing to 1 over the members.

    Args:
        log_probs: of the tokens that came, ``[members, ...]``.
        weights: ``[members]``, or of that shape.

    Returns:
        NaN for a token that every member held impossible.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.asarray(weights, dtype=np.float64))
        joint = log_probs + logs.reshape(*logs.shape, *[1] * (log_probs.ndim - logs.ndim))
        shares = np.exp(joint - joint.max(axis=0))
        return np.asarray(shares / shares.sum(axis=0))


def fit_weights(log_probs: npt.NDArray[np.floating]) -> Floats:
    """Return the weights under which a text is likeliest, by expectation and maximisation from even ones.

    A token that every member held impossible says nothing about them and is left out.

    Args:
        log_probs: ln P_i of each token that came, ``[members, tokens]``; -inf where a member held it impossible.

    Returns:
        ``[members]``, 0 or more, summing to 1; even ones where there is nothing to fit them by.
    """
    return list(fitting_rounds(log_probs))[-1]


def fitting_rounds(log_probs: npt.NDArray[np.floating]) -> list[Floats]:
    """Return the weights before the first and after every round: see `fit_weights`."""
    best = log_probs.max(axis=0, initial=-np.inf)
    possible = np.isfinite(best)
    shares = np.exp(log_probs[:, possible] - best[possible])  # P_i, as parts of the greatest of each token
    rounds = [np.full(len(log_probs), 1.0 / len(log_probs))]
    for _ in range(_MOST_ROUNDS if shares.size else 0):
        weights = rounds[-1]
        # Mean responsibility is the weight times this; where the greatest is 1, no weights are better (Cover 1984).
        growth = shares @ (1.0 / (weights @ shares)) / shares.shape[1]
        if growth.max() - 1.0 < _GAIN_LEFT:
            break
        fitted = weights * growth
        rounds.append(fitted / fitted.sum())
    return rounds


def checked_weights(weights: npt.NDArray[Any] | None, number: int) -> Floats:
    """Return saved weights, if they are such.

    Raises:
        BadCheckpoint: they are missing, not so many, or no shares of a whole.
    """
    shares = weights is not None and weights.shape == (number,) and weights.dtype == np.float64
    if weights is None or not shares or not (weights >= 0).all() or abs(weights.sum() - 1) > _ROUNDED:
        raise BadCheckpoint(
            f"The tensors hold no weights for {number} members: numbers from 0 that sum to 1. Take the checkpoint again.",
            f"张量文件中没有 {number} 个成员的权重（不小于 0、总和为 1 的数）。请重新获取检查点。",
        )
    return weights
