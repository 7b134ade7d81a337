"""The command line in several processes at once, numbered as ``torchrun`` numbers them, but forked: no start to wait for."""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from core import cli


@dataclass
class Processes:
    """Processes that run the same words, and the files that they print to."""

    started: list[multiprocessing.process.BaseProcess]
    folder: Path

    def printed(self, rank: int, stream: str = "out") -> str:
        """Return what a process has printed so far."""
        file = self.folder / f"{stream}-{rank}"
        return file.read_text() if file.exists() else ""

    def statuses(self) -> list[int | None]:
        """Wait until all have ended; return their exit statuses."""
        for process in self.started:
            process.join(120)
        return [process.exitcode for process in self.started]

    def kill_after(self, rank: int, word: str) -> None:
        """Kill one process as soon as the leading one has printed a word."""
        while word not in self.printed(0) and self.started[0].is_alive():
            time.sleep(0.01)
        pid = self.started[rank].pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)


def start(words: list[str], size: int, folder: Path) -> Processes:
    """Run the command line in so many processes; with one, as without ``torchrun``."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["torch", "tokenizers", "safetensors.numpy", "core.lab", __name__])
    processes = []
    for rank in range(size):
        told = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": size, "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
        environment = {name: str(value) for name, value in told.items()}
        processes.append(context.Process(target=_run, args=(words, environment, folder)))
        processes[-1].start()
    return Processes(processes, folder)


def _run(words: list[str], environment: dict[str, str], folder: Path) -> None:
    os.environ.update(environment)
    torch.set_num_threads(1)
    for name in ("out", "err"):
        file = (folder / f"{name}-{environment['RANK']}").open("w", buffering=1)
        setattr(sys, f"std{name}", file)
    sys.exit(cli.main(words))
