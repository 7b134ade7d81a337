"""The four stages of a text, and how mini-batches lie over it, against plain loops."""

from __future__ import annotations

from collections import Counter

import pytest

from core.errors import BadSetting, BadText
from core.text.mini_batches import mini_batches
from core.text.stages import text_stages

TEXT = "\nthe cat sat\n\nthe dog ran after the cat\n" + "a very long line of words " * 9


def test_every_stage_holds_the_same_tokens() -> None:
    found = text_stages(TEXT, "char", min_frequency=3)
    counts = Counter(TEXT)
    entries = {entry["id"]: entry for entry in found["vocabulary"]}
    assert [line["number"] for line in found["lines"]] == [2, 4, 5] and found["lines"][2]["cut"]
    for line in found["lines"]:
        assert "".join(line["tokens"]) == line["text"]
        for token, id_ in zip(line["tokens"], line["ids"], strict=True):
            assert (id_ == 0) == (counts[token] < 3)
            assert id_ == 0 or (entries[id_]["token"], entries[id_]["count"]) == (token, counts[token])


@pytest.mark.parametrize("sampling", ["random", "sequential"])
def test_windows_never_overlap_and_only_the_sequential_ones_carry_a_state(sampling: str) -> None:
    found = mini_batches("abcdefghij" * 15, "char", sampling, batch_size=3, num_steps=4, seed=1)
    begins = [row["begin"] for batch in found["batches"] for row in batch]
    places = [place for begin in begins for place in range(begin, begin + found["steps"])]
    assert len(places) == len(set(places)) and max(places) + 1 < len(found["tokens"])
    for number, batch in enumerate(found["batches"]):
        for row, each in enumerate(batch):
            carried = sampling == "sequential" and number > 0
            assert each["fresh"] != carried
            if carried:
                assert each["begin"] == found["batches"][number - 1][row]["begin"] + found["steps"]


def test_mistakes_are_told() -> None:
    with pytest.raises(BadText, match="empty"):
        text_stages(" \n", "word")
    with pytest.raises(BadSetting, match="'random' or 'sequential'"):
        mini_batches("abc", "char", "odd")
    with pytest.raises(BadSetting, match="'batch_size' cannot be 7"):
        mini_batches("abc", "char", batch_size=7)
    with pytest.raises(BadText, match="longer text"):
        mini_batches("a", "char")
