"""A suffix array: the places of a text in the order of what begins there, so that any stretch is found by halving.

Everything that a text contains is the beginning of one of its suffixes. Once these stand in alphabetical order, the longest
stretch that a query shares with the text is shared with a neighbour of the place where the query would stand. Sorting by
doubling: who knows the order by the first k characters knows that by 2k, for the second k begin another suffix.
Source: Manber and Myers, "Suffix arrays: a new method for on-line string searches" (1990); the doubling is Karp, Miller
and Rosenberg's (1972).
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]

# Numbers below this fit into the integers that are sorted.
_ROOM = 1 << 62


def suffix_order(text: str) -> Places:
    """Return where the suffixes of a text begin, in the order of the suffixes (by code points), ``[characters]``.

    >>> suffix_order("banana").tolist()  # a, ana, anana, banana, na, nana
    [5, 3, 1, 0, 4, 2]
    """
    if not text:
        return np.zeros(0, dtype=np.int64)
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    alphabet, letters = np.unique(codes, return_inverse=True)
    base = len(alphabet) + 1  # 0 stands behind the end
    keys, known = letters + 1, 1
    while base ** (known + 1) < _ROOM and known < len(text):  # so many characters fit into one number
        keys, known = keys * base + _shifted(letters + 1, known), known + 1
    while True:
        order = np.argsort(keys)
        sorted_keys = keys[order]
        is_new = np.ones(len(order), dtype=bool)
        is_new[1:] = sorted_keys[1:] != sorted_keys[:-1]
        ranks = np.empty_like(keys)
        ranks[order] = np.cumsum(is_new)
        if is_new.all():
            return order.astype(np.int64)
        keys, known = ranks * (len(text) + 1) + _shifted(ranks, known), 2 * known


def _shifted(numbers: Places, by: int) -> Places:
    """Return what stands ``by`` places further on, 0 behind the end."""
    shifted = np.zeros_like(numbers)
    shifted[: len(numbers) - by] = numbers[by:]
    return shifted


class SuffixArray:
    """A text in which any stretch is found at once.

    >>> SuffixArray("the cat sat on the mat").longest_match("the cap")
    (6, 0)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        # Half the memory, and a view whose items are Python's numbers: three times as fast to halve.
        self._order = suffix_order(text).astype(np.int32)
        self._places = self._order.data

    @property
    def nbytes(self) -> int:
        """What is kept in memory: at most 4 bytes a character, and as many for its place."""
        return 4 * len(self.text) + self._order.nbytes

    def longest_match(self, query: str) -> tuple[int, int]:
        """Return how many characters at the beginning of ``query`` stand somewhere in the text, and where they begin.

        Of several places it is one that `suffix_order` puts nearest; nothing shared is (0, 0).
        """
        text, length = self.text, len(query)
        at = bisect_left(self._places, query, key=lambda place: text[place : place + length])
        near = [self._places[each] for each in (at, at - 1) if 0 <= each < len(text)]
        return max(((_shared(query, text[place : place + length]), place) for place in near), default=(0, 0))


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts begin with together, by halving."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low
