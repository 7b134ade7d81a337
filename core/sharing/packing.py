"""A checkpoint as one file to take away: a zip that unpacks to its folder, byte for byte."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

# A fixed time, so that the same checkpoint is the same file; zip knows none before 1980.
_TIME = (1980, 1, 1, 0, 0, 0)


def pack_folder(folder: Path, name: str) -> bytes:
    """Return the files of a folder as a zip whose only entry at the top is a folder ``name``; hidden files stay out."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                archive.writestr(zipfile.ZipInfo(f"{name}/{path.name}", _TIME), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
