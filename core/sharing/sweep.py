"""One counting model with every value of two of its settings: perplexity against order, for every smoothing (D2L 8.3.1).

The text, its split and its vocabulary are the same for all, so that nothing but the two settings differs. Each model is made,
taught and judged like any other, on the text it learned from and on the text that follows; it lives for that moment only. A
longer context always fits the training text better: only the held-out text tells what was learned from what was remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import BadSetting, LabError
from core.measures.perplexity import score_sequences
from core.measures.results import summary
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import Setting, build, build_all, convert, describe, to_json
from core.sharing.measured_text import parts_to_judge
from core.text.corpus import Corpus
from core.text.preparation import prepare_text

Json = dict[str, Any]


def sweepable(registry: Registry, along: str, by: str) -> list[str]:
    """Return the models that learn in one pass and have the two settings: a whole number, and one with choices."""
    return [name for name in registry.models if _axes(registry, name, along, by) is not None]


class Sweep:
    """Every combination of two settings of a model, on one text.

    Args:
        registry: the models.
        model: a plug-in that learns in one pass.
        corpus: the text.
        along: the setting that runs from its least value upwards, such as "order".
        most: where it ends.
        by: the setting whose choices are compared, such as "smoothing".
        values: settings of model, training, text and run by name, the same for all.

    Raises:
        UnknownName: a model or setting that does not exist.
        BadSetting: a model without these two settings, or a value that cannot be used.
        BadText: a text too short to learn from one part and be judged on the other.
    """

    def __init__(
        self, registry: Registry, model: str, corpus: Corpus, along: str, most: int, by: str, values: Mapping[str, Any]
    ) -> None:
        plugin, axes = registry.get(model), _axes(registry, model, along, by)
        if axes is None:
            raise _no_axes(model, along, by)
        if taken := {along, by} & values.keys():
            raise BadSetting(
                f"'{min(taken)}' takes every value here: leave it out of the other settings.",
                f"此处“{min(taken)}”会取遍所有值：请不要再另外设置它。",
            )
        numbers, choices = axes
        self.most = int(convert(numbers, most))
        self._registry = registry
        self._plugin, self._along, self._by = plugin, numbers, choices
        config, self._training, text, self._run = build_all(registry.groups(model), values)
        self._config = to_json(config)
        self._prepared = prepare_text(corpus, text)
        self._parts = parts_to_judge(self._prepared, self._prepared.training, None)

    def plan(self) -> Json:
        """Return what is compared, on what.

        Returns:
            model, title, along and by (the settings' names), numbers and choices (their values), level, form,
            train_tokens, held_out_tokens, scored and unknown (how many of the held-out tokens), and vocab_size, which is the
            perplexity of a model that knows nothing.
        """
        prepared, title = self._prepared, self._plugin.about.title
        split = prepared.split_as_json()
        return {
            "model": self._plugin.about.name, "title": {"en": title.en, "zh": title.in_language("zh")},
            "along": self._along.name, "numbers": self._numbers, "by": self._by.name,
            "choices": list(self._by.choices or ()), "level": prepared.settings.level, "form": prepared.settings.form,
            "train_tokens": split["training_tokens"], "held_out_tokens": split["held_out_tokens"],
            "scored": prepared.held_out.num_scored, "unknown": split["held_out_unknown"],
            "vocab_size": prepared.tokenizer.vocab_size,
        }  # fmt: skip

    def rows(self) -> Iterator[Json]:
        """Yield one combination after the other, all choices of one number first; close the iterator to stop.

        Yields:
            along, by (values), train and held_out (perplexities), train_bits_per_char and held_out_bits_per_char, all None
            where they are infinite; impossible (held-out tokens that got probability 0), parameters, and refused: by language
            why this combination has no perplexity, else None.
        """
        for number in self._numbers:
            for choice in self._by.choices or ():
                yield {
                    "along": number,
                    "by": choice,
                    **self._measured({self._along.name: number, self._by.name: choice}),
                }

    @property
    def _numbers(self) -> list[int]:
        return list(range(int(self._along.low or 0), self.most + 1))

    def _measured(self, values: Json) -> Json:
        """Return what one combination comes to."""
        config = build(self._plugin.Config, {**self._config, **values})
        model = self._plugin(config, self._prepared.tokenizer.vocab_size, self._run.seed)
        refused: Json | None = None
        try:
            if model.normalised:  # else it is refused below, untaught
                self._teach(model)
                self._registry.examine(model)
            train, held_out = (self._score(model, name) for name in ("train", "held_out"))
        except LabError as reason:
            train = held_out = {}
            refused = {"en": reason.text.en, "zh": reason.in_language("zh")}
        return {
            "train": train.get("perplexity"), "held_out": held_out.get("perplexity"),
            "train_bits_per_char": train.get("bits_per_char"), "held_out_bits_per_char": held_out.get("bits_per_char"),
            "impossible": held_out.get("impossible", 0), "parameters": model.num_parameters, "refused": refused,
        }  # fmt: skip

    def _teach(self, model: LanguageModel) -> None:
        learner = self._plugin.Learner(model, self._training, self._run.seed)
        for window in learner.windows(self._prepared.training, 0):
            learner.learn(window, 0.0)

    def _score(self, model: LanguageModel, part: str) -> Json:
        """Return the measures of one part of the text."""
        sequences, unknown = self._parts[part]
        tokenizer, spelling = self._prepared.tokenizer, self._prepared.spelling
        return summary(score_sequences(model, sequences, tokenizer.unk_id), tokenizer, spelling, sequences, unknown)


def _axes(registry: Registry, model: str, along: str, by: str) -> tuple[Setting, Setting] | None:
    """Return the two settings of a model that learns in one pass, None where it has no such."""
    plugin = registry.get(model)
    settings = {each.name: each for each in describe(plugin.Config)}
    numbers, choices = settings.get(along), settings.get(by)
    if not plugin.Learner.single_pass or numbers is None or choices is None:
        return None
    whole = numbers.kind is int and numbers.choices is None and numbers.low is not None and numbers.high is not None
    return (numbers, choices) if whole and choices.choices else None


def _no_axes(model: str, along: str, by: str) -> BadSetting:
    return BadSetting(
        f"'{model}' cannot be compared along '{along}' by '{by}': that takes a model that learns in one pass, a setting of "
        "whole numbers and one with choices. python -m core models lists what every model has.",
        f"“{model}”不能沿“{along}”按“{by}”比较：需要只学一遍的模型、一个整数设置项和一个有选项的设置项。"
        "python -m core models 会列出各模型的设置项。",
    )
