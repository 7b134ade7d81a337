"""The prefix: what a model reads before it writes (warm-up, 预热期, D2L 8.5.3).

Reading moves the state along the prefix, so that the first written token already follows from all of it. A line
model reads its boundary token first and may begin from that alone; any other model needs a prefix of which it knows
something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.errors import BadSetting, BadText
from core.models.protocol import Array, LanguageModel, State
from core.text.sequences import Ids

if TYPE_CHECKING:
    from core.text.tokenizer import Tokenizer

# Warm-up reads this many tokens at a time, fewer where the vocabulary is so large that the log-probabilities of one
# reading would exceed 32 MB of float32.
_STEPS_AT_ONCE = 1024
_LOG_PROBS_AT_ONCE = 8_000_000
_SHOWN_CHARACTERS = 20


def warm_up_ids(tokenizer: Tokenizer, prefix: str) -> Ids:
    """Return the ids ``[time]`` that the model reads before it writes: the boundary token of a line model, the prefix.

    Raises:
        BadText: an empty prefix (except for line models), or one of unknown tokens only.
    """
    ids = tokenizer.encode(tokenizer.prepare(prefix))
    nothing_known = bool((ids == tokenizer.unk_id).all())
    if nothing_known and (len(ids) or prefix.strip()):  # or the form leaves nothing of the prefix
        raise _all_unknown(prefix)
    if tokenizer.boundary_id is not None:
        return np.append(np.int32(tokenizer.boundary_id), ids).astype(np.int32)
    if not len(ids):
        raise _empty_prefix(tokenizer)
    return ids


def _empty_prefix(tokenizer: Tokenizer) -> BadText:
    """Return the error for an empty prefix, with a word of the vocabulary as a proposal."""
    words = [token.strip() for token in tokenizer.tokens if token.strip().isalpha()]
    example = max(words[:_SHOWN_CHARACTERS], key=len, default=tokenizer.tokens[-1])
    return BadText(
        f"The prefix is empty, and this model cannot begin a text from nothing. Give it something to go on from, for "
        f"example {example!r}.",
        f"开头为空，而此模型不能凭空开始写。请给出一个开头，例如“{example}”。",
    )


def with_token(tokenizer: Tokenizer, prefix: str, id_: int) -> str:
    """Return ``prefix`` with the text of one more token behind it, as the model itself would write it.

    Raises:
        BadSetting: no id of the vocabulary.
    """
    if not 0 <= id_ < tokenizer.vocab_size:
        raise BadSetting(
            f"There is no token {id_}: ids run from 0 to {tokenizer.vocab_size - 1}.",
            f"没有编号为 {id_} 的词元：编号为 0 到 {tokenizer.vocab_size - 1}。",
        )
    stream = tokenizer.stream()
    for read in tokenizer.encode(tokenizer.prepare(prefix)):
        stream.feed(int(read))
    return prefix + stream.feed(id_)


def _all_unknown(prefix: str) -> BadText:
    """Return the error for a prefix of which the model knows nothing, with its characters."""
    characters = "".join(dict.fromkeys(prefix))
    shown = characters[:_SHOWN_CHARACTERS] + ("..." if len(characters) > _SHOWN_CHARACTERS else "")
    return BadText(
        f"The model knows nothing of the prefix: {shown!r} does not occur in the text it was trained on. Use words or "
        "characters of that text.",
        f"模型完全不认识这个开头：“{shown}”没有在它的训练文本中出现过。请使用训练文本中的词或字符。",
    )


def warm_up(model: LanguageModel, ids: Ids) -> tuple[Array, State]:
    """Return the distribution after ids ``[time]``, ``[vocab]``, and the state (batch 1).

    All ids but the last are read in a few large calls; their scores are thrown away, only the state counts.
    """
    state = model.initial_state(1)
    steps = max(1, min(_STEPS_AT_ONCE, _LOG_PROBS_AT_ONCE // model.vocab_size))
    for begin in range(0, len(ids) - 1, steps):
        end = min(begin + steps, len(ids) - 1)
        _, state = model.score(ids[None, begin:end], ids[None, begin + 1 : end + 1], state)
    log_probs, state = model.step(ids[-1:], state)
    return log_probs[0], state
