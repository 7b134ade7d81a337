"""A whole run of training: from a corpus and a handful of settings to a checkpoint folder.

Everything that a run needs is put together here, once, for the page, the command line and the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace as replace_value
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BadCheckpoint, LabError
from core.generation.generate import Piece, generate
from core.generation.sampling import GenerationSettings
from core.measures.results import final_results
from core.models.protocol import LanguageModel, Learner
from core.models.registry import Registry
from core.settings import build_all, to_json
from core.sharing.card import write_card
from core.sharing.checkpoint import (
    MODEL,
    STATE_TENSORS,
    TrainingState,
    load_tensors,
    load_tokenizer,
    load_training_state,
    read_history,
    refuse_to_destroy,
    rounded,
    save_checkpoint,
    widened,
)
from core.sharing.command import training_command
from core.sharing.facts import Facts
from core.sharing.floor import floor_of
from core.sharing.folders import check_writable
from core.sharing.history import History
from core.sharing.measured_text import parts_to_judge
from core.sharing.member_facts import members_as_json, members_of
from core.sharing.members import (
    Open,
    common_tokenizer,
    judged_members,
    open_members,
    open_weights,
    take_over,
    text_settings,
)
from core.sharing.resuming import facts_to_resume, values_to_go_on
from core.sharing.source_setting import with_source
from core.text.corpus import Corpus
from core.text.opening import opening
from core.text.passages import held_out_passages
from core.text.preparation import Prepared, TextSettings, prepare_text
from core.training.cost import estimate_seconds
from core.training.events import Evaluated, Event, Finished, Saved, Started
from core.training.parallel import lead
from core.training.run import Progress, RunConfig, TrainingData
from core.training.team import Team
from core.training.trainer import Trainer

# The groups of settings that every model shares.
SHARED = (TextSettings, RunConfig)
_SAMPLE_TOKENS = 120


class TrainingRun:
    """One run, from its settings to its folder.

    Args:
        registry: the models.
        model: the plug-in's name.
        corpus: the text.
        out: the checkpoint folder.
        values: settings of all groups by name.
        resume: go on with the interrupted run in ``out``.
        replace: allow a finished checkpoint in ``out`` to be replaced.
        corpus_word: how the command line would name the text.
        admit: told the number of parameters before any is made; raises to refuse them.
        open_member: opens a trained checkpoint that a model made of models names.
        team: the processes that learn together, of which this one leads.

    Raises:
        LabError: whatever a person can mend, before anything is written.
    """

    def __init__(
        self,
        registry: Registry,
        model: str,
        corpus: Corpus,
        out: Path,
        values: Mapping[str, Any],
        *,
        resume: bool = False,
        replace: bool = False,
        corpus_word: str = "",
        admit: Callable[[int], None] | None = None,
        open_member: Open | None = None,
        team: Team | None = None,
    ) -> None:
        self.registry, self.name, self.corpus, self.out = registry, model, corpus, out
        self.values, self.corpus_word = dict(values), corpus_word or corpus.card.name
        self.plugin = registry.get(model)
        facts = facts_to_resume(out, model, corpus) if resume else None
        if facts is not None:
            self.values = values_to_go_on(facts, values, registry.groups(model))
        else:
            refuse_to_destroy(out, replace)
            check_writable(out)
        named = open_members(self.plugin, self.values, open_member) if open_member and facts is None else {}
        weighed = open_weights(self.plugin, self.values, open_member) if open_member and facts is None else None
        usual = {"epochs": self.plugin.Learner.usual_epochs, **text_settings(named, self.values)}
        groups = build_all(registry.groups(model), {**usual, **self.values})
        self.config, self.training, self.text, self.run = groups
        tokenizer = common_tokenizer(named, corpus, self.text.lines) if facts is None else load_tokenizer(out, facts)
        self.prepared: Prepared = prepare_text(corpus, self.text, tokenizer)
        self.config = with_source(self.config, corpus, self.prepared)
        self.data = self._split()
        self.model: LanguageModel = self.plugin(self.config, self.prepared.tokenizer.vocab_size, self.run.seed)
        members = judged_members(named, corpus, self.prepared) if facts is None else members_of(facts, registry)
        self.model.take_members(members)
        taken = take_over(weighed, self.model, corpus, self.prepared)
        self.weights_from: Mapping[str, Any] = taken if facts is None else facts.weights_from
        if admit is not None:
            admit(self.model.num_parameters)
        self.history = History()
        self.progress = Progress()
        if facts is None:
            self.learner: Learner = self.plugin.Learner(self.model, self.training, self.run.seed)
        else:
            self._take_up(facts)
        self.learner.held_back = self.data.validation
        registry.examine(self.model)
        if team is not None:
            lead(team, self.learner)

    def _split(self) -> TrainingData:
        """Return the parts of the text; without a validation part the whole training part is learned from."""
        if not self.training.validation:
            return TrainingData(self.prepared.training, None, self.prepared.held_out)
        fit, validation = self.prepared.fit_and_validation()
        return TrainingData(fit, validation, self.prepared.held_out)

    def _take_up(self, facts: Facts) -> None:
        """Continue where the interrupted run stood."""
        state = load_training_state(self.out, facts)
        self.progress = Progress.from_json(state.progress)
        learned = load_tensors(self.out, MODEL, facts)
        self.model.load_tensors({n: a for n, a in learned.items() if not n.startswith("spelling.")})
        self.learner = self.plugin.Learner(self.model, self.training, self.run.seed)
        try:
            self.learner.load_tensors(dict(state.tensors))
        except (KeyError, ValueError, IndexError, RuntimeError) as error:
            raise BadCheckpoint(
                f"{STATE_TENSORS} does not belong to this run. Train anew, into a new folder.",
                f"{STATE_TENSORS} 与该训练不符。请训练到新的文件夹。",
            ) from error
        self.history = History.of(read_history(self.out))

    # The run

    def estimate(self) -> dict[str, Any]:
        """Return what the run will cost, from a few of its steps; the run itself is spent by this.

        Returns:
            seconds, parameters, vocab_size, train_tokens, validation_tokens, held_out_tokens, held_out_unknown, the share of
            held-out tokens that are unknown, and wasted, the share of computed cells that are padding (None without lines).
        """
        seconds = estimate_seconds(self.learner, self.data, self.run)
        held_out, validation = self.data.held_out.ids, self.data.validation
        return {
            "seconds": seconds, "parameters": self.model.num_parameters,
            "vocab_size": self.prepared.tokenizer.vocab_size, "train_tokens": len(self.data.fit.ids),
            "validation_tokens": len(validation.ids) if validation else 0, "held_out_tokens": len(held_out),
            "held_out_unknown": float((held_out == self.prepared.tokenizer.unk_id).mean()),
            "wasted": self.learner.wasted(self.data.fit),
        }  # fmt: skip

    def events(self) -> Iterator[Event]:
        """Train; yield every event. Closing the iterator leaves a checkpoint that can be resumed."""
        trainer = Trainer(
            self.learner, self.data, self.run,
            start=self.progress, sample=self._sample, save=self._save_unfinished, judge=self._judge,
        )  # fmt: skip
        self._trainer = trainer
        events = trainer.events()
        try:
            for event in events:
                if isinstance(event, Evaluated):
                    event = replace_value(event, floor_perplexity=self._floor())
                if not isinstance(event, Started) or self.progress.step == 0:
                    self.history.add(event)
                if isinstance(event, Evaluated) and event.final:
                    results = event.results
                    yield event
                    continue
                if isinstance(event, Finished):
                    self._save(results, None)
                    trainer.save = None  # the run is over and whole on disk: closing the events changes nothing more
                    yield Saved(event.step, str(self.out))
                yield event
        finally:
            events.close()  # type: ignore[attr-defined]

    def _floor(self) -> float | None:
        """Return the perplexity that no model of this text can beat, where it is known."""
        return floor_of(self._corpus_as_json(), to_json(self.text))

    def _judge(self) -> dict[str, Any]:
        """Round the weights as they will be stored, then compute the results that the card states.

        Raises:
            BrokenPlugin: now that the model has learned, it shows that it looks ahead.
        """
        if self.run.precision == "float16":
            halves = {name: rounded(array) for name, array in self.model.tensors().items()}
            if all(np.isfinite(array).all() for array in halves.values()):
                self.model.load_tensors({name: widened(array) for name, array in halves.items()})
            else:
                self.run = replace_value(self.run, precision="float32")  # too large for float16: nothing is lost
        self.registry.examine(self.model)
        parts = parts_to_judge(self.prepared, self.data.fit, self.data.validation)
        passages = held_out_passages(self.corpus, self.prepared)
        return final_results(
            self.model, self.prepared.tokenizer, self.prepared.spelling, parts,
            passages=passages, adaptive=self.run.adaptive,
        )  # fmt: skip

    def _sample(self) -> str:
        """Return a sample of the model's text, begun as the validation or held-out text begins."""
        settings = GenerationSettings(tokens=_SAMPLE_TOKENS, seed=self.run.seed)
        prefix = self.prefix()
        try:
            pieces = generate(self.model, self.prepared.tokenizer, prefix, settings)
            return prefix + "".join(piece.text for piece in pieces if isinstance(piece, Piece))
        except LabError:  # a text so small that nothing can be sampled
            return ""

    def prefix(self) -> str:
        """Return a beginning of a few words, for samples and as a proposal."""
        return opening(self.prepared.tokenizer, self.prepared.held_out)

    # Saving

    def _save_unfinished(self, progress: Progress) -> str:
        self.progress = progress
        self._save(None, TrainingState(progress.as_json(), self.learner.tensors()))
        return str(self.out)

    def _save(self, results: dict[str, Any] | None, state: TrainingState | None) -> None:
        self.progress = self._trainer.progress
        facts = self.facts(results)
        card = write_card(self.out.name, self.plugin.about, facts)
        save_checkpoint(
            self.out, facts, self.model, self.prepared.tokenizer, self.prepared.spelling,
            history=self.history.events, card=card, state=state,
        )  # fmt: skip

    def _corpus_as_json(self) -> dict[str, Any]:
        """Return the card of the corpus, as it was read."""
        return self.corpus.card.as_json() | {"lines": self.prepared.tokenizer.lines}

    def facts(self, results: dict[str, Any] | None) -> Facts:
        """Return what config.json will say."""
        command = training_command(self.name, self.corpus_word, self.values, self.out.name)
        corpus = self._corpus_as_json() | {"split": self.prepared.split_as_json(), "prefix": self.prefix()}
        return Facts(
            model=self.name, settings=to_json(self.config), training=to_json(self.training), run=to_json(self.run),
            text=to_json(self.text), vocab_size=self.prepared.tokenizer.vocab_size,
            parameters=self.model.num_parameters, corpus=corpus, results=results, command=command,
            seconds=round(self.progress.seconds, 1), tokens_seen=self.progress.tokens_seen,
            normalised=self.model.normalised, members=members_as_json(self.model),
            weights_from=self.weights_from,
        )  # fmt: skip
