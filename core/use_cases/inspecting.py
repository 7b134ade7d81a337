"""Look into a checkpoint: its numbers along a text, its vocabulary, the text behind it."""

from __future__ import annotations

from collections.abc import Sequence

from core.sharing.backing_off import inspect_path
from core.sharing.inspection import inspect_step, inspect_trace
from core.sharing.learned_text import titles
from core.sharing.memory import LEAST
from core.sharing.own import OwnName
from core.use_cases.finding import Finding, Json


class Inspecting(Finding):
    """A checkpoint shows its inside."""

    def inspect(self, checkpoint: str, text: str, trace: str = "") -> Json:
        """Return what a checkpoint shows of its inside along a text: see `inspect_trace`."""
        return inspect_trace(self._open(checkpoint), text, trace)

    def inspect_step(self, checkpoint: str, text: str, step: int) -> Json:
        """Return one step of a checkpoint, number by number: see `inspection.inspect_step`."""
        return inspect_step(self._open(checkpoint), text, step)

    def inspect_path(self, checkpoint: str, text: str, step: int, token: int | None = None) -> Json | None:
        """Return how a counting model comes to a token's probability at one step: see `inspect_path`."""
        return inspect_path(self._open(checkpoint), text, step, token)

    def concordance(self, checkpoint: str, context: Sequence[int], token: int | None = None) -> Json:
        """Return the places of a context in the text that a checkpoint learned from: see `LearnedTexts.concordance`."""
        return self._learned.concordance(self._open(checkpoint), OwnName.parse(checkpoint), context, token)

    def vocabulary(self, checkpoint: str) -> list[str]:
        """Return the tokens of a checkpoint by id."""
        return list(self._open(checkpoint).tokenizer.tokens)

    def memorised(self, checkpoint: str, text: str, least: int = LEAST) -> Json:
        """Return which stretches of a text stand word for word in the text that a checkpoint learned from: see `Memory.memorised`."""
        card, memory = self._learned.memory(self._open(checkpoint), OwnName.parse(checkpoint))
        return {**memory.memorised(text, least), "corpus": titles(card)}
