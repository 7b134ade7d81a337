"""The smoothings of the n-gram model by the names that its settings know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.language import both
from core.models.discounting import AbsoluteDiscounting, KneserNey, ModifiedKneserNey
from core.models.smoothing import AddK, JelinekMercer, NoSmoothing, Recursive, Smoothing, StupidBackOff, WittenBell
from core.settings import setting

# Made from the settings, the number of words that may come, and the weights
# that were fitted.
SMOOTHINGS: dict[str, Callable[[Any, int, Sequence[float]], Smoothing]] = {
    "none": lambda config, words, lambdas: NoSmoothing(),
    "add_k": lambda config, words, lambdas: AddK(config.k, words),
    "recursive": lambda config, words, lambdas: Recursive((config.epsilon_1, config.epsilon_2, config.epsilon_3)),
    "jelinek_mercer": lambda config, words, lambdas: JelinekMercer(lambdas),
    "absolute": lambda config, words, lambdas: AbsoluteDiscounting(),
    "witten_bell": lambda config, words, lambdas: WittenBell(),
    "kneser_ney": lambda config, words, lambdas: KneserNey(),
    "modified_kneser_ney": lambda config, words, lambdas: ModifiedKneserNey(),
    "stupid_back_off": lambda config, words, lambdas: StupidBackOff(),
}


def smoothing_setting() -> Any:
    """Return the setting ``smoothing``."""
    return setting(
        "modified_kneser_ney", choices=tuple(SMOOTHINGS),
        help=both(
            "What unseen n-grams get. none: nothing, only an unseen context falls to its longest seen suffix;"
            " add_k: k more counts for every token (k = 1 is Laplace); recursive: the book's own, epsilon pretended tokens"
            " for each context; jelinek_mercer: one weight for each length, fitted on text held back; absolute: a fixed"
            " part of each count; witten_bell: the more kinds followed, the more is left to shorter contexts; kneser_ney:"
            " absolute, shorter n-grams counted by what stood before them; modified_kneser_ney: the same with three"
            " discounts, as KenLM does; stupid_back_off: scores that are no probabilities.",
            "未见过的 n 元组分得多少。none：不给，只有未见过的上下文退到其最长的见过的后缀；"
            "add_k：每个词元多计 k 次（k = 1 即拉普拉斯平滑）；recursive：书中的递归平滑，每个上下文假想 epsilon 个词元；"
            "jelinek_mercer：每种长度一个权重，在留出的文本上拟合；absolute：从每个计数中扣除固定的一部分；"
            "witten_bell：后继种类越多，留给较短上下文的就越多；kneser_ney：绝对折扣，较短的 n 元组按其前面出现过的种类计数；"
            "modified_kneser_ney：同上，用三个折扣，与 KenLM 相同；stupid_back_off：只是分数，不是概率。",
        ),
    )  # fmt: skip
