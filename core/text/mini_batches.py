"""How mini-batches lie over the beginning of a text (D2L 8.3.4): the real cutting, done on places instead of ids."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np

from core.errors import BadSetting, BadText
from core.text.batching import random_sampling, sequential_partition
from core.text.portrait import check_level
from core.text.tokenizer import Tokenizer

SAMPLINGS = {"random": random_sampling, "sequential": sequential_partition}
MOST_ROWS, MOST_STEPS = 6, 20
# Tokens that are laid out, and characters that surely hold them.
_TOKENS, _CHARACTERS = 150, 5000


def mini_batches(
    text: str, level: str, sampling: str = "sequential", batch_size: int = 2, num_steps: int = 5, seed: int = 0
) -> dict[str, Any]:
    """Return the windows of every mini-batch over the first tokens of a text.

    Args:
        text: any text.
        level: "char" or "word".
        sampling: "random" or "sequential".
        batch_size: windows side by side, 1 to 6.
        num_steps: tokens of a window, 1 to 20.
        seed: draws the offset and the order.

    Returns:
        sampling, tokens (as they stand in the text), steps, and batches: each a list of rows with begin (the place of
        its first input; its targets begin one later) and fresh (whether it starts from the initial state).

    Raises:
        BadSetting: a value out of its range.
        BadText: fewer than two tokens.
    """
    check_level(level)
    cut = SAMPLINGS.get(sampling)
    if cut is None:
        raise BadSetting(
            f"'sampling' cannot be {sampling!r}: it takes 'random' or 'sequential'.",
            f"sampling 不能取“{sampling}”：应为 random 或 sequential。",
        )
    for name, value, most in (("batch_size", batch_size, MOST_ROWS), ("num_steps", num_steps, MOST_STEPS)):
        if not 1 <= value <= most:
            raise BadSetting(
                f"'{name}' cannot be {value!r}: here it takes 1 to {most}.",
                f"{name} 不能取“{value}”：此处应为 1 到 {most}。",
            )
    beginning = text.lstrip()[:_CHARACTERS]
    encoding = Tokenizer.train([beginning], level).inspect(beginning) if beginning else None
    if encoding is None or len(encoding.ids) < 2:
        raise BadText(
            "A window needs one token to read and one to predict. Give a longer text.",
            "一个窗口至少要一个输入词元和一个目标词元。请给出更长的文本。",
        )
    spans = list(islice(encoding.offsets, _TOKENS))
    windows = list(cut(np.arange(len(spans), dtype=np.int32), batch_size, num_steps, np.random.default_rng(seed)))
    return {
        "sampling": sampling, "tokens": [encoding.text[slice(*span)] for span in spans],
        "steps": int(windows[0].inputs.shape[1]),
        "batches": [
            [
                {"begin": int(row[0]), "fresh": bool(fresh)}
                for row, fresh in zip(window.inputs, window.fresh, strict=True)
            ]
            for window in windows
        ],
    }  # fmt: skip
