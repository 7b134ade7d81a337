"""A result on a generated text stands beside the floor wherever it is told."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from core import following
from core.errors import BadCheckpoint
from core.lab import Lab
from core.places import Places
from core.sharing.facts import parse_facts
from core.training.events import Evaluated

PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("floor")
    return Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))


def trained(lab: Lab, name: str, corpus: str, **values: Any) -> tuple[Path, Evaluated]:
    folder = lab.places.checkpoints / name
    (final,) = [each for each in lab.train("ngram", corpus, folder, values) if isinstance(each, Evaluated)]
    return folder, final


def test_end_of_training_card_and_list_tell_the_floor(lab: Lab) -> None:
    folder, final = trained(lab, "copying", "copies:lag=2", order=4)
    assert final.floor_perplexity == pytest.approx(2)  # one bit a character
    assert final.held_out_perplexity is not None
    share = f"{final.held_out_perplexity / 2 - 1:+.2%}"
    assert following._line(final).endswith(f"floor 2.0000 ({share})")
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"no model has a perplexity below 2.0000 but by chance. This one, on the held-out text, is {share}" in card
    (row,) = [each for each in lab.checkpoints() if each["name"] == "copying"]
    assert row["floor_perplexity"] == pytest.approx(2)
    history = [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]
    assert [each["floor_perplexity"] for each in history if each.get("final")] == [pytest.approx(2)]


def test_a_result_on_a_generated_text_can_be_verified(lab: Lab) -> None:
    trained(lab, "verified", "copies:lag=3,characters=3000", order=2)
    assert lab.verify("verified")["holds"]


@pytest.mark.parametrize(("corpus", "values"), [("tide_clock", {"max_tokens": 3000}), ("copies", {"level": "bpe", "max_tokens": 3000})])  # fmt: skip
def test_where_the_entropy_is_not_that_of_the_tokens_no_floor_is_told(lab: Lab, corpus: str, values: Any) -> None:
    folder, final = trained(lab, f"no-{corpus}", corpus, **values)
    assert final.floor_perplexity is None and "floor" not in following._line(final)
    assert "floor" not in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("bounds", [[0.1], ["a", "b"], [math.pi, 99.0], None, [-1.0, 0.5]])
def test_a_card_with_a_broken_entropy_is_refused(lab: Lab, bounds: Any) -> None:
    folder, _ = trained(lab, f"broken{abs(hash(str(bounds)))}", "copies:lag=2,characters=3000", order=2)
    values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    values["corpus"]["known"]["entropy_nats"] = bounds
    with pytest.raises(BadCheckpoint, match="entropy_nats"):
        parse_facts(json.dumps(values).encode())
