r"""How tokens are called in an ARPA file, where white space parts words and three names are taken.

White space, control characters, ``%``, and bytes that are no character stand as ``%XX`` for each of their bytes of UTF-8, so a
character model can be exchanged too: its space is ``%20``. A token that reads like one of the three marks hides its ``<``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

BEGIN, END, UNKNOWN = "<s>", "</s>", "<unk>"
# Some programs write the unknown word in capitals.
UNKNOWN_IN_CAPITALS = "<UNK>"
MARKS = (BEGIN, END, UNKNOWN, UNKNOWN_IN_CAPITALS)

_ESCAPED = re.compile(rb"%([0-9A-F]{2})")


def escaped(token: bytes) -> str:
    r"""Return how a token of these bytes is written.

    >>> escaped(" 5%".encode()), escaped("宝\n".encode()), escaped(b"\xe5\xae"), escaped(b"<s>")
    ('%205%25', '宝%0A', '%E5%AE', '%3Cs>')
    """
    text = token.decode(errors="surrogateescape")  # a byte that is no character becomes a lone surrogate
    word = "".join(_hexadecimal(sign) if _is_hidden(sign) else sign for sign in text)
    return f"%3C{word[1:]}" if word in MARKS else word


def unescaped(words: Sequence[str]) -> list[bytes] | None:
    """Return the bytes of all words of a file; None if they are not all as `escaped` writes them.

    A foreign file may hold words with ``%`` that mean themselves; such a file's words all do.

    >>> unescaped(["a", "%20the"]), unescaped(["100%", "%20the"])
    ([b'a', b' the'], None)
    """
    tokens = [_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), word.encode()) for word in words]
    return tokens if all(escaped(token) == word for token, word in zip(tokens, words, strict=True)) else None


def _is_hidden(sign: str) -> bool:
    return sign == "%" or sign.isspace() or unicodedata.category(sign) in ("Cc", "Cs")


def _hexadecimal(sign: str) -> str:
    return "".join(f"%{byte:02X}" for byte in sign.encode(errors="surrogateescape"))
