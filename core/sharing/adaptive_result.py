"""What a checkpoint makes of its own held-out text while learning from it: the figure beside those that its card states."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.measures.adaptive import score_adaptive
from core.measures.contexts import letters_of
from core.measures.perplexity import Heed
from core.measures.results import summary
from core.settings import build
from core.sharing.checkpoint import Checkpoint
from core.sharing.verification import parts_to_judge
from core.text.preparation import TextSettings, prepare_text
from core.text.sources import load_by_hash


def adaptive_result(
    checkpoint: Checkpoint, *, search: Sequence[Path], cache: Path, heed: Heed = None
) -> dict[str, Any]:
    """Return the measures of the held-out part, read once from its beginning to its end: see `score_adaptive`.

    Args:
        checkpoint: an opened checkpoint.
        search, cache: where its corpus may be; it is found by its hash.
        heed: told of every chunk how many tokens it had; it may raise to stop.

    Raises:
        BadCorpus: the corpus is not to be had.
        Refused: a model without a perplexity.
    """
    facts, tokenizer = checkpoint.facts, checkpoint.tokenizer
    corpus = load_by_hash(str(facts.corpus.get("sha256")), search=search, cache=cache)
    prepared = prepare_text(corpus, build(TextSettings, facts.text), tokenizer)
    sequences, unknown = parts_to_judge(prepared, prepared.training, None)["held_out"]
    score = score_adaptive(checkpoint.model, sequences, letters_of(tokenizer.tokens), tokenizer.unk_id, heed)
    return summary(score, tokenizer, prepared.spelling, sequences, unknown)
