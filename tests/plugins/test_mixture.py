"""The mixture beside brute force: the weighted sum of its members, however it is read, saved or interrupted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import BadCheckpoint, BadSetting, LabError, Refused
from core.models.members import Member
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import build
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.text.splits import split_sequences

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
VOCAB = 9


def ids(length: int, seed: int = 0) -> np.ndarray:
    """Return ids with some order in them."""
    steps = np.random.default_rng(seed).integers(1, 4, size=length)
    return (np.cumsum(steps) % VOCAB).astype(np.int32)


def made(name: str, **values: Any) -> LanguageModel:
    kind = REGISTRY.get(name)
    return kind(build(kind.Config, values), VOCAB, seed=4)


def taught(model: LanguageModel, data: Sequences, **training: Any) -> Any:
    learner = model.Learner(model, build(model.Learner.Config, training), 0)
    for window in learner.windows(data, 0):
        learner.learn(window, 0.0)
    return model


def mixture(weights: np.ndarray, *models: LanguageModel) -> Any:
    """Return a mixture of models that are trained already."""
    names = [f"m{number}" for number in range(len(models))]
    mixed: Any = made("mixture", members=",".join(names))
    mixed.take_members([Member(name, model) for name, model in zip(names, models, strict=True)])
    mixed.use_weights(weights)
    return mixed


@pytest.fixture(scope="module")
def members() -> list[LanguageModel]:
    """One that remembers two ids, one with a state of two arrays and gradients inside, and one without any state."""
    return [
        taught(made("ngram", order=3, smoothing="witten_bell"), Sequences.of_stream(ids(300))),
        made("lstm", hidden_size=6, embedding_size=3),
        made("uniform"),
    ]


def test_it_is_the_weighted_sum_of_its_members(members: list[LanguageModel]) -> None:
    weights = np.array([0.5, 0.3, 0.2])
    mixed, text = mixture(weights, *members), np.stack([ids(40, 1), ids(40, 2)])
    expected = sum(
        weight * np.exp(model.log_probs(text, model.initial_state(2))[0].astype(np.float64))
        for weight, model in zip(weights, members, strict=True)
    )
    log_probs, after = mixed.log_probs(text, mixed.initial_state(2))
    np.testing.assert_allclose(np.exp(log_probs), expected, rtol=1e-9)
    assert len(after) == 1 + 2 + 0 and all(len(part) == 2 for part in after)
    # and so it is when it reads on from there, step by step, or looks at the targets alone
    step, _ = mixed.step(text[:, 0], after)
    own = [after[:1], after[1:], ()]
    steps = [model.step(text[:, 0], part)[0] for model, part in zip(members, own, strict=True)]
    np.testing.assert_allclose(np.exp(step), sum(w * np.exp(s) for w, s in zip(weights, steps, strict=True)), rtol=1e-6)
    scores, _ = mixed.score(text[:, :-1], text[:, 1:], mixed.initial_state(2))
    picked = np.take_along_axis(log_probs[:, :-1], text[:, 1:, None].astype(np.int64), axis=2)[..., 0]
    np.testing.assert_allclose(scores, picked, atol=1e-5)


def test_a_member_with_all_the_weight_is_the_mixture(members: list[LanguageModel]) -> None:
    text = ids(50, 3)[None]
    for number, model in enumerate(members):
        mixed = mixture(np.eye(3)[number], *members)
        expected, _ = model.log_probs(text, model.initial_state(1))
        np.testing.assert_allclose(mixed.log_probs(text, mixed.initial_state(1))[0], expected, rtol=1e-6)


def test_the_trace_shows_who_gave_the_token_that_came(members: list[LanguageModel]) -> None:
    weights, text = np.array([0.2, 0.2, 0.6]), ids(12, 5)
    trace = mixture(weights, *members).trace(text)
    given, shares = trace["member_probability"], trace["responsibility"]
    assert given.shape == shares.shape == (12, 3)
    np.testing.assert_allclose(given[:-1, 2], 1 / VOCAB)  # the uniform one
    np.testing.assert_allclose(shares[:-1], weights * given[:-1] / (given[:-1] @ weights)[:, None], rtol=1e-9)
    assert np.isnan(given[-1]).all() and np.isnan(shares[-1]).all()  # nothing came after the last


def test_weights_are_fitted_on_the_last_tenth_and_no_member_has_learned_it_by_then() -> None:
    data = Sequences.of_stream(ids(600))
    fit, held_back = split_sequences(data)
    mixed = taught(made("mixture", members="ngram(order=2),ngram(order=5)"), data, validation=False)
    # by hand: both learn the first nine tenths, and a fine grid finds the weights on the last
    said = []
    for order in (2, 5):
        model = taught(made("ngram", order=order), fit)
        text = held_back.ids[None]
        said.append(model.score(text[:, :-1], text[:, 1:], model.initial_state(1))[0][0])
    grid = np.linspace(0, 1, 1001)
    best = grid[np.argmax([np.log(one * np.exp(said[0]) + (1 - one) * np.exp(said[1])).sum() for one in grid])]
    assert mixed.members[0].weight == pytest.approx(best, abs=2e-3)
    # afterwards the members know the whole text
    for member, order in zip(mixed.members, (2, 5), strict=True):
        for name, array in taught(made("ngram", order=order), data).tensors().items():
            np.testing.assert_array_equal(member.model.tensors()[name], array)


def test_a_part_held_back_by_the_run_is_used_for_the_weights_and_stays_unlearned() -> None:
    fit, held_back = split_sequences(Sequences.of_stream(ids(600)))
    model: Any = made("mixture", members="ngram(order=2),ngram(order=5)")
    learner = model.Learner(model, model.Learner.Config(validation=True), 0)
    learner.held_back = held_back
    for window in learner.windows(fit, 0):
        learner.learn(window, 0.0)
    whole = taught(made("mixture", members="ngram(order=2),ngram(order=5)"), Sequences.of_stream(ids(600)))
    assert [each.weight for each in model.members] == [each.weight for each in whole.members]
    for name, array in taught(made("ngram", order=5), fit).tensors().items():
        np.testing.assert_array_equal(model.members[1].model.tensors()[name], array)


def test_even_weights_fit_nothing_and_waste_no_text(members: list[LanguageModel]) -> None:
    data = Sequences.of_stream(ids(300))
    mixed = taught(made("mixture", members="ngram(order=2),ngram(order=3)", weights="even"), data)
    assert [each.weight for each in mixed.members] == [0.5, 0.5]
    for name, array in taught(made("ngram", order=2), data).tensors().items():
        np.testing.assert_array_equal(mixed.members[0].model.tensors()[name], array)


@pytest.mark.parametrize("lines", [False, True])
def test_reading_that_was_interrupted_goes_on_to_the_same_weights(lines: bool, members: list[LanguageModel]) -> None:
    data = Sequences.of_lines([ids(9, seed) for seed in range(3000)]) if lines else Sequences.of_stream(ids(30_000))
    names, whole = "m0,m1", []
    for stop in (10**9, 2):
        model: Any = made("mixture", members=names)
        model.take_members([Member(f"m{number}", members[number]) for number in range(2)])
        learner = model.Learner(model, model.Learner.Config(), 0)
        windows = list(learner.windows(data, 0))
        assert len(windows) == 3
        for window in windows[:stop]:
            learner.learn(window, 0.0)
        if stop == 2:
            kept, learner = learner.tensors(), model.Learner(model, model.Learner.Config(), 0)
            learner.load_tensors(kept)
            windows = list(learner.windows(data, 0))
            learner.learn(windows[2], 0.0)
        whole.append([each.weight for each in model.members])
    assert whole[0] == whole[1] and whole[0] != [0.5, 0.5]


def test_members_that_are_shared_are_never_changed_by_loading(members: list[LanguageModel]) -> None:
    mixed = mixture(np.array([0.2, 0.3, 0.5]), *members)
    changed = {name: array * 0 if name == "member.1.output.bias" else array for name, array in mixed.tensors().items()}
    before = members[1].tensors()["output.bias"].copy()
    mixed.load_tensors(changed)
    assert not mixed.members[1].model.tensors()["output.bias"].any()
    np.testing.assert_array_equal(members[1].tensors()["output.bias"], before)


def test_it_sums_to_one_only_if_all_its_members_do(members: list[LanguageModel]) -> None:
    backing_off = taught(made("ngram", smoothing="stupid_back_off", order=2), Sequences.of_stream(ids(100)))
    assert mixture(np.array([0.5, 0.5]), members[0], members[2]).normalised
    mixed = mixture(np.array([0.5, 0.5]), members[0], backing_off)
    assert not mixed.normalised
    with pytest.raises(Refused, match="m1: its numbers are scores"):
        mixed.Learner(mixed, mixed.Learner.Config(), 0)


@pytest.mark.parametrize("weights", [None, [0.5, 0.6], [-0.1, 1.1], [np.nan, 1.0], [1.0], [0.2, 0.3, 0.5]])
def test_weights_that_are_none_are_refused(weights: Any, members: list[LanguageModel]) -> None:
    mixed = mixture(np.array([0.5, 0.5]), members[0], members[2])
    tensors = {name: array for name, array in mixed.tensors().items() if name != "weights"}
    if weights is not None:
        tensors["weights"] = np.array(weights)
    with pytest.raises(BadCheckpoint, match="no weights for 2 members"):
        mixed.load_tensors(tensors)


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("mixture(),ngram()", "a mixture of mixtures is a mixture of all their members"),
        ("lstm(),ngram()", "not learned in one pass"),
        ("ngramm(),ngram()", "Did you mean 'ngram'"),
        ("ngram(ordr=2),ngram()", "Did you mean 'order'"),
        ("ngram(order=99),ngram()", "from 1 to 16"),
        ("ngram()", "A mixture of 1"),
        ("mixture(members=" * 400 + ")" * 400 + ",ngram()", "a mixture of mixtures"),
    ],
)
def test_members_that_cannot_be_are_told(named: str, told: str) -> None:
    with pytest.raises(LabError, match=told):
        made("mixture", members=named)


def test_a_named_member_must_be_handed_over_and_no_other(members: list[LanguageModel]) -> None:
    mixed: Any = made("mixture", members="one,ngram(order=2)")
    with pytest.raises(BadCheckpoint, match="'one' is missing"):
        mixed.initial_state(1)
    with pytest.raises(BadCheckpoint, match="'two' cannot be a member"):
        mixed.take_members([Member("two", members[0])])
    with pytest.raises(BadCheckpoint, match="'ngram' is not made of models"):
        made("ngram").take_members([Member("two", members[0])])
    with pytest.raises(BadSetting):
        made("mixture", members="one")


# A gate


@pytest.fixture(scope="module")
def by_gate(members: list[LanguageModel]) -> Any:
    """Return a mixture whose gate was fitted, of members that are trained already and one that was not."""
    mixed: Any = made("mixture", members="m0,m1,ngram(order=4)", weights="gate")
    mixed.take_members([Member("m0", members[0]), Member("m1", members[1])])
    return taught(mixed, Sequences.of_stream(ids(4000, 8)))


def test_a_gated_mixture_is_the_gated_sum_however_it_is_read(by_gate: Any) -> None:
    text = np.stack([ids(60, 1), ids(60, 2)])
    log_probs, _ = by_gate.log_probs(text, by_gate.initial_state(2))
    np.testing.assert_allclose(np.exp(log_probs).sum(axis=-1), 1, rtol=1e-9)
    scores, _ = by_gate.score(text[:, :-1], text[:, 1:], by_gate.initial_state(2))
    picked = np.take_along_axis(log_probs[:, :-1], text[:, 1:, None].astype(np.int64), axis=2)[..., 0]
    np.testing.assert_allclose(scores, picked, atol=1e-6)
    state = by_gate.initial_state(2)
    for time in range(60):
        step, state = by_gate.step(text[:, time], state)
        np.testing.assert_allclose(step, log_probs[:, time], atol=1e-5)
    for cut in (1, 2, 37):
        first, state = by_gate.log_probs(text[:, :cut], by_gate.initial_state(2))
        second, _ = by_gate.log_probs(text[:, cut:], state)
        np.testing.assert_allclose(np.concatenate([first, second], axis=1), log_probs, atol=1e-5)


def test_a_gate_knows_nothing_of_what_comes_later(by_gate: Any) -> None:
    text = ids(40, 9)[None]
    changed = text.copy()
    changed[0, 25:] = (changed[0, 25:] + 4) % VOCAB
    before, after = (by_gate.log_probs(each, by_gate.initial_state(1))[0] for each in (text, changed))
    np.testing.assert_allclose(before[:, :25], after[:, :25], atol=1e-6)
    weights = [by_gate.trace(each[0])["weight"] for each in (text, changed)]
    np.testing.assert_allclose(weights[0][:25], weights[1][:25], atol=1e-6)


def test_a_gate_is_better_than_fixed_weights_where_it_was_fitted(by_gate: Any, members: list[LanguageModel]) -> None:
    data = Sequences.of_stream(ids(4000, 8))
    fixed: Any = made("mixture", members="m0,m1,ngram(order=4)")
    fixed.take_members([Member("m0", members[0]), Member("m1", members[1])])
    taught(fixed, data)
    tenth = split_sequences(data)[1].ids[None]
    # with members that have learned nine tenths, as they had when the weights were fitted
    for mixed in (fixed, by_gate):
        mixed.members[2].model.learn(split_sequences(data)[0])
    told = [mixed.score(tenth[:, :-1], tenth[:, 1:], mixed.initial_state(1))[0].sum() for mixed in (fixed, by_gate)]
    by_gate.members[2].model.learn(data)
    assert told[1] > told[0]


def test_the_trace_shows_the_gates_weights_and_every_part_of_the_sum(by_gate: Any) -> None:
    text = ids(30, 4)
    trace = by_gate.trace(text)
    weight, shares, given = trace["weight"], trace["responsibility"], trace["member_probability"]
    assert weight.shape == shares.shape == (30, 4) and given.shape == (30, 3)
    np.testing.assert_allclose(weight.sum(axis=1), 1)
    assert np.ptp(weight[:, 0]) > 0  # it depends on the context
    whole = by_gate.score(text[None, :-1], text[None, 1:], by_gate.initial_state(1))[0][0]
    np.testing.assert_allclose(shares[:-1, :3], weight[:-1, :3] * given[:-1] / np.exp(whole)[:, None], rtol=1e-5)
    assert [each.en for each in by_gate.unit_names("weight")] == ["m0", "m1", "ngram(order=4)", "geometric mean"]
    means = [each.weight for each in by_gate.members]
    assert len(means) == 3 and 0 < sum(means) < 1 and by_gate.tensors()["weights"].sum() == pytest.approx(1)


def test_a_gate_is_saved_with_the_rest_and_needed(by_gate: Any, members: list[LanguageModel]) -> None:
    other: Any = made("mixture", members="m0,m1,ngram(order=4)", weights="gate")
    other.take_members([Member("m0", made("ngram", order=3, smoothing="witten_bell")), Member("m1", members[1])])
    other.load_tensors(by_gate.tensors())
    text = ids(30, 4)[None]
    np.testing.assert_array_equal(
        other.log_probs(text, other.initial_state(1))[0], by_gate.log_probs(text, by_gate.initial_state(1))[0]
    )
    assert other.num_parameters == by_gate.num_parameters
    for name in ("gate.W_xh", "weights"):
        with pytest.raises(BadCheckpoint):
            other.load_tensors({key: array for key, array in by_gate.tensors().items() if key != name})
    fixed: Any = made("mixture", members="m0,m1,ngram(order=4)")
    fixed.take_members([Member("m0", members[0]), Member("m1", members[1])])
    with pytest.raises(BadCheckpoint):
        fixed.load_tensors(by_gate.tensors())  # a gate that the settings do not name


def test_an_unfitted_gate_weighs_evenly(members: list[LanguageModel]) -> None:
    mixed: Any = made("mixture", members="m0,m1", weights="gate")
    mixed.take_members([Member("m0", members[0]), Member("m1", members[2])])
    text = ids(20, 3)[None]
    said = [model.log_probs(text, model.initial_state(1))[0] for model in (members[0], members[2])]
    found = mixed.log_probs(text, mixed.initial_state(1))[0]
    np.testing.assert_allclose(np.exp(found), np.exp(np.stack(said)).mean(axis=0), rtol=1e-6)


@pytest.mark.parametrize("lines", [False, True])
@pytest.mark.parametrize("stop", [2, 3, 20])
def test_a_gate_that_was_interrupted_is_fitted_to_the_same_numbers(
    stop: int, lines: bool, members: list[LanguageModel]
) -> None:
    data = Sequences.of_lines([ids(9, seed) for seed in range(3000)]) if lines else Sequences.of_stream(ids(30_000))
    found = []
    for cut in (10**9, stop):
        model: Any = made("mixture", members="m0,m1", weights="gate")
        model.take_members([Member(f"m{number}", members[number]) for number in range(2)])
        learner = model.Learner(model, model.Learner.Config(), 0)
        windows = list(learner.windows(data, 0))
        assert len(windows) == 3 + 80
        for window in windows[:cut][:30]:
            learner.learn(window, 0.0)
        if cut == stop:
            kept, learner = learner.tensors(), model.Learner(model, model.Learner.Config(), 0)
            learner.load_tensors(kept)
            for window in list(learner.windows(data, 0))[stop:30]:
                learner.learn(window, 0.0)
        found.append(model.tensors())
    for name in ("weights", "gate.W_xh", "gate.b_q"):
        np.testing.assert_array_equal(found[0][name], found[1][name])
    assert np.abs(found[0]["gate.W_hq"]).max() > 0


# Weights of another mixture


def test_weights_are_taken_over_from_a_mixture_of_such_members(by_gate: Any, members: list[LanguageModel]) -> None:
    data = Sequences.of_stream(ids(900, 11))
    final: Any = made("mixture", members="a,b,ngram(order=4)", weights="gate", weights_from="other")
    final.take_members([Member("a", members[0], seen=True), Member("b", members[1], seen=True)])
    final.take_weights(by_gate)
    taught(final, data)  # nothing is fitted, so that members may have seen everything
    for name, array in by_gate.tensors().items():
        if not name.startswith("member."):
            np.testing.assert_array_equal(final.tensors()[name], array)
    learned = taught(made("ngram", order=4), data).tensors()
    for name, array in learned.items():
        np.testing.assert_array_equal(final.members[2].model.tensors()[name], array)


@pytest.mark.parametrize(
    ("settings", "kinds", "told"),
    [
        ({"members": "a,b", "weights": "gate"}, (0, 1), "are for 3 members, not for 2"),
        ({"members": "b,a,ngram(order=4)", "weights": "gate"}, (1, 0), "number 1 is ngram.*and lstm"),
        ({"members": "a,b,ngram(order=5)", "weights": "gate"}, (0, 1), "number 3 is ngram.order=4.*ngram.order=5"),
        ({"members": "a,b,ngram(order=4)", "weights": "fit"}, (0, 1), "Set weights=gate"),
    ],
)
def test_weights_for_something_else_are_refused(
    settings: dict[str, str], kinds: tuple[int, ...], told: str, by_gate: Any, members: list[LanguageModel]
) -> None:
    final: Any = made("mixture", weights_from="other", **settings)
    names = settings["members"].split(",")[:2]
    final.take_members([Member(name, members[kind]) for name, kind in zip(names, kinds, strict=True)])
    with pytest.raises(BadSetting, match=told) as error:
        final.take_weights(by_gate)
    assert error.value.text.zh
    with pytest.raises(BadSetting, match="'ngram' has no weights for the members of a model 'mixture'"):
        final.take_weights(members[0])
    with pytest.raises(BadSetting, match="weights_from out"):
        made("mixture", weights="even", weights_from="other")
