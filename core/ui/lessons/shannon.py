"""Lesson: numbers of guesses bound the bits per character of whoever guesses (Shannon 1951; D2L 8.4.4)."""

from __future__ import annotations

import math
from collections.abc import Iterator

from core.lab import Lab
from core.language import both
from core.measures.guessing import guess_bounds
from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.lessons.answers import number_given
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, figure

# Stories that ship, and the checkpoints to play against, by language.
_CORPUS = {"en": "tide_clock", "zh": "moon_ferry"}
_GAME = {"en": ["shakespeare-ngram"], "zh": ["red-chamber-ngram"]}
# Between the choices of the question: a quarter and less than a half.
_QUARTER, _NEARLY_HALF = 0.25, 0.45
# A reader's guesses at eight places, for the exercise, and how near an answer must come.
_GUESSES, _NEAR = (1, 1, 2, 1, 1, 4, 1, 2), 0.01


def _facts(lab: Lab, language: str) -> Facts:
    title = next(each["title"][language] for each in lab.corpora() if each["name"] == _CORPUS[language])
    return Facts({"title": title, "guesses": " ".join(map(str, _GUESSES)), "count": str(len(_GUESSES))})


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    for news in lab.shannon(_CORPUS[language]):
        yield _seen(news, language) if isinstance(news, dict) else news


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def _seen(found: Json, language: str) -> Seen:
    players = found["players"]
    blind, best = players[0], players[found["best"]]
    right = 0 if best["first"] < _QUARTER else 1 if best["first"] < _NEARLY_HALF else 2
    said = {
        "places": f"{found['places']:,}", "alphabet": f"{found['alphabet']:,}", "uniform": figure(math.log2(found["alphabet"])),
        "best": str(best["seen"]), "first": _percent(best["first"]), "first_blind": _percent(blind["first"]),
        "lower": figure(best["lower"]), "upper": figure(best["upper"]), "upper_blind": figure(blind["upper"]),
        "mean": figure(best["mean"]), "line": " ".join(found["text"].split()), "numbers": " ".join(map(str, found["guesses"])),
    }  # fmt: skip
    doors = (
        Door(
            both("Play it yourself (in Read, below the results)", "亲自玩一局（在“对读”中，结果下方）"),
            "read",
            {"game": _GAME[language]},
        ),
        Door(both("Perplexity, the lesson", "课程：困惑度"), "learn", {"lesson": "perplexity"}),
    )
    return Seen(
        right,
        said,
        table=_table(players, language),
        charts=[_bounds(found, language), _shares(found, language)],
        doors=doors,
    )


def _table(players: list[Json], language: str) -> list[list[str]]:
    heads = both(
        "characters seen · right at once · guesses a place · lower bound, bits · upper bound, bits",
        "可见字符数 · 一次猜中 · 平均次数 · 下界（比特） · 上界（比特）",
    )
    rows = [
        [str(each["seen"]), _percent(each["first"]), *(figure(each[name]) for name in ("mean", "lower", "upper"))]
        for each in players
    ]
    return [heads.in_language(language).split(" · "), *rows]


def _bounds(found: Json, language: str) -> Json:
    """Return the picture of both bounds against the number of characters that a player sees."""
    names = both("upper bound · lower bound", "上界 · 下界").in_language(language).split(" · ")
    series = [
        Series(name, [(each["seen"], each[key]) for each in found["players"]])
        for name, key in zip(names, ("upper", "lower"), strict=True)
    ]
    level = both(f"blind among {found['alphabet']}", f"在 {found['alphabet']} 个字符中盲猜").in_language(language)
    return chart_value(
        both("What the numbers of guesses say", "猜测次数说明了什么").in_language(language),
        Axis(both("characters that the player sees", "玩家可见的字符数").in_language(language)),
        Axis(both("bits per character", "比特/字符").in_language(language), low=0.0),
        series, levels=[Level(level, math.log2(found["alphabet"]))],
    )  # fmt: skip


