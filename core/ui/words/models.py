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
    "plugins.meaning": both("meaning", "含义"),
    "plugins.any": both("any", "不限"),
    "plugins.unnormalised": both("its distribution does not sum to 1", "其分布之和不为 1"),
    "plugins.broken": both("broken", "已损坏"),
    "plugins.shared": both("Settings of every training run", "所有训练共用的设置"),
}
