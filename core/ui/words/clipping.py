"""The words of clipping and of the cliff in the tab Gradients and in their lesson."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "clipping.title": both(
        "Gradient clipping: how long were the gradients of a run?", "梯度裁剪：一次训练中的梯度有多长？"
    ),
    "clipping.source": both("Run", "训练"),
    "clipping.source_help": both(
        "A checkpoint's kept history, or a short run made now.", "检查点保存的训练记录，或现在做一次短训练。"
    ),
    "clipping.new_run": both("new run: {model} on {corpus}, 200 steps", "新训练：{model}，语料 {corpus}，200 步"),
    "clipping.theta": both("Threshold θ", "阈值 θ"),
    "clipping.theta_help": both("0: that of the run.", "0：取该次训练的阈值。"),
    "clipping.measure": both("Measure", "测量"),
    "clipping.stop": both("Stop", "停止"),
    "clipping.start": both("Choose a run and press Measure.", "选择一次训练并点击“测量”。"),
    "clipping.none": both("No model here learns by gradient.", "这里没有靠梯度学习的模型。"),
    "clipping.norms": both("Norms of the gradients before clipping", "裁剪之前的梯度范数"),
    "clipping.norms_about": both(
        "{name}: {steps} steps, one norm each: all parameters' gradients taken as one vector.",
        "{name}：{steps} 步，每步一个范数：所有参数的梯度看作一个向量。",
    ),
    "clipping.norms_x": both("‖g‖ (nats per unit of weight)", "‖g‖（纳特/单位权重）"),
    "clipping.norms_y": both("steps", "步数"),
    "clipping.norms_series": both("steps with such a norm", "具有该范数的步数"),
    "clipping.theta_level": both("threshold θ = {theta}", "阈值 θ = {theta}"),
    "clipping.norms_said": both(
        "Median {median}, longest {longest}. θ = {theta} shortens {share} of the steps; the others stay as they are.",
        "中位数 {median}，最长 {longest}。θ = {theta} 会缩短其中 {share} 的步，其余不变。",
    ),
    "clipping.norms_off": both(
        "Median {median}, longest {longest}. This run did not clip (θ = 0).",
        "中位数 {median}，最长 {longest}。该次训练未作裁剪（θ = 0）。",
    ),
    "clipping.norms_thinned": both(
        "The history of this run keeps every {stride}th step only.", "该次训练的记录只保留每 {stride} 步中的一步。"
    ),
    "clipping.diverged": both(
        "The loss became no number at all after {steps} steps: the run has diverged. A smaller θ or learning rate would have held it.",
        "第 {steps} 步之后损失已不是数：训练发散了。更小的 θ 或学习率可以避免。",
    ),
    "clipping.bends": both("Clip the norm, or clamp every element?", "裁剪范数，还是逐元素截断？"),
    "clipping.bends_about": both(
        "A real gradient of {parameters} elements, norm {norm}, greatest element {greatest} (of a new run its longest; of a checkpoint that of its loss on"
        " the first 64 tokens of a story): how far its direction turns.",
        "一个真实的梯度：{parameters} 个元素，范数 {norm}，最大元素 {greatest}（新训练取其最长的梯度；"
        "检查点取其在一个故事前 64 个词元上的损失的梯度）。方向偏转多少？",
    ),
    "clipping.bends_x": both("threshold c, as a share of the greatest element", "阈值 c 占最大元素的比例"),
    "clipping.bends_y": both("angle to the gradient (degrees)", "与原梯度的夹角（度）"),
    "clipping.bends_clamp": both("clamp every element to ±c", "逐元素截断到 ±c"),
    "clipping.bends_clip": both("clip the norm, to the same length", "裁剪范数，到同样长度"),
    "clipping.bends_sign": both("sign of the gradient", "梯度的符号向量"),
    "clipping.bends_heads": both(
        "c · share of the greatest · elements cut off · norm left · degrees, clamped · degrees, clipped by norm",
        "c · 占最大元素 · 被截断的元素 · 剩余范数 · 角度，逐元素截断 · 角度，裁剪范数",
    ),
    "clipping.bends_said": both(
        "Cut to {norm_share} of its length by clamping, the gradient turns by {degrees}°; clipped by norm to the same length, by 0°. In the end every "
        "element counts alike, and what is left is the sign of the gradient, {sign}° away.",
        "逐元素截断到原长的 {norm_share} 时，方向偏转 {degrees}°；裁剪范数到同样长度，偏转 0°。阈值再小，每个元素的作用趋于相同，最终只剩梯度的符号向量，"
        "相差 {sign}°。",
    ),
    "cliff.title": both("A cliff, and three ways down", "悬崖，与三种下山方式"),
    "cliff.rate": both("Learning rate", "学习率"),
    "cliff.theta": both("Threshold θ", "阈值 θ"),
    "cliff.draw": both("Descend", "下降"),
    "cliff.start": both(
        "A loss of two weights that has a cliff. Press Descend and watch three walkers who start at the same place.",
        "一个只有两个权重、却带有悬崖的损失函数。点击“下降”，看从同一处出发的三位行者。",
    ),
    "cliff.surface": both("The loss, and where each descent walks", "损失曲面与三条路径"),
    "cliff.about": both(
        "One recurrent unit, x = w·sigmoid(x) + b, fifty steps from x = 1/2; loss: how far sigmoid(x) is from 0.7, squared (after Pascanu et al. 2013).",
        "一个循环单元：x = w·sigmoid(x) + b，从 x = 1/2 走五十步；损失为 sigmoid(x) 与 0.7 之差的平方（仿 Pascanu 等，2013）。",
    ),
    "cliff.plain": both("gradient descent", "梯度下降"),
    "cliff.clipped": both("clipped at θ", "在 θ 处裁剪"),
    "cliff.searched": both("line search (Wolfe)", "线搜索（Wolfe 条件）"),
    "cliff.path_heads": both("way · step · w · b · loss · ‖g‖", "路径 · 步 · w · b · 损失 · ‖g‖"),
    "cliff.said_thrown": both(
        "Gradient descent meets a gradient of norm {norm} at step {step} and is thrown {far} away, out of the picture, to loss {end}.",
        "梯度下降在第 {step} 步遇到范数为 {norm} 的梯度，被抛到 {far} 之外、离开图面，最终损失 {end}。",
    ),
    "cliff.said_held": both(
        "Gradient descent meets a gradient of norm {norm} at step {step} and, with this learning rate, is not thrown far: it ends at loss {end}.",
        "梯度下降在第 {step} 步遇到范数为 {norm} 的梯度；在此学习率下没有被抛远，最终损失 {end}。",
    ),
    "cliff.said_clipped": both(
        "Clipped at θ = {theta}, no step is longer than rate × θ = {longest}, though a gradient of norm {norm} was met: it ends at loss {end}.",
        "在 θ = {theta} 处裁剪，每步最长为学习率 × θ = {longest}，尽管遇到过范数为 {norm} 的梯度：最终损失 {end}。",
    ),
    "cliff.said_searched": both(
        "The line search reaches loss {end} in {steps} steps, for which it looked at the loss {trials} times.",
        "线搜索用 {steps} 步到达损失 {end}，为此共计算损失 {trials} 次。",
    ),
    "cliff.losses": both("Loss by step", "损失随步数的变化"),
    "cliff.losses_x": both("step", "步"),
    "cliff.losses_y": both("loss", "损失"),
    "cliff.search": both("One step of the line search: what it tried", "线搜索的一步：试了哪些步长"),
    "cliff.search_about": both(
        "From loss {value} along −g. Low enough: below the straight line f + {decrease}·a·p·g. Level enough: |p·∇f(x + a p)| ≤ {curvature}·|p·g| = {bound} "
        "(strong Wolfe conditions).",
        "从损失 {value} 出发，沿 −g 方向。足够低：在直线 f + {decrease}·a·p·g 之下。足够平：|p·∇f(x + a p)| ≤ {curvature}·|p·g| = {bound}（强 Wolfe 条件）。",
    ),
    "cliff.search_x": both("step length a", "步长 a"),
    "cliff.search_loss": both("loss on the way", "沿途的损失"),
    "cliff.search_line": both("sufficient decrease", "充分下降线"),
    "cliff.search_tried": both("tried, refused", "试过，不满足"),
    "cliff.search_taken": both("taken", "采用"),
    "cliff.search_heads": both(
        "a · f(x + a p) · p·∇f(x + a p) · low enough · long enough · not too steep upwards",
        "a · f(x + a p) · p·∇f(x + a p) · 足够低 · 足够远 · 上坡不太陡",
    ),
    "cliff.yes": both("yes", "是"),
    "cliff.no": both("no", "否"),
    "cliff.search_said": both(
        "Too short a step fails the curvature condition, too long a one sufficient decrease or the bound on the rise; doubling and halving meet at "
        "a = {length} after {trials} trials. Plain gradient descent would have gone a = {rate}.",
        "步长太短，不满足曲率条件；太长，则不满足充分下降，或上坡太陡。加倍与折半在 {trials} 次尝试后停在 a = {length}。普通梯度下降会取 a = {rate}。",
    ),
    "surface.numbers": both("The numbers", "具体数值"),
    "surface.hint": both("Point at a place to read its loss.", "将指针移到某处可读出损失。"),
    "surface.at": both("w = {w}, b = {b}: loss {loss}", "w = {w}，b = {b}：损失 {loss}"),
    "surface.up_to": both("up to {bound}", "至 {bound}"),
    "surface.above": both("above {bound}", "高于 {bound}"),
    "surface.start": both("start", "起点"),
    "surface.scale": both("Loss:", "损失："),
}
