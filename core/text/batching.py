"""Mini-batches of a text (D2L 8.3.4): random sampling, sequential partition, padded lines.

A text is far too long to learn from at once, so it is cut into windows of ``num_steps`` tokens, ``batch_size`` of them
at a time. The targets are the inputs shifted by one.

* *Random sampling* draws windows in random order: neighbours in a batch, or in consecutive batches, have nothing to
  do with each other, so every window starts from the initial state.
* *Sequential partition* cuts the text into ``batch_size`` long strips and walks along all of them at once: row i of one
  batch continues in row i of the next, so the state is carried (and its gradient cut off).
* *Lines* (one sequence each) are put side by side, the shorter ones padded; ``mask`` tells which targets are real (D2L 9.5).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.errors import BadText
from core.text.sequences import Ids, Sequences

Lengths = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Window:
    """One mini-batch.

    Attributes:
        inputs: ids ``[batch, time]``.
        targets: the id after each input, ``[batch, time]``.
        fresh: which rows start from the initial state instead of carrying on, ``[batch]``.
        mask: which targets count, ``[batch, time]``; None when all do.
    """

    inputs: Ids
    targets: Ids
    fresh: npt.NDArray[np.bool_]
    mask: npt.NDArray[np.bool_] | None = None

    @property
    def num_tokens(self) -> int:
        """How many targets count."""
        return int(self.targets.size if self.mask is None else self.mask.sum())

    @property
    def wasted(self) -> float:
        """Share of the cells that are padding, 0 to below 1."""
        return 1 - self.num_tokens / self.targets.size


def random_sampling(ids: Ids, batch_size: int, num_steps: int, generator: np.random.Generator) -> Iterator[Window]:
    """Yield windows of ``ids [total]`` in random order, none overlapping.

    The first window begins at an offset drawn from 0 .. num_steps - 1, so that over the epochs every label but the
    very first is seen. Windows left over after the last full batch are dropped, as the book does; a text shorter than
    a batch gives one batch with as many rows (or steps) as there are.
    """
    offset = int(generator.integers(min(num_steps, max(1, len(ids) - num_steps))))
    num_windows = (len(ids) - 1 - offset) // num_steps
    if num_windows < 1:
        yield from _one_short_window(ids)
        return
    begins = offset + num_steps * generator.permutation(num_windows)
    rows = min(batch_size, num_windows)
    for first in range(0, num_windows - rows + 1, rows):
        at = begins[first : first + rows, None] + np.arange(num_steps)  # [rows, num_steps]
        yield Window(ids[at], ids[at + 1], fresh=np.ones(rows, dtype=bool))


def sequential_partition(
    ids: Ids, batch_size: int, num_steps: int, generator: np.random.Generator, reset_probability: float = 0.0
) -> Iterator[Window]:
    """Yield windows that walk along ``batch_size`` strips of ``ids [total]`` side by side.

    The book draws the offset from 0 .. num_steps INCLUSIVE, which can lose a whole batch (on range(35) with batch 2,
    steps 5, offset 5 it gives 20 labels instead of 30); here it is 0 .. num_steps - 1.

    Args:
        ids: ``[total]``.
        batch_size, num_steps: rows and steps of a window.
        generator: draws the offset and the resets.
        reset_probability: chance that a row forgets its state before a window although it could carry on; without
            it a model hardly ever learns to start from nothing.
    """
    rows = max(1, min(batch_size, (len(ids) - 1) // num_steps))
    offset = int(generator.integers(min(num_steps, max(1, len(ids) - rows * num_steps))))
    strip = (len(ids) - 1 - offset) // rows
    if strip < 1:
        yield from _one_short_window(ids)
        return
    inputs = ids[offset : offset + rows * strip].reshape(rows, strip)
    targets = ids[offset + 1 : offset + 1 + rows * strip].reshape(rows, strip)
    steps = min(num_steps, strip)
    for begin in range(0, strip - steps + 1, steps):
        fresh = generator.random(rows) < (1.0 if begin == 0 else reset_probability)
        yield Window(inputs[:, begin : begin + steps], targets[:, begin : begin + steps], fresh)


def padded_lines(
    lines: Sequences, batch_size: int, generator: np.random.Generator | None = None, *, buckets: bool = True
) -> Iterator[Window]:
    """Yield whole lines side by side, padded with id 0 behind their ends and masked there.

    With a generator the lines come in random order; with buckets, each batch holds lines of like length nevertheless, so that
    little of it is padding. Without a generator they come in their own order.
    """
    for chosen in _line_batches(lines.lengths, batch_size, generator, buckets):
        yield pad(lines, chosen)


def wasted_share(lengths: Lengths, batch_size: int, generator: np.random.Generator, *, buckets: bool) -> float:
    """Return the share of an epoch's cells that `padded_lines` pads, from nothing but the lines' lengths in ids."""
    batches = [lengths[chosen] - 1 for chosen in _line_batches(lengths, batch_size, generator, buckets)]
    cells = sum(int(targets.max()) * len(targets) for targets in batches)
    return 1 - sum(int(targets.sum()) for targets in batches) / cells if cells else 0.0


def _line_batches(
    lengths: Lengths, batch_size: int, generator: np.random.Generator | None, buckets: bool
) -> list[Lengths]:
    """Return the numbers of the lines of each batch."""
    order = np.flatnonzero(lengths > 1)
    if generator is not None:
        drawn = generator.random(len(order))
        order = order[np.lexsort((drawn, lengths[order])) if buckets else np.argsort(drawn)]
    batches = [order[first : first + batch_size] for first in range(0, len(order), batch_size)]
    if generator is not None:
        generator.shuffle(batches)
    return batches


def pad(lines: Sequences, chosen: Lengths) -> Window:
    """Return the chosen lines as one window, padded to the longest of them."""
    lengths = lines.lengths[chosen] - 1  # targets of each line
    steps = np.arange(int(lengths.max()))
    mask = steps < lengths[:, None]  # [batch, time]
    at = np.where(mask, lines.starts[chosen][:, None] + steps, 0)
    inputs = np.where(mask, lines.ids[at], 0).astype(np.int32)
    targets = np.where(mask, lines.ids[at + mask], 0).astype(np.int32)
    return Window(inputs, targets, np.ones(len(chosen), dtype=bool), mask)


def check_line_lengths(lengths: Lengths, most: int) -> None:
    """Refuse lines too long to be put side by side.

    Args:
        lengths: ids of each line, its two boundaries included.
        most: tokens that a line may have.

    Raises:
        BadText: a longer one.
    """
    longest = int(lengths.max(initial=0)) - 2
    if longest > most:
        raise BadText(
            f"A line has {longest:,} tokens, and here at most {most:,} are learned from at once. Break it into several lines, or"
            " learn from the text as one continuous one: lines=text.",
            f"有一行长达 {longest:,} 个词元，此处每行最多 {most:,} 个。请把它分成几行，或把文本当作一段连续文字来学：lines=text。",
        )


def _one_short_window(ids: Ids) -> Iterator[Window]:
    """Yield a text shorter than a window as one row; nothing when there is no target at all."""
    if len(ids) > 1:
        yield Window(ids[None, :-1], ids[None, 1:], np.ones(1, dtype=bool))
