"""The next token: temperature, top-k, top-p, one uniform number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadSetting, Refused
from core.generation.sampling import GenerationSettings, distribution, draw, pick, uniforms
from core.settings import build

P = np.array([0.1, 0.4, 0.2, 0.3])
SCORES = np.log(P)
weights = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=40).map(np.array)


def settings(**values: float | str) -> GenerationSettings:
    return build(GenerationSettings, values)


def test_defaults_draw_from_the_model_itself() -> None:
    assert distribution(SCORES, settings()) == pytest.approx(P)


def test_temperature_raises_probabilities_to_its_inverse() -> None:
    # T = 1/2 squares: .01 .16 .04 .09, sum .30
    assert distribution(SCORES, settings(temperature=0.5)) == pytest.approx(np.array([0.01, 0.16, 0.04, 0.09]) / 0.30)


@pytest.mark.parametrize("chosen", [{"temperature": 0}, {"strategy": "greedy"}, {"temperature": 1e-300}, {"top_k": 1}])
def test_greedy_is_the_limit_of_everything(chosen: dict[str, float | str]) -> None:
    assert distribution(SCORES, settings(**chosen)).tolist() == [0, 1, 0, 0]


def test_top_k_keeps_the_likeliest() -> None:
    assert distribution(SCORES, settings(top_k=2)) == pytest.approx(np.array([0, 4 / 7, 0, 3 / 7]))


def test_top_k_breaks_ties_by_the_lower_id() -> None:
    equal = np.log(np.full(5, 0.2))
    assert np.flatnonzero(distribution(equal, settings(top_k=2))).tolist() == [0, 1]
    assert distribution(equal, settings(temperature=0)).tolist() == [1, 0, 0, 0, 0]


@pytest.mark.parametrize(("top_p", "kept"), [(0.3, [1]), (0.5, [1, 3]), (0.71, [1, 2, 3]), (0.95, [0, 1, 2, 3])])
def test_top_p_keeps_the_fewest_that_reach_it(top_p: float, kept: list[int]) -> None:
    # greatest first: .4 | .7 | .9 | 1.0
    assert np.flatnonzero(distribution(SCORES, settings(top_p=top_p))).tolist() == kept


def test_top_p_looks_at_the_mass_that_top_k_left() -> None:
    # top-k 2 leaves 4/7 = .571 and 3/7: p = .55 is reached by the first alone, though .4 < .55
    assert np.flatnonzero(distribution(SCORES, settings(top_k=2, top_p=0.55))).tolist() == [1]


def test_temperature_comes_before_top_p() -> None:
    # at T = 1/2 the greatest has .16 / .30 = .53 and reaches .5 alone
    assert np.flatnonzero(distribution(SCORES, settings(temperature=0.5, top_p=0.5))).tolist() == [1]


def test_forbidden_ids_are_never_drawn_and_the_rest_is_scaled() -> None:
    assert distribution(SCORES, settings(), forbidden=[1]) == pytest.approx(np.array([0.1, 0, 0.2, 0.3]) / 0.6)
    assert distribution(SCORES, settings(temperature=0), forbidden=[1]).tolist() == [0, 0, 0, 1]


def test_nothing_left_is_a_clear_error() -> None:
    with pytest.raises(Refused, match="leaves no token") as caught:
        distribution(np.array([0.0, -np.inf]), settings(), forbidden=[0])
    assert "未知词元" in caught.value.in_language("zh")
    with pytest.raises(Refused, match="NaN"):
        distribution(np.array([0.0, np.nan]), settings())


def test_the_given_array_is_left_alone() -> None:
    scores = SCORES.copy()
    distribution(scores, settings(temperature=0.3, top_k=2, top_p=0.5), forbidden=[0])
    assert np.array_equal(scores, SCORES)


@given(weights, st.floats(0, 10), st.integers(0, 50), st.floats(1e-9, 1.0))
def test_every_distribution_sums_to_one(w: np.ndarray, temperature: float, top_k: int, top_p: float) -> None:
    chosen = GenerationSettings(temperature=temperature, top_k=top_k, top_p=top_p)
    probabilities = distribution(np.log(w / w.sum()), chosen)
    assert probabilities.dtype == np.float64
    assert probabilities.sum() == pytest.approx(1)
    assert np.all(probabilities >= 0) and np.isfinite(probabilities).all()
    assert top_k == 0 or np.count_nonzero(probabilities) <= top_k


@given(weights, st.floats(0, 1, exclude_max=True))
def test_draw_takes_the_id_whose_share_holds_the_number(w: np.ndarray, uniform: float) -> None:
    probabilities = w / w.sum()
    drawn = draw(probabilities, uniform)
    assert probabilities[:drawn].sum() <= uniform + 1e-12
    assert uniform - 1e-12 < probabilities[: drawn + 1].sum()


def test_draw_never_takes_what_is_impossible() -> None:
    largest = float(np.nextafter(1, 0))
    assert draw(np.array([0.0, 0.5, 0.5, 0.0]), 0.0) == 1
    assert draw(np.array([0.0, 0.5, 0.5, 0.0]), largest) == 2
    # three tenths add up to slightly more than .3 and .1 + .2 + .7 to exactly 1: no rounding may step outside
    assert draw(np.array([0.1, 0.1, 0.1, 0.7, 0.0]), largest) == 3
    assert draw(np.full(10, 0.1), largest) == 9


def test_drawing_follows_the_probabilities() -> None:
    chance = uniforms(seed=3)
    drawn = np.bincount([draw(P, next(chance)) for _ in range(20_000)], minlength=4) / 20_000
    assert drawn == pytest.approx(P, abs=4 * np.sqrt(0.25 / 20_000))  # four standard deviations


@given(
    weights, st.floats(0, 1, exclude_max=True), st.sampled_from([0.0, 1e-300, 1e-9, 0.3, 1.0, 10.0]), st.integers(0, 3)
)
def test_picking_is_drawing_from_the_distribution(
    weights: np.ndarray, uniform: float, temperature: float, top_k: int
) -> None:
    scores = np.log(np.append(0.5, weights) / (0.5 + weights.sum())).astype(np.float32)  # id 0 is forbidden
    chosen = settings(temperature=temperature, top_k=top_k)
    probabilities = distribution(scores, chosen, [0])
    at = np.cumsum(probabilities) / probabilities.sum()
    picked = pick(scores, chosen, 0, uniform)
    near_an_edge = np.abs(at - uniform).min() < 1e-12  # there the last bit decides
    assert probabilities[picked] > 0 and (near_an_edge or picked == draw(probabilities, uniform))


@pytest.mark.parametrize("scores", [[0.0, -np.inf], [0.0, np.nan], [0.0, np.inf]])
def test_picking_refuses_what_a_distribution_refuses(scores: list[float]) -> None:
    with pytest.raises(Refused):
        pick(np.array(scores, dtype=np.float32), settings(), 0, 0.5)


def test_uniforms_are_philox_keyed_by_the_seed() -> None:
    seed = 2**63 - 1
    chance = uniforms(seed)
    expected = np.random.Generator(np.random.Philox(key=seed)).random(1000)  # drawn at once
    assert [next(chance) for _ in range(1000)] == expected.tolist()
    assert next(uniforms(0)) != next(uniforms(1))


@pytest.mark.parametrize(
    "wrong",
    [{"tokens": 0}, {"tokens": 100_001}, {"temperature": -1}, {"top_p": 0}, {"top_k": -1}, {"beams": 1}, {"beams": 33},
     {"seed": -1}, {"strategy": "magic"}],
)  # fmt: skip
def test_settings_out_of_range_are_refused(wrong: dict[str, float | str]) -> None:
    with pytest.raises(BadSetting):
        build(GenerationSettings, wrong)
