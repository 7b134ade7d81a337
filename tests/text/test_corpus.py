"""Bytes become text, or are refused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from core.errors import BadText
from core.text.corpus import corpus_from_bytes, corpus_from_text, decode_bytes, guess_language

CHINESE = "话说林黛玉，进了贾府。\r\n她说：“好。”"
FRENCH = "Où est la forêt, mon cher ? Là-bas, près du château.\r\n"


@pytest.mark.parametrize(
    ("text", "written_in", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "utf-16", "utf-16"),
        (CHINESE, "utf-32", "utf-32"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gbk", "gb18030"),
        (FRENCH, "utf-8", "utf-8"),
        (FRENCH, "latin-1", "latin-1"),
        ("Müller heißt er; Größe über alles, schön.", "latin-1", "latin-1"),
        ("“Quoted” – it’s a café.", "cp1252", "cp1252"),
        ("plain\r\nascii\rand\n\x0c\ttabs", "ascii", "utf-8"),
        ("a\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"), "utf-16-be", None),
    ],
)
def test_the_encoding_is_found_and_nothing_is_translated(text: str, written_in: str, found: str | None) -> None:
    if found is None:
        assert decode_bytes(b"\xfe\xff" + text.encode(written_in)) == (text, "utf-16")
    else:
        assert decode_bytes(text.encode(written_in)) == (text, found)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"text\0with nul",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\x01\x02\x03 control",
        b"\xff\xfea",  # UTF-16 cut off
        bytes(range(1, 256)) * 4,
        np.random.default_rng(0).integers(1, 256, 10_000).astype(np.uint8).tobytes(),
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + np.random.default_rng(1).integers(0, 256, 1000).astype(np.uint8).tobytes(),
    ],
)
def test_bytes_that_are_no_text_are_refused_in_both_languages(data: bytes) -> None:
    with pytest.raises(BadText) as caught:
        decode_bytes(data)
    assert caught.value.in_language("zh") != caught.value.in_language("en")


def test_one_stray_control_character_in_a_book_is_no_reason_to_refuse_it() -> None:
    text = "It was a dark night. " * 100 + "\x1a"
    assert decode_bytes(text.encode())[0] == text


def test_a_persons_file_gets_a_card() -> None:
    corpus = corpus_from_bytes(CHINESE.encode("gb18030"), "mine")
    assert corpus.text == CHINESE
    assert corpus.as_json() == {
        "name": "mine", "title": {"en": "mine", "zh": "mine"}, "language": "zh", "source": "mine",
        "licence": "unknown", "sha256": hashlib.sha256(CHINESE.encode("gb18030")).hexdigest(), "lines": False,
        "characters": len(CHINESE), "encoding": "gb18030", "passages": [],
    }  # fmt: skip


def test_a_pasted_text_is_a_corpus_too() -> None:
    assert corpus_from_text("a\r\nb", "pasted", lines=True).text == "a\r\nb"
    with pytest.raises(BadText, match="empty"):
        corpus_from_text("", "pasted")
    with pytest.raises(BadText, match="surrogate"):
        corpus_from_text("\ud800", "pasted")


def test_chinese_is_recognised() -> None:
    assert guess_language(CHINESE) == "zh"
    assert guess_language(FRENCH) == "und"
