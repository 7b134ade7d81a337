"""PyTorch, imported when it is first used.

Importing PyTorch takes more than a second and starts its threads. The page, the command line and the count models do
without it, so the recurrent plug-ins write ``from core.models.torch_later import torch`` and pay only when one of them
computes something.

Its threads wait for each other awake for some microseconds, then asleep. Those that spin for milliseconds, as is usual, take
the core that the others need as soon as anything else runs on the machine: a step of learning then took twenty times as
long. Those that sleep at once take twice as long on an idle machine, for they are woken dozens of times a step (docs/log.md).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
else:
    if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & os.environ.keys():  # read once, when PyTorch is loaded
        os.environ.update(OMP_WAIT_POLICY="PASSIVE", GOMP_SPINCOUNT="1000")  # rounds of waiting, a few microseconds

    class _Later:
        """Stands for the module until an attribute is asked for; the import lock makes it safe between threads."""

        def __getattr__(self, name: str) -> Any:
            import torch

            return getattr(torch, name)

    torch = _Later()

__all__ = ["torch"]
