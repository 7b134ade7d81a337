"""Lesson: a noisy sine, predicted one step ahead and many; from a window and from a state (D2L 8.1)."""

from __future__ import annotations

from collections.abc import Iterator

from core.lab import Lab
from core.language import both
from core.ui.lessons.answers import number_checked
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, figure
from core.ui.lessons.sine_pictures import curves_chart, error_table, model_names, steps_chart

_TAU = 4
# What the fed-back curve still does over its last steps: it swings like the sine, grows out of the picture, or is flat.
_LAST, _SWINGS, _GROWS = 200, 0.5, 2.0
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def _facts(lab: Lab, language: str) -> Facts:
    return Facts({"tau": str(_TAU), "oldest": _oldest(_TAU)})


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    for news in lab.noisy_sine(_TAU):
        yield _seen(news, language) if isinstance(news, dict) else news


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def _oldest(tau: int) -> str:
    """Return the name of the oldest value in a window.

    >>> _oldest(12)
    'xₜ₋₁₂'
    """
    return "xₜ₋" + str(tau).translate(_SUBSCRIPTS)


def _seen(found: Json, language: str) -> Seen:
    errors = {(row["model"], row["region"]): row["rmse"] for row in found["errors"]}
    constant = found["constant"]["beyond"]
    worse = [name for model, name in model_names(language).items() if errors[model, "beyond"][-1] > constant]
    none = both("none of them is worse than that", "没有一个比它更差").in_language(language)
    some = both("worse than that: ", "比它更差的有：").in_language(language) + both(", ", "、").in_language(
        language
    ).join(worse)
    said = {
        **{f"one_{model}": f"{errors[model, 'beyond'][0]:.3f}" for model in found["parameters"]},
        **{f"far_{model}": f"{errors[model, 'beyond'][-1]:.3f}" for model in found["parameters"]},
        **{f"within_{model}": f"{errors[model, 'within'][-1]:.3f}" for model in found["parameters"]},
        "noise": figure(found["noise"]), "constant": f"{constant:.3f}", "worse": some if worse else none,
        "average": f"{found['average'][0]:.3f}", "far_average": f"{found['average'][-1]:.3f}",
        "weights": _listed(found["weights"][:-1]), "residual": _listed(found["residual_weights"][:-1]),
        "fed_back": f"{found['fed_back_error']['linear']:.3f}", "flat": f"{found['fed_back_error']['constant']:.3f}",
        "noiseless": f"{found['noiseless']:.0e}", "tau": str(found["tau"]), "oldest": _oldest(found["tau"]),
        "trained": str(found["trained"]),
    }  # fmt: skip
    doors = (
        Door(both("A window over text: train the MLP", "在文本上用窗口：训练多层感知机"), "train", {"model": "mlp"}),
        Door(both("A state over text: train the RNN", "在文本上用隐状态：训练循环神经网络"), "train", {"model": "rnn"}),
        Door(both("Windows of tokens: Markov models", "词元的窗口：马尔可夫模型"), "corpus", {}),
    )
    charts = [curves_chart(found, language), steps_chart(found, language)]
    return Seen(_right(found), said, table=error_table(found, language), charts=charts, doors=doors)


def _right(found: Json) -> int:
    """Return which choice the linear model's fed-back curve makes true."""
    last = found["fed_back"]["linear"][-_LAST:]
    if max(map(abs, last)) > _GROWS:
        return 2
    return 0 if (max(last) - min(last)) / 2 > _SWINGS else 1


def _listed(weights: list[float]) -> str:
    return ", ".join(f"{weight:.3f}".replace("-", "−") for weight in weights)


def _check(lab: Lab, language: str, given: str) -> Checked:
    noise = figure(lab.still_average(10**9))  # of so many values the mean has no noise left: only the target's own
    why = both(
        f"The mean of {_TAU} values has a variance of {noise}² / {_TAU}, and the next value has {noise}² of its own. They add up, and the root is"
        " {right}.",
        f"{_TAU} 个值的平均，方差为 {noise}² / {_TAU}；下一个值自身的方差为 {noise}²。两者相加再开方，得 {{right}}。",
    )
    return number_checked(given, lab.still_average(_TAU), why, language)


