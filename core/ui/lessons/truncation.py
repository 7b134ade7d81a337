"""Lesson: a coin at every step cuts the gradient and leaves its mean exactly as it was; what it costs is spread (D2L 8.7)."""

from __future__ import annotations

from core.lab import Lab
from core.language import both
from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.lessons.answers import number_given
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, figure

_ASKED = 0.5  # the coin of the question
_OTHERS = (0.95, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3)
# The exercise: a term from so many steps back may at most be multiplied by so much.
_BACK, _MOST = 10, 2
# How much above the least pi an answer may lie: two digits suffice.
_TOLERANCE = 0.01


def _facts(lab: Lab, language: str) -> Facts:
    found = lab.truncation_of_a_small_network((_ASKED,))
    return Facts({
        "full": figure(found["full"]), "weight": figure(found["weight"]), "steps": str(found["steps"]), "pi": figure(_ASKED),
        "throws": f"{found['randomised'][0]['throws']:,}", "back": str(_BACK), "most": str(_MOST),
    })  # fmt: skip


def _run(lab: Lab, language: str) -> Seen:
    found = lab.truncation_of_a_small_network(tuple(sorted((_ASKED, *_OTHERS), reverse=True)))
    rows = {row["carry_probability"]: row for row in found["randomised"]}
    asked, true = rows[_ASKED], found["full"]
    off_by = asked["off_by"]
    # Both are sums of a thousand products: what is left between them is rounding.
    right = 0 if off_by < 1e-12 else 1 if abs(asked["mean"]) < abs(true) else 2
    wrong = [tau for tau, value in enumerate(found["truncated"], start=1) if value * true < 0]
    enough = next(tau for tau, value in enumerate(found["truncated"], start=1) if abs(value - true) < 1e-12)
    likeliest, share = asked["outcomes"][0]
    comma = both(", ", "、").in_language(language)
    said = {
        "mean": figure(asked["mean"]), "off_by": f"{off_by:.0e}" if off_by else "0", "values": str(len(asked["outcomes"])),
        "likeliest": figure(likeliest), "share": figure(100 * share), "wrong": comma.join(map(str, wrong)), "enough": str(enough),
        "first": figure(found["truncated"][0]), "spread": figure(asked["spread"]), "times": figure(asked["spread"] / abs(true)),
        "mild": figure(rows[0.9]["spread"]), "harsh": figure(rows[0.3]["spread"]),
        "harsh_times": figure(rows[0.3]["spread"] / abs(true)), "from_errors": figure(asked["from_errors"]),
    }  # fmt: skip
    doors = (
        Door(
            both("Do it to a real network", "在真实网络上试一试"), "gradients", {"section": "truncation", "pi": _ASKED}
        ),
        Door(both("Train an RNN", "训练一个循环神经网络"), "train", {"model": "rnn"}),
    )
    return Seen(right, said, table=_table(found, language), charts=_charts(found, language), doors=doors)


def _charts(found: Json, language: str) -> list[Json]:
    true = found["full"]
    level = both("full gradient", "完整梯度").in_language(language)
    cut = Series(
        both("truncated to τ steps", "截断到 τ 步").in_language(language),
        [(float(tau), value) for tau, value in enumerate(found["truncated"], start=1)],
    )
    spread = Series(
        both("standard deviation of one throw", "单次的标准差").in_language(language),
        [(row["carry_probability"], row["spread"]) for row in reversed(found["randomised"])],
    )
    zero = both("zero: beyond, the sign is wrong", "零线：另一侧符号相反").in_language(language)
    return [
        chart_value(
            both("Always after τ steps: without spread, and wrong", "总在 τ 步后截断：没有离散，但不对").in_language(language),
            Axis(both("τ, steps back", "τ，回传步数").in_language(language)), Axis("dh₁₀/dw"), [cut],
            levels=[Level(level, true), Level(zero, 0.0)],
        ),
        chart_value(
            both("By a coin: right on average, and spread", "掷硬币：平均不差，但离散").in_language(language),
            Axis(both("π, chance to pass a step", "π，通过一步的概率").in_language(language)),
            Axis(both("standard deviation (logarithmic)", "标准差（对数）").in_language(language), log=True), [spread],
            levels=[Level(level, abs(true))],
        ),
    ]  # fmt: skip


def _table(found: Json, language: str) -> list[list[str]]:
    heads = both(
        "π · mean of all throws · standard deviation · as a multiple of the gradient",
        "π · 所有掷法的均值 · 标准差 · 相当于梯度的倍数",
    )
    rows = [
        [figure(row["carry_probability"]), figure(row["mean"]), figure(row["spread"]), figure(row["spread"] / abs(found["full"]))]
        for row in found["randomised"]
    ]  # fmt: skip
    return [heads.in_language(language).split(" · "), *rows]


def _check(lab: Lab, language: str, answer: str) -> Checked:
    """Say whether this is the least pi for which a term from ten steps back is at most doubled."""
    pi = number_given(answer)
    carried = lab.carried_by_coins(pi, _BACK)
    facts = {
        "pi": f"{pi:g}", "factor": figure(carried["factor"]), "share": figure(100 * carried["probability"]), "back": _BACK,
        "most": _MOST,
    }  # fmt: skip
    if carried["factor"] > _MOST * (1 + 1e-2):  # two digits of pi move the factor by a hundredth
        verdict = both(
            "Too small: with π = {pi} a term from {back} steps back arrives multiplied by {factor}, in {share} % of the throws.",
            "太小：π = {pi} 时，{back} 步以前的项到达时被放大 {factor} 倍，只有 {share} % 的掷法能到达。",
        )
        return Checked(False, verdict.in_language(language).format(**facts))
    if pi > _TOLERANCE and lab.carried_by_coins(pi - _TOLERANCE, _BACK)["factor"] < _MOST:
        verdict = both(
            "That keeps to it, but a smaller π would too: with π = {pi} such a term is only multiplied by {factor}.",
            "满足要求，但更小的 π 也行：π = {pi} 时这样的项只放大 {factor} 倍。",
        )
        return Checked(False, verdict.in_language(language).format(**facts))
    verdict = both(
        "With π = {pi} it is multiplied by {factor}, and arrives in {share} % of the throws. Long memory and little spread want a π"
        " close to 1, and then hardly anything is saved.",
        "π = {pi} 时放大 {factor} 倍，{share} % 的掷法能到达。要记得久又要离散小，π 就得接近 1，那样几乎省不了什么。",
    )
    return Checked(True, verdict.in_language(language).format(**facts))


