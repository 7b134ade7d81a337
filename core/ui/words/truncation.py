"""The words of truncated back-propagation through time: its settings of training, and its section of the tab Gradients."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "setting.truncation": both("Truncation", "截断方式"),
    "setting.truncation_steps": both("Steps of a stretch τ", "每段步数 τ"),
    "setting.carry_probability": both("Chance to pass a step π", "通过一步的概率 π"),
    "form.unit_steps": both("steps", "步"),
    "truncation.heading": both("### Truncation: how far back must a gradient go?", "### 截断：梯度要回传多远？"),
    "truncation.intro": both(
        "Back-propagation through time goes back through every step. It can be cut short: always after τ steps, or by a coin at every step"
        " that lets it pass with probability π and makes up for the losses by multiplying by 1/π. How far off is each (D2L 8.7.1)?",
        "通过时间反向传播要经过每一步。可以把它截短：总在 τ 步后截断；或每步掷一次硬币，以概率 π 放行并乘以 1/π 来补偿。各自差多少（D2L 8.7.1）？",
    ),
    "truncation.text": both("Text that the gradient is of", "计算梯度所用的文本"),
    "truncation.text_help": both("The first 64 steps are read.", "只读前 64 步。"),
    "truncation.checkpoint": both("Recurrent model", "循环模型"),
    "truncation.tau": both("Steps back (τ)", "回传步数 τ"),
    "truncation.pi": both("Chance to pass a step (π)", "通过一步的概率 π"),
    "truncation.measure": both("Measure the gradients", "测量梯度"),
    "truncation.stop": both("Stop", "停止"),
    "truncation.title": both("Estimates of one gradient", "同一梯度的各种估计"),
    "truncation.about": both(
        "The mean loss of “{model}” over {steps} steps of the text; {parameters} numbers, those that the hidden state depends on. The full gradient"
        " lies at (1, 0), and the distance from there is the relative error.",
        "“{model}”在这段文本 {steps} 步上的平均损失；共 {parameters} 个数，即隐状态所依赖的参数。完整梯度位于 (1, 0)，到该点的距离就是相对误差。",
    ),
    "truncation.cut": both("The rest of the text was left out.", "文本其余部分未读。"),
    "truncation.along": both("along the full gradient (1: as far as it)", "沿完整梯度方向（1 为等长）"),
    "truncation.across": both("across it (same unit)", "与其垂直（同一单位）"),
    "truncation.full": both("full", "完全计算"),
    "truncation.truncated": both("τ = {tau} steps back from every step", "每一步都回传 τ = {tau} 步"),
    "truncation.by_steps": both("the same for τ = 1, 2, 4 … {steps}", "同上，τ = 1、2、4 … {steps}"),
    "truncation.one_of_them": both("τ = {tau} from every step", "每一步回传 τ = {tau} 步"),
    "truncation.regular": both("regular: stretches of {tau} steps", "常规截断：每段 {tau} 步"),
    "truncation.random": both("random, π = {pi}: single draws", "随机截断，π = {pi}：单次估计"),
    "truncation.mean": both("their mean", "其均值"),
    "truncation.random_row": both("random, π = {pi}", "随机截断，π = {pi}"),
    "truncation.estimate": both("estimate", "估计"),
    "truncation.draws": both("draws", "次数"),
    "truncation.bias": both("bias", "偏差"),
    "truncation.spread": both("spread (standard deviation)", "离散程度（标准差）"),
    "truncation.error": both("error of one draw", "单次误差"),
    "truncation.cosine": both("cosine of the mean", "均值的余弦"),
    "truncation.length": both("length of the mean", "均值的长度"),
    "truncation.said_truncated": both(
        "Cut {tau} steps back from every step, the gradient keeps {length} of its length, turned to a cosine of {cosine}: off by {error}, each"
        " time in the same way. That is bias, and no repetition takes it away.",
        "每一步都回传 {tau} 步时，梯度保留 {length} 的长度，与完整梯度的余弦为 {cosine}：相差 {error}，每次都一样。这是偏差，重复再多也消不掉。",
    ),
    "truncation.said_regular": both(
        "Stretches of {tau} steps, as training has them, are off by {error}: most steps of a stretch reach back less far than {tau}.",
        "训练中所用的、每段 {tau} 步的常规截断相差 {error}：一段中的大多数步回传不到 {tau} 步。",
    ),
    "truncation.said_random": both(
        "A single random draw is off by {error}. The mean of {draws} draws is off by {bias}; chance alone lets one expect about {noise}, so"
        " no bias shows.",
        "单次随机估计相差 {error}；{draws} 次的均值相差 {bias}。仅凭偶然就会有约 {noise}，因此看不出偏差。",
    ),
    "truncation.said_rare": both(
        "A single random draw is off by {error}. The mean of {draws} draws is off by {bias}, although chance lets one expect about {noise}"
        " only: it is"
        " made of rare, huge draws, of which so few throws have met too many or too few.",
        "单次随机估计相差 {error}；{draws} 次的均值相差 {bias}，而按偶然只应约为 {noise}：它由少见而巨大的估计构成，掷得太少时难免碰得过多或过少。",
    ),
    "truncation.said_certain": both(
        "With π = 1 the coin always lets it pass, and every draw is the full gradient.",
        "π = 1 时硬币总是放行，每次估计都是完整梯度。",
    ),
    "truncation.said_memory": both(
        "On this text τ = {tau} brings the error below {most}: so far back this model's gradient reaches, and hardly farther.",
        "在这段文本上，τ = {tau} 时误差降到 {most} 以下：这个模型的梯度大致就传这么远。",
    ),
    "truncation.said_one_step": both(
        "The text has a single step, so there is nothing to cut: all estimates are the full gradient.",
        "文本只有一步，没有可截断的：所有估计都等于完整梯度。",
    ),
    "truncation.curves_intro": both(
        "And what does it do to learning? The same small model learns the same story three times, from the same start: with the full gradient, in"
        " stretches of τ steps, and with the coin.",
        "对学习又有什么影响？同一个小模型从同样的起点把同一个故事学三遍：完整梯度、每段 τ 步的常规截断、掷硬币的随机截断。",
    ),
    "truncation.model": both("Model", "模型"),
    "truncation.train": both("Train it three times", "训练三遍"),
    "truncation.curves_title": both("Learning with a truncated gradient", "用截断的梯度学习"),
    "truncation.curves_about": both(
        "“{model}” of {hidden} units in windows of {window} steps; learned from {train} characters, judged on the {validation} that follow.",
        "“{model}”，{hidden} 个隐藏单元，窗口 {window} 步；用 {train} 个字符学习，用随后的 {validation} 个评判。",
    ),
    "truncation.step": both("steps of learning", "训练步数"),
    "truncation.validation": both("validation perplexity", "验证集困惑度"),
    "truncation.train_perplexity": both("train perplexity", "训练困惑度"),
    "truncation.seconds": both("seconds", "秒"),
    "truncation.curve_full": both("full: {window} steps", "完全计算：{window} 步"),
    "truncation.curve_random": both("random: π = {pi}", "随机截断：π = {pi}"),
    "truncation.said_ends": both(
        "Validation perplexity in the end: full {full}, regular {regular}, random {random}. All learn from windows of the same length and"
        " carry their state on; only what"
        " they learn from it differs. One seed each: another one moves these figures as well.",
        "最后的验证困惑度：完全计算 {full}，常规截断 {regular}，随机截断 {random}。三者窗口等长、都传递隐状态，只是从中学到的不同。"
        "各只用一个种子，换种子这些数也会变。",
    ),
    "truncation.said_averaged": both(
        "One draw of the random gradient is far off, but a step of learning averages over {rows} rows, each with coins of its own.",
        "单次随机梯度偏差很大，但训练的一步对 {rows} 行取平均，每行各掷各的硬币。",
    ),
    "truncation.said_alike": both(
        "Regular and full end within {most} % of each other: in so short a training the last {tau} steps hold nearly all that there is to learn.",
        "常规截断与完全计算最后相差不到 {most} %：在这样短的训练里，最近 {tau} 步几乎包含了全部可学的东西。",
    ),
    "truncation.said_regular_ahead": both(
        "The regular gradient, biased as it is, ends {gap} % below the full one: a gradient that is off can still lead down faster for a"
        " while. In practice"
        " most recurrent models are trained with it.",
        "常规截断虽有偏差，最后却比完全计算低 {gap} %：有偏的梯度也能在一段时间内降得更快。实践中大多数循环模型正是这样训练的。",
    ),
    "truncation.said_full_ahead": both(
        "The regular gradient ends {gap} % above the full one: what lies more than {tau} steps back is worth learning from.",
        "常规截断最后比完全计算高 {gap} %：{tau} 步以前的内容仍值得学习。",
    ),
    "truncation.said_diverged": both(
        "With the {truncation} gradient the loss stopped being finite: its last curve ends there.",
        "{truncation}的梯度使损失不再有限：曲线到此为止。",
    ),
}
