"""Other programs beside a model: their sizes are those of files that the programs themselves read back."""

from __future__ import annotations

import gzip
import lzma
import zlib
from pathlib import Path

import pytest

from core.errors import BadText, LabError, Refused
from core.lab import Lab
from core.places import Places
from core.sharing.compressors import Size, other_sizes
from core.text.catalogue import BUNDLED

PROJECT = Path(__file__).parents[2]
STORY = next(each.path for each in BUNDLED if each.path.stem == "tide_clock").read_bytes().decode()
LEARNED, NEW = STORY[: int(0.9 * len(STORY))], STORY[int(0.9 * len(STORY)) :][:3000]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("compressors")
    (folder / "closed.txt").write_text("The cat sat on the mat. " * 60)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (folder,), folder / "data"))
    for name, corpus, order in [
        ("tide", "tide_clock", 4),
        ("other", "tide_clock", 2),
        ("file", str(folder / "closed.txt"), 2),
    ]:
        list(made.train("ngram", corpus, made.places.checkpoints / name, {"order": order}))
    return made


def found(text: str, learned: str | None) -> dict[tuple[str, bool], int]:
    return {(each.method, each.primed): each.size for each in other_sizes(text, learned)}


def test_sizes_are_those_of_the_programs_own_files() -> None:
    sizes, data, before = found(NEW, LEARNED), NEW.encode(), LEARNED.encode()
    assert sizes["text", False] == len(data)
    assert sizes["gzip", False] == len(gzip.compress(data, 9))
    assert sizes["xz", False] == len(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    both = lzma.compress(before + data, preset=9 | lzma.PRESET_EXTREME)
    assert sizes["xz", True] == len(both) - len(lzma.compress(before, preset=9 | lzma.PRESET_EXTREME))
    # what gzip writes after its preset dictionary is read back with the same one
    coder = zlib.compressobj(9, zdict=before[-32768:])
    coded = coder.compress(data) + coder.flush()
    assert sizes["gzip", True] == len(coded)
    assert zlib.decompressobj(zdict=before[-32768:]).decompress(coded) == data


def test_who_has_read_the_training_text_before_needs_less() -> None:
    sizes = found(NEW, LEARNED)
    assert sizes["gzip", True] < sizes["gzip", False] and sizes["xz", True] < sizes["xz", False]
    assert not any(primed for _, primed in found(NEW, None))


def test_ppmd_is_measured_where_it_is_installed() -> None:
    pyppmd = pytest.importorskip("pyppmd")
    coder = pyppmd.Ppmd7Encoder(6, 1 << 26)
    coded = coder.encode(NEW.encode()) + coder.flush()
    assert pyppmd.Ppmd7Decoder(6, 1 << 26).decode(coded, len(NEW.encode())) == NEW.encode()
    sizes = found(NEW, LEARNED)
    assert sizes["ppmd", False] == len(coded)
    assert sizes["ppmd", True] < sizes["xz", True]


def test_a_file_is_as_long_as_the_models_own_loss(lab: Lab) -> None:
    for name in ("tide", "other"):
        size, nats = len(lab.compress_text(name, NEW)), lab.score(name, text=NEW)["nats"]
        ideal = nats / 0.6931471805599453 / 8
        assert ideal <= size <= 1.01 * ideal + 64


def test_a_model_of_the_same_story_needs_less_than_gzip_and_xz_that_have_read_it_too(lab: Lab) -> None:
    sizes = {(each.method, each.primed): each.size for each in lab.compressors("tide", NEW)}
    assert len(lab.compress_text("tide", NEW)) < min(size for (method, _), size in sizes.items() if method != "ppmd")


def test_where_the_training_text_is_closed_nothing_is_primed(lab: Lab) -> None:
    assert not any(each.primed for each in lab.compressors("file", NEW))


def test_bytes_come_back_through_the_same_checkpoint_only(lab: Lab) -> None:
    coded = lab.compress_text("tide", NEW)
    assert lab.decompress_bytes("tide", coded) == NEW
    with pytest.raises(Refused, match="tide") as told:
        lab.decompress_bytes("other", coded)
    assert "另一个模型" in told.value.in_language("zh")
    for wrong in (coded[:-1], coded[:200], b"", b"PK" + coded, coded[:100] + b"!" + coded[101:]):
        with pytest.raises(BadText):
            lab.decompress_bytes("tide", wrong)


def test_coding_tells_how_far_it_is_and_can_be_stopped(lab: Lab) -> None:
    told: list[tuple[int, int]] = []
    coded = lab.compress_text("tide", NEW, lambda done, total: told.append((done, total)))
    assert told == [(done, 3000) for done in range(100, 3001, 100)]
    told.clear()
    lab.decompress_bytes("tide", coded, lambda done, total: told.append((done, total)))
    assert told[-1] == (3000, 3000)

    def stop(done: int, total: int) -> None:
        raise LabError("stopped", "已停止")

    with pytest.raises(LabError, match="stopped"):
        lab.compress_text("tide", NEW, stop)


def test_a_size_says_what_it_is() -> None:
    assert Size("xz", 5, primed=True).as_json() == {
        "method": "xz", "size": 5, "primed": True, "adaptive": True, "computed": False,
    }  # fmt: skip
