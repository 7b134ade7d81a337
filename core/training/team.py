"""One process among those that learn together: which rows are its own, and how it speaks with the others.

The gradient of a window is a mean over its targets, so it can be computed in parts. Every process has the same weights
and takes some of the rows:

    gradient of the window = sum over processes of (targets in its rows / targets in all rows) * its own gradient

The sum is one `all_reduce` of all gradients laid end to end. Afterwards every process has the whole gradient, clips it,
makes the same step, and so keeps the same weights. The state of a row stays with the process that has the row.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from core.errors import Failure
from core.models.protocol import Array
from core.models.torch_later import torch
from core.text.batching import Window
from core.training.messages import Message, packed, unpacked

if TYPE_CHECKING:
    from torch import Tensor


def rows_of(rank: int, rows: int, size: int) -> slice:
    """Return which of a window's rows a process takes: neighbours, the same number for all or one more.

    A window with fewer rows than processes leaves none for the last ones; they compute the last row along, for nothing.

    >>> [rows_of(rank, 5, 2) for rank in range(2)], rows_of(2, 2, 3)
    ([slice(0, 3, None), slice(3, 5, None)], slice(1, 2, None))
    """
    each, more = divmod(rows, size)
    begin = min(rank * each + min(rank, more), rows - 1)
    return slice(begin, begin + max(1, each + (rank < more)))


class Team:
    """All processes of a run, as one of them sees them.

    Args:
        rank: this one's number; 0 leads.
        size: how many there are.
    """

    def __init__(self, rank: int, size: int) -> None:
        self.rank, self.size = rank, size
        self.in_touch = True
        """Whether the others are there and wait for a message: not in the middle of a step."""
        self._rows, self._weight = 0, 0.0

    @property
    def leads(self) -> bool:
        """Whether this process runs the trainer."""
        return self.rank == 0

    def tell(self, message: Message) -> None:
        """Send a message to all that follow.

        Raises:
            Failure: one of them has ended, or all are in the middle of a step that this one has left.
        """
        if not self.in_touch:
            raise _out_of_touch()
        content = packed(message)
        with self.reaching():
            torch.distributed.broadcast(torch.tensor([len(content)]), src=0)
            torch.distributed.broadcast(torch.frombuffer(content, dtype=torch.uint8), src=0)

    def hear(self) -> Message:
        """Wait for the next message of the one that leads."""
        with self.reaching():
            length = torch.zeros(1, dtype=torch.int64)
            torch.distributed.broadcast(length, src=0)
            content = torch.empty(int(length), dtype=torch.uint8)
            torch.distributed.broadcast(content, src=0)
        return unpacked(content.numpy().tobytes())

    # A step of learning

    def part_of(self, window: Window, progress: float) -> Window:
        """Return this process's rows of a window; the one that leads sends it to the others first."""
        if self.leads:
            arrays = {"inputs": window.inputs, "targets": window.targets, "fresh": window.fresh}
            arrays |= {"mask": window.mask} if window.mask is not None else {}
            self.tell(Message("learn", {"progress": progress}, arrays))
            self.in_touch = False  # until `add_up` they wait for gradients
        own = self.own_rows(len(window.fresh))
        mask = None if window.mask is None else window.mask[own]
        part = Window(window.inputs[own], window.targets[own], window.fresh[own], mask)
        self._weight = part.num_tokens / window.num_tokens if self.rank < self._rows else 0.0
        return part

    def add_up(self, loss: Tensor, parameters: Iterable[Tensor]) -> Tensor:
        """Turn loss and gradients of this process's part, means over its targets, into those of the whole window.

        Args:
            loss: of the part.
            parameters: their gradients are replaced.

        Returns:
            The loss of the window, the same number for every process.
        """
        gradients = [each.grad for each in parameters if each.grad is not None]
        flat = torch.cat([*(each.flatten() for each in gradients), loss.detach().flatten()]) * self._weight
        with self.reaching():
            torch.distributed.all_reduce(flat)
        *parts, whole = torch.split(flat, [*(each.numel() for each in gradients), 1])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))
        self.in_touch = True
        return whole

    # The carried state

    def own_rows(self, rows: int) -> slice:
        """Return which of so many rows this process takes, and remember how many there are."""
        self._rows = rows
        return rows_of(self.rank, rows, self.size)

    def whole_state(self, state: Sequence[Array]) -> list[Array]:
        """Return the state of all rows to the one that leads, and to a process that follows its own.

        Args:
            state: this process's parts, each ``[own rows, ...]``; every process must call this.
        """
        if not self.leads:
            own = [part if self.rank < self._rows else part[:0] for part in state]
            self._send_to_leader(Message("state", {}, {str(number): part for number, part in enumerate(own)}))
            return list(state)
        self.tell(Message("state"))
        all_parts = [list(state)]
        for rank in range(1, self.size):
            received = self._receive_from(rank).arrays
            all_parts.append([received[str(number)] for number in range(len(state))])
        return [np.concatenate(parts) for parts in zip(*all_parts, strict=True)]

    def _send_to_leader(self, message: Message) -> None:
        content = packed(message)
        with self.reaching():
            torch.distributed.send(torch.tensor([len(content)]), dst=0)
            torch.distributed.send(torch.frombuffer(content, dtype=torch.uint8), dst=0)

    def _receive_from(self, rank: int) -> Message:
        with self.reaching():
            length = torch.zeros(1, dtype=torch.int64)
            torch.distributed.recv(length, src=rank)
            content = torch.empty(int(length), dtype=torch.uint8)
            torch.distributed.recv(content, src=rank)
        return unpacked(content.numpy().tobytes())

    @contextlib.contextmanager
    def reaching(self) -> Iterator[None]:
        """Say in words that another process is gone; what is interrupted in here leaves the processes out of step."""
        try:
            yield
        except RuntimeError as error:
            self.in_touch = False
            raise _out_of_touch() from error
        except BaseException:
            self.in_touch = False
            raise


def _out_of_touch() -> Failure:
    return Failure(
        "Another process of this training has ended, or this one broke off in the middle of a step. What was saved last is"
        " whole: start all processes again, with --resume.",
        "本次训练的另一个进程已结束，或本进程在一步中途中断。最近一次保存的内容完好：请用 --resume 重新启动所有进程。",
    )
