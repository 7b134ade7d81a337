"""ARPA files as programs write them, and as accidents leave them."""

from __future__ import annotations

import gzip
import math
import random
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadText
from core.sharing import arpa_lines
from core.sharing.arpa_levels import table_of
from core.sharing.arpa_reading import ArpaFile, read_arpa
from core.sharing.arpa_vocabulary import reading_of
from tests.sharing.arpa_files import SMALL, written


def lines_with(text: str, edit: Callable[[list[str]], list[str]]) -> str:
    return "\n".join(edit(text.split("\n")))


def meaning(file: ArpaFile) -> dict[tuple[str, ...], tuple[float, float]]:
    """Return probability and weight of every n-gram, whatever the order of lines."""
    return {
        tuple(file.words[id_] for id_ in ids): (log_prob, weight)
        for section in file.sections
        for ids, log_prob, weight in zip(
            section.ids.tolist(), section.log_probs.tolist(), section.weights.tolist(), strict=True
        )
    }


def shuffled(text: str) -> str:
    """Return a file with the lines of every section in another order."""
    parts = re.split(r"(?m)^(\\.*)$", text)
    for at, part in enumerate(parts):
        if "\t" in part:
            lines = [line for line in part.split("\n") if line]
            random.Random(1).shuffle(lines)
            parts[at] = "\n" + "\n".join(lines) + "\n\n"
    return "".join(parts)


@pytest.mark.parametrize(
    "change",
    [
        shuffled,
        lambda text: text.replace("\t", " "),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\n\n"),
        lambda text: "made by a program\nngram 1=9 of it\n\n" + text,
        lambda text: text.lstrip(),
        lambda text: "\ufeff" + text.lstrip(),
        lambda text: text.replace("ngram 1=5", "ngram  1 = 5"),
        lambda text: text.replace("\t0\n", "\n"),
        lambda text: text.replace("\\end\\\n", "\\end\\"),
        lambda text: text + "whatever follows\n",
        lambda text: text.replace("0\t<s>", "-99\t<s>").replace("-99\t<s>", "0\t<s>"),
    ],
)  # fmt: skip
def test_programs_write_the_same_in_several_ways(tmp_path: Path, change: Callable[[str], str]) -> None:
    expected = meaning(read_arpa(written(tmp_path, SMALL)))
    assert meaning(read_arpa(written(tmp_path, change(SMALL)))) == expected
    assert expected["a", "b"] == (-0.3010300, 0.0)
    assert expected["<s>",] == (0.0, -0.1760913)


def test_a_packed_file_is_told_by_its_bytes(tmp_path: Path) -> None:
    packed = written(tmp_path, gzip.compress(SMALL.encode()))
    found = meaning(read_arpa(packed))
    assert found == meaning(read_arpa(written(tmp_path, SMALL)))


def test_blocks_of_any_size_give_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, SMALL)
    expected = meaning(read_arpa(path))
    for size in (1, 7, 60):
        monkeypatch.setattr(arpa_lines, "_BLOCK", size)
        assert meaning(read_arpa(path)) == expected


def test_what_is_impossible_may_be_written_as_infinite(tmp_path: Path) -> None:
    found = meaning(read_arpa(written(tmp_path, SMALL.replace("-0.3010300\ta b", "-inf\ta b"))))
    assert found["a", "b"][0] == -math.inf


def test_an_empty_section_is_none_of_its_length(tmp_path: Path) -> None:
    longer = SMALL.replace("ngram 2=4", "ngram 2=4\nngram 3=0").replace("\\end\\", "\\3-grams:\n\n\\end\\")
    file = read_arpa(written(tmp_path, longer))
    assert [len(section.lines) for section in file.sections] == [5, 4, 0]
    assert table_of(file, reading_of(file)).order == 3


