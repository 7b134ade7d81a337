"""What others have published: checkpoints on the Hub, with the results that their cards state.

A card is a stranger's word until `verify` has computed it again; the table says whose word it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from threading import Thread
from typing import Any, TypeVar

from core.errors import BadSetting
from core.sharing.hub.connection import Token, answered, api, unreachable
from core.sharing.hub.names import HubName

# The tag that every checkpoint here carries.
TAG = "unroll"
# How the Hub may sort them: by what, and what the client calls it.
SORTS = {"downloads": "downloads", "likes": "likes", "updated": "last_modified"}
# Checkpoints that are listed at once, and the seconds that a visitor waits for them.
MOST_LISTED, _PATIENCE = 100, 3.0
_EXPANDED = ("cardData", "lastModified", "downloads", "likes", "tags", "private", "gated", "sha")
_LEVELS = ("char", "word", "bpe")
_LONGEST_WORD = 60

T = TypeVar("T")


@dataclass(frozen=True)
class Wanted:
    """Which checkpoints to list.

    Attributes:
        owner: only this one's; "" for everybody's.
        tag: only those that carry it beside "unroll", such as a model's name, "char" or "zh"; "" for all.
        sort: downloads, likes or updated.
    """

    owner: str = ""
    tag: str = ""
    sort: str = "downloads"


def list_gallery(wanted: Wanted, token: Token = None) -> list[dict[str, Any]]:
    """Return the checkpoints on the Hub as rows of a table, sorted by the Hub.

    Returns:
        For each: name (``hub:OWNER/NAME``), owner, model, level, language, corpus, train_perplexity, held_out_perplexity,
        bits_per_char, downloads, likes, updated (a date), gated. What a card does not say is None.

    Raises:
        BadSetting: no owner, tag or sort.
        LabError: the Hub refuses, or does not answer within seconds.
    """
    _check(wanted)
    return within(_PATIENCE, lambda: _asked(wanted, token))


def _check(wanted: Wanted) -> None:
    if wanted.sort not in SORTS:
        raise BadSetting(
            f"sort cannot be {wanted.sort!r}: it takes {', '.join(SORTS)}.",
            f"sort 不能取“{wanted.sort}”：应为 {'、'.join(SORTS)}。",
        )
    for what, word in (("owner", wanted.owner), ("tag", wanted.tag)):
        if word and HubName.parse(f"hub:{word}/x") is None:
            raise BadSetting(
                f"{what} cannot be {word[:60]!r}: it takes one word of letters, digits, '-', '_' and '.'.",
                f"{what} 不能取“{word[:60]}”：应为由字母、数字、-、_ 和 . 组成的一个词。",
            )


def _asked(wanted: Wanted, token: Token) -> list[dict[str, Any]]:
    with answered(wanted.owner or TAG):
        try:
            return _listed(wanted, token, _EXPANDED)
        except (TypeError, ValueError, KeyError, AttributeError):
            # One stranger's card that the client cannot read must not hide the others: the table then has no results.
            return _listed(wanted, token, [each for each in _EXPANDED if each != "cardData"])


def _listed(wanted: Wanted, token: Token, expand: Any) -> list[dict[str, Any]]:
    sort: Any = SORTS[wanted.sort]
    models = api(token).list_models(
        filter=[TAG, *([wanted.tag] if wanted.tag else [])], author=wanted.owner or None, sort=sort, limit=MOST_LISTED,
        expand=list(expand),
    )  # fmt: skip
    return [row for model in models if (row := _row(model)) is not None]


def _row(model: Any) -> dict[str, Any] | None:
    """Return a repository as a row; nothing of what a stranger wrote is trusted to have its form."""
    name = HubName.parse(f"hub:{model.id}")
    if name is None:
        return None
    card = model.card_data
    tags = [tag for tag in getattr(card, "tags", None) or model.tags or () if isinstance(tag, str)]
    return {
        "name": name.word, "owner": name.owner, "model": _model(tags), "level": next((t for t in tags if t in _LEVELS), None),
        "language": _word(getattr(card, "language", None)), **_measures(getattr(card, "eval_results", None)),
        "downloads": model.downloads, "likes": model.likes,
        "updated": model.last_modified.date().isoformat() if model.last_modified is not None else None,
        "gated": bool(model.gated),
    }  # fmt: skip


def _model(tags: list[str]) -> str | None:
    """Return the name of the model among a card's tags: it follows "unroll" there (`card.py`)."""
    following = tags[tags.index(TAG) + 1 :] if TAG in tags else []
    return _word(following[0]) if following else None


def _word(value: Any) -> str | None:
    """Return a word of a card, cut to a bearable length; the first of several."""
    value = value[0] if isinstance(value, list) and value else value
    return value[:_LONGEST_WORD] if isinstance(value, str) else None


# What a card calls its results (`card.py`), and their names here.
_MEASURES = {
    "train perplexity": "train_perplexity",
    "held-out perplexity": "held_out_perplexity",
    "held-out bits per character": "bits_per_char",
}


def _measures(results: Any) -> dict[str, Any]:
    """Return the results that a card's model-index states, and the text that they are of."""
    found: dict[str, Any] = dict.fromkeys(("corpus", *_MEASURES.values()))
    for each in results if isinstance(results, list) else ():
        value = each.metric_value
        if each.metric_name in _MEASURES and isinstance(value, int | float) and math.isfinite(value):
            found[_MEASURES[each.metric_name]] = float(value)
            found["corpus"] = _word(each.dataset_type)
    return found


def within(seconds: float, ask: Callable[[], T]) -> T:
    """Return what ``ask`` returns, unless it takes longer.

    The client library tries again for up to 23 seconds, and looking up a name knows no time limit at all; the thread that is
    left behind ends with them.

    Raises:
        Failure: it takes longer.
    """
    answer: Future[T] = Future()

    def run() -> None:
        try:
            answer.set_result(ask())
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            answer.set_exception(error)

    Thread(target=run, daemon=True, name="gallery").start()
    try:
        return answer.result(seconds)
    except TooLate as error:
        raise unreachable(TAG) from error
