"""Truncation asked of checkpoints and of trainings, and everything a person can do wrong on the way."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadSetting, BadText, LabError, Refused, UnknownName
from core.lab import Lab
from core.places import Places
from core.training.events import Evaluated

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text(encoding="utf-8")[:5000]
NAMES = "\n".join(first + last for first in ("an", "be", "cor", "di") for last in ("na", "la", "ra", "so", "mi", "ta"))
TINY = {"hidden_size": 8, "epochs": 1, "batch_size": 8, "num_steps": 16}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("truncation")
    (folder / "text.txt").write_text(TEXT, encoding="utf-8")
    (folder / "names.txt").write_text(NAMES, encoding="utf-8")
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (folder,), folder / "data"))
    for name, model, corpus, values in (
        ("lstm", "lstm", "text.txt", TINY),
        ("names", "gru", "names.txt", {**TINY, "lines": "lines"}),
        ("ngram", "ngram", "text.txt", {"order": 3}),
        ("mlp", "mlp", "text.txt", TINY),
    ):
        list(made.train(model, str(folder / corpus), made.places.checkpoints / name, values))
    return made


def last(found: Any) -> Any:
    return list(found)[-1]


def test_the_recurrent_models_and_no_others_can_be_truncated(lab: Lab) -> None:
    assert lab.with_hidden_state() == ["gru", "lstm", "rnn", "rnn_scratch"]


def test_a_checkpoint_and_a_text_give_the_estimates(lab: Lab) -> None:
    found = last(lab.truncation("lstm", "The tide clock", truncation_steps=3, carry_probability=0.8, draws=4))
    assert "".join(found["tokens"]) == "The tide clock" and found["steps"] == len("The tide clock") - 1
    assert not found["cut"] and found["done"] == 1 and found["random"]["draws"] == 4
    assert found["truncated"]["spread"] == 0 < found["truncated"]["bias"]


def test_a_long_text_is_cut_and_says_so(lab: Lab) -> None:
    found = last(lab.truncation("lstm", TEXT, draws=1, most_steps=20))
    assert found["steps"] == 20 and len(found["tokens"]) == 21 and found["cut"]
    assert not last(lab.truncation("lstm", TEXT[:21], draws=1, most_steps=20))["cut"]


def test_a_line_model_reads_its_boundary_first(lab: Lab) -> None:
    assert last(lab.truncation("names", "a", draws=1))["steps"] == 1
    assert last(lab.truncation("names", "anna", draws=1))["steps"] == 4


@pytest.mark.parametrize(
    ("text", "values", "error", "expected", "chinese"),
    [
        ("T", {}, BadText, "at least two", "至少写两个"),
        ("", {}, BadText, "empty", "为空"),
        ("The clock", {"truncation_steps": 0}, BadSetting, "'truncation_steps' cannot be '0'", "整数"),
        ("The clock", {"truncation_steps": "two"}, BadSetting, "a whole number", "整数"),
        ("The clock", {"carry_probability": 0.0}, BadSetting, "from 0.01 to 1", "0.01 到 1"),
        ("The clock", {"carry_probability": 1.2}, BadSetting, "from 0.01 to 1", "0.01 到 1"),
        ("The clock", {"draws": 0}, BadSetting, "from 1 to 1000 draws", "1 到 1000"),
        ("The clock", {"most_steps": 0}, BadSetting, "from 1 to 512 steps", "1 到 512"),
    ],
)
def test_what_cannot_be_measured_is_said_before_anything_is(
    lab: Lab, text: str, values: dict[str, Any], error: type[LabError], expected: str, chinese: str
) -> None:
    with pytest.raises(error, match=expected) as caught:
        lab.truncation("lstm", text, **values)
    assert chinese in caught.value.in_language("zh")


@pytest.mark.parametrize("name", ["ngram", "mlp"])
def test_a_checkpoint_without_recurrence_is_refused_with_the_reason(lab: Lab, name: str) -> None:
    with pytest.raises(Refused, match="nothing to truncate") as caught:
        lab.truncation(name, "The clock")
    assert "无从截断" in caught.value.in_language("zh")


CURVES = {**TINY, "evaluations": 3, "epochs": 2, "truncation_steps": 2, "carry_probability": 0.7}


@pytest.fixture(scope="module")
def rows(lab: Lab) -> list[Any]:
    return list(lab.truncation_curves("rnn", "", TEXT, CURVES).rows())


def test_three_trainings_grow_side_by_side(rows: list[Any]) -> None:
    shares = [each["done"] for each in rows]
    assert shares == sorted(shares) and shares[-1] == 1 and len(shares) > 20
    found = rows[-1]
    assert (found["truncation_steps"], found["carry_probability"]) == (2, 0.7)
    steps = {name: [each["step"] for each in curve["points"]] for name, curve in found["curves"].items()}
    assert list(steps) == ["full", "regular", "random"]
    assert steps["full"] == steps["regular"] == steps["random"] and len(steps["full"]) == 3
    halfway = next(each for each in rows if each["curves"]["full"]["points"])
    assert all(len(curve["points"]) <= 1 for curve in halfway["curves"].values())


def test_the_full_curve_is_that_of_an_ordinary_training(lab: Lab, rows: list[Any]) -> None:
    out = lab.places.checkpoints / "ordinary"
    values = {name: value for name, value in CURVES.items() if name not in ("truncation_steps", "carry_probability")}
    events = lab.train("rnn", str(lab.places.corpora[0] / "text.txt"), out, values)
    expected = [each.validation_perplexity for each in events if isinstance(each, Evaluated) and not each.final]
    found = [each["validation"] for each in rows[-1]["curves"]["full"]["points"]]
    assert found == expected


def test_the_three_begin_alike_and_part_ways(rows: list[Any]) -> None:
    ends = {name: curve["points"][-1]["validation"] for name, curve in rows[-1]["curves"].items()}
    assert len(set(ends.values())) == 3
    assert all(1 < each < rows[-1]["vocab_size"] and math.isfinite(each) for each in ends.values())


def test_closing_it_stops_all_three(lab: Lab) -> None:
    going = lab.truncation_curves("rnn", "", TEXT, CURVES).rows()
    assert next(going)["done"] < 1
    going.close()  # type: ignore[attr-defined]
    assert list(going) == []


@pytest.mark.parametrize(
    ("model", "text", "values", "error"),
    [
        ("mlp", TEXT, {}, BadSetting),
        ("ngram", TEXT, {}, UnknownName),
        ("lsmt", TEXT, {}, UnknownName),
        ("rnn", "", {}, BadText),
        ("rnn", "ab", {}, BadText),
        ("rnn", TEXT, {"truncation": "full"}, BadSetting),
        ("rnn", TEXT, {"truncation_steps": 0}, BadSetting),
        ("rnn", TEXT, {"carry_probability": 0}, BadSetting),
    ],
)
def test_a_comparison_that_cannot_be_made_is_refused_before_anything_is_learned(
    lab: Lab, model: str, text: str, values: dict[str, Any], error: type[LabError]
) -> None:
    with pytest.raises(error):
        lab.truncation_curves(model, "", text, {**({} if model == "ngram" else TINY), **values})
