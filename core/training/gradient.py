"""Learning by gradient steps on windows (D2L 8.5.6).

Forward through one window, loss, gradient backwards through its steps, clip, step. Between windows that continue one
another the state is carried but its history is cut off: truncated back-propagation through time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import BadSetting, BrokenPlugin
from core.language import both
from core.models.neural import Drop, NeuralModel, TensorState, dropout, keep, token_losses
from core.models.protocol import Array, LanguageModel, Learned, Learner
from core.models.stretches import Cut, forward_in_stretches
from core.models.torch_later import torch
from core.settings import setting
from core.text.batching import (
    Window,
    check_line_lengths,
    padded_lines,
    random_sampling,
    sequential_partition,
    wasted_share,
)
from core.text.sequences import Sequences
from core.training.arithmetic import PRODUCTS, products_in
from core.training.clipping import clip_by_norm
from core.training.device import device_for_people, has_gpu
from core.training.packed import packed_losses
from core.training.schedule import SCHEDULES, rate_factor
from core.training.truncation import TRUNCATIONS, random_cuts, regular_cuts

if TYPE_CHECKING:
    from torch import Tensor

    from core.training.team import Team

LINE_BATCHES = ("buckets", "padding", "packed")
# The padded window of a batch is as wide as its longest line, and gradients go back through all of it.
_LONGEST_LINE = 10_000

# Sets the coins of random truncation apart from whatever else is drawn from the same seed.
_COINS = 8_7


@dataclass(frozen=True)
class GradientConfig:
    """Settings of training by gradient."""

    batch_size: int = setting(
        32, low=1, high=4096, unit="sequences",
        help=both("Windows learned from at once.", "每个小批量中的子序列数。"),
    )  # fmt: skip
    num_steps: int = setting(
        64, low=1, high=4096, unit="tokens",
        help=both("Tokens in a window: how far back gradients reach.", "子序列的词元数：梯度回传的最大步数。"),
    )  # fmt: skip
    sampling: str = setting(
        "sequential", choices=("sequential", "random"),
        help=both(
            "Sequential partition carries the state from window to window; random sampling starts afresh.",
            "顺序分区在相邻子序列间传递隐状态；随机采样每次重新开始。",
        ),
    )  # fmt: skip
    line_batches: str = setting(
        "buckets", choices=LINE_BATCHES,
        help=both(
            "Lines only: lines of like length together, or any lines, padded, or any lines with the padding left out.",
            "仅用于按行语料：长度相近的行放在一起；任意行并填充；任意行但跳过填充。",
        ),
    )  # fmt: skip
    reset_probability: float = setting(
        0.05, low=0.0, high=1.0,
        help=both(
            "Chance that a row of a sequential window forgets its state, so that the model learns to start.",
            "顺序分区时某一行在窗口开始前清空隐状态的概率，使模型学会从头开始。",
        ),
    )  # fmt: skip
    optimizer: str = setting(
        "adamw", choices=("adamw", "sgd"),
        help=both("AdamW scales every parameter's step by itself; SGD is the book's.", "AdamW 为每个参数自适应步长；SGD 为书中所用。"),
    )  # fmt: skip
    learning_rate: float = setting(
        0.002, low=1e-6, high=100.0,
        help=both("Length of a step, at the start of the schedule.", "学习率（调度开始时的步长）。"),
    )  # fmt: skip
    schedule: str = setting(
        "cosine", choices=SCHEDULES,
        help=both("How the learning rate moves during the run.", "学习率在训练过程中的变化方式。"),
    )  # fmt: skip
    warmup: float = setting(
        0.0, low=0.0, high=0.5,
        help=both("Share of the run in which the learning rate grows from 0.", "学习率从 0 上升所占的训练比例。"),
    )  # fmt: skip
    weight_decay: float = setting(
        0.0, low=0.0, high=1.0,
        help=both("How strongly weights are pulled towards 0.", "权重衰减的强度。"),
    )  # fmt: skip
    clip_norm: float = setting(
        1.0, low=0.0, high=1e6,
        help=both("Longest gradient allowed (theta); 0 switches clipping off.", "梯度范数的上限 θ；0 表示不裁剪。"),
    )  # fmt: skip
    truncation: str = setting(
        "full", choices=TRUNCATIONS,
        help=both(
            "How far gradients reach inside a window: all the way, or cut after a fixed or a random number of steps.",
            "梯度在窗口内回传多远：完全计算、常规截断（固定步数）或随机截断。",
        ),
    )  # fmt: skip
    truncation_steps: int = setting(
        8, low=1, high=4096, unit="steps",
        help=both("Steps in a stretch of regular truncation (tau).", "常规截断时每一段的步数 τ。"),
    )  # fmt: skip
    carry_probability: float = setting(
        0.9, low=0.01, high=1.0,
        help=both(
            "Chance that random truncation lets the gradient pass a step (pi); it then grows by 1/pi.",
            "随机截断时梯度通过一步的概率 π；通过时乘以 1/π。",
        ),
    )  # fmt: skip
    products: str = setting(
        "auto", choices=PRODUCTS,
        help=both(
            "Numbers that products are made of while learning; auto takes bfloat16 where the machine is built for it.",
            "训练时矩阵乘法所用的数值格式；auto 在机器原生支持时采用 bfloat16。",
        ),
    )  # fmt: skip
    validation: bool = setting(
        True,
        help=both(
            "Hold back the training part's last tenth to watch the curve by.",
            "留出训练部分的最后十分之一作为验证集。",
        ),
    )  # fmt: skip


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
