"""n-gram model: the next token depends on the last n - 1 tokens only (a Markov chain of order n - 1, D2L 8.3.1).

Learning is counting: N(c) is how often the context c was seen, n(cw) how often the word w came after it, and
n(cw) / N(c) is the most likely P(w | c). Most longer contexts were never seen, so the counts of shorter ones have to
help out; how they do is the *smoothing*. The counts are in `core.models.ngram_table`, the smoothings by name in
`core.models.smoothings`, their formulas in `core.models.smoothing`, the walk from short to long contexts in `core.models.backoff`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.language import both
from core.models.back_off_table import BackOffTable, written_out
from core.models.backoff import BackOff
from core.models.counting import check_names
from core.models.framing import framing_setting
from core.models.lmplz import read_last
from core.models.markov_model import MarkovModel, by_length
from core.models.mixing import fitted_lambdas
from core.models.ngram_beside import BOUNDARY, LAMBDAS, LAST, checked_boundary, checked_lambdas, checked_last
from core.models.ngram_table import NgramTable
from core.models.ngram_tensors import from_tensors, parted, to_tensors
from core.models.protocol import About, Array, State
from core.models.pruning import pruned
from core.models.smoothing import Smoothing
from core.models.smoothings import SMOOTHINGS, smoothing_setting
from core.models.tallies import Tally, tallies
from core.models.tally_tensors import tallies_from_tensors, tallies_to_tensors
from core.settings import setting
from core.text.sequences import Sequences
from core.training.counting import CountingLearner


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
    smoothing: str = smoothing_setting()
    k: float = setting(
        1.0, low=1e-6, high=1000.0, unit="counts",
        help=both("How many counts add_k adds to every token.", "add_k 为每个词元添加的计数。"),
    )  # fmt: skip
    epsilon_1: float = setting(
        1.0, low=1e-6, high=1e6, unit="tokens",
        help=both("recursive: pretended tokens of the empty context.", "recursive：空上下文的假想词元数。"),
    )  # fmt: skip
    epsilon_2: float = setting(
        1.0, low=1e-6, high=1e6, unit="tokens",
        help=both("recursive: pretended tokens of a context of one.", "recursive：长度为 1 的上下文的假想词元数。"),
    )  # fmt: skip
    epsilon_3: float = setting(
        1.0, low=1e-6, high=1e6, unit="tokens",
        help=both("recursive: pretended tokens of longer contexts.", "recursive：更长上下文的假想词元数。"),
    )  # fmt: skip
    min_count: int = setting(
        1, low=1, high=1000, unit="occurrences",
        help=both(
            "Pruning: n-grams of three tokens and more that occur less often are dropped; 1 keeps all.",
            "剪枝：三元及更长的 n 元组，出现次数少于此数即舍弃；1 表示全部保留。",
        ),
    )  # fmt: skip
    framing: str = framing_setting()


class Ngram(MarkovModel):
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
            ("own", both("Share that the token that came next earns from each context itself [time, n]",
                         "实际的下一个词元从各上下文本身分得的份额 [时间, n]")),
            ("rest", both("Weight that each context leaves to the shorter one; 1 where it has no say [time, n]",
                          "各上下文留给较短上下文的权重；未采用处为 1 [时间, n]")),
            ("probability", both("P(next token) with contexts up to each length; the last is the model's [time, n]",
                                 "用到各长度上下文时下一个词元的概率；最后一列即模型的概率 [时间, n]")),
            ("predecessors", both("Whether the three counts are numbers of different tokens before it (Kneser-Ney) [time, n]",
                                  "三个计数是否为其前面不同词元的种数（Kneser-Ney） [时间, n]")),
            ("context", both("The ids that decide, oldest first; -1 where the text has not begun [time, n - 1]",
                             "起决定作用的词元编号，由旧到新；文字尚未开始处为 -1 [时间, n - 1]")),
        ),
    )  # fmt: skip
    Config = Config
    Learner = CountingLearner

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._lambdas: list[float] = [0.5] * config.order
        self._last: tuple[int, ...] = ()
        self._use(NgramTable.empty(config.order, self._framing.table_size))

    def _smoothing(self) -> Smoothing:
        words = self._framing.table_size - (self._framing.begin is not None) - len(self._framing.never)
        return SMOOTHINGS[self.config.smoothing](self.config, words, self._lambdas)

    def _use(self, table: NgramTable, tallies_: list[Tally] | None = None) -> None:
        """Answer from this table from now on; of a pruned one the tallies of the whole text are given."""
        smoothing, framing = self._smoothing(), self._framing
        whole = tallies_ or tallies(table, smoothing.predecessors, framing.begin, self._last)
        self._back_off = BackOff(table, smoothing, whole, framing.begin, framing.never, pruned=tallies_ is not None)

    @property
    def normalised(self) -> bool:
        """Whether the smoothing gives probabilities: stupid back-off does not."""
        return self._back_off.smoothing.interpolates

    @property
    def _as_lmplz(self) -> bool:
        """Whether the estimate has to be KenLM's to the last digit."""
        return self._framing.framed and self.config.smoothing == "modified_kneser_ney"

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
        self._framing, framed = self._framing.of(sequences)
        order, size = self.config.order, self._framing.table_size
        if self.config.smoothing == "jelinek_mercer":
            self._lambdas = fitted_lambdas(framed, order, size)
        if self._as_lmplz:
            self._last = read_last(framed.ids, order - 1, int(framed.ids[0]), self._framing.closes)
        table, min_count = NgramTable.count(framed, order, size), self.config.min_count
        if min_count == 1:
            self._use(table)
        else:
            whole = tallies(table, self._smoothing().predecessors, self._framing.begin, self._last)
            self._use(*pruned(table, whole, min_count))

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P(w | last n - 1 ids) for every w after each of ids ``[batch, time]``, and the last n - 1 ids."""
        joined = np.concatenate([state[0], ids], axis=1)
        probabilities = self._back_off.all_words(self._framing.opened(joined), self._remembers)[:, :, : self.vocab_size]
        with np.errstate(divide="ignore"):  # the logarithm of an impossible token is -inf
            return np.log(probabilities, out=probabilities), self._state_after(joined)

    def _scored(self, opened: Array, targets: Array) -> Array:
        *_, backed = self._back_off.path(opened, self._remembers, targets)
        with np.errstate(divide="ignore"):
            scored: Array = np.log(backed.probability)
        return scored

    def frame_log_probs(self, ids: Array) -> tuple[float, float]:
        """Return ln P of what a text ``[time]`` has in KenLM's frame only: its first token after <s>, and </s> at its end.

        Raises:
            ValueError: the model was made without that frame.
        """
        framing = self._framing
        if framing.begin is None:
            raise ValueError("the model has no frame: set framing=kenlm")
        first = self._back_off.row((framing.begin,)[-self._remembers :] if self._remembers else ())[int(ids[0])]
        history = [framing.begin, *(int(one) for one in ids[-self._remembers :])]
        last = self._back_off.row(tuple(history[len(history) - self._remembers :]))[framing.end]
        with np.errstate(divide="ignore"):
            return float(np.log(first)), float(np.log(last))

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P ``[batch, vocab]`` after one more id of each sequence, from remembered distributions."""
        last = np.empty_like(state[0])
        if self._remembers:
            last[:, :-1] = state[0][:, 1:]
            last[:, -1] = ids
        room = self._remembers
        contexts = [self._framing.context(one, room) for one in last.tolist()]
        rows = [self._back_off.row(context)[: self.vocab_size] for context in contexts]
        with np.errstate(divide="ignore"):
            return np.log(rows), (last,)

    def evidence(self, ids: Array, state: State) -> Array:
        """Return the longest context seen and ln(1 + N(c)) of it, after each of ids ``[batch, time]``: ``[batch, time, 2]``."""
        joined = np.concatenate([state[0], ids], axis=1)
        if ids.shape[1] > 1:
            return self._back_off.evidence(self._framing.opened(joined), self._remembers)
        room = self._remembers
        contexts = [self._framing.context(one, room) for one in self._state_after(joined)[0].tolist()]
        return np.array([[self._back_off.evidence_of(context)] for context in contexts])

    def after(self, context: tuple[int, ...]) -> Array:
        """Return ln P ``[vocab]`` after the last ids of a text, as `step` does."""
        with np.errstate(divide="ignore"):
            return np.log(self._back_off.row(self._context(context))[: self.vocab_size])

    def tensors(self) -> dict[str, Array]:
        """Return the counts, packed, and what was fitted or found beside them."""
        more = {}
        if self.config.smoothing == "jelinek_mercer":
            more[LAMBDAS] = np.array(self._lambdas)
        if self._framing.framed:
            more[BOUNDARY] = np.array([self._framing.boundary], dtype=np.int32)
        if self._as_lmplz:
            more[LAST] = np.array(self._last, dtype=np.int32)
        if self.config.min_count > 1:
            more |= tallies_to_tensors(self._back_off.tallies)
        return to_tensors(self.table) | more

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back packed counts, after checking all of them."""
        counts = dict(tensors)
        if self.config.smoothing == "jelinek_mercer":
            self._lambdas = checked_lambdas(counts.pop(LAMBDAS, None), self.config.order)
        if self._framing.framed:
            self._framing = replace(
                self._framing, boundary=checked_boundary(counts.pop(BOUNDARY, None), self.vocab_size)
            )
        if self._as_lmplz:
            self._last = checked_last(counts.pop(LAST, None), self.config.order, self._framing.table_size)
        mine, others = parted(counts, self.config.order)
        table = from_tensors(mine, self.config.order, self._framing.table_size)
        if self.config.min_count == 1:
            check_names(others, [])
        self._use(table, tallies_from_tensors(others, table) if self.config.min_count > 1 else None)

    def back_off_table(self) -> BackOffTable | None:
        """Return P of every n-gram and the weight of every context; None for add-k, where no context has one."""
        return written_out(self._back_off, self._framing)

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return contexts, counts and the back-off path after each of ids ``[time]``; see ``about.trace``."""
        joined, targets, places = self._traced(ids)
        opened = self._framing.opened(joined)
        path = list(self._back_off.path(opened, self._remembers, targets))
        count = by_length([backed.counts for backed in path]).astype(np.float64)
        probability = by_length([backed.probability for backed in path])
        own = by_length([backed.own for backed in path])
        count[-1:], own[-1:], probability[-1:] = -1, np.nan, np.nan  # nothing has followed the last id
        return {
            "used": by_length([backed.used for backed in path]),
            "total": by_length([backed.totals for backed in path]),
            "types": by_length([backed.types for backed in path]),
            "count": count,
            "own": own,
            "rest": by_length([backed.rest for backed in path]),
            "probability": probability,
            "predecessors": self._counts_predecessors(opened[0][places]),
            "context": joined[0][places],
        }

    def _counts_predecessors(self, contexts: Array) -> Array:
        """Return for which lengths of contexts ``[time, n - 1]`` the numbers are of what stood before: ``[time, n]``."""
        oldest = np.pad(contexts[:, ::-1], ((0, 0), (1, 0)), constant_values=-1)  # id of the context of each length
        is_framed = oldest == (self._framing.begin or -1)  # nothing stands before <s>, so occurrences count
        is_shorter = np.arange(self.config.order) < self._remembers
        shown: Array = self._back_off.smoothing.predecessors & is_shorter & ~(is_framed & (oldest >= 0))
        return shown


PLUGIN = Ngram
