"""Carry things away: compressed texts, ARPA files, packed checkpoints, a Space."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from pathlib import Path

from core.errors import BadCorpus, BadText
from core.places import PROJECT
from core.sharing import compression
from core.sharing.arpa_exchange import export_arpa, import_arpa
from core.sharing.checkpoint import fingerprint
from core.sharing.compressed_file import read_header
from core.sharing.compressors import Size, other_sizes
from core.sharing.folders import named_folder, write_file
from core.sharing.hub.names import HubName
from core.sharing.own import OwnName
from core.sharing.packing import pack_folder
from core.sharing.space import plan_space
from core.sharing.space_making import make_space
from core.sharing.verification import Counted
from core.text.corpus import decode_bytes
from core.text.download import Progress
from core.use_cases.finding import Finding, Json

# Longest file that `read_text` takes (bytes).
_MOST_FILE = 200_000_000


class Sharing(Finding):
    """Texts and checkpoints leave this machine, and come to it."""

    def compress(self, checkpoint: str, file: Path, out: Path, progress: Progress | None = None) -> Json:
        """Code a text file with a model's probabilities, lossless; ``beside`` tells how small other programs make it."""
        text = self.read_text(file)
        coded = self.compress_text(checkpoint, text, progress)
        write_file(out, coded)
        size, beside = file.stat().st_size, [each.as_json() for each in self.compressors(checkpoint, text)]
        return {
            "characters": len(text), "bytes_before": size, "bytes_after": len(coded),
            "bits_per_char": 8 * len(coded) / max(1, len(text)), "beside": beside,
        }  # fmt: skip

    def compress_text(self, checkpoint: str, text: str, progress: Progress | None = None) -> bytes:
        """Return a text as a file that holds the model's choices: see `compression.compress`.

        Args:
            checkpoint: codes the text; its name stands in the file, without the key of a visitor's own.
            text: any.
            progress: told how many tokens of how many are coded; it may raise to stop.
        """
        opened, own = self._open(checkpoint), OwnName.parse(checkpoint)
        heed = progress and Counted(len(opened.tokenizer.encode(text)), progress)
        name = checkpoint if own is None else own.name
        return compression.compress(opened.model, opened.tokenizer, text, fingerprint(opened.facts), name, heed)

    def decompress_bytes(self, checkpoint: str, coded: bytes, progress: Progress | None = None) -> str:
        """Return the text in a file of `compress_text`, read by the checkpoint that wrote it."""
        opened, tokens = self._open(checkpoint), read_header(coded).tokens
        heed = progress and Counted(tokens, progress)
        return compression.decompress(opened.model, opened.tokenizer, coded, fingerprint(opened.facts), heed)

    def compressors(self, checkpoint: str, text: str, *, primed: bool = True) -> Iterator[Size]:
        """Yield how small other programs make a text; ``primed`` also after the checkpoint's training text, if that is open."""
        if not primed:
            return other_sizes(text, None)
        try:
            _, memory = self._learned.memory(self._open(checkpoint), OwnName.parse(checkpoint))
            learned: str | None = memory.learned.text
        except BadCorpus:
            learned = None
        return other_sizes(text, learned)

    def decompress(self, file: Path, out: Path, progress: Progress | None = None) -> Json:
        """Get back the text that `compress` coded; the file names the checkpoint that it needs."""
        coded = _read_bytes(file)
        text = self.decompress_bytes(read_header(coded).checkpoint, coded, progress)
        write_file(out, text.encode())
        return {"characters": len(text), "bytes_before": len(coded), "bytes_after": len(text.encode())}

    def adaptive_size(self, checkpoint: str, text: str) -> Size:
        """Return how small the checkpoint would make a text if it learned from it while it codes: computed from its loss."""
        bits = self.open(checkpoint).score(text, adaptive=True)["bits_per_char"]
        return Size("model", math.ceil((bits or 0) * len(text) / 8), primed=True, adaptive=True, computed=True)

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
