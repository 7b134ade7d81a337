"""The words of the tab Gradients as a whole; each of its sections has a file of its own."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "tab.gradients": both("Gradients", "梯度"),
    "intro.gradients": both(
        "Gradients through time: how far they reach, how clipping tames them, what truncation costs.",
        "沿时间的梯度：能传多远，裁剪怎样驯服它，截断又付出什么代价。",
    ),
}
