"""The results of single passages of a held-out text, as a checkpoint's facts tell them, with the titles to show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.measures.results import PASSAGE
from core.sharing.facts import Facts


def passage_results(facts: Facts) -> list[dict[str, Any]]:
    """Return the results of every passage of the held-out text, in the order of the text.

    Returns:
        For each: ``name``; ``title`` by language; ``continued``, whether the training part ends in it, so that only its
        rest is held out; and its ``measures``. Nothing where no passages are known.
    """
    results = facts.results or {}
    known = {str(each["name"]): each for each in facts.corpus.get("passages", [])}
    cut = facts.corpus.get("split", {}).get("training_characters", 0)
    return [
        {
            "name": name, "title": _title(name, known), "measures": results[PASSAGE + name],
            "continued": bool(name in known and known[name]["first_character"] < cut),
        }
        for name in (part.removeprefix(PASSAGE) for part in results if part.startswith(PASSAGE))
    ]  # fmt: skip


def _title(name: str, known: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return a passage's title in every language; one that the corpus' card does not know is called by its name."""
    title = known.get(name, {}).get("title", {})
    return {language: str(title.get(language, name)) for language in ("en", "zh")}
