"""The words of the tab Models."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
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
    "checkpoints.weights": both("members and their weights", "成员及其权重"),
    "checkpoints.together": both("their geometric mean", "它们的几何平均"),
    "checkpoints.none": both(
        "There is no checkpoint yet. Train one: python -m core train ngram --corpus tide_clock --out checkpoints/first",
        "还没有检查点。可先训练一个：python -m core train ngram --corpus moon_ferry --out checkpoints/first",
    ),
    "checkpoints.broken": both("cannot be read", "无法读取"),
    "checkpoints.on_the_hub": both("on the Hub; fetched when first used", "在 Hub 上；首次使用时获取"),
    "checkpoints.unfinished": both("not finished", "未完成"),
    "checkpoints.compare": both(
        "Perplexities compare only where text and tokens are the same; bits per character compare across tokens.",
        "只有文本和词元都相同，困惑度才可比较；词元不同时请比较比特/字符。",
    ),
    "checkpoints.details": both("details", "详情"),
    "checkpoints.read": both("what was read, and how", "读了什么，怎样读"),
    "checkpoints.perplexity": both("perplexity", "困惑度"),
    "checkpoints.bits_per_char": both("bits/character", "比特/字符"),
    "checkpoints.nats_per_char": both("nats/character", "奈特/字符"),
    "checkpoints.read_train": both("training text", "训练文本"),
    "checkpoints.read_stream": both("held-out text, read once", "留出文本，一次读完"),
    "checkpoints.read_adaptive": both(
        "held-out text, learning from it while reading: another kind of figure", "留出文本，边读边学：另一类数字"
    ),
    "checkpoints.read_windows": both(
        "held-out text, in windows of {window} tokens", "留出文本，每 {window} 个词元为一个窗口"
    ),
    "checkpoints.read_rest": both("of it, the rest of {title}", "其中：{title}余下的部分"),
    "checkpoints.read_passage": both("of it, {title}", "其中：{title}"),
    "checkpoints.protocols": both(
        "Read once, a model carries along what it remembers; in windows it begins anew each time. The two never compare.",
        "一次读完时，模型一直带着记忆；分窗口读时，每个窗口都从头开始。两种数值不可互相比较。",
    ),
    "checkpoints.seen": both(
        "{tokens} tokens learned from, every pass counted. Made by:", "共学了 {tokens} 个词元（每遍都计）。训练命令："
    ),
    "plugins.settings": both("Settings ({count})", "设置（{count} 项）"),
    "plugins.no_settings": both("No settings.", "没有设置项。"),
    "plugins.meaning": both("meaning", "含义"),
    "plugins.any": both("any", "不限"),
    "plugins.unnormalised": both("its distribution does not sum to 1", "其分布之和不为 1"),
    "plugins.broken": both("broken", "已损坏"),
    "plugins.shared": both("Settings of every training run", "所有训练共用的设置"),
    "models.download": both("Download", "下载"),
    "checkpoints.sort": both("Sort by this column", "按此列排序"),
    "checkpoints.use": both("write with it", "用它续写"),
    "checkpoints.zip": both("zip", "下载 zip"),
    "checkpoints.actions": both("use", "使用"),
    "results.title": both("What a bit per character costs", "每个字符的比特要花多少代价"),
    "results.axis": both("What stands on the horizontal axis", "横轴"),
    "results.seconds": both("training time", "训练用时"),
    "results.bytes": both("size", "大小"),
    "results.parameters": both("parameters", "参数量"),
    "results.x_seconds": both("seconds of training (logarithmic)", "训练秒数（对数）"),
    "results.x_bytes": both("bytes on disk (logarithmic)", "磁盘字节数（对数）"),
    "results.x_parameters": both("learned numbers (logarithmic)", "参数个数（对数）"),
    "results.y": both("bits per character", "比特/字符"),
    "results.key": both(
        "Filled: the held-out text (circle: English, square: Chinese). Small and open, on the stem: the training text. Bits "
        "compare within one language.",
        "实心：留出文本（圆：英文，方：中文）。竖线上的小空心圆：训练文本。比特只在同一种语言内可比。",
    ),
    "results.hint": both("Point at a dot, or move with Tab.", "将指针移到点上，或用 Tab 键移动。"),
    "results.told": both(
        "{name}: held-out {bits}, training {train} bits per character; {seconds} s, {parameters} parameters",
        "{name}：留出 {bits}，训练 {train} 比特/字符；{seconds} 秒，{parameters} 个参数",
    ),
}
