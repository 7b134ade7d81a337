"""Several checkpoints at once: how many, and each once."""

from __future__ import annotations

from typing import Any

from core.errors import BadSetting

# Models that may read one text, or write on after one prefix, at once.
MOST_READING, MOST_WRITING = 6, 4


def check_names(names: Any, most: int) -> list[str]:
    """Return checkpoint names, each once.

    >>> check_names(["a", "b", "a"], 4)
    ['a', 'b']

    Raises:
        BadSetting: no list of one to ``most`` names.
    """
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise BadSetting("'checkpoints' takes a list of names.", "checkpoints 应为名称列表。")
    once = list(dict.fromkeys(names))
    if not 1 <= len(once) <= most:
        raise BadSetting(
            f"Choose one to {most} models, not {len(once)}.", f"请选择 1 到 {most} 个模型，而不是 {len(once)} 个。"
        )
    return once
