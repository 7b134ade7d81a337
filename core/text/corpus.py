"""A corpus: a text and the card that says what it is, where it is from and under which licence.

Results mean nothing without the exact text they were measured on, so the card carries the SHA-256 of the bytes.
Bytes become text here as well: which encoding they are in is found out and stated, never repaired in silence; line
ends stay as they are.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from typing import Any

from core.errors import BadText
from core.language import Bilingual, both
from core.text.codepoints import check_text
from core.text.generated.known import Known

# Marks at the beginning of a file, the longer ones first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1f\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_PRIVATE = re.compile(r"[\ue000-\uf8ff]")  # where GB 18030 puts pairs of bytes that are no character
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

# A book may hold a stray control character; more than one in a thousand is a program or a picture.
_MOST_CONTROL_CHARACTERS = 1 / 1000
# Share of bytes from A1 upwards in the Chinese of GB 18030: near 1 in prose, near 1/2 where Latin-1 was misread.
_LEAST_HIGH_BYTES = 0.9
# Share of Chinese characters that makes a text a Chinese one.
_LEAST_CHINESE = 0.2


@dataclass(frozen=True)
class Passage:
    """A named stretch of a corpus, such as a play of a collection; it ends where the next one begins.

    Attributes:
        name: as results call it.
        title: in English and Chinese.
        first: its first character, counted from 0 in the text as it stands.
    """

    name: str
    title: Bilingual
    first: int

    def as_json(self) -> dict[str, Any]:
        """The passage as plain values."""
        return {
            "name": self.name, "title": {"en": self.title.en, "zh": self.title.in_language("zh")},
            "first_character": self.first,
        }  # fmt: skip


@dataclass(frozen=True)
class Card:
    """What there is to know about a corpus.

    Attributes:
        name: the name on the command line.
        title: its title, in English and Chinese.
        language: "en", "zh", or "und" where nobody said.
        source: where the same bytes are published, or where they are from in words.
        licence: in words.
        sha256: of the bytes.
        lines: whether it is a line corpus (one sequence a line) instead of one continuous text.
        characters: how many.
        encoding: what the bytes were decoded with.
        passages: named stretches, in order; the last one goes to the end of the text.
        known: of a generated corpus, what it was made of and its entropy; None for all others.
    """

    name: str
    title: Bilingual
    language: str
    source: str
    licence: str
    sha256: str
    lines: bool
    characters: int
    encoding: str = "utf-8"
    passages: tuple[Passage, ...] = ()
    known: Known | None = None

    def as_json(self) -> dict[str, Any]:
        """The card as plain values; ``known`` stands there for a generated corpus only."""
        known = {} if self.known is None else {"known": self.known.as_json()}
        return {
            "name": self.name, "title": {"en": self.title.en, "zh": self.title.in_language("zh")},
            "language": self.language, "source": self.source, "licence": self.licence, "sha256": self.sha256,
            "lines": self.lines, "characters": self.characters, "encoding": self.encoding,
            "passages": [passage.as_json() for passage in self.passages], **known,
        }  # fmt: skip


@dataclass(frozen=True)
class Corpus:
    """A text with its card."""

    text: str
    card: Card

    def as_json(self) -> dict[str, Any]:
        """The card as plain values; the text itself stays where it is."""
        return self.card.as_json()


def corpus_from_bytes(data: bytes, name: str, *, lines: bool = False, source: str = "") -> Corpus:
    """Return a corpus of a person's own file.

    Args:
        data: the bytes of the file.
        name: what to call it.
        lines: whether it is a line corpus.
        source: where it is from, in words.

    Raises:
        BadText: nothing, or no text.
    """
    text, encoding = decode_bytes(data)
    card = Card(
        name, both(name), guess_language(text), source or name, "unknown", hashlib.sha256(data).hexdigest(), lines,
        len(text), encoding,
    )  # fmt: skip
    return Corpus(text, card)


def corpus_from_text(text: str, name: str, *, lines: bool = False, source: str = "") -> Corpus:
    """Return a corpus of a text that somebody typed or pasted; as `corpus_from_bytes` of its UTF-8."""
    return corpus_from_bytes(check_text(text), name, lines=lines, source=source)


def guess_language(text: str) -> str:
    """Return "zh" where a fifth of a text is Chinese characters, else "und" (undetermined)."""
    sample = text[:100_000]
    return "zh" if len(_CHINESE.findall(sample)) >= _LEAST_CHINESE * max(1, len(sample)) else "und"


def decode_bytes(data: bytes) -> tuple[str, str]:
    """Return the text of ``data`` and the encoding it was found to be in.

    Tried in this order: a byte order mark, UTF-8, GB 18030 (where it gives common Chinese), Latin-1 or Windows-1252.

    >>> decode_bytes("红楼梦".encode("gb18030"))
    ('红楼梦', 'gb18030')

    Raises:
        BadText: nothing at all, or bytes that are no text.
    """
    if not data:
        raise BadText("The file is empty. Give a file with some text.", "文件是空的。请给出有文字的文件。")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_decoded(data, encoding)), encoding
    if b"\0" in data:
        raise _no_text()
    for encoding in ("utf-8", "gb18030", "latin-1", "cp1252"):
        text = _decoded(data, encoding)
        if text is not None and _is_plausible(text, encoding):
            return _checked(text), encoding
    raise _no_text()


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_plausible(text: str, encoding: str) -> bool:
    """Tell whether bytes that can be read in this encoding were probably written in it."""
    if encoding == "gb18030":
        if _PRIVATE.search(text):
            return False
        high = "".join(_NOT_ASCII.findall(text)).encode("gb18030")
        return sum(byte >= 0xA1 for byte in high[:100_000]) >= _LEAST_HIGH_BYTES * len(high[:100_000])
    if encoding == "latin-1":
        return re.search(r"[\x80-\x9f]", text) is None  # control codes that no text has
    return True


def _checked(text: str | None) -> str:
    """Return the text unless it is empty or full of control characters."""
    if text is None or "\0" in text or len(_CONTROL.findall(text)) > _MOST_CONTROL_CHARACTERS * len(text):
        raise _no_text()
    if not text:
        raise BadText("The file has no character. Give one with some text.", "文件中没有字符。请给出有文字的文件。")
    return text


def _no_text() -> BadText:
    return BadText(
        "These bytes are no text that can be read (UTF-8, UTF-16, GB 18030, Latin-1). "
        "Give a plain text file, best saved as UTF-8.",
        "这些字节不是可读的文字（UTF-8、UTF-16、GB 18030、Latin-1）。请给出纯文本文件，最好存为 UTF-8。",
    )
