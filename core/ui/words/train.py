"""The words of the tab Train."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.train": both(
        "A text and a plug-in become a model, while you watch. It stays yours: only this browser can find it again.",
        "看着一段文本和一个插件变成模型。模型归您所有：只有这个浏览器能再找到它。",
    ),
    "train.floor": both("{title} (floor {floor})", "{title}（下限 {floor}）"),
    "train.file": both("Your own file (plain text)", "您自己的文件（纯文本）"),
    "train.text": both("Or paste a text", "或粘贴一段文本"),
    "train.name": both("Name of the new model", "新模型的名称"),
    "train.start": both("Train", "训练"),
    "train.off": both(
        "Training is switched off on this server. Run it yourself: clone the project, then python app.py; or on the command "
        "line: python -m core train ngram --corpus tide_clock --out checkpoints/mine",
        "此服务器关闭了训练。可在本机运行：克隆本项目，然后 python app.py；或使用命令行："
        "python -m core train ngram --corpus moon_ferry --out checkpoints/mine",
    ),
    "form.more": both("All settings", "全部设置"),
    "form.choice_char": both("characters", "字符"),
    "form.choice_word": both("words", "词"),
    "form.choice_bpe": both("byte pairs (bpe)", "字节对（bpe）"),
    "form.choice_fit": both("fitted on text held back", "在留出的文本上拟合"),
    "form.choice_even": both("all the same", "全部相等"),
    "form.members": both(
        "Tick what is to be mixed (beside each: its held-out perplexity)", "勾选要混合的模型（旁边是其留出困惑度）"
    ),
    "form.other_tokenizer": both(
        "Crossed out: another tokenizer, so its tokens are not the same.", "划去的：分词器不同，词元不一致。"
    ),
    "form.unit_tokens": both("tokens", "个词元"),
    "form.unit_units": both("units", "个单元"),
    "form.unit_counts": both("counts", "次"),
    "form.unit_epochs": both("epochs", "轮"),
    "form.unit_layers": both("layers", "层"),
    "form.unit_minutes": both("minutes", "分钟"),
    "form.unit_numbers": both("numbers", "个数"),
    "form.unit_occurrences": both("occurrences", "次"),
    "form.unit_sequences": both("sequences", "条序列"),
    "form.unit_times": both("times", "次"),
    "setting.level": both("Tokens", "词元"),
    "setting.epochs": both("Epochs", "轮数"),
    "setting.minutes": both("Minutes", "分钟"),
    "setting.hidden_size": both("Hidden size", "隐藏单元数"),
    "setting.num_layers": both("Layers", "层数"),
    "setting.embedding_size": both("Embedding size", "嵌入维数"),
    "setting.order": both("Order n", "阶数 n"),
    "setting.smoothing": both("Smoothing", "平滑方法"),
    "setting.members": both("Members", "成员"),
    "setting.weights": both("Weights", "权重"),
    "setting.weights_from": both("Weights taken over from", "沿用权重自"),
    "setting.batch_size": both("Batch size", "批量大小"),
    "setting.num_steps": both("Time steps", "时间步数"),
    "setting.learning_rate": both("Learning rate", "学习率"),
    "setting.clip_norm": both("Clipping θ", "裁剪阈值 θ"),
    "estimate.waiting": both("Choose a text and a model.", "请选择文本和模型。"),
    "estimate.cost": both("About {time}; {parameters} parameters.", "约需{time}；{parameters} 个参数。"),
    "estimate.moment": both("a moment", "片刻"),
    "estimate.seconds": both("{n} seconds", " {n} 秒"),
    "estimate.minutes": both("{n} minutes", " {n} 分钟"),
    "estimate.about": both(
        "{characters} characters ({encoding}), vocabulary {vocab}; tokens: {train} to learn from, {validation} to watch by, "
        "{held_out} held out ({unknown} of them unknown)",
        "{characters} 个字符（{encoding}），词表 {vocab}；词元：训练 {train}、验证 {validation}、留出 {held_out}（其中未知 {unknown}）",
    ),
    "estimate.padding": both(
        "Lines side by side: {share} of what is computed is padding.", "各行并排：所计算的单元中 {share} 是填充。"
    ),
    "training.empty": both(
        "Here you will see, as it happens: the perplexity of the training text and of text held back from it, the length of "
        "the gradient before and after clipping, and what the model writes at each stage. Held-out text is read once, at the end.",
        "训练时这里会实时显示：训练文本与验证文本的困惑度、裁剪前后的梯度范数、模型在各阶段写出的文字。留出文本只在结束时读一遍。",
    ),
    "training.progress": both("Progress of the training", "训练进度"),
    "training.state_waiting": both("waiting for its place", "正在排队"),
    "training.state_running": both("training", "正在训练"),
    "training.state_stopped": both("stopped: usable, and can go on", "已停止：可以使用，也可继续"),
    "training.state_time": both("time is up: usable, and can go on", "时间到：可以使用，也可继续"),
    "training.state_done": both("finished", "已完成"),
    "training.state_diverged": both("diverged: the last good weights are kept", "已发散：保留最后一组正常权重"),
    "training.state_refused": both("not started", "未开始"),
    "training.state_failed": both("could not go on", "未能继续"),
    "training.seconds": both("{n} s", "{n} 秒"),
    "training.minutes": both("{n} min", "{n} 分钟"),
    "training.left": both("{time} left", "还需 {time}"),
    "training.since": both("after {time}", "已用 {time}"),
    "training.step": both("step {step}, epoch {epoch}", "第 {step} 步，第 {epoch} 轮"),
    "training.speed": both("{speed} tokens/s", "{speed} 词元/秒"),
    "training.size": both("{parameters} parameters", "{parameters} 个参数"),
    "training.parts": both(
        "train {train}, validation {validation}, held-out {held_out} tokens",
        "训练 {train}、验证 {validation}、留出 {held_out} 个词元",
    ),
    "training.curve": both("Perplexity: training (dashed) and validation", "困惑度：训练（虚线）与验证"),
    "training.share": both("share of the run", "训练进度"),
    "training.now": both("training {train}, validation {validation}:", "训练 {train}，验证 {validation}："),
    "training.meaning_char": both("as unsure as choosing among {n} characters.", "相当于在 {n} 个字符中猜。"),
    "training.meaning_word": both("as unsure as choosing among {n} words.", "相当于在 {n} 个词中猜。"),
    "training.meaning_bpe": both("as unsure as choosing among {n} pieces.", "相当于在 {n} 个子词中猜。"),
    "training.norms": both(
        "Norm of the gradient: before clipping (thin) and after", "梯度范数：裁剪前（细线）与裁剪后"
    ),
    "training.steps": both("steps", "步"),
    "training.norm_now": both(
        "before {before}, after {after}; no longer than θ = {theta}.",
        "裁剪前 {before}，裁剪后 {after}；不超过 θ = {theta}。",
    ),
    "training.norm_free": both("{before}; clipping is switched off.", "{before}；未裁剪。"),
    "training.part": both("read once, at the end", "结束时各读一遍"),
    "training.perplexity": both("perplexity", "困惑度"),
    "training.train": both("its training text", "训练文本"),
    "training.held_out": both("the held-out text", "留出文本"),
    "training.floor": both("the floor exp(H)", "下限 exp(H)"),
    "training.floor_above": both(
        "the held-out text is {share} % above what no model can beat, for its source is known",
        "留出文本比任何模型都无法突破的下限高 {share} %（此文本的源已知）",
    ),
    "training.floor_below": both(
        "the held-out text is {share} % below it, by chance: it is one draw of its source",
        "留出文本碰巧比下限低 {share} %：它只是源的一次抽样",
    ),
    "training.infinite": both("a token came that the model held impossible", "出现了模型认为不可能的词元"),
    "training.sample": both("What it writes at step {step}", "第 {step} 步时写出的文字"),
    "own.title": both("Your own models", "您自己的模型"),
    "own.told": both(
        "Kept on this server for this browser alone; they stand with a ★ in the other tabs. Up to 10, 200 MB in all.",
        "保存在此服务器上，只有这个浏览器可用；在其他标签页中以 ★ 标出。最多 10 个，共 200 MB。",
    ),
    "own.name": both("name", "名称"),
    "own.model": both("model", "模型"),
    "own.train": both("train perplexity", "训练困惑度"),
    "own.held_out": both("held-out perplexity", "留出困惑度"),
    "own.parameters": both("parameters", "参数量"),
    "own.actions": both("use", "使用"),
    "own.write": both("write", "续写"),
    "own.read": both("read", "对读"),
    "own.inside": both("look inside", "拆开看"),
    "own.resume": both("go on training", "继续训练"),
    "own.zip": both("download", "下载"),
    "own.delete": both("delete", "删除"),
    "own.sure": both("really delete?", "确定删除？"),
    "own.unfinished": both("not finished", "未完成"),
}
