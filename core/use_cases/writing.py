"""Let models write."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from core.generation.generate import Finished, Piece
from core.generation.prefix import with_token
from core.generation.sampling import GenerationSettings
from core.generation.side_by_side import Turn, side_by_side
from core.settings import build
from core.sharing.backing_off import back_off_path
from core.sharing.named import MOST_WRITING, check_names
from core.use_cases.finding import Finding, Json


class Writing(Finding):
    """A checkpoint goes on from a prefix."""

    def generate(
        self, checkpoint: str, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Iterator[Piece | Finished]:
        """Return the pieces of a continuation as they are written; close it to stop."""
        return self.open(checkpoint).stream(prefix, values, stop)

    def generate_many(
        self, checkpoints: Sequence[str], prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Iterator[Turn]:
        """Return what one to four checkpoints write at once, turn by turn: see `side_by_side`; close it to stop all."""
        names = check_names(checkpoints, MOST_WRITING)
        build(GenerationSettings, values or {})
        return side_by_side({name: partial(self.generate, name, prefix, values, stop) for name in names})

    def generate_whole(
        self, checkpoint: str, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Json:
        """Return a whole continuation: prefix, text, tokens, ids, log_probs, unknown, finish_reason, speed."""
        return self.open(checkpoint).generate(prefix, values, stop)

    def next_tokens(self, checkpoint: str, prefix: str, top: int = 20) -> Json:
        """Return the likeliest next tokens after a prefix, and the entropy of the choice in bits."""
        return self.open(checkpoint).next_tokens(prefix, top)

    def with_token(self, checkpoint: str, prefix: str, id_: int) -> str:
        """Return a prefix with one more token of the checkpoint's vocabulary behind it."""
        return with_token(self._open(checkpoint).tokenizer, prefix, id_)

    def back_off(self, checkpoint: str, prefix: str, id_: int) -> list[Json]:
        """Return a counting model's way to its probability of a token, empty for others: see `back_off_path`."""
        return back_off_path(self._open(checkpoint), prefix, id_)
