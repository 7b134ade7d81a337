"""The results of a finished model: train beside held-out, always together.

A perplexity on the training text alone says nothing: a model that has learned its text by heart is perfect there.
Continuous texts are read in both protocols - as one stream, and in windows that each start from the initial state.
Where the held-out text is known to hold several works, the stream's result is also told for each of them: a model may go
on well in the play that its training text ends in, and be lost among the speakers of the next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import Refused
from core.measures.adaptive import score_adaptive
from core.measures.contexts import letters_of
from core.measures.perplexity import Heed, Score, score_sequences, score_windows
from core.models.protocol import LanguageModel
from core.text.sequences import Sequences
from core.text.spelling import Spelling
from core.text.tokenizer import Tokenizer

WINDOW = 256
# Begins the names of the results of single passages.
PASSAGE = "held_out."
# The result of reading the held-out part while learning from it.
ADAPTIVE = "held_out_adaptive"


def final_results(
    model: LanguageModel,
    tokenizer: Tokenizer,
    spelling: Spelling,
    parts: Mapping[str, tuple[Sequences, Sequence[str]]],
    heed: Heed = None,
    passages: Mapping[str, slice] | None = None,
    adaptive: bool = False,
) -> dict[str, Any]:
    """Return the results of each part of a text, as config.json keeps them.

    Args:
        model, tokenizer, spelling: the finished model.
        parts: by name ("train", "validation", "held_out") the ids, and the text of every unknown token among them.
        heed: told of every chunk how many tokens it had; it may raise to stop.
        passages: which tokens of the held-out part stand in each of its passages: see `core.text.passages`.
        adaptive: whether to read the held-out part once more, learning from it: see `core.measures.adaptive`.

    Returns:
        For every part its measures; beside them ``held_out_windows`` for continuous texts, ``held_out.NAME`` for every
        passage, a stretch of the one stream, and ``held_out_adaptive`` where that is asked for.
        A model without a perplexity gives only ``refused``, the reason.
    """
    results: dict[str, Any] = {}
    try:
        for name, (sequences, unknown_texts) in parts.items():
            score = score_sequences(model, sequences, tokenizer.unk_id, heed)
            results[name] = summary(score, tokenizer, spelling, sequences, unknown_texts)
            if name == "held_out" and not sequences.lines:
                in_windows = score_windows(model, sequences.ids, WINDOW, tokenizer.unk_id, heed)
                windows = summary(in_windows, tokenizer, spelling, sequences, unknown_texts)
                results["held_out_windows"] = windows | {"protocol": "windows", "window": WINDOW}
                for passage, where in (passages or {}).items():
                    stretch = _stretch(score, where, sequences, unknown_texts, tokenizer.unk_id)
                    results[PASSAGE + passage] = summary(stretch[0], tokenizer, spelling, *stretch[1:])
            if name == "held_out" and adaptive:
                results[ADAPTIVE] = adaptive_result(model, tokenizer, spelling, (sequences, unknown_texts), heed)
    except Refused as reason:
        return {"refused": reason.text.en, "refused_zh": reason.text.zh}
    return results


def adaptive_result(
    model: LanguageModel,
    tokenizer: Tokenizer,
    spelling: Spelling,
    part: tuple[Sequences, Sequence[str]],
    heed: Heed = None,
) -> dict[str, Any]:
    """Return the measures of a text that the model learns from while it reads it, from its beginning to its end.

    Raises:
        Refused: a model without a perplexity.
    """
    sequences, unknown_texts = part
    score = score_adaptive(model, sequences, letters_of(tokenizer.tokens), tokenizer.unk_id, heed)
    return summary(score, tokenizer, spelling, sequences, unknown_texts) | {"protocol": "adaptive"}


def _stretch(
    score: Score, where: slice, sequences: Sequences, unknown_texts: Sequence[str], unk_id: int
) -> tuple[Score, Sequences, Sequence[str]]:
    """Return the score of some tokens of a stream, their ids and unknown texts, the token before them being given."""
    begin, end = where.start - 1, where.stop  # from the given token on
    ids = sequences.ids[begin:end]
    before = int((sequences.ids[:begin] == unk_id).sum())
    unknown = unknown_texts[before : before + int((ids == unk_id).sum())]
    scored = slice(begin, end - 1)
    part = Score(len(ids), score.log_probs[scored], score.unknown_at[scored])
    return part, Sequences.of_stream(ids), unknown


def num_read(parts: Mapping[str, tuple[Sequences, Sequence[str]]], adaptive: bool = False) -> int:
    """Return how many tokens `final_results` scores: those of a held-out text once for every way of reading it."""
    again = {
        name: int(not sequences.lines) + int(adaptive) for name, (sequences, _) in parts.items() if name == "held_out"
    }
    return sum(sequences.num_scored * (1 + again.get(name, 0)) for name, (sequences, _) in parts.items())


def summary(
    score: Score, tokenizer: Tokenizer, spelling: Spelling, sequences: Sequences, unknown_texts: Sequence[str]
) -> dict[str, Any]:
    """Return a score's measures without the single tokens; how many were impossible instead of where."""
    characters = scored_characters(tokenizer, sequences, unknown_texts)
    first_is_given = not sequences.lines and len(sequences.ids) > 0 and sequences.ids[0] == tokenizer.unk_id
    spelled = sum(spelling.nats(text) for text in unknown_texts[int(first_is_given) :])
    values = score.in_characters(characters, spelled).as_json(log_probs=False)
    values["impossible"] = len(values["impossible"])
    return {"protocol": "lines" if sequences.lines else "stream", **values, "characters": characters}


def scored_characters(tokenizer: Tokenizer, sequences: Sequences, unknown_texts: Sequence[str]) -> int:
    """Return how many characters the scored tokens stand for; the end of a line counts as one.

    Args:
        tokenizer: the ids' own.
        sequences: the ids.
        unknown_texts: what stands in the text for every ``<unk>``.
    """
    ids, unk = sequences.ids, tokenizer.unk_id
    placeholder = len(tokenizer.decode([unk]))
    characters = len(tokenizer.decode(ids)) + sum(len(text) - placeholder for text in unknown_texts)
    if sequences.lines:
        return characters - len(sequences)  # the boundary before each line is given
    given = len(unknown_texts[0]) if len(ids) and ids[0] == unk else len(tokenizer.decode(ids[:1]))
    return characters - given
