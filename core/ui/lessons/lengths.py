"""Lesson: lines of unequal length side by side; what padding wastes, and that it changes nothing that is learned (D2L 9.5)."""

from __future__ import annotations

from collections.abc import Iterator

from core.lab import Lab
from core.language import both
from core.ui.components.chart import Axis, Series, chart_value
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, figure

# Names are the example; a story that ships stands in for them, its lines as they are.
_CORPORA = ("names", "tide_clock")
_BATCH_SIZE = 32
_LITTLE, _MUCH = 0.1, 0.5
# Every name is predicted through its end, so one of n letters has n + 1 targets.
_BATCH = ("emma", "al", "christopher", "zoe", "benjamin")


def _corpus(lab: Lab) -> Json:
    """Return the row of the first of the corpora that is here."""
    rows = {each["name"]: each for each in lab.corpora() if each["here"]}
    return next(rows[name] for name in _CORPORA if name in rows)


def _facts(lab: Lab, language: str) -> Facts:
    return Facts({"title": _corpus(lab)["title"][language], "batch": ", ".join(_BATCH), "size": str(_BATCH_SIZE)})


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    corpus = _corpus(lab)["name"]
    for news in lab.unequal(corpus, values={"batch_size": _BATCH_SIZE}):
        yield _seen(news, corpus, language) if isinstance(news, dict) else news


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def _names(language: str) -> dict[str, str]:
    names = {"buckets": both("in buckets", "分桶"), "padding": both("padded", "填充"), "packed": both("packed", "打包")}
    return {way: name.in_language(language) for way, name in names.items()}


def _seen(found: Json, corpus: str, language: str) -> Seen:
    names, ways = _names(language), {row["way"]: row for row in found["ways"]}
    wasted = ways["padding"]["wasted"]
    right = 0 if wasted < _LITTLE else 1 if wasted <= _MUCH else 2
    losses, speeds = (
        [row["loss_nats"] for row in ways.values()],
        {way: row["tokens_per_second"] for way, row in ways.items()},
    )
    slower = both(
        "Packed computes least and was not the fastest here: step by step it has fewer rows, and a step costs its start however small it is.",
        "打包算得最少，在这里却不是最快：它一步步处理越来越少的行，而一步再小也有固定的开销。",
    )
    faster = both(
        "Packed computes least and was the fastest here.",
        "打包算得最少，在这里也最快。",
    )
    said = {
        "wasted": _percent(wasted), "bucketed": _percent(ways["buckets"]["wasted"]), "batch_size": str(found["batch_size"]),
        "loss": f"{losses[0]:.5f}", "difference": f"{max(losses) - min(losses):.0e}",
        "shortest": str(found["shortest"]), "mean": figure(found["mean"]), "longest": str(found["longest"]),
        "speed": (faster if speeds["packed"] >= max(speeds.values()) else slower).in_language(language),
    }  # fmt: skip
    heads = both(
        "way · padding in an epoch · tokens learned a second · nats a token",
        "方式 · 一轮中填充的比例 · 每秒学习的词元 · 奈特/词元",
    )
    table = [heads.in_language(language).split(" · ")] + [
        [names[way], _percent(row["wasted"]), figure(row["tokens_per_second"]), f"{row['loss_nats']:.5f}"]
        for way, row in ways.items()
    ]
    doors = (
        Door(both("Train on lines, padded", "按填充方式训练"), "train", _state(corpus, "padding")),
        Door(both("Train on lines, in buckets", "按分桶方式训练"), "train", _state(corpus, "buckets")),
        Door(both("Mini-batches of a continuous text", "连续文本的小批量"), "corpus", {}),
    )
    return Seen(right, said, table=table, charts=[_chart(found, names, language)], doors=doors)


def _state(corpus: str, way: str) -> Json:
    return {"corpus": corpus, "model": "gru", "values": {"lines": "lines", "line_batches": way}}


def _chart(found: Json, names: dict[str, str], language: str) -> Json:
    rows = found["by_batch_size"]
    title = both("How much of what is computed is padding", "所计算的单元中有多少是填充").in_language(language)
    sizes = both("lines in a batch", "每个小批量的行数").in_language(language)
    share = both("share of padded cells, %", "填充单元的比例（%）").in_language(language)
    curves = [
        Series(names[way], [(row["batch_size"], 100 * row.get(way, 0.0)) for row in rows])
        for way in ("padding", "buckets", "packed")
    ]
    return chart_value(title, Axis(sizes, log=True), Axis(share, low=0.0), curves)


