"""What a reader types as the answer to an exercise, read as a number, and what is said of it."""

from __future__ import annotations

import re
import unicodedata

from core.errors import BadText
from core.language import Bilingual
from core.ui.lessons.lesson import Checked, figure

# An answer is right when it is this close to the computed one: readers round.
_CLOSE, _ZERO = 0.01, 1e-9
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?:,\d{3})*(?:\.\d*)?$)")


def number_given(given: str) -> float:
    """Return what a reader typed as a number: "0.25", "25 %", "1/4" and "1,024" are understood, also "0,25".

    Raises:
        BadText: no number.

    >>> number_given("25 %"), number_given("1 / 4"), number_given("1,024")
    (0.25, 0.25, 1024.0)
    """
    text = unicodedata.normalize("NFKC", given).strip()  # full-width digits and signs, as Chinese keyboards give them
    share = text.endswith("%")
    parts = [_plain(part.strip()) for part in text.removesuffix("%").split("/")]
    if len(parts) in (1, 2) and all(_NUMBER.fullmatch(part) for part in parts):
        above, *below = (float(part) for part in parts)
        if not below or below[0]:
            return (above / below[0] if below else above) / (100 if share else 1)
    raise BadText(
        f"“{given[:40]}” is no number. Give one such as 12, 0.25, 25 % or 1/4.",
        f"“{given[:40]}”不是数字。请输入如 12、0.25、25 % 或 1/4 的数字。",
    )


def _plain(text: str) -> str:
    """Return a number without the commas between its thousands; another comma is a decimal one."""
    if text.startswith(("0,", "-0,", "+0,")):
        return text.replace(",", ".", 1)
    return _THOUSANDS.sub("", text).replace(",", ".", 1)


def near(number: float, right: float, share: float = _CLOSE) -> bool:
    """Whether a reader's number is the computed one but for rounding: within a share of it."""
    return abs(number - right) <= max(share * abs(right), _ZERO)


def number_checked(given: str, right: float, why: Bilingual, language: str) -> Checked:
    """Return whether a reader's number is the computed one, rounding forgiven, and why it is that.

    Args:
        given: as typed.
        right: the answer.
        why: how to come to it; ``{right}`` stands for it. A wrong answer is told the way, too.
        language: "en" or "zh".
    """
    number = number_given(given)
    return Checked(near(number, right), why.in_language(language).format(right=figure(right)))
