"""What cannot work is told in the visitor's language, says what to do, and loses nothing that was typed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.places import Places
from core.ui.limits import Limits
from tests.ui.visitor import HAND, Open, choose, choose_own_text, go_to, written

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]


def fill(page: Any, box: str, text: str) -> None:
    """Paste a text as a hand would: at once, however long."""
    page.locator(f"{box} textarea").evaluate(
        "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }", text
    )
    page.wait_for_timeout(HAND)


def test_an_empty_prefix_is_told_in_both_languages(open_page: Open) -> None:
    for language, sentence in (("en-US", "The prefix is empty"), ("zh-CN", "开头为空")):
        page = open_page(language)
        fill(page, "#prefix", "")
        page.click("#write")
        page.locator("#manuscript .notice", has_text=sentence).wait_for()
        page.locator("#choices .notice", has_text=sentence).wait_for()


def test_a_megabyte_is_refused_with_the_limit_and_stays_in_its_box(open_page: Open) -> None:
    page = open_page("zh-CN")
    text = "园" * 350_000  # 1 MB in UTF-8
    fill(page, "#prefix", text)
    page.click("#write")
    page.locator("#manuscript .notice", has_text="最多 3,000 个").wait_for()
    assert page.locator("#prefix textarea").evaluate("box => box.value.length") == len(text)
    go_to(page, "对读")
    fill(page, "#read-text", text)
    page.click("#read")
    page.locator("#strip .notice", has_text="最多 3,000 个").wait_for()
    assert page.locator("#read-text textarea").evaluate("box => box.value.length") == len(text)
    go_to(page, "拆开看")
    fill(page, "#inside-text", text)
    page.click("#look")
    page.locator("#onehot .notice", has_text="最多 3,000 个").wait_for()


def test_temperature_zero_writes_the_likeliest_and_top_p_zero_says_its_range(open_page: Open, lab: Lab) -> None:
    page = open_page()
    choose(page, "#checkpoint", "cats")
    fill(page, "#prefix", "The cat")
    page.get_by_label("number input for Temperature").fill("0")
    page.click("#write")
    assert written(page) == lab.generate_whole("cats", "The cat", {"strategy": "greedy"})["text"]
    page.locator("#more button").first.click()
    page.wait_for_timeout(HAND)  # what stands under More is made when it is opened
    page.get_by_label("Top-p").fill("0")
    page.wait_for_timeout(HAND)
    page.click("#write")
    page.locator("#manuscript .notice", has_text="'top_p' cannot be '0").wait_for()
    assert page.get_by_label("Top-p").input_value() == "0"


@pytest.fixture
def own_lab(places: Places, tmp_path: Path) -> Lab:
    """A Lab whose checkpoints may be removed."""
    shutil.copytree(places.checkpoints / "cats", tmp_path / "checkpoints" / "cats")
    shutil.copytree(places.checkpoints / "garden", tmp_path / "checkpoints" / "garden")
    return Lab(places=Places(places.plugins, tmp_path / "checkpoints", (), tmp_path / "data"))


@pytest.fixture
def own_address(own_lab: Lab) -> Iterator[str]:
    from core.ui.page import build, launch

    page, room = build(own_lab, Limits(upload_bytes=100_000))
    yield launch(page, room, None)
    page.close(verbose=False)


def test_a_model_that_was_removed_is_told_with_those_that_are_left(
    own_lab: Lab, own_address: str, open_page: Open
) -> None:
    page = open_page("zh-CN", at=own_address)
    choose(page, "#checkpoint", "garden")
    fill(page, "#prefix", "今日天气")
    shutil.rmtree(own_lab.places.checkpoints / "garden")
    page.click("#write")
    page.locator("#manuscript .notice", has_text="cats").wait_for()
    assert "garden" in page.locator("#manuscript .notice").first.inner_text()
    assert page.locator("#prefix textarea").input_value() == "今日天气"
    go_to(page, "对读")
    go_to(page, "续写")
    page.wait_for_timeout(HAND)
    page.locator("#checkpoint input").click()
    page.locator("ul[role=listbox] li", has_text="cats:").wait_for()
    assert page.locator("ul[role=listbox] li", has_text="garden:").count() == 0


FILES = [
    ("binary", bytes(range(256)) * 20, "这些字节不是可读的文字"),
    ("empty", b"", "没有可供学习的文本"),
    ("two characters", "一二".encode(), "文字太短"),
]


@pytest.mark.parametrize(("name", "data", "sentence"), FILES, ids=[name for name, _, _ in FILES])
def test_a_file_that_is_no_text_is_told(
    own_address: str, open_page: Open, name: str, data: bytes, sentence: str
) -> None:
    page = open_page("zh-CN", at=own_address)
    choose_own_text(page, "训练")
    page.locator("#train-file input[type=file]").set_input_files(
        {"name": f"{name}.txt", "mimeType": "text/plain", "buffer": data}
    )
    page.locator("#estimate .notice", has_text=sentence).wait_for()
    page.click("#start")
    page.locator("#training .notice", has_text=sentence).wait_for()


def test_a_file_of_one_line_is_learned_from_in_its_encoding(own_address: str, open_page: Open) -> None:
    page = open_page("zh-CN", at=own_address)
    choose_own_text(page, "训练")
    line = {"name": "one.txt", "mimeType": "text/plain", "buffer": ("我们且到园子里走走，" * 20).encode("gb18030")}
    page.locator("#train-file input[type=file]").set_input_files(line)
    page.locator("#estimate .about", has_text="gb18030").wait_for()
    page.click("#start")
    page.locator("#training .state", has_text="已完成").wait_for()


def test_a_file_that_is_too_large_is_told_in_the_visitors_language(own_address: str, open_page: Open) -> None:
    page = open_page("zh-CN", at=own_address)
    choose_own_text(page, "训练")
    big = {"name": "big.txt", "mimeType": "text/plain", "buffer": b"a" * 200_000}
    page.locator("#train-file input[type=file]").set_input_files(big)
    page.locator(".toast-body", has_text="请只给一部分").wait_for()
    fill(page, "#train-text", "a" * 200_000)
    page.locator("#train-text textarea").focus()
    page.locator("#train-name input, #train-name textarea").focus()
    page.locator("#estimate .notice", has_text="最多 100,000 字节").wait_for()


def test_a_server_that_restarts_under_an_open_page_loses_no_text(browser: Any, own_lab: Lab, tmp_path: Path) -> None:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port = asked.getsockname()[1]
    environment = {
        **os.environ, "GRADIO_SERVER_PORT": str(port), "UNROLL_CHECKPOINTS": str(own_lab.places.checkpoints),
        "UNROLL_DATA": str(tmp_path / "served"),
    }  # fmt: skip

    def serve() -> subprocess.Popen[str]:
        served = subprocess.Popen(
            [sys.executable, "app.py"], cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert served.stdout is not None and "Unroll is at" in served.stdout.readline()
        return served

    served = serve()
    context = browser.new_context(locale="zh-CN")
    try:
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}")
        page.wait_for_selector("#choices tbody tr", state="attached")
        page.wait_for_timeout(HAND)
        page.locator("#prefix textarea").press_sequentially("我们都笑了")
        typed = page.locator("#prefix textarea").input_value()
        served.kill()
        served.wait()
        page.click("#write")
        page.locator(".toast-body", has_text="您输入的文字不会丢失").wait_for()
        served = serve()
        with page.expect_navigation(timeout=60_000):  # Gradio loads the page anew once the server is back
            pass
        page.wait_for_selector("#choices tbody tr", state="attached")
        page.wait_for_function("text => document.querySelector('#prefix textarea').value === text", arg=typed)
        page.wait_for_timeout(HAND)
        page.click("#write")
        assert len(written(page)) > 50
    finally:
        context.close()
        served.kill()
        served.wait()
