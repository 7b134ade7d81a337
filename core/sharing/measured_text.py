"""The text that a checkpoint's results are of: found by its hash, prepared as it was, and the parts that are judged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.settings import build
from core.sharing.checkpoint import Checkpoint
from core.text.corpus import Corpus
from core.text.preparation import Prepared, TextSettings, prepare_text
from core.text.sequences import Sequences
from core.text.sources import load_by_hash
from core.text.tokenizer import Tokenizer


def measured_text(checkpoint: Checkpoint, *, search: Sequence[Path], cache: Path) -> tuple[Corpus, Prepared]:
    """Return the corpus that a checkpoint's results are of, and the same prepared as for its training.

    Args:
        checkpoint: an opened checkpoint.
        search, cache: where the corpus may be, as for `load_corpus`.

    Raises:
        BadCorpus: it is not to be had.
    """
    facts = checkpoint.facts
    known = facts.corpus.get("known")
    corpus = load_by_hash(str(facts.corpus.get("sha256")), search=search, cache=cache, known=known)
    return corpus, prepare_text(corpus, build(TextSettings, facts.text), checkpoint.tokenizer)


def parts_to_judge(
    prepared: Prepared, fit: Sequences, validation: Sequences | None
) -> dict[str, tuple[Sequences, Sequence[str]]]:
    """Return the parts of a text whose results are stated, each with the text of its unknown tokens."""
    tokenizer = prepared.tokenizer
    training = unknown_texts(tokenizer, prepared.training, prepared.training_text)
    in_fit = int((fit.ids == tokenizer.unk_id).sum())
    parts: dict[str, tuple[Sequences, Sequence[str]]] = {"train": (fit, training[:in_fit])}
    if validation is not None:
        parts["validation"] = (validation, training[in_fit:])
    held_out = unknown_texts(tokenizer, prepared.held_out, prepared.held_out_text)
    parts["held_out"] = (prepared.held_out, held_out)
    return parts


def unknown_texts(tokenizer: Tokenizer, sequences: Sequences, text: str | Sequence[str]) -> list[str]:
    """Return what stands in the text for every ``<unk>`` of its ids, in order."""
    if not (sequences.ids == tokenizer.unk_id).any():
        return []
    lines = [text] if isinstance(text, str) else text
    return [unknown for line in lines for unknown in tokenizer.unknown_texts(line)]
