"""Corpora by name and by path."""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path

import pytest

from core.errors import BadCorpus, BadText, Failure, UnknownName
from core.language import both
from core.text import sources
from core.text.catalogue import BUNDLED, GENERATED, PUBLISHED, Bundled, Published
from core.text.corpus import Card
from core.text.sources import corpus_names, describe_corpora, load_by_hash, load_corpus

DATA = "Once upon a time,\r\nin a café.".encode()
SHA256 = hashlib.sha256(DATA).hexdigest()
UNREACHABLE = "http://127.0.0.1:1/tale.txt"
TALE = Published(Card("tale", both("A Tale"), "en", UNREACHABLE, "none", SHA256, False, len(DATA.decode())), len(DATA))


@pytest.fixture
def story(tmp_path: Path) -> Bundled:
    path = tmp_path / "bundled" / "story.txt"
    path.parent.mkdir()
    path.write_text("Hello, story.", encoding="utf-8")
    return Bundled(path, "Story", "故事", "en")


def folder(path: Path, **files: bytes) -> Path:
    path.mkdir()
    for name, data in files.items():
        (path / name).write_bytes(data)
    return path


def test_the_named_corpora_are_six_that_people_wrote_and_six_that_are_generated() -> None:
    assert corpus_names() == [
        "tide_clock", "moon_ferry", "time_machine", "tiny_shakespeare", "names", "red_chamber",
        "markov1", "markov2", "markov3", "hidden", "brackets", "copies",
    ]  # fmt: skip
    assert [each.card.name for each in PUBLISHED if each.card.lines] == ["names"]
    for each in PUBLISHED:
        assert len(each.card.sha256) == 64
        assert each.card.title.zh
    assert all(each.path.parent.name == "bundled" for each in BUNDLED)


def test_a_corpus_is_found_by_its_hash_under_any_name(tmp_path: Path) -> None:
    same_size = bytes(reversed(DATA))
    search = [tmp_path / "missing", folder(tmp_path / "a", other=same_size), folder(tmp_path / "b", renamed=DATA)]
    corpus = load_corpus("tale", search=search, cache=tmp_path / "cache", published=[TALE])
    assert corpus.text == DATA.decode()
    assert corpus.card == TALE.card


def test_a_downloaded_corpus_is_kept_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetched = []

    def fetch(url: str, size: int, sha256: str, target: Path, progress: object) -> None:
        fetched.append((url, size, sha256))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(DATA)

    monkeypatch.setattr(sources, "download", fetch)
    for _ in range(2):
        assert load_corpus("tale", search=[], cache=tmp_path / "cache", published=[TALE]).text == DATA.decode()
    assert fetched == [(UNREACHABLE, len(DATA), SHA256)]
    (tmp_path / "cache" / "tale.txt").write_bytes(bytes(reversed(DATA)))  # a damaged download is fetched again
    assert load_corpus("tale", search=[], cache=tmp_path / "cache", published=[TALE]).text == DATA.decode()
    assert len(fetched) == 2


def test_a_file_of_the_name_with_other_bytes_is_refused_with_both_hashes(tmp_path: Path) -> None:
    search = [folder(tmp_path / "a", **{"tale.txt": b"something else"})]
    with pytest.raises(BadCorpus) as caught:
        load_corpus("tale", search=search, cache=tmp_path / "cache", published=[TALE])
    assert SHA256 in str(caught.value)
    assert hashlib.sha256(b"something else").hexdigest() in str(caught.value)


def test_a_corpus_that_is_nowhere_fails_clearly(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="UNROLL_CORPORA"):
        load_corpus("tale", search=[tmp_path], cache=tmp_path / "cache", published=[TALE])


def test_a_bundled_story_is_always_here(tmp_path: Path, story: Bundled) -> None:
    corpus = load_corpus("story", search=[], cache=tmp_path, bundled=[story])
    assert (corpus.text, corpus.card.licence, corpus.card.characters) == ("Hello, story.", "CC0-1.0", 13)
    assert corpus.card.sha256 == hashlib.sha256(b"Hello, story.").hexdigest()


