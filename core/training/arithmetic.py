"""The numbers that the large products are made of while a model learns: 32 bits each, or 16.

bfloat16 keeps the range of a 32-bit number and 8 binary digits of it. Processors with instructions for it (AVX-512 BF16,
AMX, GPUs since 2020) multiply twice as many of them in the same time. Weights, gradients and the steps of the optimiser
stay in 32 bits (mixed precision; Micikevicius et al. 2018), and so does everything that is measured.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from core.models.torch_later import torch

PRODUCTS = ("auto", "float32", "bfloat16")


def products_in(choice: str, device: torch.device) -> AbstractContextManager[object]:
    """Return the context in which a model computes forward: one of `PRODUCTS`, of which "auto" takes the faster."""
    if choice == "auto":
        choice = "bfloat16" if multiplies_bfloat16(device) else "float32"
    return torch.autocast(device.type, torch.bfloat16, enabled=choice == "bfloat16")


def multiplies_bfloat16(device: torch.device) -> bool:
    """Whether the device has instructions of its own for products of bfloat16."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    able: dict[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # older versions of PyTorch do not say
    return bool(able.get("avx512_bf16") or able.get("amx_bf16"))
