"""What a run of training needs beside the model: its budget, its texts, and where it stands."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass

from core.errors import BadCheckpoint
from core.language import both
from core.settings import setting
from core.text.sequences import Sequences


@dataclass(frozen=True)
class RunConfig:
    """Settings of a run, the same for every model."""

    epochs: int = setting(
        10, low=1, high=1_000_000, unit="epochs",
        help=both("How often the training text is read; counting reads it once.", "遍历训练文本的次数；计数模型只需一遍。"),
    )  # fmt: skip
    minutes: float = setting(
        0.0, low=0.0, high=10_000.0, unit="minutes",
        help=both("Train for this long instead of a number of epochs; 0 counts epochs.", "按时间而非轮数训练；0 表示按轮数。"),
    )  # fmt: skip
    seed: int = setting(
        0, low=0, high=2**31 - 1,
        help=both("Start of all random numbers: the same seed gives the same weights.", "随机种子：相同的种子得到相同的权重。"),
    )  # fmt: skip
    evaluations: int = setting(
        10, low=0, high=10_000, unit="times",
        help=both("How often the validation part is read during the run.", "训练过程中评估验证集的次数。"),
    )  # fmt: skip
    save_minutes: float = setting(
        5.0, low=0.0, high=10_000.0, unit="minutes",
        help=both(
            "Longest time between two saves, for a run that is broken off; 0 saves at evaluations only.",
            "两次存盘的最长间隔，以防训练意外中断；0 表示只在评估时存盘。",
        ),
    )  # fmt: skip
    adaptive: bool = setting(
        False,
        help=both(
            "State also what the model reaches when it learns from the held-out text while reading it.",
            "同时给出模型在阅读留出文本时边读边学所达到的结果。",
        ),
    )  # fmt: skip
    precision: str = setting(
        "float32", choices=("float32", "float16"),
        help=both(
            "How weights are kept; float16 halves the file and is rounded before the results are computed.",
            "权重的存储精度；float16 使文件减半，并在计算结果之前完成舍入。",
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class TrainingData:
    """The parts of a text, as ids: what is learned from, what the curve is watched by, what is read once at the end."""

    fit: Sequences
    validation: Sequences | None
    held_out: Sequences


@dataclass(frozen=True)
class Progress:
    """Where a run stands. With the model's and the learner's tensors this is all that a resumed run needs.

    Attributes:
        loss_sum, loss_tokens: nats and tokens of the steps since the last evaluation, for its train perplexity.
    """

    epoch: int = 0
    step_in_epoch: int = 0
    step: int = 0
    tokens_seen: int = 0
    seconds: float = 0.0
    evaluations_done: int = 0
    loss_sum: float = 0.0
    loss_tokens: int = 0

    def as_json(self) -> dict[str, int | float]:
        """Return the position as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: object) -> Progress:
        """Read what `as_json` wrote.

        Raises:
            BadCheckpoint: when the values are not those of a position.
        """
        # Runs that were begun before losses stood here go on without them.
        if isinstance(values, dict):
            values = {"loss_sum": 0.0, "loss_tokens": 0, **values}
        names = cls.__dataclass_fields__.keys()
        if not isinstance(values, dict) or values.keys() != names or not all(map(_is_position, values.items())):
            raise BadCheckpoint(
                "training_state.json does not say where the run stood. Train anew without --resume.",
                "training_state.json 没有记录训练进度。请不带 --resume 重新训练。",
            )
        return cls(**values)


def _is_position(named: tuple[str, object]) -> bool:
    """Return whether a value of a position is of its kind: a count, or for seconds and nats a number."""
    name, value = named
    if isinstance(value, float):
        return name in ("seconds", "loss_sum") and 0 <= value < math.inf
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
