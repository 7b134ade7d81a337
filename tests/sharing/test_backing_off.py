"""The back-off path of a token, against counts made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import BadSetting
from core.lab import Lab
from core.places import Places

PROJECT = Path(__file__).parents[2]
SMOOTHINGS = (
    "none", "add_k", "recursive", "jelinek_mercer", "absolute", "witten_bell", "kneser_ney", "modified_kneser_ney",
    "stupid_back_off",
)  # fmt: skip
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
        *((name, "ngram", {"order": 4, "smoothing": name}) for name in SMOOTHINGS),
        ("framed", "ngram", {"order": 4, "framing": "kenlm"}),
        ("pruned", "ngram", {"order": 4, "min_count": 40}),
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


@pytest.mark.parametrize("name", ["chars", *SMOOTHINGS, "framed", "pruned"])
def test_what_the_contexts_add_is_the_whole_probability(lab: Lab, name: str) -> None:
    text = "a the cat"
    for step in range(len(text)):
        likeliest = lab.inspect_path(name, text, step)
        assert likeliest is not None
        for id_ in range(0, len(lab.vocabulary(name)), 3):
            found = lab.inspect_path(name, text, step, id_)
            assert found is not None and found["id"] == id_
            added = sum(row["contribution"] for row in found["path"]) + found["unseen"]
            assert added == pytest.approx(found["probability"], rel=1e-12, abs=1e-300)
            assert found["path"][0]["probability"] == pytest.approx(found["probability"], rel=1e-12)
            assert found["unseen"] >= 0 and all(row["contribution"] >= 0 for row in found["path"])


def test_a_path_is_worked_out_by_hand(lab: Lab) -> None:
    # Witten-Bell, order 3, after "ca": own = n / (N + T) and left = T / (N + T) of "ca", of "a", of nothing.
    training = TEXT[: int(0.9 * len(TEXT))]
    token = lab.tokenize("chars", "t")["ids"][0]
    found = lab.inspect_path("chars", "the cat", 5, token)
    assert found is not None and found["comes_next"]
    own, left = [], []
    for context in ("ca", "a", ""):
        after = [
            training[at + len(context)]
            for at in range(len(training) - len(context))
            if training.startswith(context, at)
        ]
        own.append(after.count("t") / (len(after) + len(set(after))))
        left.append(len(set(after)) / (len(after) + len(set(after))))
    expected = [own[0], left[0] * own[1], left[0] * left[1] * own[2]]
    assert [row["contribution"] for row in found["path"]] == pytest.approx(expected)
    assert [row["arriving"] for row in found["path"]] == pytest.approx([1, left[0], left[0] * left[1]])
    uniform = left[0] * left[1] * left[2] / len(lab.vocabulary("chars"))
    assert found["unseen"] == pytest.approx(uniform)


def test_kneser_ney_says_that_shorter_contexts_count_what_stood_before(lab: Lab) -> None:
    found = lab.inspect_path("kneser_ney", "the cat", 5)
    assert found is not None and found["token"] == "t"
    assert [row["predecessors"] for row in found["path"]] == [False, True, True, True]
    training = TEXT[: int(0.9 * len(TEXT))]
    before = {training[at - 1] for at in range(1, len(training)) if training.startswith("at", at)}
    assert found["path"][2]["count"] == len(before) == 3  # of "at": c, s and m stood before it
    plain = lab.inspect_path("witten_bell", "the cat", 5)
    assert plain is not None and not any(row["predecessors"] for row in plain["path"])


def test_early_in_a_text_there_are_no_longer_contexts(lab: Lab) -> None:
    found = lab.inspect_path("witten_bell", "the cat", 0)
    assert found is not None and [row["context"] for row in found["path"]] == [["t"], []]


def test_the_token_can_be_chosen_and_is_among_the_candidates(lab: Lab) -> None:
    rare = lab.tokenize("chars", "r")["ids"][0]
    found = lab.inspect_path("chars", "the cat", 5, rare)
    assert found is not None and found["token"] == "r" and not found["comes_next"]
    assert rare in [each["id"] for each in found["candidates"]] and found["candidates"][0]["token"] == "t"
    at_the_end = lab.inspect_path("chars", "the cat", 99)
    assert at_the_end is not None and at_the_end["id"] == at_the_end["candidates"][0]["id"]
    assert lab.inspect_path("flat", "the cat", 3) is None
    with pytest.raises(BadSetting, match="There is no token 999"):
        lab.inspect_path("chars", "the cat", 3, 999)


def test_a_model_without_contexts_has_no_path(lab: Lab) -> None:
    assert lab.back_off("flat", "the", 3) == []


def test_a_token_is_put_behind_the_prefix_as_the_model_writes_it(lab: Lab) -> None:
    (token,) = [each for each in lab.next_tokens("words", "the cat", 20)["candidates"] if "sat" in each["token"]]
    assert lab.with_token("words", "the cat", token["id"]) == "the cat sat"
    with pytest.raises(BadSetting, match="There is no token 999"):
        lab.with_token("words", "the cat", 999)
