"""The words of the tab Read."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.read": both(
        "The model reads a text it did not write. The stronger the colour of a token, the more it surprised the model.",
        "让模型读一段不是它写的文字。颜色越浓，这个词元越让模型惊奇。",
    ),
    "read.text": both("Text", "文本"),
    "read.text_help": both("Any text of your own. Shift+Enter reads.", "任意文本。按 Shift+Enter 开始。"),
    "read.read": both("Read", "对读"),
    "strip.label": both("The text, coloured by surprise", "按惊奇着色的文本"),
    "strip.legend": both("Chance the model gave it: 1 in", "模型给它的机会：几分之一"),
    "strip.more": both("rarer", "更小"),
    "strip.given": both("given, not scored", "已知，不计分"),
    "strip.bits": both("{bits} bits, 1 in {chance}", "{bits} 比特，{chance} 分之一"),
    "strip.impossible": both("impossible for this model (infinite)", "此模型认为不可能（无穷）"),
    "strip.hint": both(
        "Point at a token, or move along the text with the arrow keys.", "将指针移到词元上，或用方向键沿文本移动。"
    ),
    "verdict.perplexity": both("perplexity", "困惑度"),
    "verdict.meaning_char": both("as unsure as choosing among {n} characters", "相当于在 {n} 个字符中猜"),
    "verdict.meaning_word": both("as unsure as choosing among {n} words", "相当于在 {n} 个词中猜"),
    "verdict.meaning_bpe": both("as unsure as choosing among {n} pieces", "相当于在 {n} 个子词中猜"),
    "verdict.infinite": both("a token came that the model held impossible", "出现了模型认为不可能的词元"),
    "verdict.bits": both("bits per character", "比特/字符"),
    "verdict.bits_meaning": both("compares models with different tokens", "可用来比较词元不同的模型"),
    "verdict.unknown": both("unknown tokens", "未知词元"),
    "verdict.unknown_meaning": both("of {scored} scored", "共计分 {scored} 个"),
    "verdict.perfect": both("perfect", "完美"),
    "verdict.uniform": both("uniform", "均匀"),
    "verdict.scale": both(
        "perplexity between a perfect model, 1, and one that knows nothing, {n} (the size of its vocabulary)",
        "困惑度介于完美模型（1）与一无所知的模型（{n}，即词表大小）之间",
    ),
    "verdict.here": both("this text", "本文"),
    "verdict.train": both("its training text", "训练文本"),
    "verdict.held_out": both("its held-out text", "留出文本"),
    "verdict.known": both("known tokens only", "仅已知词元"),
    "verdict.measure": both("measure", "指标"),
    "verdict.value": both("value", "数值"),
    "verdict.meaning": both("meaning", "含义"),
}
