"""docs/known-truth.md says of the generated corpora what the program says."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from core.settings import describe
from core.text.catalogue import GENERATED
from core.text.generated.kind import WritingConfig
from core.text.generated.recipe import KINDS

PAGE = (Path(__file__).parents[3] / "docs" / "known-truth.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", GENERATED, ids=lambda text: text.name)
def test_every_corpus_stands_there_with_its_entropy_and_its_floor(text: object) -> None:
    name, low, high = text.name, text.low, text.high  # type: ignore[attr-defined]
    row = re.search(rf"^\| `{name}` \| .* \| (.*) \| (.*) \|$", PAGE, re.M)
    assert row is not None
    numbers = [float(each) for each in re.findall(r"\d\.\d+", row.group(1))]
    assert numbers == ([round(low, 6)] if low == high else [round(low, 6), round(high, 6)])
    floors = [float(each) for each in row.group(2).split(" to ")]
    assert floors == sorted({round(math.exp(low), 4), round(math.exp(high), 4)})


@pytest.mark.parametrize("kind", KINDS)
def test_every_setting_of_a_kind_is_documented_with_its_default(kind: str) -> None:
    shared = {each.name for each in describe(WritingConfig)}
    table = PAGE.split("| kind | settings |")[1].split("\n\n")[0]
    rows = dict(re.findall(r"^\| (`?\w+`?) \| (.*) \|$", table, re.M))
    for each in describe(KINDS[kind].Config):
        row = rows["all"] if each.name in shared else rows[f"`{kind}`"]
        assert f"`{each.name}` {each.default}" in row if each.default != "" else f"`{each.name}`" in row
