"""Fitting a gate: the mean loss of a text in all of the gate's numbers, its gradient by hand, and when to stop.

Backwards through the gated sum (`core.models.gate`), for one token y that came, with P its probability in the whole,
r_i = share_i P_i(y) / P the part that member i gave to it, and r_G what their geometric mean G gave:

    d -ln P / d (number before the softmax) = share - r
    d -ln P / d a_i                         = -r_G (ln P_i(y) - sum_w G(w) ln P_i(w))

and from there through the tanh layer as through any other (D2L 4.7). The gate is fitted on four fifths of the text, in
blocks, and the round counts that does best on the last fifth: a few hundred numbers can learn a text by heart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.models.gate import LEAST, SHOWN, UNITS, Gate, shares_and_exponents, what_members_show
from core.models.interpolation import fit_weights
from core.training.line_search import Floats
from core.training.quasi_newton import descend

# Rounds of the descent: the most, and how many may pass without doing better on the part that is not learned from.
MOST_ROUNDS, _PATIENCE = 80, 8
# The text is cut into so many blocks; every fifth decides when to stop.
_BLOCKS, _EVERY = 20, 5
# Places that are computed at once, in numbers (places x vocabulary): what fits a processor's cache goes faster.
_NUMBERS_AT_ONCE = 1 << 18
# What the geometric mean has of the whole at first; its exponents are 1 / m, the plain geometric mean.
_FIRST_SHARE = 0.5
_SMALLEST = 1e-6


@dataclass(frozen=True)
class Heard:
    """What the members said at some places of a text.

    Attributes:
        log_probs: ``[members, places, vocab]``, float32.
        shown: what a gate reads there, ``[places, 4 members]``.
        targets: the ids that came, ``[places]``.
    """

    log_probs: npt.NDArray[np.float32]
    shown: Floats
    targets: npt.NDArray[np.int64]

    def at(self, places: npt.NDArray[np.bool_]) -> Heard:
        """Return what was said at some of the places."""
        return Heard(self.log_probs[:, places], self.shown[places], self.targets[places])

    @property
    def of_targets(self) -> Floats:
        """ln P of each token that came, ``[members, places]``."""
        picked = np.take_along_axis(self.log_probs, self.targets[None, :, None], axis=2)[..., 0]
        return picked.astype(np.float64)


def heard(log_probs: Sequence[npt.NDArray[np.floating]], evidence: Sequence[Floats | None], targets: npt.NDArray[np.integer]) -> Heard:  # fmt: skip
    """Return what members said, ``[places, vocab]`` each, with what a gate reads of it."""
    shown = what_members_show(log_probs, evidence)
    cut = np.maximum(np.stack([each.astype(np.float32) for each in log_probs]), LEAST)
    return Heard(cut, shown, targets.astype(np.int64))


def joined(parts: Sequence[Heard]) -> Heard:
    """Return parts of a text in one."""
    return Heard(
        np.concatenate([each.log_probs for each in parts], axis=1),
        np.concatenate([each.shown for each in parts]),
        np.concatenate([each.targets for each in parts]),
    )


def fitting_gates(text: Heard, seed: int) -> Iterator[tuple[Gate, float, float]]:
    """Yield after every round the best gate so far, the round's loss, and its loss where it does not learn, in nats a token.

    It ends when no more is gained. The first gate weighs the members alike everywhere, by the best fixed weights.

    Args:
        text: that no member has learned from.
        seed: of the first layer, which has to begin somewhere.
    """
    blocks = np.arange(len(text.targets)) * _BLOCKS // max(1, len(text.targets))
    judged = blocks % _EVERY == _EVERY - 1
    learned, kept = text.at(~judged), text.at(judged)
    start = first_gate(learned, seed)
    best, least, waited = start, np.inf, 0
    for place in descend(lambda x: loss_and_gradient(unflat(x, start), learned), flat(start)):
        gate = unflat(place.x, start)
        seen = loss_and_gradient(gate, kept)[0]
        if seen < least:
            best, least, waited = gate, seen, 0
        else:
            waited += 1
        yield best, place.value, seen
        if waited > _PATIENCE:
            return


def first_gate(text: Heard, seed: int) -> Gate:
    """Return the gate that says the same everywhere: half the best fixed weights, half the plain geometric mean."""
    members = len(text.log_probs)
    even, inputs = Gate.even(members), SHOWN * members
    if not len(text.targets):
        return even
    fixed, scale = np.maximum(fit_weights(text.of_targets), _SMALLEST), text.shown.std(axis=0)
    return replace(
        even,
        mean=text.shown.mean(axis=0),
        scale=np.where(scale > _SMALLEST, scale, 1.0),
        W_xh=np.random.default_rng(seed).normal(0.0, inputs**-0.5, (inputs, UNITS)),
        b_q=np.concatenate([np.log(fixed * (1 - _FIRST_SHARE)), [np.log(_FIRST_SHARE)], np.full(members, 1 / members)]),
    )


def loss_and_gradient(gate: Gate, text: Heard) -> tuple[float, Floats]:
    """Return the mean loss of a text in nats a token, and its gradient in the gate's learned numbers, as `flat` orders them."""
    inputs = (text.shown - gate.mean) / gate.scale
    hidden = np.tanh(inputs @ gate.W_xh + gate.b_h)
    shares, exponents = shares_and_exponents(hidden @ gate.W_hq + gate.b_q)
    losses, d_outputs = _of_outputs(shares, exponents, text)
    d_outputs /= max(1, len(losses))
    d_hidden = (d_outputs @ gate.W_hq.T) * (1.0 - hidden**2)
    gradient = [inputs.T @ d_hidden, d_hidden.sum(axis=0), hidden.T @ d_outputs, d_outputs.sum(axis=0)]
    return float(losses.sum() / max(1, len(losses))), np.concatenate([each.ravel() for each in gradient])