def _shares(found: Json, language: str) -> Json:
    """Return the picture of how often the best player needed how many guesses."""
    name = both("share of places", "位置占比").in_language(language)
    return chart_value(
        both("How many guesses a character took", "每个字符用了几次").in_language(language),
        Axis(both("guesses", "次数").in_language(language)),
        Axis(name, low=0.0),
        [Series(name, list(enumerate(found["shares"], start=1)), "bars")],
    )


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _check(lab: Lab, language: str, answer: str) -> Checked:
    """Say whether the answer is the upper bound of the exercise's guesses."""
    given = number_given(answer)
    upper = guess_bounds(_GUESSES).upper
    shares = [_GUESSES.count(number) / len(_GUESSES) for number in sorted(set(_GUESSES))]
    sum_ = " + ".join(f"{share:g} × {-math.log2(share):.3f}" for share in shares)
    right = abs(given - upper) <= _NEAR
    said = both(f"It is {sum_} = {upper:.3f} bits.", f"应为 {sum_} = {upper:.3f} 比特。")
    return Checked(right, said.in_language(language))


LESSON = Lesson(
    name="shannon", section="D2L 8.4.4", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("Guessing letters", "猜字"),
    story=both(
        "In 1951 Shannon asked how many bits a letter of English carries, without any computer: he let people guess the next letter until "
        "they were right, and wrote down how many guesses each took. Here the player has read nine tenths of {title} and counted it. Of "
        "the last tenth it sees a few characters at a time, guesses first whatever followed them most often, and knows no probability.",
        "1951 年，香农在没有计算机的情况下问：英语的一个字母含多少比特？他让人猜下一个字母，直到猜对，并记下次数。这里的玩家读过《{title}》的"
        "前十分之九并做了统计。对最后十分之一，它每次只看前面几个字符，先猜其后最常出现的那个，而且不知道任何概率。",
    ),
    question=both(
        "How many characters does it get right at the first guess, when it sees as many as help it most?",
        "在最有利的可见长度下，它有多少字符一次就猜中？",
    ),
    choices=(
        both("fewer than a quarter", "不到四分之一"),
        both("about a third", "约三分之一"),
        both("about half or more", "约一半或更多"),
    ),
    see=(
        both(
            "{first} of {places} characters, seeing {best}; who sees nothing and always begins with the commonest character is right in "
            "{first_blind}. So much of a text is no news.",
            "可见 {best} 个字符时，{places} 个字符中有 {first} 一次猜中；什么都看不见、总从最常见字符猜起，也有 {first_blind}。文本中的许多内容并非新消息。",
        ),
        both(
            "The numbers suffice to write the text down again. “{line}” took {numbers}: a twin who has read the same book and sees the "
            "same characters makes the same guesses, and takes the first, the fifth ... So the numbers carry as many bits as the text, and "
            "from how often each of them comes (the second picture) follows the upper bound, {upper} bits per character; guessing blindly "
            "among {alphabet} takes {uniform}.",
            "仅凭这些次数就能把文本写回来。“{line}”的次数为 {numbers}：读过同一本书、看见同样字符的孪生玩家会作同样的猜测，取第一个、第五个……"
            "因此次数所含的比特与文本一样多；由各次数出现的频率（第二幅图）得到上界：每字符 {upper} 比特，而在 {alphabet} 个字符中盲猜要 {uniform} 比特。",
        ),
        both(
            "The lower bound, {lower}, holds where guesses go down in probability. Somewhere between lies what this player knows; "
            "the more it sees, the lower both lie, until longer contexts are too rare to have been met. Shannon found 0.6 to 1.3 bits for "
            "people with 27 characters and a hundred letters in view. How many are yours?",
            "下界 {lower} 在按概率从高到低猜时成立。这位玩家的水平就在两者之间；看见得越多，两条线越低，直到长上下文过于罕见、从未遇到过。"
            "香农测得人类（27 个字符，可见前一百个字母）为 0.6 到 1.3 比特。您是多少？",
        ),
    ),
    exercise=Exercise(
        task=both(
            "A reader needs {guesses} guesses at {count} places. What upper bound of her bits per character follows?",
            "某位读者在 {count} 处的猜测次数为 {guesses}。由此得到的比特/字符上界是多少？",
        ),
        check=_check,
        hint=both("bits, such as 1.5", "比特数，例如 1.5"),
    ),
)  # fmt: skip
