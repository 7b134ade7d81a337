"""Judge models: by a text, by each other, by what their cards claim, along a setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from core.errors import BadText, LabError
from core.measures.uniform import uniform_reading
from core.sharing.against_floor import Contestant, against_floor
from core.sharing.comparison import failed, read_aligned
from core.sharing.context_reading import read_by_context
from core.sharing.difference import check_same_text, difference, differences, held_out_text, read_losses
from core.sharing.guessing_game import Line, check_guesses_characters, guess_order, line_to_guess, model_guesses
from core.sharing.judging import judge_pieces
from core.sharing.named import MOST_READING, check_names
from core.sharing.own import OwnName
from core.sharing.scoring import read_tokens
from core.sharing.sweep import Sweep, sweepable
from core.sharing.verification import Counted, verified_rows, verify
from core.text.corpus import corpus_from_text
from core.text.download import Progress
from core.use_cases.finding import Finding, Json


class Measuring(Finding):
    """Checkpoints read a text and are judged by it."""

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
        """Return how several checkpoints read one text: see `read_aligned`. One that cannot says why, the others read.

        ``differences`` tells how much better the best of them is than each other one: see `differences`.
        """
        names = check_names(checkpoints, MOST_READING)
        models, read = [], []
        for name in names:
            try:
                opened = self._open(name)
                reading = {"name": name, **read_aligned(opened, text, adaptive)}
                read.append((opened, reading))
                models.append(reading)
            except LabError as error:
                models.append({"name": name, **failed(error)})
        return {"text": text, "models": models, "differences": differences(read)}

    def difference(
        self, first: str, second: str, text: str | None = None, *, block: int = 0, progress: Progress | None = None
    ) -> Json:
        """Return how much more the second checkpoint loses on a text than the first, with a 95 % interval: see `difference`.

        Args:
            first, second: checkpoints.
            text: what both read; None for the held-out text that they share.
            block: characters in a block of the bootstrap; 0 lets the text's length decide.
            progress: told how many tokens of how many have been read; it may raise to stop.
        """
        one, other = self._open(first), self._open(second)
        if text is None:
            where: dict[str, Any] = {"search": self.places.corpora, "cache": self._cache}
            text = check_same_text(one, other, (held_out_text(one, **where), held_out_text(other, **where)))
        heed = progress and Counted(sum(len(each.tokenizer.encode(text)) for each in (one, other)), progress)
        return difference(read_losses(one, text, heed), read_losses(other, text, heed), block)

    def context_lengths(self, checkpoint: str, text: str) -> Iterator[float | Json]:
        """Yield how well a checkpoint predicts a text from the last 1, 2, 4 ... 64 tokens alone: see `by_context_length`."""
        return read_by_context(self._open(checkpoint), text)

    def judge(self, checkpoint: str, prefix: str, pieces: Sequence[str]) -> list[float | None]:
        """Return how much the pieces of another model's continuation surprise a checkpoint: see `judge_pieces`."""
        return judge_pieces(self._open(checkpoint), prefix, pieces)

    def held_out(self, checkpoint: str, characters: int) -> str:
        """Return the first characters that were held out from a checkpoint, of a corpus that is open to everybody or the visitor's own."""
        return self._learned.held_out(self._open(checkpoint), OwnName.parse(checkpoint))[:characters]

    def line_to_guess(self, checkpoint: str, number: int = 0) -> Line:
        """Return a line that was held out from a checkpoint, for Shannon's game: see `line_to_guess`."""
        opened = self._open(checkpoint)
        check_guesses_characters(opened)
        text = self._learned.held_out(opened, OwnName.parse(checkpoint))
        return line_to_guess(text, opened.tokenizer.tokens, number)

    def model_guesses(self, checkpoints: Sequence[str], context: str, line: str) -> list[Json]:
        """Return how models guess a line after its context, each with its ``name``: see `model_guesses`; or why one cannot."""
        found = []
        for name in check_names(checkpoints, MOST_READING):
            try:
                found.append({"name": name, **model_guesses(self._open(name), context, line)})
            except LabError as error:
                found.append({"name": name, **failed(error)})
        return found

    def guess_order(self, checkpoint: str, prefix: str) -> list[str]:
        """Return the characters in the order in which a checkpoint would guess what follows a text: see `guess_order`."""
        return guess_order(self._open(checkpoint), prefix)

    def uniform(self, checkpoint: str, text: str, num_tokens: int, seed: int = 0) -> Json:
        """Return how a model that knows nothing but a checkpoint's vocabulary reads and writes: see `uniform_reading`."""
        return uniform_reading(self._open(checkpoint).tokenizer, text, num_tokens, seed)

    def verify(self, checkpoint: str, progress: Progress | None = None) -> Json:
        """Compute the results that a checkpoint claims again, on its own corpus, and compare."""
        return verify(self._open(checkpoint), search=self.places.corpora, cache=self._cache, progress=progress)

    def verified_rows(self, checkpoint: str, progress: Progress | None = None) -> Iterator[Json]:
        """Yield what `verify` finds, part by part; close it to stop."""
        return verified_rows(self._open(checkpoint), search=self.places.corpora, cache=self._cache, progress=progress)

    def against_floor(
        self, corpus: str, contestants: Sequence[Contestant], *, max_tokens: int = 0, seed: int = 0
    ) -> Iterator[float | Json]:
        """Yield how far above exp(H) models end that learn from a generated corpus: see `against_floor`; close it to stop.

        What was measured last is kept: asked for again, only the rows come.

        Args:
            corpus: a generated one by its name, or by its kind and settings, such as ``copies:lag=12``.
            contestants: the models with their settings.
            max_tokens: as the setting of that name.
            seed: of weights and mini-batches.
        """
        given = self.load_corpus(corpus)
        key = ("against_floor", given.card.sha256, repr(contestants), max_tokens, seed)
        kept = self._portraits.find(key)
        if kept is not None:
            yield from kept["rows"]
            return
        rows: list[Json] = []
        for news in against_floor(self.registry, given, contestants, max_tokens=max_tokens, seed=seed):
            if isinstance(news, dict):
                rows.append(news)
            yield news
        self._portraits.keep(key, {"rows": rows})

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