def _of_outputs(shares: Floats, exponents: Floats, text: Heard) -> tuple[Floats, Floats]:
    """Return the loss at every place and its gradient in the gate's outputs, ``[places, 2 m + 1]``."""
    said = text.of_targets.T  # [places, members]
    norm, mean = np.empty(len(said)), np.empty_like(said)  # ln of what G is divided by; the mean of ln P_i under G
    at_once = max(1, _NUMBERS_AT_ONCE // max(1, text.log_probs.shape[2]))
    for begin in range(0, len(said), at_once):
        part = slice(begin, begin + at_once)
        norm[part], mean[part] = _geometric(text.log_probs[:, part], exponents[part])
    given = np.concatenate([said, (np.einsum("pm,pm->p", exponents, said) - norm)[:, None]], axis=1)
    parts = shares * np.exp(given)
    whole = np.maximum(parts.sum(axis=1), np.finfo(np.float64).tiny)
    parts /= whole[:, None]
    return -np.log(whole), np.concatenate([shares - parts, -parts[:, -1:] * (said - mean)], axis=1)


def _geometric(log_probs: npt.NDArray[np.float32], exponents: Floats) -> tuple[Floats, Floats]:
    """Return ln of the sum of prod P_i^a_i over the vocabulary, and the mean of each ln P_i under the geometric mean."""
    powers = np.zeros(log_probs.shape[1:], dtype=np.float32)  # [places, vocab]
    for member, said in enumerate(log_probs):
        powers += exponents[:, member, None].astype(np.float32) * said
    most = powers.max(axis=1, keepdims=True)
    np.exp(powers - most, out=powers)
    total = powers.sum(axis=1, dtype=np.float64)
    means = [np.einsum("pv,pv->p", powers, said) / total for said in log_probs]
    return np.log(total) + most[:, 0], np.stack(means, axis=1)


def flat(gate: Gate) -> Floats:
    """Return the numbers that are learned in one row; mean and scale are not among them."""
    return np.concatenate([each.ravel() for each in (gate.W_xh, gate.b_h, gate.W_hq, gate.b_q)])


def unflat(x: Floats, like: Gate) -> Gate:
    """Return the gate that has these numbers, and the rest of another."""
    arrays, begin = [], 0
    for each in (like.W_xh, like.b_h, like.W_hq, like.b_q):
        arrays.append(x[begin : begin + each.size].reshape(each.shape))
        begin += each.size
    return Gate(like.mean, like.scale, *arrays)
