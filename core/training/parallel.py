"""Several processes learn from one mini-batch together (data parallelism; Li et al. 2020, "PyTorch Distributed").

One process *leads*: it alone knows the text, the clock and the folder, and runs the trainer as if it were alone. The
others *follow*: they know what it tells them and nothing else. ``torchrun`` starts them all and numbers them. How they
share a step is in `core.training.team`.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol, runtime_checkable

from core.errors import BadSetting, Failure, Refused
from core.models.protocol import Array, Learner
from core.models.registry import Registry
from core.models.torch_later import torch
from core.settings import build, to_json
from core.text.batching import Window
from core.training.device import has_gpu
from core.training.messages import Message
from core.training.team import Team

# How long a process waits for another before it gives up. Those that follow wait while the first one reads a validation
# part or a whole text; one that has died is noticed at once, for its connection ends.
_PATIENCE = timedelta(hours=2)
_MODEL, _LEARNER = "model.", "learner."


@runtime_checkable
class Shares(Protocol):
    """A learner that can learn from a part of a window while others learn from the rest."""

    def join(self, team: Team) -> None:
        """Learn together with other processes from now on."""


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
    with team.reaching():
        torch.distributed.init_process_group(backend, timeout=_PATIENCE)
    try:
        yield team
    finally:
        if team.leads:
            with contextlib.suppress(Failure):
                team.tell(Message("end"))
        with contextlib.suppress(RuntimeError):
            torch.distributed.destroy_process_group()


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
