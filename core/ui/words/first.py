"""The words of the first view."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "ladder.title_unseen": both(
        "How surprised is each model by a line it has never seen?", "每个模型读到从未见过的一句话，会有多惊奇？"
    ),
    "ladder.title_seen": both("The same models, on a line they learned from.", "同样的模型，读一句训练时见过的话。"),
    "ladder.switch": both("Which line the models read", "让模型读哪一句"),
    "ladder.unseen": both("Unseen", "未见过"),
    "ladder.seen": both("Seen in training", "训练时见过"),
    "ladder.model": both("model", "模型"),
    "ladder.measure": both("bits/character", "比特/字符"),
    "ladder.writes": both("…and writes on", "……并接着写"),
    "ladder.results": both("perplexity of the whole text", "整段文本的困惑度"),
    "ladder.ladder_unseen": both("a held-out line, coloured by surprise", "留出文本中的一句，按惊奇着色"),
    "ladder.ladder_seen": both("a line of the training text", "训练文本中的一句"),
    "ladder.by_heart_unseen": both(
        "learned 10,000 characters by heart; a line beyond them", "背下了一万个字符的模型；读其后的一句"
    ),
    "ladder.by_heart_seen": both(
        "learned 10,000 characters by heart; one of their lines", "背下了一万个字符的模型；读其中的一句"
    ),
    "ladder.whole": both("train {train} → held-out {held_out}", "训练 {train} → 留出 {held_out}"),
    "ladder.uniform": both("uniform", "均匀分布"),
    "ladder.bigram": both("bigram", "二元语法"),
    "ladder.ngram": both("n-gram", "n 元语法"),
    "ladder.rnn": both("RNN", "循环神经网络 RNN"),
    "ladder.lstm": both("LSTM", "长短期记忆 LSTM"),
    "ladder.book": both("the book's RNN", "书中的 RNN"),
    "ladder.witten_bell": both("12-gram, smoothed", "12 元语法（平滑）"),
    "ladder.unsmoothed": both("12-gram, raw", "12 元语法（未平滑）"),
    "ladder.meaning_unseen": both(
        "Point at a character. Perplexity near 1 on the training text promises nothing here.",
        "将指针移到字符上。训练困惑度接近 1，在这里什么也不能保证。",
    ),
    "ladder.meaning_seen": both(
        "Pale means expected. Now switch to the line they never saw.", "颜色浅表示意料之中。再切换到从未见过的那一句。"
    ),
    "ladder.waiting": both("The models are reading…", "模型正在阅读……"),
}
