"""Opened checkpoints, kept in memory for all visitors together: one bounded store, the least used leaves first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

from core.models.registry import Registry
from core.sharing.checkpoint import Checkpoint, load_checkpoint
from core.sharing.facts import CONFIG


class CheckpointCache:
    """Loads checkpoints on demand and keeps the last used ones.

    A checkpoint that has changed on disk is loaded anew. Models are never changed by use, so all readers share them.

    Args:
        registry: the models.
        most: how many checkpoints stay in memory.
    """

    def __init__(self, registry: Registry, most: int) -> None:
        self._registry, self.most = registry, most
        self._kept: OrderedDict[Path, tuple[tuple[int, int], Checkpoint]] = OrderedDict()
        self._lock = threading.Lock()

    def open(self, folder: Path) -> Checkpoint:
        """Return the checkpoint in ``folder``.

        Raises:
            LabError: as `load_checkpoint`.
        """
        with self._lock:
            stamp = self._stamp(folder)
            kept = self._kept.get(folder)
            if kept is None or kept[0] != stamp or stamp is None:
                kept = (stamp or (0, 0), load_checkpoint(folder, self._registry))
                self._kept[folder] = kept
            self._kept.move_to_end(folder)
            while len(self._kept) > self.most:
                self._kept.popitem(last=False)
            return kept[1]

    @staticmethod
    def _stamp(folder: Path) -> tuple[int, int] | None:
        """Return what changes when the checkpoint does: its config's time and inode."""
        try:
            status = (folder / CONFIG).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino
