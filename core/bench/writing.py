"""Tokens a second while writing one text: our `generate`, all of it, beside the plain ways."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from core.bench.conditions import Sizes, counted, recurrent, story
from core.bench.kenlm_peer import absent_note, kenlm_peer
from core.bench.measure import Findings, Row, measure, speeds
from core.bench.peers import book_network, book_write
from core.generation.generate import collect
from core.generation.prefix import warm_up_ids
from core.generation.sampling import GenerationSettings, uniforms
from core.lab import Lab
from core.text.preparation import Prepared

_PREFIX = "the tide "


def bench_writing(lab: Lab, sizes: Sizes) -> Findings:
    """Measure how fast an LSTM and an n-gram model write."""
    prepared = story(lab)
    rows = [_lstm(lab, prepared, sizes), _ngram(lab, prepared, sizes)]
    note = (
        "generate: one text, sampled, every round with another seed, which both sides share; ours includes decoding "
        f"and streaming. The LSTM has {sizes.hidden_size} units, one-hot input and its initial weights. Our n-gram "
        "model remembers the distributions of contexts that it has met."
    )
    return Findings(rows, notes=[note, *absent_note()])


def _lstm(lab: Lab, prepared: Prepared, sizes: Sizes) -> Row:
    tokenizer, tokens = prepared.tokenizer, sizes.lstm_written
    model = recurrent(lab, "lstm", tokenizer.vocab_size, sizes.hidden_size)
    peer, prefix = book_network(model), warm_up_ids(tokenizer, _PREFIX)
    our_seeds, their_seeds = count(), count()

    def ours() -> None:
        collect(model, tokenizer, _PREFIX, GenerationSettings(tokens=tokens, seed=next(our_seeds)))

    def theirs() -> None:
        book_write(peer, prefix, tokens, uniforms(next(their_seeds)), tokenizer.vocab_size, tokenizer.unk_id)

    return speeds(
        "generate lstm",
        tokens,
        measure([ours, theirs], sizes.repetitions, sizes.warm_up),
        "nn.LSTM, one step at a time",
    )


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
