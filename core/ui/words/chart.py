"""The words of the picture that draws curves; what a curve shows comes with its data."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "chart.numbers": both("The numbers", "具体数值"),
    "chart.running": both("Measuring: {share} %", "正在测量：{share} %"),
    "chart.stopped": both("Stopped: what had been measured stands below.", "已停止：以下为停止前的结果。"),
}
