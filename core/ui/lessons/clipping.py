"""Lesson: plain descent leaps off a cliff, clipped descent walks on, a line search looks before it leaps (D2L 8.5.5)."""

from __future__ import annotations

import math

from core.lab import Lab
from core.language import both
from core.ui.charts.cliff import cliff_losses, cliff_search
from core.ui.figures import figure, power
from core.ui.lessons.answers import near, typed_number
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen

_RATE, _THETA, _STEPS = 0.3, 0.1, 200
# Up to this loss the unit answers within a tenth of what it should.
_IN_THE_VALLEY = 0.01
# The threshold of the exercise.
_THETA_ASKED = 1.0


def _said(found: Json) -> dict[str, str]:
    """Return the figures of the sentences."""
    plain, clipped, searched = found["descents"]
    start, end = plain["points"][0], plain["points"][-1]
    norm, at = plain["points"][plain["steepest"]][3], plain["steepest"]
    after = plain["points"][min(at + 1, len(plain["points"]) - 1)]
    longest = max(math.dist(a[:2], b[:2]) for a, b in zip(clipped["points"], clipped["points"][1:], strict=False))
    return {
        "rate": figure(_RATE), "theta": figure(_THETA), "steps": str(_STEPS), "start": figure(start[2]), "w": figure(start[0]), "b": figure(start[1]),
        "norm": figure(norm), "at": str(at), "far": figure(_RATE * norm), "thrown": f"({after[0]:.1f}, {after[1]:.1f})", "plain_end": figure(end[2]),
        "plain_slope": power(end[3]), "longest": figure(longest), "clipped_norm": figure(clipped["points"][clipped["steepest"]][3]),
        "clipped_end": power(clipped["points"][-1][2]), "bent": f"{found['clamped_degrees']:.0f}", "searched": str(len(searched["points"]) - 1),
        "looks": str(searched["evaluations"]), "searched_end": power(searched["points"][-1][2]),
        "g_w": f"{plain['gradient'][0]:.3f}", "g_b": f"{plain['gradient'][1]:.3f}", "asked": figure(_THETA_ASKED),
    }  # fmt: skip


def _facts(lab: Lab, language: str) -> Facts:
    return Facts(_said(lab.cliff(_RATE, _THETA, _STEPS)))


def _run(lab: Lab, language: str) -> Seen:
    found = lab.cliff(_RATE, _THETA, _STEPS)
    plain, clipped, searched = (each["points"][-1][2] for each in found["descents"])
    right = 0 if max(plain, clipped) <= _IN_THE_VALLEY else 1 if clipped <= _IN_THE_VALLEY else 2
    heads = (
        both("way · longest gradient met · loss at the end", "方式 · 遇到的最长梯度 · 最终损失")
        .in_language(language)
        .split(" · ")
    )
    names = (
        both("gradient descent · clipped · line search", "梯度下降 · 裁剪 · 线搜索").in_language(language).split(" · ")
    )
    rows = [
        [name, figure(each["points"][each["steepest"]][3]), power(end)]
        for name, each, end in zip(names, found["descents"], (plain, clipped, searched), strict=True)
    ]
    doors = (
        Door(both("See the three paths over the cliff", "看悬崖上的三条路径"), "gradients", {"section": "cliff", "rate": _RATE, "theta": _THETA}),
        Door(both("How long were the gradients of a real run?", "真实训练中的梯度有多长？"), "gradients", {"section": "clipping"}),
    )  # fmt: skip
    charts = (cliff_losses(found, language), cliff_search(found, language))
    return Seen(right, _said(found), table=[heads, *rows], charts=charts, doors=doors)


def _check(lab: Lab, language: str, typed: str) -> Checked:
    number = typed_number(typed)
    plain = lab.cliff(_RATE, _THETA, _STEPS)["descents"][0]
    norm = math.hypot(*plain["gradient"])
    right = min(1.0, _THETA_ASKED / norm)
    said = both(
        "‖g‖ = √({w}² + {b}²) = {norm}, so the factor is min(1, {theta}/{norm}) = {right}.",
        "‖g‖ = √({w}² + {b}²) = {norm}，所以因子为 min(1, {theta}/{norm}) = {right}。",
    ).in_language(language)
    w, b = (f"{each:.3f}".replace("-", "−") for each in plain["gradient"])
    shown = said.format(w=f"({w})", b=f"({b})", norm=figure(norm), theta=figure(_THETA_ASKED), right=figure(right))
    return Checked(near(number, right), shown)


