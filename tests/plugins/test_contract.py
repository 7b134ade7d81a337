"""The rules that every plug-in keeps, whatever it is: these tests know no model by name.

`UNROLL_PLUGINS` may name another folder of plug-ins to be put through the same rules.
"""

from __future__ import annotations

import math
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.models.causality import check_causality
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import build, describe
from core.sharing.tensors import pack, unpack
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences

FOLDER = Path(os.environ.get("UNROLL_PLUGINS") or Path(__file__).parents[2] / "plugins")
REGISTRY = Registry(FOLDER, SHARED)
VOCAB = 11
# Chunked and single-step forms may differ by this much (nats).
AGREE = 1e-5


def small(plugin: type[LanguageModel]) -> Any:
    """Return the plug-in's config, its sizes cut down so that a test is quick."""
    smaller = {"hidden_size": 12, "embedding_size": 5, "order": 3, "context": 4, "window": 5}
    values = {each.name: smaller[each.name] for each in describe(plugin.Config) if each.name in smaller}
    return build(plugin.Config, values)


def text(length: int = 200, seed: int = 1) -> np.ndarray:
    """Return ids with some order in them, so that there is something to learn."""
    generator = np.random.default_rng(seed)
    steps = generator.integers(1, 4, size=length)
    return (np.cumsum(steps) % VOCAB).astype(np.int32)


def learned(plugin: type[LanguageModel], *, lines: bool = False) -> LanguageModel:
    """Return the plug-in's model after learning a little."""
    model = plugin(small(plugin), VOCAB, seed=3)
    learner = model.Learner(model, model.Learner.Config(), seed=5)
    data = Sequences.of_lines([text(8, seed) for seed in range(20)]) if lines else Sequences.of_stream(text())
    for window in learner.windows(data, 0):
        learner.learn(window, 0.0)
    return model


@pytest.fixture(params=sorted(REGISTRY.models))
def plugin(request: pytest.FixtureRequest) -> type[LanguageModel]:
    return REGISTRY.get(request.param)


@pytest.fixture
def model(plugin: type[LanguageModel]) -> LanguageModel:
    return learned(plugin)


def test_no_plugin_is_broken() -> None:
    assert {name: broken.reason for name, broken in REGISTRY.broken.items()} == {}
    assert REGISTRY.models, f"no plug-in in {FOLDER}"


def test_everything_a_person_chooses_is_documented(plugin: type[LanguageModel]) -> None:
    about = plugin.about
    assert about.title.en and about.idea.en and about.section
    for each in [*describe(plugin.Config), *describe(plugin.Learner.Config)]:
        assert each.help.en, f"setting {each.name} has no help"
        assert build(plugin.Config, {each.name: each.default}) if each in describe(plugin.Config) else True


def test_every_trace_is_documented_and_no_other(model: LanguageModel) -> None:
    named = model.trace(text(7))
    assert set(named) == {name for name, _ in model.about.trace}
    for name, array in named.items():
        assert len(array) == 7, f"trace {name} does not run along the text"


def test_distributions_sum_to_one(model: LanguageModel) -> None:
    if not model.normalised:
        pytest.skip(f"{model.about.name} says that its numbers do not sum to 1")
    ids = np.stack([text(40, seed=8), np.random.default_rng(2).integers(0, VOCAB, 40)]).astype(np.int32)
    log_probs, _ = model.log_probs(ids, model.initial_state(2))
    assert log_probs.shape == (2, 40, VOCAB)
    np.testing.assert_allclose(np.exp(log_probs.astype(np.float64)).sum(axis=-1), 1, atol=1e-5)


def test_score_is_the_targets_entry_of_log_probs(model: LanguageModel) -> None:
    ids = np.stack([text(60, seed=4), text(60, seed=6)])
    log_probs, end = model.log_probs(ids[:, :-1], model.initial_state(2))
    scores, other_end = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(2))
    expected = np.take_along_axis(log_probs, ids[:, 1:, None].astype(np.int64), axis=2)[..., 0]
    np.testing.assert_allclose(scores, expected, atol=AGREE)
    for one, other in zip(end, other_end, strict=True):
        np.testing.assert_allclose(one, other, atol=AGREE)


def test_single_steps_agree_with_log_probs(model: LanguageModel) -> None:
    ids = np.stack([text(50, seed=4), text(50, seed=6)])
    log_probs, _ = model.log_probs(ids, model.initial_state(2))
    state = model.initial_state(2)
    for time in range(50):
        step, state = model.step(ids[:, time], state)
        np.testing.assert_allclose(step, log_probs[:, time], atol=AGREE)