LESSON = Lesson(
    name="truncation", section="D2L 8.7", tabs=("gradients",), facts=_facts, run=_run,
    title=both("A coin at every step", "每一步掷一次硬币"),
    story=both(
        "The smallest recurrent network has one unit: hₜ = tanh(xₜ + w hₜ₋₁). Here w = {weight}, and it reads {steps} numbers, xₜ = ½ sin"
        " 2t. Its last"
        " state moves with its weight by {full}; to find that out, back-propagation goes back through all steps. One may go back a fixed"
        " number of steps, τ, and leave it at that. Or one throws a coin at every step: with probability π the gradient passes and is multiplied"
        " by 1/π, else it ends there. {steps} coins can fall in {throws} ways, and the program tries them all.",
        "最小的循环网络只有一个单元：hₜ = tanh(xₜ + w hₜ₋₁)。这里 w = {weight}，读入 {steps} 个数 xₜ = ½ sin 2t。最后的状态随权重的变化率为 {full}；"
        "要求出它，反向传播要走完所有步。可以只回传固定的 τ 步，到此为止；也可以每步掷一次硬币：以概率 π 放行并乘以 1/π，否则到此为止。"
        "{steps} 枚硬币共有 {throws} 种掷法，程序会全部试一遍。",
    ),
    question=both(
        "With π = {pi} half of all gradients end at the very first coin. What is their mean over all throws?",
        "π = {pi} 时，一半的梯度在第一枚硬币处就结束了。对所有掷法取平均，结果如何？",
    ),
    choices=(
        both("exactly the full gradient", "恰好等于完整梯度"),
        both("smaller: what is cut off is lost", "偏小：截掉的就丢了"),
        both("larger: what passes is doubled every time", "偏大：通过的每次都翻倍"),
    ),
    see=(
        both(
            "{mean}, which is the full gradient; the two differ by {off_by}, and that is rounding. What the coin takes away in one half of"
            " the throws it"
            " gives back in the other: ξ is 1/π with probability π, and its mean is 1 (Tallec and Ollivier 2017).",
            "{mean}，就是完整梯度；两者相差 {off_by}，只是舍入。硬币在一半掷法中拿走的，在另一半中还了回来：ξ 以概率 π 取 1/π，其均值为 1"
            "（Tallec 和 Ollivier，2017）。",
        ),
        both(
            "A fixed cut has no such luck. Truncated to one step the gradient is {first}; for τ = {wrong} even its sign is wrong, and a"
            " step by it goes the"
            " wrong way. Only from τ = {enough} on nothing is missing, for before the first input there is nothing to learn from.",
            "固定截断就没有这样的好事。截断到一步时梯度为 {first}；τ = {wrong} 时连符号都是反的，按它走一步就走反了。直到 τ = {enough} 才什么都不缺，"
            "因为第一个输入之前没有什么可学。",
        ),
        both(
            "The price is spread. Nobody averages over all throws; one takes one. There are only {values} different results, for all that"
            " counts is how far back it"
            " comes, and the likeliest, {likeliest} ({share} %), has the wrong sign. The standard deviation is {spread}, which is {times}"
            " times the gradient itself;"
            " with π = 0.9 it is {mild}, with π = 0.3 {harsh}, or {harsh_times} times.",
            "代价是离散。谁也不会对所有掷法取平均，而只掷一次。不同的结果只有 {values} 种，因为要紧的只是传回多远；最可能的是"
            " {likeliest}（{share} %），符号恰恰相反。"
            "标准差为 {spread}，是梯度本身的 {times} 倍；π = 0.9 时为 {mild}，π = 0.3 时为 {harsh}，即 {harsh_times} 倍。",
        ),
        both(
            "The two belong together. If eₘ is what truncation to m steps gets wrong, the variance of a throw is (1 - π) times the sum of"
            " eₘ² / πᵐ. From the"
            " errors in the first picture that gives a standard deviation of {from_errors}: the one that the throws have. What the fixed"
            " cut hides as bias, the coin"
            " shows as spread, the more so the farther back it lies.",
            "两者本是一回事。若 eₘ 是截断到 m 步的误差，则单次的方差等于 (1 - π) 乘以 eₘ² / πᵐ 之和。由第一幅图中的误差算得标准差 {from_errors}，"
            "正是各种掷法的标准差。固定截断把它藏成偏差，硬币把它摆成离散；越久远，越明显。",
        ),
    ),
    exercise=Exercise(
        task=both(
            "A term of the gradient comes from {back} steps back. What is the least π for which it is multiplied by no more than {most}"
            " when it arrives? Two digits"
            " suffice.",
            "梯度中有一项来自 {back} 步以前。要使它到达时至多放大 {most} 倍，π 最小是多少？两位小数即可。",
        ),
        check=_check, hint=both("a number between 0 and 1", "0 到 1 之间的数"),
    ),
)  # fmt: skip
