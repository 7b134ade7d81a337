"""What config.json says of a model's members: enough to make them anew.

A mixture's checkpoint is whole by itself. config.json names each member's model, settings and weight, and the tensors hold
its arrays under ``member.N.``; the checkpoints that it was made of are not needed any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.errors import BadCheckpoint
from core.models.members import Member, list_setting
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import build, to_json
from core.sharing.facts import Facts


def members_as_json(model: LanguageModel) -> list[dict[str, Any]]:
    """Return what config.json says of a model's members."""
    return [
        {
            "name": each.name, "model": each.model.about.name, "settings": to_json(each.model.config),
            "weight": each.weight, "corpus": each.corpus, "licence": each.licence, "seen": each.seen,
        }
        for each in model.members
    ]  # fmt: skip


def weights_as_json(name: str, facts: Facts) -> dict[str, Any]:
    """Return what config.json says of the checkpoint whose weights were taken over."""
    corpus = facts.corpus
    told = {each: str(corpus.get(key) or "") for each, key in (("corpus", "name"), ("licence", "licence"))}
    return {"name": name, "command": facts.command, **told}


def members_of(facts: Facts, registry: Registry) -> list[Member]:
    """Return the members that config.json names, made anew and still empty.

    Raises:
        UnknownName, BrokenPlugin: a member's model is not among the plug-ins here.
        UnknownName, BadSetting: its settings are not that model's.
        BadCheckpoint: a member that is itself made of models.
    """
    members = []
    for each in facts.members:
        kind = registry.get(each["model"])
        if list_setting(kind.Config):
            raise BadCheckpoint(
                f"config.json names the member {each['name'][:60]!r}, which is itself made of models. Take the checkpoint again.",
                f"config.json 中的成员“{each['name'][:60]}”本身由其他模型组成。请重新获取检查点。",
            )
        model = kind(build(kind.Config, each["settings"]), facts.vocab_size)
        members.append(Member(each["name"], model, each["weight"], each["corpus"], each["licence"], each["seen"]))
    return members


def check_members(facts: Facts, members: Sequence[Member]) -> None:
    """Raise BadCheckpoint unless config.json tells the weights that the tensors hold."""
    told = [(each["name"], each["weight"]) for each in facts.members]
    if told != [(each.name, each.weight) for each in members]:
        raise BadCheckpoint(
            "config.json and the tensors disagree about the members or their weights: they belong to different checkpoints."
            " Take the checkpoint again.",
            "config.json 与张量文件中的成员或权重不一致：它们属于不同的检查点。请重新获取检查点。",
        )
