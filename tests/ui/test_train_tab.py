"""Train: an own text becomes a model for one visitor alone, stopped and resumed, used, taken away and deleted."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.lab import Lab
from core.places import Places
from core.ui.components.form import form_value
from core.ui.limits import Limits
from tests.ui.visitor import HAND, HARM, NARROW, Open, choose_own_text, go_to, written

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]
TEXT = f"The cat sat on the mat, and the dog ran to the sea. {HARM}\n" * 60


@pytest.fixture(scope="module")
def training_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page with all models and two checkpoints of different tokenizers."""
    from core.ui.page import build, launch

    folder = tmp_path_factory.mktemp("train")
    (folder / "text.txt").write_text("The cat sat on the mat, and the dog ran to the sea.\n" * 30)
    lab = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    list(lab.train("ngram", str(folder / "text.txt"), lab.places.checkpoints / "cats", {"order": 3}))
    (folder / "birds.txt").write_text("Wrens, jays & 12 quick finches over Zimbabwe.\n" * 30)
    list(lab.train("ngram", str(folder / "birds.txt"), lab.places.checkpoints / "birds", {"order": 3}))
    page, room = build(lab, Limits(upload_bytes=100_000, parameters=150_000))
    yield launch(page, room, None)
    page.close(verbose=False)


def choose_model(page: Any, title: str) -> None:
    page.locator("#train-model input").click()
    page.locator("ul[role=listbox] li", has_text=title).click()
    page.locator("#estimate .cost", has_text="parameters").wait_for()


def choose_endless(page: Any) -> None:
    """Choose a training that ends only when it is stopped."""
    go_to(page, "Train")
    choose_model(page, "RNN from scratch")
    for name, value in (("hidden_size", "16"), ("epochs", "100000")):
        page.locator(f"#form-{name}").fill(value)
        page.locator(f"#form-{name}").blur()


def test_an_own_text_becomes_a_model_that_only_this_visitor_has(open_page: Open, training_address: str) -> None:
    page = open_page(at=training_address, accept_downloads=True)
    choose_own_text(page)
    page.locator("#estimate .notice", has_text="no text to learn from").wait_for()
    text = {"name": "mine.txt", "mimeType": "text/plain", "buffer": TEXT.encode("utf-16")}
    page.locator("#train-file input[type=file]").set_input_files(text)
    page.locator("#estimate .about", has_text="utf-16").wait_for()
    page.locator("#train-name input, #train-name textarea").fill("firstborn")
    page.click("#start")
    page.locator("#training .state", has_text="finished").wait_for()
    page.wait_for_function("document.querySelector('#train-name input, #train-name textarea').value === 'firstborn-2'")
    assert "the held-out text" in page.locator("#training .result").inner_text()
    go_to(page, "Models")
    page.locator("#checkpoints td", has_text="★ firstborn").wait_for()
    for tab, box in (("Write", "#checkpoint"), ("Read", "#read-checkpoint"), ("Look inside", "#inside-checkpoint")):
        go_to(page, tab)
        page.wait_for_timeout(HAND)
        page.locator(f"{box} input").click()
        page.locator("ul[role=listbox] li", has_text="★ firstborn:").wait_for()
        page.keyboard.press("Escape")
    page.reload()
    go_to(page, "Train")
    page.locator("#own td", has_text="★ firstborn").wait_for()
    other = open_page(at=training_address, size=NARROW)
    go_to(other, "Train")
    other.wait_for_timeout(1000)
    assert "firstborn" not in other.locator("body").inner_text()
    assert other.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#own button", has_text="write").click()
    page.wait_for_function("document.querySelector('#checkpoint').innerText.includes('★ firstborn')")
    assert page.evaluate("location.hash") == ""  # the address bar may be handed on; the key may not
    page.click("#write")
    assert len(written(page)) > 50
    page.locator("#write-share .link").click()
    assert page.evaluate("window.unroll.key()") not in page.evaluate(
        "atob(location.hash.split('/')[1].replace(/-/g,'+').replace(/_/g,'/'))"
    )
    assert "own model" in page.locator("#write-share .said").inner_text()
    go_to(page, "Train")
    with page.expect_download() as download:
        page.locator("#own button", has_text="download").click()
    assert "firstborn/config.json" in zipfile.ZipFile(download.value.path()).namelist()
    page.locator("#own button", has_text="delete").click()
    page.locator("#own button", has_text="really delete?").click()
    page.locator("#own td", has_text="★ firstborn").wait_for(state="detached")
    assert page.evaluate("window.harmed") is None


