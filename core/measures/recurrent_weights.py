"""What one step does to a gradient, read off the recurrent weights alone (D2L 8.7.1; Pascanu et al. 2013, section 2.1).

In a plain network dh_{t+1}/dh_t = diag(1 - h_{t+1}^2) W_hh^T, and 1 - h^2 is at most 1. So no step lengthens a gradient by more than
the greatest singular value of W_hh: below 1 it must vanish, and only above 1 can it explode. The spectral radius, the greatest
|eigenvalue|, is the factor a step that the linear network settles at after many steps.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.models.protocol import InputWeights

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A square block of recurrent weights.

    Attributes:
        gate: what it leads to.
        singular: its singular values, the greatest first, ``[hidden]``.
        eigenvalues: complex ones, the greatest in size first, ``[hidden]``.
    """

    gate: str
    singular: Floats
    eigenvalues: npt.NDArray[np.complex128]

    @property
    def radius(self) -> float:
        """The spectral radius."""
        return float(np.abs(self.eigenvalues[0]))

    @property
    def norm(self) -> float:
        """The greatest singular value."""
        return float(self.singular[0])


def recurrent_spectra(weights: InputWeights) -> list[Spectrum]:
    """Return the spectrum of every square block of W_hh, of a plain network the only one."""
    blocks = np.split(weights.W_hh.astype(np.float64), len(weights.gates), axis=1)
    spectra = []
    for gate, block in zip(weights.gates, blocks, strict=True):
        eigenvalues = np.linalg.eigvals(block).astype(np.complex128)
        singular = np.linalg.svd(block, compute_uv=False).astype(np.float64)
        order = np.argsort(-np.abs(eigenvalues), kind="stable")
        spectra.append(Spectrum(gate, singular, eigenvalues[order]))
    return spectra
