"""The words of the tab Corpus."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.corpus": both("A text becomes ids, and what can be counted in it.", "文本如何变成编号，又能从中数出什么。"),
}
