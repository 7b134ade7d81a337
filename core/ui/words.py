"""Every word of the page, in English and Chinese, with the Chinese terms of D2L.

Labels go to the browser as a dictionary (`gr.I18n`) and are chosen there; a picture gets the words of its group and
chooses too. What Python itself says to a visitor is chosen from the request (`core.ui.people`).
"""

from __future__ import annotations

from collections.abc import Mapping

from core.language import LANGUAGES, Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "page.tagline": both(
        "Small language models, from Markov chains to LSTMs: write with them, question them, look inside.",
        "从马尔可夫链到长短期记忆网络的小型语言模型：用它们续写，考问它们，拆开来看。",
    ),
    "page.other_language": both("中文", "English"),
    "page.switch": both("Show the page in Chinese", "用英文显示页面"),
    # Write
    "tab.write": both("Write", "续写"),
    "intro.write": both(
        "A model reads your prefix (the warm-up), then adds one token after the other.",
        "模型先读入开头（预热期），再一个词元接一个词元地往下写。",
    ),
    "write.prefix": both("Prefix", "开头"),
    "write.prefix_help": both("The text to go on from. Shift+Enter writes.", "从这段文字往下写。按 Shift+Enter 开始。"),
    "write.checkpoint": both("Model", "模型"),
    "write.write": both("Write", "续写"),
    "write.stop": both("Stop", "停止"),
    "write.more": both("More", "更多设置"),
    "write.stops": both("Stop strings", "停止字符串"),
    "write.stops_help": both(
        "One on each line; \\n stands for a line break. The text ends before the first that appears.",
        "每行一个，\\n 表示换行。文本在最先出现的那个之前结束。",
    ),
    "manuscript.empty": both("What the model writes appears here.", "模型写出的文字会显示在这里。"),
    "manuscript.warming": both("reading the prefix", "预热：正在阅读开头"),
    "manuscript.writing": both("writing", "正在写"),
    "manuscript.stopped": both("stopped by you", "已由您停止"),
    "manuscript.failed": both("could not go on", "未能继续"),
    "manuscript.length": both("length reached", "已达到长度上限"),
    "manuscript.stop": both("stopped before “{stop}”", "在“{stop}”之前停止"),
    "manuscript.end": both("end of the line", "此行结束"),
    "manuscript.tokens": both("{count} tokens", "{count} 个词元"),
    "manuscript.speed": both("{speed} tokens per second", "每秒 {speed} 个词元"),
    "manuscript.label": both("The prefix and its continuation", "开头与续写"),
    "manuscript.copy": both("Copy", "复制"),
    "manuscript.copied": both("Copied", "已复制"),
    "marks.unknown": both(
        "Marked: {tokens}. This model has never seen them and reads each as <unk>.",
        "已标出：{tokens}。此模型从未见过，一律读作未知词元 <unk>。",
    ),
    "choices.title": both("The next token", "下一个词元"),
    "choices.entropy": both(
        "Entropy {bits} bits: as open as a choice among {count}.", "熵 {bits} 比特：相当于在 {count} 个中选一个。"
    ),
    "choices.token": both("token", "词元"),
    "choices.id": both("id", "编号"),
    "choices.probability": both("probability", "概率"),
    "choices.rest": both("all {count} others", "其余 {count} 个"),
    # Read
    "tab.read": both("Read", "对读"),
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
    # Look inside
    "tab.inside": both("Look inside", "拆开看"),
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
    # Models
    "tab.models": both("Models", "模型"),
    "intro.models": both(
        "What is here: trained models with their results, and the plug-ins they are made of.",
        "这里有：训练好的模型及其结果，以及构成它们的插件。",
    ),
    "models.checkpoints": both("Checkpoints", "检查点"),
    "models.plugins": both("Plug-ins", "插件"),
    "checkpoints.name": both("name", "名称"),
    "checkpoints.model": both("model", "模型"),
    "checkpoints.text": both("text", "文本"),
    "checkpoints.tokens": both("tokens", "词元"),
    "checkpoints.train": both("train perplexity", "训练困惑度"),
    "checkpoints.held_out": both("held-out perplexity", "留出困惑度"),
    "checkpoints.bits": both("held-out bits per character", "留出比特/字符"),
    "checkpoints.parameters": both("parameters", "参数量"),
    "checkpoints.seconds": both("training, seconds", "训练用时（秒）"),
    "checkpoints.bytes": both("size", "大小"),
    "checkpoints.none": both(
        "There is no checkpoint yet. Train one: python -m core train ngram --corpus tide_clock --out checkpoints/first",
        "还没有检查点。可先训练一个：python -m core train ngram --corpus moon_ferry --out checkpoints/first",
    ),
    "checkpoints.broken": both("cannot be read", "无法读取"),
    "checkpoints.unfinished": both("not finished", "未完成"),
    "checkpoints.compare": both(
        "Perplexities compare only where text and tokens are the same; bits per character compare across tokens.",
        "只有文本和词元都相同，困惑度才可比较；词元不同时请比较比特/字符。",
    ),
    "plugins.settings": both("Settings ({count})", "设置（{count} 项）"),
    "plugins.no_settings": both("No settings.", "没有设置项。"),
    "plugins.setting": both("setting", "设置项"),
    "plugins.default": both("default", "默认值"),
    "plugins.range": both("range", "范围"),
    "plugins.meaning": both("meaning", "含义"),
    "plugins.any": both("any", "不限"),
    "plugins.unnormalised": both("its distribution does not sum to 1", "其分布之和不为 1"),
    "plugins.broken": both("broken", "已损坏"),
    "plugins.shared": both("Settings of every training run", "所有训练共用的设置"),
    # Levels, as the tokens of a model are called
    "level.char": both("characters", "字符"),
    "level.word": both("words", "词"),
    "level.bpe": both("byte pairs", "字节对"),
    "form.d2l": both("in the book's form", "书中的形式"),
    "label.bits": both("{bits} bits/char", "{bits} 比特/字符"),
    "label.unmeasured": both("not measured", "未测"),
    # Settings of writing; their help stands in the settings themselves
    "setting.tokens": both("Length", "长度"),
    "setting.temperature": both("Temperature", "温度"),
    "setting.top_k": both("Top-k", "Top-k"),
    "setting.top_p": both("Top-p", "Top-p"),
    "setting.strategy": both("Strategy", "策略"),
    "setting.beams": both("Beams", "束宽"),
    "setting.seed": both("Seed", "随机种子"),
    "choice.sample": both("draw (sample)", "抽样（sample）"),
    "choice.greedy": both("likeliest token (greedy)", "最可能的词元（greedy）"),
    "choice.beam": both("beam search (beam)", "束搜索（beam）"),
    # What goes wrong
    "error.title": both("This did not work", "未能完成"),
    "error.unexpected": both(
        "Something of ours went wrong; nothing you typed is lost. Try again, or another model; the server's log has the "
        "details.",
        "程序出了问题，您输入的内容没有丢失。请重试或换用其他模型；详情见服务器日志。",
    ),
}


def translations(more: Mapping[str, Bilingual]) -> dict[str, dict[str, str]]:
    """Return the dictionary of every language for `gr.I18n`: these words and more."""
    pairs = {**WORDS, **more}
    tables = {language: {key: pair.in_language(language) for key, pair in pairs.items()} for language in LANGUAGES}
    return {**tables, "zh-CN": tables["zh"]}


def group(name: str) -> dict[str, dict[str, str]]:
    """Return the words of a picture by language: those whose keys begin with its name, that part left out.

    >>> group("page")["zh"]["other_language"]
    'English'
    """
    begin = name + "."
    return {
        language: {
            key.removeprefix(begin): pair.in_language(language) for key, pair in WORDS.items() if key.startswith(begin)
        }
        for language in LANGUAGES
    }


def say(key: str, language: str) -> str:
    """Return one sentence in a language."""
    return WORDS[key].in_language(language)
