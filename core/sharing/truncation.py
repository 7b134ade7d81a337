"""Truncation of back-propagation through time, asked of a checkpoint: see `core.measures.truncated_gradients` for what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import BadText, Refused
from core.generation.prefix import warm_up_ids
from core.language import both
from core.measures.truncated_gradients import truncated_gradients
from core.models.neural import NeuralModel
from core.settings import build, setting
from core.sharing.checkpoint import Checkpoint
from core.training.gradient_config import GradientConfig

Json = dict[str, Any]

_LEAST_TOKENS = 2


@dataclass(frozen=True)
class TruncationQuestion:
    """What is measured, beside tau and pi, which are settings of training."""

    draws: int = setting(
        100, low=1, high=1000, unit="draws",
        help=both("How often the random estimate is drawn.", "随机截断的估计抽取多少次。"),
    )  # fmt: skip
    most_steps: int = setting(
        64, low=1, high=512, unit="steps",
        help=both("Steps of the text that are read; what follows is left out.", "读取文本的步数；其后略去。"),
    )  # fmt: skip
    seed: int = setting(
        0, low=0, high=2**31 - 1,
        help=both("Start of the coins of the random estimate.", "随机截断所用随机数的种子。"),
    )  # fmt: skip


def truncation(
    opened: Checkpoint, text: str, truncation_steps: int, carry_probability: float, question: TruncationQuestion
) -> Iterator[Json]:
    """Return the estimates of the gradient of a checkpoint on a text, as they are made; all is checked before this returns.

    Args:
        opened: a checkpoint of a recurrent model.
        text: as typed; a line model begins with its boundary token.
        truncation_steps, carry_probability: tau and pi, as training takes them.
        question: how much is read and drawn.

    Returns:
        What `truncated_gradients` yields, with tokens (the steps' inputs, and the last target) and cut (whether the text goes on).

    Raises:
        Refused: a model without a recurrent state.
        BadSetting: tau or pi out of range.
        BadText: fewer than two tokens.
    """
    model = opened.model
    if not isinstance(model, NeuralModel) or not model.state_names:
        raise Refused(
            f"'{opened.name}' is a model '{model.about.name}', whose gradient does not go back through time: there is nothing to truncate."
            " Choose a recurrent model.",
            f"“{opened.name}”的模型为“{model.about.name}”，其梯度不沿时间回传，无从截断。请选择循环模型。",
        )
    values = {"truncation_steps": truncation_steps, "carry_probability": carry_probability}
    asked = build(GradientConfig, values)
    ids = warm_up_ids(opened.tokenizer, text)
    if len(ids) < _LEAST_TOKENS:
        raise BadText(
            f"The text has {len(ids)} token for this model, and a gradient needs one to read and one to predict. Write at least two.",
            f"这段文字对此模型只有 {len(ids)} 个词元，而计算梯度需要读一个、预测一个。请至少写两个。",
        )
    read = ids[: question.most_steps + 1]
    facts = {"tokens": [opened.tokenizer.tokens[id_] for id_ in read], "cut": len(read) < len(ids)}
    estimates = truncated_gradients(
        model, read, asked.truncation_steps, asked.carry_probability, question.draws, question.seed
    )
    return ({**facts, **found} for found in estimates)
