"""Models as ARPA files: KenLM reads them and gives every token the same logarithm as we do."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.models.back_off_table import BackOffTable
from core.models.protocol import LanguageModel
from core.settings import build
from core.sharing.arpa_words import BEGIN, END
from core.sharing.arpa_writing import Names, arpa_names, arpa_parts, num_listed
from core.text.corpus import corpus_from_text
from core.text.preparation import Prepared, TextSettings, prepare_text
from core.text.sequences import Sequences
from plugins.ngram import PLUGIN, SMOOTHINGS, Config
from tests.sharing.arpa_files import Plainly

PROJECT = Path(__file__).parents[2]
STORY = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text(encoding="utf-8")[:9000]
POEM = (PROJECT / "core" / "text" / "bundled" / "moon_ferry.txt").read_text(encoding="utf-8")[:3000]
NAMES = "\n".join(
    f"{a}{b}{c}" for a in ("An", "Be", "Co", "Di") for b in ("na", "l", "ro", "si") for c in ("", "a", "en")
)
WRITTEN_OUT = [name for name in SMOOTHINGS if name != "add_k"]


def prepared(text: str, **values: Any) -> Prepared:
    return prepare_text(corpus_from_text(text, "text"), build(TextSettings, values))


def learned(data: Prepared, **values: Any) -> PLUGIN:
    model = PLUGIN(build(Config, values), data.tokenizer.vocab_size)
    model.learn(data.training)
    return model


def listed(model: LanguageModel, data: Prepared) -> tuple[BackOffTable, Names, bytes]:
    """Return a model's table, the names of its ids, and its ARPA file."""
    table = model.back_off_table()
    assert table is not None
    names = arpa_names(data.tokenizer, table.framing)
    return table, names, b"".join(arpa_parts(table, names))


def held_out(data: Prepared, unknown: bool) -> Sequences:
    """Return the held-out ids, every seventh token of which may be made unknown."""
    ids = data.held_out.ids.copy()
    if unknown:
        inside = np.flatnonzero(ids != (data.tokenizer.boundary_id or -1))[::7]
        ids[inside] = data.tokenizer.unk_id
    return Sequences(ids, data.held_out.starts, data.held_out.lines)


def ours(model: LanguageModel, data: Sequences) -> np.ndarray:
    """Return log10 of every token that has one before it, sequence by sequence."""
    found = [model.score(ids[None, :-1], ids[None, 1:], model.initial_state(1))[0][0] for ids in data if len(ids) > 1]
    return np.concatenate(found) / math.log(10)


def kenlms(file: Path, data: Sequences, names: Names, framed: bool) -> np.ndarray:
    """Return the same of KenLM, which is told of words only."""
    kenlm = pytest.importorskip("kenlm", reason="the oracle: pip install -r tests/oracles.txt")
    config = kenlm.Config()
    config.show_progress = False
    config.load_method = kenlm.LoadMethod.LAZY
    model = kenlm.Model(str(file), config)
    found: list[float] = []
    for ids in data:
        inner = ids[1:-1] if data.lines else ids
        text = " ".join(names.other[id_] for id_ in inner.tolist())
        scores = [each[0] for each in model.full_scores(text, bos=framed or data.lines, eos=data.lines)]
        found += scores if data.lines else scores[1:]  # the first token of a continuous text is given
    return np.array(found)


def check_against_kenlm(folder: Path, model: PLUGIN, data: Prepared, unknown: bool = True) -> None:
    """Hold every token's log10 within 1e-4; what is impossible is -99 or less there."""
    _, names, content = listed(model, data)
    file = folder / "model.arpa"
    file.write_bytes(content)
    text = held_out(data, unknown)
    theirs, mine = kenlms(file, text, names, model.config.framing == "kenlm"), ours(model, text)
    assert len(theirs) == len(mine) > 10
    possible = np.isfinite(mine)
    assert possible.sum() > 10
    np.testing.assert_allclose(theirs[possible], mine[possible], atol=1e-4)
    assert (theirs[~possible] < -98).all()


@pytest.mark.parametrize("framing", ["text", "kenlm"])
@pytest.mark.parametrize("smoothing", WRITTEN_OUT)
def test_kenlm_scores_characters_equally_by_every_smoothing(tmp_path: Path, smoothing: str, framing: str) -> None:
    data = prepared(STORY)
    check_against_kenlm(tmp_path, learned(data, order=4, smoothing=smoothing, framing=framing), data)


