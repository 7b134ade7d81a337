"""A card is believed after its figures were computed again: what claims more, twice, or in words does not hold."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from core.errors import BadCheckpoint
from core.lab import Lab
from core.places import Places
from core.sharing.card_reading import as_number, read_results, read_table
from core.sharing.checkpoint import CARD
from core.sharing.facts import CONFIG, parse_facts

PROJECT = Path(__file__).resolve().parents[2]
TEXT = "The tide came in and the tide went out, and nobody in the town of Sallow asked it why.\n" * 12


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verification")
    (folder / "text.txt").write_text(TEXT)
    lab = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    list(lab.train("ngram", str(folder / "text.txt"), folder / "checkpoints" / "small", {"order": 3}))
    (folder / "strange.txt").write_text("the bat sat. " * 90 + "tab the sab. " * 10)
    unsmoothed = {"order": 3, "smoothing": "none"}
    list(lab.train("ngram", str(folder / "strange.txt"), folder / "checkpoints" / "endless", unsmoothed))
    return folder


@pytest.fixture
def lab(home: Path) -> Lab:
    return Lab(places=Places(PROJECT / "plugins", home / "checkpoints", (home,), home / "data"))


@pytest.fixture
def card(lab: Lab) -> str:
    return (lab.places.checkpoints / "small" / CARD).read_text()


def bad_rows(lab: Lab, card: str | bytes | None) -> list[str]:
    """Return which claims do not hold with another card; every row must be a document of JSON."""
    path = lab.places.checkpoints / "small" / CARD
    before = path.read_bytes()
    try:
        path.unlink()
        if card is not None:
            path.write_bytes(card if isinstance(card, bytes) else card.encode())
        found = lab.verify("small")
    finally:
        path.write_bytes(before)
    json.dumps(found, allow_nan=False)
    assert found["holds"] == (not [row for row in found["rows"] if not row["holds"]])
    return [row["what"] for row in found["rows"] if not row["holds"]]


def with_value(card: str, name: str, value: str) -> str:
    """Return a card whose front matter states another value of one result."""
    changed = re.sub(rf"(value: )\S+(\n\s+name: {name}\n)", rf"\g<1>{value}\g<2>", card)
    assert changed != card
    return changed


STATED = ["train perplexity", "train bits per character", "held-out perplexity", "held-out bits per character"]


def test_an_honest_card_holds_and_each_of_its_results_is_looked_at(lab: Lab, card: str) -> None:
    assert bad_rows(lab, card) == []
    rows = {row["what"]: row for row in lab.verify("small")["rows"]}
    stated = dict(read_results(card))
    assert list(stated) == STATED
    for name in STATED:
        row = rows[f"card: {name}"]
        assert row["claimed"] == stated[name] == row["found"]


@pytest.mark.parametrize("name", STATED)
@pytest.mark.parametrize("factor", [0.5, 0.99, 1.01])
def test_a_prettier_figure_than_the_truth_is_caught(name: str, factor: float, lab: Lab, card: str) -> None:
    value = dict(read_results(card))[name]
    assert bad_rows(lab, with_value(card, name, repr(value * factor))) == [f"card: {name}"]


@pytest.mark.parametrize(
    "value", [".nan", ".inf", "-.inf", "true", "'9.0'", "null", "[1.0]", "1" + "0" * 400, "1" + "0" * 5000]
)
def test_a_figure_that_is_none_is_caught(value: str, lab: Lab, card: str) -> None:
    bad = bad_rows(lab, with_value(card, "held-out perplexity", value))
    assert "card: held-out perplexity" in bad


def test_a_figure_beside_the_true_one_is_caught(lab: Lab, card: str) -> None:
    """The first of two results of one name is the one that people see."""
    entry = re.search(r"    - type: perplexity\n      value: \S+\n      name: held-out perplexity\n", card)
    assert entry is not None
    prettier = re.sub(r"value: \S+", "value: 1.5", entry[0])
    for more in (prettier, prettier.replace("held-out perplexity", "best of all")):
        for both in (more + entry[0], entry[0] + more):
            assert len(bad_rows(lab, card.replace(entry[0], both))) == 1
    assert bad_rows(lab, card.replace(entry[0], entry[0] * 2)) == []  # the truth twice


def test_a_prettier_figure_in_the_table_is_caught(lab: Lab, card: str) -> None:
    (_, train), *_ = read_table(card)
    shown = f"| {train:.4f} |"
    assert card.count(shown) == 1
    assert bad_rows(lab, card.replace(shown, "| 1.0001 |")) == ["card: train perplexity (table)"]
    assert bad_rows(lab, card.replace(shown, "| the best |")) == ["card: train perplexity (table)"]
    assert bad_rows(lab, card.replace(shown, "| infinite |")) == ["card: train perplexity (table)"]
    assert len(bad_rows(lab, card.replace("## Results", "## Figures"))) == len(read_table(card)) > 8
    lines = card.splitlines()
    place = next(number for number, line in enumerate(lines) if line.startswith("| train"))
    more = [*lines[:place], "| held-out | in one's dreams | 1.0 | 0.0 | 9 | 0 |", *lines[place:]]
    assert bad_rows(lab, "\n".join(more))


DEEP = "[" * 20_000
DAMAGED: dict[str, str | bytes | None] = {
    "no card": None, "an empty card": "", "no front matter": "# Small\n", "no end of it": "---\nmodel-index: []\n",
    "no model-index": "---\ntags: [unroll]\n---\n", "no YAML": "---\na: [\n---\n", "a word": "---\nhello\n---\n", "a list": "---\n- 1\n---\n",
    "deep": f"---\nmodel-index: {DEEP}\n---\n", "no UTF-8": b"---\n\xff\xfe: 1\n---\n", "nothing": b"\0" * 100,
    "an index of another form": "---\nmodel-index: {results: 5}\n---\n", "programs": "---\na: !!python/object/apply:os.system ['false']\n---\n",
    "a laugh": "---\na: &a [x, x]\nb: &b [*a, *a]\nmodel-index: [{results: [{metrics: [{name: *b, value: *b}]}]}]\n---\n",
    "a date": "---\nmodel-index: [{results: [{metrics: [{name: train perplexity, value: 2026-01-01}]}]}]\n---\n",
    "a date that is none": "---\na: 2026-99-99\n---\n",
}  # fmt: skip


@pytest.mark.parametrize("what", DAMAGED)
def test_a_card_that_cannot_be_read_claims_nothing_and_does_not_hold(what: str, lab: Lab) -> None:
    bad = bad_rows(lab, DAMAGED[what])
    assert {f"card: {name}" for name in STATED} <= set(bad)


def test_a_card_that_multiplies_is_read_in_a_moment() -> None:
    """Each line names the one before ten times: 10^20 words, were they written out."""
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 21)]
    index = "model-index: &m [{name: *a20, results: [{dataset: {type: *a20}, metrics: [{name: *a20, type: *a20, value: *a20}]}]}]"
    assert read_results("---\n" + "\n".join([*lines, index]) + "\n---\n") == [
        ("?", pytest.approx(float("nan"), nan_ok=True))
    ]
    entry = "{metrics: [" + ", ".join(["{name: x, value: 1}"] * 500) + "]}"
    assert (
        len(read_results(f"---\na: &a {entry}\nmodel-index: [{{results: [{', '.join(['*a'] * 500)}]}}]\n---\n")) == 200
    )


def test_config_is_believed_no_more_than_the_card(lab: Lab) -> None:
    path = lab.places.checkpoints / "small" / CONFIG
    before = path.read_text()
    for value in ("1.5", "1", "null"):
        try:
            path.write_text(
                re.sub(r'("held_out": \{.*?"perplexity": )[^,]+', rf"\g<1>{value}", before, flags=re.DOTALL)
            )
            assert path.read_text() != before
            bad = [row["what"] for row in Lab(places=lab.places).verify("small")["rows"] if not row["holds"]]
        finally:
            path.write_text(before)
        assert bad == ["held_out perplexity"]


def test_infinite_is_said_in_no_card_and_infinite_in_the_table(lab: Lab) -> None:
    """Without smoothing "sab" is impossible in the held-out part: after "sa" there was only "t"."""
    found = lab.verify("endless")
    assert found["holds"]
    card = (lab.places.checkpoints / "endless" / CARD).read_text()
    assert [name for name, _ in read_results(card)] == STATED[:2]
    assert ("held-out perplexity", None) in read_table(card)
    rows = {row["what"]: row for row in found["rows"]}
    assert rows["held_out perplexity"]["found"] is None and "card: held-out perplexity" not in rows


@pytest.mark.parametrize(
    ("value", "number"), [(1, 1.0), (2.5, 2.5), (True, None), ("1", None), (None, None), (10**400, None)]
)
def test_only_numbers_are_numbers(value: object, number: float | None) -> None:
    found = as_number(value)
    assert found == number if number is not None else found != found


# Passages


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory, corpora_folder: Path) -> Lab:
    """A Lab with a bigram model of a text whose held-out part is of two plays."""
    folder = tmp_path_factory.mktemp("plays")
    lab = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (corpora_folder,), folder / "data"))
    list(lab.train("ngram", "tiny_shakespeare", folder / "checkpoints" / "plays", {"order": 2}))
    return lab


def bad_in(lab: Lab, changes: dict[str, str]) -> list[str]:
    """Return which claims do not hold where config and card say something else."""
    folder = lab.places.checkpoints / "plays"
    before = {name: (folder / name).read_text() for name in (CONFIG, CARD)}
    try:
        for name, text in changes.items():
            assert text != before[name]
            (folder / name).write_text(text)
        rows = Lab(places=lab.places).verify("plays")["rows"]
    finally:
        for name, text in before.items():
            (folder / name).write_text(text)
    return [row["what"] for row in rows if not row["holds"]]


def test_the_results_of_each_play_are_stated_listed_and_verified(plays: Lab) -> None:
    found = {row["what"]: row for row in plays.verify("plays")["rows"]}
    assert all(row["holds"] for row in found.values())
    (row,) = plays.checkpoints()
    assert [(each["name"], each["continued"]) for each in row["passages"]] == [
        ("the_taming_of_the_shrew", True), ("the_tempest", False),
    ]  # fmt: skip
    for each in row["passages"]:
        assert found[f"held_out.{each['name']} perplexity"]["found"] == each["perplexity"]
    assert found["held_out_windows perplexity"]["found"] == row["windows_perplexity"]
    card = (plays.places.checkpoints / "plays" / CARD).read_text()
    assert "what stands in the rest of *The Taming of the Shrew*" in card and "stands in *The Tempest*" in card


def test_a_prettier_figure_of_one_play_is_caught(plays: Lab) -> None:
    folder = plays.places.checkpoints / "plays"
    facts = json.loads((folder / CONFIG).read_text())
    facts["results"]["held_out.the_tempest"]["perplexity"] *= 0.99
    assert bad_in(plays, {CONFIG: json.dumps(facts)}) == ["held_out.the_tempest perplexity"]
    card = (folder / CARD).read_text()
    shown = dict(read_table(card))["held-out: the_tempest perplexity"]
    assert bad_in(plays, {CARD: card.replace(f"| {shown:.4f} |", "| 9.0000 |")}) == [
        "card: held-out: the_tempest perplexity (table)"
    ]


def test_who_states_one_play_states_all_and_who_states_none_is_believed(plays: Lab) -> None:
    folder = plays.places.checkpoints / "plays"
    facts, card = json.loads((folder / CONFIG).read_text()), (folder / CARD).read_text()
    tempest = facts["results"].pop("held_out.the_tempest")
    assert set(bad_in(plays, {CONFIG: json.dumps(facts)})) == {
        f"held_out.the_tempest {measure}" for measure in ("perplexity", "bits_per_char", "scored", "unknown")
    }
    del facts["results"]["held_out.the_taming_of_the_shrew"]
    del facts["corpus"]["passages"]  # as checkpoints are that are older than passages
    older = "\n".join(line for line in card.splitlines() if not line.startswith("| held-out: "))
    assert bad_in(plays, {CONFIG: json.dumps(facts), CARD: older}) == []
    facts["results"]["held_out.hamlet"] = tempest
    assert any(what.startswith("held_out.hamlet ") for what in bad_in(plays, {CONFIG: json.dumps(facts)}))


@pytest.mark.parametrize(
    "passages", [5, [5], [{}], [{"name": "x", "title": "X", "first_character": 0}],
                 [{"name": "x", "title": {"en": 5}, "first_character": 0}], [{"name": "x", "title": {}, "first_character": True}]],
)  # fmt: skip
def test_passages_that_are_none_damage_a_checkpoint(passages: object, lab: Lab) -> None:
    facts = json.loads((lab.places.checkpoints / "small" / CONFIG).read_text())
    assert parse_facts(json.dumps(facts).encode()).corpus["passages"] == []
    facts["corpus"]["passages"] = passages
    with pytest.raises(BadCheckpoint, match="not what it should be"):
        parse_facts(json.dumps(facts).encode())
