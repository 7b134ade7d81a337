"""Every word of the page is there in both languages, and every word that is asked for is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.language import both
from core.ui.components.picture import words_of
from core.ui.words import WORDS, translations

UI = Path(__file__).resolve().parents[2] / "core" / "ui"
PICTURES = sorted(path.parent for path in UI.glob("components/*/script.js"))
SAME_IN_BOTH = {"setting.top_k", "setting.top_p"}


def test_every_word_is_there_in_both_languages() -> None:
    for key, pair in WORDS.items():
        assert pair.en and pair.zh, key
        assert pair.en != pair.zh or key in SAME_IN_BOTH, key
        chinese = re.search(r"[\u4e00-\u9fff]", pair.zh) is not None
        assert chinese or key in SAME_IN_BOTH | {"page.other_language"}, key


def test_both_languages_of_a_sentence_have_the_same_places_to_fill() -> None:
    for key, pair in WORDS.items():
        assert set(re.findall(r"\{(\w+)\}", pair.en)) == set(re.findall(r"\{(\w+)\}", pair.zh)), key


def test_the_words_of_the_book_are_used() -> None:
    chinese = "".join(pair.zh for pair in WORDS.values())
    for term in ("词元", "词表", "困惑度", "独热", "未知词元", "预热期", "惊奇", "留出", "束搜索", "比特/字符"):
        assert term in chinese


def test_the_browser_gets_simplified_chinese_under_both_of_its_names() -> None:
    tables = translations({"help.extra": both("More", "更多")})
    assert tables["zh"] == tables["zh-CN"]
    assert tables["zh"]["help.extra"] == "更多" and tables["en"]["tab.write"] == "Write"


@pytest.mark.parametrize("folder", PICTURES, ids=lambda path: path.name)
def test_every_word_that_a_picture_asks_for_is_there(folder: Path) -> None:
    script = "".join((folder / name).read_text(encoding="utf-8") for name in ("../shared.js", "script.js"))
    if "curves(" in script:
        script += (folder.parent / "curves.js").read_text(encoding="utf-8")
    asked = set(re.findall(r"words\.(\w+)", script)) | set(re.findall(r"\bsay\(\"(\w+)\"[,)]", script))
    assert asked <= set(words_of(folder.name)["en"]), asked - set(words_of(folder.name)["en"])


@pytest.mark.parametrize("path", sorted(UI.rglob("*.py")), ids=lambda path: path.relative_to(UI).as_posix())
def test_every_word_that_the_page_asks_for_is_there(path: Path) -> None:
    asked = re.findall(r"\b(?:tell|say)\(\"([\w.]+)\"", path.read_text(encoding="utf-8"))
    assert set(asked) <= set(WORDS)


def test_no_word_is_left_over() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for path in UI.rglob("*")
        if path.suffix in (".py", ".js") and path.parent.name != "words"
    )
    made_up = {"setting", "choice", "level", "form", "intro"}  # by the names of settings, levels and tabs
    made_up |= {"manuscript", "verdict"}  # and of states and levels
    made_up |= {"ladder", "toast"}  # and of models and exhibits, and of what Gradio says
    composed = tuple(re.findall(r"\"([a-z_]+_)\" \+", sources))  # "step_" + name
    for key in WORDS:
        beginning, _, name = key.partition(".")
        if composed and name.startswith(composed):
            continue
        quoted = any(form in sources for form in (f'"{key}"', f'"{name}"', f"words.{name}", f"words.{name}"))
        assert quoted or beginning in made_up, key
