"""What is kept of a training: the events that its curve is drawn from, few enough for a file, however long it ran."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from core.training.events import Event, Saved, Step, as_json

# Steps kept in history.jsonl; of a longer run every second is dropped, again and again.
_MOST_STEPS_KEPT = 400


@dataclass
class History:
    """The events worth keeping: evaluations, samples, beginning and end, and steps thinned evenly."""

    events: list[dict[str, Any]] = field(default_factory=list)
    stride: int = 1

    @classmethod
    def of(cls, events: list[dict[str, Any]]) -> History:
        """Go on with what was kept before; how the steps were thinned is seen from their numbers."""
        numbers = [event.get("step") for event in events if event.get("event") == "step"]
        return cls(events, max(1, math.gcd(*(number for number in numbers if isinstance(number, int)))))

    def add(self, event: Event) -> None:
        """Keep the event, or pass it over."""
        if isinstance(event, Saved) or (isinstance(event, Step) and event.step % self.stride):
            return
        values = as_json(event)
        values.pop("results", None)  # they stand in config.json
        self.events.append(values)
        if sum(each["event"] == "step" for each in self.events) > _MOST_STEPS_KEPT:
            self.stride *= 2
            self.events = [e for e in self.events if e["event"] != "step" or e["step"] % self.stride == 0]
