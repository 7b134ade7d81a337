"""How measurements look in a terminal: each beside its peer, and the checkpoints in one table for every held-out text."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from core.bench.quality import ADAPTIVE, text_of
from core.terminal import number, table

Json = dict[str, Any]

_NOTHING = "-"


def report(result: Json) -> None:
    """Print what `run_bench` returned."""
    if result["rows"]:
        rows = [
            (r["what"], number(r["ours"]), number(r["peer"], _NOTHING), number(r["ratio"], _NOTHING), r["unit"], r["peer_name"])
            for r in result["rows"]
        ]  # fmt: skip
        table(("measurement", "ours", "peer", "ratio", "unit", "peer is"), rows)
        print()
    for title, of_one_text in texts(result["checkpoints"]):
        _quality(title, of_one_text)
        print()
    for note in result["notes"]:
        print(note)


def texts(rows: Sequence[Json]) -> list[tuple[str, list[Json]]]:
    """Return the rows that compare, together, under what they were read: best first, references last.

    Rows of different texts, or of static and adaptive models, never stand in one table.
    """
    places = {_text(row): at for at, row in reversed(list(enumerate(rows)))}  # where each text comes first
    ordered = sorted(rows, key=lambda row: (places[_text(row)], bool(row["source"]), _finite(row["nats_per_char"])))
    return [(_title(group), group) for group in (list(rows) for _, rows in groupby(ordered, key=_text))]


def _text(row: Json) -> tuple[Any, ...]:
    return *text_of(row), row["reading"]


def _title(rows: Sequence[Json]) -> str:
    """Say what all rows of a table have read, and how."""
    corpus, form, characters, reading = _text(rows[0])
    form = "" if form == "raw" else f", {form} form"
    levels = _levels(rows)
    level = f", {levels.pop()} tokens" if len(levels) == 1 else ""
    return f"{corpus}{form}{level}, {characters or 0:,} characters held out, {reading}:"


def _levels(rows: Sequence[Json]) -> set[str]:
    return {row["level"] for row in rows}


def _finite(value: float | None) -> float:
    return math.inf if value is None else value


def _quality(title: str, rows: Sequence[Json]) -> None:
    """Print the models of one text; columns that all would leave empty are left out."""
    in_windows = any(row["windows_nats_per_char"] is not None or row.get("window") for row in rows)
    passages: list[Json] = next((row["passages"] for row in rows if row["passages"]), [])
    mixed = len(_levels(rows)) > 1
    headings = [
        "checkpoint", "model", "train", "nats", "bits", *(["windows"] if in_windows else []),
        *(f"part {at + 1}" for at in range(len(passages))), "seen", "seconds", "parameters",
    ]  # fmt: skip
    print(title)
    table(headings, [_cells(row, in_windows, [each["name"] for each in passages], mixed) for row in rows])
    for at, each in enumerate(passages):
        print(f"part {at + 1}: {'the rest of ' if each['continued'] else ''}{each['title']['en']}")
    for row in rows:
        if row["source"]:
            print(f"{row['name']}: {row['source']}")


def _cells(row: Json, in_windows: bool, passages: Sequence[str], mixed: bool) -> list[str]:
    parts = {each["name"]: each["bits_per_char"] for each in row["passages"]}
    bits, reference = row["bits_per_char"], bool(row["source"])
    return [
        row["name"], f"{row['model']} ({row['level']})" if mixed else row["model"],
        _NOTHING if reference or row["reading"] == ADAPTIVE else _nats(row["train_nats_per_char"]),
        _NOTHING if reference and bits is None else _nats(row["nats_per_char"]),
        _NOTHING if reference and bits is None else "infinite" if bits is None else f"{bits:.3f}",
        *([_in_windows(row)] if in_windows else []),
        *(_nats(parts[name] and parts[name] * math.log(2)) if name in parts else _NOTHING for name in passages),
        _count(row.get("tokens_seen")), _seconds(row.get("seconds")), _count(row.get("parameters")),
    ]  # fmt: skip


def _in_windows(row: Json) -> str:
    measured = row["windows_nats_per_char"]
    return _NOTHING if measured is None and (row["source"] or row["window"] is None) else _nats(measured)


def _nats(value: float | None) -> str:
    return "infinite" if value is None else f"{value:.4f}"


def _count(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:,.0f}"


def _seconds(value: float | None) -> str:
    return _NOTHING if value is None else f"{value:,.0f}" if value >= 10 else f"{value:.1f}"
