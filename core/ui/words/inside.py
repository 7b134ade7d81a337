"""The words of the tab Look inside."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.inside": both(
        "A model reads numbers: every token becomes its id, every id a one-hot row.",
        "模型读的是数字：每个词元变成编号，每个编号变成一行独热编码。",
    ),
    "inside.look": both("Show", "查看"),
    "inside.take": both("Prefix from Write", "取用“续写”的开头"),
    "onehot.text": both("text", "文本"),
    "onehot.tokens": both("tokens and their ids", "词元与编号"),
    "onehot.matrix": both("one-hot matrix, time by vocabulary", "独热矩阵，时间步 × 词表"),
    "onehot.size": both(
        "{steps} steps × {vocab} tokens = {cells} numbers, of which {steps} are 1.",
        "{steps} 步 × {vocab} 个词元 = {cells} 个数，其中 {steps} 个为 1。",
    ),
    "onehot.cell": both(
        "step {step}, “{read}” read; column “{token}” (id {id}): {value}",
        "第 {step} 步，读入“{read}”；列“{token}”（编号 {id}）：{value}",
    ),
    "onehot.hint": both(
        "Arrow keys move, Enter jumps to the 1 of the row, Home and End to the ends.",
        "方向键移动，Enter 跳到该行的 1，Home 和 End 跳到两端。",
    ),
    "onehot.more": both("and {count} more, in the matrix", "还有 {count} 个，见下方矩阵"),
    "onehot.unknown": both("unknown token", "未知词元"),
    "onehot.jump": both("Jump to its 1 in the matrix", "跳到矩阵中它的 1"),
}