def test_the_bundled_stories_are_long_enough_to_learn_from(tmp_path: Path) -> None:
    for name, language, least in (("tide_clock", "en", 30_000), ("moon_ferry", "zh", 10_000)):
        corpus = load_corpus(name, search=[], cache=tmp_path)
        assert corpus.card.language == language
        assert len(corpus.text) == corpus.card.characters >= least
        assert load_by_hash(corpus.card.sha256, search=[], cache=tmp_path).card == corpus.card


def test_a_path_is_a_persons_own_corpus(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_bytes("Grüße".encode("latin-1"))
    corpus = load_corpus(str(tmp_path / "mine.txt"), search=[], cache=tmp_path)
    assert (corpus.text, corpus.card.name, corpus.card.source, corpus.card.encoding) == (
        "Grüße", "mine", "mine.txt", "latin-1",
    )  # fmt: skip


def test_a_misspelt_name_and_a_missing_file_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'time_machine'"):
        load_corpus("time_machin", search=[], cache=tmp_path)
    for path in ("nowhere/text.txt", "text.txt", "~nobody-here/text", f"{'x' * 5000}/text", "nul\0.txt"):
        with pytest.raises(BadText, match="no file"):
            load_corpus(path, search=[], cache=tmp_path)


def test_every_corpus_says_where_it_is(tmp_path: Path, story: Bundled) -> None:
    other = dataclasses.replace(TALE, card=dataclasses.replace(TALE.card, name="other", sha256="0" * 64))
    gone = Bundled(tmp_path / "gone.txt", "Gone", "不在", "en")
    cache = folder(tmp_path / "cache", **{"tale.txt": DATA})
    described = describe_corpora(search=[], cache=cache, published=[TALE, other], bundled=[story, gone], generated=[])
    assert [(each.card.name, each.place) for each in described] == [
        ("story", "bundled"), ("gone", "missing"), ("tale", "cached"), ("other", "missing"),
    ]  # fmt: skip
    assert [each.as_json()["here"] for each in described] == [True, False, True, False]
    (found,) = describe_corpora(search=[cache], cache=tmp_path, published=[TALE], bundled=[], generated=[])
    assert (found.place, found.path) == ("found", cache / "tale.txt")


def test_any_file_is_found_by_hash(tmp_path: Path, story: Bundled) -> None:
    search = [folder(tmp_path / "a", mine=b"my own text")]
    mine = hashlib.sha256(b"my own text").hexdigest()
    assert load_by_hash(mine, search=search, cache=tmp_path).text == "my own text"
    assert load_by_hash(story.card().sha256, search=[], cache=tmp_path, bundled=[story]).card.name == "story"
    with pytest.raises(BadCorpus, match="0000"):
        load_by_hash("0" * 64, search=search, cache=tmp_path)


@pytest.mark.parametrize("name", ["markov1", "markov2", "markov3", "hidden", "brackets", "copies"])
def test_a_generated_corpus_needs_no_file_and_no_network(name: str, tmp_path: Path) -> None:
    corpus = load_corpus(name, search=[], cache=tmp_path)
    assert hashlib.sha256(corpus.text.encode()).hexdigest() == corpus.card.sha256
    assert corpus.card.known is not None and corpus.card.title.zh
    assert load_by_hash(corpus.card.sha256, search=[], cache=tmp_path) == corpus
    (row,) = [each for each in describe_corpora(search=[], cache=tmp_path) if each.card.name == name]
    assert row.as_json() == {**corpus.as_json(), "place": "generated", "here": True}


def test_a_generated_corpus_of_other_settings_is_named_by_them_and_made_again_from_its_card(tmp_path: Path) -> None:
    corpus = load_corpus("copies:lag=3,characters=2000", search=[], cache=tmp_path)
    assert corpus.card.name == "copies:lag=3,characters=2000" and len(corpus.text) == 2000
    known = corpus.as_json()["known"]
    again = load_by_hash(corpus.card.sha256, search=[], cache=tmp_path, known=known)
    assert again.text == corpus.text
    with pytest.raises(BadCorpus):  # a card whose recipe makes another text
        load_by_hash(SHA256, search=[], cache=tmp_path, known=known)


def test_a_program_that_writes_another_text_says_so(tmp_path: Path) -> None:
    altered = dataclasses.replace(GENERATED[0], sha256=SHA256)
    with pytest.raises(BadCorpus, match=SHA256):
        load_corpus("markov1", search=[], cache=tmp_path, generated=[altered])
