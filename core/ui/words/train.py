"""The words of the tab Train."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.train": both("A text and a plug-in become a model, while you watch.", "看着一段文本和一个插件变成模型。"),
}
