"""The back-off path of a token, against counts made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadSetting
from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).parents[2]
TEXT = "the cat sat on the mat. the dog ran. " * 30


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("backing_off")
    (folder / "text.txt").write_text(TEXT)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    for name, model, values in [
        ("chars", "ngram", {"order": 3, "smoothing": "witten_bell"}),
        ("words", "ngram", {"level": "word"}),
        ("flat", "uniform", {}),
    ]:
        list(
            made.train(model, str(folder / "text.txt"), made.places.checkpoints / name, {**values, "validation": False})
        )
    return made


def test_the_path_holds_the_counts_of_the_text_and_ends_at_the_models_probability(lab: Lab) -> None:
    training = TEXT[: int(0.9 * len(TEXT))]
    token = lab.tokenize("chars", "t")["ids"][0]
    path = lab.back_off("chars", "sat on the ca", token)
    assert [row["context"] for row in path] == [["c", "a"], ["a"], []]
    assert [row["count"] for row in path] == [training.count("cat"), training.count("at"), training.count("t")]
    (best,) = [each for each in lab.next_tokens("chars", "sat on the ca", 30)["candidates"] if each["id"] == token]
    assert path[0]["probability"] == pytest.approx(best["probability"], rel=1e-5)


def test_a_model_without_contexts_has_no_path(lab: Lab) -> None:
    assert lab.back_off("flat", "the", 3) == []


def test_a_token_is_put_behind_the_prefix_as_the_model_writes_it(lab: Lab) -> None:
    (token,) = [each for each in lab.next_tokens("words", "the cat", 20)["candidates"] if "sat" in each["token"]]
    assert lab.with_token("words", "the cat", token["id"]) == "the cat sat"
    with pytest.raises(BadSetting, match="There is no token 999"):
        lab.with_token("words", "the cat", 999)
