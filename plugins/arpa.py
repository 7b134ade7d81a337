"""ARPA: an n-gram model that is written out, as programs exchange it (D2L 8.3.1; Katz 1987 for the way it backs off).

Counting and smoothing lie behind it: there is one number for every n-gram, its probability, and one for every context, the
weight of shorter contexts. Such a model is read from a file of KenLM, SRILM or this program (``import-arpa``), or learned here
by modified Kneser-Ney smoothing; then it equals the model `ngram` of that smoothing, and keeps no counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.language import both
from core.models.back_off_table import BackOffTable, written_out
from core.models.back_off_tensors import table_from_tensors, table_to_tensors
from core.models.backoff import BackOff
from core.models.discounting import ModifiedKneserNey
from core.models.framing import Framing, framing_setting
from core.models.listed_back_off import ListedBackOff
from core.models.lmplz import read_last
from core.models.markov_model import MarkovModel, by_length
from core.models.ngram_table import NgramTable
from core.models.protocol import About, Array, State
from core.models.tallies import tallies
from core.settings import setting
from core.text.sequences import Sequences
from core.training.counting import CountingLearner


@dataclass(frozen=True)
class Config:
    """The settings of a model that is written out."""

    order: int = setting(
        5, low=1, high=16, unit="tokens",
        help=both(
            "n: length of the longest n-grams; the last n - 1 tokens decide about the next one.",
            "n：最长 n 元组的长度；由前 n - 1 个词元决定下一个。",
        ),
    )  # fmt: skip
    framing: str = framing_setting()


class Arpa(MarkovModel):
    """P(w | last n - 1 ids) looked up. The state is those ids, ``[batch, n - 1]``, -1 where nothing stands yet."""

    about = About(
        name="arpa",
        title=both("ARPA n-gram", "ARPA n 元语法"),
        idea=both(
            "Looks up the longest listed stretch of tokens; what is not listed falls back, at a price, to a shorter one.",
            "查找列出的最长词元串；没有列出的，付出代价后退回较短的串。",
        ),
        section="D2L 8.3.1",
        trace=(
            ("used", both("Whether the context of 0, 1 ... n - 1 tokens is listed [time, n]",
                          "长度为 0、1 … n - 1 的上下文是否列出 [时间, n]")),
            ("listed", both("Whether the token that came next is listed after it [time, n]",
                            "实际的下一个词元是否列在其后 [时间, n]")),
            ("rest", both("Back-off weight of each context for what is not listed; 1 where the context is not [time, n]",
                          "各上下文对未列出词元的回退权重；上下文未列出处为 1 [时间, n]")),
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
        self._use(_estimated(NgramTable.empty(config.order, self._framing.table_size), self._framing))

    @classmethod
    def of_back_off_table(cls, table: BackOffTable) -> Arpa:
        """Return the model that looks up this table."""
        framing = table.framing
        model = cls(Config(table.order, "kenlm" if framing.framed else "text"), framing.vocab_size)
        model._use(table)
        return model

    def back_off_table(self) -> BackOffTable:
        """Return the table."""
        return self._listed.table

    def _use(self, table: BackOffTable) -> None:
        """Answer from this table from now on."""
        self._listed, self._framing = ListedBackOff(table.rounded()), table.framing

    @property
    def normalised(self) -> bool:
        """Whether the numbers are probabilities: added up after a sample of contexts."""
        return self._listed.is_normalised

    @property
    def num_parameters(self) -> int:
        """How many n-grams of all lengths are listed."""
        return sum(len(each) for each in self._listed.table.log_probs)

    def learn(self, sequences: Sequences) -> None:
        """Count all n-grams of the text, and keep what modified Kneser-Ney smoothing makes of them."""
        framing, framed = self._framing.of(sequences)
        order, size = self.config.order, framing.table_size
        last: tuple[int, ...] = ()
        if framing.framed:
            last = read_last(framed.ids, order - 1, int(framed.ids[0]), framing.closes)
        self._use(_estimated(NgramTable.count(framed, order, size), framing, last))

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P(w | last n - 1 ids) for every w after each of ids ``[batch, time]``, and the last n - 1 ids."""
        joined = np.concatenate([state[0], ids], axis=1)
        log_probs = self._listed.all_words(self._framing.opened(joined), self._remembers)
        return log_probs[:, :, : self.vocab_size], self._state_after(joined)

    def _scored(self, opened: Array, targets: Array) -> Array:
        *_, looked = self._listed.path(opened, self._remembers, targets)
        return looked.log_prob

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P ``[batch, vocab]`` after one more id of each sequence, from remembered distributions."""
        last = self._state_after(np.concatenate([state[0], ids[:, None]], axis=1))
        rows = [self._listed.row(self._framing.context(one, self._remembers)) for one in last[0].tolist()]
        return np.stack(rows)[:, : self.vocab_size], last

    def after(self, context: tuple[int, ...]) -> Array:
        """Return ln P ``[vocab]`` after the last ids of a text, as `step` does."""
        return self._listed.row(self._context(context))[: self.vocab_size].copy()

    def tensors(self) -> dict[str, Array]:
        """Return the table as arrays."""
        return table_to_tensors(self._listed.table)

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back a table, after checking all of it."""
        self._use(table_from_tensors(tensors, self.config.order, self.vocab_size, self._framing.framed))

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return contexts and the back-off path after each of ids ``[time]``; see ``about.trace``."""
        joined, targets, places = self._traced(ids)
        path = list(self._listed.path(self._framing.opened(joined), self._remembers, targets))
        listed = by_length([looked.listed for looked in path])
        probability = np.exp(by_length([looked.log_prob for looked in path]))
        listed[-1:], probability[-1:] = False, np.nan  # nothing has followed the last id
        return {
            "used": by_length([looked.used for looked in path]),
            "listed": listed,
            "rest": np.exp(by_length([looked.weight for looked in path])),
            "probability": probability,
            "context": joined[0][places],
        }


def _estimated(counts: NgramTable, framing: Framing, last: tuple[int, ...] = ()) -> BackOffTable:
    """Return what modified Kneser-Ney smoothing makes of counts; ``last`` is for `lmplz` only (`core.models.lmplz`)."""
    smoothing = ModifiedKneserNey()
    counted = tallies(counts, smoothing.predecessors, framing.begin, last)
    table = written_out(BackOff(counts, smoothing, counted, framing.begin, framing.never), framing)
    assert table is not None, "Kneser-Ney smoothing goes from context to shorter context"
    return table


PLUGIN = Arpa