def test_a_training_is_stopped_used_and_goes_on(open_page: Open, training_address: str) -> None:
    page = open_page(at=training_address)
    choose_endless(page)
    page.click("#start")
    page.wait_for_function("/step [1-9]/.test(document.querySelector('#training .facts').textContent)")
    assert "left" in page.locator("#training .facts").inner_text()
    page.locator("#training .norms .now", has_text="θ = 1").wait_for()
    page.click("#stop-training")
    page.locator("#training .state", has_text="stopped").wait_for()
    page.locator("#own button", has_text="go on training").wait_for()
    page.locator("#own button", has_text="go on training").click()
    page.locator("#training .state", has_text="training").wait_for()
    page.click("#stop-training")
    page.locator("#training .state", has_text="stopped").wait_for()
    page.wait_for_timeout(500)
    page.locator("#own button", has_text="look inside").click()
    page.locator("#inside-checkpoint input").wait_for()
    page.wait_for_function("document.querySelector('#inside-checkpoint input').value.includes('★ my-model')")
    page.locator("#heatmap h3", has_text="hidden").wait_for()


def test_what_cannot_be_trained_is_told(open_page: Open, training_address: str) -> None:
    page = open_page("zh-CN", at=training_address)
    page.get_by_role("tab", name="训练", exact=True).click()
    page.locator("#train-model input").click()
    page.locator("ul[role=listbox] li", has_text="nn.LSTM").click()
    page.locator("#estimate .notice", has_text="此处最多 150,000 个").wait_for()
    page.click("#start")
    page.locator("#training .notice", has_text="此处最多 150,000 个").wait_for()
    page.locator("#train-name input, #train-name textarea").fill("../up")
    page.wait_for_timeout(500)
    page.click("#start")
    page.locator("#training .notice", has_text="模型名称").wait_for()


def test_a_link_opens_the_same_choices_and_the_program_makes_the_same_model(
    open_page: Open, training_address: str, tmp_path: Path
) -> None:
    page = open_page(at=training_address)
    choose_own_text(page)
    page.locator("#train-text textarea").fill("the cat sat on the mat. " * 40)
    page.locator("#form-order").fill("3")
    page.locator("#form-order").blur()
    page.locator("#train-name input, #train-name textarea").fill("by-program")
    page.locator("#train-name input, #train-name textarea").blur()
    page.wait_for_timeout(HAND)
    page.locator("#estimate .about", has_text="960 characters").wait_for()
    page.locator("#train-share .python").click()
    program = page.locator("#train-share pre").inner_text()
    page.locator("#train-share .link").click()
    other = open_page(at=page.evaluate("location.href"))
    assert other.get_by_role("tab", selected=True).text_content() == "Train"
    assert other.locator("#train-text textarea").input_value() == "the cat sat on the mat. " * 40
    assert other.locator("#form-order").input_value() == "3"
    other.evaluate("location.hash = window.unroll.link('train', { model: 'ngram', values: { order: 4 } })")
    other.wait_for_function("document.querySelector('#form-order').value === '4'")
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, cwd=tmp_path)
    assert "'reason': 'done'" in ran.stdout, ran.stderr
    go_to(page, "Models")
    go_to(page, "Train")
    page.locator("#own td", has_text="★ by-program").wait_for()


def test_before_a_run_on_lines_the_page_says_how_much_of_it_is_padding(open_page: Open, training_address: str) -> None:
    # 30 names of 3 letters and 30 of 9: any of them together waste much, those of like length nothing; of a continuous text nothing is said
    names = "\\n".join(["amy", "elizabeth"] * 30)
    page = open_page(at=training_address)
    for values, said in (
        ("line_batches: 'padding'", r"Lines side by side: [1-9]\d\.\d% of what"),
        ("line_batches: 'packed'", r"side: 0\.0% of"),
    ):
        state = f"{{ model: 'rnn_scratch', corpus: '', text: '{names}', values: {{ hidden_size: 8, lines: 'lines', {values} }} }}"
        page.evaluate(f"location.hash = window.unroll.link('train', {state})")
        page.locator("#estimate .padding", has_text=re.compile(said)).wait_for()
    page.evaluate(
        "location.hash = window.unroll.link('train', { model: 'rnn_scratch', corpus: 'tide_clock', values: { hidden_size: 8 } })"
    )
    page.locator("#estimate .padding").wait_for(state="hidden")


def test_two_visitors_wait_for_each_other_and_one_visitor_trains_once(open_page: Open, training_address: str) -> None:
    page, other = open_page(at=training_address), open_page(at=training_address)
    choose_endless(page)
    choose_endless(other)
    page.click("#start")
    page.locator("#training .state", has_text="training").wait_for()
    other.click("#start")
    other.locator(
        "#training .progress-text, #training .eta-bar, #training .meta-text", has_text="queue"
    ).first.wait_for()
    page.click("#stop-training")
    other.locator("#training .state", has_text="training").wait_for()
    other.close()  # closing the page in the middle ends the run: the next one gets its place
    page.locator("#own button", has_text="go on training").click()
    page.locator("#training .state", has_text="training").wait_for()
    page.click("#stop-training")
    page.locator("#training .state", has_text="stopped").wait_for()


