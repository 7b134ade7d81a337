"""What a reader types into the field of an exercise, read as a number."""

from __future__ import annotations

import math

from core.errors import BadText

_SHOWN = 40


def typed_number(typed: str) -> float:
    """Return the number that was typed; a percent sign behind it and commas between thousands are passed over.

    Raises:
        BadText: it is no finite number.

    >>> typed_number(" 12.5 % "), typed_number("1,024")
    (12.5, 1024.0)
    """
    try:
        number = float(typed.strip().removesuffix("%").removesuffix("％").replace(",", ""))
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    raise BadText(
        f"{typed[:_SHOWN]!r} is no number. Type one, such as 12.5.",
        f"“{typed[:_SHOWN]}”不是数。请输入一个数，例如 12.5。",
    )
