"""What a reader typed, read as an answer."""

from __future__ import annotations

import math

from core.errors import BadText


def typed_number(typed: str) -> float:
    """Return a number as a reader types it: 0.024, 2.4e-2, 1,234, or with a Chinese full stop.

    >>> typed_number(" 1,234.5 "), typed_number("2.4e-2"), typed_number("０．５")
    (1234.5, 0.024, 0.5)

    Raises:
        BadText: it is none.
    """
    plain = (
        "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign for sign in typed).strip().replace(",", "")
    )
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadText(
            f"“{typed.strip()[:40]}” is no number. Type one, such as 0.024.",
            f"“{typed.strip()[:40]}”不是数字。请输入一个数，例如 0.024。",
        )
    return number


def near(number: float, right: float, share: float = 0.02) -> bool:
    """Whether a number is the right one but for rounding: within a share of it."""
    return abs(number - right) <= share * abs(right)