@pytest.mark.parametrize("order", [2, 3, 5, 6])
def test_kenlm_scores_equally_in_every_order_that_it_reads(tmp_path: Path, order: int) -> None:
    data = prepared(STORY)
    check_against_kenlm(tmp_path, learned(data, order=order), data)


@pytest.mark.parametrize("framing", ["text", "kenlm"])
@pytest.mark.parametrize(
    ("text", "values"),
    [
        (STORY, {"level": "word", "min_frequency": 2}),
        (STORY, {"level": "word", "form": "d2l"}),
        (STORY, {"level": "word", "form": "spaced"}),
        (STORY, {"level": "bpe", "bpe_size": 300}),
        (POEM, {}),
        (NAMES, {"lines": "lines"}),
        (STORY, {"lines": "lines", "level": "word"}),
    ],
    ids=["words", "d2l words", "spaced words", "byte pairs", "Chinese", "lines", "lines of words"],
)
def test_kenlm_scores_every_kind_of_token_equally(
    tmp_path: Path, text: str, values: dict[str, Any], framing: str
) -> None:
    data = prepared(text, **values)
    check_against_kenlm(tmp_path, learned(data, order=3, framing=framing), data)


def test_kenlm_scores_a_pruned_model_equally(tmp_path: Path) -> None:
    data = prepared(STORY)
    check_against_kenlm(tmp_path, learned(data, order=5, min_count=2), data)


def test_kenlm_does_not_read_single_words_alone(tmp_path: Path) -> None:
    kenlm = pytest.importorskip("kenlm", reason="the oracle: pip install -r tests/oracles.txt")
    data = prepared(STORY)
    file = tmp_path / "unigrams.arpa"
    file.write_bytes(listed(learned(data, order=1), data)[2])
    with pytest.raises(OSError, match="at least a bigram"):
        kenlm.Model(str(file))


@pytest.mark.parametrize("order", [1, 2, 7])
def test_a_plain_reading_of_the_file_gives_what_the_model_says(order: int) -> None:
    data = prepared(STORY)
    model = learned(data, order=order, smoothing="witten_bell")
    _, names, content = listed(model, data)
    plain = Plainly(content.decode())
    words = [names.other[id_] for id_ in data.held_out.ids[:200].tolist()]
    found = [plain.log10(tuple(words[max(0, at - order + 1) : at]), words[at]) for at in range(1, len(words))]
    np.testing.assert_allclose(found, ours(model, Sequences.of_stream(data.held_out.ids[:200])), atol=1e-6)


def test_the_counts_of_the_header_are_those_of_the_lines() -> None:
    for text, values in ((STORY, {}), (NAMES, {"lines": "lines"})):
        data = prepared(text, **values)
        for framing in ("text", "kenlm"):
            table, names, content = listed(learned(data, order=3, framing=framing), data)
            plain = Plainly(content.decode())
            lengths = [sum(len(gram) == length for gram in plain.log_probs) for length in (1, 2, 3)]
            assert num_listed(table, names) == lengths
            header = content.decode().split("\n\n")[0].splitlines()
            assert header == ["\\data\\", *(f"ngram {n}={count}" for n, count in enumerate(lengths, start=1))]
            assert content.endswith(b"\n\\end\\\n")


def test_a_line_begins_with_one_mark_and_ends_with_the_other() -> None:
    data = prepared(NAMES, lines="lines")
    for framing in ("text", "kenlm"):
        plain = Plainly(listed(learned(data, order=3, framing=framing), data)[2].decode())
        grams = [gram for gram in plain.log_probs if len(gram) > 1]
        assert any(gram[0] == BEGIN for gram in grams) and any(gram[-1] == END for gram in grams)
        assert all(BEGIN not in gram[1:] and END not in gram[:-1] for gram in grams)
        assert plain.log_probs[BEGIN,] == -99
        assert plain.log_probs[END,] > -99
        assert plain.weights[END,] == 0


def test_the_marks_of_a_text_that_has_none_are_impossible_and_stand_in_no_ngram() -> None:
    data = prepared(STORY)
    plain = Plainly(listed(learned(data, order=3), data)[2].decode())
    assert plain.log_probs[BEGIN,] == plain.log_probs[END,] == -99
    assert not any({BEGIN, END} & set(gram) for gram in plain.log_probs if len(gram) > 1)
