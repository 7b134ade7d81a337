"""The words of the gradient flow in the tab Gradients and in its lesson."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "flow.title": both("How far back does a gradient reach?", "梯度能传回多远？"),
    "flow.text": both("Text", "文本"),
    "flow.text_help": both(
        "Sixteen tokens of it, evenly spread, are predicted; the model reads everything before.",
        "从中均匀取十六个词元作预测，模型会读完它们之前的全部文本。",
    ),
    "flow.checkpoint": both("Recurrent models, up to four", "循环神经网络，最多四个"),
    "flow.lags": both("Steps to go back", "回溯步数"),
    "flow.untrained": both("Also before training", "同时看训练之前"),
    "flow.measure": both("Measure", "测量"),
    "flow.stop": both("Stop", "停止"),
    "flow.none": both(
        "There is no recurrent model here yet. Train one in the tab Train: rnn_scratch, rnn, gru or lstm.",
        "这里还没有循环神经网络。请先在“训练”中训练一个：rnn_scratch、rnn、gru 或 lstm。",
    ),
    "flow.choose": both("Choose one to four recurrent models.", "请选择一到四个循环神经网络。"),
    "flow.start": both(
        "Choose models and press Measure: the loss of one token is followed back, state by state.",
        "选择模型并点击“测量”：把一个词元的损失逐个状态地往回追。",
    ),
    "flow.chart": both("Gradient norm by lag, trained models", "梯度范数随回溯步数的变化，训练之后"),
    "flow.chart_before": both(
        "The same before training: the weights the runs began with", "训练之前的同一测量：训练开始时的权重"
    ),
    "flow.about": both(
        "‖∂L/∂state‖: how much the loss of the token predicted would change with the state k steps before it. Geometric mean of {positions} "
        "predictions; a band, or ×÷ in the table, is a standard deviation of the logarithms.",
        "‖∂L/∂状态‖：被预测词元的损失随 k 步之前的状态变化的程度。取 {positions} 次预测的几何平均；阴影或表中的 ×÷ 为对数的一个标准差。",
    ),
    "flow.x": both("lag k: steps before the prediction", "回溯步数 k：预测之前的步数"),
    "flow.y": both("gradient norm (nats per unit of state)", "梯度范数（纳特/单位状态）"),
    "flow.all_parts": both("whole state", "整个状态"),
    "flow.part_hidden": both("hidden state H", "隐状态 H"),
    "flow.part_cell": both("memory cell C", "记忆元 C"),
    "flow.part_input_gate": both("input gate I", "输入门 I"),
    "flow.part_forget_gate": both("forget gate F", "遗忘门 F"),
    "flow.part_output_gate": both("output gate O", "输出门 O"),
    "flow.part_reset_gate": both("reset gate R", "重置门 R"),
    "flow.part_update_gate": both("update gate Z", "更新门 Z"),
    "flow.part_candidate": both("candidate", "候选状态"),
    "flow.heads": both(
        " · norm at lag 1 · norm at lag {lags} · halved after (steps) · 1/100 after (steps) · spectral radius of W_hh · greatest singular value",
        " · 步数 1 处的范数 · 步数 {lags} 处的范数 · 减半（步） · 降至 1/100（步） · W_hh 的谱半径 · 最大奇异值",
    ),
    "flow.more": both("more than {steps}", "超过 {steps}"),
    "flow.tiny": both("below 10⁻⁵⁰", "低于 10⁻⁵⁰"),
    "flow.said_model": both(
        "{name}: halved {half} steps behind lag 1, down to 1/100 {hundredth} steps behind it.",
        "{name}：从步数 1 起，经过 {half} 步减半，经过 {hundredth} 步降至 1/100。",
    ),
    "flow.said_farthest": both(
        "{lags} steps back, {best} still feels {best_share} of what it feels at lag 1, {worst} {worst_share}.",
        "回溯 {lags} 步时，{best} 仍保留步数 1 处的 {best_share}，而 {worst} 只剩 {worst_share}。",
    ),
    "flow.said_bound": both(
        "In a plain RNN no step lengthens a gradient by more than the greatest singular value of W_hh (Pascanu et al. 2013): below 1 it must "
        "vanish, only above 1 can it explode. Above 1 it may still vanish, as tanh flattens wherever the state is large. Gates go another way "
        "around: their state is also handed on directly.",
        "在普通 RNN 中，每一步最多把梯度放大到 W_hh 最大奇异值的倍数（Pascanu 等，2013）：小于 1 则必然消失，只有大于 1 才可能爆炸。"
        "大于 1 也仍可能消失，因为状态较大处 tanh 趋于平坦。门控则另辟蹊径：状态还会被直接传递下去。",
    ),
    "flow.said_cut": both(
        "Norms below {floor} leave the picture; the table has them.", "低于 {floor} 的范数不在图中，见表格。"
    ),
    "flow.training": both("The same while a model learns", "训练过程中的变化"),
    "flow.model": both("Model", "模型"),
    "flow.corpus": both("Corpus", "语料"),
    "flow.train": both("Train and measure", "训练并测量"),
    "flow.training_chart": both("Gradient norm by lag, at three moments of a run", "训练中三个时刻的梯度范数"),
    "flow.training_about": both(
        "{model} learns from {corpus} for {steps} steps with its usual settings; measured on the held-out text.",
        "{model} 以默认设置、以 {corpus} 为语料训练 {steps} 步；在留出文本上测量。",
    ),
    "flow.moment": both("after {step} steps", "{step} 步之后"),
    "flow.moment_first": both("before the first step", "第一步之前"),
    "flow.singular": both("Singular values of W_hh", "W_hh 的奇异值"),
    "flow.singular_about": both(
        "How much W_hh lengthens a vector, direction by direction. Above 1 a step can lengthen the gradient in that direction, below it cannot; of"
        " gated models the block that lengthens most.",
        "W_hh 在各个方向上把向量拉长多少倍。大于 1 的方向上，一步可以放大梯度，小于 1 则不能；门控模型取放大最多的那一块。",
    ),
    "flow.singular_y": both("singular value", "奇异值"),
    "flow.rank": both("rank", "名次"),
    "flow.eigenvalues": both("Eigenvalues of W_hh", "W_hh 的特征值"),
    "flow.eigenvalues_about": both(
        "After many steps of a linear network only they count: outside the unit circle a direction explodes, inside it vanishes, and off the real axis it"
        " turns. Tanh and gates pull all of them inwards.",
        "线性网络走了许多步之后，只有特征值起作用：单位圆外的方向爆炸，圆内的消失，离开实轴的会旋转。tanh 与门把它们都往里拉。",
    ),
    "flow.block": both("W_hh of", "W_hh 所属模型"),
    "flow.radius": both("spectral radius", "谱半径"),
    "flow.outside": both("outside the unit circle", "单位圆外"),
    "flow.circle": both("unit circle", "单位圆"),
    "flow.real": both("real part", "实部"),
    "flow.imaginary": both("imaginary part", "虚部"),
}