DAMAGED: list[tuple[str, Callable[[str], str | bytes], str]] = [
    ("empty file", lambda text: "", r"Line 1 .*no line of it reads \\data\\"),
    ("a story", lambda text: "Once upon a time\nthere was\n", r"Line 3 .*no ARPA file"),
    ("binary junk", lambda text: bytes(random.Random(1).randbytes(300_000)), "Line "),
    ("zeros", lambda text: bytes(300_000), "Line 1 .*longer than 100,000 bytes"),
    ("no header", lambda text: text.replace("ngram", "gram"), r"Line 3 .*ngram 1=COUNT, not 'gram 1=5'"),
    ("no counts", lambda text: re.sub("ngram.*\n", "", text), "Line 4 .*announces no n-grams"),
    ("header skips", lambda text: text.replace("ngram 2=4", "ngram 3=4"), "Line 4 .*ngram 2=COUNT"),
    ("endless count", lambda text: text.replace("1=5", "1=" + "9" * 5000), "Line 3 .*ngram 1=COUNT"),
    ("gigantic count", lambda text: text.replace("2=4", "2=999999999999999999"), "Line 13 .*announces 999,999,999,999,999,999 2-grams, and there are 4"),
    ("too few", lambda text: text.replace("-0.3010300\ta b\n", ""), "Line 13 .*announces 4 2-grams, and there are 3"),
    ("too high", lambda text: text.replace("ngram 2=4", "ngram 2=4\n" + "\n".join(f"ngram {n}=0" for n in range(3, 18))), "Line 19 .*more than 16 words"),
    ("no section", lambda text: text[: text.index("\\2-grams")] + "\\end\\\n", r"Line 13 .*should read \\2-grams:, not '\\end\\'"),
    ("sections astray", lambda text: text.replace("\\1-grams", "\\9-grams"), r"Line 6 .*should read \\1-grams:"),
    ("one section more", lambda text: text.replace("\\end\\", "\\3-grams:\n\\end\\"), r"Line 19 .*should read \\end\\"),
    ("no end", lambda text: text.replace("\\end\\\n", ""), "Line 19 .*ends among the 2-grams: it was cut off"),
    ("cut in a line", lambda text: text[:-60], "Line "),
    ("no number", lambda text: text.replace("-0.3010300\ta b", "-0.3x\ta b"), "Line 15 .*'-0.3x' is no number"),
    ("underscore", lambda text: text.replace("-0.3010300\ta b", "-0_3\ta b"), "Line 15 .*'-0_3' is no number"),
    ("NaN", lambda text: text.replace("-0.3010300\ta b", "NaN\ta b"), "Line 15 .*'NaN' is no number"),
    ("NaN weight", lambda text: text.replace("b\t-0.1760913", "b\tnan"), "Line 10 .*'nan' is no number"),
    ("above 0", lambda text: text.replace("-0.3010300\ta b", "0.25\ta b"), "Line 15 .*probability is 0.25, above 0"),
    ("infinite", lambda text: text.replace("-0.3010300\ta b", "inf\ta b"), "Line 15 .*probability is inf, above 0"),
    ("infinite weight", lambda text: text.replace("b\t-0.1760913", "b\tinf"), "Line 10 .*inf is no back-off weight"),
    ("weight of the longest", lambda text: text.replace("a b\n", "a b\t-0.5\n"), "Line 15 .*-0.5 is no back-off weight that the longest"),
    ("a field more", lambda text: text.replace("a b\n", "a b c d\n"), "Line 15 .*2 words and perhaps a number, not 5 fields"),
    ("a field less", lambda text: text.replace("\ta b\n", "\ta\n"), "Line 15 .*not 2 fields"),
    ("unknown word", lambda text: text.replace("a b\n", "a c\n"), "Line 15 .*'c' is not among the 1-grams"),
    ("word twice", lambda text: text.replace("\tb\t-0.17", "\ta\t-0.17"), "Line 10 .*'a' is listed a second time"),
    ("n-gram twice", lambda text: text.replace("a </s>", "a b"), "Line 16 .*2-gram is listed a second time"),
    ("no context", lambda text: text.replace("ngram 2=4", "ngram 2=4\nngram 3=1")
     .replace("\\end\\", "\\3-grams:\n-0.1\tb a b\n\\end\\"), "Line 21 .*first 2 words of this 3-gram"),
    ("not UTF-8", lambda text: text.encode().replace(b"\tb\t", b"\t\xff\xfe\t"), "Line 10 .*is not UTF-8"),
    ("UTF-16", lambda text: text.encode("utf-16"), "Line "),
    ("a long line", lambda text: text.replace("a b\n", "a " + "b" * 10_000_000 + "\n"), "Line 15 .*longer than 100,000 bytes"),
    ("gzip cut off", lambda text: gzip.compress((text * 400).encode())[:200], "Line .*breaks off or is damaged"),
    ("gzip damaged", lambda text: b"\x1f\x8b" + bytes(50), "Line 1 .*breaks off or is damaged"),
    ("gzip bomb", lambda text: gzip.compress(b"\n" * 30_000_000, 9), "more than 60 times as large"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "damage", "said"), DAMAGED, ids=[name for name, _, _ in DAMAGED])
def test_a_malformed_file_is_refused_in_one_sentence_with_its_line(
    tmp_path: Path, name: str, damage: Callable[[str], str | bytes], said: str
) -> None:
    path = written(tmp_path, damage(SMALL))
    with pytest.raises(BadText, match=said) as refused:
        file = read_arpa(path)
        table_of(file, reading_of(file))
    english, chinese = str(refused.value), refused.value.in_language("zh")
    assert "\n" not in english and len(english) < 300
    assert re.search(r"Line [\d,]+ of the ARPA file: ", english)
    assert re.search(r"第 [\d,]+ 行", chinese)
    assert chinese != english


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(BadText, match="cannot be read"):
        read_arpa(tmp_path / "none.arpa")
    with pytest.raises(BadText, match="cannot be read"):
        read_arpa(tmp_path)


def test_a_small_file_that_claims_much_takes_little_memory(tmp_path: Path) -> None:
    path = written(tmp_path, SMALL.replace("2=4", "2=999999999999"))
    tracemalloc.start()
    with pytest.raises(BadText):
        read_arpa(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 20_000_000


@given(st.binary(max_size=400), st.integers(0, len(SMALL)), st.integers(0, 40))
def test_whatever_is_written_over_a_file_it_is_read_or_refused(junk: bytes, at: int, gone: int) -> None:
    import tempfile

    content = SMALL.encode()
    with tempfile.TemporaryDirectory() as folder:
        path = written(Path(folder), content[:at] + junk[: gone + 1] + content[at + gone :])
        try:
            file = read_arpa(path)
            table = table_of(file, reading_of(file))
        except BadText as error:
            assert "\n" not in str(error)
        else:
            assert all(not np.isnan(each).any() for each in [*table.log_probs, *table.weights])
