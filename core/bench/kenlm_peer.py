"""KenLM as the peer of our n-gram model: the same Witten-Bell estimate, counted here once more in plain dictionaries.

KenLM reads models in the ARPA format: log10 P(w | c) of every n-gram that was seen, and for every context the log10
of the weight that it leaves to the shorter one. Witten-Bell fits that form exactly, so KenLM's scores must equal ours,
which a test holds. Tokens stand there as ``t0``, ``t1`` ... by id, for the format knows no white space in a word.
"""

from __future__ import annotations

import importlib.util
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.generation.sampling import draw
from core.text.sequences import Ids

_UNK_ID = 0
_IMPOSSIBLE = -99.0  # the format's way to write log10 of 0
_Gram = tuple[int, ...]


def kenlm_is_here() -> bool:
    """Return whether the module ``kenlm`` is installed; nothing else of the project needs it."""
    return importlib.util.find_spec("kenlm") is not None


class KenLM:
    """An n-gram model with Witten-Bell smoothing, as KenLM holds it.

    Args:
        ids: the training text ``[total]``.
        order: n, at least 2.
        vocab_size: number of ids; 0 is ``<unk>``.
        file: where the ARPA file is written.
    """

    def __init__(self, ids: Ids, order: int, vocab_size: int, file: Path) -> None:
        import kenlm

        write_arpa(file, witten_bell(ids.tolist(), order, vocab_size), order)
        config = kenlm.Config()
        config.show_progress = False
        config.arpa_complain = kenlm.ARPALoadComplain.NONE
        self._model, self._new_state = kenlm.Model(str(file), config), kenlm.State
        self._words = [_word(id_) for id_ in range(vocab_size)]

    def text(self, ids: Ids) -> str:
        """Return ids as the text that KenLM reads."""
        return " ".join(self._words[id_] for id_ in ids.tolist())

    def score(self, text: str) -> npt.NDArray[np.float64]:
        """Return the natural log-probability of every token but the first."""
        log10 = [found[0] for found in self._model.full_scores(text, bos=False, eos=False)]
        return np.array(log10[1:]) * math.log(10)

    def write(self, prefix: Ids, tokens: int, chance: Iterator[float]) -> list[int]:
        """Return ids written after a prefix ``[time]``: `BaseScore` of every word of the vocabulary at every step."""
        score, known = self._model.BaseScore, self._words[_UNK_ID + 1 :]
        state, after = self._new_state(), self._new_state()
        self._model.NullContextWrite(state)
        for id_ in prefix.tolist():
            score(state, self._words[id_], after)
            state, after = after, state
        written: list[int] = []
        for _ in range(tokens):
            log10 = np.array([score(state, word, after) for word in known])
            written.append(_UNK_ID + 1 + draw(10**log10, next(chance)))
            score(state, self._words[written[-1]], after)
            state, after = after, state
        return written


def witten_bell(ids: list[int], order: int, vocab_size: int) -> dict[_Gram, tuple[float, float]]:
    """Return P(last | the rest) of every n-gram seen, and the weight that it leaves as a context.

    P(w | c) = (n(cw) + T(c) P(w | c')) / (N(c) + T(c)), where c' is c without its oldest token and the empty context
    leaves its weight to 1 / V. The weight is T(c) / (N(c) + T(c)), and 1 where nothing ever followed.
    """
    counts = Counter(
        tuple(ids[at : at + length]) for length in range(1, order + 1) for at in range(len(ids) - length + 1)
    )
    totals: Counter[_Gram] = Counter()
    types: Counter[_Gram] = Counter()
    for gram, count in counts.items():
        totals[gram[:-1]] += count
        types[gram[:-1]] += 1
    found: dict[_Gram, tuple[float, float]] = {}
    for gram in sorted({*counts, *((id_,) for id_ in range(vocab_size))}, key=len):
        context = gram[:-1]
        shorter = found[gram[1:]][0] if context else 1 / vocab_size
        probability = (counts[gram] + types[context] * shorter) / (totals[context] + types[context])
        rest = types[gram] / (totals[gram] + types[gram]) if gram in totals else 1.0
        found[gram] = (probability, rest)
    return found


def write_arpa(file: Path, model: dict[_Gram, tuple[float, float]], order: int) -> None:
    """Write a model as an ARPA file, with the sentence marks that KenLM asks for and no text here has."""
    levels: list[list[str]] = [[f"{_IMPOSSIBLE}\t<s>\t0", f"{_IMPOSSIBLE}\t</s>"], *([] for _ in range(order - 1))]
    for gram, (probability, rest) in model.items():
        line = f"{math.log10(probability):.9f}\t{' '.join(map(_word, gram))}"
        levels[len(gram) - 1].append(line if len(gram) == order else f"{line}\t{math.log10(rest):.9f}")
    parts = ["\\data\\", *(f"ngram {n}={len(lines)}" for n, lines in enumerate(levels, start=1))]
    for n, lines in enumerate(levels, start=1):
        parts += ["", f"\\{n}-grams:", *lines]
    file.write_text("\n".join([*parts, "", "\\end\\", ""]), encoding="utf-8")


def _word(id_: int) -> str:
    return "<unk>" if id_ == _UNK_ID else f"t{id_}"


def absent_note() -> list[str]:
    """Return what to say where KenLM is not installed, else nothing."""
    return [] if kenlm_is_here() else ["kenlm is not installed (pip install kenlm), so the n-gram model has no peer."]


def kenlm_peer(ids: Ids, order: int, vocab_size: int, folder: Path) -> KenLM | None:
    """Return KenLM's model of the ids, or None where KenLM is not installed."""
    return KenLM(ids, order, vocab_size, folder / "story.arpa") if kenlm_is_here() else None
