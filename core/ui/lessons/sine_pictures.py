"""The pictures of the lesson on the noisy sine: the curves, how the error grows, and the table of both."""

from __future__ import annotations

from core.language import both
from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.lessons.lesson import Json

# The book's steps ahead, and those in the second picture's table.
STEPS, _LISTED = (1, 4, 16, 64), (1, 2, 4, 8, 16, 32, 64)
# Every so many steps of the first picture have a row in its table.
_EVERY = 50


def model_names(language: str) -> dict[str, str]:
    """Return what each model is called, by its name."""
    names = {
        "linear": both("linear (window)", "线性（窗口）"), "mlp": both("MLP (window)", "多层感知机（窗口）"),
        "rnn": both("RNN (state)", "循环网络（隐状态）"),
    }  # fmt: skip
    return {model: name.in_language(language) for model, name in names.items()}


def error_table(found: Json, language: str) -> list[list[str]]:
    """Return the errors beyond the learned stretch by steps ahead, between the two ends of the scale."""
    head = both(
        f"RMSE beyond t = {found['trained']}, by steps ahead", f"t = {found['trained']} 之后的均方根误差，按提前步数"
    )
    rows = [(both("knows the sine", "知道正弦本身").in_language(language), [found["noise"]] * len(found["average"]))]
    rows += [(model_names(language)[row["model"]], row["rmse"]) for row in found["errors"] if row["region"] == "beyond"]
    average = both(f"mean of the last {found['tau']}, by formula", f"最近 {found['tau']} 个值的平均（公式）")
    rows += [
        (average.in_language(language), found["average"]),
        (
            both("constant: the mean", "常数：均值").in_language(language),
            [found["constant"]["beyond"]] * len(found["average"]),
        ),
    ]
    return [
        [head.in_language(language), *map(str, STEPS)],
        *([name, *(f"{errors[steps - 1]:.3f}" for steps in STEPS)] for name, errors in rows),
    ]


def curves_chart(found: Json, language: str) -> Json:
    """Return the series, predicted one step ahead, and fed back beyond what was learned from."""
    names, trained = model_names(language), found["trained"]
    one = both("linear, 1 step ahead", "线性，提前 1 步").in_language(language)
    back = both(", fed back", "，递推").in_language(language)
    curves = [
        *(Series(names[model] + back, list(enumerate(path, trained + 1)), "line") for model, path in found["fed_back"].items()),
        Series(one, list(enumerate(found["one_step"]["linear"], 1)), "line"),
        Series(both("observed", "观测值").in_language(language), list(enumerate(found["observed"], 1)), "cloud"),
    ]  # fmt: skip
    rows = [
        [
            str(at),
            *(f"{path[at - trained - 1]:.3f}" if at > trained else "–" for path in found["fed_back"].values()),
            f"{found['one_step']['linear'][at - 1]:.3f}",
            f"{found['observed'][at - 1]:.3f}",
        ]
        for at in range(_EVERY, len(found["observed"]) + 1, _EVERY)
    ]
    return chart_value(
        both("One step ahead, and fed back", "提前一步，与递推").in_language(language),
        Axis(both("time step t", "时间步 t").in_language(language)), Axis("x"), curves,
        about=both(
            "Fed back: from the end of what was learned on, a model reads its own predictions.",
            "递推：从训练段的末尾起，模型只读自己的预测。",
        ).in_language(language),
        levels=[Level(both("learned up to here", "训练到此为止").in_language(language), trained, upright=True)],
        table=[["t", *(curve.name for curve in curves)], *rows],
    )  # fmt: skip


def steps_chart(found: Json, language: str) -> Json:
    """Return how the error grows with the number of steps."""
    names = model_names(language)
    average = both(
        f"mean of the last {found['tau']}, by formula", f"最近 {found['tau']} 个值的平均（公式）"
    ).in_language(language)
    curves = [
        Series(
            names[row["model"]], list(enumerate(row["rmse"], 1)), "line",
            list(zip(row["low"], row["high"], strict=True)),
        )
        for row in found["errors"] if row["region"] == "beyond"
    ]  # fmt: skip
    curves.append(Series(average, list(enumerate(found["average"], 1)), "line"))
    levels = [
        Level(both("noise: nobody is better", "噪声：无人能更好").in_language(language), found["noise"]),
        Level(both("constant: the mean", "常数：均值").in_language(language), found["constant"]["beyond"]),
    ]
    rows = [[str(k), *(f"{curve.points[k - 1][1]:.3f}" for curve in curves)] for k in _LISTED]
    steps = both("steps ahead k", "提前步数 k").in_language(language)
    return chart_value(
        both("The error grows with the steps", "误差随步数增长").in_language(language), Axis(steps, log=True),
        Axis(both("RMSE beyond the learned stretch", "训练段外的均方根误差").in_language(language), low=0.0), curves,
        about=both(
            f"Over {found['draws']} series; the bands go from the best of them to the worst.",
            f"共 {found['draws']} 条序列；色带从最好的一条到最差的一条。",
        ).in_language(language),
        levels=levels, table=[[steps, *(curve.name for curve in curves)], *rows],
    )  # fmt: skip
