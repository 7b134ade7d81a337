"""What a model card states, read back: a card may be anybody's, so nothing of it is trusted to have its form."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from core.sharing.card import COLUMNS, INFINITE

# What is read of it: characters of its front matter, results in it, characters of a name.
_MOST_FRONT, _MOST_STATED = 100_000, 200
_LONGEST_NAME = 60
_FRONT = re.compile(r"---\s*\n(.*?)\n---", re.DOTALL)


def read_results(text: str) -> list[tuple[str, float]]:
    """Return the results that a card's model-index states, in order; none where it cannot be read.

    A name may stand there twice, and a value that is no number is NaN.
    """
    from yaml import YAMLError, safe_load  # what huggingface_hub reads and writes the front matter with

    front = _FRONT.match(text[:_MOST_FRONT])
    try:
        card = safe_load(front[1]) if front else None
    except (ValueError, YAMLError, RecursionError):
        return []
    return [(name, as_number(value)) for name, value, _ in stated_results(card)]


def stated_results(card: Any) -> Iterator[tuple[str, Any, Any]]:
    """Return name, value and text of the first results in a card's front matter; what has another form is passed over."""
    return islice(_stated(card), _MOST_STATED)


def _stated(card: Any) -> Iterator[tuple[str, Any, Any]]:
    for model in _items(card, "model-index"):
        for result in _items(model, "results"):
            for metric in _items(result, "metrics"):
                name = _entry(metric, "name") or _entry(metric, "type")
                name = name[:_LONGEST_NAME] if isinstance(name, str) else "?"
                yield name, _entry(metric, "value"), _entry(_entry(result, "dataset"), "type")


def _entry(thing: Any, key: str) -> Any:
    return thing.get(key) if isinstance(thing, dict) else None


def _items(thing: Any, key: str) -> list[Any]:
    found = _entry(thing, key)
    return found if isinstance(found, list) else []


def as_number(value: Any) -> float:
    """Return a number of a card; NaN for anything else."""
    try:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


def read_table(text: str) -> list[tuple[str, float | None]]:
    """Return the figures of the table under a card's heading "Results", row by row: part and measure, value."""
    section = text.partition("## Results\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        (f"{row[0][:_LONGEST_NAME]} {measure}", _read_number(cell))
        for row in rows[2:]  # below the headings
        for measure, cell in zip(COLUMNS, row[2:], strict=False)
    ]


def _read_number(cell: str) -> float | None:
    """Return what a cell of the table says."""
    try:
        return None if cell == INFINITE else float(cell.replace(",", ""))
    except ValueError:
        return math.nan
