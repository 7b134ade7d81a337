"""Lesson: gates carry gradients farther, but only once they have learned to stay open (D2L 9.1, 9.2)."""

from __future__ import annotations

from collections.abc import Iterator

from core.lab import Lab
from core.language import both
from core.ui.charts.flow import flow_chart
from core.ui.figures import figure, power
from core.ui.lessons.answers import near, number_given
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, checkpoint_row
from core.ui.story import story

# By language: a plain network and one with gates that have learned the same text.
_PAIRS = {"en": ("shakespeare-rnn", "shakespeare-lstm"), "zh": ("red-chamber-rnn", "red-chamber-lstm")}
_LAGS, _NEAR, _TEXT = 64, 32, 1_200
# What is left of the gradient at the last lag, as a share of lag 1: where the answers part.
_TENS, _THOUSANDS = 1e-2, 1e-5


def _pair(lab: Lab, language: str) -> tuple[str, str]:
    plain, gated = _PAIRS[language]
    return str(checkpoint_row(lab, (plain,))["name"]), str(checkpoint_row(lab, (gated,))["name"])


def _facts(lab: Lab, language: str) -> Facts:
    row = checkpoint_row(lab, _PAIRS[language][:1])
    titles = {each["name"]: each["title"][language] for each in lab.corpora()}
    return Facts({"corpus": titles.get(str(row["corpus"]), str(row["corpus"])), "lags": str(_LAGS)})


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    text, flows = story(lab, language, _TEXT), list[Json]()
    asked = [(name, untrained) for untrained in (False, True) for name in _pair(lab, language)]
    for name, untrained in asked:
        yield len(flows) / len(asked)
        flows.append(lab.gradient_flow(name, text, _LAGS, untrained=untrained))
    plain, gated = _pair(lab, language)
    states = lab.open_units(plain, text, "hidden", "hidden", _LAGS)
    gates = [
        lab.open_units(gated, text, "forget_gate", "cell", _LAGS, untrained=untrained) for untrained in (True, False)
    ]
    # Of several layers the last one's, which reaches farthest.
    gate = [each["name"] for each in lab.inspect(gated, text[:1])["traces"] if each["name"].startswith("forget_gate")][
        -1
    ]
    yield _seen(flows, states, gates, gate, text, language)


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def left(part: Json) -> float:
    """Return what is left of a gradient at the last lag, as a share of lag 1."""
    return float((part["norm"][-1] or 0.0) / part["norm"][0])


def _seen(flows: list[Json], states: Json, gates: list[Json], gate: str, text: str, language: str) -> Seen:
    plain, gated, plain_before, gated_before = flows
    share = left(plain["whole"])
    right = 0 if share > _TENS else 1 if share > _THOUSANDS else 2
    hidden, cell = gated["parts"]
    said = {
        "lags": str(_LAGS), "plain_left": power(share), "gated_left": power(left(gated["whole"])),
        "times": figure(round(left(gated["whole"]) / share)) if share else "∞", "stretch": figure(plain["gates"][0]["norm"]),
        "hidden_half": figure(hidden["half"]), "cell_half": figure(cell["half"]), "plain_before": power(left(plain_before["whole"])),
        "gated_before": power(left(gated_before["whole"])), "slope": f"{1 - states['mean_square']:.2f}",
        "gate_before": f"{gates[0]['mean']:.2f}", "gate_after": f"{gates[1]['mean']:.2f}", "open_before": str(gates[0]["open"]),
        "open_after": str(gates[1]["open"]), "units": str(gates[1]["units"]),
        "carried_near": f"{100 * gates[1]['carried'][0]:.1f} %", "carried_far": f"{100 * gates[1]['carried'][-1]:.0f} %", **_asked(plain),
    }  # fmt: skip
    names = [plain["name"], gated["name"]]
    doors = (
        Door(
            both("Measure other models and texts", "换别的模型和文本来测量"), "gradients",
            {"section": "flow", "checkpoints": names, "text": text, "lags": _LAGS, "untrained": True},
        ),
        Door(both("Look at the forget gate", "看看遗忘门"), "inside", {"checkpoints": names[1:], "text": text[:200], "trace": gate}),
        Door(both("Off the cliff, the lesson on clipping", "课程：悬崖边上，梯度裁剪"), "learn", {"lesson": "clipping"}),
    )  # fmt: skip
    charts = (flow_chart(flows[:2], language), flow_chart(flows[2:], language, title="flow.chart_before"))
    return Seen(right, said, charts=charts, doors=doors)


def _asked(plain: Json) -> dict[str, str]:
    """Return the figures of the exercise."""
    norms = plain["whole"]["norm"]
    return {
        "near": str(_NEAR),
        "far": str(_LAGS),
        "near_norm": power(norms[_NEAR - 1]),
        "far_norm": power(norms[_LAGS - 1]),
    }


