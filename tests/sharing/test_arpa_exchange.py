"""Checkpoints as ARPA files and back: the same scores, and checkpoints like any other."""

from __future__ import annotations

import errno
import gzip
import hashlib
import math
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadText, Failure, Refused
from core.lab import Lab
from core.places import Places
from core.sharing import folders
from core.sharing.arpa_levels import table_of
from core.sharing.arpa_reading import read_arpa
from core.sharing.arpa_vocabulary import reading_of
from core.sharing.arpa_writing import arpa_names, arpa_parts
from core.sharing.checkpoint import NAMES
from core.text.sequences import Sequences
from core.text.tokenizer import Tokenizer
from plugins.arpa import PLUGIN as ARPA
from plugins.ngram import PLUGIN, Config
from tests.sharing.arpa_files import SMALL, written

PROJECT = Path(__file__).parents[2]
STORY = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text(encoding="utf-8")[:8000]
NAMED = "\n".join(f"{a}{b}" for a in ("An", "Be", "Co", "Di", "Ed") for b in ("na", "l", "ro", "sia", "ten"))
KINDS: dict[str, dict[str, Any]] = {
    "chars": {"order": 5},
    "chars-d2l": {"order": 4, "form": "d2l"},
    "unigrams": {"order": 1, "smoothing": "add_k"},
    "longest": {"order": 16, "smoothing": "witten_bell"},
    "words": {"order": 3, "level": "word", "min_frequency": 2},
    "words-d2l": {"order": 3, "level": "word", "form": "d2l"},
    "words-spaced": {"order": 3, "level": "word", "form": "spaced"},
    "names": {"order": 4, "lines": "lines"},
    "framed": {"order": 4, "framing": "kenlm"},
    "framed-names": {"order": 4, "lines": "lines", "framing": "kenlm"},
    "impossible": {"order": 3, "smoothing": "none"},
    "scores": {"order": 3, "smoothing": "stupid_back_off"},
    "add-k": {"order": 3, "smoothing": "add_k"},
}
EXCHANGED = [kind for kind in KINDS if kind != "add-k"]
SENTENCE = "The clock at the end of the harbour told the tide."


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a model of every kind, and each but the last exported and imported again as ``NAME-again``."""
    folder = tmp_path_factory.mktemp("exchange")
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    (folder / "names.txt").write_text(NAMED, encoding="utf-8")
    lab = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    for kind, values in KINDS.items():
        text = folder / ("names.txt" if "lines" in values else "story.txt")
        list(lab.train("ngram", str(text), lab.places.checkpoints / kind, values))
    for kind in EXCHANGED:
        lab.export_arpa(kind, folder / f"{kind}.arpa")
        lab.import_arpa(folder / f"{kind}.arpa", lab.places.checkpoints / f"{kind}-again")
    return lab


def text_for(kind: str) -> str:
    """Return a text that the model has not read, with some that it does not know."""
    return "Bero\nAnna\nXyz" if "names" in kind else SENTENCE + " Quixotic?"


@pytest.mark.parametrize("kind", EXCHANGED)
def test_a_model_that_went_out_and_came_back_scores_the_same(lab: Lab, kind: str) -> None:
    if kind == "scores":
        ids = lab.tokenize(kind, text_for(kind))["ids"]
        models = [lab._open(name).model for name in (kind, f"{kind}-again")]
        both = [model.score(np.array([ids[:-1]]), np.array([ids[1:]]), model.initial_state(1))[0] for model in models]
        np.testing.assert_allclose(both[1], both[0], rtol=1e-6)
        return
    before, after = (lab.score(name, text=text_for(kind)) for name in (kind, f"{kind}-again"))
    assert after["tokens"] == before["tokens"] and after["unknown"] == before["unknown"]
    assert after["impossible"] == before["impossible"]
    found = [[math.nan if each is None else each for each in score["log_probs"]] for score in (after, before)]
    np.testing.assert_allclose(found[0], found[1], rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("kind", [kind for kind in EXCHANGED if "framed" not in kind])
def test_ids_text_and_choices_stay_what_they_were(lab: Lab, kind: str) -> None:
    again = f"{kind}-again"
    assert lab.vocabulary(again) == lab.vocabulary(kind)
    prefix = "An" if "names" in kind else "The clock"
    settings = {"tokens": 40, "seed": 3}
    before, after = (lab.generate_whole(name, prefix, settings) for name in (kind, again))
    assert after["text"] == before["text"]
    before, after = (lab.next_tokens(name, prefix, 5) for name in (kind, again))
    assert [each["id"] for each in after["candidates"]] == [each["id"] for each in before["candidates"]]


@pytest.mark.parametrize("kind", ["chars", "words", "names", "framed-names"])
def test_what_came_back_can_go_out_again_and_is_the_same_file(lab: Lab, kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.arpa", tmp_path / "second.arpa"
    lab.export_arpa(f"{kind}-again", first)
    lab.import_arpa(first, tmp_path / "third")
    lab.export_arpa(str(tmp_path / "third"), second)
    assert second.read_bytes() == first.read_bytes()


@given(st.lists(st.integers(0, 5), min_size=6, max_size=60), st.integers(1, 6), st.sampled_from(["text", "kenlm"]))
def test_any_text_comes_back_with_its_scores(ids: list[int], order: int, framing: str) -> None:
    import tempfile

    tokenizer = Tokenizer.train(["a b\n%c"], "char")
    model = PLUGIN(Config(order=order, smoothing="witten_bell", framing=framing), tokenizer.vocab_size)
    model.learn(Sequences.of_stream(np.array(ids, dtype=np.int32)))
    table = model.back_off_table()
    assert table is not None
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), b"".join(arpa_parts(table, arpa_names(tokenizer, table.framing))))
        file = read_arpa(path)
    reading = reading_of(file)
    assert reading.tokenizer.tokens == tokenizer.tokens
    again = ARPA.of_back_off_table(table_of(file, reading))
    text = np.array([[*ids[:20], *range(6)]], dtype=np.int32)
    for mine, theirs in zip(again.log_probs(text, again.initial_state(1))[0], model.log_probs(text, model.initial_state(1))[0], strict=True):  # fmt: skip
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-7)
    assert again.normalised


# A file as SRILM writes it after pruning: "sea" never stands after "the" among the bigrams, but in a trigram.
PRUNED = r"""

