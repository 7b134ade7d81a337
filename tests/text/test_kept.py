"""What is kept has a bound, and what was used longest ago goes first."""

from __future__ import annotations

from core.text.kept import Kept


def test_the_least_used_leaves_when_the_room_is_full() -> None:
    asked: list[str] = []

    def computing(word: str) -> str:
        asked.append(word)
        return word

    kept = Kept[str](7, len)
    for word in ("four", "two", "four", "new", "four", "two"):
        assert kept.of(word, lambda word=word: computing(word)) == word  # type: ignore[misc]
    # 4 + 3 fit; "new" drives "two" out, which was used longest ago, and "two" then drives out "new"
    assert asked == ["four", "two", "new", "two"]


def test_what_is_too_large_is_computed_but_not_kept() -> None:
    kept = Kept[str](3, len)
    assert [kept.of("long", lambda: "long") for _ in range(2)] == ["long", "long"]
    assert kept.of("ab", lambda: "ab") == kept.of("ab", lambda: "another") == "ab"
