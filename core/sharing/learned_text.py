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
from core.sharing.memory import Memory
from core.sharing.own import OwnModels, OwnName
from core.text.concordance import concordance
from core.text.corpus import Card, Corpus
from core.text.forms import lines_of
from core.text.kept import Kept
from core.text.placed import PlacedText
from core.text.preparation import Prepared, TextSettings, prepare_text
from core.text.sources import describe_corpora, load_corpus
from core.text.splits import line_order
from core.text.suffix_array import SuffixArray

Json = dict[str, Any]

# Longer runs are not looked up; no model here counts longer ones.
MOST_CONTEXT = 32
# Characters of a training text that are sorted: some seconds of work. Bytes of sorted texts that are kept in memory.
MOST_SORTED, _MOST_MEMORY_BYTES = 5_000_000, 64_000_000
# Characters of held-out texts that are kept in memory.
_MOST_HELD_OUT = 4_000_000


class LearnedTexts:
    """The training parts of checkpoints.

    Args:
        own: the visitors' models.
        kept: placed texts that were used last; only named corpora go in there.
        search, cache: where named corpora may be, as for `load_corpus`.
    """

    def __init__(self, own: OwnModels, kept: Kept[PlacedText], search: Sequence[Path], cache: Path) -> None:
        self._own, self._kept, self._search, self._cache = own, kept, search, cache
        self._memories = Kept[Memory](_MOST_MEMORY_BYTES, lambda memory: memory.nbytes)
        self._held_out = Kept[str](_MOST_HELD_OUT, len)

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
        own_text = self._of_visitor(checkpoint, own)
        if own_text is not None:
            card, placed = own_text.card, _placed(checkpoint, own_text)
        else:
            card = self._card(checkpoint)
            placed = self._kept.of(text_key(checkpoint), lambda: _placed(checkpoint, self._named(card)))
        return {**concordance(placed, context, token), "corpus": titles(card)}

    def memory(self, checkpoint: Checkpoint, own: OwnName | None) -> tuple[Card, Memory]:
        """Return the text that a checkpoint learned from, ready to be searched for any stretch, and its card.

        Raises:
            BadCorpus: the text is not here, or not open to everybody, or too long to be sorted.
        """
        own_text = self._of_visitor(checkpoint, own)
        if own_text is not None:
            return own_text.card, _memory(checkpoint, own_text)
        card = self._card(checkpoint)
        return card, self._memories.of(text_key(checkpoint), lambda: _memory(checkpoint, self._named(card)))

    def held_out(self, checkpoint: Checkpoint, own: OwnName | None) -> str:
        """Return the text that was held out from a checkpoint, in its form; lines with a line break between them.

        Raises:
            BadCorpus: the text is not here, or not open to everybody.
        """
        own_text = self._of_visitor(checkpoint, own)
        if own_text is not None:
            return _held_out(_prepared(checkpoint, own_text))
        card = self._card(checkpoint)
        return self._held_out.of(text_key(checkpoint), lambda: _held_out(_prepared(checkpoint, self._named(card))))

    def _of_visitor(self, checkpoint: Checkpoint, own: OwnName | None) -> Corpus | None:
        """Return the text that a visitor's own model learned from; None where it learned from a named one."""
        text = None if own is None else self._own.kept_text(own)
        if text is not None and text.card.sha256 != checkpoint.facts.corpus.get("sha256"):
            raise _not_here(checkpoint)
        return text

    def _card(self, checkpoint: Checkpoint) -> Card:
        """Return the card of the named corpus that a checkpoint learned from; its text is here."""
        sha256 = checkpoint.facts.corpus.get("sha256")
        cards = [
            each.card for each in describe_corpora(search=self._search, cache=self._cache) if each.path is not None
        ]
        card = next((each for each in cards if each.sha256 == sha256), None)
        if card is None:
            raise _not_here(checkpoint)
        return card

    def _named(self, card: Card) -> Corpus:
        return load_corpus(card.name, search=self._search, cache=self._cache)


def titles(card: Card) -> Json:
    """Return a corpus' title in both languages."""
    return {"en": card.title.en, "zh": card.title.in_language("zh")}


def text_key(checkpoint: Checkpoint) -> tuple[Any, ...]:
    """Return what tells apart the texts, and their tokens, that checkpoints learned from."""
    facts = checkpoint.facts
    sha256, cut = facts.corpus.get("sha256"), tuple(sorted(facts.text.items()))
    return (sha256, facts.files.get(TOKENIZER), cut, _validates(checkpoint))


def _memory(checkpoint: Checkpoint, corpus: Corpus) -> Memory:
    """Return what of a corpus the checkpoint's model has learned from, sorted."""
    prepared = _prepared(checkpoint, corpus)
    placed = _place(checkpoint, corpus, prepared)
    learned = placed.data[: int(placed.spans()[1][-1])].decode(errors="ignore")
    if len(learned) > MOST_SORTED:
        raise BadCorpus(
            f"The training text has {len(learned):,} characters; at most {MOST_SORTED:,} are searched for stretches.",
            f"训练文本有 {len(learned):,} 个字符；最多在 {MOST_SORTED:,} 个字符中查找片段。",
        )
    return Memory(
        SuffixArray(learned), placed.numbers, placed.tokenizer.form == "raw",
        _held_out(prepared),
    )  # fmt: skip


def _held_out(prepared: Prepared) -> str:
    text = prepared.held_out_text
    return text if isinstance(text, str) else "\n".join(text)


def _prepared(checkpoint: Checkpoint, corpus: Corpus) -> Prepared:
    return prepare_text(corpus, build(TextSettings, checkpoint.facts.text), checkpoint.tokenizer)


def _placed(checkpoint: Checkpoint, corpus: Corpus) -> PlacedText:
    """Return what of a corpus the checkpoint's model has learned from."""
    return _place(checkpoint, corpus, _prepared(checkpoint, corpus))


def _place(checkpoint: Checkpoint, corpus: Corpus, prepared: Prepared) -> PlacedText:
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