def _check(lab: Lab, language: str, typed: str) -> Checked:
    number = number_given(typed)
    norms = lab.gradient_flow(_pair(lab, language)[0], story(lab, language, _TEXT), _LAGS)["whole"]["norm"]
    steps = _LAGS - _NEAR
    right = (norms[_LAGS - 1] / norms[_NEAR - 1]) ** (1 / steps)
    said = both(
        "({far} / {near})^(1/{steps}) = {right}: every step leaves that share of the gradient, and after a hundred more {hundred} would be left.",
        "({far} / {near})^(1/{steps}) = {right}：每一步只留下这么大的比例；再走一百步，只剩 {hundred}。",
    ).in_language(language)
    shown = said.format(
        far=power(norms[_LAGS - 1]),
        near=power(norms[_NEAR - 1]),
        steps=steps,
        right=figure(right),
        hundred=power(right**100),
    )
    return Checked(near(number, right), shown)


LESSON = Lesson(
    name="flow", section="D2L 9.2", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("Why gates carry gradients farther", "门控为什么让梯度传得更远"),
    story=both(
        "A plain RNN and an LSTM have learned the same text, {corpus}. Both now read a story that they have never seen. The loss of one"
        " token is followed back through time: how large is the gradient at the state one step before, two steps before, {lags} steps before?"
        " What a model read where the gradient is nearly zero hardly teaches it anything about this token.",
        "一个普通 RNN 和一个 LSTM 学过同样的文本：{corpus}。现在它们读一个从未见过的故事。把一个词元的损失沿时间往回追："
        "一步之前、两步之前……{lags} 步之前的状态上，梯度还有多大？梯度几乎为零之处，模型在那里读到的内容对学会预测这个词元几乎没有帮助。",
    ),
    question=both(
        "In the plain RNN, how much smaller is the gradient {lags} steps back than one step back?",
        "在普通 RNN 中，{lags} 步之前的梯度比一步之前小多少？",
    ),
    choices=(
        both("up to a hundred times", "不到一百倍"),
        both("hundreds or thousands of times, up to a hundred thousand", "几百到几千倍，不超过十万倍"),
        both("more than a hundred thousand times", "超过十万倍"),
    ),
    see=(
        both(
            "{lags} steps back, {plain_left} of the RNN's gradient is left, and {gated_left} of the LSTM's: {times} times as much. The RNN's passes"
            " through W_hh and tanh at every step. The greatest singular value of its W_hh is {stretch}, so one step could lengthen it; but the slope of"
            " tanh, 1 − H², is {slope} on average, and less where the state is large, so that the product of the steps shrinks.",
            "回溯 {lags} 步时，RNN 的梯度只剩 {plain_left}，LSTM 的还剩 {gated_left}，是前者的 {times} 倍。RNN 的梯度每一步都要穿过 W_hh 和 tanh。"
            "它的 W_hh 的最大奇异值为 {stretch}，单看一步可以放大；但 tanh 的斜率 1 − H² 平均只有 {slope}，状态大处更小，连乘起来就缩小了。",
        ),
        both(
            "In the LSTM, C_t = F_t ⊙ C_{{t−1}} + I_t ⊙ G_t: the memory cell is handed on times F, without matrix or tanh, and so, beside the ways through"
            " the gates, is its gradient. It halves after {cell_half} steps, the hidden state's after {hidden_half}.",
            "在 LSTM 中，C_t = F_t ⊙ C_{{t−1}} + I_t ⊙ G_t：记忆元只乘以 F 就传下去，不经过矩阵和 tanh，除了经由各门的路径，它的梯度也是如此。"
            "记忆元的梯度经过 {cell_half} 步才减半，隐状态的只要 {hidden_half} 步。",
        ),
        both(
            "The second picture shows both before training. There the LSTM's gradient, with {gated_before} left, vanishes as well (the RNN's: {plain_before}):"
            " its forget gates stand half open, {gate_before} on average, so that every step halves what the cell hands on. Training does not open them"
            " all, their mean is now {gate_after}; it opens a few wide: {open_after} of {units} units keep F above 0.9 on average ({open_before} before)."
            " One step back these carry {carried_near} of the cell's squared gradient, {lags} steps back {carried_far}. Gates only make it possible to"
            " carry gradients far; that some do so is learned.",
            "第二张图是训练之前的情形：LSTM 的梯度只剩 {gated_before}，同样消失了（RNN：{plain_before}），因为遗忘门半开，平均 {gate_before}，"
            "记忆元传下去的每一步都减半。训练并没有把所有的门都打开，平均值现在是 {gate_after}；它只让少数门大开：{units} 个单元中有 {open_after} 个的"
            " F 平均高于 0.9（训练前 {open_before} 个）。回溯一步，它们只占记忆元梯度平方和的 {carried_near}；回溯 {lags} 步，占 {carried_far}。"
            "门控只是让梯度有可能传得远；有些单元真正做到这一点，是学来的。",
        ),
    ),
    exercise=Exercise(
        task=both(
            "From lag {near} to lag {far} the RNN's gradient falls from {near_norm} to {far_norm}. By which number is it multiplied at every step, on"
            " the geometric mean?",
            "从步数 {near} 到步数 {far}，RNN 的梯度从 {near_norm} 降到 {far_norm}。按几何平均，每一步乘以多少？",
        ),
        check=_check, hint=both("a number between 0 and 1", "0 到 1 之间的数"),
    ),
)  # fmt: skip
