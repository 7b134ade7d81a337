"""What can be set about learning by gradient: how the text is cut, how a step is made, how far gradients reach."""

from __future__ import annotations

from dataclasses import dataclass

from core.language import both
from core.settings import setting
from core.training.arithmetic import PRODUCTS
from core.training.schedule import SCHEDULES
from core.training.truncation import TRUNCATIONS

LINE_BATCHES = ("buckets", "padding", "packed")


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
