"""Tokens a second while scoring: one long text as a stream, and many texts at once."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from core.bench.conditions import Sizes, counted, recurrent, story
from core.bench.counting import bench_counting
from core.bench.kenlm_peer import absent_note, kenlm_peer
from core.bench.limits import MULTIPLIED, MULTIPLYING, READING, multiplications, multiplying, reading
from core.bench.measure import Findings, Row, beside, measure, speeds
from core.bench.peers import book_network, book_score
from core.bench.training import learner_and_windows
from core.lab import Lab
from core.measures.perplexity import score_stream
from core.text.preparation import Prepared
from core.text.sequences import Ids

# Of an LSTM: what its W_hh makes at once.
_GATES = 4


def bench_scoring(lab: Lab, sizes: Sizes) -> Findings:
    """Measure how fast an n-gram model and an LSTM score."""
    prepared = story(lab)
    made = bench_counting(lab, sizes)
    rows = [*made.rows, _ngram(lab, prepared, sizes), *_lstm(lab, prepared, sizes)]
    note = (
        f"score: the story's held-out part, repeated to {sizes.ngram_scored:,} tokens (n-gram) and "
        f"{sizes.lstm_scored:,} (LSTM of {sizes.hidden_size} units, one-hot input; the peer reads each text in one "
        "call). Ours starts from ids, kenlm from text. A ratio to a limit is the share of it that is reached."
    )
    return Findings(rows, notes=[*made.notes, note, *absent_note()])


def _held_out(prepared: Prepared, tokens: int) -> Ids:
    """Return the held-out ids, repeated until one of them is given and so many are scored."""
    return np.resize(prepared.held_out.ids, tokens + 1)


def _ngram(lab: Lab, prepared: Prepared, sizes: Sizes) -> Row:
    model, ids = counted(lab, prepared, sizes.order), _held_out(prepared, sizes.ngram_scored)
    with TemporaryDirectory() as folder:
        peer = kenlm_peer(model, prepared.tokenizer, Path(folder))
    text = peer.text(ids) if peer else ""
    theirs = [lambda: peer.score(text)] if peer else []
    seconds = measure([lambda: score_stream(model, ids), *theirs], sizes.repetitions, sizes.warm_up)
    return speeds(f"score ngram, order {sizes.order}", sizes.ngram_scored, seconds, "kenlm full_scores")


def _lstm(lab: Lab, prepared: Prepared, sizes: Sizes) -> list[Row]:
    vocab = prepared.tokenizer.vocab_size
    model, ids = recurrent(lab, "lstm", vocab, sizes.hidden_size), _held_out(prepared, sizes.lstm_scored)
    peer, steps = book_network(model), max(1, sizes.lstm_scored // sizes.texts)
    inputs = np.resize(ids[:-1], (sizes.texts, steps))
    targets = np.resize(ids[1:], (sizes.texts, steps))
    learner, windows = learner_and_windows(recurrent(lab, "lstm", vocab, sizes.hidden_size), prepared.training, sizes)

    def learn() -> None:
        for window in windows:
            learner.learn(window, 0.0)

    one = measure(
        [
            lambda: score_stream(model, ids),
            lambda: book_score(peer, ids[None, :-1], ids[None, 1:]),
            reading(_GATES, sizes.hidden_size, len(ids) - 1),
        ],
        sizes.repetitions,
        sizes.warm_up,
    )
    many = measure(
        [
            lambda: model.score(inputs, targets, model.initial_state(sizes.texts)),
            lambda: book_score(peer, inputs, targets),
            learn,
            multiplying(),
        ],
        sizes.repetitions,
        sizes.warm_up,
    )
    learned = sum(window.num_tokens for window in windows)
    most = MULTIPLIED / multiplications(_GATES, sizes.hidden_size, vocab)  # tokens that one large product would be
    what = f"score lstm, {sizes.texts} texts at once"
    return [
        *beside("score lstm, one text", len(ids) - 1, one, {"nn.LSTM": len(ids) - 1, READING: len(ids) - 1}),
        *beside(what, inputs.size, many, {"nn.LSTM": inputs.size, "our learning": learned, MULTIPLYING: most}),
    ]
