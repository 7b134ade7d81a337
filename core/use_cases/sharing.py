"""Carry things away: compressed texts, ARPA files, packed checkpoints, a Space."""

from __future__ import annotations

import os
from pathlib import Path

from core.errors import BadText
from core.places import PROJECT
from core.sharing import compression
from core.sharing.arpa_exchange import export_arpa, import_arpa
from core.sharing.checkpoint import fingerprint
from core.sharing.compressed_file import read_header
from core.sharing.folders import named_folder, write_file
from core.sharing.hub.names import HubName
from core.sharing.packing import pack_folder
from core.sharing.space import plan_space
from core.sharing.space_making import make_space
from core.text.corpus import decode_bytes
from core.text.download import Progress
from core.use_cases.finding import Finding, Json

# Longest file that `read_text` takes (bytes).
_MOST_FILE = 200_000_000


class Sharing(Finding):
    """Texts and checkpoints leave this machine, and come to it."""

    def compress(self, checkpoint: str, file: Path, out: Path) -> Json:
        """Code a text file with a model's probabilities, lossless."""
        opened = self._open(checkpoint)
        text = self.read_text(file)
        coded = compression.compress(opened.model, opened.tokenizer, text, fingerprint(opened.facts), checkpoint)
        write_file(out, coded)
        size = file.stat().st_size
        return {"characters": len(text), "bytes_before": size, "bytes_after": len(coded), "bits_per_char": 8 * len(coded) / max(1, len(text))}  # fmt: skip

    def decompress(self, file: Path, out: Path) -> Json:
        """Get back the text that `compress` coded; the file names the checkpoint that it needs."""
        coded = _read_bytes(file)
        opened = self._open(read_header(coded).checkpoint)
        text = compression.decompress(opened.model, opened.tokenizer, coded, fingerprint(opened.facts))
        write_file(out, text.encode())
        return {"characters": len(text), "bytes_before": len(coded), "bytes_after": len(text.encode())}

    def read_text(self, file: Path) -> str:
        """Return a file's text, its encoding detected."""
        return decode_bytes(_read_bytes(file))[0]

    def export_arpa(self, checkpoint: str, file: Path) -> Json:
        """Write a checkpoint's n-grams as an ARPA file, for KenLM and others: see `arpa_exchange.export_arpa`."""
        return export_arpa(self._open(checkpoint), file)

    def import_arpa(
        self, file: Path, out: Path | str, *, replace: bool = False, progress: Progress | None = None
    ) -> Json:
        """Make a checkpoint of an ARPA file of KenLM, SRILM and others: see `arpa_exchange.import_arpa`."""
        return import_arpa(self.registry, file, named_folder(out), replace, progress)

    def packed(self, checkpoint: str) -> bytes:
        """Return a checkpoint's folder as a zip, under the name that it goes by."""
        folder, there = self.folder_of(checkpoint), HubName.parse(checkpoint)
        return pack_folder(folder, folder.name if there is None else there.name)

    def plan_space(self, space: str, *, private: bool = False, hardware: str | None = None) -> Json:
        """Return what `make_space` would do."""
        return plan_space(PROJECT, space, os.environ, private=private, hardware=hardware).as_json()

    def make_space(self, space: str, *, private: bool = False, hardware: str | None = None) -> Json:
        """Create or update a Space of this project."""
        return make_space(PROJECT, plan_space(PROJECT, space, os.environ, private=private, hardware=hardware))


def _read_bytes(file: Path) -> bytes:
    """Return the bytes of a person's file."""
    try:
        if file.stat().st_size > _MOST_FILE:
            raise BadText(
                f"'{file}' is larger than {_MOST_FILE // 1_000_000} MB. Give a part of it.",
                f"“{file}”超过 {_MOST_FILE // 1_000_000} MB，请只给一部分。",
            )
        return file.read_bytes()
    except OSError as error:
        raise BadText(
            f"'{file}' cannot be read ({error.strerror}). Check the path.",
            f"无法读取“{file}”（{error.strerror}），请检查路径。",
        ) from error
