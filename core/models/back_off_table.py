"""A back-off model written out: log10 P of every n-gram that is listed, and the weight that each leaves as a context.

Whatever a smoothing computes, most of them come to the same two numbers (`core.models.smoothing`), and then a word is
looked up without knowing any formula (Katz 1987):

    P(w | c) = the number that stands beside cw            where cw is listed
             = weight(c) * P(w | c without its oldest)     elsewhere; an unlisted context has the weight 1

That is all an ARPA file holds, so this is the form in which models of different programs are exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.models.backoff import BackOff
from core.models.framing import Framing
from core.models.ngram_table import Integers, NgramTable

Logarithms = npt.NDArray[np.floating]

# The format's way to write log10 of 0; less stands for 0 as well.
IMPOSSIBLE = -99.0


@dataclass(frozen=True, eq=False)
class BackOffTable:
    """The numbers of a back-off model, all logarithms to the base 10.

    Attributes:
        ngrams: the n-grams as a tree, every context before what follows it; its counts mean nothing here.
        log_probs: of the n-grams of each length from 1 on, ``[m]``; -inf where the last token is impossible.
        weights: of the n-grams of each length below the order, as contexts, ``[m]``; 0 where a context leaves all.
        framing: how ids of a text become ids of the tree.
    """

    ngrams: NgramTable
    log_probs: tuple[Logarithms, ...]
    weights: tuple[Logarithms, ...]
    framing: Framing

    @classmethod
    def of_levels(
        cls,
        framing: Framing,
        lasts: list[Integers],
        children: list[Integers],
        log_probs: list[Logarithms],
        weights: list[Logarithms],
    ) -> BackOffTable:
        """Return the table of levels 1 to order: last ids, numbers of longer n-grams, and the two kinds of logarithms."""
        nothing = [np.zeros(len(last), dtype=np.uint8) for last in lasts]
        ngrams = NgramTable(framing.table_size, lasts, nothing, children)
        return cls(ngrams, tuple(log_probs), tuple(weights), framing)

    def rounded(self) -> BackOffTable:
        """Return the table as a checkpoint holds it: float32, and what is written as 0 is 0."""
        return replace(
            self, log_probs=tuple(map(_single, self.log_probs)), weights=tuple(map(_single, self.weights))
        )  # fmt: skip

    @property
    def order(self) -> int:
        """Length of the longest n-grams."""
        return self.ngrams.order

    @property
    def never(self) -> list[int]:
        """The ids that are context only, and never predicted."""
        begin = self.framing.begin
        return [*self.framing.never, *([] if begin is None else [begin])]


def written_out(back_off: BackOff, framing: Framing) -> BackOffTable | None:
    """Return the numbers that a smoothing comes to.

    None for a smoothing that does not go from context to shorter context, such as add-k: what it gives to unseen words is
    the same for all of them, and no weight of a context can say so.
    """
    if back_off.table.order > 1 and not back_off.smoothing.recursive:
        return None
    log_probs, weights = [], []
    with np.errstate(divide="ignore"):  # what is impossible has the logarithm -inf
        for probabilities, left in back_off.listed():
            log_probs.append(np.minimum(np.log10(probabilities), 0.0))  # a sum of shares may exceed 1 by a rounding
            weights.append(np.log10(left))
    return BackOffTable(
        back_off.table, tuple(log_probs), tuple(weights[1:]), framing
    )  # below no context stands nothing


def _single(logarithms: Logarithms) -> npt.NDArray[np.float32]:
    single = logarithms.astype(np.float32)
    single[single <= IMPOSSIBLE] = -np.inf
    return single
