"""Lines of unequal length, three ways: whatever the way, the same lines and weights give the same loss and the same gradients."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from core.errors import BadText
from core.models.neural import NeuralModel, keep
from core.models.packed import alive_spans
from core.models.registry import Registry
from core.settings import build, describe
from core.sharing.training_run import SHARED
from core.text.batching import Window, check_line_lengths, pad
from core.text.sequences import Sequences
from core.training.gradient import GradientLearner
from core.training.gradient_config import LINE_BATCHES, GradientConfig
from core.training.packed import packed_losses

REGISTRY = Registry(Path(__file__).parents[2] / "plugins", SHARED)
BY_GRADIENT = sorted(name for name, plugin in REGISTRY.models.items() if issubclass(plugin, NeuralModel))
VOCAB = 9
# Sums are added up in another order; more than the last digits of float32 must not differ.
AGREE = 1e-6


def lines(number: int = 40, seed: int = 0) -> Sequences:
    """Lines of 1 to 12 targets, framed by the boundary 1 as names are."""
    generator = np.random.default_rng(seed)
    return Sequences.of_lines(
        [np.array([1, *generator.integers(2, VOCAB, generator.integers(0, 12)), 1]) for _ in range(number)]
    )


def learner(name: str, way: str, model: dict[str, Any] | None = None, **values: Any) -> GradientLearner:
    plugin = REGISTRY.get(name)
    smaller = {"hidden_size": 12, "embedding_size": 5, "context": 4, "window": 5}
    small = {each.name: smaller[each.name] for each in describe(plugin.Config) if each.name in smaller}
    made = plugin(build(plugin.Config, {**small, **(model or {})}), VOCAB, seed=1)
    asked = {"line_batches": way, "batch_size": 8, "products": "float32", **values}
    return GradientLearner(made, build(GradientConfig, asked), seed=7)


def nats_and_gradients(taught: GradientLearner, windows: list[Window]) -> tuple[float, list[torch.Tensor]]:
    """Return the mean loss of all targets of some windows, and its gradients."""
    total = sum(window.num_tokens for window in windows)
    parameters = list(taught.model.parameters.values())
    loss = sum((taught._loss(window) * (window.num_tokens / total) for window in windows), torch.zeros(()))
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.item(), [parameter.grad for parameter in parameters if parameter.grad is not None]


def test_there_are_recurrent_and_other_models_to_try() -> None:
    assert {"gru", "lstm", "rnn", "rnn_scratch", "mlp", "transformer"} <= set(BY_GRADIENT)


@pytest.mark.parametrize("name", BY_GRADIENT)
def test_buckets_padding_and_packed_have_the_same_loss_and_gradients_on_the_same_lines(name: str) -> None:
    taught = {way: learner(name, way) for way in LINE_BATCHES}
    found = {way: nats_and_gradients(each, list(each.windows(lines(), 0))) for way, each in taught.items()}
    loss, gradients = found["padding"]
    for way in ("buckets", "packed"):
        assert found[way][0] == pytest.approx(loss, abs=AGREE)
        for one, other in zip(gradients, found[way][1], strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=AGREE)


@pytest.mark.parametrize("name", ["gru", "lstm", "rnn"])
def test_packed_is_what_pytorch_packs(name: str) -> None:
    made = learner(name, "packed", {"embedding_size": 0}).model
    data = lines(12)
    window = pad(data, np.arange(12))
    lengths = data.lengths - 1
    inputs, targets = (torch.from_numpy(ids.astype(np.int64)) for ids in (window.inputs, window.targets))
    losses, state = packed_losses(made, inputs, targets, lengths)
    (layer,) = made.network["layers"].children()  # type: ignore[attr-defined]
    pack: Any = torch.nn.utils.rnn.pack_padded_sequence
    one_hot = torch.nn.functional.one_hot(inputs, VOCAB).float()
    packed, last = layer(pack(one_hot, torch.from_numpy(lengths), batch_first=True, enforce_sorted=False))
    wanted = pack(targets, torch.from_numpy(lengths), batch_first=True, enforce_sorted=False).data
    logits = made.network["output"](packed.data)  # type: ignore[attr-defined]
    theirs = torch.nn.functional.cross_entropy(logits, wanted)
    assert losses.mean().item() == pytest.approx(theirs.item(), abs=AGREE)
    for ours, other in zip(state, last if isinstance(last, tuple) else (last,), strict=True):
        torch.testing.assert_close(ours[:, 0], other[0], rtol=1e-5, atol=AGREE)


@pytest.mark.parametrize("name", BY_GRADIENT)
def test_reading_in_spans_computes_every_cell_once_and_no_cell_more(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model, cells = learner(name, "packed").model, []
    forward = type(model).forward

    def counted(self: Any, ids: Any, state: Any, drop: Any) -> Any:
        cells.append(ids.numel())
        return forward(self, ids, state, drop)

    monkeypatch.setattr(type(model), "forward", counted)
    lengths = np.array([9, 5, 5, 3])
    ids = torch.from_numpy(np.random.default_rng(2).integers(0, VOCAB, (4, 9)))
    logits, _ = NeuralModel.forward_packed(model, ids, lengths)
    # Steps 1 to 3 of four rows, 4 and 5 of three, 6 to 9 of one: 12 + 6 + 4.
    assert cells == [12, 6, 4] and len(logits) == lengths.sum()


@pytest.mark.parametrize("name", BY_GRADIENT)
@pytest.mark.parametrize(
    "more", [{}, {"embedding_size": 0}, {"num_layers": 2}, {"hidden_size": 6, "embedding_size": 0}]
)
def test_a_models_own_way_of_packing_is_that_of_spans(name: str, more: dict[str, Any]) -> None:
    known = {each.name for each in describe(REGISTRY.get(name).Config)}
    if not set(more) <= known or (name == "mlp" and "embedding_size" in more):
        return  # this model has no such setting
    model = learner(name, "packed", more).model
    lengths = np.array([9, 5, 5, 3])
    ids = torch.from_numpy(np.random.default_rng(2).integers(0, VOCAB, (4, 9)))
    own, plain = model.forward_packed(ids, lengths), NeuralModel.forward_packed(model, ids, lengths, keep)
    torch.testing.assert_close(own[0], plain[0], rtol=1e-5, atol=AGREE)
    for one, other in zip(own[1], plain[1], strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=AGREE)


def test_no_line_ends_within_a_span() -> None:
    # Lines of 3, 9 and 5 targets, as in the file's drawing: 3 x 3 + 2 x 2 + 4 x 1 = 17 cells, one for each target.
    found = list(alive_spans(np.array([3, 9, 5])))
    assert found == [(0, 3, 3), (3, 5, 2), (5, 9, 1)]
    assert sum((end - begin) * alive for begin, end, alive in found) == 3 + 9 + 5


@pytest.mark.parametrize("way", LINE_BATCHES)
def test_every_way_learns_every_line_once_an_epoch(way: str) -> None:
    windows = list(learner("rnn_scratch", way).windows(lines(), 3))
    assert sum(window.num_tokens for window in windows) == lines().num_scored
    assert sum(len(window.fresh) for window in windows) == len(lines())


def test_padding_and_packed_draw_the_same_lines() -> None:
    padded, packed = (list(learner("rnn_scratch", way).windows(lines(), 3)) for way in ("padding", "packed"))
    assert [window.inputs.tolist() for window in padded] == [window.inputs.tolist() for window in packed]


def test_what_is_wasted_is_what_the_masks_say() -> None:
    for way in ("buckets", "padding"):
        taught = learner("rnn_scratch", way)
        masks = [window.mask for window in taught.windows(lines(), 0) if window.mask is not None]
        real = sum(int(mask.sum()) for mask in masks) / sum(mask.size for mask in masks)
        assert taught.wasted(lines()) == pytest.approx(1 - real)
    assert learner("rnn_scratch", "packed").wasted(lines()) == 0
    assert learner("rnn_scratch", "padding").wasted(Sequences.of_stream(np.arange(50) % VOCAB)) is None


def test_learning_packed_goes_down_and_keeps_a_state_of_every_row() -> None:
    taught = learner("lstm", "packed", {"dropout": 0.1}, learning_rate=0.02)
    data = Sequences.of_lines([np.array([1, *range(2, 2 + n), 1]) for n in (1, 2, 4, 6) for _ in range(10)])
    losses = [taught.learn(w, 0.0).loss_nats for epoch in range(15) for w in taught.windows(data, epoch)]
    assert losses[-1] < 0.5 * losses[0]  # type: ignore[operator]
    assert taught.state is not None and all(len(part) == 8 and not part.requires_grad for part in taught.state)


@pytest.mark.parametrize("name", BY_GRADIENT)
def test_packed_learns_in_sixteen_bits_too_and_what_it_carries_can_be_saved(name: str) -> None:
    taught = learner(name, "packed", products="bfloat16")
    in_full = learner(name, "packed")
    window = next(iter(taught.windows(lines(), 0)))
    one, other = (each.learn(window, 0.0).loss_nats for each in (taught, in_full))
    assert one == pytest.approx(other, rel=0.01)
    kept = taught.tensors()
    assert all(np.isfinite(array).all() for array in kept.values())
    again = learner(name, "packed", products="bfloat16")
    again.load_tensors(kept)
    assert again.state is not None and len(again.state[0]) == len(window.fresh)


def test_a_line_that_would_widen_every_row_beyond_reason_is_refused_with_a_way_out() -> None:
    check_line_lengths(np.array([5, 12]), 10)  # its two boundaries are no tokens of the line
    with pytest.raises(BadText, match="A line has 11 tokens, and here at most 10") as found:
        check_line_lengths(np.array([5, 13]), 10)
    assert "lines=text" in found.value.in_language("zh")
    with pytest.raises(BadText, match="10,001 tokens"):
        learner("rnn_scratch", "padding").windows(Sequences.of_lines([np.ones(10_003, dtype=np.int32)]), 0)


def test_a_line_without_a_letter_is_a_sequence_of_its_end_alone() -> None:
    empty = Sequences.of_lines([np.array([1, 1]), np.array([1, 4, 1])])
    (window,) = learner("rnn_scratch", "packed").windows(empty, 0)
    assert window.num_tokens == 1 + 2
    assert learner("rnn_scratch", "packed")._loss(window).item() == pytest.approx(
        learner("rnn_scratch", "padding")._loss(window).item(), abs=AGREE
    )
