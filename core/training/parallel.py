"""Several processes learn from one mini-batch together (data parallelism; Li et al. 2020, "PyTorch Distributed").

The gradient of a window is a mean over its targets, so it can be computed in parts. Every process has the same weights
and takes some of the rows:

    gradient of the window = sum over processes of (targets in its rows / targets in all rows) * its own gradient

The sum is one `all_reduce` of all gradients laid end to end. Afterwards every process has the whole gradient, clips it,
makes the same step, and so keeps the same weights. The state of a row stays with the process that has the row.

One process *leads*: it alone knows the text, the clock and the folder, and runs the trainer as if it were alone. The
others *follow*: they know what it tells them and nothing else. ``torchrun`` starts them all and numbers them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

from core.errors import BadSetting, Failure, Refused
from core.models.protocol import Array, Learner
from core.models.registry import Registry
from core.models.torch_later import torch
from core.settings import build, to_json
from core.text.batching import Window
from core.training.device import has_gpu
from core.training.messages import Message, packed, unpacked

if TYPE_CHECKING:
    from torch import Tensor

# How long a process waits for another before it gives up. Those that follow wait while the first one reads a validation
# part or a whole text; one that has died is noticed at once, for its connection ends.
_PATIENCE = timedelta(hours=2)
_MODEL, _LEARNER = "model.", "learner."


@runtime_checkable
class Shares(Protocol):
    """A learner that can learn from a part of a window while others learn from the rest."""

    def join(self, team: Team) -> None:
        """Learn together with other processes from now on."""


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
        with self._reaching():
            torch.distributed.broadcast(torch.tensor([len(content)]), src=0)
            torch.distributed.broadcast(torch.frombuffer(content, dtype=torch.uint8), src=0)

    def hear(self) -> Message:
        """Wait for the next message of the one that leads."""
        with self._reaching():
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
        with self._reaching():
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
        with self._reaching():
            torch.distributed.send(torch.tensor([len(content)]), dst=0)
            torch.distributed.send(torch.frombuffer(content, dtype=torch.uint8), dst=0)

    def _receive_from(self, rank: int) -> Message:
        with self._reaching():
            length = torch.zeros(1, dtype=torch.int64)
            torch.distributed.recv(length, src=rank)
            content = torch.empty(int(length), dtype=torch.uint8)
            torch.distributed.recv(content, src=rank)
        return unpacked(content.numpy().tobytes())

    @contextlib.contextmanager
    def _reaching(self) -> Iterator[None]:
        """Say in words that another process is gone; what is interrupted in here leaves the processes out of step."""
        try:
            yield
        except RuntimeError as error:
            self.in_touch = False
            raise _out_of_touch() from error
        except BaseException:
            self.in_touch = False
            raise


@contextlib.contextmanager
def together() -> Iterator[Team | None]:
    """Join the other processes that ``torchrun`` has started; None where this one is alone.

    Raises:
        BadSetting: there are more processes than GPUs on this machine.
        Failure: the others cannot be reached.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size < 2:
        yield None
        return
    team = Team(int(os.environ["RANK"]), size)
    backend = _use_own_gpu(int(os.environ.get("LOCAL_RANK", "0")))
    with team._reaching():
        torch.distributed.init_process_group(backend, timeout=_PATIENCE)
    try:
        yield team
    finally:
        if team.leads:
            with contextlib.suppress(Failure):
                team.tell(Message("end"))
        with contextlib.suppress(RuntimeError):
            torch.distributed.destroy_process_group()


def _out_of_touch() -> Failure:
    return Failure(
        "Another process of this training has ended, or this one broke off in the middle of a step. What was saved last is"
        " whole: start all processes again, with --resume.",
        "本次训练的另一个进程已结束，或本进程在一步中途中断。最近一次保存的内容完好：请用 --resume 重新启动所有进程。",
    )


def _use_own_gpu(number: int) -> str:
    """Give this process a GPU of its own where there are any; return what carries the numbers between processes."""
    if not has_gpu():
        return "gloo"
    if number >= torch.cuda.device_count():
        raise BadSetting(
            f"There are more processes on this machine than GPUs ({torch.cuda.device_count()}). Start one for each GPU, or"
            " hide the GPUs: CUDA_VISIBLE_DEVICES=",
            f"本机的进程数多于 GPU 数（{torch.cuda.device_count()}）。请每块 GPU 启动一个进程，或隐藏 GPU：CUDA_VISIBLE_DEVICES=",
        )
    torch.cuda.set_device(number)
    return "cpu:gloo,cuda:nccl"


def lead(team: Team, learner: Learner) -> None:
    """Let all processes of a team learn what this learner learns; it drives them from now on.

    Raises:
        Refused: it cannot share its work.
    """
    model = learner.model
    if not isinstance(learner, Shares):
        raise Refused(
            f"The model {model.about.name!r} does not learn by gradient, and only that can be shared among processes. Train it"
            " without torchrun.",
            f"模型“{model.about.name}”不按梯度学习，而只有梯度学习可以分给多个进程。请不用 torchrun 训练。",
        )
    facts = {
        "model": model.about.name, "config": to_json(model.config), "vocab_size": model.vocab_size,
        "training": to_json(learner.config), "seed": learner.seed,
    }  # fmt: skip
    arrays = {_MODEL + name: array for name, array in model.tensors().items()}
    arrays |= {_LEARNER + name: array for name, array in learner.tensors().items()}
    team.tell(Message("begin", facts, arrays))
    learner.join(team)


def follow(team: Team, registry: Registry) -> None:
    """Do what the one that leads says, until it says that this is the end."""
    learner: Learner | None = None
    while (message := team.hear()).word != "end":
        if message.word == "begin":
            learner = _same_learner(message, registry)
            assert isinstance(learner, Shares)
            learner.join(team)
        elif message.word == "learn":
            assert learner is not None
            sent = message.arrays
            window = Window(sent["inputs"], sent["targets"], sent["fresh"], sent.get("mask"))
            learner.learn(window, message.values["progress"])
        elif message.word == "state":
            assert learner is not None
            learner.tensors()  # which sends this process's part of the state


def _same_learner(message: Message, registry: Registry) -> Learner:
    """Return a learner that stands where the leading one stands."""
    facts = message.values
    plugin = registry.get(facts["model"])
    model = plugin(build(plugin.Config, facts["config"]), facts["vocab_size"], facts["seed"])
    model.load_tensors(_named(message, _MODEL))
    learner = plugin.Learner(model, build(plugin.Learner.Config, facts["training"]), facts["seed"])
    learner.load_tensors(_named(message, _LEARNER))
    return learner


def _named(message: Message, prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in message.arrays.items() if name.startswith(prefix)}
