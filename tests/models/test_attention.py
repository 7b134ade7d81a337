"""Attention over a sliding window: its equation as loops, PyTorch's own form, and masks by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from core.models.attention import attention, band, hide_missing

HIDDEN_KEY = -math.inf


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_a_question_is_answered_by_the_equation() -> None:
    Q, K, V, B = random(1, 2, 3, 4), random(1, 2, 5, 4, seed=1), random(1, 2, 5, 4, seed=2), random(2, 3, 5, seed=3)
    answers = attention(Q, K, V, B)
    for head in range(2):
        for i in range(3):
            products = [sum(float(Q[0, head, i, d] * K[0, head, j, d]) for d in range(4)) / 2 for j in range(5)]
            weights = [math.exp(product + float(B[head, i, j])) for j, product in enumerate(products)]
            for d in range(4):
                mixed = sum(weight * float(V[0, head, j, d]) for j, weight in enumerate(weights)) / sum(weights)
                assert float(answers[0, head, i, d]) == pytest.approx(mixed, abs=1e-5)


def test_it_equals_pytorchs_own_attention_with_values_and_gradients() -> None:
    Q, K, V = (random(2, 3, 6, 8, seed=seed).requires_grad_() for seed in range(3))
    K = torch.cat([random(2, 3, 4, 8, seed=4), K], dim=2)
    V = torch.cat([random(2, 3, 4, 8, seed=5), V], dim=2)
    B = band(random(3, 5, seed=6), 6).requires_grad_()
    ours = attention(Q, K, V, B)
    theirs = torch.nn.functional.scaled_dot_product_attention(Q, K, V, B.expand(2, -1, -1, -1))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    for one, other in zip(torch.autograd.grad(ours.sum(), [Q]), torch.autograd.grad(theirs.sum(), [Q]), strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_the_band_holds_a_number_for_each_distance_and_hides_the_rest() -> None:
    # Window 2, three questions; keys 0 and 1 stand before the text. Distance 0 adds 10, 1 adds 11, 2 adds 12.
    made = band(torch.tensor([[10.0, 11.0, 12.0]]), 3)
    x = HIDDEN_KEY
    assert made.tolist() == [[[12, 11, 10, x, x], [x, 12, 11, 10, x], [x, x, 12, 11, 10]]]


def test_keys_before_the_beginning_are_hidden() -> None:
    # Window 3: of row 0 nothing is there, of row 1 the nearest two, of row 2 all three.
    hidden = hide_missing(torch.tensor([0, 2, 3]), 3, 2)
    x = HIDDEN_KEY
    assert hidden.tolist() == [[[[x, x, x, 0, 0]]], [[[x, 0, 0, 0, 0]]], [[[0, 0, 0, 0, 0]]]]


def test_a_question_that_sees_only_itself_gives_numbers_and_gradients() -> None:
    by_distance = torch.zeros(1, 4, requires_grad=True)
    Q, K, V = random(1, 1, 1, 2).requires_grad_(), random(1, 1, 4, 2, seed=1), random(1, 1, 4, 2, seed=2)
    answer = attention(Q, K, V, band(by_distance, 1) + hide_missing(torch.tensor([0]), 3, 1))
    torch.testing.assert_close(answer[0, 0, 0], V[0, 0, 3])
    answer.sum().backward()
    assert by_distance.grad is not None and Q.grad is not None
    assert np.isfinite(by_distance.grad.numpy()).all() and np.isfinite(Q.grad.numpy()).all()
