"""A model made of models, from the names of its members to a checkpoint that needs none of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadCheckpoint, BadSetting, BrokenPlugin, LabError, Refused, UnknownName
from core.lab import Lab
from core.places import Places
from core.sharing.card import write_card
from core.sharing.checkpoint import fingerprint, load_checkpoint, read_facts
from core.sharing.own import OwnName
from core.training.events import Finished, Step

PROJECT = Path(__file__).parents[2]
TEXT = "The tide came in and the tide went out, and nobody in the town of Sallow asked it why.\n" * 40
# The same words backwards, with a letter that the first text does not have in the place of one that it has.
OTHER = " ".join(reversed(TEXT.replace("S", "Z").split(" ")))
NAMES = "".join(
    f"{first}{second}\n" for first in ("an", "be", "cla", "do", "el") for second in ("na", "lla", "ra", "ri")
)
KEY, STRANGER = "ab" * 24, "cd" * 24
TINY = {"hidden_size": 8, "epochs": 2, "batch_size": 4, "num_steps": 16, "learning_rate": 0.01}
HELD_BACK = {"validation": True}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Members of one tokenizer, trained without the last tenth of their training part, and others that do not fit."""
    folder = tmp_path_factory.mktemp("members")
    for name, text in (("text", TEXT), ("other", OTHER), ("names", NAMES)):
        (folder / f"{name}.txt").write_text(text)
    lab = lab_at(folder)
    runs: list[tuple[str, str, str, dict[str, Any]]] = [
        ("pairs", "ngram", "text", {"order": 2, **HELD_BACK}),
        ("fives", "ngram", "text", {"order": 5, **HELD_BACK}),
        ("network", "rnn_scratch", "text", {**TINY, **HELD_BACK, "precision": "float16"}),
        ("seen", "ngram", "text", {"order": 3}),
        ("words", "ngram", "text", {"order": 2, "level": "word", **HELD_BACK}),
        ("more-words", "ngram", "text", {"order": 3, "level": "word", **HELD_BACK}),
        ("elsewhere", "ngram", "other", {"order": 2}),
        ("people", "ngram", "names", {"order": 2, "lines": "lines"}),
        ("people-3", "ngram", "names", {"order": 3, "lines": "lines", **HELD_BACK}),
        ("scores", "ngram", "text", {"smoothing": "stupid_back_off", "order": 2, **HELD_BACK}),
    ]
    for name, model, corpus, values in runs:
        list(lab.train(model, str(folder / f"{corpus}.txt"), folder / "checkpoints" / name, values))
    return folder


def lab_at(folder: Path) -> Lab:
    return Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))


@pytest.fixture
def lab(home: Path) -> Lab:
    return lab_at(home)


@pytest.fixture
def mix(lab: Lab, home: Path, tmp_path: Path) -> Callable[..., Path]:
    """Return what trains a mixture and returns its folder."""

    def made(members: str, corpus: str = "text", **values: Any) -> Path:
        out = tmp_path / "mixed"
        list(lab.train("mixture", str(home / f"{corpus}.txt"), out, {"members": members, **values}, replace=True))
        return out

    return made


