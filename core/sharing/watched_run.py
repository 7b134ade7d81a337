"""A short run of learning in memory, whose model can be looked at between two steps; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.models.protocol import Learned
from core.models.registry import Registry
from core.settings import build_all
from core.text.corpus import Corpus
from core.text.preparation import prepare_text
from core.training.short_run import short_run


class WatchedRun:
    """A model, its learner and its text, ready to begin.

    Args:
        registry, model: the model by its name.
        corpus: what it learns from.
        values: settings of model, training and text by name.

    Raises:
        UnknownName, BadSetting: a name or a value that there is not.
        BadText: the corpus is too short.
    """

    def __init__(self, registry: Registry, model: str, corpus: Corpus, values: Mapping[str, Any]) -> None:
        plugin = registry.get(model)
        config, training, text, run = build_all(registry.groups(model), values)
        self.prepared = prepare_text(corpus, text)
        self.model = plugin(config, self.prepared.tokenizer.vocab_size, run.seed)
        registry.examine(self.model)
        self.learner = plugin.Learner(self.model, training, run.seed)

    def learned(self, steps: int) -> Iterator[Learned]:
        """Learn for a number of steps; yield what each told."""
        return short_run(self.learner, self.prepared.training, steps)
