"""Lesson: perplexity, the number of characters that a model is as unsure as choosing among (D2L 8.4.4)."""

from __future__ import annotations

import math
from statistics import harmonic_mean

from core.lab import Lab
from core.language import both
from core.measures.perplexity import perplexity
from core.ui.lessons.answers import number_checked, number_given
from core.ui.lessons.lesson import Checked, Door, Exercise, Facts, Json, Lesson, Seen, Strip, checkpoint_row, figure

# The model that reads the trio, where it is here.
_CHECKPOINT = "shakespeare-lstm"
# What a model gave to the two characters of the exercise.
_CHANCES = (1, 1 / 4)
# The book's continuations of "It is raining": sense, words without sense, noise.
TRIO = ("It is raining outside", "It is raining banana tree", "It is raining piouw;kcj pwepoiut")


def _reader(lab: Lab) -> Json:
    """Return the row of the model that reads: the chosen one, else the best one that reads English characters."""
    rows = [row for row in lab.checkpoints() if "error" not in row and row["bits_per_char"] is not None]
    fitting = [row for row in rows if row["level"] == "char" and not row["lines"] and row["language"] != "zh"]
    names = [row["name"] for row in sorted(fitting, key=lambda row: float(row["bits_per_char"]))]
    return checkpoint_row(lab, [_CHECKPOINT, *names])


def _facts(lab: Lab, language: str) -> Facts:
    row = _reader(lab)
    return Facts({"model": row["name"], "size": f"{row['vocab_size']:,}", "noise": TRIO[-1]})


def _run(lab: Lab, language: str) -> Seen:
    row = _reader(lab)
    readings = [lab.read(row["name"], line) for line in TRIO]
    sense, mixed, noise = (reading["perplexity"] for reading in readings)
    heads = both("who · perplexity", "谁 · 困惑度").in_language(language).split(" · ")
    perfect = both("a perfect model: certain, and right", "完美模型：确信，而且对").in_language(language)
    uniform = both("a uniform model: all characters alike", "均匀模型：所有字符一视同仁").in_language(language)
    rows = [
        [perfect, "1"],
        *([f"“{line}”", figure(each)] for line, each in zip(TRIO, (sense, mixed, noise), strict=True)),
    ]
    worse = noise is None or noise > row["vocab_size"]
    verdict = both(
        "above the uniform model: to be sure and wrong costs more than to know nothing"
        if worse
        else "below the uniform model: even noise has letters and blanks that can be guessed",
        "高于均匀模型：自信却错了，比一无所知代价更大" if worse else "低于均匀模型：乱码里也有猜得到的字母和空格",
    ).in_language(language)
    said = {
        "sense": figure(sense), "mixed": figure(mixed), "noise_figure": figure(noise), "size": f"{row['vocab_size']:,}",
        "verdict": verdict,
    }  # fmt: skip
    names = ["1", "2", "3"]
    strips = [Strip(name, reading) for name, reading in zip(names, readings, strict=True)]
    doors = [
        Door(both(f"Read “{line}”", f"对读“{line}”"), "read", {"checkpoints": [row["name"]], "text": line})
        for line in TRIO
    ]
    table = [heads, *rows, [uniform, f"{row['vocab_size']:,}"]]
    return Seen(noise, said, [("", strips)], table, doors=doors)


def _check(lab: Lab, language: str, given: str) -> Checked:
    right = perplexity(-sum(map(math.log, _CHANCES)), len(_CHANCES))
    choices = [1 / chance for chance in _CHANCES]
    if math.isclose(number_given(given), harmonic_mean(choices), rel_tol=0.01):
        said = both(
            "That is the harmonic mean of 1 and 4, as some texts word it. Surprises add up, so their mean is taken first, and e to it is the"
            " geometric mean.",
            "这是 1 与 4 的调和平均，有些教材这样写。相加的是惊奇，所以先对惊奇求平均，再取 e 的幂，得到的是几何平均。",
        )
        return Checked(False, said.in_language(language))
    why = both(
        "The mean surprise is (ln 1 + ln 4) / 2, and e to it is the root of 1 times 4: {right}.",
        "平均惊奇为 (ln 1 + ln 4) / 2，e 的这个次方就是 1 乘 4 的平方根：{right}。",
    )
    return number_checked(given, right, why, language)


LESSON = Lesson(
    name="perplexity", section="D2L 8.4.4", tabs=("read",), facts=_facts, run=_run,
    title=both("Perplexity", "困惑度"),
    story=both(
        "How good is a model? Let it read a text and ask, character by character, which chance it gave to what came. "
        "Perplexity is among how many characters it was as unsure as choosing: 1 is perfect; a model that knows nothing "
        "and gives every character the same chance has the size of its vocabulary, here {size}.",
        "模型好不好？让它读一段文字，逐个字符地问：它给实际出现的字符多大机会？困惑度就是：它相当于在多少个字符中猜。"
        "1 是完美；一无所知、对所有字符一视同仁的模型，困惑度等于词表大小，这里是 {size}。",
    ),
    question=both(
        "The model “{model}” reads the book's third example, “{noise}”. Guess its perplexity:",
        "模型“{model}”读书中的第三个例子“{noise}”。猜猜困惑度是多少：",
    ),
    unit=both("characters to choose among", "个字符中猜"),
    see=(
        both(
            "Sense is expected ({sense}), known words in a strange place are less so ({mixed}), noise is not ({noise_figure}; "
            "{verdict}).",
            "通顺的句子在意料之中（{sense}），词都认识但放错地方的次之（{mixed}），乱码则出乎意料（{noise_figure}，{verdict}）。",
        ),
        both(
            "In numbers: perplexity is e to the mean surprise (in nats) of the characters. So {size} is no upper end: it "
            "is what knowing nothing costs. The first character is given and does not count.",
            "用数字说：困惑度是 e 的“平均惊奇”（奈特）次方。所以 {size} 不是上限，只是一无所知的代价。第一个字符已知，不计分。",
        ),
    ),
    exercise=Exercise(
        both(
            "A model gave the first of two characters that came the chance 1, the second 1/4. What is its perplexity on the two?",
            "模型给先后出现的两个字符的机会分别是 1 和 1/4。它在这两个字符上的困惑度是多少？",
        ),
        _check, both("a number", "一个数字"),
    ),
)  # fmt: skip
