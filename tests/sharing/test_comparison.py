"""Several models on one text: every token over its characters, and the same sums as the score."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from core.errors import BadSetting
from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:5000]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("comparison")
    (folder / "text.txt").write_text(TEXT)
    (folder / "names.txt").write_text("anna\nbella\nclara\ndora\n" * 9)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    kinds = {
        "char": {}, "word": {"level": "word"}, "bpe": {"level": "bpe", "bpe_size": 300}, "d2l": {"form": "d2l"},
        "raw12": {"order": 12, "smoothing": "none"},
    }  # fmt: skip
    for name, values in kinds.items():
        list(made.train("ngram", str(folder / "text.txt"), made.places.checkpoints / name, {"order": 3, **values}))
    list(
        made.train("ngram", str(folder / "names.txt"), made.places.checkpoints / "line", {"order": 2, "lines": "lines"})
    )
    return made


@pytest.mark.parametrize("name", ["char", "word", "bpe", "d2l", "line"])
def test_spans_cover_the_text_and_their_bits_add_up_to_the_score(lab: Lab, name: str) -> None:
    text = "anna" if name == "line" else "The clock rang twice, Zoë."
    (model,) = lab.compare([name], text)["models"]
    score = lab.score(name, text=text)
    assert [begin for begin, *_ in model["spans"][1:]] == [end for _, end, *_ in model["spans"][:-1]]
    assert (model["spans"][0][0], model["spans"][-1][1]) == (0, len(model["text"]))
    bits = [bits for *_, bits in model["spans"] if bits is not None]
    assert sum(bits) == pytest.approx(score["nats"] / math.log(2), rel=1e-5)
    assert model["running"][-1] == pytest.approx(score["perplexity"], rel=1e-5)
    assert len(model["running"]) == score["scored"] and model["bits_per_char"] == score["bits_per_char"]


def test_the_impossible_makes_the_running_perplexity_infinite_from_there_on(lab: Lab) -> None:
    (model,) = lab.compare(["raw12"], "The qq")["models"]
    first = model["impossible"][0]
    assert model["running"][first - 1] is None and model["running"][-1] is None and model["perplexity"] is None


def test_one_model_that_cannot_read_does_not_stop_the_others(lab: Lab) -> None:
    models = {model["name"]: model for model in lab.compare(["char", "line", "nobody", "char"], "The\nclock")["models"]}
    assert list(models) == ["char", "line", "nobody"]
    assert models["char"]["scored"] == 8
    assert "line by line" in models["line"]["error"]["en"] and "逐行" in models["line"]["error"]["zh"]
    assert "No checkpoint" in models["nobody"]["error"]["en"]


@pytest.mark.parametrize("names", [[], list("abcdefg")])
def test_none_and_too_many_are_refused(lab: Lab, names: list[str]) -> None:
    with pytest.raises(BadSetting, match="one to 6"):
        lab.compare(names, "The clock")
