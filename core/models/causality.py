"""Is a model asked what comes next, or does it know? The check that no distribution depends on a later token.

A language model says P(x_t | x_1 ... x_t-1) (D2L 8.1). One that has seen x_t, as a bidirectional network does that reads a text
as a whole (D2L 9.4), copies the answer: its perplexity is near 1, on held-out text too, and means nothing. Nothing in its numbers
gives it away; they sum to 1, and training and held-out text agree. But it can be asked twice: change what comes later, and an honest
model gives the same answers before, to the last bit, for it computes the same thing.

Two more ways to come to a false perplexity are looked for: a state that does not carry the whole past, and a `score` that is
not the logarithm of the distribution.
"""

from __future__ import annotations

import numpy as np

from core.errors import BrokenPlugin
from core.language import Bilingual, both
from core.models.protocol import Array, LanguageModel

# Tokens that are read; from the middle on they are changed.
_READ = 16
# Of these few steps two ways of computing are compared. Further on, weights of a chaotic network may part them honestly.
_COMPARED, _CUT = 4, 2
# How far two computations of one number may lie apart: nats, and share of the number.
_APART, _SHARE = 1e-3, 1e-4


def check_causality(model: LanguageModel) -> None:
    """Raise unless every distribution depends on the past alone, and the model says it in one voice.

    It takes eight readings of at most 16 tokens, milliseconds for most models. A network whose weights are still all alike may
    pass and fail once it has learned, so a model is checked before and after.

    Raises:
        BrokenPlugin: the reason in one sentence.
    """
    generator = np.random.default_rng(0)
    ids = generator.integers(0, model.vocab_size, (1, _READ)).astype(np.int32)
    for reason in (_of_looking_ahead(model, ids), _of_forgetting(model, ids), _of_another_score(model, ids)):
        if reason is not None:
            name = model.about.name
            raise BrokenPlugin(f"{name} {reason.en}", f"{name} {reason.in_language('zh')}")


def _of_looking_ahead(model: LanguageModel, ids: Array) -> Bilingual | None:
    middle = _READ // 2
    changed = ids.copy()
    changed[:, middle:] = (changed[:, middle:] + 1) % model.vocab_size
    before, _ = model.log_probs(ids, model.initial_state(1))
    after, _ = model.log_probs(changed, model.initial_state(1))
    moved = ~_alike(before[0, :middle], after[0, :middle]).all(axis=-1)  # [middle]
    if not moved.any():
        return _of_peeking(model, ids, changed)
    place = int(np.flatnonzero(moved)[-1]) + 1
    return both(
        f"looks ahead: what it expects after {place} tokens changes when token {middle + 1} is changed, so it has seen the answer"
        " that it is asked for, and its perplexity would mean nothing",
        f"偷看了后文：只改动第 {middle + 1} 个词元，它在读完 {place} 个词元后的预测就变了；它已看到要回答的答案，困惑度没有意义",
    )


def _of_peeking(model: LanguageModel, ids: Array, changed: Array) -> Bilingual | None:
    """Whether `score`, which is given the targets, lets a later one change an earlier score."""
    middle = _READ // 2
    scores = [model.score(each[:, :-1], each[:, 1:], model.initial_state(1))[0] for each in (ids, changed)]
    if _alike(scores[0][:, : middle - 1], scores[1][:, : middle - 1]).all():
        return None
    return both(
        f"looks ahead: its score of earlier tokens changes when token {middle + 1} is changed, so its perplexity would mean nothing",
        f"偷看了后文：只改动第 {middle + 1} 个词元，它对前面词元的评分就变了，困惑度没有意义",
    )


def _of_forgetting(model: LanguageModel, ids: Array) -> Bilingual | None:
    ids = ids[:, :_COMPARED]
    whole, _ = model.log_probs(ids, model.initial_state(1))
    _, state = model.log_probs(ids[:, :_CUT], model.initial_state(1))
    rest, _ = model.log_probs(ids[:, _CUT:], state)
    if _alike(whole[:, _CUT:], rest).all():
        return None
    return both(
        "answers differently when a text is read in two parts: its state must carry everything that it remembers of the past",
        "把文字分两段读时，预测会不同：状态必须带上它对过去所记住的一切",
    )


def _of_another_score(model: LanguageModel, ids: Array) -> Bilingual | None:
    inputs, targets = ids[:, :_COMPARED], ids[:, 1 : _COMPARED + 1]
    log_probs, _ = model.log_probs(inputs, model.initial_state(1))
    scores, _ = model.score(inputs, targets, model.initial_state(1))
    if _alike(np.take_along_axis(log_probs, targets[..., None].astype(np.int64), axis=2)[..., 0], scores).all():
        return None
    return both(
        "scores a token otherwise than its distribution says: score(inputs, targets) must be the targets' entries of log_probs",
        "对词元的评分与其分布不一致：score(inputs, targets) 应等于 log_probs 中目标词元的那些项",
    )


def _alike(one: Array, other: Array) -> Array:
    """Return where two arrays agree; the impossible equals itself, and so does what is no number."""
    with np.errstate(invalid="ignore"):  # -inf less -inf
        return np.isclose(one, other, rtol=_SHARE, atol=_APART, equal_nan=True)
