"""The words of the tab Look inside."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.inside": both(
        "A model reads numbers: every token becomes its id, every id a one-hot row, every row a state and a guess.",
        "模型读的是数字：每个词元变成编号，编号变成独热编码，再变成隐状态和对下一个词元的猜测。",
    ),
    "inside.look": both("Show", "查看"),
    "inside.take": both("Prefix from Write", "取用“续写”的开头"),
    "onehot.text": both("text", "文本"),
    "onehot.tokens": both("tokens and their ids", "词元与编号"),
    "onehot.matrix": both("one-hot matrix, time by vocabulary", "独热矩阵，时间步 × 词表"),
    "onehot.size": both(
        "{steps} steps × {vocab} tokens = {cells} numbers, of which {steps} are 1.",
        "{steps} 步 × {vocab} 个词元 = {cells} 个数，其中 {steps} 个为 1。",
    ),
    "onehot.cut": both("Below, the first {steps} steps one by one.", "下方逐步展示前 {steps} 步。"),
    "onehot.cell": both(
        "step {step}, “{read}” read; column “{token}” (id {id}): {value}",
        "第 {step} 步，读入“{read}”；列“{token}”（编号 {id}）：{value}",
    ),
    "onehot.hint": both(
        "Arrow keys move, Enter jumps to the 1 of the row, Home and End to the ends.",
        "方向键移动，Enter 跳到该行的 1，Home 和 End 跳到两端。",
    ),
    "onehot.more": both("and {count} more, in the matrix", "还有 {count} 个，见下方矩阵"),
    "onehot.unknown": both("unknown token", "未知词元"),
    "onehot.jump": both("Jump to its 1 in the matrix", "跳到矩阵中它的 1"),
    "inside.step": both("Step of time", "时间步"),
    "inside.trace": both("What the model shows", "模型展示的量"),
    "step.title": both(
        "Step {step} of {steps}: “{token}” (id {id}) is read", "第 {step} 步，共 {steps} 步：读入“{token}”（编号 {id}）"
    ),
    "step.row_title": both("The one-hot vector picks row {id} of {matrix}", "独热向量选出 {matrix} 的第 {id} 行"),
    "step.row_one_hot": both(
        "Its only 1 stands at {id}, so the product with all of {matrix} ({rows} × {columns}) is that row.",
        "其中唯一的 1 在位置 {id}，因此与整个 {matrix}（{rows} × {columns}）相乘就得到这一行。",
    ),
    "step.row_embedding": both(
        "This model reads an embedding: the product of the one-hot vector with all of {matrix} ({rows} × {columns}) is row {id}.",
        "此模型读取嵌入：独热向量与整个 {matrix}（{rows} × {columns}）相乘就得到第 {id} 行。",
    ),
    "step.row_left": both("row {id}", "第 {id} 行"),
    "step.row_right": both("product", "乘积"),
    "step.difference": both(
        "largest difference of all {size} numbers: {difference}", "全部 {size} 个数中最大的差：{difference}"
    ),
    "step.identity_title": both("One product or two: the same numbers", "一个乘积还是两个：数值相同"),
    "step.identity_about": both(
        "X ({input} numbers) and H of the step before ({hidden}) side by side, times both matrices stacked.",
        "把 X（{input} 个数）与上一步的 H（{hidden} 个数）并排，乘以上下叠放的两个矩阵。",
    ),
    "step.path_title": both("The back-off path", "回退路径"),
    "step.path_next": both(
        "How “{token}”, which comes next, got its probability.", "接下来的“{token}”是如何得到概率的。"
    ),
    "step.path_likeliest": both(
        "How the likeliest token, “{token}”, got its probability.", "最可能的“{token}”是如何得到概率的。"
    ),
    "step.path_context": both("context", "上下文"),
    "step.path_none": both("(none)", "（无）"),
    "step.path_count": both("this one", "此词元"),
    "step.path_total": both("tokens after it", "其后词元数"),
    "step.path_types": both("different ones", "不同种数"),
    "step.path_rest": both("left to the shorter", "留给更短的"),
    "step.path_probability": both("probability so far", "至此的概率"),
    "step.following_title": both("The next token", "下一个词元"),
    "step.following_softmax": both(
        "Softmax turns logits into probabilities; entropy {bits} bits.",
        "softmax 把未规范化的预测变成概率；熵 {bits} 比特。",
    ),
    "step.following_counts": both(
        "Probabilities from counts; entropy {bits} bits.", "由计数得到的概率；熵 {bits} 比特。"
    ),
    "step.token": both("token", "词元"),
    "step.logit": both("logit", "logit（未规范化）"),
    "step.probability": both("probability", "概率"),
    "step.next": both(
        "The text goes on with “{token}”: probability {probability}, {bits} bits of surprise.",
        "文本接下来是“{token}”：概率 {probability}，惊奇 {bits} 比特。",
    ),
    "step.next_impossible": both(
        "The text goes on with “{token}”, impossible for this model.", "文本接下来是“{token}”，此模型认为不可能。"
    ),
    "step.end": both("The text ends here.", "文本到此为止。"),
    "heatmap.label": both("Heat map, time by unit", "热图，时间步 × 单元"),
    "heatmap.title": both("{name}: {steps} steps × {units} units", "{name}：{steps} 步 × {units} 个单元"),
    "heatmap.told": both(
        "step {step} “{token}”, unit {unit}: {value}", "第 {step} 步“{token}”，第 {unit} 个单元：{value}"
    ),
    "heatmap.none": both("no number", "无数值"),
    "heatmap.follow": both("Follow unit", "跟踪单元"),
    "heatmap.followed": both("The text, coloured by the unit that is followed", "按所跟踪的单元着色的文本"),
    "heatmap.active": both("Most active at step {step}: {units}", "第 {step} 步最活跃的单元：{units}"),
}
