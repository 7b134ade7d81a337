"""The command line that makes a checkpoint again, as its card states it."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from core.sharing.facts import file_name

# Settings that the command line takes as flags of their own.
_FLAGS = {"level": "--level", "form": "--form", "epochs": "--epochs", "minutes": "--minutes", "seed": "--seed"}


def training_command(model: str, corpus: str, values: Mapping[str, Any], out: str) -> str:
    """Return the command line that trains so, where the text is at hand.

    >>> training_command("ngram", "/home/ann/emma.txt", {"order": 3, "level": "word", "validation": False}, "emma")
    'python -m core train ngram --corpus emma.txt --set order=3 --level word --set validation=false --out checkpoints/emma'

    Args:
        model: the plug-in's name.
        corpus: how the text was named; of a path the file's name is told only.
        values: settings by name, those that were chosen.
        out: the checkpoint's name.
    """
    words = ["python", "-m", "core", "train", model, "--corpus", file_name(corpus)]
    for name, value in values.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        words += [_FLAGS[name], text] if name in _FLAGS else ["--set", f"{name}={text}"]
    return shlex.join([*words, "--out", f"checkpoints/{out}"])
