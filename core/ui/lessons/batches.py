"""Lesson: one offset too many costs a batch, and which tokens random sampling never teaches (D2L 8.3.4)."""

from __future__ import annotations

from core.lab import Lab
from core.language import both
from core.lessons.batches import coverage, labels_by_offset
from core.ui.components.chart import Axis, Series, chart_value
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Lesson, Seen

# The book's own example, and the exercise's.
_TOTAL, _ROWS, _STEPS = 35, 2, 5
_ASKED_TOTAL, _ASKED_ROWS, _ASKED_STEPS = 100, 4, 8


def _facts(lab: Lab, language: str) -> Facts:
    return Facts({
        "total": str(_TOTAL), "last": str(_TOTAL - 1), "rows": str(_ROWS), "steps": str(_STEPS),
        "usual": str(labels_by_offset(_TOTAL, _ROWS, _STEPS)[0]), "asked_total": str(_ASKED_TOTAL),
        "asked_rows": str(_ASKED_ROWS), "asked_steps": str(_ASKED_STEPS),
    })  # fmt: skip


def _run(lab: Lab, language: str) -> Seen:
    labels, taught = labels_by_offset(_TOTAL, _ROWS, _STEPS), coverage(_TOTAL, _STEPS)
    x, y = (
        both("offset · labels taught in the epoch", "偏移量 · 这一轮中学到的标签数").in_language(language).split(" · ")
    )
    offsets = chart_value(
        both("Sequential partition: what an offset leaves", "顺序分区：每种偏移量留下多少").in_language(language), Axis(x),
        Axis(y, low=0), [Series("", list(enumerate(labels)), "bars")],
    )  # fmt: skip
    x, y = (
        both("place of the label · chance in an epoch", "标签的位置 · 一轮中被学到的概率")
        .in_language(language)
        .split(" · ")
    )
    places = chart_value(
        both("Random sampling: the chance that a token is ever a label", "随机采样：每个词元成为标签的概率").in_language(language),
        Axis(x), Axis(y, low=0), [Series("", list(enumerate(taught)), "bars")],
    )  # fmt: skip
    said = {
        "usual": str(labels[0]), "lost": str(labels[-1]), "batches": str(labels[-1] // (_ROWS * _STEPS)),
        "usual_batches": str(labels[0] // (_ROWS * _STEPS)), "steps": str(_STEPS),
        "always": f"{sum(each > 1 - 1e-9 for each in taught)}", "total": str(_TOTAL), "first": f"{100 * taught[1]:.0f} %",
    }  # fmt: skip
    doors = (Door(both("See the windows over a text", "看窗口如何落在文本上"), "corpus", {}),)
    right = 0 if labels[-1] == labels[0] else 1 if labels[-1] else 2
    return Seen(right, said, charts=[offsets, places], doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    right = labels_by_offset(_ASKED_TOTAL, _ASKED_ROWS, _ASKED_STEPS)[0]
    strip = (_ASKED_TOTAL - 1) // _ASKED_ROWS
    why = both(
        f"{_ASKED_TOTAL - 1} tokens have a successor; {_ASKED_ROWS} strips of {strip}, each with {strip // _ASKED_STEPS} whole windows of"
        f" {_ASKED_STEPS}: {{right}} labels.",
        f"有后继的词元共 {_ASKED_TOTAL - 1} 个；分成 {_ASKED_ROWS} 条，每条 {strip} 个，各含 {strip // _ASKED_STEPS} 个长 {_ASKED_STEPS} 的完整窗口："
        "{right} 个标签。",
    )
    return number_checked(given, right, why, language)


LESSON = Lesson(
    name="batches", section="D2L 8.3.4", tabs=(), facts=_facts, run=_run,
    title=both("One offset too many", "多出来的一个偏移量"),
    story=both(
        "A text is cut into windows of {steps} tokens, and every epoch begins at another offset, so that the cuts fall elsewhere. The book's"
        " sequential partition draws that offset from 0 to {steps}, both included. Its example is the numbers 0 to {last}, {rows} rows of"
        " {steps}: from offset 0 an epoch has {usual} labels.",
        "文本被切成长 {steps} 的窗口，每一轮从不同的偏移量开始，切口就落在不同的地方。书中的顺序分区从 0 到 {steps}（两端都含）抽取偏移量。"
        "书中的例子是 0 到 {last} 这些数，{rows} 行、每行 {steps} 步：从偏移量 0 开始，一轮有 {usual} 个标签。",
    ),
    question=both("And from offset {steps}?", "偏移量为 {steps} 时呢？"),
    choices=(
        both("as many: an offset only moves the cuts", "一样多：偏移量只移动切口"),
        both("fewer: a whole batch is lost", "更少：整整丢掉一个小批量"),
        both("none: the text has become too short", "一个也没有：文本变得太短"),
    ),
    see=(
        both(
            "{lost} labels instead of {usual}: {batches} batches instead of {usual_batches}. An offset of {steps} cuts where offset 0 cuts, one window later,"
            " so it teaches nothing that the others do not, and the last window is gone. Here the offset is drawn from 0 to {steps} - 1.",
            "只有 {lost} 个标签，而不是 {usual} 个；{batches} 个小批量，而不是 {usual_batches} 个。偏移量 {steps} 的切口与偏移量 0 相同，只是晚一个窗口，"
            "学不到别的偏移量学不到的东西，却丢了最后一个窗口。这里的偏移量从 0 到 {steps} - 1 中抽取。",
        ),
        both(
            "Random sampling does not teach every token alike, either. The very first is never a label, for nothing stands before it; the second is one in"
            " {first} of the epochs; {always} of {total} are labels whatever the offset. Over many epochs all but the first are taught.",
            "随机采样也不是一视同仁。第一个词元永远不是标签，因为它前面什么也没有；第二个只在 {first} 的轮次里是；"
            "{total} 个中有 {always} 个无论偏移量如何都是。轮数一多，除第一个以外都会被学到。",
        ),
    ),
    exercise=Exercise(
        both(
            "{asked_total} tokens, {asked_rows} rows, windows of {asked_steps}, offset 0: how many labels has a sequential epoch?",
            "{asked_total} 个词元，{asked_rows} 行，窗口长 {asked_steps}，偏移量 0：顺序分区的一轮有多少个标签？",
        ),
        _check, both("a number", "一个数字"),
    ),
)  # fmt: skip
