"""What the web API's streaming endpoints say while they work: a text that grows, a training told for a visitor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from core.errors import LabError
from core.generation.generate import Finished, Piece
from core.generation.side_by_side import Turn
from core.training.events import Event, Saved, as_json, finite
from core.ui.components.manuscript import paced

Json = dict[str, Any]


class Continuation:
    """What `/generate` says of one continuation while it grows."""

    def __init__(self, prefix: str, unknown: list[int]) -> None:
        self._value: Json = {
            "prefix": prefix, "text": "", "tokens": [], "ids": [], "log_probs": [], "unknown": unknown,
            "finish_reason": None,
        }  # fmt: skip
        self._seconds = 0.0

    def add(self, items: list[Piece | Finished], seconds: float) -> None:
        """Take in what was written in some more seconds."""
        self._seconds += seconds
        for item in items:
            if isinstance(item, Finished):
                self._value["finish_reason"] = item.reason
                continue
            self._value["text"] += item.text
            self._value["tokens"] += item.tokens
            self._value["ids"] += item.ids
            self._value["log_probs"] += [finite(value) for value in item.log_probs]

    def value(self) -> Json:
        """Return all that is written so far."""
        copied = {key: list(each) if isinstance(each, list) else each for key, each in self._value.items()}
        return {**copied, "tokens_per_second": round(len(copied["ids"]) / max(self._seconds, 1e-9), 1)}


def growing(pieces: Iterator[Piece | Finished], prefix: str, unknown: list[int]) -> Iterator[Json]:
    """Yield a continuation as it grows, about ten times a second.

    Args:
        pieces: as they are written.
        prefix: the text before.
        unknown: places of its unknown tokens.
    """
    result = Continuation(prefix, unknown)
    began = time.perf_counter()
    for items in paced(pieces):
        now = time.perf_counter()
        result.add(items, now - began)
        began = now
        yield result.value()


def growing_together(
    turns: Iterator[Turn], names: list[str], prefix: str, unknown: Callable[[str, str], list[int]], language: str
) -> Iterator[Json]:
    """Yield the continuations of several models as they grow, by name; one that cannot write says why.

    Args:
        turns: what the models write, turn by turn.
        names: of the models, in the order in which they are told.
        prefix: the text before.
        unknown: the places of unknown tokens in a prefix, of a model by its name.
        language: of errors.
    """
    results: dict[str, Continuation] = {}
    errors: dict[str, Json] = {}
    for gathered in paced(turns):
        for name, items, seconds in gathered:
            if isinstance(items, LabError):
                errors[name] = {"error": items.in_language(language)}
                continue
            if name not in results:
                results[name] = Continuation(prefix, unknown(name, prefix))
            results[name].add(items, seconds)
        yield {name: errors.get(name) or results[name].value() for name in names if name in errors or name in results}


def told_to_visitor(event: Event, checkpoint: str) -> Json:
    """Return a training's event for a visitor: where the server keeps the model is its own affair."""
    if isinstance(event, Saved):
        return {"event": "saved", "step": event.step, "checkpoint": checkpoint}
    return as_json(event)
