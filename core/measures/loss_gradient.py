"""The gradient of a text's loss by all parameters at once, as one long vector: what a step of learning goes by (D2L 8.5.5)."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from core.errors import BadText, Refused
from core.models.neural import NeuralModel, token_losses
from core.models.protocol import LanguageModel
from core.models.torch_later import torch
from core.text.sequences import Ids

Floats: TypeAlias = npt.NDArray[np.float64]


def loss_gradient(model: LanguageModel, ids: Ids) -> Floats:
    """Return the gradient ``[parameters]`` of the mean loss of a text that is read from the initial state.

    Args:
        model: one with parameters that gradients can change; none of them is changed, nor is its stored gradient.
        ids: ``[time]``, two at least.

    Raises:
        Refused: the model learns in another way.
        BadText: nothing to predict.
    """
    if not isinstance(model, NeuralModel):
        raise Refused(
            f"The model '{model.about.name}' does not learn by gradient, so there is none to clip. Choose one that does (rnn_scratch, rnn,"
            " gru, lstm).",
            f"模型“{model.about.name}”不靠梯度学习，没有可裁剪的梯度。请选择靠梯度学习的模型（rnn_scratch、rnn、gru、lstm）。",
        )
    if len(ids) < 2:
        raise BadText(
            f"The text has {len(ids)} tokens; a loss needs two, one to read and one to predict. Give a longer text.",
            f"文本只有 {len(ids)} 个词元；计算损失至少需要两个：一个读入，一个预测。请给出更长的文本。",
        )
    text = torch.from_numpy(ids.astype(np.int64))[None].to(model.device)
    logits, _ = model.forward(text[:, :-1], model.zero_state(1))
    loss = token_losses(logits.float(), text[:, 1:]).mean()
    gradients = torch.autograd.grad(loss, list(model.parameters.values()))
    return np.concatenate([each.flatten().cpu().numpy() for each in gradients]).astype(np.float64)
