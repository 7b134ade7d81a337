"""Lesson: a product with a one-hot vector is a row, and two products are one (D2L 8.4.2, 8.5.1)."""

from __future__ import annotations

from core.lab import Lab
from core.language import both
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, checkpoint_row, figure

# A recurrent model with one-hot inputs, by language, and a few characters that it reads.
_CHECKPOINT = {"en": "shakespeare-rnn-scratch", "zh": "red-chamber-rnn"}
_TEXT = {"en": "the time", "zh": "却说宝玉"}


def _row(lab: Lab, language: str) -> Json:
    return checkpoint_row(lab, (_CHECKPOINT[language], _CHECKPOINT["en"]))


def _step(lab: Lab, language: str) -> Json:
    """Return the last step of the text."""
    text = _TEXT[language] if _row(lab, language)["name"] == _CHECKPOINT[language] else _TEXT["en"]
    return lab.inspect_step(_row(lab, language)["name"], text, len(text))


def _facts(lab: Lab, language: str) -> Facts:
    row, step = _row(lab, language), _step(lab, language)
    matrix = step["row"]["shape"]
    return Facts({
        "model": row["name"], "size": f"{matrix[0]:,}", "hidden": f"{matrix[1]:,}", "products": f"{matrix[0] * matrix[1]:,}",
        "token": step["token"], "matrix": step["row"]["matrix"],
    })  # fmt: skip


def _run(lab: Lab, language: str) -> Seen:
    step = _step(lab, language)
    row, identity = step["row"], step["identity"]
    heads = both(
        "number · the product with the one-hot vector · the row picked by the id · [X, H] times both matrices, stacked · X W_xh + H W_hh",
        "第几个数 · 与独热向量的乘积 · 编号选出的行 · [X, H] 乘以叠起来的两个矩阵 · X W_xh + H W_hh",
    ).in_language(language).split(" · ")  # fmt: skip
    columns = (row["right"], row["left"], identity["left"], identity["right"])
    table = [
        heads,
        *(
            [str(place), *(f"{each:.4f}" for each in numbers)]
            for place, numbers in enumerate(zip(*columns, strict=True))
        ),
    ]
    size, hidden = row["shape"]
    said = {
        "row": str(step["id"]), "token": step["token"], "products": f"{size * hidden:,}", "difference": figure(row["difference"]),
        "both": f"{identity['difference']:.0e}", "size": f"{size:,}", "hidden": f"{hidden:,}",
        "rows": f"{identity['input'] + identity['hidden']:,}",
    }  # fmt: skip
    state = {"checkpoints": [_row(lab, language)["name"]], "text": _TEXT[language], "step": step["step"]}
    doors = (Door(both("The whole step, number by number", "逐个数看这一步"), "inside", state),)
    return Seen(0 if row["difference"] == 0 else 2, said, table=table, doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    why = both(
        "They differ in two places by 1 each: the root of 1 + 1, {right}. Any two tokens are equally far apart: a one-hot vector knows of no"
        " likeness.",
        "它们在两处各差 1：1 + 1 的平方根，即 {right}。任意两个词元都一样远：独热向量不知道谁和谁相像。",
    )
    return number_checked(given, 2**0.5, why, language)


LESSON = Lesson(
    name="onehot", section="D2L 8.5.1", tabs=("inside",), facts=_facts, run=_run,
    title=both("One hot number", "只有一个 1"),
    story=both(
        "A recurrent network takes its token as a one-hot vector X, as long as the vocabulary, and computes H = tanh(X W_xh + H W_hh + b_h)."
        " In {model} the vocabulary has {size} entries and H has {hidden} numbers, so X W_xh is a product with a matrix of {size} times {hidden}.",
        "循环神经网络把词元当作与词表等长的独热向量 X，计算 H = tanh(X W_xh + H W_hh + b_h)。"
        "在 {model} 中词表有 {size} 项，H 有 {hidden} 个数，所以 X W_xh 是与一个 {size} × {hidden} 的矩阵相乘。",
    ),
    question=both(
        "How many multiplications does X W_xh really need, for the token “{token}”?", "对词元“{token}”，X W_xh 真正需要多少次乘法？"
    ),
    choices=(
        both("none", "一次也不要"), both("{hidden}: one for each number of H", "{hidden} 次：H 的每个数一次"),
        both("{products}: every entry of the matrix", "{products} 次：矩阵的每一项"),
    ),
    see=(
        both(
            "None. All entries of X but one are 0, so of the {size} rows of the matrix only row {row} is left, the one with the id of “{token}”. The"
            " product ({products} multiplications) and the row differ by {difference}. That is how training reads its inputs here.",
            "一次也不要。X 除一项外都是 0，矩阵的 {size} 行中只剩第 {row} 行，即“{token}”的编号那一行。"
            "做乘法（{products} 次）与直接取这一行，相差 {difference}。这里训练时就是这样读输入的。",
        ),
        both(
            "The other two columns are the book's second identity: X and H side by side, times the two matrices one above the other ({rows} rows), is"
            " X W_xh + H W_hh. They differ by {both} at most, for the sums are rounded in another order.",
            "另外两列是书中的第二个恒等式：把 X 与 H 并排，乘以上下叠起来的两个矩阵（共 {rows} 行），就是 X W_xh + H W_hh。"
            "两者最多相差 {both}，因为求和的舍入次序不同。",
        ),
    ),
    exercise=Exercise(
        both("How far apart are the one-hot vectors of two different tokens (Euclidean distance)?", "两个不同词元的独热向量相距多远（欧氏距离）？"),
        _check, both("a number", "一个数字"),
    ),
)  # fmt: skip
