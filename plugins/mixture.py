"""Mixture: several models have their say, each with a weight (interpolation; Jelinek and Mercer 1980).

    P(w | context) = weight_1 P_1(w | context) + ... + weight_m P_m(w | context)

Models that err in different places help each other: an n-gram knows rare words by heart, a recurrent network how a speech
goes on. The weights are those under which text that no member has learned from is likeliest; they are found by expectation
and maximisation (`core.models.interpolation`), after the members are trained (`core.training.interpolating`). With
``weights=gate`` they are found anew after every token, by a small network that sees how sure each member is
(`core.models.gate`), and the members' geometric mean is one more member.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import BadCheckpoint, BadSetting
from core.language import Bilingual, as_bilingual, both
from core.models.gate import Gate, gate_of_tensors, gated, what_members_show
from core.models.interpolation import Floats, checked_weights, mix, responsibilities
from core.models.members import (
    Member,
    check_alike,
    is_call,
    joined_tensors,
    parted_tensors,
    untrained,
    words_of,
)
from core.models.protocol import About, Array, LanguageModel, State
from core.settings import setting
from core.training.interpolating import InterpolationLearner

_WEIGHTS = "weights"
# Log-probabilities that a gated mixture holds of each member at once, while it scores (16 MB of float64).
_AT_ONCE = 2_000_000


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
        "fit", choices=("fit", "gate", "even"),
        help=both(
            "fit: those under which text held back is likeliest, which no member may have learned from; gate: fitted on it as"
            " well, but anew after every token, by how sure each member is; even: all the same.",
            "fit：使留出的文本最可能的权重，任何成员都不得学过这段文本；gate：同样在其上拟合，但每个词元之后都按各成员的把握重新决定；"
            "even：全部相等。",
        ),
    )  # fmt: skip
    weights_from: str = setting(
        "", lists="weights",
        help=both(
            "A trained mixture of such members, in the same order, whose weights are taken over: for members that have learned"
            " the text which weights are fitted on.",
            "一个已训练好的混合模型，其成员种类与顺序相同：沿用它的权重。用于成员已学过拟合权重所用文本的情形。",
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
            ("weight", both("How much each member counts in the sum after the token; last, with a gate: their geometric mean [time, members]",
                            "该词元之后各成员在总和中的权重；有门控时最后一列为它们的几何平均 [时间, 成员]")),
            ("responsibility", both("The share of that token that each member gave: its weighted part of the sum [time, members]",
                                    "下一个词元由各成员贡献的份额：加权后占总和的比例 [时间, 成员]")),
        ),
    )  # fmt: skip
    Config = Config
    Learner = InterpolationLearner

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        if config.weights_from and config.weights == "even":
            raise BadSetting(
                "Even weights are taken over from nobody. Leave weights_from out, or set weights to what that mixture was trained with.",
                "均等的权重无须沿用。请去掉 weights_from，或把 weights 设为那个混合模型训练时的值。",
            )
        self.fits: bool = config.weights != "even" and not config.weights_from
        self._words = words_of(config.members)
        # Members by name; those that are trained already are handed over by `take_members`.
        self._by_name = {
            word: Member(word, untrained(word, self.kinds, vocab_size, seed)) for word in self._words if is_call(word)
        }
        self._weights: Floats = np.full(len(self._words), 1.0 / len(self._words))
        self._gate: Gate | None = None
        if config.weights == "gate":
            # One more weight, that of the members' geometric mean, which has no say before it is fitted.
            self._gate, self._weights = Gate.even(len(self._words)), np.append(self._weights, 0.0)
        # Their models in order, and how many arrays each one's state has: looked up once, for `step` has no time.
        self._held: list[LanguageModel] = []
        self._sizes: list[int] = []

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
        pairs = zip(self._words, self._weights, strict=False)  # a gate has one weight more, that of the geometric mean
        return tuple(replace(self._by_name[word], weight=float(weight)) for word, weight in pairs)

    @property
    def learned_here(self) -> Sequence[Member]:
        """The members that are learned on the spot."""
        return [self._by_name[word] for word in self._words if is_call(word)]

    @property
    def gated(self) -> bool:
        """Whether the weights depend on the context."""
        return self._gate is not None

    def use_weights(self, weights: Floats) -> None:
        """Weigh the members so from now on."""
        self._weights = weights

    def use_gate(self, gate: Gate, weights: Floats) -> None:
        """Weigh the members by a gate from now on; ``weights [members + 1]`` are the means of its shares."""
        self._gate, self._weights = gate, weights

    def take_weights(self, other: LanguageModel) -> None:
        """Take over the weights of a mixture of such members, fitted on text that those had not learned from."""
        if not isinstance(other, Mixture):
            super().take_weights(other)  # which tells that it has none
            return
        check_alike(self.members, other.members)
        if other.config.weights != self.config.weights:
            raise BadSetting(
                f"The weights to take over are those of weights={other.config.weights}, not of weights={self.config.weights}. Set"
                f" weights={other.config.weights}.",
                f"要沿用的权重属于 weights={other.config.weights}，而不是 weights={self.config.weights}。请设 weights={other.config.weights}。",
            )
        self._weights, self._gate = other._weights, other._gate

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
        own = len(self._weights) + (self._gate.size if self._gate is not None else 0)
        return own + sum(model.num_parameters for model in self._models)

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

    def said(self, ids: Array, state: State) -> tuple[list[Array], list[Array | None], State]:
        """Return each member's log-probabilities ``[batch, time, vocab]`` after each of ids, its evidence, and the state."""
        own = list(zip(self._models, self._states(state), strict=True))
        said = [model.log_probs(ids, part) for model, part in own]
        return [each for each, _ in said], [model.evidence(ids, part) for model, part in own], _joined(said)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln of the weighted sum for every token after each of ids ``[batch, time]``."""
        if self._gate is not None:
            log_probs, met, state = self.said(ids, state)
            return gated(log_probs, *self._gate(what_members_show(log_probs, met))), state
        said = [model.log_probs(ids, own) for model, own in zip(self._models, self._states(state), strict=True)]
        return mix([log_probs for log_probs, _ in said], self._weights), _joined(said)

    def member_scores(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return each member's log-probability of each target, ``[members, batch, time]``, and the state."""
        pairs = zip(self._models, self._states(state), strict=True)
        said = [model.score(inputs, targets, own) for model, own in pairs]
        return np.stack([scores for scores, _ in said]), _joined(said)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return ln of the weighted sum for the targets alone, ``[batch, time]``; a gate has to see whole distributions."""
        if self._gate is None:
            scores, state = self.member_scores(inputs, targets, state)
            return mix(list(scores), self._weights), state
        batch, time = inputs.shape
        at_once, scores = max(1, _AT_ONCE // (batch * self.vocab_size)), np.empty((batch, time))
        for begin in range(0, time, at_once):
            part = slice(begin, begin + at_once)
            scores[:, part], state = super().score(inputs[:, part], targets[:, part], state)
        return scores, state

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln of the weighted sum after one more id of each sequence, ``[batch, vocab]``."""
        own = list(zip(self._models, self._states(state), strict=True))
        said = [model.step(ids, part) for model, part in own]
        log_probs = [each for each, _ in said]
        if self._gate is None:
            return mix(log_probs, self._weights), _joined(said)
        met = [model.evidence(ids[:, None], part) for model, part in own]
        shown = what_members_show(log_probs, [None if each is None else each[:, 0] for each in met])
        return gated(log_probs, *self._gate(shown)), _joined(said)

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return what each member made of the token that came next, and how much it counted; no number after the last one."""
        said, met, _ = self.said(ids[None], self.initial_state(1))
        later = np.append(ids[1:], ids[-1:]).astype(np.int64)
        given = np.stack([each[0, np.arange(len(ids)), later] for each in said], axis=1).astype(np.float64)
        weight, parts = np.tile(self._weights, (len(ids), 1)), given
        if self._gate is not None:
            weight, exponents = (each[0] for each in self._gate(what_members_show(said, met)))
            mean = gated([each[0] for each in said], np.eye(weight.shape[1])[[-1] * len(ids)], exponents)
            parts = np.concatenate([given, mean[np.arange(len(ids)), later, None]], axis=1)
        shares = responsibilities(parts.T, weight.T).T
        given[-1:], shares[-1:] = np.nan, np.nan
        return {"member_probability": np.exp(given), "weight": weight, "responsibility": shares}

    def unit_names(self, trace: str) -> tuple[Bilingual, ...]:
        """Return the members' names, and at the end that of the geometric mean."""
        return *(as_bilingual(word) for word in self._words), both("geometric mean", "几何平均")

    # The checkpoint

    def tensors(self) -> dict[str, Array]:
        """Return the weights, the gate's numbers, and the members' arrays under ``member.N.``."""
        own = {_WEIGHTS: self._weights, **(self._gate.tensors() if self._gate is not None else {})}
        return own | joined_tensors(self.members)

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back weights and members. A trained member may be shared: it is made anew, never changed."""
        number, gate = len(self._words), None
        if self._gate is not None:
            gate = gate_of_tensors(tensors, number)
        weights = checked_weights(tensors.get(_WEIGHTS), number + self.gated)
        own = {_WEIGHTS, *(gate.tensors() if gate is not None else {})}
        others = {name: array for name, array in tensors.items() if name not in own}
        loaded = {}
        for member, own_tensors in zip(self.members, parted_tensors(others, number), strict=True):
            model = type(member.model)(member.model.config, self.vocab_size, self.seed)
            model.load_tensors(own_tensors)
            loaded[member.name] = replace(member, model=model)
        self._by_name, self._weights, self._gate, self._held = loaded, weights, gate, []


def _joined(said: Sequence[tuple[Array, State]]) -> State:
    """Return the members' states, one after the other."""
    return tuple(part for _, state in said for part in state)


PLUGIN = Mixture
