"""An opened checkpoint as a program uses it: ``Lab().open("shakespeare-ngram").generate("ROMEO:")``."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import BadSetting, BadText
from core.generation.generate import Finished, Generation, Piece, collect, generate
from core.generation.prefix import warm_up, warm_up_ids
from core.generation.sampling import GenerationSettings
from core.measures.surprisal import next_tokens
from core.models.protocol import LanguageModel
from core.settings import build
from core.sharing.checkpoint import Checkpoint
from core.sharing.facts import Facts
from core.sharing.scoring import score_ids, score_text
from core.text.tokenizer import Tokenizer
from core.training.events import finite

Json = dict[str, Any]


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint that writes and reads.

    Attributes:
        name: as it was asked for.
        checkpoint: its parts.
    """

    name: str
    checkpoint: Checkpoint

    @property
    def facts(self) -> Facts:
        """What its config.json says."""
        return self.checkpoint.facts

    @property
    def model(self) -> LanguageModel:
        """The model with its learned numbers."""
        return self.checkpoint.model

    @property
    def tokenizer(self) -> Tokenizer:
        """Its tokenizer."""
        return self.checkpoint.tokenizer

    def stream(
        self, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Iterator[Piece | Finished]:
        """Return the pieces of a continuation as they are written; close it to stop.

        Args:
            prefix: the text to go on from.
            values: settings of writing by name: tokens, temperature, top_k, top_p, strategy, beams, seed.
            stop: end before any of these texts.
        """
        return generate(self.model, self.tokenizer, prefix, build(GenerationSettings, values or {}), tuple(stop))

    def generate(self, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()) -> Json:
        """Return a whole continuation: prefix, text, tokens, ids, log_probs, unknown, finish_reason, speed.

        Args:
            prefix, values, stop: as `stream` takes them.
        """
        settings = build(GenerationSettings, values or {})
        began = time.perf_counter()
        whole: Generation = collect(self.model, self.tokenizer, prefix, settings, tuple(stop))
        seconds = max(time.perf_counter() - began, 1e-9)
        return {
            "prefix": prefix, "text": whole.text, "tokens": list(whole.tokens), "ids": list(whole.ids),
            "log_probs": [finite(value) for value in whole.log_probs], "unknown": list(whole.unknown),
            "finish_reason": whole.finish_reason, "tokens_per_second": round(len(whole.ids) / seconds, 1),
        }  # fmt: skip

    def next_tokens(self, prefix: str, top: int = 20) -> Json:
        """Return the likeliest next tokens after a prefix, and the entropy of the choice in bits."""
        if not isinstance(top, int) or isinstance(top, bool) or not 1 <= top <= 1000:
            raise BadSetting(
                f"'top' cannot be {top!r}: it takes a whole number from 1 to 1000.",
                f"top 不能取“{top}”：应为 1 到 1000 之间的整数。",
            )
        log_probs, _ = warm_up(self.model, warm_up_ids(self.tokenizer, prefix))
        return next_tokens(log_probs, self.tokenizer.tokens, top).as_json()

    def score(
        self,
        text: str | None = None,
        *,
        ids: Sequence[int] | None = None,
        window: int = 0,
        adaptive: bool = False,
    ) -> Json:
        """Return how well the checkpoint predicts a text (or token ids): see `Score.as_json`.

        Args:
            text: the text; give either a text or ids.
            ids: token ids of its vocabulary.
            window: 0 for one stream with carried state; N for windows of N tokens, each from the initial state.
            adaptive: learn from the text while reading it, see `score_adaptive`; such figures compare with their like only.
        """
        if text is not None and ids is None:
            return {**score_text(self.checkpoint, text, window, adaptive), "adaptive": adaptive}
        if ids is not None and text is None:
            return {**score_ids(self.checkpoint, ids, window, adaptive), "adaptive": adaptive}
        raise BadText("Give either a text or token ids to score.", "请给出要评分的文本或词元编号（二选一）。")
