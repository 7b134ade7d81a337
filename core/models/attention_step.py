"""One layer of a transformer, one token at a time, in numpy: what generation repeats for every token.

The keys and values of the tokens before are kept, so a new token costs one question, not the whole text anew. The norm's scale
and shift and the division by sqrt(d) are multiplied into the matrices that follow them:

    (N * scale + shift) W = N (scale W) + shift W
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.models.protocol import Array

# A layer norm divides by sqrt(variance + this).
EPSILON = 1e-5


@dataclass(frozen=True)
class LayerStep:
    """A layer, laid out for single steps.

    Attributes:
        heads: how many.
        W_qkv, b_qkv: question, address and content in one product, ``[hidden, 3 * heads * d]``.
        B: what is added for the distance, the farthest first, ``[heads, window + 1]``.
        W_o: ``[heads * d, hidden]``.
        W_1, b_1, W_2, b_2: the small network.
    """

    heads: int
    W_qkv: Array
    b_qkv: Array
    B: Array
    W_o: Array
    W_1: Array
    b_1: Array
    W_2: Array
    b_2: Array

    @classmethod
    def of(cls, p: Mapping[str, Array], heads: int) -> LayerStep:
        """Return the layer with the parameters of a `plugins/transformer.py` layer, by their short names."""
        root_d = np.float32((p["W_q"].shape[1] // heads) ** 0.5)
        W_qkv = np.concatenate([p["W_q"] / root_d, p["W_k"], p["W_v"]], axis=1)
        W_qkv, b_qkv = after_norm(p["attention.scale"], p["attention.shift"], W_qkv)
        W_1, b_1 = after_norm(p["network.scale"], p["network.shift"], p["W_1"])
        farthest_first = np.ascontiguousarray(p["B"][:, ::-1])
        return cls(heads, W_qkv, b_qkv, farthest_first, p["W_o"], W_1, b_1 + p["b_1"], p["W_2"], p["b_2"])

    def __call__(self, X: Array, keys: Array, values: Array, missing: Array | None) -> tuple[Array, Array]:
        """Read one more token of every row.

        Args:
            X: ``[batch, hidden]``.
            keys, values: of the ``window`` tokens before, and room for this one at the end, which is written here:
                ``[batch, window + 1, heads * d]``.
            missing: which of them are not there, ``[batch, window + 1]``; None when all are.

        Returns:
            X after the layer, and the weight of every token for each head, the farthest first, ``[batch, heads, window + 1]``.
        """
        across = keys.shape[2]  # heads * d
        by_head = (len(X), -1, self.heads, across // self.heads)
        QKV = normed(X) @ self.W_qkv + self.b_qkv
        Q, keys[:, -1], values[:, -1] = QKV[:, :across], QKV[:, across : 2 * across], QKV[:, 2 * across :]
        K = keys.reshape(by_head).transpose(0, 2, 3, 1)  # [batch, heads, d, window + 1]
        V = values.reshape(by_head).transpose(0, 2, 1, 3)  # [batch, heads, window + 1, d]
        products = (Q.reshape(by_head).transpose(0, 2, 1, 3) @ K)[:, :, 0] + self.B  # [batch, heads, window + 1]
        if missing is not None:
            products = np.where(missing[:, None], -np.inf, products)
        A = np.exp(products - products.max(axis=-1, keepdims=True))
        A /= A.sum(axis=-1, keepdims=True)
        X = X + (A[:, :, None] @ V).reshape(len(X), -1) @ self.W_o
        return X + gelu(normed(X) @ self.W_1 + self.b_1) @ self.W_2 + self.b_2, A


def after_norm(scale: Array, shift: Array, W: Array) -> tuple[Array, Array]:
    """Return matrix and bias that do with a `normed` input what W does with a scaled and shifted one."""
    return np.ascontiguousarray(scale[:, None] * W), shift @ W


def normed(X: Array) -> Array:
    """Return X with mean 0 and variance 1 along the last axis."""
    X = (
        X - np.add.reduce(X, axis=-1, keepdims=True) / X.shape[-1]
    )  # np.mean costs several times as much for so few numbers
    variance = np.einsum("...h,...h->...", X, X)[..., None] / X.shape[-1]
    result: Array = X / np.sqrt(variance + EPSILON)
    return result


def gelu(X: Array) -> Array:
    """Return about X * P(a standard normal number < X), by tanh (Hendrycks and Gimpel 2016)."""
    result: Array = 0.5 * X * (1 + np.tanh((2 / np.pi) ** 0.5 * (X + 0.044715 * X * X * X)))
    return result
