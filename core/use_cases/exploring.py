"""Look into a text, before any model has learned from it."""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import BadText
from core.measures.transitions import transition_matrix
from core.text.concordance import token_concordance
from core.text.mini_batches import mini_batches
from core.text.placed import PlacedText
from core.text.portrait import corpus_statistics
from core.text.stages import text_stages
from core.text.tokenizer import LEVELS, Tokenizer
from core.use_cases.finding import Finding, Json


class Exploring(Finding):
    """A text, typed or named, is cut, counted and looked up."""

    def tokenize(self, checkpoint_or_level: str, text: str) -> Json:
        """Return a text's tokens, ids, unknown ones and offsets.

        A level alone ("char", "word") makes its vocabulary of the text itself.
        """
        if checkpoint_or_level in LEVELS:
            if not text:
                raise BadText(
                    "The text is empty: there is nothing to cut into tokens.", "文本为空：没有可以切分的内容。"
                )
            tokenizer = Tokenizer.train([text], checkpoint_or_level)
        else:
            tokenizer = self._open(checkpoint_or_level).tokenizer
        encoding = tokenizer.inspect(text)
        return {
            "text": encoding.text, "tokens": list(encoding.tokens), "ids": [int(i) for i in encoding.ids],
            "unknown": [int(at) for at in encoding.unknown], "offsets": [list(offset) for offset in encoding.offsets],
            "vocab_size": tokenizer.vocab_size,
        }  # fmt: skip

    def corpus_statistics(
        self, text: str, level: str = "char", top: int = 50, min_frequency: int = 1, corpus: str = ""
    ) -> Json:
        """Return what can be counted in a text, or in a named corpus that is here: see `portrait.corpus_statistics`."""
        if not corpus:
            return corpus_statistics(text, level, top, min_frequency)
        named = self.corpus_here(corpus)
        return self._portraits.of(
            ("statistics", named.card.sha256, level, top, min_frequency),
            lambda: corpus_statistics(named.text, level, top, min_frequency, lines=named.card.lines),
        )

    def text_stages(self, text: str, level: str = "char", min_frequency: int = 1, corpus: str = "") -> Json:
        """Return the beginning of a text, or of a named corpus, on its way to ids: see `stages.text_stages`."""
        if not corpus:
            return text_stages(text, level, min_frequency)
        named = self.corpus_here(corpus)
        return self._portraits.of(
            ("stages", named.card.sha256, level, min_frequency),
            lambda: text_stages(named.text, level, min_frequency),
        )

    def corpus_concordance(self, text: str, level: str, tokens: Sequence[str], corpus: str = "") -> Json:
        """Return the places of a run of tokens in a text, or in a named corpus that is here: see `token_concordance`."""
        if not corpus:
            return token_concordance(PlacedText.of_text(text, level), tokens)
        named = self.corpus_here(corpus)
        key = (named.card.sha256, level)
        return token_concordance(self._placed.of(key, lambda: PlacedText.of_text(named.text, level)), tokens)

    def mini_batches(self, text: str, level: str, sampling: str, batch_size: int, num_steps: int, seed: int, corpus: str = "") -> Json:  # fmt: skip
        """Return how mini-batches lie over the beginning of a text, or of a named corpus: see `mini_batches`."""
        given = self.corpus_here(corpus).text if corpus else text
        return mini_batches(given, level, sampling, batch_size, num_steps, seed)

    def transitions(self, text: str, level: str = "char", min_frequency: int = 1, corpus: str = "") -> Json:
        """Return how the tokens of a text, or of a named corpus, follow each other: see `transition_matrix`."""
        if not corpus:
            return transition_matrix(text, level, min_frequency)
        named = self.corpus_here(corpus)
        return self._portraits.of(
            ("transitions", named.card.sha256, level, min_frequency),
            lambda: transition_matrix(named.text, level, min_frequency),
        )
