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
    "step.following_title": both("The next token", "下一个词元"),
    "step.following_softmax": both(
        "Softmax turns logits into probabilities; entropy {bits} bits.",
        "softmax 把未规范化的预测变成概率；熵 {bits} 比特。",
    ),
    "step.following_mixed": both(
        "Probabilities of {members} members, weighed and added; entropy {bits} bits.",
        "{members} 个成员的概率加权相加；熵 {bits} 比特。",
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
    "heatmap.named_told": both("step {step}, {token}: {unit} = {value}", "第 {step} 步，{token}：{unit} = {value}"),
    "heatmap.columns": both("Columns: {names}", "各列：{names}"),
    "heatmap.named_title": both("{name}: {steps} steps × {units} columns", "{name}：{steps} 步 × {units} 列"),
    "heatmap.named_follow": both("Follow column", "跟踪列"),
    "heatmap.named_active": both("Largest at step {step}: {units}", "第 {step} 步最大的列：{units}"),
    "heatmap.none": both("no number", "无数值"),
    "heatmap.follow": both("Follow unit", "跟踪单元"),
    "heatmap.followed": both("The text, coloured by the unit that is followed", "按所跟踪的单元着色的文本"),
    "heatmap.active": both("Most active at step {step}: {units}", "第 {step} 步最活跃的单元：{units}"),
    "path.title": both("The back-off path to “{token}”: {probability}", "通向“{token}”的回退路径：{probability}"),
    "path.about_next": both(
        "At step {step} the text goes on with “{token}”. Every context gives a share; what it leaves goes to the shorter one.",
        "第 {step} 步之后文本接下来是“{token}”。每个上下文给出自己的份额，剩下的权重留给更短的上下文。",
    ),
    "path.about_other": both(
        "What “{token}” would get after step {step}. Every context gives a share; what it leaves goes to the shorter one.",
        "第 {step} 步之后“{token}”会得到多少。每个上下文给出自己的份额，剩下的权重留给更短的上下文。",
    ),
    "path.tokens": both("The token whose path is shown", "所示路径的词元"),
    "path.none": both("(no context)", "（无上下文）"),
    "path.context": both("context", "上下文"),
    "path.total": both("N(c), tokens after it", "N(c)，其后词元数"),
    "path.types": both("T(c), different ones", "T(c)，不同种数"),
    "path.count": both("n(cw), this one", "n(cw)，此词元"),
    "path.arriving": both("weight that arrives", "到达的权重"),
    "path.own": both("own share", "自己的份额"),
    "path.rest": both("left to the shorter", "留给更短的"),
    "path.probability": both("P up to here", "至此的概率"),
    "path.adds": both("adds: arrives × own", "贡献：到达 × 自己的"),
    "path.short_own": both("own", "自己的"),
    "path.short_rest": both("left", "留下"),
    "path.short_probability": both("P", "概率"),
    "path.short_arriving": both("arrives", "到达"),
    "path.short_adds": both("adds", "贡献"),
    "path.bar": both("of the probability", "占概率之比"),
    "path.unseen": both(
        "not in the counts: all weight goes on to the shorter one", "计数中没有：全部权重留给更短的上下文"
    ),
    "path.unasked": both("not asked by this model", "此模型不采用"),
    "path.uniform": both("never counted: evenly to all", "未计数部分：平均分给所有词元"),
    "path.together": both("together", "合计"),
    "path.look": both("show its places in the training text", "显示它在训练文本中的位置"),
    "path.hint": both(
        "Choose a context to see where it stands in the training text, or another token above.",
        "选择一个上下文，查看它在训练文本中的位置；或在上方另选词元。",
    ),
    "path.counted": both(
        "† Numbers of different tokens that stood before, not of occurrences: “Francisco” is frequent, but only after “San” "
        "(Kneser-Ney).",
        "† 统计的是其前面不同词元的种数，而不是出现次数：“Francisco”很常见，但只出现在“San”之后（Kneser-Ney）。",
    ),
    "path.impossible": both(
        "No context gives it anything: impossible for this model.", "没有上下文给它份额：此模型认为不可能。"
    ),
    "path.sum": both(
        "P({token} | {context}) = {own} (own) + {rest} (left) × {shorter} (P({token} | {below})) = {probability}",
        "P({token} | {context}) = {own}（自己的）+ {rest}（留下的）× {shorter}（P({token} | {below})）= {probability}",
    ),
    "path.sum_uniform": both(
        "P({token}) = {own} + {rest} × {shorter} = {probability}; {shorter} is the even share of every token.",
        "P({token}) = {own} + {rest} × {shorter} = {probability}；{shorter} 是平均分给每个词元的份额。",
    ),
    "path.sum_alone": both(
        "P({token} | {context}) = {own}: it was seen here, so shorter contexts are not asked.",
        "P({token} | {context}) = {own}：在此见过，因此不再看更短的上下文。",
    ),
    "path.sum_unseen": both(
        "“{context}” is not in the counts: the shorter context decides, {probability}.",
        "计数中没有“{context}”：由更短的上下文决定，{probability}。",
    ),
    "path.sum_unasked": both(
        "“{context}” is not asked here: {probability} comes from elsewhere.",
        "此处不采用“{context}”：{probability} 来自别处。",
    ),
    "places.label": both("Places in the text", "文本中的位置"),
    "places.title": both("Places of “{run}” in {corpus}", "“{run}”在{corpus}中的位置"),
    "places.title_empty": both("Places of “{token}” in {corpus}", "“{token}”在{corpus}中的位置"),
    "places.own": both("your text", "您的文本"),
    "places.about": both("Places: {total} among {tokens} tokens.", "在 {tokens} 个词元中出现 {total} 次。"),
    "places.about_token": both(
        "“{token}” follows {same} of them ({share} of what follows).",
        "其后为“{token}”的有 {same} 次（占后继的 {share}）。",
    ),
    "places.about_empty": both(
        "Places: {same} among {tokens} tokens ({share}).", "在 {tokens} 个词元中出现 {same} 次（{share}）。"
    ),
    "places.some": both("{shown} places are shown, spread over the text.", "从全文中均匀选出 {shown} 处显示。"),
    "places.none": both("“{run}” does not occur among these {tokens} tokens.", "“{run}”未在这 {tokens} 个词元中出现。"),
    "places.followers": both("What follows:", "后继词元："),
    "places.more": both("and {count} other tokens", "以及另外 {count} 种词元"),
    "places.line": both("line {line}", "第 {line} 行"),
    "places.character": both("character {character}", "字符 {character}"),
    "places.same": both("the chosen token follows", "其后为所选词元"),
    "places.head_where": both("where", "位置"),
    "places.head_before": both("before, up to the context", "前文，至上下文"),
    "places.head_after": both("what follows", "后文"),
    "places.head_mark": both("same", "相同"),
    "places.key": both("✓ and a heavy line: “{token}” follows.", "✓ 与粗线：其后为“{token}”。"),
}
