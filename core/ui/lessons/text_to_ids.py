"""Lesson: a text becomes ids, and frequency says which (D2L 8.2)."""

from __future__ import annotations

from core.lab import Lab
from core.language import both
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Lesson, Seen

# A story that ships with the project, by language, and what one may take for its most frequent character.
_CORPUS = {"en": "tide_clock", "zh": "moon_ferry"}
_CANDIDATES = {"en": ("e", "t", " ", "."), "zh": ("的", "一", "了", "，")}
_LISTED = 8
# A cut that costs something, in the door to the other level.
_LEAST = 5


def _facts(lab: Lab, language: str) -> Facts:
    title = next(each["title"][language] for each in lab.corpora() if each["name"] == _CORPUS[language])
    return Facts({"title": title})


def _run(lab: Lab, language: str) -> Seen:
    corpus = _CORPUS[language]
    stages = lab.text_stages("", "char", 1, corpus)
    statistics = lab.corpus_statistics("", "char", _LISTED, 1, corpus)
    first = stages["vocabulary"][1]
    line = next(each for each in stages["lines"] if len(each["tokens"]) > 1)
    heads = both("id · token · count", "编号 · 词元 · 频次").in_language(language).split(" · ")
    listed = [[str(each["id"]), each["token"], f"{each['count']:,}"] for each in stages["vocabulary"][: _LISTED + 1]]
    said = {
        "count": f"{first['count']:,}", "characters": f"{statistics['characters']:,}", "size": f"{stages['vocab_size']:,}",
        "share": f"{100 * first['count'] / statistics['tokens']:.0f}%", "line": line["text"],
        "ids": " ".join(map(str, line["ids"])),
    }  # fmt: skip
    doors = (
        Door(both("The four stages, click by click", "逐步看四个阶段"), "corpus", {"corpus": corpus, "level": "char"}),
        Door(
            both(f"The same in words, rarer than {_LEAST} cut off", f"改按词切分，舍去少于 {_LEAST} 次的"), "corpus",
            {"corpus": corpus, "level": "word", "min_frequency": _LEAST},
        ),
    )  # fmt: skip
    return Seen(float(_CANDIDATES[language].index(first["token"])), said, table=[heads, *listed], doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    known = set(lab.corpus_here(_CORPUS[language]).text)
    missing = next((each for each in given if each not in known), None)
    if missing is None:
        said = both(
            "Every character of “{given}” stands in the story, so each has an id of its own.",
            "“{given}”的每个字符都在故事里出现过，各有自己的编号。",
        )
        return Checked(False, said.in_language(language).format(given=given))
    said = both(
        "“{missing}” never occurs in the story: it becomes <unk>, id 0, and the model cannot tell it from any other stranger.",
        "“{missing}”在故事里从未出现：它变成 <unk>，编号 0，模型分不清它和其他没见过的字符。",
    )
    return Checked(True, said.in_language(language).format(missing=missing))


LESSON = Lesson(
    name="ids", section="D2L 8.2", tabs=("corpus",), facts=_facts, run=_run,
    title=both("From text to ids", "从文本到编号"),
    story=both(
        "A model reads numbers, so a text is first cut into tokens; here every character is one. Every distinct token gets "
        "an id, and the text becomes a row of ids. The id 0 is kept for <unk>, whatever the vocabulary lacks.",
        "模型只读数字，所以文本先被切成词元；这里一个字符就是一个词元。每个不同的词元得到一个编号，文本就成了一串编号。"
        "0 号留给 <unk>，即词表里没有的一切。",
    ),
    question=both("Which character of “{title}” gets the id 1?", "《{title}》里，哪个字符的编号是 1？"),
    choices=(
        both("e", "的"), both("t", "一"), both("the space (␣)", "了"), both("the full stop (.)", "逗号（，）"),
    ),
    see=(
        both(
            "Ids follow frequency, not the alphabet: the character with the id 1 occurs {count} times among {characters}, "
            "{share} of the whole. White space and signs are tokens like any other. With <unk> the vocabulary has {size} "
            "entries.",
            "编号按频次排，不按字母或笔画：1 号字符在 {characters} 个字符中出现 {count} 次，占 {share}。"
            "标点和空白与其他字符一样是词元。连同 <unk>，词表共 {size} 项。",
        ),
        both(
            "“{line}” is for the model nothing but: {ids}. What the numbers mean it has to learn from what stands beside them.",
            "“{line}”在模型眼里只是：{ids}。这些数字是什么意思，要靠它从上下文中学。",
        ),
    ),
    exercise=Exercise(
        both(
            "Type a line in which at least one character becomes <unk> under the vocabulary of “{title}”.",
            "输入一行文字，使其中至少一个字符在《{title}》的词表下变成 <unk>。",
        ),
        _check, both("any characters", "任意字符"),
    ),
)  # fmt: skip
