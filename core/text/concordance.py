"""A concordance: every place where a run of tokens stands in a text, with what is around it (keyword in context).

Ids are compared, not letters, so token borders are right by themselves: the word "he" is not found in "the", ``<unk>`` is
found wherever a token was unknown, and no run goes across the end of a line of a line corpus. The number of places that
something follows is what an n-gram model calls N(c), the number of those that w follows is n(cw) (D2L 8.3.1).
Source: Luhn, "Key word-in-context index for technical literature" (1960).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadText, UnknownName
from core.text.placed import Offsets, PlacedText
from core.text.sequences import Sequences

Json = dict[str, Any]

# Places that are shown, characters on each side of one, and the commonest tokens that follow.
MOST_PLACES, _AROUND, _FOLLOWERS = 20, 60, 10
# A character of UTF-8 has at most this many bytes.
_WIDEST = 4
# Where a token of interest follows some of the places, these have so much of the room.
_SHARE_OF_SAME = 0.6


def occurrences(sequences: Sequences, pattern: Sequence[int]) -> Offsets:
    """Return the index of the id behind every place where ``pattern`` stands within one sequence, ascending.

    Of the empty pattern these are all ids; of lines all but their opening boundaries, which nothing predicts.

    >>> occurrences(Sequences.of_stream([1, 2, 1, 2, 1]), [1, 2]).tolist()
    [2, 4]
    """
    ids, length = sequences.ids, len(pattern)
    if not length:
        begins = np.zeros(len(ids), dtype=bool)
        begins[sequences.starts] = sequences.lines
        return np.flatnonzero(~begins)
    found = np.flatnonzero(ids[: max(0, len(ids) - length + 1)] == pattern[0])
    for place, id_ in enumerate(pattern[1:], start=1):
        found = found[ids[found + place] == id_]
    sequence = [np.searchsorted(sequences.starts, found + shift, side="right") for shift in (0, length - 1)]
    behind: Offsets = found[sequence[0] == sequence[1]] + length
    return behind


def is_followed(sequences: Sequences, behind: Offsets) -> npt.NDArray[np.bool_]:
    """Tell which of the indices that `occurrences` returns are of an id of the same sequence, ``[places]``."""
    ends = np.zeros(len(sequences.ids) + 1, dtype=bool)
    ends[sequences.ends] = True
    inside: npt.NDArray[np.bool_] = ~ends[behind]
    return inside


def concordance(placed: PlacedText, context: Sequence[int], token: int | None = None, most: int = MOST_PLACES) -> Json:
    """Return the places of a context in a text, and what follows it.

    Args:
        placed: the text.
        context: ids; none of them stands for the token itself, wherever it is.
        token: of interest among those that follow; None for no one.
        most: how many places to list, spread evenly over the text, most of them followed by the token of interest.

    Returns:
        context (tokens), token, total (places), followed (those that something follows: N(c)), same (those that the
        token follows: n(cw), None without one), types (different tokens that follow: T(c)), followers (id, token, count;
        the most frequent ones), tokens (in all of the text), and places, in the order of the text: left, hit, next and
        right (stretches of the text), same, character (offset in the text, of a line corpus in its line, from 0) and
        line (its number in the file, from 1; None where the form has no lines).
    """
    sequences, tokens = placed.sequences, placed.tokenizer.tokens
    behind = occurrences(sequences, context)
    inside = is_followed(sequences, behind)
    following = sequences.ids[behind[inside]]
    counts = np.bincount(following, minlength=placed.tokenizer.vocab_size)
    common = np.argsort(-counts, kind="stable")[: min(_FOLLOWERS, np.count_nonzero(counts))]
    same = np.zeros(len(behind), dtype=bool)
    if token is not None:
        same[inside] = following == token
    chosen = _chosen(same, most, only_same=token is not None and not len(context))
    return {
        "context": [tokens[id_] for id_ in context], "token": None if token is None else tokens[token],
        "total": len(behind), "followed": len(following), "same": None if token is None else int(same.sum()),
        "types": int(np.count_nonzero(counts)), "tokens": len(sequences.ids),
        "followers": [{"id": int(id_), "token": tokens[id_], "count": int(counts[id_])} for id_ in common],
        "places": [
            {**place, "same": bool(same[at])}
            for at, place in zip(chosen, _places(placed, behind[chosen], inside[chosen], len(context)), strict=True)
        ],
    }  # fmt: skip


def token_concordance(placed: PlacedText, tokens: Sequence[str]) -> Json:
    """Return the places of a run of tokens, given as they read.

    Raises:
        UnknownName: one of them does not occur in the text.
        BadText: none are given.
    """
    if not tokens or not all(isinstance(token, str) for token in tokens):
        raise BadText("There is no token to look for. Choose one.", "没有要查找的词元，请选择一个。")
    ids = {token: id_ for id_, token in enumerate(placed.tokenizer.tokens)}
    for token in tokens:
        if token not in ids:
            raise UnknownName(f"'{token}' is no token of this text. Choose one that is listed.",
                              f"“{token}”不是这段文本中的词元，请从列表中选择。")  # fmt: skip
    return concordance(placed, [ids[token] for token in tokens])


def _chosen(same: npt.NDArray[np.bool_], most: int, only_same: bool) -> Offsets:
    """Return which places are listed: all where there is room, else some of both kinds, spread evenly; ascending."""
    wanted, others = np.flatnonzero(same), np.flatnonzero(~same)
    if only_same:
        others = others[:0]
    room = min(len(wanted), max(int(_SHARE_OF_SAME * most), most - len(others)))
    return np.sort(np.concatenate([_spread(wanted, room), _spread(others, most - room)]))


def _spread(places: Offsets, most: int) -> Offsets:
    """Return at most so many of the places, evenly spaced, the first one among them."""
    if len(places) <= most:
        return places
    return places[np.arange(most) * len(places) // max(1, most)]


def _places(placed: PlacedText, behind: Offsets, inside: npt.NDArray[np.bool_], length: int) -> list[Json]:
    """Return what stands at and around each of the places."""
    begins, ends = placed.spans()
    starts, sequence_ends = placed.sequences.starts, placed.sequences.ends
    found = []
    for index, has_next in zip(behind.tolist(), inside.tolist(), strict=True):
        sequence = int(np.searchsorted(starts, index - 1 if length else index, side="right")) - 1
        first, last = int(placed.line_begins[sequence]), int(ends[sequence_ends[sequence] - 1])
        begin = int(begins[index - length])
        hit = slice(begin, int(ends[index - 1]) if length else begin)
        following = slice(int(begins[index]), int(ends[index])) if has_next else slice(hit.stop, hit.stop)
        around = _around(placed.data, slice(first, begin), hit, following, slice(following.stop, last))
        found.append({**around, **_position(placed, sequence, slice(first, begin))})
    return found


def _around(data: bytes, before: slice, hit: slice, following: slice, after: slice) -> Json:
    """Return the stretches of a place; half a character at the edge of a window is left out."""
    window = _AROUND * _WIDEST
    left = data[max(before.start, before.stop - window) : before.stop].decode(errors="ignore")
    right = data[after.start : min(after.stop, after.start + window)].decode(errors="ignore")
    return {
        "left": left[-_AROUND:], "hit": data[hit].decode(errors="replace"),
        "next": data[following].decode(errors="replace"), "right": right[:_AROUND],
    }  # fmt: skip


def _position(placed: PlacedText, sequence: int, text_before: slice) -> Json:
    """Return where a place is: behind this part of its text or line."""
    before = placed.data[text_before].decode(errors="ignore")
    if placed.numbers is not None:
        line: int | None = int(placed.numbers[sequence])
    elif placed.tokenizer.form == "raw":
        line = 1 + before.count("\n") + before.count("\r") - before.count("\r\n")
    else:
        line = None
    return {"character": len(before), "line": line}
