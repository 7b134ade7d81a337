"""The words of the picture in the tab Read that shows how far back models look."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "contexts.title": both("How far back do they look?", "它们回看多远？"),
    "contexts.measure": both("Measure at every length of context", "按上文长度逐一测量"),
    "contexts.picture": both("Perplexity against the length of the context", "困惑度与上文长度"),
    "contexts.about": both(
        "Each token is predicted from the last k tokens alone, read from the initial state. An n-gram is flat from k = n - 1 on.",
        "只凭最近 k 个词元（从初始状态读起）预测下一个词元。n 元语法从 k = n - 1 起是平的。",
    ),
    "contexts.x": both("context k, in tokens", "上文长度 k（词元）"),
    "contexts.y": both("perplexity", "困惑度"),
    "contexts.enough": both(
        "{name}: {perplexity} over {scored} tokens; with contexts longer than k = {context} it gains less than 1 %.",
        "{name}：{scored} 个词元上为 {perplexity}；上文长于 k = {context} 后，改善不足 1 %。",
    ),
    "contexts.all": both(
        "{name}: {perplexity} over {scored} tokens, and still gaining at k = {context}, the longest context that was measured.",
        "{name}：{scored} 个词元上为 {perplexity}；到所测最长的 k = {context} 时仍在改善。",
    ),
    "contexts.infinite": both(
        "{name}: infinite, for a token came that the model held impossible.",
        "{name}：无穷大，因为出现了模型认为不可能的词元。",
    ),
}
