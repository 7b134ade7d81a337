r"""How each level cuts a text, said once in the terms of the `tokenizers` library.

* *char*: every code point is a token.
* *word*, raw form: a word takes its own leading space along, so that a context of n words is n words; one Chinese
  character is a word; every other symbol and every other white space stands alone. Nothing is dropped, so the tokens
  joined are the text again.
* *word*, the other forms: what stands between spaces; the spaces belong to nobody.
* *bpe*: byte-pair encoding over UTF-8 bytes (Sennrich et al. 2016; byte level as in GPT-2): no text is unknown.

``<unk>`` and the boundary of lines are entries of the vocabulary, but not "special tokens" of the library: no text
that a person types is ever read as one of them, because no level can produce these strings from a text. One exception: between
white space a word ``<unk>`` may stand, and is the unknown word, as the texts mean it that were prepared so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers
from tokenizers import Tokenizer as LibraryTokenizer

from core.text.forms import words_alone

LEVELS = ("char", "word", "bpe")
UNK = "<unk>"
BOUNDARY = "<line>"

# Letters, marks and digits of every script but Chinese; an apostrophe inside belongs to the word ("don't").
_WORD = r"[\p{L}\p{M}\p{N}&&[^\p{Han}]]+"
WORD_PATTERN = rf" ?{_WORD}(?:['’]{_WORD})*|[\s\S]"
CHARACTER_PATTERN = r"[\s\S]"


def assemble(
    level: str, form: str, vocabulary: Mapping[str, int], merges: Sequence[tuple[str, str]] = ()
) -> LibraryTokenizer:
    """Return the library's tokenizer for texts that are already in their form.

    Args:
        level: "char", "word" or "bpe".
        form: "raw", "d2l" or "spaced".
        vocabulary: id of every token.
        merges: bpe only: pairs in the order in which they are joined.
    """
    if level == "bpe":
        engine = LibraryTokenizer(models.BPE(vocab=dict(vocabulary), merges=list(merges), unk_token=UNK))
        engine.decoder = decoders.ByteLevel()
    else:
        engine = LibraryTokenizer(models.WordLevel(dict(vocabulary), unk_token=UNK))
        if not words_alone(level, form):  # without a decoder the library joins with one space
            engine.decoder = decoders.Fuse()
    engine.pre_tokenizer = pre_tokenizer(level, form)
    return engine


def pre_tokenizer(level: str, form: str) -> pre_tokenizers.PreTokenizer:
    """Return what cuts a text into tokens (bpe: into the stretches that no merge may cross)."""
    if level == "bpe":
        return pre_tokenizers.ByteLevel(add_prefix_space=False)
    if level == "char":
        return pre_tokenizers.Split(Regex(CHARACTER_PATTERN), "isolated")
    if form == "d2l":
        return pre_tokenizers.WhitespaceSplit()
    if form == "spaced":  # a word that reads like the boundary falls apart
        not_reserved = pre_tokenizers.Split(Regex(f"^<(?={BOUNDARY[1:]}$)"), "isolated")
        return pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), not_reserved])
    return pre_tokenizers.Split(Regex(WORD_PATTERN), "isolated")


def normalizer(level: str, form: str) -> normalizers.Normalizer | None:
    """Return the form in the library's terms, so that a saved tokenizer works on typed text without this program."""
    if form == "raw":
        return None
    if form == "spaced":
        one_space = normalizers.Replace(Regex(r"[\s\x1c-\x1f]+"), " ")
        return normalizers.Sequence([one_space, normalizers.Strip(left=True, right=False)])
    between_lines = "" if level == "char" else " "
    return normalizers.Sequence(
        [
            normalizers.Replace(Regex(r"[^A-Za-z\r\n]+"), " "),
            normalizers.Replace(Regex(r" ?[\r\n][ \r\n]*"), "\n"),
            normalizers.Replace(Regex(r"\n\z"), ""),
            normalizers.Replace("\n", between_lines),
            normalizers.Strip(left=True, right=False),
            normalizers.Lowercase(),
        ]
    )


def byte_of_symbol() -> dict[str, int]:
    """Return which byte each of the 256 letters of byte-level BPE stands for (GPT-2's table).

    Printable bytes stand for themselves; the others, in order, for the code points from 256 on.

    >>> byte_of_symbol()["A"], byte_of_symbol()["Ġ"]
    (65, 32)
    """
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + place): byte for place, byte in enumerate(others)}