LESSON = Lesson(
    name="clipping", section="D2L 8.5.5", tabs=(), facts=_facts, run=_run,
    title=both("Off the cliff", "悬崖边上"),
    story=both(
        "One recurrent unit, unrolled over fifty steps, has a loss of two weights, w and b. Somewhere that loss falls like a cliff, because the"
        " gradient through fifty steps is a product of fifty factors. Three walkers start at w = {w}, b = {b}, where the loss is {start}, to go"
        " down. The first uses gradient descent with learning rate {rate}. The second does the same, but shortens a gradient longer than"
        " θ = {theta} to that length. The third tries a step before it takes it.",
        "一个循环单元展开五十步，它的损失只取决于两个权重 w 和 b。这个损失在某处像悬崖一样陡落，因为穿过五十步的梯度是五十个因子的乘积。"
        "三位行者从 w = {w}、b = {b}（损失 {start}）出发下山。第一位用学习率为 {rate} 的梯度下降；第二位也一样，只是把长于 θ = {theta} 的梯度缩短到 θ；"
        "第三位先试探步长再迈步。",
    ),
    question=both("Where are the first two after {steps} steps?", "走了 {steps} 步之后，前两位在哪里？"),
    choices=(
        both("both in the valley; the second takes longer, its steps are shorter", "都到了谷底；第二位步子小，走得慢些"),
        both("the first was thrown off the cliff and never came back; the second is in the valley", "第一位被悬崖抛飞、再没回来；第二位到了谷底"),
        both("neither is in the valley: a shorter gradient also points over the edge", "都没到谷底：缩短的梯度同样指向崖外"),
    ),
    see=(
        both(
            "At step {at} the first meets a gradient of norm {norm}. Times the learning rate that is one step of {far}, to (w, b) = {thrown}. There the"
            " sigmoid is flat, the gradient ends at {plain_slope}, and the loss stays {plain_end}.",
            "第 {at} 步，第一位遇到范数为 {norm} 的梯度，乘以学习率就是一步走出 {far}，落到 (w, b) = {thrown}。"
            "那里 sigmoid 是平的，梯度最后只有 {plain_slope}，损失停在 {plain_end}。",
        ),
        both(
            "The second met gradients up to {clipped_norm}, and no step of it was longer than rate × θ = {longest}: g ← min(1, θ/‖g‖) g. It ends at loss"
            " {clipped_end}. The direction stays as it was, so the step still leads downhill. To clamp both elements to ±θ instead would bend the"
            " gradient that threw the first by {bent}°.",
            "第二位遇到过范数高达 {clipped_norm} 的梯度，但每一步都不超过学习率 × θ = {longest}：g ← min(1, θ/‖g‖) g，最终损失 {clipped_end}。"
            "方向保持不变，所以仍然朝下坡走。若改为把两个元素各自截断到 ±θ，那个抛飞第一位的梯度会偏转 {bent}°。",
        ),
        both(
            "The third reaches loss {searched_end} in {searched} steps, and looked at the loss {looks} times for it: it takes a step only if the loss falls"
            " enough and the slope behind it is gentle enough (the Wolfe conditions). The table under the last picture shows which trial met which. On"
            " mini-batches every look costs a pass through the network, and the next batch has another loss: so networks are trained with clipping.",
            "第三位用 {searched} 步到达损失 {searched_end}，为此共看了 {looks} 次损失：只有损失降得足够多、落脚处的坡足够缓，才迈出这一步（Wolfe 条件）。"
            "最后一张图下的表格列出每次尝试满足了哪些条件。用小批量训练时，每看一次都要过一遍网络，而下一个小批量的损失又不相同，所以训练网络用的是裁剪。",
        ),
    ),
    exercise=Exercise(
        task=both(
            "At step {at} the first walker's gradient is g = ({g_w}, {g_b}). Clipped at θ = {asked}, by which number are both elements multiplied?",
            "第 {at} 步，第一位的梯度为 g = ({g_w}, {g_b})。若在 θ = {asked} 处裁剪，两个元素各乘以多少？",
        ),
        check=_check, hint=both("a number, three digits", "一个数，三位有效数字"),
    ),
)  # fmt: skip
