"""Seconds to estimate an n-gram model, small and large, with the memory that it takes; and how fast it writes.

The large text is estimated in a process of its own, so that its peak of memory is its own too:
``python -m core.bench.counting CHARACTERS ORDER``. KenLM's own estimator is a program that the module does not bring, so the
peer is what bounds any such program: sorting as many 64-bit keys as the text has characters.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from core.bench.conditions import Sizes, made_text, untrained
from core.bench.kenlm_peer import kenlm_peer
from core.bench.measure import Findings, Row, measure, speeds
from core.generation.generate import generate
from core.generation.prefix import warm_up_ids
from core.generation.sampling import GenerationSettings, uniforms
from core.lab import Lab
from core.models.protocol import LanguageModel
from core.places import PROJECT
from core.settings import build
from core.text.sequences import Ids, Sequences
from core.text.tokenizer import Tokenizer

_SORTING = "sorting as many 64-bit keys"
_SETTINGS = {"temperature": 0.8, "top_k": 20}
# Share of the large text's characters that are drawn at random.
_REPLACED = 0.1
# KenLM asks for the whole vocabulary at every step, so it writes a part of what we do.
_PEERS_PART = 10


def bench_counting(lab: Lab, sizes: Sizes) -> Findings:
    """Measure estimating and writing with an n-gram model of modified Kneser-Ney."""
    ids, tokenizer = made_text(lab, sizes.made)
    model = _estimated(lab, ids, tokenizer, sizes.order)
    seconds = measure(
        [lambda: _estimated(lab, ids, tokenizer, sizes.order), lambda: _sort(len(ids))],
        sizes.repetitions,
        sizes.warm_up,
    )
    what = f"estimate ngram, order {sizes.order}, {sizes.made:,} characters"
    large = _apart(sizes.made_large, sizes.order)
    rows = [
        Row(what, seconds[0], _SORTING, seconds[1], "s"),
        Row(
            f"estimate ngram, order {sizes.order}, {sizes.made_large:,} characters",
            large["seconds"], _SORTING, large["sorting"], "s",
        ),
        *_writing(model, tokenizer, sizes),
    ]  # fmt: skip
    note = (
        "estimate: modified Kneser-Ney of Tiny Shakespeare (the bundled story where that is not here), repeated; of the large text "
        "a tenth of the characters is drawn at random, and it has "
        f"{large['distinct']:,} different n-grams of order {sizes.order}; peak memory {large['gigabytes']:.2f} GB, of which the "
        f"text {large['text_gigabytes']:.2f} GB. Writing: temperature 0.8, top-k 20, one stream; cold from the first token, warm "
        "after as many."
    )
    return Findings(rows, notes=[note])


def _estimated(lab: Lab, ids: Ids, tokenizer: Tokenizer, order: int) -> LanguageModel:
    """Return a model that has counted a text."""
    model = untrained(lab, "ngram", tokenizer.vocab_size, {"order": order})
    learner = model.Learner(model, model.Learner.Config(), seed=0)
    for window in learner.windows(Sequences.of_stream(ids), 0):
        learner.learn(window, 0.0)
    return model


def _sort(number: int) -> None:
    np.random.default_rng(1).integers(0, 1 << 40, number).sort()


def _writing(model: LanguageModel, tokenizer: Tokenizer, sizes: Sizes) -> list[Row]:
    """Measure one stream from its first token on, and after as many tokens again, all of `generate`."""
    tokens, prefix, seeds = sizes.chain_written, tokenizer.tokens[-1] + tokenizer.tokens[1], count()
    streams: list[Iterator[Any]] = []

    def cold() -> None:
        settings = build(GenerationSettings, {**_SETTINGS, "tokens": 2 * tokens, "seed": next(seeds)})
        streams.append(generate(model, tokenizer, prefix, settings))
        _read(streams[-1], tokens)

    def warm() -> None:
        _read(streams[-1], tokens)

    with TemporaryDirectory() as folder:
        peer = kenlm_peer(model, tokenizer, Path(folder))
    first, part = warm_up_ids(tokenizer, prefix), max(1, tokens // _PEERS_PART)
    theirs = [lambda: peer.write(first, part, uniforms(0))] if peer else []
    seconds = measure([cold, warm, *theirs], sizes.repetitions, sizes.warm_up)
    beside = [seconds[2] * tokens / part] if peer else []
    return [
        speeds(f"generate ngram, order {sizes.order}, {name}", tokens, [own, *beside], "kenlm BaseScore")
        for name, own in (("cold", seconds[0]), ("warm", seconds[1]))
    ]


def _read(stream: Iterator[Any], tokens: int) -> None:
    for _ in islice(stream, tokens):
        pass


def _apart(characters: int, order: int) -> dict[str, Any]:
    """Return what `measured` finds in a process of its own."""
    command = [sys.executable, "-m", "core.bench.counting", str(characters), str(order)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measured(characters: int, order: int) -> dict[str, Any]:
    """Estimate once from a made text of so many characters; return seconds, different n-grams, and gigabytes at the peak."""
    lab = Lab()
    ids, tokenizer = made_text(lab, characters, _REPLACED)
    text = _peak()
    began = time.perf_counter()
    model = _estimated(lab, ids, tokenizer, order)
    seconds, peak = time.perf_counter() - began, _peak()
    distinct = len(model.tensors()[f"order{order}.last"]) if order > 1 else tokenizer.vocab_size
    del model
    began = time.perf_counter()
    _sort(characters)
    return {
        "seconds": seconds, "sorting": time.perf_counter() - began, "distinct": distinct, "gigabytes": peak,
        "text_gigabytes": text,
    }  # fmt: skip


def _peak() -> float:
    """Return the most memory that this process has had, in gigabytes; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
