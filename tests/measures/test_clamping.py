"""Clamping a gradient's elements against clipping it by norm."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.measures.clamping import clamp, degrees_between
from core.training.clipping import clip_by_norm

GRADIENT = np.random.default_rng(0).standard_cauchy(500)  # few large elements, many small ones, as of a network


def test_clamping_is_pytorchs() -> None:
    for each in clamp(GRADIENT, [0.5, 3.0]):
        theirs = torch.zeros(500, dtype=torch.float64, requires_grad=True)
        theirs.grad = torch.from_numpy(GRADIENT.copy())
        torch.nn.utils.clip_grad_value_(theirs, each.threshold)
        assert each.norm == pytest.approx(float(theirs.grad.norm()))
        assert each.share == pytest.approx(float((np.abs(GRADIENT) > each.threshold).mean()))


def test_clamping_bends_the_direction_and_clipping_by_norm_to_the_same_length_does_not() -> None:
    (clamped,) = clamp(GRADIENT, [1.0])
    parameter = torch.zeros(500, dtype=torch.float64)
    parameter.grad = torch.from_numpy(GRADIENT.copy())
    clip_by_norm([parameter], clamped.norm)
    assert float(parameter.grad.norm()) == pytest.approx(clamped.norm)
    assert degrees_between(GRADIENT, parameter.grad.numpy()) == pytest.approx(0, abs=1e-6)
    assert clamped.degrees > 30


def test_the_angle_is_that_of_plane_geometry() -> None:
    # (3, 4) clamped to 1 is (1, 1) at 45 degrees; (3, 4) lies at atan(4/3) = 53.13.
    (clamped,) = clamp(np.array([3.0, 4.0]), [1.0])
    assert clamped.degrees == pytest.approx(math.degrees(math.atan2(4, 3)) - 45)
    assert degrees_between(np.array([1.0, 0.0]), np.array([-1.0, 0.0])) == pytest.approx(180)


def test_a_tiny_threshold_leaves_the_sign() -> None:
    (clamped,) = clamp(GRADIENT, [1e-12])
    cosine = np.abs(GRADIENT).sum() / (math.sqrt(500) * np.linalg.norm(GRADIENT))  # g . sign(g)
    assert clamped.degrees == pytest.approx(math.degrees(math.acos(cosine)))


def test_a_threshold_above_every_element_changes_nothing() -> None:
    (clamped,) = clamp(GRADIENT, [1e9])
    assert (clamped.share, clamped.degrees) == (0.0, 0.0) and clamped.norm == pytest.approx(np.linalg.norm(GRADIENT))
