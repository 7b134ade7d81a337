"""What others have published: checkpoints on the Hub, with the results that their cards state.

A card is a stranger's word until `verify` has computed it again; the table says whose word it is.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from concurrent.futures import TimeoutError as TooLate
from dataclasses import dataclass
from typing import Any

from core.background import in_background
from core.errors import BadSetting
from core.sharing.card_reading import as_number, stated_results
from core.sharing.hub.connection import api
from core.sharing.hub.names import HubName, check_word
from core.sharing.hub.refusals import Token, answered, no_hub, understood, unreachable
from core.text.tokenizer import LEVELS

# The tag that every checkpoint here carries.
TAG = "unroll"
# How the Hub may sort them: by what, and what it calls it.
SORTS = {"downloads": "downloads", "likes": "likes", "updated": "lastModified"}
# Checkpoints that are listed at once, and the seconds that a visitor waits for them.
MOST_LISTED, _PATIENCE = 100, 3.0
_EXPANDED = ("cardData", "lastModified", "downloads", "likes", "tags", "gated")
_LONGEST_WORD = 60
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


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
    return _soon(lambda: _asked(wanted, token))


def _check(wanted: Wanted) -> None:
    if wanted.sort not in SORTS:
        raise BadSetting(
            f"sort cannot be {wanted.sort!r}: it takes {', '.join(SORTS)}.",
            f"sort 不能取“{wanted.sort}”：应为 {'、'.join(SORTS)}。",
        )
    for what, word in (("owner", wanted.owner), ("tag", wanted.tag)):
        if word:
            check_word(what, word)


def _asked(wanted: Wanted, token: Token) -> list[dict[str, Any]]:
    """Ask the Hub; its answer is read here, for one card that the client cannot read would cost it all the others."""
    from huggingface_hub import get_session, hf_raise_for_status
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

    with answered(wanted.owner or TAG, token):
        hub = api(token)
        question: dict[str, Any] = {
            "filter": [TAG, *([wanted.tag] if wanted.tag else [])], "sort": SORTS[wanted.sort], "limit": MOST_LISTED,
            "expand": list(_EXPANDED), **({"author": wanted.owner} if wanted.owner else {}),
        }  # fmt: skip
        answer = get_session().get(f"{hub.endpoint}/api/models", params=question, headers=build_hf_headers(token=token))
        if answer.status_code == 404:
            raise no_hub(wanted.owner or TAG)
        hf_raise_for_status(answer)
        with understood(wanted.owner or TAG):
            return [row for model in answer.json()[:MOST_LISTED] if (row := _row(model)) is not None]


def _row(model: Any) -> dict[str, Any] | None:
    """Return a repository as a row; nothing of what a stranger wrote is trusted to have its form."""
    name = HubName.parse(f"hub:{model['id']}")
    if name is None:
        return None
    card = model["cardData"] if isinstance(model.get("cardData"), dict) else {}
    tags = next((tags for tags in (card.get("tags"), model.get("tags")) if isinstance(tags, list)), [])
    tags = [tag for tag in tags if isinstance(tag, str)]
    day = _DATE.match(str(model.get("lastModified")))
    return {
        "name": name.word, "owner": name.owner, "model": _model(tags), "level": next((t for t in tags if t in LEVELS), None),
        "language": _word(card.get("language")), **_measures(card),
        "downloads": _count(model.get("downloads")), "likes": _count(model.get("likes")),
        "updated": day[0] if day else None, "gated": bool(model.get("gated")),
    }  # fmt: skip


def _model(tags: list[str]) -> str | None:
    """Return the name of the model among a card's tags: it follows "unroll" there (`card.py`)."""
    following = tags[tags.index(TAG) + 1 :] if TAG in tags else []
    return _word(following[0]) if following else None


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


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


def _measures(card: Any) -> dict[str, Any]:
    """Return the results that a card's model-index states, and the text that they are of; the first of each name."""
    found: dict[str, Any] = dict.fromkeys(("corpus", *_MEASURES.values()))
    for name, value, text in stated_results(card):
        measure = _MEASURES.get(name)
        if measure is not None and found[measure] is None and math.isfinite(as_number(value)):
            found[measure] = as_number(value)
            found["corpus"] = _word(text)
    return found


def _soon(ask: Callable[[], list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return what ``ask`` returns, unless it takes longer than a visitor's patience.

    The client library tries again, and looking up a name knows no time limit at all; the thread that is left behind ends
    with them.

    Raises:
        Failure: it takes longer.
    """
    try:
        return in_background("gallery", ask).result(_PATIENCE)
    except TooLate as error:
        raise unreachable(TAG) from error
