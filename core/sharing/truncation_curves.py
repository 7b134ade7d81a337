"""The same model learns three times from one text, with the full, the regular and the random gradient (D2L 8.7.1).

Everything else is the same: the weights at the start, the mini-batches, the settings. The three learn in turn, one step each, so
that their curves grow side by side.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import BadSetting
from core.models.registry import Registry
from core.settings import build_all
from core.text.corpus import Corpus
from core.text.preparation import prepare_text
from core.training.events import Evaluated, Event, Finished, Step, finite
from core.training.run import TrainingData
from core.training.trainer import Trainer
from core.training.truncation import TRUNCATIONS

Json = dict[str, Any]


@dataclass
class _Curve:
    """One run and what it has come to."""

    events: Iterator[Event]
    share: float = 0.0
    seconds: float = 0.0
    diverged: bool = False
    points: list[Json] = field(default_factory=list)

    def advance(self) -> bool:
        """Go on by one event; return whether there was one."""
        began = time.perf_counter()
        event = next(self.events, None)
        if isinstance(event, Step):
            self.share = event.progress
            self.seconds += time.perf_counter() - began
        elif isinstance(event, Evaluated):
            self.points.append(
                {"step": event.step, "tokens_seen": event.tokens_seen, "train": finite(event.train_perplexity),
                 "validation": finite(event.validation_perplexity)}
            )  # fmt: skip
        elif isinstance(event, Finished):
            self.share, self.diverged = 1.0, event.reason != "done"
        return event is not None

    def as_json(self) -> Json:
        """Return the curve as plain values."""
        return {"points": list(self.points), "seconds": self.seconds, "diverged": self.diverged}


class TruncationCurves:
    """Three runs, to be gone through step by step.

    Args:
        registry: the models.
        model: a recurrent one.
        corpus: the text.
        values: settings of model, training, text and run by name; every run takes a ``truncation`` of its own.

    Raises:
        LabError: whatever a person can mend, before anything is learned.
    """

    def __init__(self, registry: Registry, model: str, corpus: Corpus, values: Mapping[str, Any]) -> None:
        plugin, groups = registry.get(model), registry.groups(model)
        if "truncation" in values:
            raise BadSetting(
                "'truncation' takes every value here: leave it out of the other settings.",
                "此处“truncation”会取遍所有值：请不要再另外设置它。",
            )
        _, training, text, _ = build_all(groups, values)
        prepared = prepare_text(corpus, text)
        fit, validation = prepared.fit_and_validation()
        data = TrainingData(fit, validation, prepared.held_out)
        self._curves = {}
        for truncation in TRUNCATIONS:
            config, own, _, run = build_all(groups, {**values, "truncation": truncation})
            taught = plugin(config, prepared.tokenizer.vocab_size, run.seed)
            self._curves[truncation] = _Curve(Trainer(plugin.Learner(taught, own, run.seed), data, run).events())
        self._facts = {
            "vocab_size": prepared.tokenizer.vocab_size, "train_tokens": len(fit.ids), "validation_tokens": len(validation.ids),
            "truncation_steps": training.truncation_steps, "carry_probability": training.carry_probability,
        }  # fmt: skip

    def rows(self) -> Iterator[Json]:
        """Yield what there is after every step of all three; close the iterator to stop.

        Yields:
            done (0 to 1), vocab_size, train_tokens, validation_tokens, truncation_steps, carry_probability, and curves: by truncation
            its points (step, tokens_seen, train and validation: perplexities, None where infinite), seconds (that its steps
            took) and diverged (whether its loss stopped being finite).
        """
        going = list(self._curves.values())
        try:
            while going:
                going = [curve for curve in going if curve.advance()]
                done = sum(curve.share for curve in self._curves.values()) / len(self._curves)
                found = {name: curve.as_json() for name, curve in self._curves.items()}
                yield {"done": done if going else 1.0, **self._facts, "curves": found}
        finally:
            for curve in self._curves.values():
                curve.events.close()  # type: ignore[attr-defined]
