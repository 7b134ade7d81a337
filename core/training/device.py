"""Where learning by gradient computes: on a GPU where there is one, on the processor otherwise."""

from __future__ import annotations

import os

from core.models.torch_later import torch


def has_gpu() -> bool:
    """Return whether a GPU is there to learn on.

    On Hugging Face's ZeroGPU PyTorch says so too, but lends one only to functions marked for it, for seconds: there
    learning stays on the CPU.
    """
    lent = os.environ.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")  # as the package `spaces` reads it
    return torch.cuda.is_available() and not lent


def device_for_people(device: torch.device) -> str:
    """Return what computes there: "cpu", or "cuda" and the GPU's name."""
    if device.type != "cuda":
        return device.type
    return f"cuda ({torch.cuda.get_device_name(device)})"
