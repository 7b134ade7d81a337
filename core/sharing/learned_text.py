"""The text that a checkpoint learned from, to look up places in it: only what its model has counted, and only where it is open.

A named corpus is public, so its places may be shown to everybody. The text of a visitor's own model is that visitor's
alone: it is found through the model's name, which holds the key, and it is not kept in memory. Any other text on this
machine stays closed, whatever a checkpoint claims: a config.json can name any hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import BadCorpus, BadSetting
from core.settings import build
from core.sharing.checkpoint import TOKENIZER, Checkpoint
from core.sharing.own import OwnModels, OwnName
from core.text.concordance import concordance
from core.text.corpus import Card, Corpus
from core.text.forms import lines_of
from core.text.kept import Kept
from core.text.placed import PlacedText
from core.text.preparation import TextSettings, prepare_text
from core.text.sources import describe_corpora, load_corpus
from core.text.splits import line_order

Json = dict[str, Any]

# Longer runs are not looked up; no model here counts longer ones.
MOST_CONTEXT = 32


class LearnedTexts:
    """The training parts of checkpoints.

    Args:
        own: the visitors' models.
        kept: placed texts that were used last; only named corpora go in there.
        search, cache: where named corpora may be, as for `load_corpus`.
    """

    def __init__(self, own: OwnModels, kept: Kept[PlacedText], search: Sequence[Path], cache: Path) -> None:
        self._own, self._kept, self._search, self._cache = own, kept, search, cache

    def concordance(
        self, checkpoint: Checkpoint, own: OwnName | None, context: Sequence[int], token: int | None = None
    ) -> Json:
        """Return the places of a context in the text that a checkpoint learned from.

        Args:
            checkpoint: any.
            own: its name, where it is a visitor's own.
            context: ids, at most 32.
            token: an id of interest among those that follow.

        Returns:
            What `core.text.concordance.concordance` says, and corpus: the title in both languages.

        Raises:
            BadSetting: no ids of the vocabulary, or too many.
            BadCorpus: the text is not here, or not open to everybody.
        """
        _check_ids([*context, *([] if token is None else [token])], checkpoint.tokenizer.vocab_size)
        card, placed = self._of_visitor(checkpoint, own) or self._of_everybody(checkpoint)
        return {
            **concordance(placed, context, token),
            "corpus": {"en": card.title.en, "zh": card.title.in_language("zh")},
        }

    def _of_visitor(self, checkpoint: Checkpoint, own: OwnName | None) -> tuple[Card, PlacedText] | None:
        """Return the text that a visitor's own model learned from; None where it learned from a named one."""
        text = None if own is None else self._own.kept_text(own)
        if text is None:
            return None
        if text.card.sha256 != checkpoint.facts.corpus.get("sha256"):
            raise _not_here(checkpoint)
        return text.card, _placed(checkpoint, text)

    def _of_everybody(self, checkpoint: Checkpoint) -> tuple[Card, PlacedText]:
        """Return the named corpus that a checkpoint learned from."""
        facts, sha256 = checkpoint.facts, checkpoint.facts.corpus.get("sha256")
        where: dict[str, Any] = {"search": self._search, "cache": self._cache}
        cards = [each.card for each in describe_corpora(**where) if each.path is not None]
        card = next((each for each in cards if each.sha256 == sha256), None)
        if card is None:
            raise _not_here(checkpoint)
        key = (sha256, facts.files.get(TOKENIZER), tuple(sorted(facts.text.items())), _validates(checkpoint))
        return card, self._kept.of(key, lambda: _placed(checkpoint, load_corpus(card.name, **where)))


def _placed(checkpoint: Checkpoint, corpus: Corpus) -> PlacedText:
    """Return what of a corpus the checkpoint's model has learned from."""
    prepared = prepare_text(corpus, build(TextSettings, checkpoint.facts.text), checkpoint.tokenizer)
    learned = prepared.fit_and_validation()[0] if _validates(checkpoint) else prepared.training
    if isinstance(prepared.training_text, str):
        return PlacedText.of_stream(checkpoint.tokenizer, learned, prepared.training_text)
    numbers = [at + 1 for at in line_order(lines_of(corpus.text))]
    return PlacedText.of_lines(checkpoint.tokenizer, learned, prepared.training_text, numbers)


def _validates(checkpoint: Checkpoint) -> bool:
    """Whether a part of the training part was held back from the model."""
    return bool(checkpoint.facts.training.get("validation"))


def _check_ids(ids: Sequence[int], vocab_size: int) -> None:
    if len(ids) > MOST_CONTEXT + 1:
        raise BadSetting(
            f"{len(ids)} tokens are too many: at most {MOST_CONTEXT} before the next one are looked up.",
            f"{len(ids)} 个词元太多：最多查找下一个词元之前的 {MOST_CONTEXT} 个。",
        )
    for id_ in ids:
        if not isinstance(id_, int) or isinstance(id_, bool) or not 0 <= id_ < vocab_size:
            raise BadSetting(
                f"There is no token {id_!r}: ids run from 0 to {vocab_size - 1}.",
                f"没有编号为 {id_!r} 的词元：编号为 0 到 {vocab_size - 1}。",
            )


def _not_here(checkpoint: Checkpoint) -> BadCorpus:
    name = checkpoint.facts.corpus.get("name")
    return BadCorpus(
        f"The text that '{checkpoint.name}' learned from ('{name}') cannot be shown: only named corpora that are on this "
        "machine are open to everybody, and your own text to you. python -m core corpora lists the named ones.",
        f"无法显示“{checkpoint.name}”的训练文本（“{name}”）：只有本机上有名称的语料对所有人开放，您自己的文本只对您开放。"
        "python -m core corpora 可列出有名称的语料。",
    )