def _percent(share: float) -> str:
    """Return a share with one decimal, or as many as its first figure needs.

    >>> _percent(0.3261), _percent(0.00096), _percent(0)
    ('32.6 %', '0.1 %', '0 %')
    """
    return f"{100 * share:.1f} %" if share else "0 %"


def _check(lab: Lab, language: str, given: str) -> Checked:
    batch = lab.padded_batch(_BATCH)
    rows, steps, cells, real = len(_BATCH), batch["steps"], batch["cells"], sum(batch["targets"])
    summed = " + ".join(map(str, batch["targets"]))
    why = both(
        f"{rows} rows of {steps} cells make {cells}; {summed} = {real} of them hold a target. Padding is {cells - real} of {cells}: {{right}}.",
        f"{rows} 行，每行 {steps} 个单元，共 {cells} 个；其中 {summed} = {real} 个有目标。填充占 {cells} 个中的 {cells - real} 个：{{right}}。",
    )
    return number_checked(given, batch["wasted"], why, language)


LESSON = Lesson(
    name="lengths", section="D2L 9.5", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("Lines are no rectangle", "长短不一的行"),
    story=both(
        "“{title}” is learned line by line, and lines differ in length. A network computes rectangles: side by side in a batch, the"
        " shorter lines are padded to the longest one, and a mask keeps the padding out of the loss. It is computed nevertheless.",
        "“{title}”逐行学习，而各行长短不一。网络计算的是矩形：同一小批量的行并排放置，短行填充到最长的那一行，"
        "再用掩码把填充排除在损失之外。可填充的部分照样要计算。",
    ),
    question=both(
        "Lines come in random order, {size} at a time. How much of what the network computes is padding?",
        "各行随机排列，每次 {size} 行。网络计算的内容中，填充占多少？",
    ),
    choices=(
        both("less than a tenth: most lines are about as long as the others", "不到十分之一：大多数行长度差不多"),
        both("between a tenth and a half", "十分之一到一半之间"),
        both("more than half: one long line is enough", "超过一半：有一行很长就够了"),
    ),
    see=(
        both(
            "{wasted}, in batches of {batch_size}: a line has {shortest} to {longest} targets, {mean} on average, and a batch is as wide as its"
            " longest line. The more lines, the likelier one of them is long, so larger batches waste more. Lines of like length together"
            " (buckets) leave {bucketed}, and a packed batch, which drops a row as soon as its line ends, nothing.",
            "批量为 {batch_size} 时是 {wasted}：每行有 {shortest} 到 {longest} 个目标，平均 {mean} 个，而小批量的宽度由最长的一行决定。"
            "行越多，越可能碰上长行，所以批量越大浪费越多。把长度相近的行放在一起（分桶）只剩 {bucketed}；"
            "打包的小批量在一行结束时就去掉它，一点也不浪费。",
        ),
        both(
            "None of this changes what is learned. Over the same lines, with the same weights, all three ways have a loss of {loss} nats a"
            " token; they differ by {difference}, because sums are added up in another order.",
            "这些都不改变学到的内容。同样的行、同样的权重，三种方式的损失都是每词元 {loss} 奈特；相差 {difference}，只因求和的次序不同。",
        ),
        both(
            "Time is another matter, and the table has it for this machine. {speed} Buckets have their own price: lines of like length"
            " meet again and again, so batches are less random.",
            "时间则是另一回事，表中是这台机器上的数字。{speed}分桶也有代价：长度相近的行总是碰在一起，小批量就不那么随机。",
        ),
    ),
    exercise=Exercise(
        both(
            "These names are put into one batch and padded: {batch}. A name of n letters has n + 1 targets, for its end is predicted too."
            " What share of the cells is padding?",
            "把这些名字放进一个小批量并填充：{batch}。n 个字母的名字有 n + 1 个目标，因为结尾也要预测。填充占全部单元的多大比例？",
        ),
        _check,
        both("a share, such as 25 % or 1/4", "比例，如 25 % 或 1/4"),
    ),
)  # fmt: skip
