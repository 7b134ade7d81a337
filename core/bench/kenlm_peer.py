"""KenLM as the peer of our n-gram model: the very same model, written as an ARPA file and read by KenLM.

Its scores must then equal ours, which a test holds; only the time that they take differs.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.errors import Refused
from core.generation.sampling import draw
from core.models.protocol import LanguageModel
from core.sharing.arpa_writing import arpa_names, arpa_parts
from core.sharing.folders import write_parts
from core.text.sequences import Ids
from core.text.tokenizer import Tokenizer

_UNK_ID = 0


def kenlm_is_here() -> bool:
    """Return whether the module ``kenlm`` is installed; nothing else of the project needs it."""
    return importlib.util.find_spec("kenlm") is not None


class KenLM:
    """One of our n-gram models, as KenLM holds it.

    Args:
        model: ours, of order 2 or more and of a continuous text.
        tokenizer: of its tokens.
        file: where the ARPA file is written.
    """

    def __init__(self, model: LanguageModel, tokenizer: Tokenizer, file: Path) -> None:
        import kenlm

        table = model.back_off_table()
        if table is None:
            raise Refused(
                "KenLM reads models that go from context to shorter context only.", "KenLM 只读逐级回退的模型。"
            )
        names = arpa_names(tokenizer, table.framing)
        write_parts(file, arpa_parts(table, names))
        config = kenlm.Config()
        config.show_progress = False
        config.arpa_complain = kenlm.ARPALoadComplain.NONE
        self._model, self._new_state = kenlm.Model(str(file), config), kenlm.State
        self._words = list(names.other)

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


def absent_note() -> list[str]:
    """Return what to say where KenLM is not installed, else nothing."""
    return [] if kenlm_is_here() else ["kenlm is not installed (pip install kenlm), so the n-gram model has no peer."]


def kenlm_peer(model: LanguageModel, tokenizer: Tokenizer, folder: Path) -> KenLM | None:
    """Return KenLM's copy of a model, or None where KenLM is not installed."""
    return KenLM(model, tokenizer, folder / "model.arpa") if kenlm_is_here() else None
