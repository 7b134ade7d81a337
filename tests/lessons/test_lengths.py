"""Lines of unequal length: what the lesson says about padding, asked of the Lab and worked out beside it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadText, Refused, UnknownName
from core.lab import Lab
from core.places import Places
from core.ui.lessons import lengths
from core.ui.lessons.lesson import Seen

SMALL = {"hidden_size": 8}


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab(places=Places.from_environment())


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The lines of the story that ships."""
    path = Path(__file__).parents[2] / "core" / "text" / "bundled" / "tide_clock.txt"
    return path.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def found(lab: Lab) -> Any:
    *shares, result = lab.unequal("tide_clock", "rnn_scratch", SMALL)
    assert shares == sorted(shares) and shares[-1] == 1
    return result


def by_hand(targets: list[int], batch_size: int, seed: int) -> float:
    """Return the share of padding where lines come in random order, by a loop of its own."""
    drawn = list(np.random.default_rng(seed).permutation(targets))
    batches = [drawn[at : at + batch_size] for at in range(0, len(drawn), batch_size)]
    cells = sum(max(batch) * len(batch) for batch in batches)
    return 1 - sum(targets) / cells


def test_all_three_ways_have_the_same_loss_over_the_same_lines_and_weights(found: Any) -> None:
    losses = [row["loss_nats"] for row in found["ways"]]
    assert max(losses) - min(losses) < 1e-6 and losses[0] > 0


def test_random_batches_waste_as_much_as_a_plain_loop_finds(found: Any, lines: list[str]) -> None:
    targets = [len(line) + 1 for line in lines]
    ways = {row["way"]: row["wasted"] for row in found["ways"]}
    # The split takes nine tenths of the lines, in another order: the shares are close, not equal.
    expected = float(np.mean([by_hand(targets, found["batch_size"], seed) for seed in range(20)]))
    assert ways["padding"] == pytest.approx(expected, abs=0.03)


def test_larger_batches_waste_more_and_buckets_waste_little(found: Any) -> None:
    rows = found["by_batch_size"]
    padding = [row["padding"] for row in rows]
    assert rows[0]["batch_size"] == 1 and padding[0] == 0
    assert padding == sorted(padding)
    at_32 = next(row for row in rows if row["batch_size"] == 32)
    assert at_32["buckets"] < 0.2 * at_32["padding"]


def test_packed_wastes_nothing_and_every_way_learns(found: Any) -> None:
    ways = {row["way"]: row for row in found["ways"]}
    assert ways["packed"]["wasted"] == 0
    assert all(row["tokens_per_second"] > 0 for row in ways.values())


def test_a_third_of_the_cells_of_the_names_is_padding_in_batches_of_32_and_a_thousandth_in_buckets(
    corpora_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNROLL_CORPORA", str(corpora_folder))
    *_, result = Lab().unequal("names", "rnn_scratch", SMALL)
    assert isinstance(result, dict)
    row = next(each for each in result["by_batch_size"] if each["batch_size"] == 32)
    assert row["padding"] == pytest.approx(1 / 3, abs=0.02)
    assert row["buckets"] == pytest.approx(0.001, abs=0.0005)
    names = (corpora_folder / "names.txt").read_text(encoding="utf-8").split()
    targets = [len(name) + 1 for name in names]
    assert row["padding"] == pytest.approx(by_hand(targets, 32, 1), abs=0.01)


def test_a_batch_of_names_is_counted_by_hand(lab: Lab) -> None:
    # 5 + 3 + 12 + 4 + 9 = 33 targets in 5 rows of 12: 27 of 60 cells are padding, 45 %.
    batch = lab.padded_batch(["emma", "al", "christopher", "zoe", "benjamin"])
    assert batch["targets"] == [5, 3, 12, 4, 9] and batch["cells"] == 60
    assert batch["wasted"] == pytest.approx(0.45)


def test_the_exercise_takes_the_right_share_refuses_a_wrong_one_and_asks_for_a_number(lab: Lab) -> None:
    exercise = lengths.LESSON.exercise
    assert exercise is not None
    for typed, right in ((" 45 %", True), ("0.45", True), ("27/60", True), ("55 %", False), ("33/60", False)):
        for language in ("en", "zh"):
            checked = exercise.check(lab, language, typed)
            assert checked.right is right and "= 33 " in checked.said and "0.45" in checked.said
    with pytest.raises(BadText, match="is no number"):
        exercise.check(lab, "en", "many")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_lesson_shows_the_labs_figures(lab: Lab, language: str, found: Any) -> None:
    seen: Seen = lengths._seen(found, "tide_clock", language)
    ways = {row["way"]: row for row in found["ways"]}
    assert seen.right == (0 if ways["padding"]["wasted"] < 0.1 else 1 if ways["padding"]["wasted"] <= 0.5 else 2)
    for text in lengths.LESSON.see:
        assert not re.search(r"\{\w*\}", text.in_language(language).format_map(seen.said))
    assert [row[1] for row in seen.table[1:]] == [
        f"{100 * row['wasted']:.1f} %" if row["wasted"] else "0 %" for row in ways.values()
    ]
    (chart,) = seen.charts
    assert [len(curve["points"]) for curve in chart["series"]] == [len(found["by_batch_size"])] * 3


def test_what_cannot_be_laid_side_by_side_is_refused_with_the_next_step(lab: Lab) -> None:
    with pytest.raises(BadText, match="Line 2 is empty"):
        lab.padded_batch(["ann", ""])
    with pytest.raises(BadText, match="201 tokens, and here at most 200"):
        lab.padded_batch(["ann", "a" * 201])
    with pytest.raises(BadText, match="A batch of 0 lines"):
        lab.padded_batch([])
    with pytest.raises(Refused, match="does not learn by gradient"):
        list(lab.unequal("tide_clock", "ngram"))
    with pytest.raises(UnknownName):
        list(lab.unequal("tide_clok"))