LESSON = Lesson(
    name="sine", section="D2L 8.1", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("A window or a state", "窗口还是隐状态"),
    story=both(
        "Before text, the book predicts numbers: a sine with noise, 1,000 steps, xₜ = sin(0.01 t) plus a normal error of standard deviation"
        " 0.2. An autoregressive model sees the last {tau} values, xₜ = f(xₜ₋₁, …, {oldest}); a latent one carries a state,"
        " hₜ = g(hₜ₋₁, xₜ₋₁), and reads xₜ off it. Both learn from the first 600. From there on they get no more values, only"
        " their own predictions.",
        "在文本之前，书中先预测数：一条带噪声的正弦，共 1,000 步，xₜ = sin(0.01 t) 加上标准差为 0.2 的正态误差。自回归模型看最近 {tau} 个值，"
        "xₜ = f(xₜ₋₁, …, {oldest})；隐变量自回归模型传递隐状态，hₜ = g(hₜ₋₁, xₜ₋₁)，再由它读出 xₜ。两者都从前 600 个值学习。"
        "此后不再给它们任何值，只有它们自己的预测。",
    ),
    question=both(
        "The linear model of {tau} values is fed its own predictions for 400 steps. What does its curve do?",
        "让看 {tau} 个值的线性模型连续 400 步只用自己的预测，它的曲线会怎样？",
    ),
    choices=(
        both("it goes on as a sine: that is what it has learned", "继续走正弦：它学的就是这个"),
        both("it goes flat", "变平"),
        both("it grows out of the picture", "越来越大，冲出画面"),
    ),
    see=(
        both(
            "One step ahead all are near the floor: {one_linear} the linear one, {one_mlp} the MLP and {one_rnn} the RNN, and no model can"
            " have less than {noise}, the noise of the value to come. It is easy: the sine hardly moves in a step. The linear model's weights are"
            " {weights}: it has learned to average the last {tau} values, and the formula for such an average gives {average}. The RNN's state can"
            " hold more than {tau} values.",
            "提前一步，三者都接近下限：线性模型 {one_linear}，多层感知机 {one_mlp}，循环网络 {one_rnn}；没有模型能低于 {noise}，即未来那个值自身的噪声。"
            "这并不难：一步之内正弦几乎不动。线性模型的权重是 {weights}：它学会的是把最近 {tau} 个值平均，而这种平均的误差按公式是 {average}。"
            "循环网络的隐状态则可容纳不止 {tau} 个值。",
        ),
        both(
            "Many steps ahead that is not enough. At 64 steps the linear model has {far_linear} (an average that stays where it is:"
            " {far_average}), the MLP {far_mlp}, the RNN {far_rnn}; always saying the mean has {constant}; {worse}. Inside the stretch that"
            " they learned from the three have {within_linear}, {within_mlp} and {within_rnn}: interpolating is easier than extrapolating.",
            "提前许多步，这就不够了。提前 64 步时，线性模型为 {far_linear}（停在原处的平均：{far_average}），多层感知机 {far_mlp}，循环网络 {far_rnn}；"
            "总说均值的常数为 {constant}；{worse}。在训练过的那一段之内，三者为 {within_linear}、{within_mlp}、{within_rnn}：内插比外推容易。",
        ),
        both(
            "Fed back from t = {trained} on, every curve goes flat, none goes on as a sine; over the 400 steps the linear one has an RMSE of {fed_back}, more"
            " than the mean's {flat}. It is the noise that does this. Without it two values are enough for ever, xₜ = 2 cos(0.01) xₜ₋₁ − xₜ₋₂, and a linear"
            " model that learns from a clean sine errs by {noiseless} over the same 400 steps. With noise, the best next step is a careful one, and"
            " 400 careful steps lead nowhere.",
            "从 t = {trained} 起只用自己的预测，每条曲线都变平，没有一条继续走正弦；400 步上线性模型的均方根误差为 {fed_back}，比均值的"
            " {flat} 还大。原因在于噪声。"
            "没有噪声时，两个值就永远够用：xₜ = 2 cos(0.01) xₜ₋₁ − xₜ₋₂，从干净正弦学来的线性模型在同样 400 步上只差 {noiseless}。"
            "有噪声时，最好的一步是谨慎的一步，而 400 个谨慎的步子哪里也到不了。",
        ),
        both(
            "One may also predict how far the next value lies from the last one: xₜ = xₜ₋₁ + f(xₜ₋₁, …, {oldest}), a residual model."
            " For a linear f this is the same model: its weights are {residual}, the first one less by 1 and the others the same.",
            "也可以预测下一个值与上一个值之差：xₜ = xₜ₋₁ + f(xₜ₋₁, …, {oldest})，即残差形式。当 f 是线性的，这还是同一个模型："
            "权重为 {residual}，第一个少 1，其余相同。",
        ),
    ),
    exercise=Exercise(
        both(
            "Suppose that the sine stood still, and a model predicted the next value by the mean of the last {tau}; each value has its own noise"
            " of standard deviation 0.2. What is its root mean square error?",
            "假设正弦静止不动，模型用最近 {tau} 个值的平均来预测下一个值；每个值各有标准差 0.2 的噪声。均方根误差是多少？",
        ),
        _check,
        both("a number such as 0.5", "一个数，例如 0.5"),
    ),
)  # fmt: skip
