"""How far back a gradient goes: the whole window, stretches of one length, or stretches of random length (D2L 8.7.1).

The gradient of a recurrent model goes back through every step that made its state, and is the more costly and the less steady
the farther it goes. Three ways to go about it, by the names of the book's figure 8.7.1:

* *full*: back to the beginning of the window.
* *regular*: the window is cut into stretches of tau steps, and no gradient passes from one into the one before. The first
  step of a stretch so learns from itself alone, its last one from tau steps. This is what is called truncated back-propagation
  through time in practice. It makes as many products as the full one. The book's sum, which goes back tau steps from EVERY step,
  makes tau times as many; `core.measures.truncated_gradients` computes that one too.
* *random* (Tallec and Ollivier 2017): at every step and in every row a coin decides. With probability pi the gradient passes and is
  multiplied by 1/pi, else it ends:

      xi_t = 1/pi with probability pi, else 0        E[xi_t] = 1

  so that its mean is the full gradient. What it pays for that is its spread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.models.stretches import Cut
from core.models.torch_later import torch

if TYPE_CHECKING:
    from core.models.protocol import Array

TRUNCATIONS = ("full", "regular", "random")


def regular_cuts(steps: int, truncation_steps: int) -> list[Cut]:
    """Return the cuts between stretches of ``truncation_steps``; none where they are no shorter than the window.

    >>> [cut.step for cut in regular_cuts(8, 3)]
    [3, 6]
    """
    return [Cut(step) for step in range(truncation_steps, steps, truncation_steps)]


def random_factors(steps: int, rows: int, carry_probability: float, generator: np.random.Generator) -> Array:
    """Return xi for every place between two steps and every row, ``[steps - 1, rows]``: 1/pi with probability pi, else 0."""
    passes = generator.random((max(0, steps - 1), rows)) < carry_probability
    return (passes / carry_probability).astype(np.float32)


def random_cuts(
    steps: int, rows: int, carry_probability: float, generator: np.random.Generator, device: torch.device
) -> list[Cut]:
    """Return a cut after every step but the last, each row with a factor of its own; none where the gradient always passes.

    Args:
        steps, rows: of the window.
        carry_probability: pi, above 0 and at most 1.
        generator: throws the coins.
        device: where the model computes.
    """
    if carry_probability == 1:
        return []
    factors = torch.from_numpy(random_factors(steps, rows, carry_probability, generator)).to(device)
    return [Cut(step, row) for step, row in enumerate(factors, start=1)]
