"""Places in the text that a model learned from: its own training part only, and open to those only who may read it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import BadCorpus, BadSetting, LabError
from core.lab import Lab
from core.places import Places
from core.sharing.facts import CONFIG
from core.sharing.own import OwnName
from core.text.catalogue import BUNDLED

PROJECT = Path(__file__).parents[2]
STORY = BUNDLED[0].path.read_bytes().decode()  # of tide_clock
TRAINING = STORY[: int(0.9 * len(STORY))]
SECRET = ("The cat sat on seventeen mats, and the dog ran to the sea. " * 60).encode()
KEY, OTHER = "ab" * 24, "cd" * 24


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("learned")
    (folder / "secret.txt").write_bytes(SECRET)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (folder,), folder / "data"))
    for name, corpus, values in [
        ("tide", "tide_clock", {"order": 4, "smoothing": "witten_bell"}),
        ("held", "tide_clock", {"order": 3, "validation": True}),
        ("words", "tide_clock", {"order": 2, "level": "word", "min_frequency": 3, "max_tokens": 900}),
        ("file", str(folder / "secret.txt"), {"order": 3}),
    ]:
        list(made.train("ngram", corpus, made.places.checkpoints / name, values))
    list(made.train_own(OwnName(KEY, "mine"), "ngram", "", SECRET, {"order": 3}))
    list(made.train_own(OwnName(KEY, "story"), "ngram", "tide_clock", None, {"order": 3}))
    return made


def ids(lab: Lab, checkpoint: str, text: str) -> list[int]:
    return list(lab.tokenize(checkpoint, text)["ids"])


def test_places_are_those_of_the_training_part_alone(lab: Lab) -> None:
    context, (token,) = ids(lab, "tide", "the"), ids(lab, "tide", " ")
    found = lab.concordance("tide", context, token)
    assert found["total"] == TRAINING.count("the") < STORY.count("the")
    assert found["same"] == TRAINING.count("the ") and found["tokens"] == len(TRAINING)
    assert found["corpus"]["en"] == "The Tide Clock" and found["corpus"]["zh"] == "潮汐钟"
    assert all(TRAINING[each["character"] :].startswith("the") for each in found["places"])
    path = lab.back_off("tide", "the", token)
    assert (path[0]["total"], path[0]["types"], path[0]["count"]) == (found["followed"], found["types"], found["same"])


def test_what_was_held_back_for_validation_is_no_place_either(lab: Lab) -> None:
    learned = TRAINING[: int(0.9 * len(TRAINING))]
    found = lab.concordance("held", ids(lab, "held", "the"))
    assert found["total"] == learned.count("the") < TRAINING.count("the")


def test_words_that_became_unknown_are_counted_as_the_model_counts_them(lab: Lab) -> None:
    unknown = lab.open("words").tokenizer.unk_id
    found = lab.concordance("words", [unknown])
    assert found["tokens"] == 900
    assert found["followed"] == int(lab.open("words").model.table.levels[1].counts[unknown]) - (
        found["total"] - found["followed"]
    )  # type: ignore[attr-defined]
    assert all(TRAINING[each["character"] :].startswith(each["hit"]) for each in found["places"])
    assert len({each["hit"] for each in found["places"]}) > 1


def test_a_visitors_text_is_open_to_its_key_alone(lab: Lab) -> None:
    mine = OwnName(KEY, "mine").word
    found = lab.concordance(mine, ids(lab, mine, "seventeen"))
    assert found["total"] > 0 and found["places"][0]["left"].endswith("The cat sat on ")
    with pytest.raises(LabError, match="no model named 'mine'"):
        lab.concordance(OwnName(OTHER, "mine").word, [1])
    named = OwnName(KEY, "story").word
    assert lab.concordance(named, ids(lab, named, "the"))["total"] == TRAINING.count("the")


def test_a_checkpoint_that_claims_another_text_does_not_open_it(lab: Lab) -> None:
    with pytest.raises(BadCorpus, match="cannot be shown"):
        lab.concordance("file", [1, 2])  # a file of this machine, not a named corpus
    config = lab.places.checkpoints / "tide" / CONFIG
    before = config.read_text()
    facts = json.loads(before)
    facts["corpus"]["sha256"] = json.loads((lab.places.checkpoints / "file" / CONFIG).read_text())["corpus"]["sha256"]
    config.write_text(json.dumps(facts))
    try:
        with pytest.raises(BadCorpus) as told:
            lab.concordance("tide", [1, 2])
        assert "seventeen" not in str(told.value) and "无法显示" in told.value.in_language("zh")
    finally:
        config.write_text(before)


def test_a_visitors_text_is_gone_from_memory_too(lab: Lab) -> None:
    gone = OwnName(KEY, "gone")
    list(lab.train_own(gone, "ngram", "", SECRET, {"order": 2}))
    lab.concordance(gone.word, [1])
    assert not any(b"seventeen mats" in text.data for text in lab._placed._kept.values())


@pytest.mark.parametrize("wrong", [[-1], [10**6], [True], ["a"], list(range(1, 2)) * 40])
def test_ids_that_are_none_are_refused(lab: Lab, wrong: list[int]) -> None:
    with pytest.raises(BadSetting):
        lab.concordance("tide", wrong)


def test_a_named_corpus_and_an_own_text_are_searched_by_what_tokens_read(lab: Lab) -> None:
    found = lab.corpus_concordance("", "char", ["t", "h"], "tide_clock")
    assert found["total"] == STORY.count("th") and found["token"] is None
    typed = lab.corpus_concordance("a cat\nthe cat", "word", [" cat"])
    assert [(each["line"], each["left"]) for each in typed["places"]] == [(1, "a"), (2, "a cat\nthe")]
