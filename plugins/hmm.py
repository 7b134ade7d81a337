"""Hidden Markov model: the latent autoregressive model in its oldest form (D2L 8.1).

    h_t = g(h_{t-1}, x_{t-1})        what is remembered of the past
    P(x_t | x_1 ... x_{t-1}) = P(x_t | h_t)

Here h_t is a distribution over a few hidden states, and g is Bayes' rule: probability theory says what the memory must be, where a
recurrent network learns it. Learning is counting again, only that nobody saw the states: every path is counted by how likely it is
(`core.models.forward_backward`), the counts make new probabilities, and so on (`core.training.expectation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from core.errors import BadCheckpoint
from core.language import both
from core.models.counting import check_names
from core.models.forward_backward import (
    Expected,
    Tables,
    expected_counts,
    likeliest_path,
    predict_states,
    state_posteriors,
)
from core.models.protocol import About, Array, LanguageModel, State
from core.settings import setting
from core.training.expectation import ExpectationLearner


@dataclass(frozen=True)
class Config:
    """Settings of the hidden Markov model."""

    num_states: int = setting(
        64, low=1, high=512, unit="states",
        help=both("Hidden states: how many situations the model can tell apart.", "隐状态的个数：模型能区分多少种情形。"),
    )  # fmt: skip
    smoothing: float = setting(
        0.1, low=1e-6, high=1000.0, unit="counts",
        help=both(
            "Head start of every count, so that nothing is ever impossible.", "每个计数的初值，使任何词元都不会概率为零。"
        ),
    )  # fmt: skip


class HMM(LanguageModel):
    """The state is P(next hidden state | all that was read), ``[batch, states]``: the book's h_t.

    Learned are the logarithms of three tables, so that no rounding can make a probability 0; each is normalised when it is used.
    """

    about = About(
        name="hmm",
        title=both("Hidden Markov model", "隐马尔可夫模型"),
        idea=both(
            "Imagines a hidden state behind every token, and remembers how likely each state is by now.",
            "设想每个词元背后有一个看不见的状态，并记住此刻各状态的可能性。",
        ),
        section="D2L 8.1",
        trace=(
            ("filtered", both("P(hidden state | tokens so far) [time, states]", "P(隐状态 | 目前的词元) [时间, 状态]")),
            ("posterior", both("P(hidden state | the whole text), with hindsight [time, states]",
                               "P(隐状态 | 整段文字)，事后再看 [时间, 状态]")),
            ("path", both("the likeliest path: 1 at its state, else 0 [time, states]",
                          "最可能的路径：所在状态为 1，其余为 0 [时间, 状态]")),
        ),
    )  # fmt: skip
    Config = Config
    Learner = ExpectationLearner

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        super().__init__(config, vocab_size, seed)
        self._logs: dict[str, Array] | None = None
        self._tables: Tables | None = None

    def _shapes(self) -> dict[str, tuple[int, ...]]:
        states = self.config.num_states
        return {"start": (states,), "transition": (states, states), "emission": (states, self.vocab_size)}

    @property
    def num_parameters(self) -> int:
        """How many logarithms of probabilities the model holds."""
        return sum(int(np.prod(shape)) for shape in self._shapes().values())

    @property
    def tables(self) -> Tables:
        """The probabilities, made when they are first needed: of an untrained model from the seed."""
        if self._tables is None:
            probabilities = {name: _softmax(array.astype(np.float64)) for name, array in self._learned().items()}
            emission = np.ascontiguousarray(probabilities["emission"].T)  # [V, S]: what a token says of every state
            self._tables = Tables(probabilities["start"], probabilities["transition"], emission)
        return self._tables

    def _learned(self) -> dict[str, Array]:
        if self._logs is None:
            generator = np.random.default_rng(self.seed)
            # Every row is drawn evenly from all distributions: states that began alike would stay alike for ever.
            drawn = {name: generator.standard_exponential(shape) for name, shape in self._shapes().items()}
            self._logs = {name: np.log(array).astype(np.float32) for name, array in drawn.items()}
        return self._logs

    # Reading

    def initial_state(self, batch: int) -> State:
        """Return the distribution of the first hidden state for every row."""
        return (np.tile(self.tables.start, (batch, 1)),)

    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return ln P(w | ids so far) ``[batch, time, vocab]``: h_t times the emissions."""
        predicted = predict_states(self.tables, ids, state[0])  # [batch, time, S]
        return np.log(predicted @ self.tables.emission.T), (predicted[:, -1].copy(),)

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return ln P(target) only, ``[batch, time]``."""
        predicted = predict_states(self.tables, inputs, state[0])
        scores = np.log(np.einsum("bts,bts->bt", predicted, self.tables.emission[targets]))
        return scores, (predicted[:, -1].copy(),)

    # Learning

    def expected(self, ids: Array, lengths: Array) -> Expected:
        """Count every hidden path of rows ``[batch, time]`` by how likely it is: the E step."""
        exact = self.tables
        # In float32, twice as fast; sums over the text are in float64.
        narrow = (array.astype(np.float32) for array in (exact.start, exact.transition, exact.emission))
        return expected_counts(Tables(*narrow), ids, lengths)

    def learn_from(self, counts: dict[str, Array]) -> None:
        """Make the probabilities of expected counts, which are named as in `Expected`: the M step."""
        smoothed = {name: array + self.config.smoothing for name, array in counts.items()}
        # As it will be loaded, to the last bit: the order in memory decides the order of sums.
        smoothed["emission"] = np.ascontiguousarray(smoothed["emission"].T)
        self._logs = {
            name: np.log(array / array.sum(axis=-1, keepdims=True)).astype(np.float32)
            for name, array in smoothed.items()
        }
        self._tables = None

    @property
    def log_prior(self) -> float:
        """ln of the (unnormalised) prior that smoothing stands for; with it added, no iteration lowers the likelihood."""
        tables = self.tables
        logs = (np.log(table).sum() for table in (tables.start, tables.transition, tables.emission))
        return float(self.config.smoothing * sum(logs))

    def tensors(self) -> dict[str, Array]:
        """Return the logarithms of the three tables: start ``[S]``, transition ``[S, S]``, emission ``[S, V]``."""
        return {name: array.copy() for name, array in self._learned().items()}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back the three tables."""
        shapes = self._shapes()
        check_names(tensors, list(shapes))
        for name, shape in shapes.items():
            array = tensors[name]
            if array.shape != shape or array.dtype.kind != "f" or not np.isfinite(array).all():
                raise BadCheckpoint(
                    f"Tensor '{name}' is {array.dtype} {list(array.shape)}; this model needs finite floats {list(shape)}."
                    " Take the checkpoint again.",
                    f"张量“{name}”为 {array.dtype} {list(array.shape)}，而该模型需要有限的浮点数 {list(shape)}。请重新获取检查点。",
                )
        self._logs = {name: np.array(tensors[name], dtype=np.float32) for name in shapes}
        self._tables = None

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return where the model believes to be after each of ids ``[time]``; see ``about.trace``."""
        filtered, posterior = state_posteriors(self.tables, ids)
        path = np.eye(self.config.num_states)[likeliest_path(self.tables, ids)]
        return {"filtered": filtered, "posterior": posterior, "path": path}


def _softmax(logs: Array) -> Array:
    """Return logarithms ``[..., n]`` as probabilities that sum to 1."""
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    normalised: Array = weights / weights.sum(axis=-1, keepdims=True)
    return normalised


PLUGIN = HMM