\data\
ngram 1=8
ngram 2=5
ngram 3=2

\1-grams:
-1.0 </s>
-99 <s> -0.5
-1.2 Of -0.4
-0.9 the -0.3
-1.5 sea,
-1.1 Größe -0.2
-1.7 世界
-2.0 don't

\2-grams:
-0.4 <s> Of -0.25
-0.5 Of the -0.125
-0.7 the Größe
-0.6 Größe </s>
-0.3 sea, </s>

\3-grams:
-0.2 Of the sea,
-0.1 <s> Of the

\end\
"""


def test_a_pruned_file_of_words_is_scored_as_kenlm_scores_it(lab: Lab, tmp_path: Path) -> None:
    kenlm = pytest.importorskip("kenlm", reason="the oracle: pip install -r tests/oracles.txt")
    path = written(tmp_path, PRUNED.lstrip())
    found = lab.import_arpa(path, tmp_path / "pruned")
    assert found | {"level": "word", "form": "spaced", "lines": True, "order": 3, "ngrams": [8, 5, 2]} == found
    assert not found["normalised"]
    config = kenlm.Config()
    config.show_progress, config.arpa_complain = False, kenlm.ARPALoadComplain.NONE
    tabs = re.sub(r"(?m)^(-[\d.]+) (.+?)(?: (-[\d.]+))?$", lambda line: "\t".join(filter(None, line.groups())), PRUNED)
    theirs = kenlm.Model(str(written(tmp_path, tabs.lstrip())), config)  # KenLM reads no blanks there
    opened = lab._open(str(tmp_path / "pruned"))
    for line in ("Of the sea,", "Of the Größe", "the 世界 don't Of the sea,", "sea, Of don't", "the"):
        ids = opened.tokenizer.encode_lines([opened.tokenizer.prepare(line)]).ids[None]
        mine, _ = opened.model.score(ids[:, :-1], ids[:, 1:], opened.model.initial_state(1))
        scores = [each[0] for each in theirs.full_scores(line, bos=True, eos=True)]
        np.testing.assert_allclose(mine[0] / math.log(10), scores, atol=1e-5)


def test_by_hand_a_line_costs_what_the_file_says(lab: Lab, tmp_path: Path) -> None:
    lab.import_arpa(written(tmp_path, SMALL), tmp_path / "small")
    score = lab.score(str(tmp_path / "small"), text="ab")
    # P(a | <s>) P(b | a) P(</s> | b) = 0.5 * 0.5 * 0.5
    assert score["nats"] == pytest.approx(3 * math.log(2), rel=1e-6)
    assert score["perplexity"] == pytest.approx(2.0, rel=1e-6)
    # "b" is not listed after <s>: 2/3 * P(b) = 1/6, then P(</s> | b) = 1/2.
    assert lab.score(str(tmp_path / "small"), text="b")["nats"] == pytest.approx(math.log(12), rel=1e-6)


def test_without_an_unknown_word_what_is_not_listed_is_impossible(lab: Lab, tmp_path: Path) -> None:
    # Three words share what four had: 1/3 each (-0.477), and every weight is 3/4 (-0.125) then.
    without = SMALL.replace("ngram 1=5", "ngram 1=4").replace("-0.6020600\t<unk>\t0\n", "")
    for word in ("a", "b", "</s>"):
        without = without.replace(f"-0.6020600\t{word}\t", f"-0.4771213\t{word}\t")
    without = without.replace("-0.1760913", "-0.1249387").replace("a\t-0.3010300", "a\t-0.1249387")
    lab.import_arpa(written(tmp_path, without), tmp_path / "small")
    score = lab.score(str(tmp_path / "small"), text="axb")
    assert score["perplexity"] is None and score["impossible"] == [1]
    capitals = SMALL.replace("<unk>", "<UNK>")
    lab.import_arpa(written(tmp_path, capitals), tmp_path / "capitals")
    assert lab.score(str(tmp_path / "capitals"), text="axb")["impossible"] == []


def test_scores_that_are_no_probabilities_are_known_and_have_no_perplexity(lab: Lab, tmp_path: Path) -> None:
    found = lab.import_arpa(lab.places.checkpoints.parent / "scores.arpa", tmp_path / "scores")
    assert not found["normalised"]
    with pytest.raises(Refused, match="do not sum to 1"):
        lab.score(str(tmp_path / "scores"), text=SENTENCE)
    assert lab.generate_whole(str(tmp_path / "scores"), "The ", {"tokens": 20})["text"]
    normal = lab.import_arpa(lab.places.checkpoints.parent / "chars.arpa", tmp_path / "chars")
    assert normal["normalised"]


def test_an_imported_checkpoint_says_where_it_is_from_and_claims_nothing(lab: Lab) -> None:
    file = lab.places.checkpoints.parent / "chars.arpa"
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    folder = lab.places.checkpoints / "chars-again"
    assert {path.name for path in folder.iterdir()} == set(NAMES)
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "chars.arpa" in card and digest in card and "| train |" not in card and "core verify" not in card
    assert "import-arpa chars.arpa checkpoints/chars-again" in card
    row = next(row for row in lab.checkpoints() if row["name"] == "chars-again")
    assert row["seconds"] is None  # nobody knows how long it learned
    assert row["model"] == "arpa" and row["finished"] and "does not say what text" in row["refused"]
    with pytest.raises(Refused, match=r"nothing to verify.*imported from an ARPA file") as refused:
        lab.verify("chars-again")
    assert "ARPA" in refused.value.in_language("zh")


def test_it_is_compared_and_looked_into_like_any_other(lab: Lab) -> None:
    compared = lab.compare(["chars", "chars-again", "words-again"], SENTENCE)
    assert all("error" not in each for each in compared["models"])
    assert lab.inspect("chars-again", SENTENCE, "probability")
    assert lab.inspect_step("words-again", SENTENCE, 2)
    assert lab.read("framed-names-again", "Anna")["given"] is False


def test_an_archive_is_imported_without_unpacking_it_first(lab: Lab, tmp_path: Path) -> None:
    packed = tmp_path / "chars.arpa.gz"
    packed.write_bytes(gzip.compress((lab.places.checkpoints.parent / "chars.arpa").read_bytes()))
    told: list[tuple[int, int]] = []
    lab.import_arpa(packed, tmp_path / "chars", progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] == told[-1][1] == packed.stat().st_size
    assert lab.score(str(tmp_path / "chars"), text=SENTENCE) == lab.score("chars-again", text=SENTENCE)


@pytest.mark.parametrize("name", ["add-k"])
def test_what_is_no_list_of_ngrams_is_refused_with_the_next_step(lab: Lab, name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="Export an n-gram model of another smoothing"):
        lab.export_arpa(name, tmp_path / "model.arpa")
    assert not list(tmp_path.iterdir())


def test_a_recurrent_model_is_refused_too(lab: Lab, tmp_path: Path) -> None:
    tiny = {"hidden_size": 4, "epochs": 1, "batch_size": 4, "num_steps": 8, "max_tokens": 300}
    list(lab.train("gru", "tide_clock", tmp_path / "gru", tiny))
    with pytest.raises(Refused, match="a recurrent model has none"):
        lab.export_arpa(str(tmp_path / "gru"), tmp_path / "model.arpa")


def test_a_full_disk_leaves_no_half_of_a_file(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "out" / "model.arpa"
    file.parent.mkdir()
    file.write_text("what was there before")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(folders.os, "fsync", full)
    with pytest.raises(Failure, match="The disk is full"):
        lab.export_arpa("chars", file)
    assert [path.name for path in file.parent.iterdir()] == ["model.arpa"]
    assert file.read_text() == "what was there before"
    with pytest.raises(Failure, match="The disk is full"):
        lab.import_arpa(written(tmp_path, SMALL), tmp_path / "small")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.arpa", "out"]


def test_a_malformed_file_leaves_nothing_behind(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(BadText, match="Line"):
        lab.import_arpa(written(tmp_path, SMALL.replace("a b", "a c")), tmp_path / "small")
    assert [path.name for path in tmp_path.iterdir()] == ["model.arpa"]


def test_an_earlier_checkpoint_is_given_up_only_when_asked(lab: Lab, tmp_path: Path) -> None:
    file = written(tmp_path, SMALL)
    lab.import_arpa(file, tmp_path / "small")
    with pytest.raises(BadText, match="Use --replace to put the new one"):
        lab.import_arpa(file, tmp_path / "small")
    lab.import_arpa(file, tmp_path / "small", replace=True)
    (tmp_path / "small" / "notes.txt").write_text("mine")
    with pytest.raises(BadText, match="other files"):
        lab.import_arpa(file, tmp_path / "small", replace=True)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("\ta", "\t<line>").replace(" a", " <line>").replace("a ", "<line> "), "has <line> among its words"),
        (lambda text: text.replace("\ta", "\t%E5").replace(" a", " %E5").replace("a ", "%E5 "), "parts of characters"),
        (lambda text: "\\data\\\nngram 1=1\n\\1-grams:\n0 <unk>\n\\end\\\n", "no words but its marks"),
    ],
)  # fmt: skip
def test_words_that_no_text_can_have_are_refused(lab: Lab, tmp_path: Path, change: Any, said: str) -> None:
    with pytest.raises(BadText, match=said):
        lab.import_arpa(written(tmp_path, change(SMALL)), tmp_path / "small")


def test_without_the_plugin_the_error_names_what_is_missing(tmp_path: Path) -> None:
    bare = Lab(str(tmp_path / "plugins"), Places(tmp_path / "plugins", tmp_path / "c", (), tmp_path / "d"))
    with pytest.raises(Refused, match=r"Put arpa\.py"):
        bare.import_arpa(written(tmp_path, SMALL), tmp_path / "small")
