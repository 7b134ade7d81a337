"""Lesson: a model that has read the answer reaches a perplexity near 1, on held-out text too, and cannot write (D2L 9.4)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.lab import Lab
from core.language import both
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, Strip, figure

# A story that ships. Its small alphabet makes copying quick to learn, so both languages take the English one.
_CORPUS = "tide_clock"
# Below, a perplexity means that the next character is as good as known.
_NEAR_ONE = 1.5
# Tokens in the exercise's window.
_HANDED = 64


def _facts(lab: Lab, language: str) -> Facts:
    title = next(each["title"][language] for each in lab.corpora() if each["name"] == _CORPUS)
    return Facts({"title": title})


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    for news in lab.looking_ahead(_CORPUS):
        yield _seen(news, language) if isinstance(news, dict) else news


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def _seen(found: Json, language: str) -> Seen:
    ahead, plain = found["models"]
    right = 0 if ahead["held_out"] < _NEAR_ONE else 1 if ahead["held_out"] < found["vocab_size"] else 2
    names = both("both directions · forwards only", "双向 · 只向前").in_language(language).split(" · ")
    ways = both("later text in view · later text covered", "看得见后文 · 盖住后文").in_language(language).split(" · ")
    comma = both(", ", "，").in_language(language)
    strips = [
        Strip(comma.join((names[0], ways[0])), _reading(ahead["tokens"], ahead["bits_in_view"], ahead["held_out"])),
        Strip(comma.join((names[0], ways[1])), _reading(ahead["tokens"], ahead["bits_covered"], ahead["covered"])),
        Strip(comma.join((names[1], ways[1])), _reading(plain["tokens"], plain["bits_covered"], plain["covered"])),
    ]
    heads = (
        both(
            "perplexity · training text, in view · held-out text, in view · held-out text, covered",
            "困惑度 · 训练文本，看得见后文 · 留出文本，看得见后文 · 留出文本，盖住后文",
        )
        .in_language(language)
        .split(" · ")
    )
    rows = [
        [name, *(figure(model[column]) for column in ("train", "held_out", "covered"))]
        for name, model in zip(names, (ahead, plain), strict=True)
    ]
    said = {
        "held_out": figure(ahead["held_out"]), "covered": figure(ahead["covered"]), "plain": figure(plain["covered"]),
        "reason": ahead["refused"][language], "prefix": _shown(found["prefix"]), "text": _shown(ahead["text"]),
        "plain_text": _shown(plain["text"]), "steps": str(found["steps"]),
    }  # fmt: skip
    doors = (
        Door(both("Read a text with honest models", "用诚实的模型对读"), "read", {}),
        Door(both("Perplexity, the lesson", "课程：困惑度"), "learn", {"lesson": "perplexity"}),
    )
    return Seen(right, said, [("", strips)], [heads, *rows], doors=doors)


def _reading(tokens: Sequence[str], bits: Sequence[float], perplexity: float) -> Json:
    """Return a line as `Lab.read` would, the first token given."""
    return {"tokens": tokens, "bits": [None, *bits], "given": True, "perplexity": perplexity}


def _shown(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def _check(lab: Lab, language: str, given: str) -> Checked:
    why = both(
        f"It is handed {_HANDED} tokens, and token {_HANDED} alone has nothing behind it that could be copied: {{right}}.",
        f"交给它 {_HANDED} 个词元，只有第 {_HANDED} 个后面没有可抄的：{{right}}。",
    )
    return number_checked(given, 1, why, language)


LESSON = Lesson(
    name="ahead", section="D2L 9.4", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("The model that looked ahead", "偷看后文的模型"),
    story=both(
        "A bidirectional network reads a text from both ends at once, which helps to tell what a word in a given text means. Here it gets"
        " another task: to predict, after every character of {title}, the next one. It learns for a moment on nine tenths of the"
        " story and is then asked about the last tenth, which it has never seen.",
        "双向网络同时从两端阅读文字，判断给定文本中某个词的意思时很有用。这里给它另一个任务：在《{title}》的每个字符之后预测下一个。"
        "它用故事的前十分之九学习片刻，然后接受最后十分之一的考验，这部分它从未见过。",
    ),
    question=both(
        "What is its perplexity on that unseen text, beside that of the same network without the backward half?",
        "与去掉反向那一半的同样网络相比，它在这段没见过的文字上困惑度如何？",
    ),
    choices=(
        both("near 1: almost never a doubt", "接近 1：几乎从不犹豫"),
        both("about the same: the second direction adds a little", "差不多：多一个方向，略有帮助"),
        both("worse than guessing: it has learned the story by heart", "还不如瞎猜：它只是背下了故事"),
    ),
    see=(
        both(
            "{held_out}, on text that it has never seen. It knows no more English than other models: its backward half has read the next"
            " character, and {steps} steps suffice to learn to copy it. Only at the end of the line, behind which nothing is in view, is it"
            " surprised. With everything covered that it has not been told yet, it"
            " has {covered}; the forward network, which had nothing to copy from, {plain}. That one has the same figure either way.",
            "{held_out}，而且是在没见过的文字上。它的英语并不比别的模型好：反向的一半已经读到了下一个字符，{steps} 步就足以学会照抄；"
            "只有在行末，后面再没有可看的，它才感到意外。"
            "把还没告诉它的内容盖住，它只有 {covered}；只向前的网络无从抄起，为 {plain}，而且两种问法结果相同。",
        ),
        both(
            "Where there is nothing to copy, nothing is left of that perplexity. After “{prefix}” it writes “{text}”, and the forward network “{plain_text}”."
            " Neither has learned for long, but only one of them said so.",
            "没有可抄的东西，那个困惑度就荡然无存。在“{prefix}”之后它写道“{text}”，只向前的网络则写道“{plain_text}”。"
            "两者学的时间都很短，但只有一个说了实话。",
        ),
        both(
            "Held-out text exposes a model that has learned by heart; it does not expose this one. What does is to ask twice: change the later"
            " characters, and an honest model's earlier answers stay. Before any model here is trained, judged or opened, it is asked so. Of this"
            " one the answer is: “{reason}”",
            "留出文本能揭穿死记硬背的模型，却揭不穿这一个。揭穿它要问两遍：改动后面的字符，诚实的模型对前面的回答不变。"
            "这里的每个模型在训练、评判和打开之前都要过这一关。对这个模型的答复是：“{reason}”",
        ),
    ),
    exercise=Exercise(
        both(
            f"The bidirectional network is handed {_HANDED} tokens at once and predicts the next one after each of them. At how many of these places can"
            " its backward half not have read the answer?",
            f"把 {_HANDED} 个词元一次交给双向网络，它在每个词元之后预测下一个。其中有多少处，反向的一半不可能已经读到答案？",
        ),
        _check, both("a number", "一个数字"),
    ),
)  # fmt: skip
