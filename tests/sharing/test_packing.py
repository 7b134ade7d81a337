"""A zip of a checkpoint unpacks to the same checkpoint."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).parents[2]


def test_what_is_unpacked_is_the_checkpoint_byte_for_byte(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("the cat sat on the mat. " * 40)
    lab = Lab(places=Places(PROJECT / "plugins", tmp_path / "checkpoints", (), tmp_path / "data"))
    list(lab.train("ngram", str(tmp_path / "text.txt"), tmp_path / "checkpoints" / "cats", {"order": 2}))
    (tmp_path / "checkpoints" / "cats" / ".hidden").write_text("stays here")
    packed = lab.packed("cats")
    assert packed == lab.packed("cats")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path / "unpacked")
    assert not (tmp_path / "unpacked" / "cats" / ".hidden").exists()
    here, there = lab.score("cats", text="the mat"), lab.score(str(tmp_path / "unpacked" / "cats"), text="the mat")
    assert here == there
