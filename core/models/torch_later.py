"""PyTorch, imported when it is first used.

Importing PyTorch takes more than a second and starts its threads. The page, the command line and the count models do
without it, so the recurrent plug-ins write ``from core.models.torch_later import torch`` and pay only when one of them
computes something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
else:

    class _Later:
        """Stands for the module until an attribute is asked for; the import lock makes it safe between threads."""

        def __getattr__(self, name: str) -> Any:
            import torch

            return getattr(torch, name)

    torch = _Later()

__all__ = ["torch"]
