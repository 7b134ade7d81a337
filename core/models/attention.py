"""Attention over a sliding window (D2L 10.3; Vaswani et al. 2017): who looks at whom, and how far.

    attention(Q, K, V) = softmax(Q K^T / sqrt(d) + B) V

Q are questions, K addresses and V contents, each ``[..., d]`` numbers. B[i, j] is what is added for the place of key j as seen
from question i; minus infinity hides the key, for e to the minus infinity is a weight of 0. Here the keys are the ``window``
tokens before the text that is read, and then the text itself, so question i stands at place window + i.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.models.torch_later import torch

if TYPE_CHECKING:
    from torch import Tensor


def attention(Q: Tensor, K: Tensor, V: Tensor, B: Tensor) -> Tensor:
    """Return what every question is answered.

    Args:
        Q: ``[batch, heads, time, d]``.
        K: ``[batch, heads, window + time, d]``.
        V: the same shape as K.
        B: what is added to the products, ``[time, window + time]`` with any axes of batch and heads before them; every
            question must see some key.

    Returns:
        ``[batch, heads, time, d]``.
    """
    # The questions are divided, not the products: there are fewer of them (a seventh of a training step is saved).
    products = (Q / Q.shape[-1] ** 0.5) @ K.transpose(-1, -2) + B  # [batch, heads, time, window + time]
    return torch.softmax(products, dim=-1) @ V


def band(by_distance: Tensor, time: int) -> Tensor:
    """Return B for distances alone: 0 is the token itself, ``window`` the farthest that is seen.

    Args:
        by_distance: what is added at each distance, ``[heads, window + 1]``.
        time: how many questions.

    Returns:
        ``[heads, time, window + time]``: minus infinity for later tokens and for those beyond the window.
    """
    window, device = by_distance.shape[1] - 1, by_distance.device
    questions, keys = window + torch.arange(time, device=device), torch.arange(window + time, device=device)
    distance = questions[:, None] - keys  # [time, window + time]
    seen = (distance >= 0) & (distance <= window)
    added = torch.nn.functional.embedding(distance.clamp(0, window), by_distance.t())  # [time, window + time, heads]
    return torch.where(seen, added.permute(2, 0, 1), -torch.inf)


def hide_missing(real: Tensor, window: int, time: int) -> Tensor:
    """Return what to add to B so that nothing before the beginning of a text is seen.

    Args:
        real: how many of the ``window`` tokens before are there, the nearest ones, ``[batch]``.
        window, time: as above.

    Returns:
        0 or minus infinity, ``[batch, 1, 1, window + time]``.
    """
    places = torch.arange(window + time, device=real.device)
    return torch.where(places < window - real[:, None], -torch.inf, 0.0)[:, None, None, :]