def test_a_mixture_takes_the_checkpoints_that_go_together_and_ones_own(open_page: Open, training_address: str) -> None:
    page = open_page(at=training_address)
    go_to(page, "Train")
    choose_own_text(page)
    page.locator("#train-text textarea").fill("The cat sat on the mat, and the dog ran to the sea.\n" * 30)
    page.locator("#train-text textarea").blur()
    page.locator("#form-validation").evaluate("(box) => { box.closest('details').open = true; }")
    page.locator("#form-validation").check()
    page.locator("#train-name input, #train-name textarea").fill("half")
    page.click("#start")
    page.locator("#training .state", has_text="finished").wait_for()
    choose_model(page, "Mixture")
    ticks = page.locator("#form .member")
    ticks.filter(has_text="★ half").wait_for()
    assert [text.strip() for text in ticks.locator(".word").all_inner_texts()] == [
        "ngram(order=5)", "ngram(order=8)", "★ half", "birds", "cats",
    ]  # fmt: skip
    ticks.filter(has_text="half").locator("input").check()
    assert page.locator("#form-members").input_value() == "ngram(order=5),ngram(order=8),own:half"
    # what has another tokenizer cannot join, and the reason is told
    assert ticks.filter(has_text="birds").locator("input").is_disabled()
    assert ticks.filter(has_text="cats").locator("input").is_enabled()
    page.locator("#form .others-told", has_text="another tokenizer").wait_for()
    ticks.filter(has_text="order=8").locator("input").uncheck()
    assert page.locator("#form-members").input_value() == "ngram(order=5),own:half"
    # what cannot be is told before it starts
    page.locator("#form-members").fill("own:half,nothing")
    page.locator("#form-members").blur()
    page.locator("#estimate .notice", has_text="No checkpoint named 'nothing'").wait_for()
    page.locator("#form-members").fill("own:half,ngram(order=2)")
    page.locator("#form-members").blur()
    page.locator("#estimate .cost", has_text="parameters").wait_for()
    page.locator("#train-name input, #train-name textarea").fill("both")
    page.click("#start")
    page.locator("#own td", has_text="★ both").wait_for()
    page.locator("#training .state", has_text="finished").wait_for()
    go_to(page, "Train")
    page.locator("#own tr", has_text="★ both").locator("button", has_text="look inside").click()
    page.locator("#heatmap h3", has_text="member_probability").wait_for()


def test_a_mixture_of_mixtures_is_not_offered_and_no_key_stands_in_a_setting() -> None:
    models = {
        "models": [
            {"name": "mixture", "single_pass": True, "epochs": 10, "idea": {}, "section": "", "training": [],
             "settings": [{"name": "members", "lists": "checkpoints"}]},
            {"name": "ngram", "settings": [{"name": "order", "lists": ""}]},
        ],
        "shared": [],
    }  # fmt: skip
    row = {"model": "ngram", "tokenizer": "ab", "here": True, "held_out_perplexity": 2.5}
    rows: list[dict[str, Any]] = [
        {**row, "name": f"own:{'5a' * 24}:mine", "own": True}, {**row, "name": "cats"}, {**row, "name": "away", "here": False},
        {**row, "name": "mixed", "model": "mixture"}, {"name": "damaged", "error": {}},
    ]  # fmt: skip
    offered = form_value(models, "mixture", {}, rows)["checkpoints"]
    assert offered == [
        {"word": "own:mine", "tokenizer": "ab", "held_out": 2.5}, {"word": "cats", "tokenizer": "ab", "held_out": 2.5},
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "tab", "menu", "said"), [
    ("en-US", "Train", "Copies with lag 8 (floor 2)", "above what no model can beat"),
    ("zh-CN", "训练", "间隔 8 的复制（下限 2）", "下限高"),
])  # fmt: skip
def test_generated_texts_stand_first_with_their_floor_and_a_result_on_one_stands_beside_it(
    open_page: Open, training_address: str, language: str, tab: str, menu: str, said: str
) -> None:
    page = open_page(language, at=training_address, size=NARROW)
    go_to(page, tab)
    page.locator("#train-corpus input").click()
    options = page.locator("ul[role=listbox] li")
    assert ["2.698" in options.nth(0).inner_text(), menu in options.nth(5).inner_text()] == [True, True]
    options.nth(5).click()
    page.locator("#estimate .about", has_text="240,000").wait_for()
    page.click("#start")
    page.locator("#training .result", has_text=said).wait_for()
    assert page.locator("#training .result tbody tr").nth(2).locator("td.figure").inner_text() == "2"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_form_does_not_ask_for_what_a_run_fills_in() -> None:
    assert "source" not in [field["name"] for field in form_value(Lab().models(), "truth")["fields"]]
