"""Lesson: half of all different words are met once, and longer runs more so: counting does not get around (D2L 8.3.2)."""

from __future__ import annotations

from core.lab import Lab
from core.language import both
from core.ui.components.chart import Axis, Series, chart_value
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen

# The book's text where it is here, else a story that ships; the Chinese one is not cut into words.
_CORPORA = {"en": ("time_machine", "tide_clock"), "zh": ("moon_ferry",)}
_LEVEL = {"en": "word", "zh": "char"}
_FEW, _MANY = 0.25, 0.45
# Ranks that are looked through for the first word, and how many times its rank is asked about.
_LISTED, _TIMES = 50, 10


def _corpus(lab: Lab, language: str) -> Json:
    here = {row["name"]: row for row in lab.corpora() if row["here"]}
    return next(here[name] for name in _CORPORA[language] if name in here)


def _counted(lab: Lab, language: str) -> Json:
    return lab.corpus_statistics("", _LEVEL[language], _LISTED, 1, _corpus(lab, language)["name"])


def _first(counted: Json) -> tuple[str, int, int]:
    """Return the most frequent token that is a word, how often it occurs, and its rank: signs may come before it."""
    for rank, each in enumerate(counted["ngrams"][0]["top"], start=1):
        word = each["tokens"][0].strip()  # a word of the raw form carries the space before it
        if word.isalnum():
            return word, each["count"], rank
    raise AssertionError("a text of signs only")


def _facts(lab: Lab, language: str) -> Facts:
    counted, corpus = _counted(lab, language), _corpus(lab, language)
    word, count, rank = _first(counted)
    return Facts({
        "title": corpus["title"][language], "types": f"{counted['ngrams'][0]['types']:,}", "tokens": f"{counted['tokens']:,}",
        "first": word, "count": f"{count:,}", "rank": str(rank), "later": str(_TIMES * rank),
    })  # fmt: skip


def _run(lab: Lab, language: str) -> Seen:
    counted = _counted(lab, language)
    names = both("single words · pairs · triples", "单字 · 二元组 · 三元组").in_language(language).split(" · ")
    x, y = both("rank · how often it occurs", "频次排名 · 出现次数").in_language(language).split(" · ")
    chart = chart_value(
        both("Frequency by rank", "频次随排名的变化").in_language(language), Axis(x, log=True), Axis(y, log=True),
        [Series(name, each["curve"], "line") for name, each in zip(names, counted["ngrams"], strict=True)],
    )  # fmt: skip
    types = [each["types"] for each in counted["ngrams"]]
    share = counted["once"] / types[0]
    alphas = [each["zipf"]["alpha"] if each["zipf"] else None for each in counted["ngrams"]]
    said = {
        "once": f"{counted['once']:,}", "types": f"{types[0]:,}", "share": f"{100 * share:.0f} %", "pairs": f"{types[1]:,}",
        "triples": f"{types[2]:,}", "tokens": f"{counted['tokens']:,}",
        "alphas": ", ".join("–" if each is None else f"{each:.2f}" for each in alphas),
        "possible": f"{types[0] ** 3:.0e}",
    }  # fmt: skip
    state = {"corpus": _corpus(lab, language)["name"], "level": _LEVEL[language]}
    doors = (Door(both("Count any text", "统计任意文本"), "corpus", state),)
    return Seen(0 if share < _FEW else 1 if share < _MANY else 2, said, charts=[chart], doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    count = _first(_counted(lab, language))[1]
    why = both(
        f"A rank {_TIMES} times as far down has a {_TIMES}th of the count: {count:,} / {_TIMES} = {{right}}.",
        f"排名靠后 {_TIMES} 倍，频次就是 {_TIMES} 分之一：{count:,} / {_TIMES} = {{right}}。",
    )
    return number_checked(given, count / _TIMES, why, language)


LESSON = Lesson(
    name="zipf", section="D2L 8.3.2", tabs=(), facts=_facts, run=_run,
    title=both("Most things are rare", "绝大多数都罕见"),
    story=both(
        "A model that counts must have met what it is asked about. “{title}” has {tokens} words and signs, {types} different ones; “{first}”"
        " alone stands there {count} times.",
        "靠计数的模型，被问到的必须是见过的。《{title}》共 {tokens} 个字符，其中 {types} 种；单是“{first}”就出现 {count} 次。",
    ),
    question=both("How many of the {types} occur exactly once?", "这 {types} 种之中，有多少恰好只出现一次？"),
    choices=(
        both("less than a quarter", "不到四分之一"), both("between a quarter and 45 %", "四分之一到 45 % 之间"),
        both("more than 45 %", "超过 45 %"),
    ),
    see=(
        both(
            "{once} of {types}, {share}. On two logarithmic axes the counts lie near a straight line, n(r) = C r^-α: Zipf's law. It is flatter for longer runs"
            " (α for one, two and three: {alphas}; least squares, ranks as in the tab Corpus): there are more of them, and each is rarer.",
            "{types} 种中有 {once} 种，占 {share}。在双对数坐标上，频次大致落在一条直线上：n(r) = C r^-α，即齐普夫定律。"
            "越长的组合线越平（一、二、三元的 α：{alphas}；最小二乘，排名范围同“语料”页）：种类更多，每一种更罕见。",
        ),
        both(
            "Of pairs there are {pairs} kinds, of triples {triples}, in a text of {tokens}. Possible would be {possible} triples. However long the text, most"
            " of what comes next has never been counted; that is why n-grams need smoothing, and why a model that generalises is worth its training.",
            "二元组有 {pairs} 种，三元组有 {triples} 种，而全文只有 {tokens}。可能的三元组有 {possible} 种。"
            "文本再长，接下来出现的大多没有统计过；所以 n 元语法需要平滑，所以值得训练会举一反三的模型。",
        ),
    ),
    exercise=Exercise(
        both(
            "“{first}” occurs {count} times, rank {rank}. If n(r) = C / r held exactly, how often would the entry at rank {later} occur?",
            "“{first}”排名第 {rank}，出现 {count} 次。假如 n(r) = C / r 精确成立，排名第 {later} 的会出现多少次？",
        ),
        _check, both("a number", "一个数字"),
    ),
)  # fmt: skip
