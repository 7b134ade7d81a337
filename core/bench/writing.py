"""Tokens a second while writing one text: our `generate`, all of it, beside the plain ways."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core.bench.conditions import Sizes, counted, recurrent, story
from core.bench.kenlm_peer import absent_note, kenlm_peer
from core.bench.limits import READING, reading
from core.bench.measure import Findings, Row, beside, measure, speeds
from core.bench.peers import book_network, book_write
from core.generation.generate import collect
from core.generation.prefix import warm_up, warm_up_ids
from core.generation.sampling import GenerationSettings, pick, uniforms
from core.lab import Lab
from core.models.protocol import LanguageModel
from core.text.preparation import Prepared
from core.text.sequences import Ids
from core.text.tokenizer import Tokenizer

_PREFIX = "the tide "
# Of an LSTM: what its W_hh makes at once.
_GATES = 4


def bench_writing(lab: Lab, sizes: Sizes) -> Findings:
    """Measure how fast an LSTM and an n-gram model write."""
    prepared = story(lab)
    rows = [*_lstm(lab, prepared, sizes), _ngram(lab, prepared, sizes)]
    note = (
        "generate: one text, sampled, every round with another seed, which both sides share; ours includes decoding "
        f"and streaming. The LSTM has {sizes.hidden_size} units, one-hot input and its initial weights. Our n-gram "
        "model remembers the distributions of contexts that it has met. A ratio to a limit is the share of it that is reached."
    )
    return Findings(rows, notes=[note, *absent_note()])


def _lstm(lab: Lab, prepared: Prepared, sizes: Sizes) -> list[Row]:
    tokenizer, tokens = prepared.tokenizer, sizes.lstm_written
    model = recurrent(lab, "lstm", tokenizer.vocab_size, sizes.hidden_size)
    peer, prefix = book_network(model), warm_up_ids(tokenizer, _PREFIX)
    our_seeds, their_seeds = count(), count()

    def ours() -> None:
        collect(model, tokenizer, _PREFIX, GenerationSettings(tokens=tokens, seed=next(our_seeds)))

    def theirs() -> None:
        book_write(peer, prefix, tokens, uniforms(next(their_seeds)), tokenizer.unk_id)

    def together() -> None:
        write_streams(model, tokenizer, prefix, tokens, range(sizes.streams))

    limit = reading(_GATES, sizes.hidden_size, tokens)
    one, peer_one, most, many = measure([ours, theirs, limit, together], sizes.repetitions, sizes.warm_up)
    what = f"generate lstm, {sizes.streams} streams at once"
    return [
        *beside(
            "generate lstm", tokens, [one, peer_one, most], {"nn.LSTM, one step at a time": tokens, READING: tokens}
        ),
        *beside(what, sizes.streams * tokens, [many, one], {"one stream": tokens}),
    ]


def write_streams(
    model: LanguageModel, tokenizer: Tokenizer, prefix: Ids, tokens: int, seeds: Sequence[int]
) -> list[str]:
    """Return one continuation of prefix ids ``[time]`` for each seed, all written at once, each drawn for itself."""
    settings, streams = GenerationSettings(tokens=tokens), [tokenizer.stream() for _ in seeds]
    chances, texts = [uniforms(seed) for seed in seeds], [""] * len(seeds)
    first, state = warm_up(model, prefix)
    same = np.zeros(len(seeds), dtype=np.int64)
    log_probs, state = first[None][same], tuple(part[same] for part in state)  # [streams, vocab]
    for left in reversed(range(tokens)):
        ids = [
            pick(row, settings, tokenizer.unk_id, next(chance)) for row, chance in zip(log_probs, chances, strict=True)
        ]
        texts = [text + stream.feed(id_) for text, stream, id_ in zip(texts, streams, ids, strict=True)]
        if left:
            log_probs, state = model.step(np.array(ids, dtype=np.int32), state)
    return texts


def _ngram(lab: Lab, prepared: Prepared, sizes: Sizes) -> Row:
    tokenizer, tokens = prepared.tokenizer, sizes.ngram_written
    model, prefix = counted(lab, prepared, sizes.order), warm_up_ids(tokenizer, _PREFIX)
    our_seeds, their_seeds = count(), count()

    def ours() -> None:
        collect(model, tokenizer, _PREFIX, GenerationSettings(tokens=tokens, seed=next(our_seeds)))

    with TemporaryDirectory() as folder:
        peer = kenlm_peer(model, tokenizer, Path(folder))
    theirs = [lambda: peer.write(prefix, tokens, uniforms(next(their_seeds)))] if peer else []
    seconds = measure([ours, *theirs], sizes.repetitions, sizes.warm_up)
    return speeds(f"generate ngram, order {sizes.order}", tokens, seconds, "kenlm BaseScore")
