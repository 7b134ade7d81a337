"""Many visitors at once: how long an answer takes through the web API, beside a bare Gradio echo.

Every visitor is a thread with a client of its own that asks again as soon as it has its answer. The two servers stand
side by side and are visited in turns, a slice of the time each, so that a busy machine slows both.
"""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from core.bench.conditions import Sizes
from core.bench.measure import Findings, Row
from core.bench.servers import BARE_PAGE, OUR_PAGE, served
from core.lab import Lab

_ROUNDS = 2
_TOKENS = 50
_TEXT = "The tide came in and the clock went on.\n"
_PERCENTILES = (50, 95)

Ask = Callable[[Any], object]


def bench_load(lab: Lab, sizes: Sizes) -> Findings:
    """Measure the waiting time of several visitors who ask without a pause."""
    checkpoint = sizes.checkpoint
    lab.folder_of(checkpoint)  # an error before the first process, if there is none
    with served(OUR_PAGE, lab) as ours, served(BARE_PAGE, lab) as bare:
        our_clients, bare_clients = _clients(ours, sizes.clients), _clients(bare, sizes.clients)
        parts: list[tuple[str, list[Any], Ask]] = [
            ("/generate", our_clients, lambda client: client.predict(
                checkpoint=checkpoint, prefix=_TEXT, tokens=_TOKENS, api_name="/generate")),
            ("/score", our_clients, lambda client: client.predict(
                checkpoint=checkpoint, text=_TEXT, api_name="/score")),
            ("/echo", bare_clients, lambda client: client.predict(text=_TEXT, api_name="/echo")),
        ]  # fmt: skip
        for _, clients, ask in parts:
            _visit(clients, ask, 0.0)  # each client once, unmeasured: models are loaded, connections open
        waits: dict[str, list[float]] = {name: [] for name, _, _ in parts}
        for _ in range(_ROUNDS):
            for name, clients, ask in parts:
                waits[name] += _visit(clients, ask, sizes.seconds / _ROUNDS / len(parts))
    echo = waits.pop("/echo")
    rows = [
        Row(f"{name}, {sizes.clients} visitors, p{percent}", _percentile(found, percent), "bare Gradio echo",
            _percentile(echo, percent), "s")
        for name, found in waits.items() for percent in _PERCENTILES
    ]  # fmt: skip
    answers = ", ".join(f"{name} {len(found):,}" for name, found in {**waits, "/echo": echo}.items())
    note = (
        f"load: seconds for one answer, {sizes.clients} visitors in one process without a pause, {_TOKENS} tokens "
        f"written or {len(_TEXT)} characters scored by {checkpoint}, all on this machine. Answers: {answers}."
    )
    return Findings(rows, notes=[note])


def _clients(address: str, number: int) -> list[Any]:
    from gradio_client import Client

    return [Client(address, verbose=False, analytics_enabled=False) for _ in range(number)]


def _visit(clients: list[Any], ask: Ask, seconds: float) -> list[float]:
    """Let every client ask for so many seconds, at least once, and return how long each answer took."""
    begin, until = threading.Barrier(len(clients)), time.perf_counter() + seconds

    def visitor(client: Any) -> list[float]:
        waits: list[float] = []
        begin.wait()
        while not waits or time.perf_counter() < until:
            asked = time.perf_counter()
            ask(client)
            waits.append(time.perf_counter() - asked)
        return waits

    with ThreadPoolExecutor(len(clients)) as threads:
        return [wait for waits in threads.map(visitor, clients) for wait in waits]


def _percentile(values: list[float], percent: int) -> float:
    """Return the value that so many of a hundred do not exceed; a single value is all of them."""
    return values[0] if len(values) == 1 else statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
