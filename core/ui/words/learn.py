"""The words of the tab Learn and its lessons."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.learn": both(
        "The chapter in short lessons: predict, then run, then see.", "短课程：先预测，再运行，再看结果。"
    ),
}
