"""Mixture: several models have their say, each with a weight (interpolation; Jelinek and Mercer 1980).

    P(w | context) = weight_1 P_1(w | context) + ... + weight_m P_m(w | context)

Models that err in different places help each other: an n-gram knows rare words by heart, a recurrent network how a speech
goes on. The weights are those under which text that no member has learned from is likeliest; they are found by expectation
and maximisation (`core.models.interpolation`), after the members are trained (`core.training.interpolating`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import BadCheckpoint, BadSetting
from core.language import both
from core.models.interpolation import Floats, mix, responsibilities
from core.models.members import (
    Member,
    call_of,
    is_call,
    joined_tensors,
    list_setting,
    parted_tensors,
    words_of,
)
from core.models.protocol import About, Array, LanguageModel, State
from core.settings import build, setting
from core.training.interpolating import InterpolationLearner

_WEIGHTS = "weights"
# How far from 1 the sum of saved weights may lie.
_ROUNDED = 1e-6


@dataclass(frozen=True)
class Config:
    """The settings of a mixture."""

    members: str = setting(
        "ngram(order=5),ngram(order=8)", lists="checkpoints",
        help=both(
            "Two to eight members between commas: checkpoints with one and the same tokenizer, or counting models to learn on the"
            " spot, such as ngram(order=5).",
            "两到八个成员，以逗号分隔：分词器完全相同的检查点，或就地学习的计数模型，例如 ngram(order=5)。",
        ),
    )  # fmt: skip
    weights: str = setting(
        "fit", choices=("fit", "even"),
        help=both(
            "fit: those under which text held back is likeliest, which no member may have learned from; even: all the same.",
            "fit：使留出的文本最可能的权重，任何成员都不得学过这段文本；even：全部相等。",
        ),
    )  # fmt: skip


class Mixture(LanguageModel):
    """The weighted sum of its members' distributions. Its state is their states, one after the other."""

    about = About(
        name="mixture",
        title=both("Mixture", "混合模型"),
        idea=both(
            "Lets several models vote, each with the weight that suits text that none of them has seen.",
            "让多个模型一起投票，票数由它们都没见过的文本来定。",
        ),
        section="D2L 8.3.1",
        trace=(
            ("member_probability", both("P of the token that came next, of each member in the order of the setting [time, members]",
                                        "各成员（按设置中的顺序）给出的下一个词元的概率 [时间, 成员]")),
            ("responsibility", both("The share of that token that each member gave: its weighted part of the sum [time, members]",
                                    "下一个词元由各成员贡献的份额：加权后占总和的比例 [时间, 成员]")),
        ),
    )  # fmt: skip
    Config = Config
    Learner = InterpolationLearner

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self.fits: bool = config.weights == "fit"
        self._words = words_of(config.members)
        # Members by name; those that are trained already are handed over by `take_members`.
        self._by_name = {word: Member(word, self._made(word)) for word in self._words if is_call(word)}
        self._weights: Floats = np.full(len(self._words), 1.0 / len(self._words))
        # Their models in order, and how many arrays each one's state has: looked up once, for `step` has no time.
        self._held: list[LanguageModel] = []
        self._sizes: list[int] = []

    def _made(self, word: str) -> LanguageModel:
        """Return the untrained model that a word such as ``ngram(order=3)`` asks for."""
        name, values = call_of(word)
        kind = self.kinds.get(name)
        if list_setting(kind.Config):
            raise BadSetting(
                f"{word[:60]!r} cannot be a member: a mixture of mixtures is a mixture of all their members. Name those.",
                f"“{word[:60]}”不能作为成员：混合模型的混合就是其全部成员的混合。请直接列出那些成员。",
            )
        if not kind.Learner.single_pass:
            raise BadSetting(
                f"{word[:60]!r} is not learned in one pass over the text. Train it first, with validation=true, and name its checkpoint.",
                f"“{word[:60]}”不能一遍学成。请先用 validation=true 训练它，再写检查点的名称。",
            )
        return kind(build(kind.Config, values), self.vocab_size, self.seed)

    # The members

    def take_members(self, members: Sequence[Member]) -> None:
        """Take trained members that the settings name."""
        for member in members:
            if member.name not in self._words or member.model.members or member.model.vocab_size != self.vocab_size:
                raise BadCheckpoint(
                    f"{member.name[:60]!r} cannot be a member: it is not among those of the settings, has another vocabulary, or is "
                    "made of models itself. Take the checkpoint again.",
                    f"“{member.name[:60]}”不能作为成员：设置中没有它，或词表不同，或它本身由其他模型组成。请重新获取检查点。",
                )
            self._by_name[member.name] = member
        self._held = []

    @property
    def members(self) -> tuple[Member, ...]:
        """The members in the order of the setting."""
        if missing := [word for word in self._words if word not in self._by_name]:
            raise BadCheckpoint(
                f"The member {missing[0][:60]!r} is missing. Train the mixture with lab or command line, or take the checkpoint again.",
                f"缺少成员“{missing[0][:60]}”。请通过命令行或 Lab 训练混合模型，或重新获取检查点。",
            )
        pairs = zip(self._words, self._weights, strict=True)
        return tuple(replace(self._by_name[word], weight=float(weight)) for word, weight in pairs)

    @property
    def learned_here(self) -> Sequence[Member]:
        """The members that are learned on the spot."""
        return [self._by_name[word] for word in self._words if is_call(word)]

    def use_weights(self, weights: Floats) -> None:
        """Weigh the members so from now on."""
        self._weights = weights

    @property
    def _models(self) -> list[LanguageModel]:
        if len(self._held) < len(self._words):
            self._held = [member.model for member in self.members]
            self._sizes = [len(model.initial_state(1)) for model in self._held]
        return self._held

    @property
    def normalised(self) -> bool:
        """Whether every member's distributions sum to 1."""
        return all(model.normalised for model in self._models)

    @property
    def num_parameters(self) -> int:
        """The members' numbers and the weights."""
        return sum(model.num_parameters for model in self._models) + len(self._weights)

    # What they say together

    def initial_state(self, batch: int) -> State:
        """Return the members' initial states, one after the other."""
        return tuple(part for model in self._models for part in model.initial_state(batch))

    def _states(self, state: State) -> list[State]:
        """Return each member's own part of a state."""
        states, begin = [], 0
        for size in self._sizes:
            states.append(state[begin : begin + size])
            begin += size
        return states

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln of the weighted sum for every token after each of ids ``[batch, time]``."""
        said = [model.log_probs(ids, own) for model, own in zip(self._models, self._states(state), strict=True)]
        return mix([log_probs for log_probs, _ in said], self._weights), _joined(said)

    def member_scores(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return each member's log-probability of each target, ``[members, batch, time]``, and the state."""
        pairs = zip(self._models, self._states(state), strict=True)
        said = [model.score(inputs, targets, own) for model, own in pairs]
        return np.stack([scores for scores, _ in said]), _joined(said)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return ln of the weighted sum for the targets alone, ``[batch, time]``."""
        scores, state = self.member_scores(inputs, targets, state)
        return mix(list(scores), self._weights), state

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln of the weighted sum after one more id of each sequence, ``[batch, vocab]``."""
        said = [model.step(ids, own) for model, own in zip(self._models, self._states(state), strict=True)]
        return mix([log_probs for log_probs, _ in said], self._weights), _joined(said)

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return what each member made of the token that came next; no number after the last one."""
        scores, _ = self.member_scores(ids[None, :-1], ids[None, 1:], self.initial_state(1))
        log_probs = np.concatenate([scores[:, 0], np.full((len(scores), 1), np.nan)], axis=1)  # [members, time]
        return {
            "member_probability": np.exp(log_probs).T,
            "responsibility": responsibilities(log_probs, self._weights).T,
        }

    # The checkpoint

    def tensors(self) -> dict[str, Array]:
        """Return the weights, and the members' arrays under ``member.N.``."""
        return {_WEIGHTS: self._weights, **joined_tensors(self.members)}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back weights and members. A trained member may be shared: it is made anew, never changed."""
        weights = _checked(tensors.get(_WEIGHTS), len(self._words))
        others = {name: array for name, array in tensors.items() if name != _WEIGHTS}
        loaded = {}
        for member, own in zip(self.members, parted_tensors(others, len(self._words)), strict=True):
            model = type(member.model)(member.model.config, self.vocab_size, self.seed)
            model.load_tensors(own)
            loaded[member.name] = replace(member, model=model)
        self._by_name, self._weights, self._held = loaded, weights, []


def _joined(said: Sequence[tuple[Array, State]]) -> State:
    """Return the members' states, one after the other."""
    return tuple(part for _, state in said for part in state)


def _checked(weights: Array | None, number: int) -> Floats:
    """Return saved weights, if they are such.

    Raises:
        BadCheckpoint: they are missing, not one for each member, or no shares of a whole.
    """
    shares = weights is not None and weights.shape == (number,) and weights.dtype == np.float64
    if weights is None or not shares or not (weights >= 0).all() or abs(weights.sum() - 1) > _ROUNDED:
        raise BadCheckpoint(
            f"The tensors hold no weights for {number} members: numbers from 0 that sum to 1. Take the checkpoint again.",
            f"张量文件中没有 {number} 个成员的权重（不小于 0、总和为 1 的数）。请重新获取检查点。",
        )
    return weights


PLUGIN = Mixture
