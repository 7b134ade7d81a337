"""A text as an array of Unicode code points, which numpy can look up and count at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.errors import BadText

NUM_CODE_POINTS = 0x110000  # 1,114,112: how many code points Unicode has


def check_text(text: str) -> bytes:
    """Return ``text`` as UTF-8.

    Raises:
        BadText: half a surrogate pair, which is no character and has no UTF-8.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise _half_a_pair(text, error.start) from None


def code_points(text: str) -> npt.NDArray[np.uint32]:
    """Return the code point of every character, ``[characters]``.

    >>> code_points("a中").tolist()
    [97, 20013]

    Raises:
        BadText: half a surrogate pair.
    """
    try:
        return np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    except UnicodeEncodeError as error:
        raise _half_a_pair(text, error.start) from None


def count_code_points(text: str) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Return the distinct code points of ``text`` in ascending order and how often each occurs, both ``[distinct]``."""
    codes = code_points(text)
    counts = np.zeros(NUM_CODE_POINTS, dtype=np.int64)
    at_once = 1 << 20  # bincount widens what it counts to 8 bytes: a million at a time keeps that small
    for begin in range(0, len(codes), at_once):
        part = np.bincount(codes[begin : begin + at_once])
        counts[: len(part)] += part
    distinct = np.flatnonzero(counts)
    return distinct.astype(np.int32), counts[distinct]


def _half_a_pair(text: str, place: int) -> BadText:
    shown = f"U+{ord(text[place]):04X}"
    return BadText(
        f"The text holds half a surrogate pair ({shown}) at character {place}, which is no character. "
        "Take it out, or save the text as UTF-8 again.",
        f"文字第 {place} 个字符处有不成对的代理码元（{shown}），它不是字符。请删去它，或将文字重新存为 UTF-8。",
    )
