"""Checkpoints as somebody would forge them: files changed, and the hashes that vouch for them changed as well."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from core.sharing.checkpoint import MODEL
from core.sharing.facts import CONFIG
from core.sharing.tensors import pack, unpack

Files = dict[str, bytes]
DEEP = 100_000


def with_config(files: Files, change: Callable[[dict[str, Any]], object]) -> Files:
    """Return files whose config.json was changed."""
    values = json.loads(files[CONFIG])
    change(values)
    return {**files, CONFIG: json.dumps(values).encode()}


def with_file(files: Files, name: str, content: bytes) -> Files:
    """Return files with another content of one, and the hash that fits it."""
    digest = hashlib.sha256(content).hexdigest()
    return with_config({**files, name: content}, lambda values: values["files"].update({name: digest}))


def with_tensors(files: Files, change: Callable[[dict[str, np.ndarray]], object]) -> Files:
    """Return files whose arrays were changed."""
    arrays = {name: array.copy() for name, array in unpack(files[MODEL], MODEL).items()}
    change(arrays)
    return with_file(files, MODEL, pack(arrays))


def without(files: Files, *names: str) -> Files:
    """Return files without some."""
    return {name: content for name, content in files.items() if name not in names}