def edited(folder: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    values = json.loads((folder / "config.json").read_text())
    change(values)
    (folder / "config.json").write_text(json.dumps(values))
    return folder


def test_a_mixture_is_whole_without_its_members_and_the_same_bit_for_bit(
    home: Path, mix: Callable[..., Path], tmp_path: Path
) -> None:
    out, before = mix("fives,network"), lab_at(home)
    alone = Lab(places=Places(PROJECT / "plugins", tmp_path / "none", (), tmp_path / "data"))
    loaded, parts = alone.open(str(out)).model, [before.open(name).model for name in ("fives", "network")]
    weights = [each.weight for each in loaded.members]
    text = np.array([[3, 4, 5, 6, 7, 3, 4]], dtype=np.int32)
    expected = sum(
        weight * np.exp(part.log_probs(text, part.initial_state(1))[0].astype(np.float64))
        for weight, part in zip(weights, parts, strict=True)
    )
    np.testing.assert_allclose(np.exp(loaded.log_probs(text, loaded.initial_state(1))[0]), expected, rtol=1e-9)
    told = [(each["name"], each["model"], each["weight"]) for each in read_facts(out).members]
    assert told == [("fives", "ngram", weights[0]), ("network", "rnn_scratch", weights[1])] and sum(
        weights
    ) == pytest.approx(1)
    assert alone.generate_whole(str(out), "The tide", {"tokens": 8})["ids"]


def test_it_is_better_on_the_held_out_text_than_the_worse_member_and_states_it(
    lab: Lab, mix: Callable[..., Path]
) -> None:
    found = read_facts(mix("pairs,network")).results
    worst = max(read_facts(lab.folder_of(name)).results["held_out"]["nats"] for name in ("pairs", "network"))  # type: ignore[index]
    assert found is not None and found["held_out"]["nats"] < worst and found["train"]["nats"] > 0


def test_rounding_a_mixture_leaves_its_members_as_they_were(lab: Lab, mix: Callable[..., Path]) -> None:
    before = {name: array.copy() for name, array in lab.open("network").model.tensors().items()}
    mix("fives,network", precision="float16")
    for name, array in lab.open("network").model.tensors().items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize(
    ("members", "corpus", "told"),
    [
        ("fives,words", "text", r"level: char and word"),
        ("fives,elsewhere", "text", r"token \d+: "),
        ("people,fives", "text", "lines: True and False"),
        ("people,people-3", "text", "was trained on lines, but 'text' is a continuous text"),
        ("fives,seen", "text", "on text that seen learned from"),
        ("fives,scores", "text", "scores: its numbers are scores"),
        ("fives,nothing", "text", "No checkpoint named 'nothing'"),
        ("fives,lstm(hidden_size=4)", "text", "not learned in one pass"),
        ("fives", "text", "A mixture of 1"),
        ("fives,fives", "text", "named twice"),
    ],
)
def test_members_that_do_not_fit_are_told_before_anything_is_written(
    members: str, corpus: str, told: str, mix: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(LabError, match=told) as error:
        mix(members, corpus)
    assert error.value.text.zh
    assert not (tmp_path / "mixed").exists()


def test_a_setting_of_the_text_that_the_tokenizer_contradicts_is_refused(mix: Callable[..., Path]) -> None:
    assert read_facts(mix("words,more-words")).text["level"] == "word"  # theirs, without being asked for
    with pytest.raises(BadSetting, match="level cannot be char: the members' tokenizer is that of 'words'"):
        mix("words,more-words", level="char")


def test_even_weights_may_take_members_that_have_seen_everything_and_the_card_says_so(mix: Callable[..., Path]) -> None:
    out = mix("fives,seen", weights="even")
    assert [each["weight"] for each in read_facts(out).members] == [0.5, 0.5]
    card = (out / "README.md").read_text()
    assert "The weights are even. `seen` had learned from that tenth" in card
    assert "| `fives` | ngram | *text* | 0.5000 |" in card
    fitted = (mix("fives,pairs") / "README.md").read_text()
    assert "no member is known to have learned from" in fitted and "nothing was chosen" not in fitted


def test_nobody_may_have_learned_from_what_the_run_holds_out(mix: Callable[..., Path]) -> None:
    for weights in ("even", "fit"):
        with pytest.raises(Refused, match="'fives' has learned from text that this run would hold out"):
            mix("fives,pairs", max_tokens=500, weights=weights)


def test_members_may_come_from_another_text_and_one_may_be_learned_on_the_spot(
    lab: Lab, home: Path, mix: Callable[..., Path]
) -> None:
    facts = read_facts(mix("fives,pairs,ngram(order=3)", "other"))
    assert [each["corpus"] for each in facts.members] == ["text", "text", ""]
    weights = {each["name"]: each["weight"] for each in facts.members}
    assert weights["ngram(order=3)"] > 0.5  # it knows this text, the others do not


def test_lines_can_be_mixed(mix: Callable[..., Path]) -> None:
    facts = read_facts(mix("people-3,ngram(order=2)", "names", lines="lines"))
    assert facts.results is not None and facts.results["held_out"]["protocol"] == "lines"


def test_a_folder_is_named_by_its_last_part_alone(home: Path, mix: Callable[..., Path]) -> None:
    out = mix(f"{home}/checkpoints/fives,pairs")
    assert read_facts(out).settings["members"] == "fives,pairs"
    for file in ("config.json", "README.md"):
        assert str(home) not in (out / file).read_text()
    with pytest.raises(BadSetting, match="'fives' is named twice"):
        mix(f"{home}/checkpoints/fives,fives")


def test_a_mixture_of_a_mixture_is_refused(lab: Lab, home: Path, mix: Callable[..., Path]) -> None:
    shutil.copytree(mix("fives,pairs"), home / "checkpoints" / "mixed")
    with pytest.raises(BadSetting, match="'mixed' cannot be a member: a mixture of mixtures"):
        mix("mixed,fives")
    shutil.rmtree(home / "checkpoints" / "mixed")


def test_an_interrupted_mixture_goes_on_without_its_members(lab: Lab, home: Path, tmp_path: Path) -> None:
    values = {"members": "fives,network,ngram(order=3)"}
    list(lab.train("mixture", str(home / "text.txt"), tmp_path / "whole", values))
    events = lab.train("mixture", str(home / "text.txt"), tmp_path / "cut", values)
    for event in events:
        if isinstance(event, Step) and event.step == 1:
            break
    events.close()  # type: ignore[attr-defined]
    alone = Lab(places=Places(PROJECT / "plugins", tmp_path / "none", (), tmp_path / "data"))
    *_, last = alone.train("mixture", str(home / "text.txt"), tmp_path / "cut", {}, resume=True)
    assert isinstance(last, Finished)
    whole, cut = read_facts(tmp_path / "whole"), read_facts(tmp_path / "cut")
    assert (cut.members, cut.results) == (whole.members, whole.results)


FORGED: list[tuple[Callable[[dict[str, Any]], object], type[LabError], str]] = [
    (lambda v: v.pop("members"), BadCheckpoint, "'fives' is missing"),
    (lambda v: v["members"].pop(), BadCheckpoint, "'pairs' is missing"),
    (lambda v: v["members"][0].update(name="pairs"), BadCheckpoint, "'fives' is missing"),
    (lambda v: v["members"][0].update(model="lsmt"), UnknownName, "Did you mean 'lstm'"),
    (lambda v: v["members"][0].update(model="mixture", settings={}), BadCheckpoint, "itself made of models"),
    (lambda v: v["members"][0].update(model="gru", settings={}), BadCheckpoint, "do not fit"),
    (lambda v: v["members"][0]["settings"].update(order=99), BadSetting, "order"),
    (lambda v: v["members"][0]["settings"].update(order=[1]), BadCheckpoint, "damaged"),
    (lambda v: v["members"][0].update(weight=0.9), BadCheckpoint, "disagree"),
    (lambda v: v["members"][0].update(weight=True), BadCheckpoint, "damaged"),
    (lambda v: v["members"][0].update(more=1), BadCheckpoint, "'members' is not what it should be"),
    (lambda v: v.update(members=[1, 2]), BadCheckpoint, "'members' is not what it should be"),
    (lambda v: v.update(members={}), BadCheckpoint, "'members' is not what it should be"),
    (lambda v: v.update(members=v["members"] * 5), BadCheckpoint, "more than 8 members"),
    (lambda v: v.update(model="uniform", settings={}), BadCheckpoint, "'uniform' is not made of models"),
    (lambda v: v["settings"].update(members="a" + ",a" * 20), BadSetting, "A mixture of 21"),
    (lambda v: v["settings"].update(members="fives,fives"), BadSetting, "named twice"),
]


@pytest.mark.parametrize(("change", "error", "told"), FORGED)
def test_what_a_forged_config_says_of_members_is_not_believed(
    change: Callable[[dict[str, Any]], object], error: type[LabError], told: str, lab: Lab, mix: Callable[..., Path]
) -> None:
    with pytest.raises(error, match=told):
        load_checkpoint(edited(mix("fives,pairs"), change), lab.registry)


def test_a_member_whose_plugin_is_broken_or_gone_says_so(home: Path, mix: Callable[..., Path], tmp_path: Path) -> None:
    out, plugins = mix("fives,pairs"), tmp_path / "plugins"
    plugins.mkdir()
    shutil.copy(PROJECT / "plugins" / "mixture.py", plugins)
    lab = Lab(places=Places(plugins, tmp_path, (), tmp_path / "data"))
    with pytest.raises(UnknownName, match="No model named 'ngram'"):
        lab.open(str(out))
    (plugins / "ngram.py").write_text("import nonsense_that_is_not_there")
    with pytest.raises(BrokenPlugin, match="'ngram' cannot be used"):
        Lab(places=Places(plugins, tmp_path, (), tmp_path / "data")).open(str(out))


def test_other_checkpoints_say_nothing_of_members_and_code_as_before(
    lab: Lab, home: Path, mix: Callable[..., Path]
) -> None:
    facts = read_facts(home / "checkpoints" / "fives")
    assert "members" not in json.loads((home / "checkpoints" / "fives" / "config.json").read_text())
    files = [facts.files[name] for name in ("model.safetensors", "tokenizer.json")]
    assert json.loads(fingerprint(facts)) == [facts.model, dict(facts.settings), *files]
    mixed = read_facts(mix("fives,pairs"))
    assert json.loads(fingerprint(mixed))[-1] == [["ngram", dict(each["settings"])] for each in mixed.members]


# Visitors


def test_a_visitors_own_models_are_members_for_that_visitor_alone(lab: Lab, home: Path) -> None:
    text, mine = TEXT.encode(), {"members": "own:mine,ngram(order=2)"}
    list(lab.train_own(OwnName(KEY, "mine"), "ngram", "", text, {"order": 4, **HELD_BACK}))
    assert lab.estimate(OwnName(KEY, "trial"), "mixture", "", text, mine)["parameters"] > 0
    list(lab.train_own(OwnName(KEY, "both"), "mixture", "", text, mine))
    folder = lab.own.folder(OwnName(KEY, "both"))
    assert read_facts(folder).settings["members"] == "own:mine,ngram(order=2)"
    assert all(KEY.encode() not in file.read_bytes() for file in folder.iterdir())
    with pytest.raises(UnknownName, match="no model named 'mine'"):
        lab.train_own(OwnName(STRANGER, "theirs"), "mixture", "", text, mine)
    for word in (f"own:{KEY}:mine", "own:../x"):
        with pytest.raises(BadSetting, match="A model's name takes") as told:
            lab.train_own(OwnName(STRANGER, "theirs"), "mixture", "", text, {"members": f"{word},ngram(order=2)"})
        assert KEY not in str(told.value)


def test_a_visitor_names_no_folder_of_the_server(lab: Lab, home: Path) -> None:
    for word in (f"{home}/checkpoints/fives", "../checkpoints/fives", "./fives", ".fives", "C:\\fives", f"x:{KEY}:y"):
        with pytest.raises(UnknownName, match="No checkpoint named"):
            lab.train_own(OwnName(KEY, "new"), "mixture", "", TEXT.encode(), {"members": f"{word},ngram(order=2)"})


def test_the_size_of_all_members_counts_for_the_limit(lab: Lab) -> None:
    def refuse(parameters: int) -> None:
        raise Refused(f"{parameters}")

    total = sum(lab.open(name).model.num_parameters for name in ("fives", "pairs")) + 2
    with pytest.raises(Refused, match=str(total)):
        lab.train_own(OwnName(KEY, "new"), "mixture", "", TEXT.encode(), {"members": "fives,pairs"}, admit=refuse)


def test_a_mixture_is_free_only_if_every_members_text_is(lab: Lab, mix: Callable[..., Path]) -> None:
    facts = read_facts(mix("fives,pairs,ngram(order=3)"))
    about = lab.registry.get("mixture").about

    def card(text: str, members: str) -> str:
        each = [{**member, "licence": members if member["corpus"] else ""} for member in facts.members]
        return write_card("m", about, replace(facts, corpus={**facts.corpus, "licence": text}, members=each))

    assert "license: cc0-1.0" in card("public domain", "CC0")
    assert "license" not in card("public domain", "all rights reserved")
    assert "license" not in card("all rights reserved", "CC0")


def test_what_an_imported_member_has_read_is_not_claimed_to_be_known(
    lab: Lab, home: Path, mix: Callable[..., Path]
) -> None:
    lab.export_arpa("pairs", home / "pairs.arpa")
    lab.import_arpa(home / "pairs.arpa", home / "imported")
    lab.import_arpa(home / "pairs.arpa", home / "again")
    card = (mix(f"{home}/imported,{home}/again") / "README.md").read_text()
    assert "What `imported`, `again` learned from is not known" in card
    assert "license" not in card


# Weights of another mixture


@pytest.fixture
def pattern(lab: Lab, home: Path, mix: Callable[..., Path]) -> Iterator[str]:
    """A mixture of honest members, whose weights others may take over."""
    shutil.copytree(mix("fives,network", weights="gate", seed=3), home / "checkpoints" / "pattern")
    yield "pattern"
    shutil.rmtree(home / "checkpoints" / "pattern")


def test_members_that_know_the_whole_text_take_over_the_weights_of_such_that_do_not(
    lab: Lab, home: Path, mix: Callable[..., Path], pattern: str
) -> None:
    with pytest.raises(Refused, match="weights_from"):  # the way out is told
        mix("fives,seen")
    list(lab.train("ngram", str(home / "text.txt"), home / "checkpoints" / "whole", {"order": 5}, replace=True))
    out = mix("whole,network", weights="gate", weights_from=f"{home}/checkpoints/{pattern}")
    facts, before = read_facts(out), read_facts(home / "checkpoints" / pattern)
    assert facts.settings["weights_from"] == "pattern" and str(home) not in (out / "config.json").read_text()
    assert [each["weight"] for each in facts.members] == [each["weight"] for each in before.members]
    assert facts.weights_from["command"] == before.command
    card = (out / "README.md").read_text()
    assert before.command in card and facts.command in card and "taken over from `pattern`" in card
    assert "their geometric mean" in card
    # and it needs neither members nor pattern
    alone = Lab(places=Places(PROJECT / "plugins", out.parent / "none", (), out.parent / "data"))
    assert alone.generate_whole(str(out), "The tide", {"tokens": 8})["ids"]


@pytest.mark.parametrize(
    ("members", "values", "told"),
    [
        ("network,ngram(order=5)", {"weights": "gate"}, "number 1 is ngram"),
        ("fives,network", {"weights": "fit"}, "Set weights=gate"),
        ("fives,network", {"weights": "even"}, "weights_from out"),
        ("fives,network,pairs", {"weights": "gate"}, "are for 2 members, not for 3"),
        ("words,more-words", {"weights": "gate"}, "'pattern' has another tokenizer"),
        (
            "fives,network",
            {"weights": "gate", "weights_from": "fives"},
            "a model 'ngram' has no weights|'ngram' has no weights",
        ),
        ("fives,network", {"weights": "gate", "weights_from": "nothing"}, "No checkpoint named 'nothing'"),
    ],
)
def test_weights_that_do_not_fit_are_told_before_anything_is_written(
    members: str, values: dict[str, Any], told: str, mix: Callable[..., Path], pattern: str, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "mixed")
    with pytest.raises(LabError, match=told) as error:
        mix(members, **{"weights_from": pattern, **values})
    assert error.value.text.zh and not (tmp_path / "mixed").exists()


def test_weights_of_a_run_that_was_stopped_are_refused(lab: Lab, home: Path, tmp_path: Path) -> None:
    values = {"members": "fives,network", "weights": "gate"}
    events = lab.train("mixture", str(home / "text.txt"), tmp_path / "cut", values)
    for event in events:
        if isinstance(event, Step) and event.step == 1:
            break
    events.close()  # type: ignore[attr-defined]
    with pytest.raises(BadSetting, match="stopped before its weights were fitted"):
        lab.train(
            "mixture", str(home / "text.txt"), tmp_path / "new", {**values, "weights_from": str(tmp_path / "cut")}
        )
    *_, last = lab.train("mixture", str(home / "text.txt"), tmp_path / "cut", {}, resume=True)
    assert isinstance(last, Finished)


def test_what_a_forged_config_says_of_taken_weights_is_not_believed(lab: Lab, mix: Callable[..., Path]) -> None:
    for forged in ({"name": 1}, {"name": "a", "command": "b", "corpus": "c"}, [1]):
        with pytest.raises(BadCheckpoint, match="damaged"):
            load_checkpoint(edited(mix("fives,pairs"), lambda v, f=forged: v.update(weights_from=f)), lab.registry)
