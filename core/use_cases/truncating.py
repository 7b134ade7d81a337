"""Ask what truncated back-propagation through time makes of a gradient, and of a training (D2L 8.7.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import BadText
from core.lessons.truncation import carried_by_coins, truncation_of_a_small_network
from core.settings import build
from core.sharing.truncation import TruncationQuestion, truncation
from core.sharing.truncation_curves import TruncationCurves
from core.text.corpus import corpus_from_text
from core.use_cases.finding import Finding, Json


class Truncating(Finding):
    """A recurrent model's gradient is cut short, and compared with the whole."""

    def truncation(
        self,
        checkpoint: str,
        text: str,
        *,
        truncation_steps: int = 4,
        carry_probability: float = 0.9,
        draws: int = 100,
        most_steps: int = 64,
        seed: int = 0,
    ) -> Iterator[Json]:
        """Return estimates of the gradient of a checkpoint on a text, as they are made: see `core.sharing.truncation.truncation`.

        Args:
            checkpoint: of a model of `with_hidden_state`.
            text: as typed.
            truncation_steps, carry_probability: tau and pi.
            draws: of the random estimate.
            most_steps: of the text that are read.
            seed: of the coins.
        """
        question = build(TruncationQuestion, {"draws": draws, "most_steps": most_steps, "seed": seed})
        return truncation(self._open(checkpoint), text, truncation_steps, carry_probability, question)

    def truncation_curves(
        self, model: str, corpus: str, text: str = "", values: Mapping[str, Any] | None = None
    ) -> TruncationCurves:
        """Return three trainings that differ in their truncation alone, to be gone through step by step: see `TruncationCurves`.

        Args:
            model: one of `with_hidden_state`.
            corpus: a named corpus that is here, or "" for ``text``.
            text: a text of one's own.
            values: settings by name, such as ``truncation_steps`` and ``carry_probability``.
        """
        if not corpus and not text:
            raise BadText("The text is empty: there is nothing to learn from.", "文本为空：没有可供学习的内容。")
        given = self.corpus_here(corpus) if corpus else corpus_from_text(text, "text")
        return TruncationCurves(self.registry, model, given, values or {})

    def truncation_of_a_small_network(self, carry_probabilities: tuple[float, ...]) -> Json:
        """Return the three ways through time on a network of one unit, over all throws of the coins: see `core.lessons.truncation`."""
        return truncation_of_a_small_network(carry_probabilities)

    def carried_by_coins(self, carry_probability: float, steps: int) -> Json:
        """Return what randomised truncation does to a term from so many steps back: see `core.lessons.truncation`."""
        return carried_by_coins(carry_probability, steps)
