"""The gate beside plain arithmetic: what it reads, what it says, and the sum that it weighs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.errors import BadCheckpoint
from core.models.gate import Gate, gate_of_tensors, gated, what_members_show


def opinions(members: int, places: int, vocab: int, seed: int = 0) -> list[np.ndarray]:
    """Return distributions ``[places, vocab]`` in logarithms."""
    generator = np.random.default_rng(seed)
    return [np.log(generator.dirichlet(np.ones(vocab), places)) for _ in range(members)]


def some_gate(members: int, seed: int = 1) -> Gate:
    """Return a gate of random numbers."""
    generator, even = np.random.default_rng(seed), Gate.even(members)
    return Gate(
        **{name: np.abs(generator.normal(1.0, 0.3, getattr(even, name).shape)) for name in even.__dataclass_fields__}
    )


def test_it_reads_entropy_favourite_and_evidence() -> None:
    # P = (1/2, 1/4, 1/4): entropy 1/2 ln 2 + 1/2 ln 4 = 1.5 ln 2, favourite ln 1/2; then P = (1, 0, 0): both 0
    said = [np.log(np.array([[0.5, 0.25, 0.25]])), np.array([[0.0, -np.inf, -np.inf]])]
    shown = what_members_show(said, [None, np.array([[3.0, 0.7]])])
    np.testing.assert_allclose(shown, [[1.5 * np.log(2), -np.log(2), 0, 0, 0, 0, 3.0, 0.7]], atol=1e-10)


def test_the_sum_is_that_of_plain_arithmetic_and_sums_to_one() -> None:
    said = opinions(3, 5, 7)
    shares, exponents = some_gate(3)(what_members_show(said, [None] * 3))
    np.testing.assert_allclose(shares.sum(axis=-1), 1)
    probabilities = np.exp(np.stack(said))  # [members, places, vocab]
    mean = np.prod(probabilities ** exponents.T[:, :, None], axis=0)
    mean /= mean.sum(axis=-1, keepdims=True)
    expected = np.einsum("pm,mpv->pv", shares[:, :3], probabilities) + shares[:, 3:] * mean
    found = np.exp(gated(said, shares, exponents))
    np.testing.assert_allclose(found, expected, rtol=1e-9)
    np.testing.assert_allclose(found.sum(axis=-1), 1, rtol=1e-12)


def test_two_places_may_weigh_the_members_differently() -> None:
    # The first unit sees the first member's entropy alone, and speaks for the second member.
    even = Gate.even(2)
    W_xh, W_hq = even.W_xh.copy(), even.W_hq.copy()
    W_xh[0, 0], W_hq[0, 1] = 5.0, 4.0
    gate = Gate(even.mean, even.scale, W_xh, even.b_h, W_hq, even.b_q)
    sure, unsure = np.log([0.999, 0.001]), np.log([0.5, 0.5])
    shares, _ = gate(what_members_show([np.stack([sure, unsure]), np.stack([unsure, unsure])], [None, None]))
    # entropies 0.0079 and 0.6931: e^(4 tanh 0.0395) : 1 = 1.171 : 1, and e^(4 tanh 3.466) : 1 = 54.17 : 1
    np.testing.assert_allclose(shares[:, 1] / shares[:, 0], [1.171, 54.17], rtol=2e-3)


def test_an_unfitted_gate_is_the_even_sum() -> None:
    said = opinions(4, 3, 6)
    found = gated(said, *Gate.even(4)(what_members_show(said, [None] * 4)))
    np.testing.assert_allclose(np.exp(found), np.exp(np.stack(said)).mean(axis=0), rtol=1e-9)


def test_what_one_member_holds_impossible_the_others_may_still_give() -> None:
    said = [np.array([0.0, -np.inf]), np.log([0.5, 0.5])]
    found = np.exp(gated(said, np.array([0.25, 0.25, 0.5]), np.array([1.0, 1.0])))
    # The geometric mean follows the first: e^-30 is next to nothing. 0.25 + 0.125 + 0.5 and 0.125.
    np.testing.assert_allclose(found, [0.875, 0.125], rtol=1e-9)
    assert gated(said[:1] * 2, np.array([0.5, 0.5, 0.0]), np.zeros(2))[1] == -np.inf


def test_saved_and_loaded_it_is_the_same() -> None:
    gate = some_gate(2)
    for name, array in gate_of_tensors(gate.tensors(), 2).tensors().items():
        np.testing.assert_array_equal(array, gate.tensors()[name])
    # 8 + 8 for what is shown, 8 x 16 + 16, 16 x 5 + 5
    assert gate.size == 245 and gate.num_members == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [("W_xh", None), ("b_q", np.zeros(4)), ("mean", np.full(8, np.nan)), ("scale", np.zeros(8)), ("b_h", np.zeros(16, np.float32))],
)  # fmt: skip
def test_numbers_that_are_no_gate_are_refused(name: str, value: Any) -> None:
    tensors = {key: array for key, array in some_gate(2).tensors().items() if key != f"gate.{name}"}
    if value is not None:
        tensors[f"gate.{name}"] = value
    with pytest.raises(BadCheckpoint, match=f"no gate for 2 members: gate.{name}") as told:
        gate_of_tensors(tensors, 2)
    assert told.value.text.zh
