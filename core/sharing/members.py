"""The trained members of a model made of models: opened by their names before a training, and checked to fit together.

They must cut a text into the same ids, for otherwise their distributions are not over the same tokens; and none may have
learned from what the run holds out. They are read and never changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from core.errors import BadSetting, Refused
from core.models.members import Member, is_call, list_setting, weights_setting, words_of
from core.models.protocol import LanguageModel
from core.sharing.checkpoint import Checkpoint
from core.sharing.facts import Facts, file_name
from core.sharing.member_facts import weights_as_json
from core.text.corpus import Corpus
from core.text.preparation import Prepared
from core.text.splits import TRAINING_SHARE, split_sequences
from core.text.tokenizer import Tokenizer

Open = Callable[[str], Checkpoint]
"""Opens a checkpoint by the word that names it."""
Named = dict[str, Checkpoint]
"""Opened checkpoints by the names that they go by."""

# What members must have in common so that their tokens are the same ones, and what a run therefore takes from them.
_OF_THE_TOKENIZER = ("level", "form", "min_frequency", "bpe_size")


def open_members(plugin: type[LanguageModel], values: dict[str, Any], open_: Open) -> Named:
    """Open the trained members that settings name, and write their bare names into the settings.

    Where somebody keeps a checkpoint is nobody else's business: of a folder its own name is left.

    Args:
        plugin: the model.
        values: settings by name; those of the list of members are changed.
        open_: opens a checkpoint.

    Raises:
        BadSetting: no list of members, or members that do not fit together.
        LabError: one cannot be opened.
    """
    setting = list_setting(plugin.Config)
    if not setting or not isinstance(values.get(setting), str):
        return {}
    words = words_of(values[setting])
    shown = {word: word if is_call(word) or word.startswith("hub:") else file_name(word) for word in words}
    values[setting] = ",".join(words_of(",".join(shown.values())))  # two folders of one name are named twice
    named = {shown[word]: open_(word) for word in words if not is_call(word)}
    for name, opened in named.items():
        if opened.model.members:
            raise BadSetting(
                f"'{name}' cannot be a member: a mixture of mixtures is a mixture of all their members. Name those.",
                f"“{name}”不能作为成员：混合模型的混合就是其全部成员的混合。请直接列出那些成员。",
            )
    _check_alike(named)
    return named


def open_weights(plugin: type[LanguageModel], values: dict[str, Any], open_: Open) -> Checkpoint | None:
    """Open the checkpoint whose weights the settings want taken over, and write its bare name into the settings.

    Args:
        plugin, values, open_: as for `open_members`.

    Returns:
        None where the settings name none.
    """
    setting = weights_setting(plugin.Config)
    word = str(values.get(setting, "")).strip() if setting else ""
    if not word:
        return None
    values[setting] = word if word.startswith("hub:") else file_name(word)
    return open_(word)


def take_over(other: Checkpoint | None, model: LanguageModel, corpus: Corpus, prepared: Prepared) -> dict[str, Any]:
    """Let a model weigh its members as another one does, and return what config.json will say of that.

    Args:
        other: from `open_weights`; of None nothing is taken.
        model: which has its members already.
        corpus, prepared: the text of the run.

    Raises:
        BadSetting: the other was interrupted before it had weights, cuts a text into other ids, or weighs other members.
        Refused: it has learned from what this run holds out.
    """
    if other is None:
        return {}
    if other.facts.results is None:
        raise BadSetting(
            f"The training of '{other.name}' was stopped before its weights were fitted. Finish it with --resume.",
            f"“{other.name}”的训练在拟合权重之前就停止了。请用 --resume 完成它。",
        )
    if other.tokenizer.to_json() != prepared.tokenizer.to_json():
        raise BadSetting(
            f"'{other.name}' has another tokenizer than the members, so its weights are for other distributions. Name one that was"
            " trained on the same text in the same way.",
            f"“{other.name}”的分词器与成员的不同，它的权重对应别的分布。请写一个以同样方式在同一文本上训练的混合模型。",
        )
    if _has_read(other.facts, corpus, prepared, len(prepared.training.ids)):
        raise _learned_it(other.name)
    model.take_weights(other.model)
    return weights_as_json(other.name, other.facts)


def _learned_it(name: str) -> Refused:
    return Refused(
        f"'{name}' has learned from text that this run would hold out: its figures would mean nothing. Train with the same"
        " max_tokens as it was, or choose another.",
        f"“{name}”学过本次要留出的文本，所得结果没有意义。请使用与它相同的 max_tokens，或换用其他。",
    )


def text_settings(named: Named, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings of the text that the members' tokenizer brings along.

    Raises:
        BadSetting: another value was asked for.
    """
    if not named:
        return {}
    name, first = next(iter(named.items()))
    theirs = {each: first.facts.text[each] for each in _OF_THE_TOKENIZER if each in first.facts.text}
    for each, value in theirs.items():
        if each in values and str(values[each]) != str(value):
            raise BadSetting(
                f"{each} cannot be {str(values[each])[:40]}: the members' tokenizer is that of '{name}', with {each}={value}. Leave"
                " the setting out, or choose other members.",
                f"{each} 不能取 {str(values[each])[:40]}：成员的分词器（“{name}”）为 {each}={value}。请去掉该设置，或换用其他成员。",
            )
    return theirs


