"""Exchange with KenLM, SRILM and others: a checkpoint as an ARPA file, and an ARPA file as a checkpoint.

An imported model is a checkpoint like any other; but nobody here knows what it was learned from, so its card claims no results
and says which file it is from instead.
"""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BadText, Refused
from core.language import both
from core.models.back_off_table import BackOffTable
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.settings import to_json
from core.sharing.arpa_levels import table_of
from core.sharing.arpa_reading import read_arpa
from core.sharing.arpa_vocabulary import reading_of
from core.sharing.arpa_writing import arpa_names, arpa_parts, num_listed
from core.sharing.card import write_card
from core.sharing.checkpoint import MOST_TOKENIZER, Checkpoint, refuse_to_destroy, save_checkpoint
from core.sharing.facts import Facts
from core.sharing.folders import write_parts
from core.text.corpus import Card, guess_language
from core.text.download import Progress
from core.text.preparation import TextSettings
from core.text.spelling import Spelling
from core.text.tokenizer import Tokenizer

Json = dict[str, Any]

_NO_RESULTS = both(
    "The model was imported from an ARPA file, which does not say what text it was learned from.",
    "该模型导入自 ARPA 文件，文件中没有说明它学自什么文本。",
)


def export_arpa(opened: Checkpoint, file: Path) -> Json:
    """Write a checkpoint's model as an ARPA file.

    Returns:
        ``checkpoint``, ``file``, ``order``, ``ngrams`` (how many of each length) and ``bytes``.

    Raises:
        Refused: the model is no list of n-grams and back-off weights.
        Failure: the disk is full or the place cannot be written; no half of a file is left.
    """
    table = opened.model.back_off_table()
    if table is None:
        raise Refused(
            f"'{opened.name}' cannot be written as n-grams with back-off weights: a recurrent model has none, and add-k smoothing "
            "gives the same to all unseen words, whatever a shorter context says. Export an n-gram model of another smoothing.",
            f"“{opened.name}”不能写成带回退权重的 n 元组：循环模型没有 n 元组，而加 k 平滑给所有未见词同样的份额，与较短的上下文无关。"
            "请导出使用其他平滑方法的 n 元语法模型。",
        )
    names = arpa_names(opened.tokenizer, table.framing)
    size = write_parts(file, arpa_parts(table, names))
    return {
        "checkpoint": opened.name, "file": str(file), "order": table.order, "ngrams": num_listed(table, names), "bytes": size,
    }  # fmt: skip


def import_arpa(
    registry: Registry, file: Path, out: Path, replace: bool = False, progress: Progress | None = None
) -> Json:
    """Make a checkpoint of an ARPA file, packed by gzip or plain.

    Args:
        registry: the models, one of which keeps such a list.
        file: of KenLM, SRILM, this program or another.
        out: the checkpoint's folder.
        replace: let it take the place of a checkpoint there.
        progress: told how many bytes of the file have been read; it may raise to stop.

    Returns:
        ``checkpoint``, ``folder``, ``order``, ``ngrams``, ``level``, ``form``, ``lines``, ``vocab_size``, ``normalised``, ``sha256``.

    Raises:
        BadText: the file is malformed, with the number of the line; or something else stands in ``out``.
        Refused: no model here can keep it.
    """
    refuse_to_destroy(out, replace, resumable=False)
    arpa = read_arpa(file, progress)
    reading = reading_of(arpa)
    tokenizer, table = reading.tokenizer, table_of(arpa, reading)
    model = _model_of(registry, table)
    _check_size(tokenizer)
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    facts = _facts(model, table, tokenizer, file, out, sha256)
    card = write_card(out.name, model.about, facts)
    facts = save_checkpoint(out, facts, model, tokenizer, Spelling.of([]), history=[], card=card)
    return {
        "checkpoint": out.name, "folder": str(out), "order": len(arpa.sections),
        "ngrams": [len(section.lines) for section in arpa.sections], "level": tokenizer.level, "form": tokenizer.form,
        "lines": tokenizer.lines, "vocab_size": tokenizer.vocab_size, "normalised": facts.normalised, "sha256": sha256,
    }  # fmt: skip


def _model_of(registry: Registry, table: BackOffTable) -> LanguageModel:
    """Return a model that answers from the table, of whichever plug-in keeps one."""
    for plugin in registry.models.values():
        model = plugin.of_back_off_table(table)
        if model is not None:
            return model
    raise Refused(
        "No plug-in here keeps a list of n-grams. Put arpa.py, which ships with the program, back into the folder of plug-ins.",
        "这里没有能保存 n 元组列表的插件。请把随程序附带的 arpa.py 放回插件文件夹。",
    )


def _check_size(tokenizer: Tokenizer) -> None:
    """Raise BadText for a vocabulary that could not be opened again."""
    size = len(tokenizer.to_json().encode())
    if size > MOST_TOKENIZER:
        raise BadText(
            f"The ARPA file has {tokenizer.vocab_size:,} words, more than a checkpoint's tokenizer.json may hold ({MOST_TOKENIZER:,} bytes). "
            "Import a model with a smaller vocabulary.",
            f"该 ARPA 文件有 {tokenizer.vocab_size:,} 个词，超出检查点的 tokenizer.json 的上限（{MOST_TOKENIZER:,} 字节）。请导入词表较小的模型。",
        )


def _facts(
    model: LanguageModel, table: BackOffTable, tokenizer: Tokenizer, file: Path, out: Path, sha256: str
) -> Facts:
    """Return what config.json will say: what is known, and that the text is not."""
    language = guess_language("".join(tokenizer.tokens))
    corpus = Card(file.name, both(file.name), language, "unknown", "unknown", "", tokenizer.lines, 0).as_json()
    corpus |= {"sha256": None, "prefix": _prefix(table, tokenizer), "imported": {"file": file.name, "sha256": sha256}}
    text = TextSettings(level=tokenizer.level, form=tokenizer.form, lines="lines" if tokenizer.lines else "text")
    command = ["python", "-m", "core", "import-arpa", file.name, f"checkpoints/{out.name}"]
    return Facts(
        model=model.about.name, settings=to_json(model.config), training={}, run={"precision": "float32"}, text=to_json(text),
        vocab_size=tokenizer.vocab_size, parameters=model.num_parameters, corpus=corpus,
        results={"refused": _NO_RESULTS.en, "refused_zh": _NO_RESULTS.zh}, command=shlex.join(command),
        normalised=model.normalised,
    )  # fmt: skip


def _prefix(table: BackOffTable, tokenizer: Tokenizer) -> str:
    """Return a proposal to begin with: the likeliest word of letters; nothing for line models."""
    if tokenizer.lines:
        return ""
    likeliest = np.argsort(-table.log_probs[0][: tokenizer.vocab_size], kind="stable")
    words = (tokenizer.tokens[id_].strip() for id_ in likeliest)
    return next((word for word in words if word.isalpha()), "")
