"""A training in a process of its own, which tells what it did in a file, so that it can be killed at any moment."""

from __future__ import annotations

import multiprocessing
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

import core.training.trainer
from core.lab import Lab
from core.places import Places
from core.training.events import Evaluated, Finished, Saved, Step

PROJECT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Training:
    """One run and where it tells what it does."""

    model: str
    text: Path
    values: dict[str, Any]
    out: Path
    diary: Path
    resume: bool = False
    threads: int = 1

    def start(self) -> multiprocessing.process.BaseProcess:
        """Begin in a process that is forked from one which has imported everything: a kill costs no start."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["torch", "tokenizers", "safetensors.numpy", "core.lab", __name__])
        process = context.Process(target=train, args=(self,))
        process.start()
        return process


def train(this: Training) -> None:
    """Train to the end; every line of the diary is written before the next step begins."""
    torch.set_num_threads(this.threads)
    core.training.trainer._MOST_SAVING = 1.0  # save nearly all the time: half of the kills fall into an exchange
    lab = Lab(places=Places(PROJECT / "plugins", this.out.parent, (), this.out.parent / "data"))
    diary = os.open(this.diary, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for event in lab.train(this.model, str(this.text), this.out, this.values, resume=this.resume):
        line = ""
        if isinstance(event, Step):
            line = f"step {event.step} {event.loss_nats!r} {event.gradient_norm!r} {event.learning_rate!r}"
        elif isinstance(event, Evaluated):
            line = f"evaluated {event.step} {event.train_perplexity!r} {event.validation_perplexity!r}"
        elif isinstance(event, Saved):
            line = f"saved {event.step}"
        elif isinstance(event, Finished):
            line = "finished"
        os.write(diary, f"{line}\n".encode())
