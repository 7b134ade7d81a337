"""Several opinions, weighted while reading: the log-linear pool that learns from every token (Mahoney 2005, PAQ).

    P(w) = exp(sum_k weight_k score_k(w)) / Z

After a token y has come, the gradient of its log-probability says how much each opinion should have counted,

    d log P(y) / d weight_k = score_k(y) - sum_w P(w) score_k(w),

and the weights move a little that way. A weight is a sum of entries, one looked up for each circumstance (how often the
context was met, how sure the models are ...): opinions are trusted where they have proved right.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class OnlineMixer:
    """The weights, and how they learn.

    Args:
        weights: of every opinion at the beginning ``[opinions]``.
        circumstances: how many kinds of circumstances there are.
        entries: how many values a circumstance can take.
        rate: length of a step along the gradient.
    """

    def __init__(self, weights: Floats, circumstances: int, entries: int, rate: float) -> None:
        self._first, self._rate = weights, rate
        self._learned = np.zeros(circumstances * len(weights) * entries)
        # Where the entries of a circumstance and an opinion begin in that long row: [circumstances, opinions].
        self._begins = (np.arange(circumstances * len(weights)) * entries).reshape(circumstances, len(weights))

    def read(self, scores: Floats, values: Places, target: int) -> Floats:
        """Return the log-probabilities ``[vocab]`` of what comes next, then learn from what came.

        Args:
            scores: of every token by every opinion ``[opinions, vocab]``.
            values: of every circumstance for every opinion ``[circumstances, opinions]``, below ``entries``.
            target: the id that came.
        """
        chosen = self._begins + values
        weights = self._first + self._learned[chosen].sum(axis=0)
        pooled = weights @ scores
        pooled -= pooled.max()
        probabilities = np.exp(pooled)
        total = probabilities.sum()
        gradient = scores[:, target] - scores @ probabilities / total
        self._learned[chosen] += self._rate * gradient
        log_probs: Floats = pooled - np.log(total)
        return log_probs
