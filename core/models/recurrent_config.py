"""The settings that nn.RNN, nn.LSTM and nn.GRU models share."""

from __future__ import annotations

from dataclasses import dataclass

from core.language import both
from core.settings import setting


@dataclass(frozen=True)
class RecurrentConfig:
    """Settings of a recurrent model."""

    hidden_size: int = setting(
        256, low=1, high=4096, unit="units",
        help=both("Numbers in the hidden state: the model's memory.", "隐状态中数值的个数：模型的记忆。"),
    )  # fmt: skip
    num_layers: int = setting(
        1, low=1, high=8, unit="layers",
        help=both("Recurrent layers, each reading the states of the one below.", "循环层数，每层读取下一层的隐状态。"),
    )  # fmt: skip
    embedding_size: int = setting(
        64, low=0, high=4096, unit="numbers",
        help=both("Numbers that stand for a token; 0 feeds the one-hot vector itself.", "表示一个词元的数值个数；0 表示直接输入独热向量。"),
    )  # fmt: skip
    tied: bool = setting(
        False,
        help=both(
            "Score the next token by the same numbers that stand for it in the embedding: fewer parameters.",
            "输出层沿用嵌入中的数值为下一词元打分：参数更少。",
        ),
    )  # fmt: skip
    dropout: float = setting(
        0.0, low=0.0, high=0.9,
        help=both("Share of activations dropped while training, against overfitting.", "训练时随机丢弃的激活值比例，用于抑制过拟合。"),
    )  # fmt: skip
    inner_dropout: float = setting(
        1.0, low=0.0, high=1.0,
        help=both(
            "How much of that dropout the embedding and the layers below the last get: 1 as much as the last, 0 none.",
            "嵌入以及末层以下各层所受丢弃的程度：1 与末层相同，0 表示不丢弃。",
        ),
    )  # fmt: skip
