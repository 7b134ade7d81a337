"""Zipf's law for uni-, bi- and trigrams on log-log axes, and the growth of types (D2L 8.3.2)."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture

# Points of the growth that travel.
_POINTS = 50


class Zipf(Picture):
    """Two plots and their numbers."""

    folder = "zipf"


def zipf_value(statistics: Json, level: str) -> Json:
    """Return the data from what `Lab.corpus_statistics` says."""
    growth = statistics["growth"]
    step = max(1, len(growth) // _POINTS)
    return {
        "level": level, "tokens": statistics["tokens"], "growth": [[0, 0], *growth[step - 1 :: step]],
        "ngrams": [{name: each[name] for name in ("n", "types", "curve", "zipf")} for each in statistics["ngrams"]],
    }  # fmt: skip
