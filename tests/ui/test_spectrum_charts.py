"""The pictures of singular values and eigenvalues: the numbers are numpy's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from core.lab import Lab
from core.ui.charts.spectrum import eigenvalue_chart, singular_chart

_TEXT = "It is raining, and the old man by the river has not spoken a word since yesterday."


@pytest.fixture(scope="module")
def lab() -> Lab:
    return Lab()


@pytest.fixture(scope="module")
def flows(lab: Lab) -> list[Any]:
    return [{"name": name, **lab.gradient_flow(name, _TEXT, 4)} for name in ("shakespeare-rnn-scratch", "names-gru")]


def weights(lab: Lab, name: str) -> Any:
    found = lab.open(name).model.input_weights()
    assert found is not None
    return found.W_hh.astype(float)


def test_the_curves_are_numpys_and_of_a_gated_model_the_block_that_lengthens_most(lab: Lab, flows: list[Any]) -> None:
    blocks = [weights(lab, "shakespeare-rnn-scratch"), *np.split(weights(lab, "names-gru"), 3, axis=1)]
    plain, gru = blocks[0], max(blocks[1:], key=lambda block: float(np.linalg.norm(block, 2)))
    for block, singular, plane in zip(
        (plain, gru), *(c(flows, "en")["series"][:2] for c in (singular_chart, eigenvalue_chart)), strict=True
    ):
        expected = np.linalg.svd(block, compute_uv=False)
        shown = np.array(singular["points"])
        np.testing.assert_allclose(shown[:, 1], expected[np.rint(shown[:, 0]).astype(int) - 1], rtol=1e-8, atol=1e-12)
        values = np.linalg.eigvals(block)
        for real, imaginary in plane["points"]:
            assert np.abs(values - complex(real, imaginary)).min() < 1e-9


def test_those_outside_the_unit_circle_are_counted(lab: Lab, flows: list[Any]) -> None:
    sizes = np.abs(np.linalg.eigvals(weights(lab, "shakespeare-rnn-scratch")))
    row = eigenvalue_chart(flows, "en")["table"][1]
    assert row == ["shakespeare-rnn-scratch", f"{sizes.max():.4g}", f"{(sizes > 1).sum()} / {len(sizes)}"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_unit_circle_is_one_wide_and_the_plane_reaches_as_far_in_both_directions(
    flows: list[Any], language: str
) -> None:
    chart = eigenvalue_chart(flows, language)
    circle = np.array(chart["series"][-1]["points"])
    np.testing.assert_allclose(np.hypot(*circle.T), 1, atol=1e-12)
    assert chart["x"]["low"] == chart["y"]["low"] == -chart["x"]["high"] <= -1
    assert any("GRU" in each["name"] or "names-gru" in each["name"] for each in chart["series"])
