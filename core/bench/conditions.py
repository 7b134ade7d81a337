"""What everything is measured on: the sizes, the text and the untrained models.

The text is the English story that ships with the project, in D2L's form (28 different characters), so that the
figures need no network and everybody's are of the same work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.lab import Lab
from core.models.neural import NeuralModel
from core.models.protocol import LanguageModel
from core.settings import build, describe
from core.text.preparation import Prepared, TextSettings, prepare_text
from core.text.sequences import Ids
from core.text.tokenizer import Tokenizer

_STORY, _LARGE = "tide_clock", "tiny_shakespeare"


@dataclass(frozen=True)
class Sizes:
    """How much is done; the defaults are those of published figures, tests take tiny ones.

    Attributes:
        repetitions: rounds whose median counts; ``starts`` for those that start whole programs.
        warm_up: whether a round that does not count goes before them.
        hidden_size, batch_size, num_steps: of the recurrent models and their windows (D2L: 256, 32, 35).
        windows: windows learned from in one round.
        order: of the n-gram model.
        lstm_written, ngram_written: tokens written in one round.
        streams: texts that the LSTM writes at once, each as long as the single one.
        chain_written: tokens that an n-gram model writes in one stream cold, and as many again warm.
        lstm_scored, ngram_scored: tokens scored in one round.
        made, made_large: characters of a made text that an n-gram model is estimated from, and of a large one.
        texts: texts scored at once.
        seeds, curve_epochs, curve_tokens: runs of each kind whose curves are compared, and what they learn from.
        checkpoint: a count model of English characters that ships, for what starts whole programs.
        clients: visitors at the same time.
        seconds: how long they stay, all parts together.
    """

    repetitions: int = 5
    starts: int = 3
    warm_up: bool = True
    hidden_size: int = 256
    batch_size: int = 32
    num_steps: int = 35
    windows: int = 16
    order: int = 5
    lstm_written: int = 1000
    ngram_written: int = 5000
    streams: int = 16
    chain_written: int = 20_000
    lstm_scored: int = 16_384
    ngram_scored: int = 100_000
    made: int = 1_000_000
    made_large: int = 100_000_000
    texts: int = 64
    seeds: int = 5
    curve_epochs: int = 8
    curve_tokens: int = 300_000
    checkpoint: str = "shakespeare-ngram"
    clients: int = 8
    seconds: float = 15.0


def story(lab: Lab) -> Prepared:
    """Return the bundled English story as characters in D2L's form, its last tenth held out."""
    return prepare_text(lab.load_corpus(_STORY), TextSettings(form="d2l"))


def curve_text(lab: Lab, tokens: int) -> tuple[str, Prepared]:
    """Return the name and the first characters of Tiny Shakespeare where it is here, else of the story."""
    here = {row["name"]: row["here"] for row in lab.corpora()}
    name = _LARGE if here.get(_LARGE) else _STORY
    return name, prepare_text(lab.load_corpus(name), TextSettings(max_tokens=tokens))


def made_text(lab: Lab, characters: int, replaced: float = 0.0) -> tuple[Ids, Tokenizer]:
    """Return the ids of a text of any length: Tiny Shakespeare where it is here, else the story, repeated.

    Args:
        lab: where the texts are.
        characters: how many.
        replaced: share of them that are drawn at random, from a fixed seed, or what is repeated would bring nothing new.
    """
    here = {row["name"]: row["here"] for row in lab.corpora()}
    prepared = prepare_text(lab.load_corpus(_LARGE if here.get(_LARGE) else _STORY), TextSettings())
    base, vocab = prepared.training.ids, prepared.tokenizer.vocab_size
    generator, ids = np.random.default_rng(0), np.empty(characters, dtype=np.int32)
    for begin in range(0, characters, len(base)):
        part = ids[begin : begin + len(base)]
        part[:] = base[: len(part)]
        other = generator.random(len(part)) < replaced
        part[other] = generator.integers(1, vocab, np.count_nonzero(other))
    return ids, prepared.tokenizer


def untrained(lab: Lab, name: str, vocab_size: int, values: Mapping[str, Any]) -> LanguageModel:
    """Return a new model with those of the values that it has settings for."""
    plugin = lab.registry.get(name)
    known = {each.name for each in describe(plugin.Config)}
    config = build(plugin.Config, {name: value for name, value in values.items() if name in known})
    return plugin(config, vocab_size, seed=0)


def recurrent(lab: Lab, name: str, vocab_size: int, hidden_size: int) -> NeuralModel:
    """Return a recurrent model of one layer, fed one-hot vectors as the book's are."""
    model = untrained(lab, name, vocab_size, {"hidden_size": hidden_size, "embedding_size": 0})
    if not isinstance(model, NeuralModel):
        raise TypeError(f"{name} does not learn by gradient")
    return model


def counted(lab: Lab, prepared: Prepared, order: int) -> LanguageModel:
    """Return an n-gram model that has counted the story's training part."""
    model = untrained(lab, "ngram", prepared.tokenizer.vocab_size, {"order": order})
    learner = model.Learner(model, model.Learner.Config(), seed=0)
    for window in learner.windows(prepared.training, 0):
        learner.learn(window, 0.0)
    return model
