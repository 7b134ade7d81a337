"""The words of the Markov pictures in the tab Corpus."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "markov.title": both("Longer contexts, and what to do when they were never seen", "更长的上下文，以及从未见过时怎么办"),
    "markov.model": both("Model", "模型"),
    "markov.tokens": both("Tokens to learn from", "用于学习的词元数"),
    "markov.tokens_help": both("As many that follow are held out.", "随后的同样多个留出。"),
    "markov.most": both("Highest order", "最高阶数"),
    "markov.form": both("Text", "文本形式"),
    "form.raw": both("as it stands", "原文"),
    "markov.compare": both("Compare smoothings", "比较平滑方法"),
    "markov.stop": both("Stop", "停止"),
    "transitions.title": both("Which token follows which: the transition matrix", "谁跟在谁后面：转移矩阵"),
    "transitions.about": both(
        "A Markov chain of order 1. Row: the present token; column: the next one; the stronger the colour, the likelier. Shown are the "
        "{shown} most frequent of {states} states; {covered} of the {transitions} transitions lie between them, and all are counted. The row π is the "
        "stationary distribution.",
        "一阶马尔可夫链。行：当前词元；列：下一个词元；颜色越浓，概率越大。显示 {states} 个状态中最常见的 {shown} 个；"
        "{transitions} 次转移中有 {covered} 发生在它们之间，但全部转移都计算在内。π 行为平稳分布。",
    ),
    "transitions.lumped": both(
        "The {lumped} rarest tokens are one state, which is not shown.", "最少见的 {lumped} 种词元合为一个状态，不显示。"
    ),
    "transitions.order": both("Order of rows and columns", "行与列的顺序"),
    "transitions.order_frequency": both("by frequency", "按频数"),
    "transitions.order_alphabet": both("by alphabet (code point)", "按码位"),
    "transitions.order_likeness": both("alike rows together (clustered)", "相似的行相邻（聚类）"),
    "transitions.clustered": both(
        "Clustered: the rows whose next tokens overlap most (Bhattacharyya coefficient) are joined first, by average linkage.",
        "聚类：后继分布重叠最多（巴氏系数）的行最先合并，采用平均连接。",
    ),
    "transitions.steps": both("Steps k", "步数 k"),
    "transitions.step_one": both("1 step: P", "1 步：P"),
    "transitions.step_many": both("{k} steps: P to the power {k}", "{k} 步：P 的 {k} 次幂"),
    "transitions.label": both(
        "Transition matrix: rows are present tokens, columns next tokens. Arrow keys move from cell to cell, Enter selects.",
        "转移矩阵：行为当前词元，列为下一个词元。方向键移动，回车选定。",
    ),
    "transitions.scale": both("probability (square-root scale)", "概率（平方根标度）"),
    "transitions.present": both("present token", "当前词元"),
    "transitions.next": both("next token", "下一个词元"),
    "transitions.told": both(
        "After “{present}” ({total} times) came “{next}” {count} times: P = {count}/{total} = {probability}",
        "“{present}”之后（共 {total} 次）出现“{next}” {count} 次：P = {count}/{total} = {probability}",
    ),
    "transitions.told_end": both(
        "“{present}” stands only at the very end and nothing followed it; after it comes what comes anywhere: P(“{next}”) = {probability}",
        "“{present}”只出现在文本末尾，其后没有词元；按整体频率处理：P(“{next}”) = {probability}",
    ),
    "transitions.told_steps": both(
        "From “{present}”, {k} steps on, “{next}”: P = {probability}",
        "从“{present}”出发，{k} 步之后为“{next}”：P = {probability}",
    ),
    "transitions.told_stationary": both(
        "In the long run “{next}”: {probability} (stationary); it is {unigram} of the text",
        "长远来看“{next}”占 {probability}（平稳分布）；在文本中占 {unigram}",
    ),
    "transitions.selected": both("Selected: {told}", "已选定：{told}"),
    "transitions.row_one": both("After “{present}”", "“{present}”之后"),
    "transitions.row_many": both("From “{present}”, {k} steps on", "从“{present}”出发，{k} 步之后"),
    "transitions.row_stationary": both("In the long run: the stationary distribution", "长远来看：平稳分布"),
    "transitions.open": both("Entropy of this row: {bits} bits.", "这一行的熵：{bits} 比特。"),
    "transitions.rate": both(
        "The chain's entropy rate: {bits} bits a token.", "该链的熵率：每个词元 {bits} 比特。"
    ),
    "transitions.token": both("token", "词元"),
    "transitions.count": both("n", "次数 n"),
    "transitions.probability": both("P", "概率 P"),
    "transitions.others": both("all others", "其余全部"),
    "transitions.forget": both("How fast it forgets", "遗忘得多快"),
    "transitions.distance": both("distance (logarithmic)", "距离（对数）"),
    "transitions.ahead": both("steps k", "步数 k"),
    "transitions.far": both(
        "At k = {k} the worst row shown is {distance} from the stationary distribution (total variation: 0 equal, 1 disjoint).",
        "k = {k} 时，所示各行中最远者与平稳分布的总变差距离为 {distance}（0 相同，1 不相交）。",
    ),
    "transitions.forgotten": both(
        "The beginning is forgotten: every row is as good as the last one, which is nearly the plain frequencies (distance {unigram}).",
        "起点已被遗忘：各行几乎都等于最后一行，也就是近似各词元的频率（距离 {unigram}）。",
    ),
    "transitions.remembered": both(
        "The rows still differ: where the chain began can still be told.", "各行仍不相同：还能看出从哪里出发。"
    ),
    "transitions.periodic": both(
        "This chain has period {period}: it comes back only after multiples of {period} steps, and never forgets.",
        "该链的周期为 {period}：只有经过 {period} 的倍数步才会返回，永远不会遗忘。",
    ),
    "sweep.title": both("Perplexity against {along}, for every {by} of “{model}”", "“{model}”：每种{by}的困惑度随{along}的变化"),
    "sweep.setting_order": both("order", "阶数"),
    "sweep.setting_smoothing": both("smoothing", "平滑方法"),
    "sweep.about_char": both(
        "Learned from {train} characters, judged on the {held_out} that follow; {vocab} entries in the vocabulary. Dashed: on the text "
        "that was learned from. Solid: on the text that was held out.",
        "用 {train} 个字符学习，用随后的 {held_out} 个评判；词表 {vocab} 项。虚线：学习过的文本；实线：留出的文本。",
    ),
    "sweep.about_word": both(
        "Learned from {train} words, judged on the {held_out} that follow, {unknown} of these unknown; {vocab} entries in the "
        "vocabulary. Dashed: on the text that was learned from. Solid: on the text that was held out.",
        "用 {train} 个词学习，用随后的 {held_out} 个评判，其中 {unknown} 个为未知词元；词表 {vocab} 项。虚线：学习过的文本；实线：留出的文本。",
    ),
    "sweep.state_running": both("{done} of {total} models", "{total} 个模型中的 {done} 个"),
    "sweep.state_stopped": both("stopped: {done} of {total} models", "已停止：{total} 个模型中的 {done} 个"),
    "sweep.state_done": both("{total} models, trained and judged", "训练并评判了 {total} 个模型"),
    "sweep.best": both(
        "Best on the held-out text: {method} at {along} {number}, perplexity {held_out} ({train} on its training text).",
        "留出文本上最好的是{method}，{along} {number}，困惑度 {held_out}（训练文本上为 {train}）。",
    ),
    "sweep.by_heart": both(
        "The lowest perplexity on the training text, {train} ({method}, {along} {number}), goes with {held_out} on the held-out text: "
        "learned by heart, it says nothing.",
        "训练文本上的最低困惑度 {train}（{method}，{along} {number}）在留出文本上却是 {held_out}：只是背了下来，说明不了什么。",
    ),
    "sweep.turn": both(
        "{method}: from {along} {first} to {last} it goes from {train_first} to {train_last} on the training text, from "
        "{held_first} to {held_last} on the held-out text, which is best at {along} {best}.",
        "{method}：{along}从 {first} 到 {last}，训练文本上从 {train_first} 变到 {train_last}，留出文本上从 {held_first} 变到 {held_last}，"
        "后者在{along} {best} 时最好。",
    ),
    "sweep.part_train": both("training text (dashed)", "训练文本（虚线）"),
    "sweep.part_held_out": both("held-out text (solid)", "留出文本（实线）"),
    "sweep.uniform": both("uniform: {vocab}", "均匀分布：{vocab}"),
    "sweep.perplexity": both("perplexity (logarithmic)", "困惑度（对数）"),
    "sweep.label": both(
        "Perplexity by order: left and right keys go along the orders, up and down from method to method.",
        "困惑度随阶数变化：左右键切换阶数，上下键切换方法。",
    ),
    "sweep.told": both(
        "{method}, {along} {number}: held-out {held_out}, train {train}; bits a character {held_bits} and {train_bits}; {parameters} parameters",
        "{method}，{along} {number}：留出 {held_out}，训练 {train}；比特/字符 {held_bits} 与 {train_bits}；参数 {parameters} 个",
    ),
    "sweep.impossible": both(
        "; {impossible} held-out tokens ({share}) got probability 0", "；{impossible} 个留出词元（{share}）的概率为 0"
    ),
    "sweep.hint": both(
        "Point at a curve, or use the arrow keys, for its numbers.", "指向曲线或使用方向键，查看具体数值。"
    ),
    "sweep.keys": both("Methods: press to show or hide; point at one to bring it forward", "方法：点击显示或隐藏，指向则突出显示"),
    "sweep.keys_name": both("Beside each: its best held-out perplexity, and where.", "旁边是留出文本上的最低困惑度及其位置。"),
    "sweep.key": both("{held_out} at {number}", "{held_out}（在 {number}）"),
    "sweep.refused": both("no perplexity: its scores are no probabilities", "没有困惑度：其分数不是概率"),
    "sweep.numbers": both("All numbers", "全部数值"),
    "sweep.method": both("method", "方法"),
    "sweep.train": both("train", "训练"),
    "sweep.held_out": both("held-out", "留出"),
    "sweep.train_bits": both("train, bits a character", "训练，比特/字符"),
    "sweep.held_bits": both("held-out, bits a character", "留出，比特/字符"),
    "sweep.zeros": both("impossible tokens", "概率为 0 的词元"),
    "sweep.parameters": both("parameters", "参数"),
    "sweep.by_none": both("no smoothing", "不平滑"),
    "sweep.by_add_k": both("add-k (Laplace: k = 1)", "加 k 平滑（k = 1 即拉普拉斯）"),
    "sweep.by_recursive": both("recursive (the book's)", "书中的递归平滑"),
    "sweep.by_jelinek_mercer": both("Jelinek-Mercer", "杰利内克–默瑟插值"),
    "sweep.by_absolute": both("absolute discounting", "绝对折扣"),
    "sweep.by_witten_bell": both("Witten-Bell", "威滕–贝尔平滑"),
    "sweep.by_kneser_ney": both("Kneser-Ney", "克内泽–奈平滑"),
    "sweep.by_modified_kneser_ney": both("modified Kneser-Ney", "改进的克内泽–奈平滑"),
    "sweep.by_stupid_back_off": both("stupid back-off", "愚笨回退"),
}  # fmt: skip
