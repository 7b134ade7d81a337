"""Fitting a gate: the gradient beside finite differences and PyTorch's, and worlds in which the best gate is known."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.gate import gated
from core.models.interpolation import fit_weights, mix
from core.training.gating import Heard, first_gate, fitting_gates, flat, heard, joined, loss_and_gradient, unflat


def overheard(members: int, places: int, vocab: int, seed: int = 0) -> Heard:
    """Return what members of random opinions said of a random text."""
    generator = np.random.default_rng(seed)
    said = [np.log(generator.dirichlet(np.ones(vocab), places)) for _ in range(members)]
    met = [generator.uniform(0, 5, (places, 2)), *[None] * (members - 1)]
    return heard(said, met, generator.integers(0, vocab, places))


def shaken(text: Heard, seed: int = 3) -> np.ndarray:
    """Return the numbers of a gate that says different things at different places."""
    x = flat(first_gate(text, seed))
    return x + np.random.default_rng(seed).normal(0, 0.3, x.shape)


@pytest.mark.parametrize("members", [2, 3])
def test_the_gradient_is_that_of_finite_differences(members: int) -> None:
    text = overheard(members, 40, 6)
    like, x = first_gate(text, 0), shaken(text)
    _, gradient = loss_and_gradient(unflat(x, like), text)
    step = 1e-3  # the distributions are float32, so smaller ones drown in rounding
    for number in np.random.default_rng(0).choice(len(x), 60, replace=False):
        there, back = x.copy(), x.copy()
        there[number] += step
        back[number] -= step
        slope = (loss_and_gradient(unflat(there, like), text)[0] - loss_and_gradient(unflat(back, like), text)[0]) / (
            2 * step
        )
        assert gradient[number] == pytest.approx(slope, abs=2e-4)


def test_the_gradient_is_that_of_automatic_differentiation() -> None:
    import torch

    text = overheard(3, 50, 7)
    like, x = first_gate(text, 0), shaken(text)
    loss, gradient = loss_and_gradient(unflat(x, like), text)
    parts = unflat(x, like)
    W_xh, b_h, W_hq, b_q = (
        torch.tensor(each, requires_grad=True) for each in (parts.W_xh, parts.b_h, parts.W_hq, parts.b_q)
    )
    said, targets = torch.tensor(text.log_probs).double(), torch.tensor(text.targets)
    outputs = torch.tanh(torch.tensor((text.shown - like.mean) / like.scale) @ W_xh + b_h) @ W_hq + b_q
    shares, exponents = torch.softmax(outputs[:, :4], dim=1), outputs[:, 4:]
    mean = torch.softmax(torch.einsum("pm,mpv->pv", exponents, said), dim=1)
    whole = torch.einsum("pm,mpv->pv", shares[:, :3], said.exp()) + shares[:, 3:] * mean
    expected = -whole[torch.arange(50), targets].log().mean()
    expected.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(expected.item(), abs=1e-6)
    found = np.concatenate([each.grad.numpy().ravel() for each in (W_xh, b_h, W_hq, b_q) if each.grad is not None])
    np.testing.assert_allclose(gradient, found, atol=1e-6)


def test_the_loss_is_that_of_the_gated_sum() -> None:
    text = overheard(3, 30, 5)
    gate = unflat(shaken(text), first_gate(text, 0))
    whole = gated(list(text.log_probs), *gate(text.shown))
    assert loss_and_gradient(gate, text)[0] == pytest.approx(-whole[np.arange(30), text.targets].mean(), abs=1e-6)


def test_the_first_gate_weighs_all_places_alike() -> None:
    text = overheard(2, 200, 5)
    shares, exponents = first_gate(text, 0)(text.shown)
    np.testing.assert_allclose(shares, np.tile([*(0.5 * fit_weights(text.of_targets)), 0.5], (200, 1)), atol=1e-5)
    np.testing.assert_allclose(exponents, 0.5)


def test_who_knows_when_it_is_sure_is_believed_then_and_only_then() -> None:
    # Two members over 4 tokens. At half of the places, at random, the first knows: it gives 0.97 to the token that
    # comes 97 times of 100. At the others it is even, and the second gives 0.85. The best possible loss is the mean of
    # -(0.97 ln 0.97 + 0.03 ln 0.01) = 0.1677 and -(0.85 ln 0.85 + 0.15 ln 0.05) = 0.5875.
    generator, places = np.random.default_rng(5), 6000
    right, knows = generator.integers(0, 4, places), generator.random(places) < 0.5
    share = np.where(knows, 0.97, 0.85)
    comes = np.where(generator.random(places) < share, right, (right + generator.integers(1, 4, places)) % 4)
    sharp = np.full((places, 4), (1 - share[:, None]) / 3)
    sharp[np.arange(places), right] = share
    first, second = np.where(knows[:, None], sharp, 0.25), np.where(knows[:, None], 0.25, sharp)
    # Where the first one is even, the second is sharp, and the other way round: entropies tell.
    text = heard([np.log(first), np.log(second)], [None, None], comes)
    *_, (gate, _, _) = fitting_gates(text, 0)
    fixed = -mix(list(text.of_targets), fit_weights(text.of_targets)).mean()
    found, best = loss_and_gradient(gate, text)[0], -np.log(sharp[np.arange(places), comes]).mean()
    assert found < best + 0.01 < fixed - 0.1
    assert best == pytest.approx((0.1677 + 0.5875) / 2, abs=0.03)


def test_independent_opinions_are_multiplied() -> None:
    # Each of two members saw its own noisy sign of the truth, so P(w | both signs) ~ P_1(w) P_2(w): both exponents are 1,
    # and no weighted sum comes near.
    generator, places = np.random.default_rng(2), 8000
    truth = generator.integers(0, 3, places)
    said = []
    for _ in range(2):
        sign = np.where(generator.random(places) < 0.6, truth, generator.integers(0, 3, places))
        probabilities = np.full((places, 3), 0.4 / 3)
        probabilities[np.arange(places), sign] += 0.6
        said.append(np.log(probabilities))
    text = heard(said, [None, None], truth)
    *_, (gate, _, _) = fitting_gates(text, 0)
    product = said[0] + said[1]
    best = -(product - np.log(np.exp(product).sum(axis=1, keepdims=True)))[np.arange(places), truth].mean()
    assert loss_and_gradient(gate, text)[0] < best + 0.005
    assert -mix(list(text.of_targets), fit_weights(text.of_targets)).mean() > best + 0.05


def test_no_round_is_worse_where_it_does_not_learn_and_the_best_counts() -> None:
    text = overheard(2, 400, 4)  # nothing to learn: opinions and text have nothing to do with one another
    rounds = list(fitting_gates(text, 0))
    least = np.minimum.accumulate([seen for _, _, seen in rounds])
    blocks = np.arange(400) * 20 // 400
    kept = text.at(blocks % 5 == 4)
    for (gate, _, _), expected in zip(rounds, least, strict=True):
        assert loss_and_gradient(gate, kept)[0] == pytest.approx(expected, abs=1e-12)


def test_the_same_seed_gives_the_same_gate() -> None:
    text = overheard(2, 300, 4)
    one, other, another = (list(fitting_gates(text, seed))[-1][0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(flat(one), flat(other))
    assert (first_gate(text, 0).W_xh != first_gate(text, 1).W_xh).any() and another.num_members == 2


def test_a_text_of_nothing_leaves_the_members_even() -> None:
    text = overheard(2, 0, 4)
    *_, (gate, _, _) = fitting_gates(text, 0)
    np.testing.assert_allclose(gate(np.zeros((1, 8)))[0], [[0.5, 0.5, 0]], atol=1e-12)


def test_parts_that_were_heard_are_joined_in_order() -> None:
    text = overheard(2, 9, 4)
    halves = np.arange(9) < 4
    whole = joined([text.at(halves), text.at(~halves)])
    np.testing.assert_array_equal(whole.targets, text.targets)
    np.testing.assert_array_equal(whole.log_probs, text.log_probs)
