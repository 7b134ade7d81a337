"""The words of the tab Corpus."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.corpus": both("A text becomes ids, and what can be counted in it.", "文本如何变成编号，又能从中数出什么。"),
    "corpus.corpus": both("Corpus", "语料库"),
    "corpus.own": both("my own text", "我自己的文本"),
    "corpus.text": both("Your text", "您的文本"),
    "corpus.text_help": both("Used where “my own text” is chosen.", "选择“我自己的文本”时使用。"),
    "corpus.level": both("Tokens", "词元"),
    "corpus.least": both("Minimum frequency", "最低频数"),
    "corpus.least_help": both("Tokens seen less often become <unk>.", "出现次数更少的词元变成 <unk>。"),
    "corpus.look": both("Count", "统计"),
    "corpus.batches": both("Mini-batches over the text", "文本上的小批量"),
    "corpus.sampling": both("Sampling", "采样方式"),
    "corpus.random": both("random sampling", "随机采样"),
    "corpus.sequential": both("sequential partition", "顺序分区"),
    "corpus.batch_size": both("Batch size", "批量大小"),
    "corpus.num_steps": both("Time steps", "时间步数"),
    "stages.title": both("From text to ids in four stages", "从文本到编号的四个阶段"),
    "stages.step_lines": both("lines", "文本行"),
    "stages.step_tokens": both("tokens", "词元"),
    "stages.step_vocabulary": both("vocabulary", "词表"),
    "stages.step_ids": both("ids", "编号"),
    "stages.about_lines": both("The text as it is read: its first lines.", "读入的文本：最前面几行。"),
    "stages.about_tokens": both(
        "Every line is cut into tokens. Click one to follow it.", "每一行被切分成词元。点击一个词元即可跟踪它。"
    ),
    "stages.about_vocabulary": both(
        "All {tokens} tokens are counted; the most frequent get the smallest ids: {size} entries.",
        "统计全部 {tokens} 个词元，最常见的编号最小：共 {size} 项。",
    ),
    "stages.about_ids": both(
        "Every token is replaced by its place in the vocabulary of {size}: this is what a model reads.",
        "每个词元换成它在词表（{size} 项）中的位置：模型读到的就是这些。",
    ),
    "stages.told_lines": both("Followed: “{token}” in line {line}.", "跟踪：第 {line} 行中的“{token}”。"),
    "stages.told_tokens": both(
        "“{token}” is token {place} of line {line}.", "“{token}”是第 {line} 行的第 {place} 个词元。"
    ),
    "stages.told_vocabulary": both(
        "“{token}” occurs {count} times; {more} entries stand before it, so its id is {id}.",
        "“{token}”出现 {count} 次，排在它前面的有 {more} 项，因此编号为 {id}。",
    ),
    "stages.told_ids": both("“{token}” has become {id}.", "“{token}”变成了 {id}。"),
    "stages.told_unknown": both(
        "“{token}” occurs less than {least} times: it has no entry of its own and becomes <unk>, id {id}.",
        "“{token}”出现不足 {least} 次：没有自己的词表项，变成未知词元 <unk>，编号 {id}。",
    ),
    "stages.left_out": both("… {n} more …", "……另有 {n} 项……"),
    "stages.next": both("Next: {stage}", "下一步：{stage}"),
    "stages.again": both("From the beginning", "从头再看"),
    "vocabulary.title": both("The vocabulary and its frequencies", "词表与频数"),
    "vocabulary.about_char": both(
        "{tokens} characters, {types} different ones; {once} of these ({share}) occur only once.",
        "共 {tokens} 个字符，其中不同的有 {types} 种；只出现一次的有 {once} 种（{share}）。",
    ),
    "vocabulary.about_word": both(
        "{tokens} words, {types} different ones; {once} of these ({share}) occur only once.",
        "共 {tokens} 个词，其中不同的有 {types} 种；只出现一次的有 {once} 种（{share}）。",
    ),
    "vocabulary.find": both("Find a token", "查找词元"),
    "vocabulary.found": both(
        "{shown} of {n} shown, among the {sent} most frequent of {all}",
        "显示 {n} 个中的 {shown} 个，取自 {all} 种中最常见的 {sent} 种",
    ),
    "vocabulary.look": both("show its places in the text", "显示它在文本中的位置"),
    "vocabulary.rank": both("rank", "名次"),
    "vocabulary.token": both("token", "词元"),
    "vocabulary.count": both("count", "频数"),
    "vocabulary.share": both("share", "占比"),
    "vocabulary.cut": both("The minimum-frequency cut", "最低频数的取舍"),
    "vocabulary.why": both(
        "A smaller vocabulary learns faster, and more of the text becomes <unk>. Counted in the training part alone: a vocabulary "
        "never sees the held-out text.",
        "词表越小学得越快，但更多文本会变成 <unk>。这里只统计训练部分：词表从不看留出文本。",
    ),
    "vocabulary.least": both("at least", "至少"),
    "vocabulary.kept": both("kept", "保留"),
    "vocabulary.dropped": both("dropped", "去掉"),
    "vocabulary.training": both("<unk> in training", "训练部分 <unk>"),
    "vocabulary.held_out": both("<unk> held-out", "留出部分 <unk>"),
    "vocabulary.chosen": both(
        "With at least {least}: {dropped} of {types} types are dropped, {training} of the training tokens and {held_out} of "
        "the held-out ones become <unk>.",
        "至少 {least} 次时：{types} 种中去掉 {dropped} 种，训练部分 {training}、留出部分 {held_out} 的词元变成 <unk>。",
    ),
    "vocabulary.chosen_none": both(
        "Nothing is cut ({dropped} of {types} types dropped): still {held_out} of the held-out tokens were never seen; in "
        "training {training}. Minimum: {least}.",
        "没有取舍（{types} 种中去掉 {dropped} 种，最低频数 {least}）：训练部分 {training}，而留出部分仍有 {held_out} 的词元从未见过。",
    ),
    "zipf.title": both("Zipf's law", "齐普夫定律"),
    "zipf.about": both(
        "Few tokens are very frequent, most are rare: on log-log axes the frequencies fall along a line.",
        "少数词元极其常见，多数很少见：在双对数坐标上，频数沿一条直线下降。",
    ),
    "zipf.numbers": both("The numbers", "数值"),
    "zipf.run": both("run of", "序列"),
    "zipf.types": both("types", "种数"),
    "zipf.alpha": both("alpha", "指数 α"),
    "zipf.constant": both("constant", "常数"),
    "zipf.ranks": both("ranks fitted", "拟合名次"),
    "zipf.how": both("method", "方法"),
    "zipf.method": both("least squares of log frequency on log rank", "对数频数对对数名次的最小二乘"),
    "zipf.too_few": both("too few types for a fit", "种数太少，无法拟合"),
    "zipf.run_1": both("unigrams", "一元语法"),
    "zipf.run_2": both("bigrams", "二元语法"),
    "zipf.run_3": both("trigrams", "三元语法"),
    "zipf.rank": both("rank (logarithmic)", "名次（对数）"),
    "zipf.frequency": both("frequency (logarithmic)", "频数（对数）"),
    "zipf.label": both("Frequency by rank on log-log axes", "双对数坐标上的名次与频数"),
    "zipf.key": both(
        "{name}: {types} types, alpha {alpha} (ranks {ranks})", "{name}：{types} 种，α = {alpha}（名次 {ranks}）"
    ),
    "zipf.key_short": both("{name}: {types} types", "{name}：{types} 种"),
    "zipf.fitted": both(
        "The dashed straight lines are the fits: least squares on the logarithms.",
        "虚直线为拟合结果：对数上的最小二乘。",
    ),
    "zipf.growth_label": both("Types met by tokens read", "读过的词元数与遇到的种数"),
    "zipf.read": both("tokens read", "读过的词元"),
    "zipf.met": both("types met", "遇到的种数"),
    "zipf.grown": both(
        "After {half} tokens {some} types, after {tokens} tokens {types}.",
        "读过 {half} 个词元时有 {some} 种，读过 {tokens} 个时有 {types} 种。",
    ),
    "batches.back": both("Batch before", "上一个小批量"),
    "batches.on": both("Next batch", "下一个小批量"),
    "batches.batch": both("Mini-batch", "小批量"),
    "batches.text": both("The beginning of the text", "文本的开头"),
    "batches.map": both("Where the windows lie in the text", "窗口在文本中的位置"),
    "batches.tokens": both("{n} tokens", "{n} 个词元"),
    "batches.where": both("batch {batch} of {batches}", "第 {batch} 个小批量，共 {batches} 个"),
    "batches.row": both("row {row}", "第 {row} 行"),
    "batches.fresh": both("starts afresh", "重新开始"),
    "batches.carried": both("state carried", "状态延续"),
    "batches.place": both("place", "位置"),
    "batches.inputs": both("inputs", "输入"),
    "batches.targets": both("targets", "目标"),
    "batches.told_random": both(
        "Row {row}: tokens {first} to {last}, drawn at random, so the hidden state starts from zero.",
        "第 {row} 行：第 {first} 到 {last} 个词元，随机抽取，因此隐状态从零开始。",
    ),
    "batches.told_first": both(
        "Row {row}: tokens {first} to {last}, the first of its stretch, so the hidden state starts from zero.",
        "第 {row} 行：第 {first} 到 {last} 个词元，是这一段的开头，因此隐状态从零开始。",
    ),
    "batches.told_carried": both(
        "Row {row}: tokens {first} to {last} follow those of batch {before}, so its hidden state is carried on.",
        "第 {row} 行：第 {first} 到 {last} 个词元紧接第 {before} 个小批量，因此隐状态延续下来。",
    ),
    "batches.about_random": both(
        "Random sampling: neighbouring batches come from anywhere, and no state is carried between them.",
        "随机采样：相邻的小批量来自任意位置，它们之间不传递状态。",
    ),
    "batches.about_sequential": both(
        "Sequential partition: each row goes on where it stopped in the batch before, and its state goes along.",
        "顺序分区：每一行接着上一个小批量的末尾继续，状态也随之延续。",
    ),
}
