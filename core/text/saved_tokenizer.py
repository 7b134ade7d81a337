"""Read a saved tokenizer without trusting it.

``tokenizer.json`` is the `tokenizers` library's own format, so other programs can use it. Read back, only the
vocabulary and the merges are taken over, each checked; how a text is cut is built anew for the level and the form, and
the file must say the same. Nothing of a foreign file ever reaches the library's own reader.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.errors import BadCheckpoint
from core.text.pipeline import BOUNDARY, UNK, assemble, byte_of_symbol, normalizer

# What the library can do besides, and this program never writes: it would change the ids.
_MUST_BE_EMPTY = ("added_tokens", "post_processor", "truncation", "padding")


def read_saved(text: str, level: str, form: str, lines: bool) -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return vocabulary and merges of a saved tokenizer.

    Args:
        text: the content of ``tokenizer.json``.
        level: the level it must have: "char", "word" or "bpe".
        form: the form it must have: "raw", "d2l" or "spaced".
        lines: whether it must have the boundary token of a line corpus.

    Raises:
        BadCheckpoint: malformed JSON, another level or form, ids with gaps, a missing ``<unk>`` or boundary.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad(f"it is no JSON ({error})", f"不是合法的 JSON（{error}）") from None
    if not isinstance(document, dict) or not isinstance(document.get("model"), dict):
        raise _bad("it has no 'model'", "缺少“model”")
    vocabulary = _checked_vocabulary(document["model"].get("vocab"), lines)
    merges: list[tuple[str, str]] = []
    if level == "bpe":
        merges = _checked_merges(document["model"].get("merges"), vocabulary)
    elif level == "char" and any(len(token) != 1 for token in vocabulary if token not in (UNK, BOUNDARY)):
        raise _bad("a token of level 'char' is longer than a character", "“char”级的词元不止一个字符")
    _check_pipeline(document, level, form, lines)
    return vocabulary, merges


def _checked_vocabulary(vocabulary: Any, lines: bool) -> dict[str, int]:
    """Return the vocabulary if its ids run from 0 without gaps and the reserved tokens are where they belong."""
    if not isinstance(vocabulary, dict) or not all(type(i) is int for i in vocabulary.values()):
        raise _bad("its vocabulary does not map tokens to whole numbers", "词表不是从词元到整数的映射")
    if sorted(vocabulary.values()) != list(range(len(vocabulary))):
        raise _bad(
            f"the {len(vocabulary)} ids do not run from 0 to {len(vocabulary) - 1}",
            f"{len(vocabulary)} 个编号没有恰好占满 0 到 {len(vocabulary) - 1}",
        )
    if vocabulary.get(UNK) != 0:
        raise _bad(f"the token {UNK} with id 0 is missing", f"缺少编号为 0 的词元 {UNK}")
    if vocabulary.get(BOUNDARY) != (1 if lines else None):
        raise _bad(
            f"the token {BOUNDARY} {'with id 1 is missing' if lines else 'belongs to line corpora only'}",
            f"{'缺少编号为 1 的词元' if lines else '只有按行语料才能有词元'} {BOUNDARY}",
        )
    try:
        "".join(vocabulary).encode()
    except UnicodeEncodeError:
        raise _bad("a token holds half a surrogate pair", "某个词元含有不成对的代理码元") from None
    if "" in vocabulary:
        raise _bad("a token is empty", "有空的词元")
    return vocabulary


def _checked_merges(merges: Any, vocabulary: Mapping[str, int]) -> list[tuple[str, str]]:
    """Return the merges if all 256 bytes are there and every pair and its result is a token."""
    symbols = byte_of_symbol()
    if not symbols.keys() <= vocabulary.keys():
        raise _bad("some of the 256 bytes have no token", "256 个字节没有各自的词元")
    if not all(symbols.keys() >= set(token) for token in vocabulary if token not in (UNK, BOUNDARY)):
        raise _bad("a token is not made of bytes", "某个词元不是由字节组成的")
    if not isinstance(merges, list):
        raise _bad("it has no list of merges", "缺少合并表")
    pairs: list[tuple[str, str]] = []
    for merge in merges:
        pair = merge.split(" ") if isinstance(merge, str) else merge  # older versions of the library write "a b"
        is_pair = isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)
        if not is_pair or not {*pair, "".join(pair)} <= vocabulary.keys():
            raise _bad(f"the merge {str(merge)[:40]!r} is no pair of tokens", f"合并项“{str(merge)[:40]}”不是一对词元")
        pairs.append((pair[0], pair[1]))
    return pairs


def _check_pipeline(document: Mapping[str, Any], level: str, form: str, lines: bool) -> None:
    """Raise unless the file cuts a text as this level and form do."""
    reserved = {UNK: 0, BOUNDARY: 1} if lines else {UNK: 0}
    own = assemble(level, form, reserved)
    own_normalizer = normalizer(level, form)
    if own_normalizer is not None:
        own.normalizer = own_normalizer
    expected = json.loads(own.to_str())
    for part in _MUST_BE_EMPTY:
        if document.get(part):
            raise _bad(f"it has '{part}', which this program never writes", f"含有本程序从不写入的“{part}”")
    for part in ("model", "pre_tokenizer", "decoder", "normalizer"):
        given = document.get(part)
        if part == "model":
            given = {name: value for name, value in document["model"].items() if name not in ("vocab", "merges")}
        if not _agrees(given, expected.get(part)):
            raise _bad(
                f"its '{part}' is not that of level '{level}' in form '{form}'",
                f"其“{part}”与“{level}”级、“{form}”形式不符",
            )


def _agrees(given: Any, expected: Any) -> bool:
    """Tell whether a part of the file says what it must; fields that only one library version knows do not count."""
    if isinstance(given, dict) and isinstance(expected, dict):
        both = given.keys() & expected.keys()
        return given.get("type") == expected.get("type") and all(_agrees(given[k], expected[k]) for k in both)
    if isinstance(given, list) and isinstance(expected, list):
        return len(given) == len(expected) and all(map(_agrees, given, expected))
    return type(given) is type(expected) and bool(given == expected)


def _bad(en: str, zh: str) -> BadCheckpoint:
    return BadCheckpoint(
        f"tokenizer.json cannot be used: {en}. Take the checkpoint from where it came again.",
        f"tokenizer.json 无法使用：{zh}。请重新获取这个检查点。",
    )
