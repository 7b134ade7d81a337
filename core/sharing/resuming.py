"""Go on with an interrupted training: only the same model on the same text, with the settings that it was begun with.

Anything else would end in a checkpoint that no command makes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import BadCheckpoint, BadSetting
from core.settings import Settings, build_all, to_json
from core.sharing.checkpoint import read_facts
from core.sharing.facts import Facts
from core.sharing.folders import recover
from core.text.corpus import Corpus

# Settings that change nothing of what is learned: a run may go on with other values of them.
_OF_NO_EFFECT = ("save_minutes",)


def facts_to_resume(out: Path, model: str, corpus: Corpus) -> Facts:
    """Return what the interrupted run in ``out`` says of itself.

    Raises:
        BadCheckpoint: there is none, or it is of another model or text.
    """
    recover(out)
    if not out.exists():
        raise BadCheckpoint(
            f"There is no '{out}' yet: nothing was saved that a run could go on with. Train without --resume.",
            f"“{out}”尚不存在：还没有保存过可继续的训练。请去掉 --resume 从头训练。",
        )
    facts = read_facts(out)
    if facts.model != model or facts.corpus.get("sha256") != corpus.card.sha256:
        begun = facts.corpus.get("name")
        raise BadCheckpoint(
            f"'{out}' holds a run of {facts.model!r} on {begun!r}; it cannot go on as {model!r} on {corpus.card.name!r}. "
            "Name the model and the text that it was begun with, or train into another folder.",
            f"“{out}”中的训练使用模型“{facts.model}”和文本“{begun}”，不能作为“{model}”在“{corpus.card.name}”上继续。"
            "请使用原来的模型和文本，或换用其他文件夹。",
        )
    return facts


def values_to_go_on(facts: Facts, values: Mapping[str, Any], groups: list[type[Settings]]) -> dict[str, Any]:
    """Return all settings that a run goes on with: those that it was begun with, and of ``values`` those of no effect.

    Args:
        facts: of the interrupted run.
        values: settings by name, as given for going on.
        groups: of all settings that the model has.

    Raises:
        BadSetting: another value than the run was begun with.
    """
    begun = {**facts.settings, **facts.training, **facts.text, **facts.run}
    _refuse_other_values(begun, values, groups)
    return begun | {name: value for name, value in values.items() if name in _OF_NO_EFFECT}


def _refuse_other_values(begun: Mapping[str, Any], values: Mapping[str, Any], groups: list[type[Settings]]) -> None:
    """Raise BadSetting where a run would go on with another value than it was begun with."""
    given = {name: value for group in build_all(groups, values) for name, value in to_json(group).items()}
    for name in values:
        value = given[name]
        if name in _OF_NO_EFFECT:
            continue
        if value != begun.get(name):
            raise BadSetting(
                f"The run was begun with {name}={begun[name]}; it cannot go on with {name}={value}. "
                "Leave the setting out to resume, or train into a new folder.",
                f"该训练开始时 {name}={begun[name]}，不能改为 {value} 继续。请去掉该设置，或训练到新的文件夹。",
            )