def common_tokenizer(named: Named, corpus: Corpus, lines: str) -> Tokenizer | None:
    """Return the tokenizer of the members, None where none is trained yet.

    Args:
        named: the members.
        corpus: the text that the weights are to be fitted on.
        lines: the setting of that name.

    Raises:
        BadSetting: the one is for lines, the other for a continuous text.
    """
    if not named:
        return None
    name, first = next(iter(named.items()))
    wanted = corpus.card.lines if lines == "auto" else lines == "lines"
    if first.tokenizer.lines != wanted:
        kinds = {True: ("lines", "按行的语料"), False: ("a continuous text", "连续的文字")}
        theirs, ours = kinds[first.tokenizer.lines], kinds[wanted]
        raise BadSetting(
            f"'{name}' was trained on {theirs[0]}, but '{corpus.card.name}' is {ours[0]}. Choose a text and members of one kind.",
            f"“{name}”学的是{theirs[1]}，而“{corpus.card.name}”是{ours[1]}。请选择同一类的文本和成员。",
        )
    return first.tokenizer


def _check_alike(named: Named) -> None:
    """Raise BadSetting unless all members cut a text into the same ids, saying what differs."""
    for (name, first), (other_name, other) in pairwise(named.items()):
        a, b = first.tokenizer, other.tokenizer
        facts = [
            ("level", a.level, b.level), ("form", a.form, b.form), ("lines", a.lines, b.lines),
            ("number of tokens", a.vocab_size, b.vocab_size),
        ]  # fmt: skip
        different = next(((what, x, y) for what, x, y in facts if x != y), None)
        if different is None and a.to_json() != b.to_json():
            at = next((i for i, (x, y) in enumerate(zip(a.tokens, b.tokens, strict=True)) if x != y), 0)
            different = f"token {at}", repr(a.tokens[at]), repr(b.tokens[at])
        if different is not None:
            what, x, y = different
            raise BadSetting(
                f"'{name}' and '{other_name}' have different tokenizers ({what}: {x} and {y}), so their distributions are not over"
                " the same tokens. Choose members that were trained on the same text in the same way.",
                f"“{name}”与“{other_name}”的分词器不同（{what}：{x} 与 {y}），它们的分布不在同一组词元上。请选择以同样方式在同一文本上训练的成员。",
            )


def judged_members(named: Named, corpus: Corpus, prepared: Prepared) -> list[Member]:
    """Return the trained members of a run, with what is known of their having seen its text.

    Raises:
        Refused: one has learned from what this run holds out.
    """
    members = []
    for name, opened in named.items():
        if _has_read(opened.facts, corpus, prepared, len(prepared.training.ids)):
            raise _learned_it(name)
        seen = _has_read(opened.facts, corpus, prepared, len(split_sequences(prepared.training)[0].ids))
        known = (
            {} if opened.facts.imported else opened.facts.corpus
        )  # nobody here knows what an imported model has read
        text, licence = (str(known.get(each) or "") for each in ("name", "licence"))
        members.append(Member(name, opened.model, corpus=text, licence=licence, seen=seen))
    return members


def _has_read(facts: Facts, corpus: Corpus, prepared: Prepared, begin: int) -> bool:
    """Return whether a checkpoint learned from this text beyond its first ``begin`` tokens.

    The tokens are the same and so is the order of lines, so that places in the text can be compared.
    """
    if facts.corpus.get("sha256") != corpus.card.sha256:
        return False
    split, held_back = facts.corpus.get("split", {}), bool(facts.training.get("validation"))
    if held_back and split.get("max_tokens") == prepared.settings.max_tokens:
        return False  # it held back the very part that this run holds back
    learned = split.get("training_tokens", len(prepared.training.ids) + 1)
    if held_back and not prepared.training.lines:
        learned = int(TRAINING_SHARE * learned)
    return bool(learned > begin)
