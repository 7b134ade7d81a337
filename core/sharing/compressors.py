"""Programs that compress any text, to stand beside a model: gzip, xz, and PPMd where it is installed.

A model has read its training text; a program that has not starts behind. So each is also measured primed: after the very
same training text, by what the new text adds to it. All of them go on learning from the text that they compress, so they
are adaptive where a model's file is static.
Sources: Deutsch, RFC 1951 (1996); Cleary and Witten, "Data compression using adaptive coding and partial string matching" (1984).
"""

from __future__ import annotations

import gzip
import importlib.util
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

# How far back gzip can see, in bytes.
_GZIP_WINDOW = 1 << 15
_XZ_PRESET = 9 | lzma.PRESET_EXTREME
_PPMD_ORDER, _PPMD_MEMORY = 6, 1 << 26

Coder = Callable[[bytes], int]


@dataclass(frozen=True)
class Size:
    """How small a text became.

    Attributes:
        method: "text" (as UTF-8), "gzip", "xz", "ppmd" or "model".
        size: in bytes.
        primed: whether the method has read the training text before.
        adaptive: whether it learns from the text that it compresses.
        computed: whether the size follows from probabilities, and no such file was written.
    """

    method: str
    size: int
    primed: bool = False
    adaptive: bool = True
    computed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def other_sizes(text: str, learned: str | None) -> Iterator[Size]:
    """Yield how small other programs make a text, the quick ones first.

    Args:
        text: what to compress.
        learned: the model's training text, after which each is measured once more; None leaves that out.
    """
    data = text.encode()
    yield Size("text", len(data), adaptive=False)
    coders: dict[str, Coder] = {"gzip": _gzip, "xz": _xz}
    if importlib.util.find_spec("pyppmd") is not None:
        coders["ppmd"] = _ppmd
    for method, coder in coders.items():
        yield Size(method, coder(data))
    if learned is None:
        return
    before = learned.encode()
    yield Size("gzip", _gzip(data, before), primed=True)
    for method, coder in coders.items():
        if method != "gzip":
            yield Size(method, coder(before + data) - coder(before), primed=True)


def _gzip(data: bytes, before: bytes = b"") -> int:
    """Return the size of a gzip file; with a text before it, all that gzip can look back on is its preset dictionary."""
    if not before:
        return len(gzip.compress(data, 9))
    coder = zlib.compressobj(9, zdict=before[-_GZIP_WINDOW:])
    return len(coder.compress(data) + coder.flush())


def _xz(data: bytes) -> int:
    return len(lzma.compress(data, preset=_XZ_PRESET))


def _ppmd(data: bytes) -> int:
    import pyppmd  # optional: whoever has it sees one row more

    coder = pyppmd.Ppmd7Encoder(_PPMD_ORDER, _PPMD_MEMORY)
    return len(coder.encode(data) + coder.flush())
