"""What a language model must be: the contract that every plug-in keeps.

A language model turns a context into a distribution over the next token (D2L 8.1, 8.3). Whatever is remembered of
the context is the *state*: the last n - 1 ids for an n-gram, ``(h,)`` for an RNN, ``(h, c)`` for an LSTM. State goes in
and comes out; a model keeps nothing but what it has learned, so one loaded model serves every reader at once.
Everything that crosses this border is numpy; which library computes inside is the model's own affair.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.errors import BadCheckpoint, BadSetting
from core.language import Bilingual
from core.models.members import Kinds, Member
from core.settings import Settings
from core.text.sequences import Sequences

if TYPE_CHECKING:
    from core.models.back_off_table import BackOffTable

Array = npt.NDArray[Any]
State = tuple[Array, ...]

# How many log-probabilities `score` may hold at once where a model has no shorter way (64 MB of float32).
_LOG_PROBS_AT_ONCE = 16_000_000


@dataclass(frozen=True)
class About:
    """What a plug-in says about itself.

    Attributes:
        name: the file's name and the word on the command line.
        title: a short title.
        idea: the idea in one sentence.
        section: where the book teaches it, such as "D2L 8.4".
        normalised: whether the distributions sum to 1; where they do not, perplexity is refused.
        trace: what each array of `LanguageModel.trace` means, by its name.
    """

    name: str
    title: Bilingual
    idea: Bilingual
    section: str
    normalised: bool = True
    trace: tuple[tuple[str, Bilingual], ...] = ()


@dataclass(frozen=True)
class Learned:
    """What one step of learning tells: see `Learner.learn`.

    Attributes:
        tokens: how many tokens the step predicted (or counted).
        loss_nats: mean -log p of those tokens before the step, or None where the learner does not compute it.
        gradient_norm: norm of the whole gradient before clipping, or None without gradients.
        clipped: whether the gradient was shortened.
        learning_rate: the rate that the step used, or None.
    """

    tokens: int
    loss_nats: float | None = None
    gradient_norm: float | None = None
    clipped: bool = False
    learning_rate: float | None = None


@dataclass(frozen=True, eq=False)
class InputWeights:
    """What a token meets first in a recurrent model, in the book's letters (D2L 8.4.2, 8.5.1).

    Attributes:
        W_xh: ``[input, gates * hidden]``.
        W_hh: ``[hidden, gates * hidden]``.
        embedding: ``[vocab, input]``, whose row stands for the token; None where the input is the one-hot vector itself
            (then ``input`` is the vocabulary).
        note: where the model does more with the two products than add them.
        gates: what the square blocks of ``W_hh`` lead to, side by side, each by its name in `About.trace`.
    """

    W_xh: Array
    W_hh: Array
    embedding: Array | None = None
    note: Bilingual | None = None
    gates: tuple[str, ...] = ("hidden",)


class Learner(ABC):
    """How a model learns. The one trainer drives every learner in the same way.

    A learner owns everything of learning that is not the model: the settings of training, the optimiser, the random
    generators. All of it goes into `tensors`, so that a resumed run equals an uninterrupted one.
    """

    Config: ClassVar[type[Settings]]
    """The training settings, a frozen dataclass of ``setting(...)`` fields; must have ``validation: bool``."""

    single_pass: ClassVar[bool] = False
    """Whether one pass over the text teaches everything (counting), so that epochs have no meaning."""

    usual_epochs: ClassVar[int] = 10
    """How often the text is read where nobody says how often."""

    def __init__(self, model: LanguageModel, config: Any, seed: int) -> None:
        self.model = model
        self.config = config
        self.seed = seed
        self.held_back: Sequences | None = None
        """The validation part, where the run has one: for a learner that fits something by it."""

    @property
    def device(self) -> str:
        """What computes, for people: "cpu", or a GPU by its name."""
        return "cpu"

    @property
    def processes(self) -> int:
        """How many processes learn together."""
        return 1

    @abstractmethod
    def windows(self, data: Sequences, epoch: int) -> Iterator[Any]:
        """Yield what one epoch learns from, in order; the same for the same seed and epoch."""

    @abstractmethod
    def learn(self, window: Any, progress: float) -> Learned:
        """Learn from one window.

        Args:
            window: an item of `windows`.
            progress: share of the whole run already done, 0 to 1, for rate schedules.
        """

    def wasted(self, data: Sequences) -> float | None:
        """Return which share of the cells that an epoch computes is padding; None where nothing is ever padded."""
        return None

    def tensors(self) -> dict[str, Array]:
        """Return the learner's own state (such as an optimiser's moments) as named arrays."""
        return {}

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back what `tensors` returned."""


