"""What the web API's streaming endpoints say while they work: a text that grows, a training told for a visitor."""

from __future__ import annotations

from typing import Any

from core.generation.generate import Finished, Piece
from core.training.events import Event, Saved, as_json, finite

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


def told_to_visitor(event: Event, checkpoint: str) -> Json:
    """Return a training's event for a visitor: where the server keeps the model is its own affair."""
    if isinstance(event, Saved):
        return {"event": "saved", "step": event.step, "checkpoint": checkpoint}
    return as_json(event)
