"""What moves in a terminal: text as it is written, and a training run until its end or Ctrl-C."""

from __future__ import annotations

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from typing import Any

from core.generation.generate import Finished as GenerationFinished
from core.generation.generate import Piece
from core.sharing.floor import above
from core.text.download import Progress
from core.training.events import Evaluated, Event, Finished, Sampled, Saved, Started, Step, as_json

_UNITS_OF_PROGRESS = 1000


def stream(prefix: str, pieces: Iterator[Piece | GenerationFinished]) -> None:
    """Print a continuation as it is written."""
    sys.stdout.write(prefix)
    for piece in pieces:
        if isinstance(piece, Piece):
            sys.stdout.write(piece.text)
            sys.stdout.flush()
    sys.stdout.write("\n")


def download_progress(quiet: bool) -> contextlib.AbstractContextManager[Progress]:
    """Show a bar while something is downloaded; the function takes bytes so far and in all."""
    return progress_bar("download", "B", quiet)


@contextlib.contextmanager
def progress_bar(what: str, unit: str, quiet: bool) -> Iterator[Progress]:
    """Show a bar on a terminal; the function takes what is done so far and how much there is."""
    from tqdm import tqdm

    bars: list[Any] = []

    def report(done: int, total: int) -> None:
        if not bars:
            bars.append(tqdm(total=total, unit=unit, unit_scale=True, desc=what, disable=quiet or None))
        bars[0].update(done - bars[0].n)

    try:
        yield report
    finally:
        for bar in bars:
            bar.close()


@contextlib.contextmanager
def fetching(quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """Say what is fetched from the Hub, and show a bar; the function takes a name, bytes so far and bytes in all."""
    with contextlib.ExitStack() as stack:
        told: dict[str, Progress] = {}

        def report(name: str, done: int, total: int) -> None:
            if not total:  # the Hub is only being asked: what goes wrong now is said in a line of its own
                return
            if name not in told:
                if not quiet:
                    print(f"Fetching {name} from the Hub; it is kept for the next time.", file=sys.stderr)
                told[name] = stack.enter_context(download_progress(quiet))
            told[name](done, total)

        yield report


def follow(events: Iterator[Event], as_json: bool) -> bool:
    """Print the events of a training until it ends; return whether Ctrl-C or SIGTERM ended it.

    Both stop between two steps, so that what is saved can be resumed exactly; a second one stops at once. SIGTERM is what
    `kill`, containers and clusters send before they end a program.
    """
    with _stop_on_interrupt() as stopped:
        printer = _print_json_lines(events) if as_json else _print_progress(events)
        for _ in printer:
            if stopped():
                printer.close()
                if isinstance(events, Generator):
                    events.close()
                print("Stopped; what was learned is kept. Go on with --resume.", file=sys.stderr)
                return True
    return False


@contextlib.contextmanager
def _stop_on_interrupt() -> Iterator[Callable[[], bool]]:
    asked: list[int] = []

    def ask(signal_number: int, frame: object) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(signal_number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def deaf() -> Iterator[None]:
    """Leave Ctrl-C and SIGTERM to the process that leads: it stops between two steps, saves, and ends the others."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _print_json_lines(events: Iterator[Event]) -> Generator[None, None, None]:
    for event in events:
        print(json.dumps(as_json(event), ensure_ascii=False, allow_nan=False), flush=True)
        yield


def _print_progress(events: Iterator[Event]) -> Generator[None, None, None]:
    """Print a bar with the time left, and a line for every evaluation."""
    from tqdm import tqdm

    with tqdm(
        total=_UNITS_OF_PROGRESS, disable=None, bar_format="{percentage:3.0f}% |{bar}| {elapsed}<{remaining} {postfix}"
    ) as bar:
        for event in events:
            if isinstance(event, Step):
                bar.n = round(event.progress * _UNITS_OF_PROGRESS)
                bar.set_postfix_str(_step_line(event), refresh=False)
                bar.update(0)
            elif line := _line(event):
                bar.write(line, file=sys.stdout)
            yield


def _step_line(event: Step) -> str:
    rate = event.tokens_seen / max(event.seconds, 1e-9)
    loss = "" if event.loss_nats is None else f"loss {event.loss_nats:.3f}  "
    return f"{loss}{rate:,.0f} tokens/s"


def _line(event: Event) -> str:
    """Return what is worth a line of its own, or nothing."""
    if isinstance(event, Started):
        what = f"{event.parameters:,} numbers to learn" if event.parameters else "learns"  # counts come by themselves
        return (
            f"{event.model}: {what} from {event.train_tokens:,} tokens "
            f"({event.validation_tokens:,} for validation, {event.held_out_tokens:,} held out), on {event.device}"
            + (f", {event.processes} processes" if event.processes > 1 else "")
            + (f"; goes on after step {event.steps:,}" if event.steps else "")
        )
    if isinstance(event, Evaluated) and event.final and event.results and "refused" in event.results:
        return f"finished: {event.results['refused']}"
    if isinstance(event, Evaluated) and event.final:
        return (
            f"finished: train perplexity {_shown(event.train_perplexity)}, "
            f"held-out perplexity {_shown(event.held_out_perplexity)}" + _from_floor(event)
        )
    if isinstance(event, Evaluated):
        validation = "" if event.validation_perplexity is None else f", validation {event.validation_perplexity:.3f}"
        return f"step {event.step}: train perplexity {_shown(event.train_perplexity)}{validation}"
    if isinstance(event, Sampled):
        return f"    {event.text!r}"
    if isinstance(event, Finished) and event.advice:
        return event.advice
    return f"step {event.step}: saved in {event.path}" if isinstance(event, Saved) else ""


def _from_floor(event: Evaluated) -> str:
    """Return how far the held-out perplexity is from what is possible, where that is known."""
    floor, held_out = event.floor_perplexity, event.held_out_perplexity
    if floor is None:
        return ""
    return f", floor {floor:.4f}" + ("" if held_out is None else f" ({above(held_out, floor):+.2%})")


def _shown(value: float | None) -> str:
    return "infinite" if value is None else f"{value:.4f}"
