"""A gate: how much each member of a mixture counts, decided anew after every token from what the members themselves say.

A member that is sure has usually met this place before, and deserves more of the say than elsewhere. So the gate reads, of
every member, how unsure it is (its entropy), how likely it holds its favourite, and what it has met of the context; a layer
of tanh units turns these into two kinds of numbers:

    x = (what the members show - mean) / scale
    h = tanh(x W_xh + b_h)
    o = h W_hq + b_q        m + 1 shares, after softmax, and m exponents

Everything it reads is known before the next token is, so a gated mixture is as causal as its members. With W_hq = 0 the
weights are the same everywhere, as without a gate.
Source: Jacobs, Jordan, Nowlan and Hinton, "Adaptive mixtures of local experts" (1991).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadCheckpoint

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[Any]

UNITS = 16
# What is read of each member: its entropy, ln P of its favourite, and the two numbers of its evidence.
SHOWN = 4
# ln P is cut off here where it is raised to a power or multiplied by P: smaller probabilities decide nothing, and 0 has no logarithm.
LEAST = -30.0
_PREFIX = "gate."


@dataclass(frozen=True)
class Gate:
    """The numbers of a gate over m members.

    Attributes:
        mean, scale: of what the members show on the text that the gate was fitted on, ``[4 m]``.
        W_xh, b_h: ``[4 m, units]`` and ``[units]``.
        W_hq, b_q: ``[units, 2 m + 1]`` and ``[2 m + 1]``.
    """

    mean: Floats
    scale: Floats
    W_xh: Floats
    b_h: Floats
    W_hq: Floats
    b_q: Floats

    @property
    def num_members(self) -> int:
        """The number m of members."""
        return len(self.b_q) // 2

    def __call__(self, shown: Floats) -> tuple[Floats, Floats]:
        """Return the shares ``[..., m + 1]``, which sum to 1, and the exponents ``[..., m]``, after each place.

        Args:
            shown: what the members show there, ``[..., 4 m]``: see `what_members_show`.
        """
        hidden = np.tanh((shown - self.mean) / self.scale @ self.W_xh + self.b_h)
        return shares_and_exponents(hidden @ self.W_hq + self.b_q)

    @classmethod
    def even(cls, members: int) -> Gate:
        """Return the gate that gives all members the same share everywhere: one that nothing has been fitted to."""
        inputs, outputs = SHOWN * members, 2 * members + 1
        b_q = np.concatenate([np.zeros(members), [LEAST], np.full(members, 1 / members)])
        W_xh, W_hq = np.zeros((inputs, UNITS)), np.zeros((UNITS, outputs))
        return cls(np.zeros(inputs), np.ones(inputs), W_xh, np.zeros(UNITS), W_hq, b_q)

    def tensors(self) -> dict[str, Numbers]:
        """Return its numbers by name, as a checkpoint holds them."""
        return {_PREFIX + name: getattr(self, name) for name in self.__dataclass_fields__}

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return sum(int(array.size) for array in self.tensors().values())


def shares_and_exponents(outputs: Floats) -> tuple[Floats, Floats]:
    """Return what the gate's last layer ``[..., 2 m + 1]`` says: the softmax of m + 1 numbers, and m exponents."""
    members = outputs.shape[-1] // 2
    shares = outputs[..., : members + 1]
    shares = np.exp(shares - shares.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True), outputs[..., members + 1 :]


def what_members_show(log_probs: Sequence[Numbers], evidence: Sequence[Numbers | None]) -> Floats:
    """Return what a gate reads, ``[..., 4 m]``: of each member entropy in nats, ln P of its favourite, and its evidence.

    Args:
        log_probs: of each member, ``[..., vocab]``.
        evidence: of each member, ``[..., 2]``; None counts as nothing.
    """
    shown = np.zeros((*log_probs[0].shape[:-1], len(log_probs), SHOWN))
    for member, (said, met) in enumerate(zip(log_probs, evidence, strict=True)):
        cut = np.maximum(said, LEAST)
        shown[..., member, 0] = -np.einsum("...v,...v->...", np.exp(cut), cut)
        shown[..., member, 1] = cut.max(axis=-1)
        if met is not None:
            shown[..., member, 2:] = met
    return shown.reshape(*shown.shape[:-2], SHOWN * len(log_probs))


def gated(log_probs: Sequence[Numbers], shares: Floats, exponents: Floats) -> Floats:
    """Return ln of the members' weighted sum, in which their weighted geometric mean is one more member.

        P(w) = share_1 P_1(w) + ... + share_m P_m(w) + share_{m+1} G(w),    G(w) ~ P_1(w)^a_1 ... P_m(w)^a_m

    The sum believes whoever is sure; the mean believes what all of them allow (Genest and Zidek, "Combining probability
    distributions", 1986: linear and logarithmic opinion pools). Of numbers that sum to 1 both sum to 1.

    Args:
        log_probs: of each member, ``[..., vocab]``.
        shares, exponents: ``[..., m + 1]`` and ``[..., m]``: see `Gate`.

    Returns:
        ``[..., vocab]``, float64.
    """
    mean = np.zeros(np.broadcast_shapes(log_probs[0].shape))
    mixed = np.zeros_like(mean)
    for member, said in enumerate(log_probs):
        mean += exponents[..., member, None] * np.maximum(said, LEAST)
        mixed += shares[..., member, None] * np.exp(said, dtype=np.float64)
    mean -= mean.max(axis=-1, keepdims=True)
    np.exp(mean, out=mean)
    mean *= shares[..., -1:] / mean.sum(axis=-1, keepdims=True)
    mixed += mean
    with np.errstate(divide="ignore"):  # a token that nobody holds possible, where the geometric mean has no share
        return np.log(mixed, out=mixed)


def gate_of_tensors(tensors: Mapping[str, Numbers], members: int) -> Gate:
    """Return the gate that a checkpoint holds, after checking it.

    Raises:
        BadCheckpoint: an array is missing, of another shape, or holds what is no finite number.
    """
    shown, outputs = SHOWN * members, 2 * members + 1
    units = UNITS
    shapes = {
        "mean": (shown,), "scale": (shown,), "W_xh": (shown, units), "b_h": (units,), "W_hq": (units, outputs), "b_q": (outputs,),
    }  # fmt: skip
    found = {name: tensors.get(_PREFIX + name) for name in shapes}
    for name, array in found.items():
        good = array is not None and array.dtype == np.float64 and array.shape == shapes[name]
        if array is None or not good or not np.isfinite(array).all() or (name == "scale" and (array <= 0).any()):
            raise BadCheckpoint(
                f"The tensors hold no gate for {members} members: {_PREFIX}{name} is missing, of another shape, or no finite numbers."
                " Take the checkpoint again.",
                f"张量文件中没有 {members} 个成员的门控：{_PREFIX}{name} 缺失、形状不符或含有非有限值。请重新获取检查点。",
            )
    return Gate(**{name: np.asarray(array) for name, array in found.items()})
