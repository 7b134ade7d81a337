"""Base of the models that learn by counting (D2L 8.3.1): one look at the whole text teaches everything.

A count model writes three methods: `learn` counts, `log_probs` turns counts into probabilities, `tensors` names what
was counted. How the counting is driven is `core.training.counting.CountingLearner`'s affair; a plug-in says
``Learner = CountingLearner``.
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from core.errors import BadCheckpoint
from core.models.protocol import Array, LanguageModel, State
from core.text.sequences import Sequences


class CountModel(LanguageModel):
    """A model that learns all ids in one pass.

    What stands here suits a model that looks at one id at a time and keeps its counts in arrays of fixed shapes, such
    as a bigram model; others write their own `initial_state` and `load_tensors`.
    """

    @abstractmethod
    def learn(self, sequences: Sequences) -> None:
        """Count everything there is to learn from ``sequences``; nothing is counted across their borders.

        Raises:
            LabError: the text cannot teach a model with these settings.
        """

    def initial_state(self, batch: int) -> State:
        """Return the empty state: nothing is remembered but the id that is just being read."""
        return ()

    def load_tensors(self, tensors: dict[str, Array]) -> None:
        """Fill the arrays that `tensors` returns with saved ones of the same names, shapes and kinds.

        Raises:
            BadCheckpoint: a missing or unknown name, a wrong shape or kind of number.
        """
        mine = self.tensors()
        check_names(tensors, mine)
        for name, array in mine.items():
            saved = tensors[name]
            if saved.shape != array.shape or saved.dtype != array.dtype:
                raise BadCheckpoint(
                    f"Tensor '{name}' is {saved.dtype}{list(saved.shape)}; this model needs"
                    f" {array.dtype}{list(array.shape)}. Save the checkpoint again with the model that made it.",
                    f"张量“{name}”为 {saved.dtype}{list(saved.shape)}，而该模型需要 {array.dtype}{list(array.shape)}。"
                    "请用原来的模型重新保存检查点。",
                )
        for name, array in mine.items():
            np.copyto(array, tensors[name])


def check_names(tensors: dict[str, Array], expected: dict[str, Array] | list[str]) -> None:
    """Raise BadCheckpoint unless the names of ``tensors`` are exactly the expected ones."""
    missing = sorted(set(expected) - set(tensors))
    foreign = sorted(set(tensors) - set(expected))
    if missing:
        raise BadCheckpoint(
            f"The tensors lack '{missing[0]}'. Fetch the checkpoint again: its file is incomplete or another model's.",
            f"张量文件缺少“{missing[0]}”。文件不完整或属于别的模型，请重新获取检查点。",
        )
    if foreign:
        raise BadCheckpoint(
            f"The tensors hold '{foreign[0]}', which this model does not know. Check that config.json belongs to them.",
            f"张量文件含有该模型不认识的“{foreign[0]}”。请检查 config.json 是否与之对应。",
        )
