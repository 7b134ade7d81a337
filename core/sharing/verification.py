"""Does a checkpoint's card tell the truth? Its results are computed again, on its own text, and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from core.errors import Refused
from core.measures.results import ADAPTIVE, PASSAGE, final_results, num_read
from core.sharing.card import expected_results, results_table
from core.sharing.card_reading import read_results, read_table
from core.sharing.checkpoint import CARD, Checkpoint
from core.sharing.facts import Facts
from core.sharing.measured_text import measured_text, parts_to_judge
from core.text.download import Progress
from core.text.passages import held_out_passages
from core.training.events import finite

# How far a recomputed perplexity may lie from the claimed one, as a share of it: another machine adds up in another
# order, but a rounded weight or another text shows.
_TOLERANCE = 1e-3
# What a card states is rounded to four decimals, here and there.
_ROUNDED = 1e-4
# Stands where nothing is said; it equals nothing.
_MISSING = math.nan


def verify(
    checkpoint: Checkpoint, *, search: Sequence[Path], cache: Path, progress: Progress | None = None
) -> dict[str, Any]:
    """Compute a checkpoint's results again: what `verified_rows` yields, together.

    Returns:
        ``rows`` of what is claimed and what was found, and ``holds``, whether all of it agrees.

    Raises:
        LabError: as `verified_rows`.
    """
    rows = list(verified_rows(checkpoint, search=search, cache=cache, progress=progress))
    return {"checkpoint": checkpoint.name, "rows": rows, "holds": all(row["holds"] for row in rows)}


def verified_rows(
    checkpoint: Checkpoint,
    *,
    search: Sequence[Path],
    cache: Path,
    progress: Progress | None = None,
) -> Iterator[dict[str, Any]]:
    """Compute a checkpoint's results again, part by part; close the iterator to stop.

    Two things make claims: config.json, and the card that people and the Hub read. Results of passages may be left out of
    both, as checkpoints do that are older than these; who states one states all. An adaptive result is stated where it was asked for.

    Args:
        checkpoint: an opened checkpoint.
        search, cache: where its corpus may be; it is found by its hash, and a named one is downloaded where it is nowhere.
        progress: told how many tokens have been scored, and how many there are; it may raise to stop.

    Yields:
        ``what`` is claimed where, ``claimed`` and ``found`` (None where it is infinite, or where ``missing`` says that nothing
        is claimed and ``absent`` that there is no such result), and whether it ``holds``.

    Raises:
        BadCorpus: the corpus is not to be had.
        Refused: the checkpoint claims nothing.
    """
    facts, claims = checkpoint.facts, _claims(checkpoint)
    corpus, prepared = measured_text(checkpoint, search=search, cache=cache)
    fit, validation = prepared.fit_and_validation() if facts.training.get("validation") else (prepared.training, None)
    passages = held_out_passages(corpus, prepared) if any(name.startswith(PASSAGE) for name in claims) else {}
    adaptive = ADAPTIVE in claims
    parts, found = parts_to_judge(prepared, fit, validation), dict[str, Any]()
    heed = None if progress is None else Counted(num_read(parts, adaptive), progress)
    for name, part in parts.items():
        measured = final_results(
            checkpoint.model, checkpoint.tokenizer, prepared.spelling, {name: part}, heed, passages, adaptive
        )
        found |= measured
        for each in measured:
            yield from _part_rows(each, claims.pop(each, None) or {}, measured[each])
    for name, more in claims.items():  # claims about parts that there are not
        yield from _part_rows(name, more, {})
    yield from _card_rows(checkpoint.folder, replace(facts, results=found))


class Counted:
    """Adds up what is told chunk by chunk."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self, tokens: int) -> None:
        """Count some more tokens."""
        self._done += tokens
        self._progress(min(self._done, self._total), self._total)  # padded lines count a little more


def _claims(checkpoint: Checkpoint) -> dict[str, Any]:
    """Return what config.json claims, by part of the text."""
    results = checkpoint.facts.results
    if results is None:
        raise Refused(
            f"'{checkpoint.name}' claims no results (its training did not end): there is nothing to verify.",
            f"“{checkpoint.name}”没有给出结果（训练未完成）：无可验证。",
        )
    if "refused" in results:
        raise Refused(
            f"'{checkpoint.name}' claims no results, so there is nothing to verify. {results['refused']}",
            f"“{checkpoint.name}”没有给出结果，因此无可验证。{results.get('refused_zh', results['refused'])}",
        )
    if missing := [part for part in ("train", "held_out") if part not in results]:
        raise Refused(
            f"'{checkpoint.name}' states no results for {' and '.join(missing)}: train and held-out belong together. "
            "Take the checkpoint again from its source.",
            f"“{checkpoint.name}”没有给出 {'、'.join(missing)} 的结果：训练与留出结果应同时给出。请重新获取检查点。",
        )
    return dict(results)


def _part_rows(part: str, claims: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for measure in ("perplexity", "bits_per_char", "scored", "unknown"):
        claimed, computed = claims.get(measure, _MISSING), found.get(measure, _MISSING)
        if claimed is not _MISSING or computed is not _MISSING:
            yield _row(f"{part} {measure}", claimed, computed)


def _card_rows(folder: Path, found: Facts) -> Iterator[dict[str, Any]]:
    """Compare the results that the model card states, for the Hub and for people, with what was found."""
    card = folder / CARD
    text = card.read_text(encoding="utf-8", errors="replace") if card.is_file() else ""
    stated = read_results(text)
    true = {f"{label} {measure}": value for label, _, measure, value in expected_results(found)}  # no infinite ones
    for name in dict.fromkeys([*true, *(name for name, _ in stated)]):
        claims: list[Any] = [value for each, value in stated if each == name]
        for claim in claims or [_MISSING]:
            yield _row(f"card: {name}", claim, true.get(name, _MISSING), _ROUNDED)
    table = read_table(f"## Results\n\n{results_table(found)}")
    for (name, value), (here, right) in zip_longest(read_table(text), table, fillvalue=("", _MISSING)):
        row = _row(f"card: {here or name} (table)", value if name == here else _MISSING, right, _ROUNDED)
        if not row["holds"]:  # where both say the same, the lines above have it
            yield row


def _row(what: str, claimed: Any, found: Any, rounded: float = 0.0) -> dict[str, Any]:
    """Return a claim beside what was found; counts must agree exactly, and infinite (None) equals infinite only."""
    missing, absent = _undefined(claimed), _undefined(found)
    holds = (
        math.isclose(claimed, found, rel_tol=_TOLERANCE, abs_tol=rounded)
        if isinstance(claimed, float) and isinstance(found, float)
        else claimed == found
    )
    return {
        "what": what, "claimed": finite(claimed), "missing": missing, "found": finite(found), "absent": absent, "holds": holds
    }  # fmt: skip


def _undefined(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
