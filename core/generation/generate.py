"""A model writes: it reads the prefix (warm-up, 预热期), then adds one token after the other (D2L 8.5.3).

The text arrives as `Piece` after `Piece`, ending with one `Finished`; joined, the pieces are the continuation. Each
consists of whole tokens. The rules:

* ``<unk>`` is never written. Reported log-probabilities are the model's own, before temperature and filters.
* A line model starts from its boundary token. When it writes that token the line is at its end; the token is among
  the ids (it was predicted, with a probability), its text is empty.
* A stop string counts in the continuation only, not across the end of the prefix. The text ends before it; the ids
  are all that were written, those of the stop string included. Held-back text comes with its tokens.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from core.generation.beam import beam_search
from core.generation.choosing import choose
from core.generation.prefix import warm_up, warm_up_ids
from core.generation.sampling import GenerationSettings
from core.generation.stopping import StopStrings, check_stops
from core.models.protocol import LanguageModel
from core.text.forms import words_alone
from core.text.sequences import Ids

if TYPE_CHECKING:
    from core.text.tokenizer import Tokenizer

FinishReason = Literal["length", "stop", "end"]


@dataclass(frozen=True)
class Piece:
    """Newly written tokens; an empty one is a sign of life during a beam search.

    Attributes:
        text: their text, which may be empty (the first bytes of a character, the boundary token).
        ids, tokens: the tokens by number and by name.
        log_probs: the model's own natural log-probability of each.
    """

    text: str
    ids: tuple[int, ...] = ()
    tokens: tuple[str, ...] = ()
    log_probs: tuple[float, ...] = ()


@dataclass(frozen=True)
class Finished:
    """The end of a continuation.

    Attributes:
        reason: "length" (as many tokens as asked for), "stop" (a stop string) or "end" (of a line).
        num_tokens: how many tokens were written.
        stop: the stop string that ended the text, if one did.
    """

    reason: FinishReason
    num_tokens: int
    stop: str | None = None


@dataclass(frozen=True)
class Generation:
    """A whole continuation, for those who do not stream it.

    Attributes:
        prefix: as given.
        text: the continuation, without the prefix.
        tokens, ids, log_probs: of the continuation, one entry a token.
        unknown: which tokens of the prefix are unknown, by place.
        finish_reason: see `Finished`.
    """

    prefix: str
    text: str
    tokens: tuple[str, ...]
    ids: tuple[int, ...]
    log_probs: tuple[float, ...]
    unknown: tuple[int, ...]
    finish_reason: FinishReason


def generate(
    model: LanguageModel, tokenizer: Tokenizer, prefix: str, settings: GenerationSettings, stop: Sequence[str] = ()
) -> Generator[Piece | Finished, None, None]:
    """Write on after ``prefix``.

    The prefix and the stop strings are checked now, the model is first asked when the result is iterated. Closing
    the result stops the writing.

    Raises:
        BadText: an empty prefix (except for line models), or one of unknown tokens only.
        BadSetting: stop strings that cannot be used.
        Refused: later, where the model leaves no token to write.
    """
    ids = warm_up_ids(tokenizer, prefix)
    return _write(model, tokenizer, ids, _Texts(tokenizer, prefix, ids), settings, check_stops(stop))


def collect(
    model: LanguageModel, tokenizer: Tokenizer, prefix: str, settings: GenerationSettings, stop: Sequence[str] = ()
) -> Generation:
    """Return the whole continuation of ``prefix``: what `generate` streams, joined; raises what `generate` does."""
    pieces: list[Piece] = []
    reason: FinishReason = "length"
    for item in generate(model, tokenizer, prefix, settings, stop):
        if isinstance(item, Finished):
            reason = item.reason
        else:
            pieces.append(item)
    return Generation(
        prefix=prefix,
        text="".join(piece.text for piece in pieces),
        tokens=tuple(token for piece in pieces for token in piece.tokens),
        ids=tuple(id_ for piece in pieces for id_ in piece.ids),
        log_probs=tuple(log_prob for piece in pieces for log_prob in piece.log_probs),
        unknown=tuple(tokenizer.inspect(prefix).unknown),
        finish_reason=reason,
    )


def _write(
    model: LanguageModel,
    tokenizer: Tokenizer,
    ids: Ids,
    texts: _Texts,
    settings: GenerationSettings,
    stop: tuple[str, ...],
) -> Generator[Piece | Finished, None, None]:
    """Yield the pieces of a continuation, and its end."""
    search = _beam if settings.strategy == "beam" else _one_by_one
    watch = StopStrings(stop)
    names = tokenizer.tokens
    held = _Held(names)
    reason: FinishReason = "length"
    written = 0
    for choice in search(model, tokenizer, ids, settings):
        if choice is None:
            yield Piece("")
            continue
        id_, log_prob = choice
        written += 1
        ends = id_ == tokenizer.boundary_id
        text = "" if ends else texts.of(id_)
        if not stop and not ends:  # nothing to hold back
            yield Piece(text, (id_,), (names[id_],), (log_prob,))
            continue
        held.add(text, id_, log_prob)
        certain = watch.feed(text)
        if watch.found is not None or ends:
            reason = "end" if watch.found is None else "stop"
            break
        if piece := held.release(certain):
            yield piece
    if watch.found is None:
        tail = texts.rest()  # what is left of an unfinished character
        held.append(tail)
        watch.feed(tail)
        reason = reason if watch.found is None else "stop"
    if piece := held.release_all(watch.start):
        yield piece
    yield Finished(reason, written, watch.found)


def _one_by_one(
    model: LanguageModel, tokenizer: Tokenizer, ids: Ids, settings: GenerationSettings
) -> Iterator[tuple[int, float] | None]:
    """Yield (id, log-probability) of one token after the other."""
    return choose(model, ids, settings, tokenizer.unk_id)


def _beam(
    model: LanguageModel, tokenizer: Tokenizer, ids: Ids, settings: GenerationSettings
) -> Iterator[tuple[int, float] | None]:
    """Yield None while the search goes on, then (id, log-probability) of the tokens found."""
    log_probs, state = warm_up(model, ids)
    search = beam_search(
        model, log_probs, state, tokens=settings.tokens, beams=settings.beams,
        forbidden=[tokenizer.unk_id], boundary_id=tokenizer.boundary_id,
    )  # fmt: skip
    for found in search:
        if found is None:
            yield None
        else:
            yield from ((link.id, link.log_prob) for link in found.chain())


class _Texts:
    """The texts of the tokens that follow a prefix; only the first of them depends on how the prefix ends."""

    def __init__(self, tokenizer: Tokenizer, prefix: str, ids: Ids) -> None:
        self._stream = tokenizer.stream()
        self._stream.feed(int(ids[-1]))
        # Words that stand alone carry no space; the one that the prefix already ends with must not come twice.
        self._has_space = words_alone(tokenizer.level, tokenizer.form) and tokenizer.prepare(prefix).endswith(" ")

    def of(self, id_: int) -> str:
        """Return the text that has become certain with this token."""
        text = self._stream.feed(id_)
        if self._has_space:
            self._has_space = False
            return text.removeprefix(" ")
        return text

    def rest(self) -> str:
        """Return what remains of a character that was never completed."""
        return self._stream.finish()


class _Held:
    """Tokens whose text is not certain to stand before a stop string; they leave whole, from the front."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._texts: list[str] = []
        self._ids: list[int] = []
        self._log_probs: list[float] = []
        self._released = 0  # characters that have left

    def add(self, text: str, id_: int, log_prob: float) -> None:
        """Take in one token."""
        self._texts.append(text)
        self._ids.append(id_)
        self._log_probs.append(log_prob)

    def append(self, text: str) -> None:
        """Take in text that belongs to no further token."""
        self._texts.append(text)

    def release(self, certain: int) -> Piece | None:
        """Return the tokens that lie within the first ``certain`` characters of the continuation, if any."""
        count, characters = 0, self._released
        for text in self._texts:
            characters += len(text)
            if characters > certain:
                break
            count += 1
        return self._leave(count, "".join(self._texts[:count])) if count else None

    def release_all(self, end: int | None) -> Piece | None:
        """Return all tokens, if any, with the text up to the character ``end`` of the continuation."""
        text = "".join(self._texts)
        text = text if end is None else text[: end - self._released]
        return self._leave(len(self._texts), text) if text or self._ids else None

    def _leave(self, count: int, text: str) -> Piece:
        ids, log_probs = self._ids[:count], self._log_probs[:count]
        del self._texts[:count], self._ids[:count], self._log_probs[:count]
        self._released += len(text)
        return Piece(text, tuple(ids), tuple(self._names[id_] for id_ in ids), tuple(log_probs))
