"""Lesson: the book's perplexity of 1.0 is one of the training text, and says nothing of any other (D2L 8.5)."""

from __future__ import annotations

from core.lab import Lab
from core.language import both
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, Strip, checkpoint_row, figure
from core.ui.showcase import BY_HEART
from core.ui.words import say

_BOOK, _COUNTED = "time-machine-rnn-scratch-d2l", "time-machine-12gram-d2l"
# Below, a perplexity is about as good as it was in training.
_AS_GOOD = 2
# Characters that a reader's line must have to say anything.
_LEAST_READ = 15


def _rows(lab: Lab) -> list[tuple[str, Json]]:
    """Return (word, row) of the models that are here; the book's must be."""
    rows = {row["name"]: row for row in lab.checkpoints() if "error" not in row}
    return [(word, rows[name]) for word, name in BY_HEART.rows if name in rows]


def _facts(lab: Lab, language: str) -> Facts:
    row = checkpoint_row(lab, (_BOOK,))
    return Facts({"train": figure(row["train_perplexity"]), "size": str(row["vocab_size"])})


def _run(lab: Lab, language: str) -> Seen:
    book, counted = checkpoint_row(lab, (_BOOK,)), checkpoint_row(lab, (_COUNTED,))
    held_out, size = book["held_out_perplexity"], book["vocab_size"]
    right = 2 if held_out is None or held_out > size else 1 if held_out > _AS_GOOD else 0
    rows, sides = _rows(lab), ("seen", "unseen")
    names = {word: say(f"ladder.{word}", language) for word, _ in rows}
    groups = [
        (side, [Strip(names[word], lab.read(row["name"], BY_HEART.lines[side])) for word, row in rows])
        for side in sides
    ]
    heads = (
        both("model · training text · held-out text", "模型 · 训练文本 · 留出文本").in_language(language).split(" · ")
    )
    listed = [[names[word], figure(row["train_perplexity"]), figure(row["held_out_perplexity"])] for word, row in rows]
    said = {
        "train": figure(book["train_perplexity"]), "held_out": figure(held_out), "size": str(size),
        "counted_train": figure(counted["train_perplexity"]), "counted_held_out": figure(counted["held_out_perplexity"]),
    }  # fmt: skip
    checkpoints = [row["name"] for _, row in rows]
    doors = (
        Door(both("Read the unseen line", "对读没见过的一句"), "read", {"checkpoints": checkpoints, "text": BY_HEART.lines["unseen"]}),
        Door(both("Read the seen line", "对读见过的一句"), "read", {"checkpoints": checkpoints, "text": BY_HEART.lines["seen"]}),
        Door(
            both("Let them write on: they recite", "让它们续写：它们在背书"), "write",
            {"checkpoints": checkpoints[:2], "prefix": BY_HEART.lines["seen"]},
        ),
    )  # fmt: skip
    return Seen(right, said, groups, [heads, *listed], doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    row = checkpoint_row(lab, (_BOOK,))
    reading = lab.read(row["name"], given)
    found, size = reading["perplexity"], row["vocab_size"]
    enough = sum(bits is not None for bits in reading["bits"]) >= _LEAST_READ
    said = both(
        f"It reads “{{given}}” with a perplexity of {figure(found)}; knowing nothing would cost {size}."
        + ("" if enough else f" But give it at least {_LEAST_READ + 1} characters."),
        f"它读“{{given}}”的困惑度是 {figure(found)}；一无所知的代价是 {size}。"
        + ("" if enough else f"不过请至少输入 {_LEAST_READ + 1} 个字符。"),
    )
    right = enough and (found is None or found > size)
    return Checked(right, said.in_language(language).replace("{given}", given))


LESSON = Lesson(
    name="byheart", section="D2L 8.5", tabs=("train",), facts=_facts, run=_run,
    title=both("The book's 1.0", "书中的 1.0"),
    story=both(
        "D2L trains an RNN on the first 10,000 characters of The Time Machine for 500 epochs and reports a perplexity near "
        "1.0. Ours, trained the same way, reaches {train}. Of the {size} tokens of its vocabulary it hardly ever doubts the "
        "next one.",
        "D2L 用《时间机器》的前 10,000 个字符训练 RNN 500 轮，报告困惑度约为 1.0。我们照样训练，得到 {train}。"
        "词表共 {size} 个词元，它对下一个几乎从不犹豫。",
    ),
    question=both(
        "What is its perplexity on the 10,000 characters that follow in the same book?",
        "换成同一本书里紧接着的 10,000 个字符，它的困惑度是多少？",
    ),
    choices=(
        both("below 2: it has learned this author's English", "低于 2：它已学会这位作者的英语"),
        both("between 2 and {size}: worse, but better than guessing", "2 到 {size} 之间：差一些，但胜过瞎猜"),
        both("above {size}: worse than giving every token the same chance", "高于 {size}：还不如对所有词元一视同仁"),
    ),
    see=(
        both(
            "{train} on the text it was trained on, {held_out} on the next pages. It has learned the text by heart, and where "
            "its memory does not help it is sure and wrong. The book reports the training text only, so its 1.0 says nothing "
            "of what the model can do with any other text.",
            "训练文本上是 {train}，接下来几页上是 {held_out}。它把课文背了下来；记忆帮不上忙时，它自信地答错。"
            "书中只报告训练文本，所以那个 1.0 说明不了模型读其他文本会怎样。",
        ),
        both(
            "The proof that {train} is easy: a table that counts which character followed which eleven reaches "
            "{counted_train} within a second and without any learning ({counted_held_out} on held-out text, because it is "
            "smoothed). This is why on this page a training perplexity never stands without the held-out one.",
            "要得到 {train} 并不难，证据是：只统计“每十一个字符后面跟了什么”的计数表，一秒之内、什么也不学就得到 {counted_train}"
            "（经过平滑，留出文本上为 {counted_held_out}）。所以本页从不单独给出训练困惑度，总与留出文本的并列。",
        ),
    ),
    exercise=Exercise(
        both(
            "Find an ordinary English sentence (letters and spaces) on which this model is worse than guessing: a perplexity above {size}.",
            "找一句普通的英文（字母和空格），让这个模型还不如瞎猜：困惑度高于 {size}。",
        ),
        _check, both("a sentence", "一句英文"),
    ),
)  # fmt: skip
