"""Perplexity against the length of the context: how far back does what a model knows come from? (D2L 8.1, 8.3.1)

Every token is predicted once more from the last k tokens alone, read from the initial state, for k = 1, 2, 4 ... The curve
of an n-gram model is flat from k = n - 1 on: it never looks further. A recurrent network has no such border, but the curve
shows how far back it does look. The same tokens are predicted at every length, or the lengths could not be compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadText
from core.measures.perplexity import check_numbers, check_scorable, perplexity
from core.models.protocol import LanguageModel
from core.text.sequences import Sequences

LENGTHS = (1, 2, 4, 8, 16, 32, 64)
# Tokens that are predicted: evenly chosen ones of a longer text, and as few as tell something of a shorter one.
MOST_PLACES, FEWEST_PLACES = 1000, 20
# Tokens that are read side by side.
_TOKENS_AT_ONCE = 16_384


def by_context_length(
    model: LanguageModel, sequences: Sequences, lengths: Sequence[int] = LENGTHS
) -> Iterator[float | dict[str, Any]]:
    """Measure a model at every length of context, the shortest first; close the iterator to stop.

    Args:
        model: any normalised model.
        sequences: a text; a context never reaches into another sequence.
        lengths: in tokens, ascending. Those that too few tokens of the text have before them are left out.

    Yields:
        How much is done, 0 to 1, and for every length as it is done ``context`` (tokens), ``perplexity`` (None where it is
        infinite) and ``scored`` (tokens, the same at every length).

    Raises:
        BadText: a text too short for the first length.
        Refused: a model whose distributions do not sum to 1.
    """
    check_scorable(model, sequences.ids, sequences.num_scored)
    before = sequences.positions()
    used = [length for length in lengths if int((before >= length).sum()) >= FEWEST_PLACES]
    if not used:
        raise BadText(
            f"The text has {len(sequences.ids)} tokens; to tell how far back a model looks takes at least"
            f" {FEWEST_PLACES + lengths[0]}. Give a longer text.",
            f"文本只有 {len(sequences.ids)} 个词元；要看出模型回看多远，至少需要 {FEWEST_PLACES + lengths[0]} 个。请给出更长的文本。",
        )
    places = np.flatnonzero(before >= used[-1])
    places = places[:: max(1, math.ceil(len(places) / MOST_PLACES))]
    read, total = 0, sum(used) * len(places)
    for length in used:
        nats, rows = 0.0, max(1, _TOKENS_AT_ONCE // length)
        for begin in range(0, len(places), rows):
            part = places[begin : begin + rows]
            log_probs = _after_the_last(model, sequences.ids, part, length)
            check_numbers(log_probs)
            nats -= float(log_probs.sum())
            read += length * len(part)
            yield read / total
        found = perplexity(nats, len(places))
        yield {"context": length, "perplexity": found if math.isfinite(found) else None, "scored": len(places)}


def _after_the_last(
    model: LanguageModel, ids: npt.NDArray[np.int32], places: npt.NDArray[np.int64], length: int
) -> npt.NDArray[np.float64]:
    """Return ln P(the id at each place | the ``length`` ids before it, and nothing else), ``[places]``."""
    windows = ids[places[:, None] + np.arange(-length, 1)]  # [places, length + 1]
    log_probs, _ = model.score(windows[:, :-1], windows[:, 1:], model.initial_state(len(places)))
    last: npt.NDArray[np.float64] = log_probs[:, -1]
    return last
