"""What a visitor finds to choose from, and that nothing is ever blank."""

from __future__ import annotations

from core.lab import Lab
from core.ui.listing import Listing


def row(name: str, **facts: object) -> dict[str, object]:
    usual = {
        "name": name,
        "model": "ngram",
        "corpus": "c",
        "language": "en",
        "level": "char",
        "lines": False,
        "prefix": "Once",
    }
    return {**usual, "bits_per_char": 2.0, **facts}


def listing(*rows: dict[str, object]) -> Listing:
    titles = {"ngram": {"en": "n-gram", "zh": "n 元语法"}}
    return Listing(rows, titles, {"c": {"en": "A Book (1900)", "zh": "一本书（1900）"}})


def test_a_label_says_model_text_tokens_and_bits() -> None:
    only = listing(row("a"), row("b", bits_per_char=None))
    assert only.choices("en")[0] == ("a: n-gram · A Book · characters · 2.00 bits/char", "a")
    assert only.choices("zh")[0][0] == "a: n 元语法 · 一本书 · 字符 · 2.00 比特/字符"
    assert only.choices("en")[1][0].endswith("not measured")


def test_the_visitors_language_comes_first_then_the_better_model() -> None:
    rows = listing(
        row("worse", bits_per_char=3.0),
        row("better"),
        row("lines", lines=True, bits_per_char=1.0),
        row("zh", language="zh"),
    )
    assert [name for _, name in rows.choices("en")] == ["better", "worse", "lines", "zh"]
    assert rows.first("zh") == "zh" and rows.first("en") == "better"


def test_the_page_opens_with_the_model_that_answers_at_once_where_it_is_there() -> None:
    rows = listing(
        row("shakespeare-lstm", bits_per_char=1.0), row("shakespeare-ngram"), row("red-chamber-ngram", language="zh")
    )
    assert rows.first("en") == "shakespeare-ngram" and rows.first("zh") == "red-chamber-ngram"


def test_a_beginning_is_never_blank() -> None:
    rows = listing(
        row("own"), row("none", prefix=""), row("unknown", prefix="a <unk> b"), row("lines", prefix="", lines=True)
    )
    assert rows.prefix("own") == "Once"
    for name in ("none", "unknown", "lines", None, "not there"):
        assert rows.prefix(name).strip() and "<unk>" not in rows.prefix(name)
        assert rows.to_read(name).strip()
    assert rows.prefixes()["own"] == "Once" and set(rows.texts()) == {"own", "none", "unknown", "lines"}


def test_without_checkpoints_there_is_nothing_to_choose_and_no_error() -> None:
    assert listing().choices("en") == [] and listing().first("zh") is None


def test_damaged_checkpoints_and_those_of_broken_models_are_not_offered(lab: Lab) -> None:
    names = {name for _, name in Listing.of(lab, {}).choices("en")}
    assert names == {"cats", "cats-words", "garden", "slow"}
