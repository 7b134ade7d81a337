"""The transition matrix of a text's most frequent tokens, and how many steps its chain takes to forget (D2L 8.3.1).

All of it is computed with every token of the vocabulary; only what is shown is a part. A vocabulary too large for a square
matrix is made smaller first: its rarer tokens become one state, as ``<unk>`` would make them.
"""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import numpy.typing as npt

from core.measures.markov_chain import Floats, MarkovChain, entropies, total_variation
from core.measures.seriation import likenesses, seriate
from core.text.portrait import check_level, check_min_frequency
from core.text.sequences import Ids
from core.text.tokenizer import Tokenizer

# States of the chain at most: a square matrix of more would take seconds.
MOST_STATES = 1000
# Tokens that are shown, and steps ahead.
SHOWN, STEPS = 60, 32
# Distributions nearer than this to the stationary one look the same, and are not sent.
_FORGOTTEN = 1e-4
# Probabilities travel as 16 bits.
_LEVELS = 65_535


def transition_matrix(
    text: str, level: str = "char", min_frequency: int = 1, shown: int = SHOWN, most_states: int = MOST_STATES
) -> dict[str, Any]:
    """Return how the most frequent tokens of a text follow each other, ready for JSON.

    Args:
        text: any text.
        level: "char" or "word".
        min_frequency: tokens seen less often become unknown.
        shown: how many tokens, the most frequent first.
        most_states: of a larger vocabulary all rarer tokens become one state.

    Returns:
        tokens (those shown, by frequency) and, for each of them, counts (n(c, w), a list of rows), totals (N(c)), stationary
        and unigram (probabilities), entropies (bits of its row). ``orders`` are permutations of them: frequency, alphabet
        (code points) and likeness. ``powers`` has steps and coded: base64 of little-endian 16-bit numbers
        ``[steps, shown, shown]``, 65,535 for probability 1, for P^1 .. P^steps; beyond these every row is the stationary one.
        ``distances`` are, for 1 .. 32 steps, how far the worst row shown is from the stationary distribution (total
        variation). Also characters, transitions, states, lumped (types in the state of the rest, 0 without one), covered
        (share of the transitions that lie between two tokens shown), from_unigram (total variation of the stationary distribution
        from the frequencies), entropy_rate (bits a token) and period.

    Raises:
        BadSetting: another level, or ``min_frequency`` out of its range.
        BadText: fewer than two tokens.
    """
    check_level(level)
    check_min_frequency(min_frequency)
    tokenizer = Tokenizer.train([text], level, min_frequency=min_frequency)
    by_rank, ranks = _ranked(tokenizer.encode(text), tokenizer.vocab_size)
    states = np.minimum(ranks, most_states - 1) if len(by_rank) > most_states else ranks
    lumped = len(by_rank) - most_states + 1 if len(by_rank) > most_states else 0
    num_states = min(len(by_rank), most_states)
    chain = MarkovChain.of_text(states, num_states)
    first = np.arange(min(shown, num_states - bool(lumped)))  # the state of the rest is never shown
    tokens = [tokenizer.tokens[by_rank[rank]] for rank in first]
    unigram = np.bincount(states, minlength=num_states) / len(states)
    return {
        "level": level, "characters": len(text), "transitions": len(states) - 1, "states": num_states, "lumped": lumped,
        "tokens": tokens, "counts": chain.counts[np.ix_(first, first)].tolist(), "totals": chain.totals[first].tolist(),
        "covered": float(chain.counts[np.ix_(first, first)].sum() / chain.counts.sum()),
        "stationary": chain.stationary[first].tolist(), "unigram": unigram[first].tolist(),
        "from_unigram": float(total_variation(chain.stationary[None], unigram)[0]),
        "entropies": entropies(chain.matrix[first]).tolist(),
        "entropy_rate": float(chain.stationary @ entropies(chain.matrix)), "period": chain.period,
        "orders": {
            "frequency": first.tolist(),
            "alphabet": sorted(first.tolist(), key=lambda rank: (tokens[rank].strip(" ") or tokens[rank], rank)),
            "likeness": seriate(likenesses(chain.matrix[first])),
        },
        **_ahead(chain, first),
    }  # fmt: skip


def _ranked(ids: Ids, vocab_size: int) -> tuple[Ids, Ids]:
    """Return the ids that occur, most frequent first ``[types]``, and the text as ranks in that order ``[total]``."""
    counts = np.bincount(ids, minlength=vocab_size)
    by_rank = np.lexsort((np.arange(vocab_size), -counts))[: np.count_nonzero(counts)].astype(np.int32)
    rank_of = np.zeros(vocab_size, dtype=np.int32)
    rank_of[by_rank] = np.arange(len(by_rank), dtype=np.int32)
    return by_rank, rank_of[ids]


def _ahead(chain: MarkovChain, first: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Return the powers of the matrix among the first states, until all is forgotten, and the distance of each."""
    distances, powers = list[float](), list[Floats]()
    for rows in chain.rows(first, STEPS):
        if not distances or distances[-1] > _FORGOTTEN:
            powers.append(rows[:, first])
        distances.append(float(total_variation(rows, chain.stationary).max()))
    return {"powers": {"steps": len(powers), "coded": _coded(np.array(powers))}, "distances": distances}


def _coded(probabilities: Floats) -> str:
    """Return probabilities in 16 bits each, as base64."""
    return base64.b64encode((probabilities * _LEVELS).round().astype("<u2").tobytes()).decode()
