"""What there is, and how it is found: models, texts and checkpoints by their names.

Every other kind of use begins here, so each extends `Finding`.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.errors import BadCorpus, unknown_name
from core.language import both
from core.models.registry import Registry
from core.places import Places
from core.sharing.checkpoint import Checkpoint
from core.sharing.facts import CONFIG
from core.sharing.folders import recover
from core.sharing.handle import OpenedCheckpoint
from core.sharing.hub.hub import Fetching, Hub
from core.sharing.hub.names import PREFIX, HubName
from core.sharing.learned_text import LearnedTexts
from core.sharing.listing import describe_checkpoints, describe_models
from core.sharing.opened import CheckpointCache
from core.sharing.own import OwnModels, OwnName, check_own_name
from core.sharing.training_run import SHARED
from core.text.corpus import Corpus
from core.text.download import Progress
from core.text.kept import Kept
from core.text.placed import PlacedText
from core.text.sources import describe_corpora, load_corpus

Json = dict[str, Any]

# Checkpoints that stay in memory at once.
_MOST_OPENED = 16
# Portraits of named corpora, and bytes of their texts as tokens, that are kept in memory.
_MOST_PORTRAITS, _MOST_TEXT_BYTES = 32, 64_000_000


class Finding:
    """Models, texts and checkpoints, and what of them is kept in memory.

    Args:
        plugins, places, most_opened: as `core.lab.Lab` takes them.
    """

    def __init__(self, plugins: str = "plugins", places: Places | None = None, most_opened: int = _MOST_OPENED) -> None:
        self.places = places or Places.from_environment(plugins=plugins)
        self.registry = Registry(self.places.plugins, SHARED)
        self._opened = CheckpointCache(self.registry, most_opened)
        self._portraits = Kept[Json](_MOST_PORTRAITS)
        self._placed = Kept[PlacedText](_MOST_TEXT_BYTES, lambda text: text.nbytes)
        self.own = OwnModels(self.places.data)
        self._learned = LearnedTexts(self.own, self._placed, self.places.corpora, self._cache)
        self.hub = Hub(self.places, self.registry)

    def open_to_visitors(self, hub_bytes: int, models: int, fetching: Fetching) -> None:
        """From now on serve people who may be anybody, who share this machine.

        Args:
            hub_bytes: of the tensors of a checkpoint that is fetched for them; see `Hub.open_to_visitors`.
            models: checkpoints that stay in memory at once.
            fetching: told of what they have to wait for.
        """
        self.hub.open_to_visitors(hub_bytes, fetching)
        self._opened.most = models

    def models(self) -> Json:
        """Return every model with its idea and settings, and the broken plug-ins with their reasons."""
        return describe_models(self.registry)

    def corpora(self) -> list[Json]:
        """Return every named corpus with its card and where it is."""
        return [each.as_json() for each in describe_corpora(search=self.places.corpora, cache=self._cache)]

    def checkpoints(self, key: str = "") -> list[Json]:
        """Return every checkpoint with its results; one that cannot be read, with the reason.

        Args:
            key: a visitor's, whose own models and choices from the Hub come first; "" for what everybody sees.
        """
        rows = [self.hub.row(word) for word in self.own.chosen(key)]
        chosen = [{**row, "chosen": True} for row in rows if row is not None]
        shared = [*describe_checkpoints(self.places.checkpoints), *self.hub.shelf.listed()]
        taken = {row["name"] for row in chosen}
        return [*self.own.rows(key), *chosen, *(row for row in shared if row["name"] not in taken)]

    def load_corpus(self, name_or_path: str, progress: Progress | None = None) -> Corpus:
        """Return a named corpus, found or downloaded, or a file as a corpus."""
        return load_corpus(name_or_path, search=self.places.corpora, cache=self._cache, progress=progress)

    def corpus_here(self, name: str) -> Corpus:
        """Return a named corpus that is on this machine; never a file by its path, never a download.

        Raises:
            UnknownName: no corpus of that name.
            BadCorpus: it would have to be downloaded first.
        """
        rows = {row["name"]: row for row in self.corpora()}
        if name not in rows:
            raise unknown_name(both("corpus", "语料"), name, list(rows))
        if not rows[name]["here"]:
            raise BadCorpus(
                f"The corpus '{name}' is not on this machine. Choose one that is: "
                f"{', '.join(each for each, row in rows.items() if row['here'])}.",
                f"语料“{name}”不在这台机器上。请选择已有的："
                f"{'、'.join(each for each, row in rows.items() if row['here'])}。",
            )
        return self.load_corpus(name)

    def open(self, checkpoint: str) -> OpenedCheckpoint:
        """Return an opened checkpoint by its name, its folder, or its place on the Hub.

        Raises:
            UnknownName: there is none of that name.
            LabError: it cannot be opened, or not be fetched.
        """
        return OpenedCheckpoint(checkpoint, self._open(checkpoint))

    def folder_of(self, checkpoint: str) -> Path:
        """Return the folder of a checkpoint: a name under ``checkpoints/``, a path, a visitor's own, or ``hub:OWNER/NAME``.

        What lies on the Hub, and not here, is fetched.
        """
        own = OwnName.parse(checkpoint)
        if own is not None:
            return self.own.existing(own)
        if checkpoint.startswith(PREFIX):
            return self.hub.folder(HubName.of(checkpoint))
        plain = checkpoint not in ("", ".", "..") and not any(sign in checkpoint for sign in "/\\\0")
        named = self.places.checkpoints / checkpoint
        with contextlib.suppress(OSError):  # such as a name that is too long for this system
            if plain and not checkpoint.startswith("."):
                recover(named)
                if named.is_dir() or self.hub.ships(checkpoint):
                    return self.hub.completed(named)
            if checkpoint and not plain and "\0" not in checkpoint and (Path(checkpoint) / CONFIG).is_file():
                return Path(checkpoint)
        names = [row["name"] for row in self.checkpoints()]
        raise unknown_name(both("checkpoint", "检查点"), checkpoint, names)

    def _open(self, checkpoint: str) -> Checkpoint:
        opened, there = self._opened.open(self.folder_of(checkpoint)), HubName.parse(checkpoint)
        return opened if there is None else replace(opened, name=there.word)  # its folder is called by its commit

    def _open_for(self, key: str, word: str) -> Checkpoint:
        """Return a checkpoint that a visitor names as a member: listed, on the Hub, or ``own:NAME`` of their own; no folder."""
        listed = not any(sign in word for sign in "/\\:") and not word.startswith(".")
        if word.startswith("own:"):
            # Settings are written into the checkpoint, so a key must not stand in them.
            return self._open(check_own_name(key, word.removeprefix("own:")).word)
        if not listed and HubName.parse(word) is None:
            raise unknown_name(both("checkpoint", "检查点"), word, [row["name"] for row in self.checkpoints()])
        return self._open(word)

    @property
    def _cache(self) -> Path:
        return self.places.data / "corpora"
