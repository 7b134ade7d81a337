"""The proposed beginning: whole, known words from text that was not learned."""

from __future__ import annotations

import pytest

from core.text.opening import opening
from core.text.sequences import Sequences
from core.text.tokenizer import Tokenizer


@pytest.mark.parametrize(
    ("level", "known", "held_out", "expected"),
    [
        ("char", "abcdefghijklmnopqrstuvwxyz .\n", "alf a line.\nthe tide came in.\nand out.\n", "the tide came"),
        ("char", "abcdefghijklmnopqrstuvwxyz ", "alfword the tide came in and out", "the tide came"),
        ("word", "the tide came in and out\n", "x\nthe moon rose high\nthe tide came in\n", "the tide came"),
        ("char", "宝钗起来梳洗，只见袭人在榻亮子时问道：你怎么了？\n",
         "了？\n宝钗起来梳洗，只见袭人在榻亮子时问道：" + "你怎么了？" * 9, "宝钗起来梳洗"),
    ],
)  # fmt: skip
def test_an_opening_is_whole_and_known(level: str, known: str, held_out: str, expected: str) -> None:
    tokenizer = Tokenizer.train([known], level)
    text = held_out + "\n" if "\n" in held_out else held_out
    assert opening(tokenizer, Sequences.of_stream(tokenizer.encode(text))) == expected


def test_a_line_model_needs_no_opening() -> None:
    tokenizer = Tokenizer.train(["anna"], "char", lines=True)
    assert opening(tokenizer, tokenizer.encode_lines(["anna"])) == ""
