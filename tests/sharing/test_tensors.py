"""Tensors in a safetensors file: whatever is packed comes back, and nothing is mistaken for a pickle."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from core.errors import BadCheckpoint
from core.sharing.tensors import pack, unpack


@pytest.mark.parametrize("length", [0x0280, 0x0480, 0x0580])
def test_a_header_whose_length_reads_like_a_pickles_mark_is_a_header(length: int) -> None:
    # One array's entry in the header takes as many bytes as its name has, and the header is padded to eights.
    files = (pack({"n" * size: np.zeros(1)}) for size in range(length))
    content = next(file for file in files if int.from_bytes(file[:8], "little") == length)
    assert content[:2] == length.to_bytes(2, "little")
    assert [array.tolist() for array in unpack(content, "model.safetensors").values()] == [[0.0]]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_never_opened(protocol: int) -> None:
    with pytest.raises(BadCheckpoint):
        unpack(pickle.dumps({"weight": [1.0] * 100}, protocol=protocol), "model.safetensors")