def test_a_model_that_names_a_context_length_looks_no_further_back(model: LanguageModel) -> None:
    length = model.context_length
    if length is None:
        return  # it remembers more than its last few ids
    ids = text(40, seed=4)
    log_probs, _ = model.log_probs(ids[None], model.initial_state(1))
    for end in range(1, len(ids) + 1):
        context = tuple(ids[max(0, end - length) : end].tolist())
        np.testing.assert_allclose(model.after(context), log_probs[0, end - 1], atol=AGREE)


@pytest.mark.parametrize("cut", [1, 2, 7, 49])
def test_chunking_of_the_input_does_not_matter(model: LanguageModel, cut: int) -> None:
    ids = text(50, seed=9)[None]
    whole, _ = model.log_probs(ids, model.initial_state(1))
    first, state = model.log_probs(ids[:, :cut], model.initial_state(1))
    second, _ = model.log_probs(ids[:, cut:], state)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, atol=AGREE)


def test_a_later_id_never_changes_an_earlier_distribution(model: LanguageModel) -> None:
    ids = text(30, seed=9)[None]
    changed = ids.copy()
    changed[0, 20:] = (changed[0, 20:] + 1) % VOCAB
    before, _ = model.log_probs(ids, model.initial_state(1))
    after, _ = model.log_probs(changed, model.initial_state(1))
    np.testing.assert_allclose(before[:, :20], after[:, :20], atol=AGREE)


def test_the_check_that_guards_every_perplexity_lets_it_pass(model: LanguageModel) -> None:
    check_causality(model)


def test_rows_of_a_batch_do_not_see_each_other(model: LanguageModel) -> None:
    both = np.stack([text(30, seed=9), text(30, seed=10)])
    together, _ = model.log_probs(both, model.initial_state(2))
    alone, _ = model.log_probs(both[1:], model.initial_state(1))
    np.testing.assert_allclose(together[1:], alone, atol=AGREE)


def test_state_has_the_batch_first_and_is_never_changed_in_place(model: LanguageModel) -> None:
    ids = text(12, seed=9)[None].repeat(3, axis=0)
    _, state = model.log_probs(ids, model.initial_state(3))
    kept = [part.copy() for part in state]
    assert all(len(part) == 3 for part in state)
    model.log_probs(ids, state)
    model.score(ids[:, :-1], ids[:, 1:], state)
    model.step(ids[:, 0], state)
    for part, before in zip(state, kept, strict=True):
        np.testing.assert_array_equal(part, before)


def test_saved_and_loaded_is_the_same_bit_for_bit(plugin: type[LanguageModel], model: LanguageModel) -> None:
    other = plugin(small(plugin), VOCAB)
    other.load_tensors(unpack(pack(model.tensors()), "model.safetensors"))
    for name, array in model.tensors().items():
        np.testing.assert_array_equal(other.tensors()[name], array)
        assert other.tensors()[name].dtype == array.dtype
    ids = text(40, seed=11)[None]
    np.testing.assert_array_equal(
        model.log_probs(ids, model.initial_state(1))[0], other.log_probs(ids, other.initial_state(1))[0]
    )


def test_the_same_seed_learns_the_same_model(plugin: type[LanguageModel], model: LanguageModel) -> None:
    again = learned(plugin).tensors()
    for name, array in model.tensors().items():
        np.testing.assert_array_equal(again[name], array)


def test_lines_can_be_learned(plugin: type[LanguageModel]) -> None:
    model = learned(plugin, lines=True)
    ids = text(8, seed=3)[None]
    scores, _ = model.score(ids[:, :-1], ids[:, 1:], model.initial_state(1))
    assert scores.shape == (1, 7)
    assert all(score <= AGREE and not math.isnan(score) for score in scores[0])


def test_damaged_tensors_are_refused(plugin: type[LanguageModel], model: LanguageModel) -> None:
    from core.errors import BadCheckpoint

    tensors = model.tensors()
    if not tensors:
        pytest.skip(f"{model.about.name} learns nothing that could be damaged")
    first = sorted(tensors)[0]
    damaged = [
        {name: array for name, array in tensors.items() if name != first},
        {**tensors, "foreign": np.zeros(3, dtype=np.float32)},
        {**tensors, first: np.zeros((3, 3, 3, 3), dtype=np.float32)},
    ]
    for bad in damaged:
        with pytest.raises(BadCheckpoint):
            plugin(small(plugin), VOCAB).load_tensors(bad)
