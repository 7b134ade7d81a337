"""Lesson: a language model is a compressor, and its loss is the size of a file (Shannon 1948; D2L 8.4.4)."""

from __future__ import annotations

import math

from core.lab import Lab
from core.language import both
from core.ui.lessons.answers import number_given
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, checkpoint_row, figure

# What codes, and a story that it has never read, which ships; by language.
_CODERS = {"en": ("shakespeare-ngram", "shakespeare-bigram"), "zh": ("red-chamber-ngram", "red-chamber-bigram")}
_CORPUS, _CHARACTERS = {"en": "tide_clock", "zh": "moon_ferry"}, 2_000
# A file of the exercise: characters, and the model's loss.
_COUNT, _NATS, _NEAR = 1_000, 1.5, 2.0


def _text(lab: Lab, language: str) -> str:
    return lab.corpus_here(_CORPUS[language]).text[:_CHARACTERS]


def _gzip(lab: Lab, name: str, text: str) -> int:
    return next(each.size for each in lab.compressors(name, text, primed=False) if each.method == "gzip")


def _facts(lab: Lab, language: str) -> Facts:
    row, text = checkpoint_row(lab, _CODERS[language]), _text(lab, language)
    title = next(each["title"][language] for each in lab.corpora() if each["name"] == _CORPUS[language])
    return Facts(
        {
            "model": row["name"], "title": title, "characters": f"{len(text):,}", "bytes": f"{len(text.encode()):,}",
            "gzip": f"{_gzip(lab, row['name'], text):,}", "count": f"{_COUNT:,}", "nats": figure(_NATS),
        }
    )  # fmt: skip


def _run(lab: Lab, language: str) -> Seen:
    text = _text(lab, language)
    names = [name for name in _CODERS[language] if any(row["name"] == name for row in lab.checkpoints())]
    files = {name: len(lab.compress_text(name, text)) for name in names}
    scored = {name: lab.score(name, text=text) for name in names}
    first = checkpoint_row(lab, _CODERS[language])["name"]
    gzip = _gzip(lab, first, text)
    right = 0 if files[first] > gzip else 1 if files[first] > gzip / 2 else 2
    heads = both(
        "method · bytes · bits per character · the model's own loss, bytes",
        "方法 · 字节 · 比特/字符 · 模型自身的损失（字节）",
    )
    rows = [
        [name, f"{files[name]:,}", figure(8 * files[name] / len(text)), f"{_ideal(scored[name], text):,.0f}"]
        for name in names
    ]
    rows.append(["gzip", f"{gzip:,}", figure(8 * gzip / len(text)), "–"])
    said = {
        "file": f"{files[first]:,}", "gzip": f"{gzip:,}", "ideal": f"{_ideal(scored[first], text):,.0f}",
        "bits": figure(scored[first]["bits_per_char"]), "bytes": f"{len(text.encode()):,}",
    }  # fmt: skip
    doors = (
        Door(
            both("Compress this text in Read", "在“对读”中压缩这段文本"),
            "read",
            {"checkpoints": names, "text": text[:1_800]},
        ),
        Door(both("Guessing letters, the lesson", "课程：猜字"), "learn", {"lesson": "shannon"}),
    )
    return Seen(right, said, table=[heads.in_language(language).split(" · "), *rows], doors=doors)


def _ideal(score: Json, text: str) -> float:
    """Return the model's loss in bytes, what is unknown spelled out."""
    return float(score["bits_per_char"]) * len(text) / 8


def _check(lab: Lab, language: str, answer: str) -> Checked:
    """Say whether the answer is the size of the exercise's file."""
    given = number_given(answer)
    size = _COUNT * _NATS / math.log(2) / 8
    said = both(
        f"{_NATS:g} nats are {_NATS:g} / ln 2 = {_NATS / math.log(2):.3f} bits; times {_COUNT:,} characters, by 8: {size:.1f} bytes.",
        f"{_NATS:g} 奈特等于 {_NATS:g} / ln 2 = {_NATS / math.log(2):.3f} 比特；乘以 {_COUNT:,} 个字符再除以 8：{size:.1f} 字节。",
    )
    return Checked(abs(given - size) <= _NEAR, said.in_language(language))


LESSON = Lesson(
    name="compression", section="D2L 8.4.4", tabs=(), facts=_facts, run=_run,
    title=both("A loss is the size of a file", "损失就是文件的大小"),
    story=both(
        "D2L explains the loss of a language model by compression: who predicts a text well needs few bits to tell it. Here that is "
        "done: {model} codes the first {characters} characters of {title}, a story that it has never read, so that the same model reads "
        "them back without an error. As they stand they take {bytes} bytes; gzip makes {gzip} of them.",
        "D2L 用压缩来解释语言模型的损失：预测得好，传递文本所需的比特就少。这里真的来做一次：{model} 为它从未读过的《{title}》的前 {characters} 个字符"
        "编码，同一模型可以一字不差地读回。原文占 {bytes} 字节，gzip 压缩后为 {gzip} 字节。",
    ),
    question=both("How large is the model's file?", "模型的文件有多大？"),
    choices=(
        both("larger than gzip's: it has never seen this story", "比 gzip 的大：它没见过这个故事"),
        both("smaller than gzip's, but more than half of it", "比 gzip 的小，但大于其一半"),
        both("less than half of gzip's", "不到 gzip 的一半"),
    ),
    see=(
        both(
            "{file} bytes, against gzip's {gzip}. The model's loss on this text is {bits} bits per character, together {ideal} bytes; the "
            "file has some sixty more, to name the model and to find damage. Nothing else is in it: perplexity, bits per character and "
            "the size of the file are one number.",
            "{file} 字节，gzip 为 {gzip} 字节。模型在这段文本上的损失是每字符 {bits} 比特，合计 {ideal} 字节；文件多出的约六十字节用来写明模型和发现损坏。"
            "除此之外别无他物：困惑度、比特/字符与文件大小其实是同一个数。",
        ),
        both(
            "Is that fair? gzip starts from nothing and learns from this text alone, while the model brings its training text along, "
            "inside a checkpoint that is far larger than the story. The tab Read therefore also lets gzip, xz and PPMd read the training "
            "text first, and says who is adaptive.",
            "公平吗？gzip 从零开始，只从这段文本中学习；模型则带着训练文本而来，它的检查点远比这个故事大。因此“对读”中也让 gzip、xz 和 PPMd 先读训练文本，"
            "并注明哪些方法是自适应的。",
        ),
    ),
    exercise=Exercise(
        task=both(
            "A model loses {nats} nats a character. How many bytes does it need for {count} characters?",
            "某模型每字符损失 {nats} 奈特。{count} 个字符需要多少字节？",
        ),
        check=_check,
        hint=both("bytes, such as 500", "字节数，例如 500"),
    ),
)  # fmt: skip
