"""The web API: the Lab's use-cases by the names and with the results of the command line.

Every endpoint stands apart from the page's layout and says its types; since nobody enforces them, each request goes
through the page's limits first. Docstrings are what other programs read about the endpoints.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr
from gradio.events import api as endpoint

from core.generation.sampling import GenerationSettings
from core.lab import Lab
from core.sharing.named import MOST_READING, MOST_WRITING, check_names
from core.sharing.own import check_own_name
from core.text.tokenizer import LEVELS
from core.ui.api_results import growing, growing_together, told_to_visitor
from core.ui.limits import Limits
from core.ui.people import language_of, told
from core.ui.room import QUICK_LANE, QUICK_PLACES, TRAINING_LANE, WRITING_LANE, WRITING_PLACES, Room
from core.ui.runs import Runs, within

Json = dict[str, Any]
_DEFAULT = GenerationSettings()


class Api:
    """The endpoints over one Lab."""

    def __init__(self, lab: Lab, limits: Limits, runs: Runs | None = None) -> None:
        self._lab, self._limits, self._runs = lab, limits, runs or Runs()

    def models(self, request: gr.Request) -> Json:
        """List the models (plug-ins) with their ideas and settings, and the broken ones with their reasons.

        Returns:
            models, shared (settings of every training run) and broken.
        """
        with told(request):
            return self._lab.models()

    def checkpoints(self, request: gr.Request) -> list[Json]:
        """List the trained models with their results.

        Returns:
            One object a checkpoint: name, model, corpus, level, parameters, train and held-out perplexity and more.
        """
        with told(request):
            return self._lab.checkpoints()

    def tokenize(self, checkpoint_or_level: str, text: str, request: gr.Request) -> Json:
        """Cut a text into tokens.

        Args:
            checkpoint_or_level: the name of a checkpoint, or "char" or "word" for a vocabulary of the text itself.
            text: the text.

        Returns:
            text, tokens, ids, unknown (places of unknown tokens), offsets and vocab_size.
        """
        with told(request):
            level = isinstance(checkpoint_or_level, str) and checkpoint_or_level in LEVELS
            name = checkpoint_or_level if level else self._limits.checkpoint(checkpoint_or_level)
            return self._lab.tokenize(name, self._limits.text(text))

    def generate(
        self,
        checkpoint: str,
        request: gr.Request,
        prefix: str = "",
        tokens: int = _DEFAULT.tokens,
        temperature: float = _DEFAULT.temperature,
        top_k: int = _DEFAULT.top_k,
        top_p: float = _DEFAULT.top_p,
        strategy: str = _DEFAULT.strategy,
        beams: int = _DEFAULT.beams,
        seed: int = _DEFAULT.seed,
        stop: list[str] | None = None,
    ) -> Iterator[Json]:
        """Write on after a prefix; every message holds all that is written so far, the last one the whole.

        Args:
            checkpoint: the name of one that /checkpoints lists, "own:KEY:NAME" for your own, or "hub:OWNER/NAME" on the Hub.
            prefix: the text to go on from; only line models take an empty one.
            tokens: how many tokens to write at most.
            temperature: below 1 safer, above 1 wilder; 0 always takes the likeliest token.
            top_k: draw among this many likeliest tokens only; 0 is off.
            top_p: draw among the fewest likeliest tokens that reach this probability; 1 is off.
            strategy: sample, greedy or beam.
            beams: how many continuations beam search follows at once.
            seed: the same seed gives the same text.
            stop: end before any of these texts.

        Returns:
            prefix, text, tokens, ids, log_probs (null where infinite), unknown, finish_reason (null while it writes), tokens_per_second.
        """
        values = {
            "tokens": tokens, "temperature": temperature, "top_k": top_k, "top_p": top_p, "strategy": strategy,
            "beams": beams, "seed": seed,
        }  # fmt: skip
        with told(request):
            name, text = self._limits.checkpoint(checkpoint), self._limits.text(prefix)
            pieces = self._lab.generate(name, text, self._limits.settings(values), self._limits.stops(stop))
            yield from growing(pieces, text, self._unknown(name, text))

    def generate_many(
        self,
        checkpoints: list[str],
        request: gr.Request,
        prefix: str = "",
        tokens: int = _DEFAULT.tokens,
        temperature: float = _DEFAULT.temperature,
        top_k: int = _DEFAULT.top_k,
        top_p: float = _DEFAULT.top_p,
        strategy: str = _DEFAULT.strategy,
        beams: int = _DEFAULT.beams,
        seed: int = _DEFAULT.seed,
        stop: list[str] | None = None,
    ) -> Iterator[Json]:
        """Let several checkpoints write on after one prefix, side by side; every message holds all so far.

        Args:
            checkpoints: one to four names, as /checkpoints lists them.
            prefix: the text to go on from; only line models take an empty one.
            tokens: how many tokens each writes at most.
            temperature: below 1 safer, above 1 wilder; 0 always takes the likeliest token.
            top_k: draw among this many likeliest tokens only; 0 is off.
            top_p: draw among the fewest likeliest tokens that reach this probability; 1 is off.
            strategy: sample, greedy or beam.
            beams: how many continuations beam search follows at once.
            seed: the same seed gives the same texts.
            stop: end before any of these texts.

        Returns:
            For each name what /generate returns, or error where it cannot write.
        """
        values = {
            "tokens": tokens, "temperature": temperature, "top_k": top_k, "top_p": top_p, "strategy": strategy,
            "beams": beams, "seed": seed,
        }  # fmt: skip
        with told(request):
            names = [self._limits.checkpoint(name) for name in check_names(checkpoints, MOST_WRITING)]
            text, checked, stops = self._limits.text(prefix), self._limits.settings(values), self._limits.stops(stop)
            turns = self._lab.generate_many(names, text, checked, stops)
            yield from growing_together(turns, names, text, self._unknown, language_of(request))

    def _unknown(self, name: str, prefix: str) -> list[int]:
        unknown: list[int] = self._lab.tokenize(name, prefix)["unknown"]
        return unknown

    def score(
        self,
        checkpoint: str,
        request: gr.Request,
        text: str | None = None,
        ids: list[int] | None = None,
        window: int = 0,
        adaptive: bool = False,
    ) -> Json:
        """Say how well a checkpoint predicts a text, or token ids.

        Args:
            checkpoint: the name of one that /checkpoints lists, "own:KEY:NAME" for your own, or "hub:OWNER/NAME" on the Hub.
            text: the text; give either a text or ids.
            ids: token ids of the checkpoint's vocabulary.
            window: 0 for one stream with carried state; N for windows of N tokens, each from the initial state.
            adaptive: let it learn from the text while it reads; such figures compare with adaptive ones only.

        Returns:
            adaptive, tokens, scored, nats, perplexity, perplexity_known, bits_per_char, unknown, impossible and log_probs; null is infinite.
        """
        with told(request):
            name = self._limits.checkpoint(checkpoint)
            text = None if text is None else self._limits.text(text)
            listed = None if ids is None else self._limits.ids(ids)
            return self._lab.score(name, text=text, ids=listed, window=window, adaptive=adaptive)

    def compare(self, checkpoints: list[str], text: str, request: gr.Request, adaptive: bool = False) -> Json:
        """Let several checkpoints read one text, aligned by its characters.

        Args:
            checkpoints: one to six names, as /checkpoints lists them.
            text: the text.
            adaptive: let them learn from the text while they read; such figures compare with adaptive ones only.

        Returns:
            text, and models, a list: name, and error or adaptive, text in its form, vocab_size, level, spans (begin, end, token, bits), running
            perplexity, and the figures of /score.
        """
        with told(request):
            names = [self._limits.checkpoint(name) for name in check_names(checkpoints, MOST_READING)]
            return self._lab.compare(names, self._limits.text(text), adaptive=adaptive)

    def next_tokens(self, checkpoint: str, request: gr.Request, prefix: str = "", top: int = 20) -> Json:
        """List the likeliest next tokens after a prefix.

        Args:
            checkpoint: the name of one that /checkpoints lists, "own:KEY:NAME" for your own, or "hub:OWNER/NAME" on the Hub.
            prefix: the text before.
            top: how many, at most 1000.

        Returns:
            candidates (token, id, probability, log_prob), best first, and entropy_bits.
        """
        with told(request):
            return self._lab.next_tokens(self._limits.checkpoint(checkpoint), self._limits.text(prefix), top)

    def corpus_statistics(
        self,
        request: gr.Request,
        text: str = "",
        level: str = "char",
        top: int = 50,
        min_frequency: int = 1,
        corpus: str = "",
    ) -> Json:
        """Count a text or a named corpus: frequencies of tokens and n-grams, Zipf's law, growth of types, unknown tokens.

        Args:
            text: the text; not read where a corpus is named.
            level: "char" or "word".
            top: how many of the most frequent n-grams to list, at most 1000.
            min_frequency: tokens seen less often in the training part become unknown.
            corpus: the name of a corpus that is on the server, such as "tide_clock"; empty for the text.

        Returns:
            characters, tokens, vocab_size, once, ngrams (n = 1, 2, 3: types, top, curve, zipf with method and ranks), growth, unknown (by minimum frequency).
        """
        with told(request):
            return self._lab.corpus_statistics(self._limits.text(text), level, top, min_frequency, corpus)

    def train(
        self,
        model: str,
        key: str,
        name: str,
        request: gr.Request,
        corpus: str = "",
        text: str = "",
        values: dict[str, Any] | None = None,
        resume: bool = False,
    ) -> Iterator[Json]:
        """Train a model of your own; every event of the training is one message, the last one says how it ended.

        Args:
            model: the name of a plug-in, as /models lists them.
            key: 48 hexadecimal digits, your own secret: afterwards the model is the checkpoint "own:KEY:NAME", for you alone.
            name: of the new model.
            corpus: a corpus that is on the server; empty for the text.
            text: the text to learn from.
            values: settings of model, training, text and run by name, as /models lists them, such as {"order": 3}; your own models are
                members of a mixture as "own:NAME".
            resume: go on with the interrupted training of this name; model, corpus, text and values are its own.

        Returns:
            event (started, step, evaluated, sampled, saved, finished) and what it tells.
        """
        with told(request):
            own, checked = check_own_name(key, name), self._limits.training(values or {})
            data = None if corpus or resume else self._limits.upload(text.encode("utf-8", "surrogatepass"))
            with self._runs.only(own):
                events = self._lab.train_own(
                    own, model, corpus, data, checked, resume=resume, admit=self._limits.size
                )  # fmt: skip
                for event in within(events, self._limits.training_minutes):
                    yield told_to_visitor(event, own.word)


def add_api(room: Room) -> None:
    """Add the endpoints to the page that is being built."""
    api = Api(room.lab, room.limits, room.runs)
    for quick in (
        api.models, api.checkpoints, api.tokenize, api.score, api.compare, api.next_tokens, api.corpus_statistics,
    ):  # fmt: skip
        endpoint(quick, api_name=quick.__name__, concurrency_id=QUICK_LANE, concurrency_limit=QUICK_PLACES)
    for writing in (api.generate, api.generate_many):
        endpoint(writing, api_name=writing.__name__, concurrency_id=WRITING_LANE, concurrency_limit=WRITING_PLACES)
    endpoint(api.train, api_name="train", concurrency_id=TRAINING_LANE, concurrency_limit=room.limits.runs)
