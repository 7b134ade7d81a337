"""Train a model, on the command line or as a visitor of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from core.sharing.folders import named_folder
from core.sharing.listing import describe_checkpoint
from core.sharing.own import OwnName
from core.sharing.training_run import TrainingRun
from core.text.corpus import corpus_from_bytes
from core.text.download import Progress
from core.training.events import Event
from core.training.team import Team
from core.use_cases.finding import Finding, Json


class Training(Finding):
    """A model learns from a text."""

    def train(
        self,
        model: str,
        corpus: str,
        out: Path | str,
        values: Mapping[str, Any] | None = None,
        *,
        resume: bool = False,
        replace: bool = False,
        progress: Progress | None = None,
        team: Team | None = None,
    ) -> Iterator[Event]:
        """Return the events of a training run; everything is checked before this returns.

        Args:
            model: a plug-in's name.
            corpus: a name from `corpora`, or a file.
            out: the checkpoint's folder.
            values: settings of model, training, text and run by name.
            resume: go on with the interrupted run in ``out``.
            replace: let the new checkpoint take the place of one in ``out``.
            progress: called with (bytes so far, bytes in all) while a corpus is downloaded.
            team: the processes that learn together, of which this one leads: see `core.training.parallel`.
        """
        self.registry.get(model)
        text = self.load_corpus(corpus, progress)
        run = TrainingRun(
            self.registry, model, text, named_folder(out), values or {},
            resume=resume, replace=replace, corpus_word=corpus, open_member=self._open, team=team,
        )  # fmt: skip
        return run.events()

    def train_own(
        self,
        own: OwnName,
        model: str,
        corpus: str,
        text: bytes | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        resume: bool = False,
        admit: Callable[[int], None] | None = None,
    ) -> Iterator[Event]:
        """Return the events of training a visitor's own model; everything is checked before this returns.

        Args:
            own: the model's name behind the visitor's key.
            model: a plug-in's name; ignored when a run goes on.
            corpus: a named corpus that is here, or "" for ``text``.
            text: the bytes of a visitor's text; they are kept while the run can go on.
            values: settings by name; a run that goes on keeps its own.
            resume: go on with the interrupted run of this name.
            admit: told the number of parameters before any is made; raises to refuse them.
        """
        return self._own_run(own, model, corpus, text, values, resume=resume, admit=admit).events()

    def estimate(
        self,
        own: OwnName,
        model: str,
        corpus: str,
        text: bytes | None = None,
        values: Mapping[str, Any] | None = None,
        *,
        admit: Callable[[int], None] | None = None,
    ) -> Json:
        """Return what `train_own` would cost: see `TrainingRun.estimate`; nothing is kept."""
        return self._own_run(own, model, corpus, text, values, trial=True, admit=admit).estimate()

    def _own_run(
        self,
        own: OwnName,
        model: str,
        corpus: str,
        text: bytes | None,
        values: Mapping[str, Any] | None,
        *,
        resume: bool = False,
        trial: bool = False,
        admit: Callable[[int], None] | None = None,
    ) -> TrainingRun:
        self.own.check_room(own)
        if resume:
            folder = self.own.existing(own)
            row = describe_checkpoint(folder)
            kept = self.own.kept_text(own) or self.corpus_here(str(row.get("corpus")))
            return TrainingRun(self.registry, str(row.get("model")), kept, folder, {}, resume=True)
        self.registry.get(model)
        if not trial:
            self.own.check_free(own)
        given = self.corpus_here(corpus) if corpus else corpus_from_bytes(text or b"", own.name)
        run = TrainingRun(
            self.registry, model, given, self.own.folder(own), values or {},
            replace=True, admit=admit, open_member=partial(self._open_for, own.key),
        )  # fmt: skip
        if not trial:
            self.own.forget_text(own)
            if not corpus:
                self.own.keep_text(own, text or b"", given.card.lines)
        return run
