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
    "strip.hint": both(
        "Point at a token, or move along the text with the arrow keys.", "将指针移到词元上，或用方向键沿文本移动。"
    ),
    "verdict.line": both("line by line", "逐行"),
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
    "read.models_help": both("One to six; they read the same text.", "一到六个，阅读同一段文字。"),
    "read.trio": both("D2L's three sentences", "书中的三句话"),
    "read.held_out": both("Held-out pages", "留出文本几页"),
    "read.learn": both("Learn while reading", "边读边学"),
    "read.learn_help": both(
        "Counts what it has just read and trusts it where it proved right: a name that comes back surprises less. "
        "All of it is forgotten afterwards.",
        "记下刚读过的内容，并在它说得准的地方更信任它：再次出现的名字不再那么令人惊奇。读完即忘。",
    ),
    "aligned.adaptive": both("adaptive", "自适应"),
    "aligned.learned": both(
        "Adaptive: the model learned from the text while reading it. A line above: at least one bit less surprising than "
        "without learning.",
        "自适应：模型在阅读时从文本中学习。上划线：比不学习时至少少一比特惊奇。",
    ),
    "aligned.label": both("The text as each model reads it", "每个模型读到的文本"),
    "aligned.per_word": both("Averages per word", "按词取平均"),
    "aligned.hint": both(
        "Point at a character, or move with the arrow keys: every model's surprise stands here.",
        "将指针移到字符上，或用方向键移动：这里会显示每个模型的惊奇。",
    ),
    "aligned.forms": both(
        "Some of these models read the text in the book's form (small letters only), so characters may not stand exactly "
        "under each other.",
        "其中有的模型按书中的形式阅读（只有小写字母），因此上下字符可能对不齐。",
    ),
    "scores.model": both("model", "模型"),
    "scores.perplexity": both("perplexity", "困惑度"),
    "scores.bits": both("bits/character", "比特/字符"),
    "scores.unknown": both("unknown", "未知词元"),
    "scores.share": both("{unknown} of {scored}", "{scored} 个中 {unknown} 个"),
    "scores.perfect": both("perfect", "完美"),
    "scores.uniform": both("uniform", "均匀"),
    "scores.train": both("its train", "其训练文本"),
    "scores.held_out": both("its held-out", "其留出文本"),
    "scores.infinite": both("held a token impossible", "有词元被认为不可能"),
    "scores.meaning_char": both("choosing among {n} characters", "相当于在 {n} 个字符中猜"),
    "scores.meaning_word": both("choosing among {n} words", "相当于在 {n} 个词中猜"),
    "scores.meaning_bpe": both("choosing among {n} pieces", "相当于在 {n} 个子词中猜"),
    "scores.mixed": both(
        "These models have different tokens: their perplexities do not compare, bits per character do.",
        "这些模型的词元不同：困惑度不可比较，请比较比特/字符。",
    ),
    "scores.same": both(
        "Perfect is 1, uniform is the size of the vocabulary; everything useful lies between.",
        "完美为 1，均匀为词表大小；有用的模型都在两者之间。",
    ),
    "scores.adaptive": both("Adaptive: learned from this text while reading it", "自适应：在阅读时从本文中学习"),
    "scores.saved": both("saved by learning", "学习所省"),
    "scores.own_column": both(
        "Adaptive figures compare with adaptive ones only, so they stand in a table of their own.",
        "自适应的数值只能与自适应的数值相比，因此单列一表。",
    ),
    "running.adaptive": both("adaptive", "自适应"),
    "scores.better": both(
        "{first} is better than {second} by {mean} [{low}, {high}] nats a character.",
        "{first} 优于 {second}：每字符少 {mean} [{low}, {high}] 奈特。",
    ),
    "scores.tied": both(
        "{first} and {second} cannot be told apart on this text: {mean} [{low}, {high}] nats a character.",
        "在这段文本上分不出 {first} 与 {second} 的高下：每字符相差 {mean} [{low}, {high}] 奈特。",
    ),
    "scores.interval": both(
        "In brackets: 95 % intervals of the difference on the same {characters} characters; blocks of {block} characters are "
        "drawn again and again (bootstrap). 1 nat is 1.44 bits.",
        "方括号内：在同样 {characters} 个字符上之差的 95% 区间；反复抽取长 {block} 个字符的块（自助法）。1 奈特等于 1.44 比特。",
    ),
    "running.title": both("Perplexity of the text so far", "到此为止的困惑度"),
    "running.numbers": both("The numbers", "数值"),
    "running.read": both("read", "已读"),
    "running.begin": both("start of the text", "文本开头"),
    "running.end": both("end of the text", "文本结尾"),
    "running.axis": both("perplexity, logarithmic axis", "困惑度（对数轴）"),
}
