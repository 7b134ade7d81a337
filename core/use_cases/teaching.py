"""What lessons run: a small measurement each, kept once it is made."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from core.lessons.lengths import padded_batch, unequal_lengths
from core.lessons.looking_ahead import looking_ahead
from core.lessons.shannon import shannon
from core.lessons.sine import average_error, noisy_sine
from core.use_cases.finding import Finding, Json


class Teaching(Finding):
    """One idea of the chapter at a time is tried out."""

    def looking_ahead(self, corpus: str) -> Iterator[float | Json]:
        """Yield the share done, and at last what a model comes to that reads the answer: see `looking_ahead`; close it to stop."""
        named = self.corpus_here(corpus)
        yield from self._once(("looking_ahead", named.card.sha256), looking_ahead(named))

    def shannon(self, corpus: str) -> Iterator[float | Json]:
        """Yield the share done, and at last how a counting reader plays Shannon's game: see `shannon`; close it to stop."""
        named = self.corpus_here(corpus)
        yield from self._once(("shannon", named.card.sha256), shannon(named))

    def unequal(
        self, corpus: str, model: str = "gru", values: Mapping[str, Any] | None = None
    ) -> Iterator[float | Json]:
        """Yield the share done, and at last what three ways of learning from unequal lines cost: see `unequal_lengths`; close it to stop."""
        return unequal_lengths(self.registry, self.corpus_here(corpus), model, values)

    def padded_batch(self, lines: Sequence[str]) -> Json:
        """Return what it costs to put a few lines side by side: see `padded_batch`."""
        return padded_batch(lines)

    def noisy_sine(self, tau: int = 4, seed: int = 0) -> Iterator[float | Json]:
        """Yield the share done, and at last how far ahead three models see in a noisy sine: see `noisy_sine`; close it to stop."""
        yield from self._once(("noisy_sine", tau, seed), noisy_sine(tau, seed))

    def still_average(self, tau: int) -> float:
        """Return the error of predicting a noisy series that stands still by the mean of its last values: see `average_error`."""
        return average_error(tau, 1, frequency=0)

    def _once(self, key: Hashable, working: Iterator[float | Json]) -> Iterator[float | Json]:
        """Yield what is kept under a key, else what the work yields, whose result is kept."""
        kept = self._portraits.find(key)
        for news in working if kept is None else [kept]:
            if isinstance(news, dict):
                self._portraits.keep(key, news)
            yield news
