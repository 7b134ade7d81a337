"""Named arrays in a safetensors file: plain numbers with a small JSON header, nothing that could be executed."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import BadCheckpoint
from core.models.protocol import Array
from core.sharing.facts import damaged

# The kinds of numbers that a checkpoint may hold.
_KINDS = {
    "F16": np.float16, "F32": np.float32, "F64": np.float64, "U8": np.uint8, "U16": np.uint16, "U32": np.uint32,
    "U64": np.uint64, "I8": np.int8, "I16": np.int16, "I32": np.int32, "I64": np.int64, "BOOL": np.bool_,
}  # fmt: skip
# The largest header that is believed (bytes); ours have a few thousand.
_MOST_HEADER = 10_000_000


def pack(arrays: Mapping[str, Array]) -> bytes:
    """Return the bytes of a safetensors file with these arrays."""
    from safetensors.numpy import save

    return save({name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())})


def unpack(content: bytes, name: str) -> dict[str, Array]:
    """Return the arrays of a safetensors file with this content; ``name`` is the file's, for messages.

    The header is compared with the file's size before any array is made, so that a small file that claims gigabytes is
    refused at once.

    Raises:
        BadCheckpoint: it is no safetensors file, cut off, or holds numbers of another kind.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    _check_header(name, content)
    try:
        return load(content)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise damaged(name, str(error), str(error)) from error


def _check_header(name: str, content: bytes) -> None:
    # The file begins with the length of its header, which may read like a pickle's mark: 1408 is 80 05. Then "{" follows.
    if content[:2] in (b"PK", b"\x80\x02", b"\x80\x04", b"\x80\x05") and content[8:9] != b"{":
        raise BadCheckpoint(
            f"{name} is a pickle or a zip archive, not a safetensors file. Pickles can run programs and are never "
            "opened here; ask for the model as safetensors.",
            f"{name} 是 pickle 或压缩包，而不是 safetensors 文件。pickle 可能执行程序，本程序从不打开；请索取 safetensors 格式的模型。",
        )
    if len(content) < 8:
        raise damaged(name, "it is cut off", "它被截断")
    (length,) = struct.unpack("<Q", content[:8])
    if length > min(_MOST_HEADER, len(content) - 8):
        raise damaged(name, "it is no safetensors file, or cut off", "它不是 safetensors 文件，或被截断")
    try:
        header: Any = json.loads(content[8 : 8 + length])
    except (ValueError, RecursionError) as error:
        raise damaged(name, "its header is not JSON", "其文件头不是 JSON") from error
    if not isinstance(header, dict):
        raise damaged(name, "its header is not a JSON object", "其文件头不是 JSON 对象")
    for key, entry in header.items():
        if key != "__metadata__" and (not isinstance(entry, dict) or entry.get("dtype") not in _KINDS):
            raise damaged(
                name, f"tensor {key[:60]!r} is of a kind that is not used here", f"张量“{key[:60]}”的类型不在此使用"
            )
