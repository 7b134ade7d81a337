"""The figures of the n-gram model on The Time Machine in the book's own form (references: Markov models).

The form and the split are done by hand here, so that only the model is under test.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import numpy as np
import pytest

from core.settings import build
from core.text.sequences import Ids, Sequences
from plugins.ngram import PLUGIN, Config

TIME_MACHINE = "8424dbd9532ac81f7e5f0b6add90e6952baea29158309d7d1bf3884f4e12c516"
HALF_A_PERCENT = 0.005

LAPLACE = {1: 17.06, 2: 10.01, 3: 7.02, 4: 6.03, 5: 7.13, 6: 9.56}
WITTEN_BELL = {1: 17.06, 2: 10.00, 3: 6.86, 4: 5.15, 5: 4.695, 6: 4.88, 7: 5.29}
TRAIN_UNSMOOTHED = {4: 2.70, 6: 1.37, 8: 1.11, 10: 1.046, 12: 1.025, 16: 1.011}
NEXT_WITTEN_BELL = {4: 6.83, 6: 7.70, 8: 8.75, 10: 9.28, 12: 9.55, 16: 9.78}


# KenLM's `lmplz --discount_fallback`, all tokens and </s> scored by `kenlm.full_scores`.
LMPLZ_SHAKESPEARE = {2: 11.984931, 3: 7.676994, 4: 5.579840, 5: 4.764912, 6: 4.584796}
LMPLZ_TIME_MACHINE = {2: 10.005354, 3: 6.861619, 4: 5.032059, 5: 4.374753, 6: 4.204388}
# The same for lines (names.txt, the last 3,000 held out, and a hundred of those once more with an unknown letter before
# them) and for words (The Time Machine, 90/10, 270 of 3,278 held-out words unknown): lmplz and kenlm 0.3.0.
LMPLZ_NAMES = {2: 13.81026511, 3: 11.56324605, 4: 10.22391987, 5: 9.588989006, 6: 9.533040606}
LMPLZ_WORDS = {2: 297.8583442, 3: 285.4182660, 4: 284.4132037, 5: 284.6037968, 6: 286.2675650}

# Tiny Shakespeare, order and least count: `lmplz --discount_fallback --prune 0 0 K-1 ...`.
LMPLZ_PRUNED = {(4, 2): 5.597928941, (5, 2): 4.791644225, (6, 3): 4.676226945}


@pytest.fixture(scope="module")
def characters() -> str:
    """Return the text in D2L form: letters only, lower case, lines joined without anything between."""
    for folder in os.environ.get("UNROLL_CORPORA", "").split(os.pathsep):
        path = Path(folder) / "time_machine.txt"
        if folder and path.is_file():
            content = path.read_bytes()
            assert hashlib.sha256(content).hexdigest() == TIME_MACHINE
            lines = content.decode("utf-8").split("\n")
            text = "".join(re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in lines)
            assert len(text) == 170_580
            return text
    pytest.skip("set UNROLL_CORPORA to the folder that holds time_machine.txt")


def as_ids(train: str, other: str) -> tuple[Ids, Ids, int]:
    """Return both texts as ids, and the size of the vocabulary: <unk> is 0, then the sorted training characters."""
    vocabulary = {character: at for at, character in enumerate(sorted(set(train)), start=1)}
    both = [np.array([vocabulary.get(each, 0) for each in text], dtype=np.int32) for text in (train, other)]
    return both[0], both[1], len(vocabulary) + 1


def perplexity(model: PLUGIN, ids: Ids) -> float:
    """Return exp of the mean loss over all ids but the first, as one stream."""
    log_probs, _ = model.score(ids[None, :-1], ids[None, 1:], model.initial_state(1))
    return float(np.exp(-log_probs.mean()))


@pytest.mark.parametrize(("smoothing", "table"), [("add_k", LAPLACE), ("witten_bell", WITTEN_BELL)])
def test_held_out_perplexities_are_those_of_the_table(characters: str, smoothing: str, table: dict[int, float]) -> None:
    cut = int(0.9 * len(characters))
    train, held_out, vocab_size = as_ids(characters[:cut], characters[cut:])
    assert vocab_size == 28
    for order, expected in table.items():
        model = PLUGIN(build(Config, {"order": order, "smoothing": smoothing}), vocab_size)
        model.learn(Sequences.of_stream(train))
        assert perplexity(model, held_out) == pytest.approx(expected, rel=HALF_A_PERCENT), f"order {order}"


def test_train_perplexity_lies(characters: str) -> None:
    train, unseen, vocab_size = as_ids(characters[:10_000], characters[10_000:20_000])
    for order, expected in TRAIN_UNSMOOTHED.items():
        unsmoothed = PLUGIN(build(Config, {"order": order, "smoothing": "none"}), vocab_size)
        unsmoothed.learn(Sequences.of_stream(train))
        assert perplexity(unsmoothed, train) == pytest.approx(expected, rel=HALF_A_PERCENT), f"order {order}"
        smoothed = PLUGIN(build(Config, {"order": order, "smoothing": "witten_bell"}), vocab_size)
        smoothed.learn(Sequences.of_stream(train))
        assert perplexity(smoothed, unseen) == pytest.approx(NEXT_WITTEN_BELL[order], rel=HALF_A_PERCENT), (
            f"order {order}"
        )
        if order == 12:
            assert perplexity(smoothed, train) == pytest.approx(1.038, rel=HALF_A_PERCENT)


def test_an_unsmoothed_12_gram_finds_an_unseen_text_impossible(characters: str) -> None:
    train, unseen, vocab_size = as_ids(characters[:10_000], characters[10_000:20_000])
    model = PLUGIN(build(Config, {"order": 12, "smoothing": "none"}), vocab_size)
    model.learn(Sequences.of_stream(train))
    # 94.6 % of the characters end a 12-gram that was never seen: n(cw) / N(c) is 0, or 0 / 0 where c is new too.
    *_, ends_of_twelve = model.table.walk(unseen[None])
    assert np.mean(ends_of_twelve[0, 11:] == -1) == pytest.approx(0.946, rel=HALF_A_PERCENT)
    # Falling to the longest seen suffix rescues the new contexts, yet the text as a whole stays impossible.
    assert perplexity(model, unseen) == np.inf


def framed_perplexity(train: Ids, other: Ids, vocab_size: int, order: int, min_count: int = 1) -> float:
    """Return the perplexity of a text between <s> and </s>, as KenLM counts it: all tokens but <s>."""
    values = {"order": order, "smoothing": "modified_kneser_ney", "framing": "kenlm", "min_count": min_count}
    model = PLUGIN(build(Config, values), vocab_size)
    model.learn(Sequences.of_stream(train))
    log_probs, _ = model.score(other[None, :-1], other[None, 1:], model.initial_state(1))
    first, last = model.frame_log_probs(other)
    return float(np.exp(-(log_probs.sum() + first + last) / (len(other) + 1)))


@pytest.mark.parametrize("order", LMPLZ_SHAKESPEARE)
def test_modified_kneser_ney_is_kenlms(corpora_folder: Path, order: int) -> None:
    text = (corpora_folder / "tiny_shakespeare.txt").read_bytes().decode()
    cut = int(0.9 * len(text))
    train, held_out, vocab_size = as_ids(text[:cut], text[cut:])
    assert framed_perplexity(train, held_out, vocab_size, order) == pytest.approx(LMPLZ_SHAKESPEARE[order], rel=1e-6)


@pytest.mark.parametrize("order", LMPLZ_TIME_MACHINE)
def test_modified_kneser_ney_is_kenlms_on_the_time_machine(characters: str, order: int) -> None:
    cut = int(0.9 * len(characters))
    train, held_out, vocab_size = as_ids(characters[:cut], characters[cut:])
    found = framed_perplexity(train, held_out, vocab_size, order)
    assert found == pytest.approx(LMPLZ_TIME_MACHINE[order], rel=1e-6)


@pytest.mark.parametrize("order", LMPLZ_NAMES)
def test_modified_kneser_ney_is_kenlms_on_lines_with_unknown_characters(corpora_folder: Path, order: int) -> None:
    names = (corpora_folder / "names.txt").read_text(encoding="utf-8").split()
    train, held_out = names[:-3000], names[-3000:]
    held_out += ["é" + name for name in held_out[:100]]
    vocabulary = {character: at for at, character in enumerate(sorted(set("".join(train))), start=2)}

    def framed(name: str) -> Ids:
        return np.array([1, *(vocabulary.get(each, 0) for each in name), 1], dtype=np.int32)

    values = {"order": order, "smoothing": "modified_kneser_ney", "framing": "kenlm"}
    model = PLUGIN(build(Config, values), len(vocabulary) + 2)
    model.learn(Sequences.of_lines([framed(name) for name in train]))
    read = [framed(name)[None] for name in held_out]
    losses = [-model.score(ids[:, :-1], ids[:, 1:], model.initial_state(1))[0][0] for ids in read]
    assert np.exp(np.concatenate(losses).mean()) == pytest.approx(LMPLZ_NAMES[order], rel=1e-6)


@pytest.mark.parametrize("order", LMPLZ_WORDS)
def test_modified_kneser_ney_is_kenlms_on_words_with_unknown_ones(corpora_folder: Path, order: int) -> None:
    lines = (corpora_folder / "time_machine.txt").read_text(encoding="utf-8").split("\n")
    words = " ".join(re.sub("[^A-Za-z]+", " ", line).strip().lower() for line in lines).split()
    cut = int(0.9 * len(words))
    vocabulary = {word: at for at, word in enumerate(sorted(set(words[:cut])), start=1)}
    train, held_out = (
        np.array([vocabulary.get(word, 0) for word in part], dtype=np.int32) for part in (words[:cut], words[cut:])
    )
    assert (held_out == 0).sum() == 270
    found = framed_perplexity(train, held_out, len(vocabulary) + 1, order)
    assert found == pytest.approx(LMPLZ_WORDS[order], rel=1e-6)


@pytest.mark.parametrize(("order", "min_count"), LMPLZ_PRUNED)
def test_a_pruned_model_is_kenlms(corpora_folder: Path, order: int, min_count: int) -> None:
    text = (corpora_folder / "tiny_shakespeare.txt").read_bytes().decode()
    cut = int(0.9 * len(text))
    train, held_out, vocab_size = as_ids(text[:cut], text[cut:])
    found = framed_perplexity(train, held_out, vocab_size, order, min_count)
    assert found == pytest.approx(LMPLZ_PRUNED[order, min_count], rel=1e-6)
