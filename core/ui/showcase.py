"""What everybody sees first: a ladder of models reads a line it has never seen, then one it has learned from.

The same for every visitor, so it is computed once, after the start, beside the page, and thirty pages may open at once.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import LabError
from core.generation.sampling import GenerationSettings
from core.lab import Lab
from core.measures.surprisal import CLASS_BOUNDS, surprise_classes

Json = dict[str, Any]

SIDES = ("unseen", "seen")
_UNIFORM = "uniform"
# Tokens that each model writes on, and the seed: the first view never changes between two starts.
_WRITTEN, _SEED = 110, 0

_log = logging.getLogger("unroll")


@dataclass(frozen=True)
class Exhibit:
    """Models that read the same two lines.

    Attributes:
        name: of its words.
        rows: (word of the row, checkpoint); the row "uniform" borrows the checkpoint's vocabulary.
        lines: a line by side: "unseen" from the held-out part, "seen" from the training part.
        writes: whether the models write on; where they do not, their results on the whole text stand instead.
    """

    name: str
    rows: tuple[tuple[str, str], ...]
    lines: Mapping[str, str]
    writes: bool


# The models that look perfect: counted or trained by heart on 10,000 characters, as in D2L 8.5.
BY_HEART = Exhibit(
    "by_heart",
    (
        ("book", "time-machine-rnn-scratch-d2l"),
        ("witten_bell", "time-machine-12gram-d2l"),
        ("unsmoothed", "time-machine-12gram-unsmoothed"),
    ),
    {
        "unseen": "it appears incredible to me that any kind of trick",
        "seen": "the time traveller for so it will be convenient to",
    },
    writes=False,
)

# From the model that is most surprised by the unseen line to the one that is least: rungs, not the order of the chapters.
EXHIBITS: Mapping[str, tuple[Exhibit, ...]] = {
    "en": (
        Exhibit(
            "ladder",
            (
                (_UNIFORM, "shakespeare-bigram"), ("bigram", "shakespeare-bigram"), ("rnn", "shakespeare-rnn"),
                ("ngram", "shakespeare-ngram"), ("lstm", "shakespeare-lstm"),
            ),
            {
                "unseen": "Hell is empty\nAnd all the devils are here.",
                "seen": "And therefore, since I cannot prove a lover,",
            },
            writes=True,
        ),
        BY_HEART,
    ),
    "zh": (
        Exhibit(
            "ladder",
            (
                (_UNIFORM, "red-chamber-bigram"), ("bigram", "red-chamber-bigram"), ("rnn", "red-chamber-rnn"),
                ("ngram", "red-chamber-ngram"), ("lstm", "red-chamber-lstm"),
            ),
            {"unseen": "光着头，赤着脚，身上披着一领大红猩猩毡的斗篷", "seen": "林黛玉红了脸，一声儿不言语，便回过头去了。"},
            writes=True,
        ),
        BY_HEART,
    ),
}  # fmt: skip


@dataclass
class Showcase:
    """The first view of every language, once it is computed."""

    lab: Lab
    exhibits: Mapping[str, tuple[Exhibit, ...]] = field(default_factory=lambda: EXHIBITS)
    _values: dict[str, Json] = field(default_factory=dict)
    _left_out: set[str] = field(default_factory=set)
    _done: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> None:
        """Compute everything beside the page."""
        threading.Thread(target=self.compute, name="showcase", daemon=True).start()

    def compute(self) -> None:
        """Compute the view of every language; a model that cannot be used, or would have to be fetched, is left out."""
        self._left_out = set()
        try:
            for language, exhibits in self.exhibits.items():
                self._values[language] = self._view(exhibits)
        finally:
            self._done.set()

    @property
    def ready(self) -> bool:
        """Whether nothing more will come."""
        return self._done.is_set()

    def value(self, language: str) -> Json | None:
        """Return the view of a language; None before it is ready, or where no model of it is here.

        Where models were left out and somebody has fetched one of them since, it is computed anew for those who come next.
        """
        if self.ready and self._left_out and any(row["name"] in self._left_out for row in self._here()):
            self._left_out = set()
            self.begin()
        return self._values.get(language) or None

    def _view(self, exhibits: tuple[Exhibit, ...]) -> Json:
        shown = [exhibited for each in exhibits if (exhibited := self._exhibit(each))["rows"]]
        return {"exhibits": shown, "bounds": list(CLASS_BOUNDS)} if shown else {}

    def _exhibit(self, exhibit: Exhibit) -> Json:
        rows = {row["name"]: row for row in self._here()}
        self._left_out |= {name for _, name in exhibit.rows if name not in rows}
        made = [self._row(exhibit, word, rows[name]) for word, name in exhibit.rows if name in rows]
        return {"name": exhibit.name, "writes": exhibit.writes, "rows": [row for row in made if row is not None]}

    def _here(self) -> list[Json]:
        """Return the checkpoints that can be used without a network."""
        return [row for row in self.lab.checkpoints() if "error" not in row and row["here"]]

    def _row(self, exhibit: Exhibit, word: str, row: Json) -> Json | None:
        """Return one model's row: both of its readings, and what it writes or how it did on the whole text."""
        name = row["name"]
        try:
            sides = {side: self._read(word, name, exhibit.lines[side], exhibit.writes) for side in SIDES}
        except LabError as error:
            _log.warning("the first view goes without %s: %s", name, error)
            return None
        whole = {"train": row["train_perplexity"], "held_out": row["held_out_perplexity"]}
        return {"word": word, "checkpoint": name, **sides, **({} if exhibit.writes else whole)}

    def _read(self, word: str, name: str, line: str, writes: bool) -> Json:
        """Return how a model reads a line, and what it writes after it."""
        if word == _UNIFORM:
            reading = self.lab.uniform(name, line, _WRITTEN, _SEED)
        else:
            reading = self.lab.read(name, line)
            if writes:
                settings = {"tokens": _WRITTEN, "seed": _SEED, "temperature": GenerationSettings().temperature}
                reading["written"] = self.lab.generate_whole(name, line, settings)["text"]
        bits = reading["bits"]
        kinds = surprise_classes([math.inf if each is None else each for each in bits]).tolist()
        tokens = [
            [token, None if value is None else round(value, 2), kind]
            for token, value, kind in zip(reading["tokens"], bits, kinds, strict=True)
        ]
        tokens[0][2] = "given"
        return {
            "tokens": tokens, "bits": reading["bits_per_char"], "perplexity": reading["perplexity"],
            "written": reading.get("written", ""),
        }  # fmt: skip
