"""Where things are kept: read from the environment once, when a Lab is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Places:
    """The folders of one Lab.

    Attributes:
        plugins: one model a file.
        checkpoints: one folder a trained model.
        corpora: searched for named texts before any download.
        data: caches, downloads, visitors' models.
        hub_owner: whose repositories on the Hub hold the checkpoints that its own folder leaves out; "" for those that
            the index names.
        gallery_owner: whose checkpoints on the Hub are shown first; "" for everybody's.
    """

    plugins: Path
    checkpoints: Path
    corpora: tuple[Path, ...]
    data: Path
    hub_owner: str = ""
    gallery_owner: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, plugins: str = "plugins") -> Places:
        """Read ``UNROLL_CHECKPOINTS``, ``UNROLL_CORPORA``, ``UNROLL_DATA`` and ``UNROLL_HUB_OWNER``.

        A relative folder of plug-ins is the project's. On a Space the gallery begins with its author's checkpoints.
        """
        checkpoints = environment.get("UNROLL_CHECKPOINTS")
        listed = environment.get("UNROLL_CORPORA", "").split(os.pathsep)
        data = environment.get("UNROLL_DATA")
        owner = environment.get("UNROLL_HUB_OWNER", "").strip()
        return cls(
            plugins=PROJECT / plugins,  # an absolute path stays what it is
            checkpoints=Path(checkpoints).expanduser() if checkpoints else PROJECT / "checkpoints",
            corpora=tuple(Path(folder).expanduser() for folder in listed if folder),
            data=Path(data).expanduser() if data else user_data_folder(environment),
            hub_owner=owner,
            gallery_owner=owner or environment.get("SPACE_AUTHOR_NAME", ""),
        )


def user_data_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder where this system's programs keep a user's data."""
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "unroll"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "unroll"
    return Path(environment.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "unroll"
