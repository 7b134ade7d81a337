"""How a model made of models learns: its members are taught or given, and their weights are fitted on text held back.

Weights must not be fitted on text that a member has learned from: the one that knows it best by heart would get all the
weight, and be no better on any other text. So the text is read in this order:

1. members that are learned on the spot learn everything but its last tenth;
2. all members read that tenth, and the weights (`core.models.interpolation`) or the gate (`core.training.gating`) are fitted
   to what they said;
3. where the run holds nothing back for itself, the members of step 1 learn the whole text, the weights staying.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import numpy as np

from core.errors import BrokenPlugin, Refused
from core.language import both
from core.models.gate import Gate
from core.models.interpolation import Floats, fit_weights
from core.models.members import Member
from core.models.protocol import Array, LanguageModel, Learned, Learner, State
from core.settings import setting
from core.text.batching import Window, padded_lines
from core.text.sequences import Sequences
from core.text.splits import split_sequences
from core.training.gate_rounds import GateRounds, Round
from core.training.gating import MOST_ROUNDS

# Tokens of a continuous text, and lines, that are read in one step.
_STEPS, _ROWS = 1024, 128


@dataclass(frozen=True)
class InterpolationConfig:
    """The training settings of a model made of models."""

    validation: bool = setting(
        False,
        help=both(
            "Keep the last tenth of the training part, which the weights are fitted on, for that alone; otherwise members that are"
            " learned on the spot learn it too, once the weights are fitted.",
            "拟合权重所用的训练部分最后十分之一只作此用；否则就地学习的成员在权重拟合之后也会学习这一部分。",
        ),
    )


@runtime_checkable
class Interpolated(Protocol):
    """What can be taught so."""

    fits: bool
    """Whether the weights are to be fitted."""

    @property
    def gated(self) -> bool:
        """Whether they depend on the context."""

    @property
    def learned_here(self) -> Sequence[Member]:
        """The members that are learned on the spot."""

    def member_scores(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return what each member makes of each target, ``[members, batch, time]``, and the state."""

    def said(self, ids: Array, state: State) -> tuple[list[Array], list[Array | None], State]:
        """Return each member's log-probabilities ``[batch, time, vocab]`` after each of ids, its evidence, and the state."""

    def use_weights(self, weights: Floats) -> None:
        """Weigh the members so from now on."""

    def use_gate(self, gate: Gate, weights: Floats) -> None:
        """Weigh the members by a gate from now on; ``weights [members + 1]`` are the means of its shares."""


class InterpolationLearner(Learner):
    """Fits the weights of a model made of models."""

    Config = InterpolationConfig
    single_pass = True

    def __init__(self, model: LanguageModel, config: Any, seed: int) -> None:
        super().__init__(model, config, seed)
        if not isinstance(model, Interpolated):
            raise BrokenPlugin(
                f"{type(model).__name__} is to be fitted as a mixture but lacks what core.training.interpolating.Interpolated"
                " names. Write it.",
                f"{type(model).__name__} 要作为混合模型拟合，却缺少 core.training.interpolating.Interpolated 所列的方法。请补上。",
            )
        self._mixed: Interpolated = model
        if model.fits:
            _check_fair(model.members)
        self._read: list[Array] = []
        self._state: State = ()
        self._to_read = 0
        self._gating = GateRounds(model.initial_state, self._mixed)

    def windows(self, data: Sequences, epoch: int) -> Iterator[Window | Sequences | Round]:
        """Yield sequences to learn, windows to read, rounds of fitting a gate, and sequences to learn again."""
        fits, here = self._mixed.fits, bool(self._mixed.learned_here)
        learned, read = (data, self.held_back) if self.held_back is not None else split_sequences(data)
        if not fits:
            learned = data
        if here:
            yield learned
        if fits:
            self._to_read = read.num_scored
            windows = list(_reading(read))
            self._gating.begin(windows, read.num_scored, self.seed)
            yield from windows
        if fits and self._mixed.gated:
            yield from map(Round, range(MOST_ROUNDS))
        if here and learned is not data:
            yield data

    def learn(self, window: Window | Sequences | Round, progress: float) -> Learned:
        """Teach the members that are learned on the spot, let all of them read, or make a round of fitting."""
        if isinstance(window, Round):
            return Learned(0, self._gating.round(window.number))
        if isinstance(window, Sequences):
            for member in self._mixed.learned_here:
                self._teach(member.model, window)
            return Learned(window.num_scored)
        if self._mixed.gated:
            self._gating.hear(window)
            return Learned(window.num_tokens)
        state = self.model.initial_state(len(window.fresh)) if window.fresh.all() else self._state
        scores, self._state = self._mixed.member_scores(window.inputs, window.targets, state)
        self._read.append(scores[:, window.mask] if window.mask is not None else scores.reshape(len(scores), -1))
        if sum(each.shape[1] for each in self._read) >= self._to_read:
            self._mixed.use_weights(fit_weights(np.concatenate(self._read, axis=1)))
        return Learned(window.num_tokens)

    def _teach(self, model: LanguageModel, data: Sequences) -> None:
        """Drive a member's own learner, which knows it all after one pass."""
        learner = model.Learner(model, model.Learner.Config(), self.seed)
        for window in learner.windows(data, 0):
            learner.learn(window, 0.0)

    def tensors(self) -> dict[str, Array]:
        """Return what the members have said so far, and their states; for a gate, which needs whole distributions, they read again."""
        state = {f"state.{number}": part for number, part in enumerate(self._state)}
        return {"log_probs": np.concatenate(self._read, axis=1), **state} if self._read else {}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Go on reading where `tensors` left off."""
        self._read = [tensors["log_probs"]] if "log_probs" in tensors else []
        self._state = tuple(tensors[f"state.{number}"] for number in range(len(tensors) - len(self._read)))


def _reading(text: Sequences) -> Iterator[Window]:
    """Yield a text in order: the whole lines of a list, or a stream of which only the first window starts afresh."""
    if text.lines:
        yield from padded_lines(text, _ROWS)
        return
    ids = text.ids
    for begin in range(0, len(ids) - 1, _STEPS):
        part = ids[None, begin : begin + _STEPS + 1]  # one more than the steps: the last target
        yield Window(part[:, :-1], part[:, 1:], fresh=np.array([begin == 0]))


def _check_fair(members: Sequence[Member]) -> None:
    """Raise Refused where weights fitted on the text held back would mean nothing."""
    if scores := [each.name for each in members if not each.model.normalised]:
        raise Refused(
            f"Weights cannot be fitted to {', '.join(scores)}: its numbers are scores that do not sum to 1, and the larger ones"
            " would win. Take another member, or weights=even.",
            f"无法为 {'、'.join(scores)} 拟合权重：它的数值之和不为 1，不是概率，数值大者会胜出。请换用其他成员，或设 weights=even。",
        )
    if seen := [each.name for each in members if each.seen]:
        raise Refused(
            f"The weights would be fitted on text that {', '.join(seen)} learned from (the last tenth of the training part): the"
            " member that knows it by heart would win. Train such members with validation=true; or take over the weights of a mixture of"
            " members that were, with weights_from=NAME; or take weights=even.",
            f"权重将在 {'、'.join(seen)} 已经学过的文本（训练部分的最后十分之一）上拟合：背得最熟的成员会胜出。"
            "请用 validation=true 训练这些成员；或用 weights_from=NAME 沿用由这样的成员组成的混合模型的权重；或设 weights=even。",
        )
