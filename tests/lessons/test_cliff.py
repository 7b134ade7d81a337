"""The loss with a cliff: its gradient, its surface, and three ways down."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.lessons.cliff import STEPS, cliff, cliff_json, descents, surface


@pytest.mark.parametrize("place", [(4.5, -2.8), (3.0, -1.2), (4.36, -2.217), (6.0, -3.0)])
def test_the_gradient_is_autograds(place: tuple[float, float]) -> None:
    at = torch.tensor(place, dtype=torch.float64, requires_grad=True)
    x = torch.tensor(0.5, dtype=torch.float64)
    for _ in range(STEPS):
        x = at[0] * torch.sigmoid(x) + at[1]
    loss = (torch.sigmoid(x) - 0.7) ** 2
    loss.backward()  # type: ignore[no-untyped-call]
    value, gradient = cliff(np.array(place))
    assert value == pytest.approx(loss.item())
    np.testing.assert_allclose(gradient, at.grad.numpy(), rtol=1e-9)


def test_the_surface_is_the_loss_at_the_middles_of_the_cells() -> None:
    w, b, losses = surface()
    for row, column in ((0, 0), (17, 40), (55, 79)):
        assert losses[row, column] == pytest.approx(cliff(np.array([w[column], b[row]]))[0])


def test_there_is_a_cliff() -> None:
    """Within 0.0001 of b the loss falls from above 0.2 to below 0.08."""
    above, below = cliff(np.array([5.0, -2.6124]))[0], cliff(np.array([5.0, -2.6123]))[0]
    assert above > 0.2 and below < 0.08


def test_plain_descent_is_thrown_off_clipped_descent_walks_on_and_a_line_search_arrives() -> None:
    plain, clipped, searched = descents(rate=0.3, theta=0.1, steps=200)
    assert np.abs(plain.places[-1].x - plain.places[0].x).max() > 5 and plain.places[-1].value > 0.08
    assert clipped.places[-1].value < 0.001
    longest = max(np.linalg.norm(b.x - a.x) for a, b in zip(clipped.places, clipped.places[1:], strict=False))
    assert longest == pytest.approx(0.3 * 0.1)  # the rate times theta: no step is longer
    assert searched.places[-1].value < 1e-12 and len(searched.places) < 20
    assert all(b.value < a.value for a, b in zip(searched.places, searched.places[1:], strict=False))


def test_every_searched_step_meets_the_strong_wolfe_conditions() -> None:
    *_, searched = descents(rate=0.3, theta=0.1, steps=200)
    for here, trials in zip(searched.places, searched.trials, strict=False):
        slope = -float(here.gradient @ here.gradient)
        value, gradient = cliff(here.x - trials[-1].length * here.gradient)
        assert value <= here.value + 0.1 * trials[-1].length * slope
        assert abs(float(gradient @ here.gradient)) <= 0.5 * abs(slope)


def test_the_trials_that_are_told_are_those_of_the_step() -> None:
    told = cliff_json(0.3, 0.1, 200)
    search = told["search"]
    start = np.array(told["descents"][2]["points"][search["step"]][:2])
    value, gradient = cliff(start)
    assert search["value"] == value and search["slope"] == pytest.approx(-(gradient @ gradient))
    for trial in search["trials"]:
        assert trial["value"] == pytest.approx(cliff(start - trial["length"] * gradient)[0])
    assert search["trials"][-1]["low"] and search["trials"][-1]["long"] and search["trials"][-1]["level"]
