"""The portrait of a text against plain loops."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from core.errors import BadSetting, BadText
from core.text.portrait import corpus_statistics

TEXT = "".join(f"{chr(97 + i % 26)}{i % 7} {chr(65 + i % 23)}" for i in range(900))


@pytest.mark.parametrize(("level", "cut"), [("char", "(?s)."), ("word", r"\w+")])
def test_counts_are_those_of_a_plain_loop(level: str, cut: str) -> None:
    text = TEXT if level == "char" else re.sub(r"\W+", " ", TEXT)
    found = json.loads(json.dumps(corpus_statistics(text, level, top=1000)))
    listed = {entry["tokens"][0]: entry["count"] for entry in found["ngrams"][0]["top"]}
    for token, count in Counter(re.findall(cut, text)).items():
        assert count in listed.values() if level == "word" else listed[token] == count
    assert found["tokens"] == sum(listed.values())
    assert found["once"] == sum(count == 1 for count in listed.values())


def test_every_order_has_its_curve_and_its_fit_or_none() -> None:
    found = corpus_statistics(TEXT, "char", top=5)
    for order, ngrams in enumerate(found["ngrams"], start=1):
        runs = Counter(TEXT[i : i + order] for i in range(len(TEXT) - order + 1))
        assert ngrams["types"] == len(runs)
        ordered = sorted(runs.values(), reverse=True)
        assert all(count == ordered[rank - 1] for rank, count in ngrams["curve"])
        assert [ngrams["curve"][0][0], ngrams["curve"][-1][0]] == [1, len(runs)]
        assert len(ngrams["top"]) == 5 and "least squares" in ngrams["zipf"]["method"]
    assert found["growth"][-1] == [len(TEXT), found["ngrams"][0]["types"]]
    short = corpus_statistics("ab", "char")
    assert [ngrams["types"] for ngrams in short["ngrams"]] == [2, 1, 0]
    assert all(ngrams["zipf"] is None for ngrams in short["ngrams"]) and short["ngrams"][2]["curve"] == []


def test_a_mistake_is_answered_with_a_sentence() -> None:
    with pytest.raises(BadSetting, match="'char' or 'word'"):
        corpus_statistics("a", "bpe")
    with pytest.raises(BadSetting, match="'top' cannot be"):
        corpus_statistics("a", "char", 0)
    with pytest.raises(BadText, match="nothing to count"):
        corpus_statistics("", "char")


def test_the_cut_costs_what_a_plain_count_says() -> None:
    text = TEXT * 2
    found = corpus_statistics(text, "char", min_frequency=4)["unknown"]
    training, held_out = text[: int(0.9 * len(text))], text[int(0.9 * len(text)) :]
    counts = Counter(training)
    (chosen,) = [cut for cut in found["cuts"] if cut["min_frequency"] == 4]
    assert chosen["kept"] == sum(count >= 4 for count in counts.values())
    assert chosen["held_out"] == pytest.approx(sum(counts[c] < 4 for c in held_out) / len(held_out))
    assert chosen["training"] == pytest.approx(sum(counts[c] < 4 for c in training) / len(training))
