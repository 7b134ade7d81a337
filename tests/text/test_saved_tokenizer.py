"""A saved tokenizer comes back the same, and a damaged one not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadCheckpoint
from core.text.pipeline import LEVELS
from core.text.tokenizer import Tokenizer

TEXT = "Hello world, 你好 hello hello"


def saved(level: str, form: str = "raw", lines: bool = False) -> str:
    return Tokenizer.train([TEXT], level, form, lines, vocab_size=280).to_json()


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("form", ["raw", "d2l", "spaced"])
@pytest.mark.parametrize("lines", [False, True])
def test_saved_is_loaded(level: str, form: str, lines: bool) -> None:
    text = saved(level, form, lines)
    loaded = Tokenizer.from_json(text, level, form, lines)
    assert loaded.to_json() == text
    assert (
        loaded.encode(TEXT).tolist()
        == Tokenizer.train([TEXT], level, form, lines, vocab_size=280).encode(TEXT).tolist()
    )


@pytest.mark.parametrize("own", LEVELS)
@pytest.mark.parametrize("asked", LEVELS)
def test_another_level_form_or_kind_is_refused(own: str, asked: str) -> None:
    for form, lines in (("raw", False), ("d2l", False), ("raw", True)):
        if (own, "raw", False) != (asked, form, lines):
            with pytest.raises(BadCheckpoint):
                Tokenizer.from_json(saved(own), asked, form, lines)


def change(level: str, edit: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(saved(level))
    edit(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("level", "edit"),
    [
        ("char", lambda d: d.pop("model")),
        ("char", lambda d: d["model"].pop("vocab")),
        ("char", lambda d: d["model"]["vocab"].pop("<unk>")),
        ("char", lambda d: d["model"]["vocab"].update({"<unk>": 1})),
        ("char", lambda d: d["model"]["vocab"].update(new=10_000)),
        ("char", lambda d: d["model"]["vocab"].update(H=-1)),
        ("char", lambda d: d["model"]["vocab"].update(H=True)),
        ("char", lambda d: d["model"]["vocab"].update(H="2")),
        ("char", lambda d: d["model"]["vocab"].update({"long": len(d["model"]["vocab"])})),
        ("char", lambda d: d["model"]["vocab"].update({"<line>": len(d["model"]["vocab"])})),
        ("word", lambda d: d["model"]["vocab"].update({"": len(d["model"]["vocab"])})),
        ("word", lambda d: d["model"]["vocab"].update({"\ud800": len(d["model"]["vocab"])})),
        ("word", lambda d: d["model"].update(type="Unigram")),
        ("word", lambda d: d["model"].update(unk_token="hello")),
        ("word", lambda d: d.update(added_tokens=[{"id": 1, "content": "hello", "special": True}])),
        ("word", lambda d: d.update(normalizer={"type": "Lowercase"})),
        ("word", lambda d: d.update(pre_tokenizer={"type": "Whitespace"})),
        ("word", lambda d: d["pre_tokenizer"]["pattern"].update(Regex="(a+)+$")),
        ("word", lambda d: d.update(pre_tokenizer=None)),
        ("word", lambda d: d.update(truncation={"max_length": 1})),
        ("word", lambda d: d.update(decoder={"type": "ByteLevel"})),
        ("bpe", lambda d: d["model"].pop("merges")),
        ("bpe", lambda d: d["model"]["merges"].append(["H", "e", "l"])),
        ("bpe", lambda d: d["model"]["merges"].append(["Q", "Q"])),
        ("bpe", lambda d: d["model"]["merges"].append(["", "H"])),
        ("bpe", lambda d: d["model"]["merges"].append([1, 2])),
        ("bpe", lambda d: d["model"].update(dropout=0.5)),
        ("bpe", lambda d: d["model"].update(byte_fallback=True)),
        ("bpe", lambda d: d["model"]["vocab"].update({"中": len(d["model"]["vocab"])})),
        ("bpe", lambda d: d["model"]["vocab"].update({"zz": d["model"]["vocab"].pop("z")})),
    ],
)
def test_a_changed_tokenizer_is_refused(level: str, edit: Callable[[dict[str, Any]], object]) -> None:
    with pytest.raises(BadCheckpoint):
        Tokenizer.from_json(change(level, edit), level, "raw", False)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "1", '{"model": 1}', "[" * 100_000, "\x00", '{"model": {"vocab": []}}']
)
def test_what_is_no_tokenizer_is_refused(text: str) -> None:
    for level in LEVELS:
        with pytest.raises(BadCheckpoint):
            Tokenizer.from_json(text, level, "raw", False)


@given(st.data())
def test_a_cut_off_or_altered_file_is_refused_or_works(data: st.DataObject) -> None:
    text = saved("bpe")
    place = data.draw(st.integers(0, len(text) - 1))
    for damaged in (
        text[:place],
        text[:place] + data.draw(st.characters(exclude_categories=["Cs"])) + text[place + 1 :],
    ):
        try:
            tokenizer = Tokenizer.from_json(damaged, "bpe", "raw", False)
        except BadCheckpoint as error:
            assert error.in_language("zh") != error.in_language("en")
        else:
            assert tokenizer.decode(tokenizer.encode(TEXT)) == TEXT
