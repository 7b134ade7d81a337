"""Lesson: the floor under every perplexity, and who reaches it as the past that matters moves away (D2L 8.4.4; Shannon 1948)."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from core.lab import Lab
from core.language import both
from core.sharing.against_floor import Contestant
from core.text.generated.recipe import Recipe
from core.ui.components.chart import Axis, Level, Series, chart_value
from core.ui.lessons.answers import number_given
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, figure

LAGS, TOKENS = (3, 6, 12), 20_000
ORDERS = (4, 7, 13)
# Small networks with short steps: enough to learn a copy in a moment.
_NETWORK = {
    "hidden_size": 32, "embedding_size": 0, "num_steps": 32, "batch_size": 8, "epochs": 10, "learning_rate": 0.01,
    "validation": False,
}  # fmt: skip
CONTESTANTS = (
    *(Contestant("ngram", {"order": order}) for order in ORDERS),
    Contestant("rnn", _NETWORK), Contestant("lstm", _NETWORK), Contestant("truth"),
)  # fmt: skip
_NAMES = (
    *(both(f"{order}-gram", f"{order} 元语法") for order in ORDERS), both("RNN", "循环神经网络"),
    both("LSTM", "长短期记忆网络"), both("true model", "真实模型"),
)  # fmt: skip
_FOUR, _SEVEN, _THIRTEEN, _RNN, _LSTM, _TRUTH = range(6)
# Where the picture begins: a little below the floor, so that it can be seen.
_LOWEST = 1.8
# The chain of the exercise, and how near an answer must be.
CHAIN, _NEAR = "markov:letters=2,probabilities=0.9 0.1; 0.5 0.5", 0.01


def blind(lag: int) -> float:
    """Return the perplexity of whoever knows where a copy stands but not of which letter: 2 bits more in every block of L + 1."""
    return math.exp2(1 + 2 / (lag + 1))


def _word(lag: int) -> str:
    return f"copies:lag={lag},characters={2 * TOKENS + TOKENS // 2}"


def _facts(lab: Lab, language: str) -> Facts:
    recipe = Recipe.of_word(_word(LAGS[0]))
    source = recipe.source()
    return Facts({"begin": source.write(4 * (LAGS[0] + 1), seed=1), "lag": str(LAGS[0]), "last": str(LAGS[-1])})


def _work(lab: Lab, language: str) -> Iterator[float | Seen]:
    rows: dict[int, list[Json]] = {}
    for number, lag in enumerate(LAGS):
        rows[lag] = []
        for news in lab.against_floor(_word(lag), CONTESTANTS, max_tokens=TOKENS):
            if isinstance(news, dict):
                rows[lag].append(news)
            else:
                yield (number + news) / len(LAGS)
    yield _seen(rows, language)


def _run(lab: Lab, language: str) -> Seen:
    return next(each for each in _work(lab, language) if isinstance(each, Seen))


def _seen(rows: Mapping[int, list[Json]], language: str) -> Seen:
    """Return what was measured, by lag a row for each of the contestants."""
    last = rows[LAGS[-1]]
    counting, network = (last[at]["perplexity"] < blind(LAGS[-1]) for at in (_SEVEN, _LSTM))
    floor = last[_TRUTH]["floor"]
    said = {
        "floor": figure(floor), "last": str(LAGS[-1]), "contexts": f"{4 * 2 ** (LAGS[-1] - 1):,}", "tokens": f"{TOKENS:,}", "blind": figure(blind(LAGS[-1])),
        **{
            f"{name}_{lag}": figure(rows[lag][at]["perplexity"])
            for name, at in (("four", _FOUR), ("seven", _SEVEN), ("thirteen", _THIRTEEN), ("rnn", _RNN), ("lstm", _LSTM), ("truth", _TRUTH))
            for lag in LAGS
        },
    }  # fmt: skip
    names = [name.in_language(language) for name in _NAMES]
    told = both("perplexity, lag {lag}", "困惑度，间隔 {lag}").in_language(language)
    heads = [both("model", "模型").in_language(language), *(told.format(lag=lag) for lag in LAGS)]
    table = [heads, *([name, *(figure(rows[lag][at]["perplexity"]) for lag in LAGS)] for at, name in enumerate(names))]
    return Seen(
        0 if counting else 1 if network else 2, said, table=table,
        charts=[_chart(rows, names, floor, language)], doors=_doors(),
    )  # fmt: skip


def _chart(rows: Mapping[int, list[Json]], names: list[str], floor: float, language: str) -> Json:
    series = [
        Series(
            name, [(lag, rows[lag][at]["perplexity"]) for lag in LAGS],
            band=[(rows[lag][at]["low"], rows[lag][at]["high"]) for lag in LAGS],
        )
        for at, name in enumerate(names) if at != _TRUTH  # which lies on the floor
    ]  # fmt: skip
    where = both("knows where a copy stands, not of what", "知道副本的位置，不知道是哪个字母").in_language(language)
    series.append(Series(where, [(lag, blind(lag)) for lag in LAGS], kind="line"))
    title = both("Held-out perplexity against the lag, with 95 % intervals", "留出困惑度与间隔，附 95 % 区间")
    x, y = both("lag L, in characters", "间隔 L（字符）"), both("perplexity", "困惑度")
    return chart_value(
        title.in_language(language), Axis(x.in_language(language), low=0), Axis(y.in_language(language), low=_LOWEST), series,
        levels=[Level(f"exp(H) = {figure(floor)}", floor)],
    )  # fmt: skip


def _doors() -> tuple[Door, ...]:
    small = {"hidden_size": 32, "embedding_size": 0, "epochs": 3, "learning_rate": 0.01}
    return (
        Door(both("Train an LSTM on copies", "用复制语料训练 LSTM"), "train", {"corpus": "copies", "model": "lstm", "values": small}),
        Door(both("Train an n-gram on brackets", "用括号语料训练 n 元语法"), "train", {"corpus": "brackets", "model": "ngram", "values": {"order": 8}}),
        Door(both("Perplexity, the lesson", "课程：困惑度"), "learn", {"lesson": "perplexity"}),
    )  # fmt: skip


def _check(lab: Lab, language: str, answer: str) -> Checked:
    """Compare an answer with exp(H) of the chain, and with what one gets by the usual mistakes."""
    given = number_given(answer)
    source, rate = Recipe.of_word(CHAIN).source(), Recipe.of_word(CHAIN).known().low
    right = math.exp(rate)
    share = figure(float(source.stationary[0]))
    if math.isclose(given, right, rel_tol=_NEAR):
        said = both(
            f"exp(H) = {figure(right)}. The chain is in a {share} of the time, and H = {figure(rate)} nats.",
            f"exp(H) = {figure(right)}。链有 {share} 的时间停在 a，H = {figure(rate)} 奈特。",
        )
        return Checked(True, said.in_language(language))
    if any(math.isclose(given, each, rel_tol=_NEAR) for each in (rate, rate / math.log(2))):
        said = both(
            "That is the entropy H itself. The floor of a perplexity is exp(H).",
            "这是熵率 H 本身。困惑度的下限是 exp(H)。",
        )
    else:
        said = both(
            "Find the stationary shares of a and b first: pi_a = 0.9 pi_a + 0.5 pi_b. Then weigh the entropies of both rows by them.",
            "先求 a 与 b 的平稳占比：pi_a = 0.9 pi_a + 0.5 pi_b，再用它们对两行的熵加权。",
        )  # fmt: skip
    return Checked(False, said.in_language(language))


LESSON = Lesson(
    name="floor", section="D2L 8.4.4", tabs=(), facts=_facts, run=_run, work=_work,
    title=both("The floor", "下限"),
    story=both(
        "How good is a perplexity of 2.1? Of a book nobody can say. So here the text is written by a machine whose probabilities are known: a"
        " letter out of four, some random digits, and the letter again, {lag} places after itself: {begin}. Letters cost 2 bits, digits 1, copies"
        " nothing: on average 1 bit a character, whatever the lag. No model can have a perplexity below 2 in the long run.",
        "困惑度 2.1 算好吗？对一本书，没有人知道。所以这里的文本由一台概率已知的机器写出：先从四个字母中抽一个，再写若干随机数字，"
        "然后在 {lag} 个位置之后重复那个字母：{begin}。字母 2 比特，数字 1 比特，副本 0 比特：无论间隔多大，平均每个字符 1 比特。"
        "长期来看，任何模型的困惑度都不会低于 2。",
    ),
    question=both(
        "The lag grows from {lag} to {last}, and the floor stays. Who leaves it?",
        "间隔从 {lag} 增加到 {last}，下限不变。谁会离开下限？",
    ),
    choices=(
        both("nobody: what is copied can be learned at any lag", "谁也不会：既然是照抄，间隔多大都学得会"),
        both(
            "the n-grams, as soon as the lag is longer than their context; a small LSTM still copies",
            "n 元语法，只要间隔超出其上文；小的长短期记忆网络仍能照抄",
        ),
        both("all of them: it is too far away to be remembered", "全都会：隔得太远，谁也记不住"),
    ),
    see=(
        both(
            "The true model, told the machine's probabilities, has {truth_3}, {truth_6} and {truth_12}: the floor, {floor}, up to chance. An"
            " n-gram sees n - 1 characters. The 4-gram copies over 3 places ({four_3}) and not over 6 ({four_6}); the 7-gram copies over 6"
            " ({seven_6}) and not over 12 ({seven_12}).",
            "真实模型知道机器的概率，困惑度为 {truth_3}、{truth_6} 和 {truth_12}：除去偶然，就是下限 {floor}。n 元语法只看得见 n - 1 个字符。"
            "4 元语法能隔 3 个位置照抄（{four_3}），隔 6 个就不行（{four_6}）；7 元语法能隔 6 个（{seven_6}），隔 12 个就不行（{seven_12}）。",
        ),
        both(
            "The 13-gram does look back far enough, and has {thirteen_12} at lag {last}: it must meet every one of {contexts} contexts by itself,"
            " in {tokens} characters of text. A network shares what it learns among them. Whoever knows where a copy stands, but not of which"
            " letter, has {blind}; after ten short passes the RNN has {rnn_12}, the LSTM {lstm_12}.",
            "13 元语法看得够远，在间隔 {last} 处却为 {thirteen_12}：{contexts} 种上文它必须逐一见过，而训练文本只有 {tokens} 个字符。"
            "网络学到的东西为所有上文共用。只知道副本的位置、不知道是哪个字母，困惑度为 {blind}；短短十轮之后，循环神经网络为 {rnn_12}，"
            "长短期记忆网络为 {lstm_12}。",
        ),
        both(
            "A held-out text is a draw, so a figure may lie a little below the floor; it stands with an interval, and no interval here ends"
            " below it. On a real text the floor is unknown, but it is there: a perplexity of 1 is not what a good model has.",
            "留出文本是一次抽样，所以数值可能略低于下限；它带有区间，而这里没有一个区间整个落在下限之下。"
            "真实文本的下限无人知晓，但它存在：好模型的困惑度并不是 1。",
        ),
    ),
    exercise=Exercise(
        task=both(
            "A chain of two letters: after an a comes another a with probability 0.9; after a b comes an a with 0.5. Under which perplexity can no"
            " model of its text stay?",
            "两个字母的链：a 之后仍为 a 的概率是 0.9；b 之后为 a 的概率是 0.5。任何模型在其文本上的困惑度都不能低于多少？",
        ),
        check=_check,
        hint=both("a number, such as 1.234", "一个数，例如 1.234"),
    ),
)  # fmt: skip
