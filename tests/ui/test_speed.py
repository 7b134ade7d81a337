"""Speed as a person feels it, measured in a browser beside a bare Gradio page in the same run, and reported.

Nothing is asserted of the times: machines differ, and are noisy. The figures are printed; those of one run stand in
docs/log.md. Run it alone: ``python -m pytest tests/ui/test_speed.py``.
"""

from __future__ import annotations

import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.bench.servers import BARE_PAGE, OUR_PAGE, served
from core.lab import Lab
from tests.ui.visitor import HAND, PATIENCE, WIDE, choose, go_to

pytestmark = pytest.mark.browser
_ROUNDS = 3
_FOUR = ("shakespeare-bigram", "shakespeare-ngram", "shakespeare-rnn", "shakespeare-lstm")
_READ_CHARACTERS = 2000


@pytest.fixture(scope="module")
def addresses() -> Iterator[tuple[str, str]]:
    """Our page with the models that ship, and a bare one."""
    lab = Lab()
    if any(name not in [row["name"] for row in lab.checkpoints()] for name in _FOUR):
        pytest.skip("the models that ship are not here")
    with served(OUR_PAGE, lab) as ours, served(BARE_PAGE, lab) as bare:
        yield ours, bare


@pytest.fixture
def report(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    def tell(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{line}\n")

    return tell


def visit(browser: Any, address: str, seen: str) -> tuple[Any, float]:
    """Open a page in a fresh browser context; return it and the seconds until something of it is seen."""
    page = browser.new_context(viewport=WIDE).new_page()
    page.set_default_timeout(4 * PATIENCE)
    began = time.perf_counter()
    page.goto(address)
    page.locator(seen).first.wait_for()
    return page, time.perf_counter() - began


def memory(port: int) -> float | None:
    """Return the megabytes that the server on a port keeps; None where the system does not tell."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            environment = (status.parent / "environ").read_bytes()
            if f"GRADIO_SERVER_PORT={port}\0".encode() in environment + b"\0":
                return int(re.findall(r"VmRSS:\s+(\d+) kB", status.read_text())[0]) / 1000
        except (OSError, IndexError):
            continue
    return None


def test_the_first_page_is_measured_beside_a_bare_one(
    browser: Any, addresses: tuple[str, str], report: Callable[[str], None]
) -> None:
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(_ROUNDS + 1):
        for name, address, seen in (("ours", addresses[0], "#ladder .line"), ("bare", addresses[1], "textarea")):
            page, took = visit(browser, address, seen)
            times[name].append(took)
            page.context.close()
    ours, bare = (statistics.median(times[name][1:]) for name in ("ours", "bare"))  # the first ones fill caches
    assert ours > 0 and bare > 0
    report(f"first page, the first view drawn: {ours:.2f} s; bare Gradio page {bare:.2f} s; {ours - bare:+.2f} s")


def test_the_first_token_the_reading_and_the_memory_are_measured(
    browser: Any, addresses: tuple[str, str], report: Callable[[str], None]
) -> None:
    page, _ = visit(browser, addresses[0], "#choices tbody tr")
    first = "(document.querySelector('#manuscript .written') || {textContent: ''}).textContent.length > 0"
    tokens = []
    for _ in range(_ROUNDS + 1):
        page.wait_for_timeout(HAND)
        tokens.append(measure_in_page(page, "#write", first))
        page.wait_for_function("!document.body.matches('.unroll-writing')")
    report(f"first token after Write: {1000 * statistics.median(tokens[1:]):.0f} ms")
    go_to(page, "Read")
    page.wait_for_timeout(2 * HAND)
    choose(page, "#read-checkpoint", *_FOUR)
    drawn = (
        "document.querySelectorAll('#aligned .block:not([data-old]) b').length > 100"
        " && document.querySelectorAll('#scores tbody tr:not([data-old])').length >= 4"
    )
    old = "document.querySelectorAll('#aligned .block, #scores tbody tr').forEach((each) => (each.dataset.old = 1))"
    reads = []
    for k in range(_ROUNDS + 1):
        text = f"{'abcd'[k]} Hell is empty\nAnd all the devils are here. " * 60
        page.locator("#read-text textarea").fill(text[:_READ_CHARACTERS])
        page.wait_for_timeout(HAND)
        page.evaluate(old)
        reads.append(measure_in_page(page, "#read", drawn))
        page.wait_for_timeout(HAND)
    report(f"2,000 characters read by four models and drawn: {statistics.median(reads[1:]):.2f} s")
    names = [row["name"] for row in Lab().checkpoints() if "error" not in row]
    for name in names:
        text = "marielle" if name.startswith("names") else "今天" if name.startswith("red") else "the time"
        page.evaluate(
            "async ([name, text]) => { const answer = await fetch('/gradio_api/call/score', {method: 'POST', headers: {'Content-Type':"
            " 'application/json'}, body: JSON.stringify({data: [name, text, null, 0, false]})}); const { event_id } = await"
            " answer.json(); return (await fetch('/gradio_api/call/score/' + event_id)).text(); }",
            [name, text],
        )
    kept = memory(int(addresses[0].rsplit(":", 1)[1]))
    assert min(tokens + reads) > 0 and (kept is None or kept > 50)
    report(
        f"memory of the server with {len(names)} checkpoints in use: {'unknown' if kept is None else f'{kept:.0f} MB'}"
    )


def test_the_page_answers_while_a_training_runs(
    browser: Any, addresses: tuple[str, str], report: Callable[[str], None]
) -> None:
    page, _ = visit(browser, addresses[0], "#choices tbody tr")
    other, _ = visit(browser, addresses[0], "#choices tbody tr")
    first = "(document.querySelector('#manuscript .written') || {textContent: ''}).textContent.length > 0"
    measure_in_page(other, "#write", first)
    other.wait_for_function("!document.body.matches('.unroll-writing')")
    go_to(page, "Train")
    page.locator("#train-model input").click()
    page.locator("ul[role=listbox] li", has_text="nn.GRU").click()
    page.locator("#estimate .cost", has_text="parameters").wait_for()
    page.locator("#form-epochs").fill("1000")
    page.locator("#form-epochs").blur()
    page.click("#start")
    page.wait_for_function("/step [1-9]/.test(document.querySelector('#training .facts').textContent)")
    tokens = []
    for _ in range(_ROUNDS):
        tokens.append(measure_in_page(other, "#write", first))
        other.wait_for_function("!document.body.matches('.unroll-writing')")
    page.click("#stop-training")
    page.locator("#training .state", has_text="stopped").wait_for()
    page.locator("#own button", has_text="delete").click()
    page.locator("#own button", has_text="really delete?").click()
    assert min(tokens) > 0
    report(f"first token after Write while a training runs: {1000 * statistics.median(tokens):.0f} ms")


def measure_in_page(page: Any, button: str, seen: str) -> float:
    """Return the seconds from a click until a condition holds, counted in the browser itself, frame by frame."""
    return float(
        page.evaluate(
            f"""() => new Promise((tell, fail) => {{
              setTimeout(() => fail(new Error("not seen: {button}")), {4 * PATIENCE});
              document.querySelectorAll('#manuscript .written').forEach((each) => (each.textContent = ''));
              const began = performance.now();
              const look = () => ({seen} ? tell((performance.now() - began) / 1000) : requestAnimationFrame(look));
              document.querySelector('{button}').click();
              requestAnimationFrame(look);
            }})"""
        )
    )
