"""The words of the tab Write."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.write": both(
        "A model reads your prefix (the warm-up), then adds one token after the other.",
        "模型先读入开头（预热期），再一个词元接一个词元地往下写。",
    ),
    "write.prefix": both("Prefix", "开头"),
    "write.prefix_help": both("The text to go on from. Shift+Enter writes.", "从这段文字往下写。按 Shift+Enter 开始。"),
    "write.checkpoint": both("Model", "模型"),
    "write.write": both("Write", "续写"),
    "write.stop": both("Stop", "停止"),
    "write.more": both("More", "更多设置"),
    "write.stops": both("Stop strings", "停止字符串"),
    "write.stops_help": both(
        "One on each line; \\n stands for a line break. The text ends before the first that appears.",
        "每行一个，\\n 表示换行。文本在最先出现的那个之前结束。",
    ),
    "manuscript.empty": both("What the models write appears here.", "模型写出的文字会显示在这里。"),
    "manuscript.warming": both("reading the prefix", "预热：正在阅读开头"),
    "manuscript.writing": both("writing", "正在写"),
    "manuscript.stopped": both("stopped by you", "已由您停止"),
    "manuscript.failed": both("could not go on", "未能继续"),
    "manuscript.length": both("length reached", "已达到长度上限"),
    "manuscript.stop": both("stopped before “{stop}”", "在“{stop}”之前停止"),
    "manuscript.end": both("end of the line", "此行结束"),
    "manuscript.tokens": both("{count} tokens", "{count} 个词元"),
    "manuscript.speed": both("{speed} tokens per second", "每秒 {speed} 个词元"),
    "manuscript.label": both("The prefix and its continuation", "开头与续写"),
    "manuscript.copy": both("Copy", "复制"),
    "manuscript.copied": both("Copied", "已复制"),
    "marks.unknown": both(
        "Marked: {tokens}. {model} has never seen them and reads each as <unk>.",
        "已标出：{tokens}。{model} 从未见过，一律读作未知词元 <unk>。",
    ),
    "choices.title": both("The next token", "下一个词元"),
    "choices.title_of": both("Next token: {model}", "下一个词元（{model}）"),
    "choices.hint": both(
        "Choose one to put it behind the text; the chosen models go on from there.",
        "选一个接在文字后面，所选模型由此续写。",
    ),
    "choices.entropy": both(
        "Entropy {bits} bits: as open as a choice among {count}.", "熵 {bits} 比特：相当于在 {count} 个中选一个。"
    ),
    "choices.token": both("token", "词元"),
    "choices.id": both("id", "编号"),
    "choices.probability": both("probability", "概率"),
    "choices.rest": both("all {count} others", "其余 {count} 个"),
    "setting.tokens": both("Length", "长度"),
    "setting.temperature": both("Temperature", "温度"),
    "setting.top_k": both("Top-k", "Top-k"),
    "setting.top_p": both("Top-p", "Top-p"),
    "setting.strategy": both("Strategy", "策略"),
    "setting.beams": both("Beams", "束宽"),
    "setting.seed": both("Seed", "随机种子"),
    "choice.sample": both("draw (sample)", "抽样（sample）"),
    "choice.greedy": both("likeliest token (greedy)", "最可能的词元（greedy）"),
    "choice.beam": both("beam search (beam)", "束搜索（beam）"),
    "write.models": both("Models, one to four", "模型（一到四个）"),
    "write.judge": both("Coloured by a judge", "由评判模型着色"),
    "write.judge_help": both(
        "Another model colours what was written by its own surprise; a writer is never its own judge.",
        "让另一个模型按自己的惊奇程度为写出的文字着色；写作者不能评判自己。",
    ),
    "write.no_judge": both("nobody: plain ink", "不着色"),
    "manuscript.judged": both("Coloured by the surprise of {name}:", "按 {name} 的惊奇着色："),
    "manuscript.hint": both(
        "Click a token (or arrow keys and Enter): the model's choices at that place stand beside.",
        "点击一个词元（或用方向键和回车）：旁边会列出模型在那里的选择。",
    ),
    "choices.take": both("continue from here with this one", "从这里用它继续写"),
    "choices.place": both("{model}, where it wrote “{token}”", "{model} 写下“{token}”之处"),
    "choices.path": both("The back-off path of this token", "这个词元的回退路径"),
    "choices.path_context": both("context", "上下文"),
    "choices.path_none": both("(none)", "（无）"),
    "choices.path_count": both("this one", "此词元"),
    "choices.path_total": both("of", "总数"),
    "choices.path_rest": both("left over", "留下"),
    "choices.path_probability": both("prob. so far", "至此概率"),
}
