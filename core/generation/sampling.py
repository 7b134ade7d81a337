"""From a distribution to the next token: temperature, top-k, top-p, and one uniform number (D2L 8.5.3).

The model's distribution is sharpened or flattened by the temperature, cut to its likeliest tokens by top-k and top-p,
and then one token is drawn. Greedy choice is the limit of temperature 0. The random numbers come from a
counter-based generator (Philox, Salmon et al. 2011): the same seed writes the same text whatever else the program does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import Refused
from core.language import both
from core.models.likeliest import top_ids
from core.models.protocol import Array
from core.settings import setting

_UNIFORMS_AT_ONCE = 64
# Below this temperature a difference of float32 scores, divided by it, can exceed float64.
_COLDEST = 1e-250

Probabilities = npt.NDArray[np.float64]


@dataclass(frozen=True)
class GenerationSettings:
    """How a model writes. Beam search knows no chance: it ignores temperature, top-k, top-p and the seed."""

    tokens: int = setting(
        200, low=1, high=100_000, unit="tokens",
        help=both("How many tokens to write at most.", "最多写多少个词元。"),
    )  # fmt: skip
    temperature: float = setting(
        1.0, low=0.0, high=10.0,
        help=both(
            "Below 1 safer, above 1 wilder; 0 always takes the likeliest token.",
            "小于 1 更保守，大于 1 更大胆；0 总是取最可能的词元。",
        ),
    )  # fmt: skip
    top_k: int = setting(
        0, low=0, high=1_000_000, unit="tokens",
        help=both(
            "Draw among this many likeliest tokens only; 0 is off.", "只在最可能的这么多个词元中抽取；0 表示不限。"
        ),
    )  # fmt: skip
    top_p: float = setting(
        1.0, low=1e-9, high=1.0,
        help=both(
            "Draw among the fewest likeliest tokens that reach this probability; 1 is off.",
            "只在累计概率达到此值的最少几个最可能词元中抽取；1 表示不限。",
        ),
    )  # fmt: skip
    strategy: str = setting(
        "sample", choices=("sample", "greedy", "beam"),
        help=both(
            "Draw, always take the likeliest token, or search for a likely whole (beam search).",
            "抽样、每步取最可能的词元，或搜索整体最可能的文本（束搜索）。",
        ),
    )  # fmt: skip
    beams: int = setting(
        4, low=2, high=32, unit="beams",
        help=both("How many continuations beam search follows at once.", "束搜索同时跟踪的续写条数。"),
    )  # fmt: skip
    seed: int = setting(
        0, low=0, high=2**63 - 1,
        help=both("The same seed gives the same text.", "相同的种子得到相同的文本。"),
    )  # fmt: skip


def forbid(log_probs: Array, forbidden: npt.ArrayLike = ()) -> Probabilities:
    """Return a float64 copy of ``log_probs [..., vocab]`` in which the forbidden ids are impossible.

    Raises:
        Refused: the model did not give numbers.
    """
    allowed = np.array(log_probs, dtype=np.float64)
    if not allowed.max() < math.inf:  # the maximum is NaN as soon as one of them is
        raise Refused(
            "The model gives numbers that are no probabilities (NaN or infinite). Its training went wrong: use another "
            "checkpoint.",
            "模型给出的数不是概率（NaN 或无穷）。它的训练出了问题：请换用其他检查点。",
        )
    allowed[..., np.asarray(forbidden, dtype=np.int64)] = -np.inf
    return allowed


def nothing_left() -> Refused:
    """Return the error for a place where every token that may be written is impossible."""
    return Refused(
        "The model leaves no token to write here: it expects nothing but unknown tokens. Try another prefix or another "
        "model.",
        "模型在此处没有可写的词元：它只预期未知词元。请换一个开头或换用其他模型。",
    )


def distribution(log_probs: Array, settings: GenerationSettings, forbidden: npt.ArrayLike = ()) -> Probabilities:
    """Return the probabilities ``[vocab]`` to draw from: temperature, then top-k, then top-p.

    Args:
        log_probs: the model's natural log-probabilities ``[vocab]``.
        settings: temperature 0 or the greedy strategy puts everything on the likeliest token (the lowest id of equals).
        forbidden: ids that must not be drawn, such as that of ``<unk>``.

    Returns:
        Float64, summing to 1. Top-p looks at the mass after top-k, scaled to 1, and keeps at least one token.

    Raises:
        Refused: nothing is left to draw from, or the model did not give numbers.
    """
    scores = forbid(log_probs, forbidden)
    best = float(scores.max())
    if best == -math.inf:
        raise nothing_left()
    if settings.temperature == 0 or settings.strategy == "greedy":
        certain = np.zeros(len(scores))
        certain[scores.argmax()] = 1.0
        return certain
    scores -= best
    if settings.temperature != 1:
        with np.errstate(over="ignore"):  # a tiny temperature makes -inf of every score but the best, as it should
            scores /= settings.temperature
    probabilities: Probabilities = np.exp(scores)
    if 0 < settings.top_k < len(scores):
        probabilities = _only(probabilities, top_ids(scores, settings.top_k))
    probabilities /= probabilities.sum()
    if settings.top_p < 1:
        order = top_ids(probabilities, int(np.count_nonzero(probabilities)))
        mass = np.cumsum(probabilities[order])
        fewest = min(int(np.searchsorted(mass, settings.top_p)) + 1, len(order))  # rounding may leave mass[-1] < top_p
        probabilities = _only(probabilities, order[:fewest])
        probabilities /= probabilities.sum()
    return probabilities


def _only(values: Probabilities, ids: npt.NDArray[np.int64]) -> Probabilities:
    """Return ``values [vocab]`` with zeros everywhere but at ``ids``."""
    kept = np.zeros_like(values)
    kept[ids] = values[ids]
    return kept


def draw(probabilities: Probabilities, uniform: float) -> int:
    """Return the id at which the cumulative probabilities, in id order, first exceed ``uniform`` (0 <= uniform < 1).

    >>> [draw(np.array([0.25, 0.0, 0.75]), u) for u in (0.0, 0.2, 0.25, 0.9)]
    [0, 0, 2, 2]
    """
    cumulative = np.cumsum(probabilities)
    id_ = int(cumulative.searchsorted(uniform * cumulative[-1], side="right"))
    if id_ == len(probabilities):  # rounding: the last possible token
        id_ = int(np.flatnonzero(probabilities)[-1])
    return id_


def pick(log_probs: Array, settings: GenerationSettings, forbidden: int, uniform: float) -> int:
    """Return what ``draw(distribution(log_probs, settings, [forbidden]), uniform)`` does, in fewer steps where nothing is cut.

    Args:
        log_probs: the model's natural log-probabilities ``[vocab]``.
        settings: how.
        forbidden: id that must not be drawn.
        uniform: 0 <= uniform < 1.

    Raises:
        Refused: as `distribution` does.
    """
    cut = settings.top_k or settings.top_p < 1 or settings.strategy != "sample"
    if cut or settings.temperature < _COLDEST:
        return draw(distribution(log_probs, settings, [forbidden]), uniform)
    scores = log_probs.astype(np.float64)
    scores[forbidden] = -math.inf
    best = scores[scores.argmax()]  # NaN where any of them is
    if not -math.inf < best < math.inf:
        return draw(distribution(log_probs, settings, [forbidden]), uniform)  # says what is wrong
    scores -= best
    if settings.temperature != 1:
        scores /= settings.temperature
    cumulative = np.exp(scores, out=scores).cumsum()
    id_ = int(cumulative.searchsorted(uniform * cumulative[-1], side="right"))
    return id_ if id_ < len(scores) else int(np.flatnonzero(scores)[-1])  # rounding: the last possible token


def uniforms(seed: int) -> Iterator[float]:
    """Yield uniform numbers in [0, 1), one for each token to draw, the same for the same seed everywhere."""
    generator = np.random.Generator(np.random.Philox(key=seed))
    while True:
        yield from generator.random(_UNIFORMS_AT_ONCE).tolist()  # the same numbers as one by one
