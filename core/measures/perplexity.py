"""Perplexity: how many tokens the model hesitates between, on average (D2L 8.4.4).

    perplexity = exp(sum of -ln p / number of scored tokens)

It is the geometric mean of 1 / p: 1 for a perfect model, the size of the vocabulary for one that knows nothing,
infinite as soon as one token that came was held impossible. n ids give n - 1 scored tokens, for the first is given.
Two protocols, which must never be mixed:

* *stream*: the whole text once, the state carried along;
* *windows*: each window starts from the initial state, so every window pays for its beginning.

Only bits per character compare models whose tokens differ.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import BadSetting, BadText, Refused
from core.models.causality import check_causality
from core.models.protocol import Array, LanguageModel
from core.text.batching import pad
from core.text.sequences import Ids, Sequences

# A stream is read this many steps at a time; batches of windows or lines hold at most this many tokens.
_STEPS_AT_ONCE = 1024
_TOKENS_AT_ONCE = 16_384
# Fewer where the vocabulary is large: 64 MB of float32 log-probabilities.
_LOG_PROBS_AT_ONCE = 16_000_000


def perplexity(nats: float, scored: int) -> float:
    """Return exp(nats / scored); NaN when nothing was scored.

    >>> perplexity(math.log(4), 2)
    2.0
    """
    if scored == 0:
        return math.nan
    try:
        return math.exp(nats / scored)
    except OverflowError:
        return math.inf


@dataclass(frozen=True)
class Score:
    """What a model makes of a text.

    Attributes:
        tokens: ids of the text.
        log_probs: natural log-probability of every scored token, in the order of the text, ``[scored]``, float64.
        unknown_at: which scored tokens are ``<unk>``, ``[scored]``.
        characters: how many the scored tokens stand for; None when nobody said (see `in_characters`).
        spelling_nats: what spelling out the unknown tokens costs.
    """

    tokens: int
    log_probs: npt.NDArray[np.float64] = field(repr=False)
    unknown_at: npt.NDArray[np.bool_] = field(repr=False)
    characters: int | None = None
    spelling_nats: float = 0.0

    @property
    def scored(self) -> int:
        """How many tokens had a predecessor to be predicted from."""
        return len(self.log_probs)

    @property
    def nats(self) -> float:
        """Total of -ln p; infinite when an impossible token came."""
        return -float(self.log_probs.sum()) + 0.0  # + 0.0: a perfect score is 0, not -0

    @property
    def perplexity(self) -> float:
        """exp of the nats a token, ``<unk>`` counted like any token."""
        return perplexity(self.nats, self.scored)

    @property
    def perplexity_known(self) -> float:
        """Perplexity of the known tokens alone; NaN when there are none."""
        known = self.log_probs[~self.unknown_at]
        return perplexity(-float(known.sum()), len(known))

    @property
    def unknown(self) -> int:
        """How many scored tokens are ``<unk>``."""
        return int(self.unknown_at.sum())

    @property
    def bits_per_char(self) -> float | None:
        """Bits for each character, unknown tokens spelled out; None when the number of characters is not known."""
        if not self.characters:
            return None
        return (self.nats + self.spelling_nats) / math.log(2) / self.characters

    @property
    def impossible(self) -> list[int]:
        """Places in `log_probs` of the tokens that the model held impossible."""
        return [int(place) for place in np.flatnonzero(np.isneginf(self.log_probs))]

    def in_characters(self, characters: int, spelling_nats: float = 0.0) -> Score:
        """Return the score with what bits per character need.

        Args:
            characters: how many characters the scored tokens stand for; a line's end counts as one.
            spelling_nats: the sum of `core.text.spelling.Spelling.nats` over the unknown scored tokens.
        """
        return replace(self, characters=characters, spelling_nats=spelling_nats)

    def as_json(self, log_probs: bool = True) -> dict[str, Any]:
        """Return plain values; what is infinite or undefined is None, and `impossible` says where.

        Args:
            log_probs: whether to list every token's log-probability.
        """
        values: dict[str, Any] = {
            "tokens": self.tokens,
            "scored": self.scored,
            "nats": _finite(self.nats),
            "perplexity": _finite(self.perplexity),
            "perplexity_known": _finite(self.perplexity_known),
            "bits_per_char": _finite(self.bits_per_char),
            "unknown": self.unknown,
            "impossible": self.impossible,
        }
        if log_probs:
            values["log_probs"] = [_finite(float(value)) for value in self.log_probs]
        return values


# Told while a long text is read, chunk by chunk.
Heed = Callable[[int], None] | None


def score_stream(model: LanguageModel, ids: Ids, unk_id: int = 0, heed: Heed = None) -> Score:
    """Score ids ``[total]`` as one stream: state carried from the first token to the last.

    ``heed`` is told of every chunk how many tokens it had, and may raise to stop.

    Raises:
        BadText: fewer than two ids.
        Refused: a model whose distributions do not sum to 1.
    """
    check_scorable(model, ids)
    return made_score(_score_rows(model, ids[None, :-1], ids[None, 1:], heed)[0], ids[1:], len(ids), unk_id)


def score_windows(model: LanguageModel, ids: Ids, window: int, unk_id: int = 0, heed: Heed = None) -> Score:
    """Score ids ``[total]`` in consecutive windows, each from the initial state.

    Window k has the inputs ``ids[k*N : k*N + N]`` and the targets one further, so N tokens are scored in each (fewer in
    the last), and every token but the first of the text exactly once.

    Args:
        model: any normalised model.
        ids: ``[total]``.
        window: N, at least 1.
        unk_id: id of ``<unk>``.
        heed: told of every chunk how many tokens it had; it may raise to stop.

    Raises:
        BadSetting: a window of no token.
        BadText: fewer than two ids.
        Refused: a model whose distributions do not sum to 1.
    """
    if window < 1:
        raise BadSetting(
            f"A window of {window} tokens cannot be scored: take at least 1, for example 256.",
            f"窗口不能是 {window} 个词元：至少为 1，例如 256。",
        )
    check_scorable(model, ids)
    inputs, targets = ids[:-1], ids[1:]
    whole = len(targets) // window * window  # tokens in full windows
    rows = max(1, _TOKENS_AT_ONCE // window) * window  # tokens of the windows read side by side
    log_probs = np.empty(len(targets))
    for begin in range(0, whole, rows):
        part = slice(begin, min(begin + rows, whole))
        side_by_side = inputs[part].reshape(-1, window), targets[part].reshape(-1, window)
        log_probs[part] = _score_rows(model, *side_by_side, heed).ravel()
    if whole < len(targets):
        log_probs[whole:] = _score_rows(model, inputs[None, whole:], targets[None, whole:], heed)[0]
    return made_score(log_probs, targets, len(ids), unk_id)


def score_sequences(model: LanguageModel, sequences: Sequences, unk_id: int = 0, heed: Heed = None) -> Score:
    """Score every sequence from the initial state, its first id given; a continuous text as a stream.

    Lines of like length are read side by side; `Score.log_probs` is in the order of the text all the same. ``heed`` is told of
    every chunk how many tokens it had, and may raise to stop.

    Raises:
        BadText: nothing to score.
        Refused: a model whose distributions do not sum to 1.
    """
    if len(sequences) == 1:
        return score_stream(model, sequences.ids, unk_id, heed)
    check_scorable(model, sequences.ids, sequences.num_scored)
    num_targets = np.maximum(sequences.lengths - 1, 0)
    first = np.cumsum(num_targets) - num_targets  # place of each sequence's first score
    log_probs = np.empty(sequences.num_scored)
    for chosen in _batches(num_targets):
        window = pad(sequences, chosen)
        assert window.mask is not None  # lines are always masked
        rows, steps = np.nonzero(window.mask)
        log_probs[first[chosen][rows] + steps] = _score_rows(model, window.inputs, window.targets, heed)[rows, steps]
    is_target = sequences.positions() > 0
    return made_score(log_probs, sequences.ids[is_target], len(sequences.ids), unk_id)


def perplexity_of(model: LanguageModel, sequences: Sequences) -> float | None:
    """Return the perplexity alone, for a curve; None for a model that has none.

    Raises:
        BrokenPlugin: the model has seen what it is asked for; while it learns, this is where it shows first.
    """
    if not model.normalised:
        return None
    check_causality(model)
    return score_sequences(model, sequences).perplexity


def _batches(num_targets: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Group sequences of like length, so that a padded group holds few padded tokens and not too many in all."""
    order = np.argsort(-num_targets, kind="stable")
    order = order[num_targets[order] > 0]
    groups, begin = [], 0
    while begin < len(order):
        rows = max(1, _TOKENS_AT_ONCE // int(num_targets[order[begin]]))
        groups.append(order[begin : begin + rows])
        begin += rows
    return groups


def _score_rows(model: LanguageModel, inputs: Array, targets: Array, heed: Heed) -> npt.NDArray[np.float64]:
    """Return the log-probability of each target ``[batch, time]``, every row from the initial state.

    Long rows are read in chunks with the state carried, so that memory stays bounded.
    """
    batch, time = inputs.shape
    state = model.initial_state(batch)
    steps = min(_STEPS_AT_ONCE, max(1, _LOG_PROBS_AT_ONCE // (batch * model.vocab_size)))
    log_probs = np.empty((batch, time))
    for begin in range(0, time, steps):
        part = slice(begin, begin + steps)
        log_probs[:, part], state = model.score(inputs[:, part], targets[:, part], state)
        if heed is not None:
            heed(inputs[:, part].size)
    return log_probs


def check_scorable(model: LanguageModel, ids: Ids, scored: int | None = None) -> None:
    """Raise unless the model has a perplexity and there is something to score."""
    if not model.normalised:
        raise Refused(
            f"Model '{model.about.name}' has no perplexity: its numbers are scores that do not sum to 1. "
            "Use a model with true probabilities, or only compare its choices.",
            f"模型“{model.about.name}”没有困惑度：它的数值之和不为 1，不是概率。"
            "请换用给出真正概率的模型，或只比较它的选择。",
        )
    if (len(ids) - 1 if scored is None else scored) < 1:
        raise BadText(
            f"A text of {len(ids)} token(s) cannot be scored: the first token is given, so give at least 2.",
            f"{len(ids)} 个词元的文本无法评分：第一个词元是给定的，请至少给出 2 个词元。",
        )


def made_score(log_probs: npt.NDArray[np.float64], targets: Ids, tokens: int, unk_id: int) -> Score:
    """Return the score, unless the model gave no numbers."""
    check_numbers(log_probs)
    return Score(tokens, log_probs, targets == unk_id)


def check_numbers(log_probs: npt.NDArray[np.float64]) -> None:
    """Raise unless log-probabilities are numbers."""
    if np.isnan(log_probs).any():
        raise Refused(
            "The model gives numbers that are no probabilities (NaN). Its training went wrong: use another checkpoint.",
            "模型给出的数不是概率（NaN）。它的训练出了问题：请换用其他检查点。",
        )


def _finite(value: float | None) -> float | None:
    """Return ``value``, or None where JSON has no number for it."""
    return value if value is not None and math.isfinite(value) else None
