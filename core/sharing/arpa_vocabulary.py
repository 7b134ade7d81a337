"""From the words of an ARPA file to a tokenizer and the ids of its tokens: which texts does this model read?

An ARPA file lists words and says nothing of the text they are from, so it is inferred, and always in the same way:

* *marks*: ``<s>`` or ``</s>`` that is used (it stands in longer n-grams, ``</s>`` can be predicted, ``<s>`` has a weight) frames every
  line, or the whole text if one of the words holds a line end; marks that are only listed frame nothing;
* *level*: characters if every word is one, else words;
* *form*: as the tokens are. Words that hold white space are this program's own raw form; characters and words of small letters
  only are D2L's form, where typed text loses all but its letters; other words stand between white space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import BadText
from core.models.back_off_table import IMPOSSIBLE
from core.models.framing import Framing
from core.sharing.arpa_reading import ArpaFile
from core.sharing.arpa_words import BEGIN, END, MARKS, UNKNOWN, UNKNOWN_IN_CAPITALS, unescaped
from core.text.tokenizer import BOUNDARY, BOUNDARY_ID, UNK, UNK_ID, Tokenizer

_SMALL_LETTERS = re.compile(r"[a-z]+")
_LETTERS_AND_SPACES = re.compile(r"[a-z ]+")


@dataclass(frozen=True, eq=False)
class Reading:
    """How the texts of an imported model are read.

    Attributes:
        tokenizer: with the words of the file in their order.
        framing: of the model's texts.
        ids: for each word of the file its id in the model's table, ``[words]``; -1 for marks that nothing uses.
    """

    tokenizer: Tokenizer
    framing: Framing
    ids: npt.NDArray[np.int64]


def reading_of(file: ArpaFile) -> Reading:
    """Return how the texts of a file's model are read.

    Raises:
        BadText: there are no words, or one that this program cannot tell from its own marks.
    """
    unknown = UNKNOWN if UNKNOWN in file.words else UNKNOWN_IN_CAPITALS
    marks = {word: at for at, word in enumerate(file.words) if word in (BEGIN, END, unknown)}
    tokens = _tokens([word for word in file.words if word not in marks])
    framed = _is_framed(file, marks)
    lines = framed and not any("\n" in token or "\r" in token for token in tokens)
    reserved = [UNK, BOUNDARY] if lines else [UNK]
    level = "char" if all(len(token) == 1 for token in tokens) else "word"
    vocabulary = {token: id_ for id_, token in enumerate([*reserved, *tokens])}
    tokenizer = Tokenizer(level, _form(tokens, level), lines, vocabulary)
    framing = Framing(len(vocabulary), framed, BOUNDARY_ID if lines else -1)
    special = {unknown: UNK_ID, BEGIN: -1, END: -1}
    if framing.begin is not None:
        special |= {BEGIN: framing.begin, END: framing.closes}
    ids = np.empty(len(file.words), dtype=np.int64)
    ids[[at for at, word in enumerate(file.words) if word not in marks]] = len(reserved) + np.arange(len(tokens))
    for mark, at in marks.items():
        ids[at] = special[mark]
    return Reading(tokenizer, framing, ids)


def _tokens(words: Sequence[str]) -> list[str]:
    """Return the texts of the words that are no marks."""
    pieces = unescaped(words)
    try:
        tokens = list(words) if pieces is None else [piece.decode() for piece in pieces]
    except UnicodeDecodeError as error:
        raise BadText(
            "The words of the ARPA file are parts of characters, as byte-pair encoding makes them, and the file does not hold "
            "its merges. Import a model of characters or words.",
            "该 ARPA 文件的词是字符的一部分（字节对编码），而文件中没有合并表。请导入字符或词的模型。",
        ) from error
    if not tokens:
        raise BadText(
            "The ARPA file lists no words but its marks. Take one of a model that has learned something.",
            "该 ARPA 文件除标记外没有词。请换用学过文本的模型。",
        )
    for name in (UNK, BOUNDARY, *MARKS):
        if name in tokens:
            raise BadText(
                f"The ARPA file has {name} among its words, which means something else here. Rename that word in the file.",
                f"该 ARPA 文件的词中有 {name}，它在这里另有含义。请在文件中改名。",
            )
    return tokens


def _is_framed(file: ArpaFile, marks: dict[str, int]) -> bool:
    """Return whether texts begin with ``<s>`` or end with ``</s>``."""
    begin, end, single = marks.get(BEGIN), marks.get(END), file.sections[0]
    used = [at for at in (begin, end) if at is not None]
    if end is not None and single.log_probs[end] > IMPOSSIBLE:
        return True
    if begin is not None and single.weights[begin] != 0:
        return True
    return bool(used) and any(bool(np.isin(section.ids, used).any()) for section in file.sections[1:])


def _form(tokens: Sequence[str], level: str) -> str:
    """Return the form in which a text consists of these tokens."""
    if level == "char":
        return "d2l" if all(map(_LETTERS_AND_SPACES.fullmatch, tokens)) else "raw"
    if any(sign.isspace() for token in tokens for sign in token):
        return "raw"
    return "d2l" if all(map(_SMALL_LETTERS.fullmatch, tokens)) else "spaced"
