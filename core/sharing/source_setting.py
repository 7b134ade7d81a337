"""A model that is the source of a generated corpus is told which one, and which id stands for which of its letters."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TypeVar

from core.errors import BadSetting
from core.settings import Settings, describe
from core.text.corpus import Corpus
from core.text.preparation import Prepared

SettingsT = TypeVar("SettingsT", bound=Settings)


def with_source(config: SettingsT, corpus: Corpus, prepared: Prepared) -> SettingsT:
    """Return a model's settings with its source written in, where it has a setting for one, ``setting(..., lists="source")``.

    Raises:
        BadSetting: a corpus that was not generated, or tokens that are not its characters.
    """
    name = next((each.name for each in describe(type(config)) if each.lists == "source"), "")
    if not name or getattr(config, name):
        return config
    known, text = corpus.card.known, prepared.settings
    if known is None:
        raise BadSetting(
            f"Nobody knows the source of '{corpus.card.name}'. Take a generated corpus, such as markov1 or copies.",
            f"没有人知道“{corpus.card.name}”的源。请选用生成的语料，例如 markov1 或 copies。",
        )
    if (text.level, text.form) != ("char", "raw") or prepared.tokenizer.lines:
        raise BadSetting(
            f"The source writes characters, and the tokens are of level '{text.level}' and form '{text.form}'. Take level char, form"
            " raw and one continuous text.",
            f"源写出的是字符，而词元级别为“{text.level}”、形式为“{text.form}”。请用 char 级别、raw 形式和连续文本。",
        )
    value = {"kind": known.kind, "settings": dict(known.settings), "tokens": list(prepared.tokenizer.tokens)}
    return replace(config, **{name: json.dumps(value)})
