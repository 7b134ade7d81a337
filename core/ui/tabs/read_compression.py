"""The text of Read as a file: how small a model makes it, beside other programs; and a file as a text again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.processing_utils import save_bytes_to_cache

from core.errors import BadText, LabError
from core.sharing.compressed_file import read_header
from core.sharing.compressors import Size
from core.text.download import Progress
from core.ui.components.sizes import Sizes, sizes_notice, sizes_value, stopped_sizes
from core.ui.listing import called
from core.ui.people import language_of, sentence
from core.ui.room import Json, Room
from core.ui.stopping import stoppable
from core.ui.waiting import followed
from core.ui.words import WORDS

# Codings at once, of all visitors together: an LSTM takes some seconds for 10,000 characters.
_LANE, _PLACES = "coding", 2
# The part of the time that the model's own file takes, roughly.
_CODING = 0.7


class ReadCompression:
    """What codes, the bars, and the way back."""

    def __init__(self, room: Room, text: gr.Textbox, names: gr.Dropdown) -> None:
        """Place the components.

        Args:
            room: what the tabs share.
            text, names: the tab's text, and its models, of which the first one codes.
        """
        self._room, tell = room, room.tell
        gr.Markdown(tell("compression.title"), elem_classes="heading")
        gr.Markdown(tell("compression.about"))
        with gr.Row(elem_classes="run-controls"):
            button = gr.Button(tell("compression.compress"), variant="primary", elem_id="compress", min_width=110)
            stop = gr.Button(tell("compression.stop"), variant="stop", elem_id="stop-compressing", min_width=90)
            label: Any = tell("compression.download")
            self.download = gr.DownloadButton(label, interactive=False, elem_id="download-compressed", min_width=170)
        self.sizes = Sizes(elem_id="sizes")
        with gr.Row():
            self.file = gr.File(
                label=tell("compression.upload"), type="binary", height=110, elem_id="compressed-file", min_width=260
            )
            self.back = gr.Textbox(
                label=tell("compression.text"), info=tell("compression.upload_help"), lines=4, max_lines=12, interactive=False,
                elem_id="decompressed", min_width=260,
            )  # fmt: skip
        lane: dict[str, Any] = {
            "concurrency_id": _LANE, "concurrency_limit": _PLACES, "show_progress": "hidden", "api_visibility": "private",
        }  # fmt: skip
        coding = button.click(self.code, inputs=[text, names], outputs=[self.sizes, self.download], **lane)
        stoppable(coding, stop.click, stopped_sizes, self.sizes)
        self.file.upload(
            self.decode, inputs=[self.file, names], outputs=[self.back], **{**lane, "show_progress": "minimal"}
        )

    def code(self, text: str, names: list[str], request: gr.Request) -> Iterator[list[Any]]:
        """Yield the sizes as they are measured, and the file; closing this stops."""
        no_file = gr.DownloadButton(interactive=False)
        try:
            limits, lab = self._room.limits, self._room.lab
            name, rows = limits.checkpoint(names[0] if names else ""), list[Size]()
            text = limits.text(text)
            yield [sizes_value(name, len(text), rows, 0.0), no_file]
            coded = list[bytes]()
            for done, total in followed(_kept(coded, lambda progress: lab.compress_text(name, text, progress))):
                yield [sizes_value(name, len(text), rows, _CODING * done / max(1, total)), no_file]
            rows.append(Size("model", len(coded[0]), primed=True, adaptive=False))
            path = save_bytes_to_cache(
                coded[0], f"{called(name).strip('★ ') or 'text'}.unrl", self.download.GRADIO_CACHE
            )
            ready = gr.DownloadButton(value=str(path), interactive=True)
            for size in lab.compressors(name, text):
                rows.append(size)
                yield [sizes_value(name, len(text), rows, _CODING), ready]
            rows.append(lab.adaptive_size(name, text))
            yield [sizes_value(name, len(text), rows, None), ready]
        except Exception as error:  # noqa: BLE001 - the border to visitors: plug-ins may fail in any way
            yield [sizes_notice(sentence(error, language_of(request))), no_file]

    def decode(self, data: bytes | None, names: list[str], request: gr.Request) -> Iterator[str]:
        """Yield the text in an uploaded file, or why it cannot be read; closing this stops."""
        language = language_of(request)
        try:
            name, text = self._reader(bytes(data or b""), names), list[str]()
            for _ in followed(
                _kept(text, lambda progress: self._room.lab.decompress_bytes(name, bytes(data or b""), progress))
            ):
                yield ""
            yield text[0]
        except LabError as error:
            yield error.in_language(language)
        except Exception as error:  # noqa: BLE001 - likewise
            yield sentence(error, language)

    def _reader(self, data: bytes, names: list[str]) -> str:
        """Return the checkpoint that reads a file: the one that it names, where that is listed, else the chosen one."""
        header, limits = read_header(data), self._room.limits
        if header.tokens > limits.characters:
            too_long = WORDS["compression.too_long"]
            places = {"tokens": f"{header.tokens:,}", "most": f"{limits.characters:,}"}
            raise BadText(too_long.en.format(**places), too_long.in_language("zh").format(**places))
        named = self._room.listing().row(header.checkpoint)
        return header.checkpoint if named else limits.checkpoint(names[0] if names else "")

    # When the page opens

    @property
    def arrivals(self) -> list[Component]:
        """What is filled in when a visitor comes."""
        return []

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return nothing: the text and the models are the tab's, and a file is made when asked."""
        return []

    @property
    def renewed(self) -> list[Component]:
        """Nothing of its own."""
        return []

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return nothing."""
        return []


def _kept(results: list[Any], work: Callable[[Progress], Any]) -> Callable[[Progress], None]:
    """Return work that puts its result into a list, for `followed` gives none back."""

    def do(progress: Progress) -> None:
        results.append(work(progress))

    return do
