"""n-gram model: the next token depends on the last n - 1 tokens only (a Markov chain of order n - 1, D2L 8.3.1).

Learning is counting: N(c) is how often the context c was seen, n(cw) how often the word w came after it, and
n(cw) / N(c) is the most likely P(w | c). Most longer contexts were never seen, so the counts of shorter ones have to
help out; how they do is the *smoothing*. The counts are in `core.models.ngram_table`, the formulas of the smoothings in
`core.models.smoothing`, the walk from short to long contexts in `core.models.backoff`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.language import both
from core.models.backoff import BackOff
from core.models.counting import CountModel
from core.models.ngram_table import NgramTable
from core.models.ngram_tensors import from_tensors, to_tensors
from core.models.protocol import About, Array, State
from core.models.smoothing import AddK, NoSmoothing, Smoothing, WittenBell
from core.settings import setting
from core.text.sequences import Sequences
from core.training.counting import CountingLearner

# Targets that `score` looks up at once; a dozen arrays of this size are held meanwhile.
_SCORED_AT_ONCE = 1 << 18


@dataclass(frozen=True)
class Config:
    """The settings of an n-gram model."""

    order: int = setting(
        5, low=1, high=16, unit="tokens",
        help=both(
            "n: how many tokens are counted together; the last n - 1 decide about the next one.",
            "n：一起计数的词元个数；由前 n - 1 个词元决定下一个。",
        ),
    )  # fmt: skip
    smoothing: str = setting(
        "witten_bell", choices=("none", "add_k", "witten_bell"),
        help=both(
            "What unseen n-grams get. none: nothing, only an unseen context falls to its longest seen suffix;"
            " add_k: k more counts for every token (k = 1 is Laplace); witten_bell: the more kinds followed, the more"
            " is left to shorter contexts.",
            "未见过的 n 元组分得多少。none：不给，只有未见过的上下文退到其最长的见过的后缀；"
            "add_k：每个词元多计 k 次（k = 1 即拉普拉斯平滑）；witten_bell：后继种类越多，留给较短上下文的就越多。",
        ),
    )  # fmt: skip
    k: float = setting(
        1.0, low=1e-6, high=1000.0, unit="counts",
        help=both("How many counts add_k adds to every token.", "add_k 为每个词元添加的计数。"),
    )  # fmt: skip


class Ngram(CountModel):
    """P(w | last n - 1 ids) from counts. The state is those ids, ``[batch, n - 1]``, -1 where nothing stands yet."""

    about = About(
        name="ngram",
        title=both("n-gram", "n 元语法"),
        idea=both(
            "Counts what followed the last few tokens, and bets that it will follow again.",
            "统计最近几个词元之后出现过什么，并押注它会再次出现。",
        ),
        section="D2L 8.3.1",
        trace=(
            ("used", both("Whether the context of 0, 1 ... n - 1 tokens was seen and asked [time, n]",
                          "长度为 0、1 … n - 1 的上下文是否见过并被采用 [时间, n]")),
            ("total", both("N(c): how many tokens followed each context [time, n]",
                           "N(c)：各上下文之后出现过多少词元 [时间, n]")),
            ("types", both("T(c): how many different tokens followed it [time, n]",
                           "T(c)：其后出现过多少种不同的词元 [时间, n]")),
            ("count", both("n(cw): how often the token that came next had followed it; -1 after the last id [time, n]",
                           "n(cw)：实际的下一个词元在其后出现过几次；末尾处为 -1 [时间, n]")),
            ("rest", both("Weight that each context leaves to the shorter one; 1 where it has no say [time, n]",
                          "各上下文留给较短上下文的权重；未采用处为 1 [时间, n]")),
            ("probability", both("P(next token) with contexts up to each length; the last is the model's [time, n]",
                                 "用到各长度上下文时下一个词元的概率；最后一列即模型的概率 [时间, n]")),
            ("context", both("The ids that decide, oldest first; -1 where the text has not begun [time, n - 1]",
                             "起决定作用的词元编号，由旧到新；文字尚未开始处为 -1 [时间, n - 1]")),
        ),
    )  # fmt: skip
    Config = Config
    Learner = CountingLearner

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._remembers = config.order - 1
        self._use(NgramTable.empty(config.order, vocab_size))

    def _use(self, table: NgramTable) -> None:
        """Answer from this table from now on."""
        self._back_off = BackOff(table, self._smoothing())

    def _smoothing(self) -> Smoothing:
        """Return the smoothing that the settings name."""
        if self.config.smoothing == "none":
            return NoSmoothing()
        if self.config.smoothing == "add_k":
            return AddK(self.config.k, self.vocab_size)
        return WittenBell()

    @property
    def table(self) -> NgramTable:
        """The counts."""
        return self._back_off.table

    @property
    def num_parameters(self) -> int:
        """How many different n-grams of all lengths were counted."""
        return sum(int(np.count_nonzero(level.counts)) for level in self.table.levels[1:])

    def learn(self, sequences: Sequences) -> None:
        """Count all n-grams of the text; earlier counts are dropped."""
        self._use(NgramTable.count(sequences, self.config.order, self.vocab_size))

    def initial_state(self, batch: int) -> State:
        """Return -1 for each of the n - 1 ids that have not been read."""
        return (np.full((batch, self._remembers), -1, dtype=np.int32),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P(w | last n - 1 ids) for every w after each of ids ``[batch, time]``, and the last n - 1 ids."""
        joined = np.concatenate([state[0], ids], axis=1)
        probabilities = self._back_off.all_words(joined, self._remembers)
        with np.errstate(divide="ignore"):  # the logarithm of an impossible token is -inf
            return np.log(probabilities, out=probabilities), self._state_after(joined)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return ln P(target) only, without the other V - 1 words; ``[batch, time]``."""
        log_probs = np.empty(targets.shape)
        at_once = max(1, _SCORED_AT_ONCE // max(1, len(targets)))
        for begin in range(0, targets.shape[1], at_once):
            part = slice(begin, begin + at_once)
            joined = np.concatenate([state[0], inputs[:, part]], axis=1)
            for backed in self._back_off.path(joined, self._remembers, targets[:, part]):
                log_probs[:, part] = backed.probability
            state = self._state_after(joined)
        with np.errstate(divide="ignore"):
            return np.log(log_probs, out=log_probs), state

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P ``[batch, vocab]`` after one more id of each sequence, from remembered distributions."""
        last = np.empty_like(state[0])
        if self._remembers:
            last[:, :-1] = state[0][:, 1:]
            last[:, -1] = ids
        rows = [self._back_off.row(tuple(one)) for one in _without_gaps(last.tolist())]
        with np.errstate(divide="ignore"):
            return np.log(rows), (last,)

    def _state_after(self, joined: Array) -> State:
        """Return the last n - 1 of ids ``[batch, n - 1 + time]``."""
        return (joined[:, joined.shape[1] - self._remembers :].astype(np.int32),)

    def tensors(self) -> dict[str, Array]:
        """Return the counts, packed."""
        return to_tensors(self.table)

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back packed counts, after checking all of them."""
        self._use(from_tensors(tensors, self.config.order, self.vocab_size))

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return contexts, counts and the back-off path after each of ids ``[time]``; see ``about.trace``."""
        joined = np.concatenate([self.initial_state(1)[0], np.asarray(ids, dtype=np.int32)[None, :]], axis=1)
        targets = np.append(joined[:, self._remembers + 1 :], np.zeros((1, min(1, len(ids))), np.int32), axis=1)
        path = list(self._back_off.path(joined, self._remembers, targets))
        count = _by_length([backed.counts for backed in path])
        probability = _by_length([backed.probability for backed in path])
        count[-1:], probability[-1:] = -1, np.nan  # nothing has followed the last id
        places = np.arange(len(ids))[:, None] + 1 + np.arange(self._remembers)
        return {
            "used": _by_length([backed.used for backed in path]),
            "total": _by_length([backed.totals for backed in path]),
            "types": _by_length([backed.types for backed in path]),
            "count": count,
            "rest": _by_length([backed.rest for backed in path]),
            "probability": probability,
            "context": joined[0][places],
        }


def _by_length(arrays: list[Array]) -> Array:
    """Put arrays ``[1, time]``, one for each context length, side by side: ``[time, n]``."""
    return np.concatenate(arrays, axis=0).T.copy()


def _without_gaps(contexts: list[list[int]]) -> Iterator[list[int]]:
    """Yield contexts without the leading -1 that mark ids not yet read."""
    for context in contexts:
        yield [one for one in context if one >= 0] if context and context[0] < 0 else context


PLUGIN = Ngram
