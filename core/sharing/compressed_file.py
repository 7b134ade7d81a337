"""The file that `compress` writes, around the coded tokens.

    magic "UNRL" | format | length of the name | fingerprint of the model (16 bytes) | checksum of the text (16 bytes)
    | number of tokens | name of the checkpoint | coded tokens | CRC-32 of everything before

The CRC finds damage before any model is asked; the fingerprint finds the wrong model; the checksum proves the text.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from dataclasses import dataclass

from core.errors import BadText

MAX_CHARACTERS = 20_000_000

_MAGIC = b"UNRL"
_FORMAT = 1
_HASH_BYTES = 16
_FIXED = struct.Struct(f"<4sBB{_HASH_BYTES}s{_HASH_BYTES}sI")  # everything up to the number of tokens
_CRC = struct.Struct("<I")
_MAX_NAME_BYTES = 255


@dataclass(frozen=True)
class Header:
    """What a compressed file says about itself.

    Attributes:
        checkpoint: name of the checkpoint that reads it; may be empty.
        fingerprint: `short_hash` of what identifies the model.
        tokens: how many tokens are coded.
        checksum: `short_hash` of the text.
    """

    checkpoint: str
    fingerprint: bytes
    tokens: int
    checksum: bytes


def read_header(data: bytes) -> Header:
    """Return the header of a compressed file, after the check that the file is whole.

    Raises:
        BadText: no such file, a newer format, or damaged or cut off.
    """
    return unpack(data)[0]


def pack(header: Header, coded: bytes) -> bytes:
    """Return the whole file.

    Raises:
        BadText: the checkpoint's name is too long.
    """
    name = header.checkpoint.encode()
    if len(name) > _MAX_NAME_BYTES:
        raise BadText(
            f"The checkpoint's name {header.checkpoint[:40]!r}... is too long for the file: use at most "
            f"{_MAX_NAME_BYTES} bytes.",
            f"检查点名称“{header.checkpoint[:40]}……”太长，无法写入文件：最多 {_MAX_NAME_BYTES} 字节。",
        )
    fixed = _FIXED.pack(_MAGIC, _FORMAT, len(name), header.fingerprint, header.checksum, header.tokens)
    body = fixed + name + coded
    return body + _CRC.pack(zlib.crc32(body))


def unpack(data: bytes) -> tuple[Header, bytes]:
    """Return the header and the coded tokens of an undamaged file; raises as `read_header` does."""
    if not data.startswith(_MAGIC):
        raise BadText(
            "This is no file that 'compress' wrote: it does not begin with the letters UNRL. Choose another file.",
            "这不是由 compress 写成的文件：开头不是 UNRL。请选择另一个文件。",
        )
    if len(data) > len(_MAGIC) and data[len(_MAGIC)] > _FORMAT:
        raise BadText(
            f"The file has format {data[len(_MAGIC)]}, and this version reads format {_FORMAT}. Use a newer version of "
            "Unroll.",
            f"文件格式为 {data[len(_MAGIC)]}，此版本只能读取格式 {_FORMAT}。请使用更新的 Unroll。",
        )
    if len(data) < _FIXED.size + _CRC.size or _CRC.pack(zlib.crc32(data[: -_CRC.size])) != data[-_CRC.size :]:
        raise _damaged()
    _, format_, name_length, fingerprint, checksum, tokens = _FIXED.unpack_from(data)
    begin = _FIXED.size + name_length
    # A token may be less than a character of the text (a byte of it), but never less than a byte.
    if format_ != _FORMAT or begin > len(data) - _CRC.size or tokens > 4 * MAX_CHARACTERS + 1:
        raise _damaged()
    try:
        name = data[_FIXED.size : begin].decode()
    except UnicodeDecodeError:
        raise _damaged() from None
    return Header(name, fingerprint, tokens, checksum), data[begin : -_CRC.size]


def short_hash(data: bytes) -> bytes:
    """Return the first 16 bytes of the SHA-256 of ``data``."""
    return hashlib.sha256(data).digest()[:_HASH_BYTES]


def _damaged() -> BadText:
    return BadText(
        "The compressed file is damaged or cut off: its checksum does not fit. Get it again from where it came.",
        "压缩文件已损坏或不完整：校验和不符。请重新获取该文件。",
    )
