"""Lesson: add one to every count, and longer contexts make the model worse (D2L 8.3.1)."""

from __future__ import annotations

from collections.abc import Iterator

from core.lab import Lab
from core.language import both
from core.sharing.sweep import Sweep
from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, figure

# A story that ships with the project, by language.
_CORPUS = {"en": "tide_clock", "zh": "moon_ferry"}
_LONGEST = 7
# What is drawn of all smoothings: Laplace's, and two that leave more to the unseen the more there is of it.
_LAPLACE, _BACKED = "add_k", "witten_bell"
_BEST = "modified_kneser_ney"
_SHORT, _MIDDLE = 3, 5
# The exercise's context: met so often, always followed by the same token.
_MET = 4


def _facts(lab: Lab, language: str) -> Facts:
    corpus = _CORPUS[language]
    title = next(each["title"][language] for each in lab.corpora() if each["name"] == corpus)
    return Facts({"title": title, "most": str(_LONGEST), "size": f"{_size(lab, language):,}", "met": str(_MET)})


def _sweep(lab: Lab, language: str) -> Sweep:
    return lab.sweep(lab.sweepable()[0], _CORPUS[language], most=_LONGEST)


def _size(lab: Lab, language: str) -> int:
    """Return the size of the vocabulary that the models know."""
    return int(_sweep(lab, language).plan()["vocab_size"])


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    sweep = _sweep(lab, language)
    plan, rows = sweep.plan(), []
    total = len(plan["numbers"]) * len(plan["choices"])
    for row in sweep.rows():
        rows.append(row)
        yield len(rows) / total
    yield _seen(plan, rows, language)


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def _seen(plan: Json, rows: list[Json], language: str) -> Seen:
    names = dict(
        zip(
            (_LAPLACE, _BACKED, _BEST),
            both("add one (Laplace) · Witten-Bell · modified Kneser-Ney", "加一（拉普拉斯） · Witten-Bell · 修正 Kneser-Ney")
            .in_language(language).split(" · "), strict=True,
        )
    )  # fmt: skip
    held_out = {name: [(row["along"], row["held_out"]) for row in rows if row["by"] == name] for name in names}
    best = {name: min(points, key=lambda point: point[1]) for name, points in held_out.items()}
    longest = {name: points[-1][1] for name, points in held_out.items()}
    x, y = (
        both("order n · perplexity of the held-out text", "阶数 n · 留出文本的困惑度")
        .in_language(language)
        .split(" · ")
    )
    uniform = (
        both("knows nothing: {size}", "一无所知：{size}").in_language(language).format(size=f"{plan['vocab_size']:,}")
    )
    chart = chart_value(
        both("Held-out perplexity by order", "留出困惑度随阶数的变化").in_language(language), Axis(x), Axis(y, log=True),
        [Series(names[name], held_out[name]) for name in names], levels=[Level(uniform, plan["vocab_size"])],
    )  # fmt: skip
    at = best[_LAPLACE][0]
    said = {
        "order": str(at), "best": figure(best[_LAPLACE][1]), "longest": figure(longest[_LAPLACE]), "most": str(_LONGEST),
        "backed": figure(longest[_BACKED]), "kneser_ney": figure(longest[_BEST]), "size": f"{plan['vocab_size']:,}",
        "unseen": f"{100 * (plan['vocab_size'] - 1) / (1 + plan['vocab_size']):.0f} %",
    }  # fmt: skip
    right = 0 if at == _LONGEST else 2 if at <= _SHORT else 1
    doors = (
        Door(both("Compare all smoothings on any text", "在任意文本上比较各种平滑"), "corpus", {"corpus": _CORPUS[language]}),
        Door(both("Train an n-gram of your own", "训练自己的 n 元语法"), "train", {"model": plan["model"]}),
    )  # fmt: skip
    return Seen(right, said, charts=[chart], doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    size = _size(lab, language)
    why = both(
        f"The seen token has ({_MET} + 1) / ({_MET} + {size:,}); each of the other {size - 1:,} has 1 / ({_MET} + {size:,}), together {{right}}.",
        f"见过的词元得 ({_MET} + 1) / ({_MET} + {size:,})；其余 {size - 1:,} 个各得 1 / ({_MET} + {size:,})，合计 {{right}}。",
    )
    return number_checked(given, (size - 1) / (_MET + size), why, language)


LESSON = Lesson(
    name="laplace", section="D2L 8.3.1", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("Why adding one fails", "为什么加一不行"),
    story=both(
        "An n-gram model counts what followed the last n - 1 characters. What never followed must not become impossible, so Laplace adds"
        " one to every count: P(x | context) = (count + 1) / (context's count + vocabulary). Models of order 1 to {most} learn nine tenths of"
        " “{title}” that way, a vocabulary of {size}, and read the last tenth.",
        "n 元语法统计最后 n - 1 个字符之后出现过什么。没出现过的不能变成不可能，于是拉普拉斯给每个计数都加一："
        "P(x | 上下文) = (计数 + 1) / (上下文的计数 + 词表大小)。1 到 {most} 阶的模型这样学习《{title}》的前十分之九（词表 {size} 项），再读最后十分之一。",
    ),
    question=both("Which order reads the held-out tenth best?", "哪一阶读留出的十分之一读得最好？"),
    choices=(
        both("{most}, the longest: it knows the most", "{most} 阶，最长的：知道得最多"),
        both("a middle one: 4 to 6", "中间的：4 到 6 阶"),
        both("a short one: 3 or less", "短的：3 阶或更低"),
    ),
    see=(
        both(
            "With add-one smoothing order {order} is best, {best}; order {most} falls back to {longest}, although it sees everything that order"
            " {order} sees. Smoothed otherwise, the same counts of order {most} give {backed} (Witten-Bell) and {kneser_ney} (modified Kneser-Ney).",
            "用加一平滑，{order} 阶最好，为 {best}；{most} 阶退到 {longest}，尽管 {order} 阶看到的它全都看到。"
            "换一种平滑，同样的 {most} 阶计数得到 {backed}（Witten-Bell）和 {kneser_ney}（修正 Kneser-Ney）。",
        ),
        both(
            "A long context was met once or twice. One real count stands against {size} added ones, so the model gives {unseen} of the probability to"
            " what it has not seen, and to all of it alike. It forgets at the very moment when it knows most. The others ask the shorter context"
            " how to share out what they hold back.",
            "长的上下文只见过一两次。一个真实的计数对着 {size} 个添加的计数，于是模型把 {unseen} 的概率给了没见过的，而且一视同仁。"
            "恰恰在知道得最多的时候，它忘了。其他方法会问较短的上下文：扣下来的概率该怎么分。",
        ),
    ),
    exercise=Exercise(
        both(
            "A context was met {met} times, always followed by the same character, in this vocabulary of {size}. How much probability does"
            " adding one give to all other characters together?",
            "一个上下文出现了 {met} 次，后面总是同一个字符，词表为 {size} 项。加一平滑把多少概率给了其他所有字符？",
        ),
        _check, both("a share, such as 0.5 or 50 %", "一个比例，如 0.5 或 50 %"),
    ),
)  # fmt: skip