class LanguageModel(ABC):
    """Base of every plug-in. A file in ``plugins/`` ends with ``PLUGIN = TheClass``."""

    about: ClassVar[About]
    Config: ClassVar[type[Settings]]
    """The model's own settings, a frozen dataclass of ``setting(...)`` fields."""
    Learner: ClassVar[type[Learner]]
    """How it learns: `core.training.counting.CountingLearner` or `core.training.gradient.GradientLearner`."""
    kinds: ClassVar[Kinds]
    """The models beside this one, by name: the registry that found the plug-in. A model made of models asks it."""

    def __init__(self, config: Any, vocab_size: int, seed: int = 0) -> None:
        """Make an untrained model.

        Args:
            config: an instance of this class's ``Config``.
            vocab_size: number of token ids; ids run from 0 to vocab_size - 1.
            seed: for the initial weights, where there are any.
        """
        self.config = config
        self.vocab_size = vocab_size
        self.seed = seed

    @property
    def normalised(self) -> bool:
        """Whether the distributions of this model sum to 1; a setting may decide that they do not."""
        return self.about.normalised

    @abstractmethod
    def initial_state(self, batch: int) -> State:
        """Return the state before any token, for ``batch`` sequences.

        The batch is axis 0 of every array (``[batch, ...]``), so ``array[rows]`` picks, repeats or reorders sequences
        for any model: beam search does so after every step, the trainer where a row starts afresh.
        """

    @abstractmethod
    def log_probs(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return the distribution after every id.

        Args:
            ids: ``[batch, time]``.
            state: from `initial_state` or an earlier call; never changed in place.

        Returns:
            Natural log-probabilities ``[batch, time, vocab]`` (of the token after each id) and the new state.
        """

    def score(self, inputs: Array, targets: Array, state: State) -> tuple[Array, State]:
        """Return the log-probability of each target after its input.

        Args:
            inputs: ``[batch, time]``.
            targets: ``[batch, time]``; a text x is ``score(x[:-1], x[1:])``.
            state: as for `log_probs`.

        Returns:
            Log-probabilities ``[batch, time]`` in nats, float64, and the new state.
        """
        batch, time = inputs.shape
        at_once = max(1, _LOG_PROBS_AT_ONCE // max(1, batch * self.vocab_size))
        scores = np.empty((batch, time))
        for begin in range(0, time, at_once):
            part = slice(begin, begin + at_once)
            log_probs, state = self.log_probs(inputs[:, part], state)  # [batch, part, vocab]
            scores[:, part] = np.take_along_axis(log_probs, targets[:, part, None].astype(np.int64), axis=2)[..., 0]
        return scores, state

    def step(self, ids: Array, state: State) -> tuple[Array, State]:
        """Return the distribution after one more id of each sequence: ids ``[batch]`` -> ``[batch, vocab]``, state."""
        log_probs, state = self.log_probs(ids[:, None], state)
        return log_probs[:, 0], state

    @property
    def context_length(self) -> int | None:
        """How many of the last ids alone decide what follows (a Markov chain's order); None where more is remembered."""
        return None

    def after(self, context: tuple[int, ...]) -> Array:
        """Return the distribution ``[vocab]`` after the last ids of a text, for a model that has a `context_length`.

        Args:
            context: the last `context_length` ids; all ids of a text that is shorter.
        """
        log_probs, _ = self.log_probs(np.array([context], dtype=np.int32), self.initial_state(1))
        last: Array = log_probs[0, -1]
        return last

    @abstractmethod
    def tensors(self) -> dict[str, Array]:
        """Return everything learned as named arrays; with the config as JSON this is the checkpoint."""

    @abstractmethod
    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Take back what `tensors` returned.

        Raises:
            BadCheckpoint: a missing or unknown name, a wrong shape or kind of number.
        """

    def trace(self, ids: Array) -> dict[str, Array]:
        """Return named arrays that show how the model reads ids ``[time]``; none by default."""
        return {}

    def unit_names(self, trace: str) -> tuple[Bilingual, ...]:
        """Return what the columns of an array of `trace` are, where they have names; none by default."""
        return ()

    def back_off_table(self) -> BackOffTable | None:
        """Return the model as listed n-grams and back-off weights, for exchange with other programs; None where no such
        list says what the model says."""
        return None

    @classmethod
    def of_back_off_table(cls, table: BackOffTable) -> LanguageModel | None:
        """Return the model that answers from a table of another program; None for models that do not keep one."""
        return None

    def evidence(self, ids: Array, state: State) -> Array | None:
        """Return how much of the text read so far the model has met before, after each of ids ``[batch, time]``.

        It is known before the next token is, so a model made of models may weigh its members by it.

        Args:
            ids, state: as for `log_probs`.

        Returns:
            ``[batch, time, 2]``: the length of the longest context met, in tokens, and ln(1 + how often it was met); None for
            a model that does not remember contexts one by one.
        """
        return None

    def input_weights(self) -> InputWeights | None:
        """Return the matrices that a token and the hidden state meet first; None for a model without them."""
        return None

    def logits(self, ids: Array) -> Array | None:
        """Return the scores before softmax after each of ids ``[time]``: ``[time, vocab]``; None where there are none."""
        return None

    @property
    def members(self) -> tuple[Member, ...]:
        """The models that this one is made of; none for most."""
        return ()

    def take_members(self, members: Sequence[Member]) -> None:
        """Take trained models that the settings name.

        Raises:
            BadCheckpoint: this model is not made of such models.
        """
        if members:
            raise BadCheckpoint(
                f"config.json names members, but the model {self.about.name!r} is not made of models. Take the checkpoint again.",
                f"config.json 列出了成员，但模型“{self.about.name}”并非由其他模型组成。请重新获取检查点。",
            )

    def take_weights(self, other: LanguageModel) -> None:
        """Take over how another model weighs its members, and nothing else of it.

        Raises:
            BadSetting: it has no such weights, or weighs other members.
        """
        raise BadSetting(
            f"A model {other.about.name!r} has no weights for the members of a model {self.about.name!r}. Name a trained"
            f" {self.about.name}.",
            f"模型“{other.about.name}”没有可供“{self.about.name}”的成员使用的权重。请写一个已训练的 {self.about.name}。",
        )

    @property
    def num_parameters(self) -> int:
        """How many learned numbers the model holds."""
        return sum(int(array.size) for array in self.tensors().values())
