"""The use-cases, each once. Page, command line and web API call these and nothing else.

Everything that comes back is plain values, ready for JSON, or an iterator of events; everything that goes wrong and
that a person can mend is a `LabError`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from core.errors import BadCorpus, BadText, LabError, unknown_name
from core.generation.generate import Finished, Piece
from core.generation.prefix import with_token
from core.generation.sampling import GenerationSettings
from core.generation.side_by_side import Turn, side_by_side
from core.language import both
from core.lessons.looking_ahead import looking_ahead
from core.measures.transitions import transition_matrix
from core.measures.uniform import uniform_reading
from core.models.registry import Registry
from core.places import PROJECT, Places
from core.settings import build
from core.sharing import compression
from core.sharing.arpa_exchange import export_arpa, import_arpa
from core.sharing.backing_off import back_off_path, inspect_path
from core.sharing.checkpoint import Checkpoint, fingerprint
from core.sharing.comparison import failed, read_aligned
from core.sharing.compressed_file import read_header
from core.sharing.facts import CONFIG
from core.sharing.folders import named_folder, recover, write_file
from core.sharing.handle import OpenedCheckpoint
from core.sharing.hub.hub import Fetching, Hub
from core.sharing.hub.names import PREFIX, HubName
from core.sharing.inspection import inspect_step, inspect_trace
from core.sharing.judging import judge_pieces
from core.sharing.learned_text import LearnedTexts
from core.sharing.listing import describe_checkpoint, describe_checkpoints, describe_models
from core.sharing.named import MOST_READING, MOST_WRITING, check_names
from core.sharing.opened import CheckpointCache
from core.sharing.own import OwnModels, OwnName, check_own_name
from core.sharing.packing import pack_folder
from core.sharing.scoring import read_tokens
from core.sharing.space import plan_space
from core.sharing.space_making import make_space
from core.sharing.sweep import Sweep, sweepable
from core.sharing.training_run import SHARED, TrainingRun
from core.sharing.verification import verified_rows, verify
from core.text.concordance import token_concordance
from core.text.corpus import Corpus, corpus_from_bytes, corpus_from_text, decode_bytes
from core.text.download import Progress
from core.text.kept import Kept
from core.text.mini_batches import mini_batches
from core.text.placed import PlacedText
from core.text.portrait import corpus_statistics
from core.text.sources import describe_corpora, load_corpus
from core.text.stages import text_stages
from core.text.tokenizer import Tokenizer
from core.training.events import Event

Json = dict[str, Any]

LEVELS = ("char", "word", "bpe")
# Checkpoints that stay in memory at once.
_MOST_OPENED = 16
# Portraits of named corpora, and bytes of their texts as tokens, that are kept in memory.
_MOST_PORTRAITS, _MOST_TEXT_BYTES = 32, 64_000_000
# Longest file that `read_text` takes (bytes).
_MOST_FILE = 200_000_000


class Lab:
    """One set of models, checkpoints and texts.

    Args:
        plugins: folder of plug-ins; a relative one is the project's.
        places: the other folders; from the environment by default.
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

    # What there is

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

    # Train

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
        """
        self.registry.get(model)
        text = self.load_corpus(corpus, progress)
        run = TrainingRun(
            self.registry, model, text, named_folder(out), values or {},
            resume=resume, replace=replace, corpus_word=corpus, open_member=self._open,
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

    def load_corpus(self, name_or_path: str, progress: Progress | None = None) -> Corpus:
        """Return a named corpus, found or downloaded, or a file as a corpus."""
        return load_corpus(name_or_path, search=self.places.corpora, cache=self._cache, progress=progress)

    # Write

    def generate(
        self, checkpoint: str, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Iterator[Piece | Finished]:
        """Return the pieces of a continuation as they are written; close it to stop."""
        return self.open(checkpoint).stream(prefix, values, stop)

    def generate_many(
        self, checkpoints: Sequence[str], prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Iterator[Turn]:
        """Return what one to four checkpoints write at once, turn by turn: see `side_by_side`; close it to stop all."""
        names = check_names(checkpoints, MOST_WRITING)
        build(GenerationSettings, values or {})
        return side_by_side({name: partial(self.generate, name, prefix, values, stop) for name in names})

    def generate_whole(
        self, checkpoint: str, prefix: str, values: Mapping[str, Any] | None = None, stop: Sequence[str] = ()
    ) -> Json:
        """Return a whole continuation: prefix, text, tokens, ids, log_probs, unknown, finish_reason, speed."""
        return self.open(checkpoint).generate(prefix, values, stop)

    def next_tokens(self, checkpoint: str, prefix: str, top: int = 20) -> Json:
        """Return the likeliest next tokens after a prefix, and the entropy of the choice in bits."""
        return self.open(checkpoint).next_tokens(prefix, top)

    def with_token(self, checkpoint: str, prefix: str, id_: int) -> str:
        """Return a prefix with one more token of the checkpoint's vocabulary behind it."""
        return with_token(self._open(checkpoint).tokenizer, prefix, id_)

    def back_off(self, checkpoint: str, prefix: str, id_: int) -> list[Json]:
        """Return a counting model's way to its probability of a token, empty for others: see `back_off_path`."""
        return back_off_path(self._open(checkpoint), prefix, id_)

    # Measure

    def score(
        self,
        checkpoint: str,
        *,
        text: str | None = None,
        ids: Sequence[int] | None = None,
        window: int = 0,
        adaptive: bool = False,
    ) -> Json:
        """Return how well a checkpoint predicts a text (or token ids): see `Score.as_json`."""
        return self.open(checkpoint).score(text, ids=ids, window=window, adaptive=adaptive)

    def read(self, checkpoint: str, text: str, *, adaptive: bool = False) -> Json:
        """Return a text token by token with the surprise of each in bits: see `read_tokens`."""
        return read_tokens(self._open(checkpoint), text, adaptive)

    def compare(self, checkpoints: Sequence[str], text: str, *, adaptive: bool = False) -> Json:
        """Return how several checkpoints read one text: see `read_aligned`. One that cannot says why, the others read."""
        names = check_names(checkpoints, MOST_READING)
        models = []
        for name in names:
            try:
                models.append({"name": name, **read_aligned(self._open(name), text, adaptive)})
            except LabError as error:
                models.append({"name": name, **failed(error)})
        return {"text": text, "models": models}

    def judge(self, checkpoint: str, prefix: str, pieces: Sequence[str]) -> list[float | None]:
        """Return how much the pieces of another model's continuation surprise a checkpoint: see `judge_pieces`."""
        return judge_pieces(self._open(checkpoint), prefix, pieces)

    def uniform(self, checkpoint: str, text: str, num_tokens: int, seed: int = 0) -> Json:
        """Return how a model that knows nothing but a checkpoint's vocabulary reads and writes: see `uniform_reading`."""
        return uniform_reading(self._open(checkpoint).tokenizer, text, num_tokens, seed)

    def verify(self, checkpoint: str, progress: Progress | None = None) -> Json:
        """Compute the results that a checkpoint claims again, on its own corpus, and compare."""
        return verify(self._open(checkpoint), search=self.places.corpora, cache=self._cache, progress=progress)

    def verified_rows(self, checkpoint: str, progress: Progress | None = None) -> Iterator[Json]:
        """Yield what `verify` finds, part by part; close it to stop."""
        return verified_rows(self._open(checkpoint), search=self.places.corpora, cache=self._cache, progress=progress)

    def sweepable(self, along: str = "order", by: str = "smoothing") -> list[str]:
        """Return the models that `sweep` can compare with themselves along one setting by another."""
        return sweepable(self.registry, along, by)

    def sweep(
        self,
        model: str,
        corpus: str,
        text: str = "",
        values: Mapping[str, Any] | None = None,
        *,
        along: str = "order",
        most: int = 8,
        by: str = "smoothing",
    ) -> Sweep:
        """Return every combination of two settings of a model, to be trained and judged one by one: see `Sweep`.

        Args:
            model: one of `sweepable`.
            corpus: a named corpus that is here, or "" for ``text``.
            text: a text of one's own.
            values: other settings by name, such as ``max_tokens``.
            along, most: the setting that runs from its least value to ``most``.
            by: the setting whose choices are compared.
        """
        if not corpus and not text:
            raise BadText("The text is empty: there is nothing to learn from.", "文本为空：没有可供学习的内容。")
        given = self.corpus_here(corpus) if corpus else corpus_from_text(text, "text")
        return Sweep(self.registry, model, given, along, most, by, values or {})

    # Look

    def tokenize(self, checkpoint_or_level: str, text: str) -> Json:
        """Return a text's tokens, ids, unknown ones and offsets.

        A level alone ("char", "word") makes its vocabulary of the text itself.
        """
        if checkpoint_or_level in LEVELS:
            if not text:
                raise BadText(
                    "The text is empty: there is nothing to cut into tokens.", "文本为空：没有可以切分的内容。"
                )
            tokenizer = Tokenizer.train([text], checkpoint_or_level)
        else:
            tokenizer = self._open(checkpoint_or_level).tokenizer
        encoding = tokenizer.inspect(text)
        return {
            "text": encoding.text, "tokens": list(encoding.tokens), "ids": [int(i) for i in encoding.ids],
            "unknown": [int(at) for at in encoding.unknown], "offsets": [list(offset) for offset in encoding.offsets],
            "vocab_size": tokenizer.vocab_size,
        }  # fmt: skip

    def corpus_statistics(
        self, text: str, level: str = "char", top: int = 50, min_frequency: int = 1, corpus: str = ""
    ) -> Json:
        """Return what can be counted in a text, or in a named corpus that is here: see `portrait.corpus_statistics`."""
        if not corpus:
            return corpus_statistics(text, level, top, min_frequency)
        named = self.corpus_here(corpus)
        return self._portraits.of(
            ("statistics", named.card.sha256, level, top, min_frequency),
            lambda: corpus_statistics(named.text, level, top, min_frequency, lines=named.card.lines),
        )

    def text_stages(self, text: str, level: str = "char", min_frequency: int = 1, corpus: str = "") -> Json:
        """Return the beginning of a text, or of a named corpus, on its way to ids: see `stages.text_stages`."""
        if not corpus:
            return text_stages(text, level, min_frequency)
        named = self.corpus_here(corpus)
        return self._portraits.of(
            ("stages", named.card.sha256, level, min_frequency),
            lambda: text_stages(named.text, level, min_frequency),
        )

    def corpus_concordance(self, text: str, level: str, tokens: Sequence[str], corpus: str = "") -> Json:
        """Return the places of a run of tokens in a text, or in a named corpus that is here: see `token_concordance`."""
        if not corpus:
            return token_concordance(PlacedText.of_text(text, level), tokens)
        named = self.corpus_here(corpus)
        key = (named.card.sha256, level)
        return token_concordance(self._placed.of(key, lambda: PlacedText.of_text(named.text, level)), tokens)

    def mini_batches(self, text: str, level: str, sampling: str, batch_size: int, num_steps: int, seed: int, corpus: str = "") -> Json:  # fmt: skip
        """Return how mini-batches lie over the beginning of a text, or of a named corpus: see `mini_batches`."""
        given = self.corpus_here(corpus).text if corpus else text
        return mini_batches(given, level, sampling, batch_size, num_steps, seed)

    def transitions(self, text: str, level: str = "char", min_frequency: int = 1, corpus: str = "") -> Json:
        """Return how the tokens of a text, or of a named corpus, follow each other: see `transition_matrix`."""
        if not corpus:
            return transition_matrix(text, level, min_frequency)
        named = self.corpus_here(corpus)
        return self._portraits.of(
            ("transitions", named.card.sha256, level, min_frequency),
            lambda: transition_matrix(named.text, level, min_frequency),
        )

    def looking_ahead(self, corpus: str) -> Iterator[float | Json]:
        """Yield the share done, and at last what a model comes to that reads the answer: see `looking_ahead`; close it to stop."""
        named = self.corpus_here(corpus)
        key = ("looking_ahead", named.card.sha256)
        kept = self._portraits.find(key)
        for news in looking_ahead(named) if kept is None else [kept]:
            if isinstance(news, dict):
                self._portraits.keep(key, news)
            yield news

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

    def inspect(self, checkpoint: str, text: str, trace: str = "") -> Json:
        """Return what a checkpoint shows of its inside along a text: see `inspect_trace`."""
        return inspect_trace(self._open(checkpoint), text, trace)

    def inspect_step(self, checkpoint: str, text: str, step: int) -> Json:
        """Return one step of a checkpoint, number by number: see `inspection.inspect_step`."""
        return inspect_step(self._open(checkpoint), text, step)

    def inspect_path(self, checkpoint: str, text: str, step: int, token: int | None = None) -> Json | None:
        """Return how a counting model comes to a token's probability at one step: see `inspect_path`."""
        return inspect_path(self._open(checkpoint), text, step, token)

    def concordance(self, checkpoint: str, context: Sequence[int], token: int | None = None) -> Json:
        """Return the places of a context in the text that a checkpoint learned from: see `LearnedTexts.concordance`."""
        return self._learned.concordance(self._open(checkpoint), OwnName.parse(checkpoint), context, token)

    def vocabulary(self, checkpoint: str) -> list[str]:
        """Return the tokens of a checkpoint by id."""
        return list(self._open(checkpoint).tokenizer.tokens)

    # Compress

    def compress(self, checkpoint: str, file: Path, out: Path) -> Json:
        """Code a text file with a model's probabilities, lossless."""
        opened = self._open(checkpoint)
        text = self.read_text(file)
        coded = compression.compress(opened.model, opened.tokenizer, text, fingerprint(opened.facts), checkpoint)
        write_file(out, coded)
        size = file.stat().st_size
        return {"characters": len(text), "bytes_before": size, "bytes_after": len(coded), "bits_per_char": 8 * len(coded) / max(1, len(text))}  # fmt: skip

    def decompress(self, file: Path, out: Path) -> Json:
        """Get back the text that `compress` coded; the file names the checkpoint that it needs."""
        coded = _read_bytes(file)
        opened = self._open(read_header(coded).checkpoint)
        text = compression.decompress(opened.model, opened.tokenizer, coded, fingerprint(opened.facts))
        write_file(out, text.encode())
        return {"characters": len(text), "bytes_before": len(coded), "bytes_after": len(text.encode())}

    def read_text(self, file: Path) -> str:
        """Return a file's text, its encoding detected."""
        return decode_bytes(_read_bytes(file))[0]

    # Share

    def plan_space(self, space: str, *, private: bool = False, hardware: str | None = None) -> Json:
        """Return what `make_space` would do."""
        return plan_space(PROJECT, space, os.environ, private=private, hardware=hardware).as_json()

    def make_space(self, space: str, *, private: bool = False, hardware: str | None = None) -> Json:
        """Create or update a Space of this project."""
        return make_space(PROJECT, plan_space(PROJECT, space, os.environ, private=private, hardware=hardware))

    def export_arpa(self, checkpoint: str, file: Path) -> Json:
        """Write a checkpoint's n-grams as an ARPA file, for KenLM and others: see `arpa_exchange.export_arpa`."""
        return export_arpa(self._open(checkpoint), file)

    def import_arpa(
        self, file: Path, out: Path | str, *, replace: bool = False, progress: Progress | None = None
    ) -> Json:
        """Make a checkpoint of an ARPA file of KenLM, SRILM and others: see `arpa_exchange.import_arpa`."""
        return import_arpa(self.registry, file, named_folder(out), replace, progress)

    def packed(self, checkpoint: str) -> bytes:
        """Return a checkpoint's folder as a zip, under the name that it goes by."""
        folder, there = self.folder_of(checkpoint), HubName.parse(checkpoint)
        return pack_folder(folder, folder.name if there is None else there.name)

    # Helpers of several use-cases

    @property
    def _cache(self) -> Path:
        return self.places.data / "corpora"

    def open(self, checkpoint: str) -> OpenedCheckpoint:
        """Return an opened checkpoint by its name, its folder, or its place on the Hub.

        Raises:
            UnknownName: there is none of that name.
            LabError: it cannot be opened, or not be fetched.
        """
        return OpenedCheckpoint(checkpoint, self._open(checkpoint))

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


def _read_bytes(file: Path) -> bytes:
    """Return the bytes of a person's file."""
    try:
        if file.stat().st_size > _MOST_FILE:
            raise BadText(
                f"'{file}' is larger than {_MOST_FILE // 1_000_000} MB. Give a part of it.",
                f"“{file}”超过 {_MOST_FILE // 1_000_000} MB，请只给一部分。",
            )
        return file.read_bytes()
    except OSError as error:
        raise BadText(
            f"'{file}' cannot be read ({error.strerror}). Check the path.",
            f"无法读取“{file}”（{error.strerror}），请检查路径。",
        ) from error
