"""Learning by gradient steps on windows (D2L 8.5.6).

Forward through one window, loss, gradient backwards through its steps, clip, step. Between windows that continue one
another the state is carried but its history is cut off: truncated back-propagation through time.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import BadSetting, BrokenPlugin
from core.models.neural import Drop, NeuralModel, TensorState, dropout, keep, token_losses
from core.models.protocol import Array, LanguageModel, Learned, Learner
from core.models.stretches import Cut, forward_in_stretches
from core.models.torch_later import torch
from core.text.batching import (
    Window,
    check_line_lengths,
    padded_lines,
    random_sampling,
    sequential_partition,
    wasted_share,
)
from core.text.sequences import Sequences
from core.training.arithmetic import products_in
from core.training.clipping import clip_by_norm
from core.training.device import device_for_people, has_gpu
from core.training.gradient_config import GradientConfig
from core.training.packed import packed_losses
from core.training.schedule import rate_factor
from core.training.truncation import random_cuts, regular_cuts

if TYPE_CHECKING:
    from torch import Tensor

    from core.training.team import Team

# The padded window of a batch is as wide as its longest line, and gradients go back through all of it.
_LONGEST_LINE = 10_000

# Sets the coins of random truncation apart from whatever else is drawn from the same seed.
_COINS = 8_7


class GradientLearner(Learner):
    """Teaches a `NeuralModel` by SGD or AdamW on windows."""

    Config = GradientConfig
    model: NeuralModel
    config: GradientConfig

    def __init__(self, model: LanguageModel, config: Any, seed: int) -> None:
        super().__init__(model, config, seed)
        if not isinstance(model, NeuralModel):
            raise BrokenPlugin(
                f"{type(model).__name__} is to learn by gradient but is no NeuralModel. Subclass "
                "core.models.neural.NeuralModel, or name another Learner.",
                f"{type(model).__name__} 要靠梯度学习，却不是 NeuralModel。请继承 core.models.neural.NeuralModel，或换用其他 Learner。",
            )
        if config.truncation != "full" and not model.state_names:
            raise _nothing_to_truncate(model.about.name, config.truncation)
        if config.truncation != "full" and config.line_batches == "packed":
            raise BadSetting(
                f"Packed lines learn with full gradients, not with truncation={config.truncation}. Set line_batches=buckets, or truncation=full.",
                f"打包的行只用完整梯度学习，不能用 truncation={config.truncation}。请改用 line_batches=buckets 或 truncation=full。",
            )
        if has_gpu():
            self.model.to("cuda")
        self.steps = 0
        self.state: TensorState | None = None
        self.team: Team | None = None
        self.optimizer = self._new_optimizer()

    @property
    def device(self) -> str:
        return device_for_people(self.model.device)

    @property
    def processes(self) -> int:
        return self.team.size if self.team else 1

    def join(self, team: Team) -> None:
        """Learn from some rows of every window from now on, while other processes learn from the rest."""
        self.team = team
        if self.state is not None:
            self.state = tuple(part[team.own_rows(len(part))] for part in self.state)

    def _new_optimizer(self) -> torch.optim.Optimizer:
        parameters, c = list(self.model.parameters.values()), self.config
        if c.optimizer == "sgd":
            return torch.optim.SGD(parameters, lr=c.learning_rate, weight_decay=c.weight_decay)
        return torch.optim.AdamW(parameters, lr=c.learning_rate, weight_decay=c.weight_decay, fused=True)

    def windows(self, data: Sequences, epoch: int) -> Iterator[Window]:
        generator, c = np.random.default_rng([self.seed, epoch]), self.config
        if data.lines:
            check_line_lengths(data.lengths, _LONGEST_LINE)
            return padded_lines(data, c.batch_size, generator, buckets=c.line_batches == "buckets")
        if c.sampling == "random":
            return random_sampling(data.ids, c.batch_size, c.num_steps, generator)
        return sequential_partition(data.ids, c.batch_size, c.num_steps, generator, c.reset_probability)

    def wasted(self, data: Sequences) -> float | None:
        if not data.lines:
            return None
        if self.config.line_batches == "packed":
            return 0.0
        buckets = self.config.line_batches == "buckets"
        generator = np.random.default_rng([self.seed, 0])
        return wasted_share(data.lengths, self.config.batch_size, generator, buckets=buckets)

    def learn(self, window: Window, progress: float) -> Learned:
        rate = self.config.learning_rate * rate_factor(self.config.schedule, progress, self.config.warmup)
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad(set_to_none=True)
        loss = self._loss(self.team.part_of(window, progress) if self.team else window)
        loss.backward()  # type: ignore[no-untyped-call]
        if self.team:
            loss = self.team.add_up(loss, self.model.parameters.values())
        norm, clipped = clip_by_norm(self.model.parameters.values(), self.config.clip_norm)
        self.optimizer.step()
        self.model.weights_changed()
        self.steps += 1
        return Learned(window.num_tokens, loss.item(), norm, clipped, rate)

    def loss_of(self, window: Window) -> float:
        """Return the mean loss of a window's targets in nats, with the weights and the carried state as they are."""
        kept = self.state
        with torch.no_grad():
            loss = self._loss(window, keep).item()
        self.state = kept
        return loss

    def _loss(self, window: Window, drop: Drop | None = None) -> Tensor:
        """Return the mean loss of the window in nats, and keep the state it ends in; dropout is the step's if none is given."""
        device, drop = self.model.device, drop or self._dropout()
        inputs = torch.from_numpy(window.inputs.astype(np.int64)).to(device)
        targets = torch.from_numpy(window.targets.astype(np.int64)).to(device)
        if window.mask is not None and self.config.line_batches == "packed":
            with products_in(self.config.products, device):
                losses, state = packed_losses(self.model, inputs, targets, window.mask.sum(axis=1), drop)
            self.state = tuple(part.detach() for part in state)
            return losses.mean()
        with products_in(self.config.products, device):
            before = self._state_for(window)
            cuts = self._cuts(*inputs.shape)
            logits, after = forward_in_stretches(self.model, inputs, before, cuts, drop)
        # Carried on, its gradient cut off, in the numbers that the model's state is made of (for some they are ids).
        self.state = tuple(part.detach().to(given.dtype) for part, given in zip(after, before, strict=True))
        losses = token_losses(logits.float(), targets)
        if window.mask is None:
            return losses.mean()
        mask = torch.from_numpy(window.mask).to(device)
        return losses[mask].mean()

    def _state_for(self, window: Window) -> TensorState:
        """Return the carried state, with the initial one in every row that starts afresh."""
        initial = self.model.zero_state(len(window.fresh))
        if self.state is None or window.fresh.all():
            return initial
        fresh = torch.from_numpy(window.fresh).to(self.model.device)
        return tuple(
            torch.where(fresh.view(-1, *[1] * (carried.dim() - 1)), start, carried)
            for start, carried in zip(initial, self.state, strict=True)
        )

    def _cuts(self, rows: int, steps: int) -> list[Cut]:
        """Return where this step's gradient is cut, the same again in a resumed run, every process with coins of its own."""
        c = self.config
        if c.truncation == "random":
            rank = self.team.rank if self.team else 0
            generator = np.random.default_rng([self.seed, self.steps, rank, _COINS])
            return random_cuts(steps, rows, c.carry_probability, generator, self.model.device)
        return regular_cuts(steps, c.truncation_steps) if c.truncation == "regular" else []

    def _dropout(self) -> Any:
        """Return dropout seeded by the number of the step: a resumed run draws the same noise, every process its own."""
        probability = float(getattr(self.model.config, "dropout", 0.0))
        generator = torch.Generator(device=self.model.device)
        rank = self.team.rank if self.team else 0
        generator.manual_seed((self.seed * 1_000_003 + self.steps + rank * 1_000_000_007) % 2**63)
        return dropout(probability, generator)

    def tensors(self) -> dict[str, Array]:
        state = [part.cpu().numpy().copy() for part in self.state or ()]
        tensors = {"steps": np.array([self.steps], dtype=np.int64)}
        for number, part in enumerate(self.team.whole_state(state) if self.team else state):
            tensors[f"state.{number}"] = part
        for name, parameter in self.model.parameters.items():
            for key, value in self.optimizer.state.get(parameter, {}).items():
                tensors[f"optimizer.{name}.{key}"] = torch.as_tensor(value).detach().cpu().numpy().copy()
        return tensors

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        self.steps = int(tensors["steps"][0])
        self.optimizer = self._new_optimizer()  # the model's parameters may be other tensors by now
        device = self.model.device
        parts = sorted((name for name in tensors if name.startswith("state.")), key=lambda name: int(name[6:]))
        self.state = tuple(torch.from_numpy(tensors[name].copy()).to(device) for name in parts) or None
        for name, parameter in self.model.parameters.items():
            prefix = f"optimizer.{name}."
            kept = {key[len(prefix) :]: tensors[key].copy() for key in tensors if key.startswith(prefix)}
            if kept:
                self.optimizer.state[parameter] = {
                    key: torch.from_numpy(value).to(device) for key, value in kept.items()
                }


def _nothing_to_truncate(model: str, truncation: str) -> BadSetting:
    return BadSetting(
        f"truncation={truncation} cuts the gradient between the steps of a recurrent state, and the model '{model}' has none. Leave "
        "truncation=full, or train a recurrent model.",
        f"truncation={truncation} 在循环隐状态的相邻步之间截断梯度，而模型“{model}”没有这样的状态。请保留 truncation=full，或训练循环模型。",
    )
