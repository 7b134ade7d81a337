"""The checkpoints as a visitor chooses among them: readable labels, the visitor's language first, never a blank text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.lab import Lab
from core.ui.words import say

Json = dict[str, Any]

# What the page opens with where it is here: it answers at once, and it writes well.
_OPENS_WITH = ("shakespeare-ngram", "red-chamber-ngram")

# Begins a text where a checkpoint proposes none, by language; names are in small letters.
_BEGINNINGS = {"en": "The ", "zh": "却说"}
_BEGINNING_OF_A_LINE = "ma"

# Texts that no model was trained on, to be read.
_TO_READ = {
    "en": "It is raining, and the old man by the river has not spoken a word since yesterday.",
    "zh": "今日天气晴和，我们且到园子里走走，看看那边的花开了没有。",
}
_LINE_TO_READ = "marielle"


@dataclass(frozen=True)
class Listing:
    """The usable checkpoints of a Lab, and what they are called.

    Attributes:
        rows: as `Lab.checkpoints` gives them, those that can be used.
        models: titles of the models by name, in both languages.
        corpora: titles of the corpora by name, in both languages.
    """

    rows: tuple[Json, ...]
    models: Mapping[str, Json]
    corpora: Mapping[str, Json]

    @classmethod
    def of(cls, lab: Lab, corpora: Mapping[str, Json], key: str = "") -> Listing:
        """Look at what is there now, for the visitor with this key."""
        models = {model["name"]: model["title"] for model in lab.models()["models"]}
        usable = tuple(row for row in lab.checkpoints(key) if "error" not in row and row["model"] in models)
        return cls(usable, models, corpora)

    def choices(self, language: str) -> list[tuple[str, str]]:
        """Return (label, name) of every checkpoint: the visitor's language first, then text by text, best first."""

        def order(row: Json) -> tuple[bool, bool, bool, str, float]:
            bits = row["bits_per_char"]
            return (
                "own" not in row,
                _language(row) != language,
                row["lines"],
                str(row["corpus"]),
                99.0 if bits is None else bits,
            )

        return [(self.label(row, language), row["name"]) for row in sorted(self.rows, key=order)]

    def label(self, row: Json, language: str) -> str:
        """Return a checkpoint in one line: name, model, text, tokens, bits per character of the held-out text."""
        bits = row["bits_per_char"]
        measured = "label.unmeasured" if bits is None else "label.bits"
        parts = [
            _short(self.models[row["model"]][language]),
            _short(self.corpora.get(row["corpus"], {}).get(language) or str(row["corpus"])),
            say(f"level.{row['level']}", language),
            say(measured, language).format(bits=f"{bits or 0:.2f}"),
        ]
        return f"{called(row['name'])}: " + " · ".join(parts)

    def first(self, language: str) -> str | None:
        """Return the checkpoint that a visitor of this language begins with."""
        ready = [row["name"] for row in self.rows if row["name"] in _OPENS_WITH and _language(row) == language]
        names: Sequence[str] = ready or [name for _, name in self.choices(language) if not name.startswith("own:")]
        return names[0] if names else None

    def named(self, state: Mapping[str, Any]) -> list[str]:
        """Return the checkpoints that a link names, those of them that are here."""
        names = state.get("checkpoints")
        return [name for name in names if isinstance(name, str) and self.row(name)] if isinstance(names, list) else []

    def row(self, name: str | None) -> Json | None:
        """Return the row of a checkpoint."""
        return next((row for row in self.rows if row["name"] == name), None)

    def prefix(self, name: str | None) -> str:
        """Return the beginning that a checkpoint proposes; never a blank one."""
        row = self.row(name)
        if row is None:
            return _BEGINNINGS["en"]
        proposed = str(row["prefix"] or "")
        if proposed.strip() and "<unk>" not in proposed:
            return proposed
        return _BEGINNING_OF_A_LINE if row["lines"] else _BEGINNINGS[_language(row)]

    def to_read(self, name: str | None) -> str:
        """Return a text for a checkpoint to read that it has never seen."""
        row = self.row(name)
        if row is None:
            return _TO_READ["en"]
        return _LINE_TO_READ if row["lines"] else _TO_READ[_language(row)]

    def prefixes(self) -> dict[str, str]:
        """Return the beginning that the page proposes for every checkpoint."""
        return {row["name"]: self.prefix(row["name"]) for row in self.rows}

    def texts(self) -> dict[str, str]:
        """Return the text to read that the page proposes for every checkpoint."""
        return {row["name"]: self.to_read(row["name"]) for row in self.rows}


def own_key(names: Sequence[str]) -> str:
    """Return the key in the name of a visitor's own model, empty where there is none among these."""
    return next((name.split(":")[1] for name in names if name.startswith("own:")), "")


def called(name: str) -> str:
    """Return the name of a checkpoint as it is shown: a visitor's own one without the key, a commit by its beginning.

    >>> called("cats"), called("own:0f3a:mine"), called("hub:ann/cats@" + "0123456789" * 4)
    ('cats', '★ mine', 'hub:ann/cats@0123456')
    """
    if name.startswith("own:"):
        return "★ " + name.rpartition(":")[2]
    return re.sub(r"(@[0-9a-f]{7})[0-9a-f]{33}$", r"\1", name) if name.startswith("hub:") else name


def proposing(proposals: Mapping[str, str]) -> str:
    """Return the script that runs when another checkpoint is chosen: (text, name or names) to the text that the box
    has then.

    A text that the page proposed, or a blank one, makes way; a visitor's own never does. It runs in the browser, so that
    no answer can come late and overwrite what somebody has typed meanwhile.
    """
    return (
        f"(text, names) => {{ const proposals = {json.dumps(proposals)}; const name = [].concat(names)[0];"
        " const replaced = !text.trim() || Object.values(proposals).includes(text);"
        " return [replaced && name in proposals ? proposals[name] : text, names]; }"
    )


def _short(title: str) -> str:
    """Return a title without what stands in brackets at its end.

    >>> _short("Tiny Shakespeare (char-rnn's selection)"), _short("《时间机器》（1898）")
    ('Tiny Shakespeare', '《时间机器》')
    """
    return re.sub(r"\s*[(（][^()（）]*[)）]$", "", title)


def _language(row: Json) -> str:
    """Return the language of a visitor for whom the checkpoint is; a text of an unknown one counts as English."""
    return "zh" if row["language"] == "zh" else "en"
