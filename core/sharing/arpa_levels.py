"""The n-grams of an ARPA file become the sorted levels of a tree: every one is found, once, behind its context.

What a file may lack are n-grams that longer ones end with: pruning leaves "of the sea" and drops "the sea". The tree does not
miss them. A context that is missing makes the whole file worthless, for nothing could be found behind it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from core.models.back_off_table import BackOffTable, Logarithms
from core.models.ngram_table import Integers
from core.sharing.arpa_lines import bad_line
from core.sharing.arpa_reading import ArpaFile
from core.sharing.arpa_rows import Section
from core.sharing.arpa_vocabulary import Reading

Keys = npt.NDArray[np.int64]


def table_of(file: ArpaFile, reading: Reading) -> BackOffTable:
    """Return the numbers of a file as a table over the ids of its tokenizer.

    Raises:
        BadText: an n-gram is listed twice, or its context is not listed at all.
    """
    size = reading.framing.table_size
    log_probs, weights = _single(file.sections[0], reading)
    levels: list[Keys] = []  # keys of each length from 2 on: context's node * size + last id, ascending
    lasts: list[Integers] = [np.arange(size)]
    children: list[Integers] = []
    all_log_probs: list[Logarithms] = [log_probs]
    all_weights: list[Logarithms] = [weights]
    for length, section in enumerate(file.sections[1:], start=2):
        ids = reading.ids[section.ids]
        contexts = _contexts(ids, levels, size)
        _check_found(section, contexts, length)
        keys = contexts * size + ids[:, -1]
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        _check_single(section, keys, order, length)
        levels.append(keys)
        children.append(np.bincount(contexts, minlength=len(lasts[-1])))
        lasts.append(keys % size)
        all_log_probs.append(section.log_probs[order])
        all_weights.append(section.weights[order])
    children.append(np.zeros(len(lasts[-1]), dtype=np.int64))
    return BackOffTable.of_levels(reading.framing, lasts, children, all_log_probs, all_weights[:-1])


def _single(section: Section, reading: Reading) -> tuple[Logarithms, Logarithms]:
    """Return probabilities and weights of all ids; one that the file does not list is impossible and leaves all."""
    known = reading.ids >= 0
    log_probs = np.full(reading.framing.table_size, -np.inf)
    weights = np.zeros(reading.framing.table_size)
    log_probs[reading.ids[known]] = section.log_probs[known]  # words are numbered in the order of their lines
    weights[reading.ids[known]] = section.weights[known]
    return log_probs, weights


def _contexts(ids: npt.NDArray[np.int64], levels: list[Keys], size: int) -> Keys:
    """Return the node of each n-gram's context, -1 where it is not listed.

    Lines with one context mostly stand together: each run of them is looked up once.
    """
    new = np.ones(len(ids), dtype=bool)
    new[1:] = (ids[1:, :-1] != ids[:-1, :-1]).any(axis=1)
    nodes = ids[new, 0]
    for keys, column in zip(levels, ids[new, 1:-1].T, strict=True):
        wanted = nodes * size + column  # negative where the node is -1
        at = np.minimum(np.searchsorted(keys, wanted), max(0, len(keys) - 1))
        nodes = np.where(keys[at] == wanted, at, -1) if len(keys) else np.full(len(wanted), -1)
    contexts: Keys = nodes[np.cumsum(new) - 1]
    return contexts


def _check_found(section: Section, contexts: Keys, length: int) -> None:
    missing = np.flatnonzero(contexts < 0)
    if len(missing):
        raise bad_line(
            int(section.lines[missing[0]]), f"the first {length - 1} words of this {length}-gram are not among the {length - 1}-grams",
            f"该 {length} 元组的前 {length - 1} 个词不在 {length - 1} 元组之中",
        )  # fmt: skip


def _check_single(section: Section, keys: Keys, order: Keys, length: int) -> None:
    twice = np.flatnonzero(keys[1:] == keys[:-1])
    if len(twice):
        second = int(section.lines[order[twice + 1]].min())
        raise bad_line(second, f"this {length}-gram is listed a second time", f"该 {length} 元组重复列出")
