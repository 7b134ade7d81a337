"""What processes tell one another: a word, plain values and named arrays, as bytes that nothing is ever executed from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.models.protocol import Array

# Stands for the word and the values among the arrays.
_SAID = "said"


@dataclass(frozen=True)
class Message:
    """One message."""

    word: str
    values: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, Array] = field(default_factory=dict)


def packed(message: Message) -> bytearray:
    """Return the bytes of a message: a safetensors file, in which JSON stands as one more array of bytes."""
    from safetensors.numpy import save

    said = json.dumps([message.word, dict(message.values)]).encode()
    arrays = {name: np.ascontiguousarray(array) for name, array in message.arrays.items()}
    return bytearray(save({_SAID: np.frombuffer(said, dtype=np.uint8), **arrays}))


def unpacked(content: bytes) -> Message:
    """Return the message that was packed.

    >>> unpacked(bytes(packed(Message("learn", {"progress": 0.5}, {"ids": np.array([1, 2])})))).arrays["ids"]
    array([1, 2])
    """
    from safetensors.numpy import load

    arrays = load(content)
    word, values = json.loads(arrays.pop(_SAID).tobytes())
    return Message(word, values, arrays)
