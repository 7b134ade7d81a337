"""A trained model as a folder: the folder is also a repository on the Hugging Face Hub.

    config.json         which model, its settings, the text, how it was trained, its results, hashes of the other files
    model.safetensors   everything learned, as named arrays
    tokenizer.json      the tokenizer, readable by the `tokenizers` library
    history.jsonl       the events of training worth keeping, one a line
    README.md           the model card
    training_state.*    only while training: what a resumed run needs

Nothing here is ever unpickled, and nothing is believed before it is checked: a folder may come from anywhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import BadCheckpoint, BadText
from core.models.protocol import Array, LanguageModel
from core.models.registry import Registry
from core.settings import build
from core.sharing import tensors as tensor_files
from core.sharing.facts import CONFIG, Facts, damaged, parse_facts
from core.sharing.folders import recover, replace_folder
from core.sharing.member_facts import check_members, members_of
from core.text.preparation import TextSettings
from core.text.spelling import Spelling
from core.text.tokenizer import Tokenizer

MODEL, TOKENIZER, HISTORY, CARD = "model.safetensors", "tokenizer.json", "history.jsonl", "README.md"
STATE, STATE_TENSORS = "training_state.json", "training_state.safetensors"
NAMES = (CONFIG, MODEL, TOKENIZER, HISTORY, CARD)

# A config or tokenizer larger than this is not one of ours (bytes).
MOST_CONFIG, MOST_TOKENIZER = 4_000_000, 64_000_000
_SPELLING = "spelling."
# A pointer of git's large file storage stands where a clone left the file itself out.
_POINTER = b"version https://git-lfs.github.com/spec/"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint in memory, ready for use."""

    name: str
    folder: Path
    facts: Facts
    model: LanguageModel
    tokenizer: Tokenizer
    spelling: Spelling


@dataclass(frozen=True)
class TrainingState:
    """What lies in a folder beside the model while its training is not over."""

    progress: Mapping[str, Any]
    tensors: Mapping[str, Array]


def save_checkpoint(
    folder: Path,
    facts: Facts,
    model: LanguageModel,
    tokenizer: Tokenizer,
    spelling: Spelling,
    *,
    history: list[dict[str, Any]],
    card: str,
    state: TrainingState | None = None,
) -> Facts:
    """Write a checkpoint as a whole and return its facts with the hashes of its files.

    Floats are stored as ``facts.run["precision"]`` says; for float16 the model must have been rounded already.

    Raises:
        Failure: the disk is full or the place cannot be written; an earlier checkpoint there is whole.
    """
    half = facts.run.get("precision") == "float16" and state is None
    learned = {name: rounded(array) if half else array for name, array in model.tensors().items()}
    learned |= {_SPELLING + name: array for name, array in spelling.tensors().items()}
    files = {
        MODEL: tensor_files.pack(learned),
        TOKENIZER: tokenizer.to_json().encode(),
        HISTORY: "".join(json.dumps(event, ensure_ascii=False) + "\n" for event in history).encode(),
    }
    if state is not None:
        files[STATE_TENSORS] = tensor_files.pack(state.tensors)
        files[STATE] = json.dumps(state.progress, indent=1).encode()
    facts = replace(facts, files={name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())})
    files[CARD] = card.encode()
    files[CONFIG] = facts.as_bytes()
    replace_folder(folder, files)
    return facts


def fingerprint(facts: Facts) -> bytes:
    """Return what ties a coded file to the model that coded it: its kind, settings, tensors and tokenizer."""
    parts: list[Any] = [facts.model, dict(facts.settings), facts.files[MODEL], facts.files[TOKENIZER]]
    members = [[each["model"], dict(each["settings"])] for each in facts.members]
    return json.dumps([*parts, members] if members else parts).encode()


def rounded(array: Array) -> Array:
    """Return floats as float16; whole numbers stay as they are."""
    with np.errstate(over="ignore"):  # too large a number becomes infinite, which the caller looks for
        return array.astype(np.float16) if array.dtype == np.float32 else array


def widened(array: Array) -> Array:
    """Return float16 as float32; everything else stays as it is."""
    return array.astype(np.float32) if array.dtype == np.float16 else array


def read_facts(folder: Path) -> Facts:
    """Read a checkpoint's config.json without its numbers.

    Raises:
        BadCheckpoint: the file is missing, damaged, of a newer format, or lacks something.
    """
    recover(folder)
    return parse_facts(_read(folder, CONFIG, MOST_CONFIG))


def load_checkpoint(folder: Path, registry: Registry) -> Checkpoint:
    """Open a checkpoint: check everything, then load it.

    Raises:
        BadCheckpoint: something is missing, damaged, or does not fit together.
        UnknownName, BrokenPlugin: its model is not among the plug-ins here, or looks ahead.
        UnknownName, BadSetting: its settings are not the model's.
    """
    facts = read_facts(folder)
    plugin = registry.get(facts.model)
    tokenizer = load_tokenizer(folder, facts)
    model = plugin(build(plugin.Config, facts.settings), facts.vocab_size)
    model.take_members(members_of(facts, registry))
    arrays = load_tensors(folder, MODEL, facts)
    spelling = Spelling.from_tensors(
        {name.removeprefix(_SPELLING): arrays.pop(name) for name in list(arrays) if name.startswith(_SPELLING)}
    )
    model.load_tensors({name: widened(array) for name, array in arrays.items()})
    check_members(facts, model.members)
    registry.examine(model)
    return Checkpoint(folder.name, folder, facts, model, tokenizer, spelling)


def load_tokenizer(folder: Path, facts: Facts) -> Tokenizer:
    """Return a checkpoint's tokenizer.

    Raises:
        BadCheckpoint: it is missing, damaged, or another one's.
        UnknownName, BadSetting: its settings are not those of a text.
    """
    text = build(TextSettings, facts.text)
    tokenizer_file = _checked(folder, TOKENIZER, facts, MOST_TOKENIZER)
    lines = bool(facts.corpus.get("lines", False))
    try:
        tokenizer = Tokenizer.from_json(tokenizer_file.decode(), text.level, text.form, lines)
    except UnicodeDecodeError as error:
        raise damaged(TOKENIZER, "it is not UTF-8", "它不是 UTF-8") from error
    if tokenizer.vocab_size != facts.vocab_size:
        raise BadCheckpoint(
            f"The tokenizer has {tokenizer.vocab_size} tokens, config.json says {facts.vocab_size}: "
            "the files belong to different checkpoints. Take the checkpoint again.",
            f"分词器有 {tokenizer.vocab_size} 个词元，而 config.json 写的是 {facts.vocab_size}：文件来自不同的检查点，请重新获取。",
        )
    return tokenizer


def refuse_to_destroy(out: Path, replace: bool, resumable: bool = True) -> None:
    """Raise BadText where a new checkpoint would destroy something that nobody gave up.

    Args:
        out: its folder.
        replace: whether an earlier checkpoint there was given up.
        resumable: whether one could go on with the earlier one instead.
    """
    recover(out)
    if out.exists() and not out.is_dir():
        raise BadText(f"'{out}' is a file; a checkpoint takes a folder.", f"“{out}”是文件；检查点需要文件夹。")
    found = {path.name for path in out.iterdir()} if out.is_dir() else set()
    if not found <= {*NAMES, STATE, STATE_TENSORS}:
        raise BadText(
            f"'{out}' holds other files than a checkpoint's. Take an empty or new folder.",
            f"“{out}”中有不属于检查点的文件。请换用空的或新的文件夹。",
        )
    if CONFIG in found and not replace:
        go_on = ("--resume to go on with it, ", "用 --resume 继续训练，") if resumable else ("", "")
        raise BadText(
            f"'{out}' holds a checkpoint already. Use {go_on[0]}--replace to put the new one in its place, or another folder.",
            f"“{out}”中已有检查点。请{go_on[1]}用 --replace 替换，或换用新的文件夹。",
        )


def lacks_files(folder: Path) -> bool:
    """Return whether a checkpoint's folder is here without what makes it usable."""
    return (folder / CONFIG).is_file() and any(not is_whole(folder / file) for file in (MODEL, TOKENIZER))


def is_whole(path: Path) -> bool:
    """Return whether a file is here itself, not only a pointer to it."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_POINTER)) != _POINTER


def load_training_state(folder: Path, facts: Facts) -> TrainingState:
    """Read what an interrupted run left beside its model.

    Raises:
        BadCheckpoint: there is none (the run had ended), or it is damaged.
    """
    if not (folder / STATE).exists():
        raise BadCheckpoint(
            f"'{folder}' holds no interrupted run to go on with. Train into a new folder, without --resume.",
            f"“{folder}”中没有可继续的训练。请不带 --resume 训练到新的文件夹。",
        )
    content = _checked(folder, STATE, facts, MOST_CONFIG)
    try:
        progress = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise damaged(STATE, "it is not JSON", "它不是 JSON") from error
    return TrainingState(progress, load_tensors(folder, STATE_TENSORS, facts))


def read_history(folder: Path) -> list[dict[str, Any]]:
    """Return the events kept in a checkpoint; a line that is no JSON object is passed over."""
    path = folder / HISTORY
    if not path.exists():
        return []
    events = []
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict):
            events.append(event)
    return events


def load_tensors(folder: Path, name: str, facts: Facts) -> dict[str, Array]:
    """Return the arrays of a file whose hash is the one that config.json states.

    Raises:
        BadCheckpoint: it is missing, another file, or damaged.
    """
    path = folder / name
    if not path.is_file():
        raise _missing(folder, name)
    content = path.read_bytes()  # read once: what is checked is what is loaded
    check_hash(name, hashlib.sha256(content).hexdigest(), facts)
    return tensor_files.unpack(content, name)


def _checked(folder: Path, name: str, facts: Facts, most: int) -> bytes:
    content = _read(folder, name, most)
    check_hash(name, hashlib.sha256(content).hexdigest(), facts)
    return content


def check_hash(name: str, found: str, facts: Facts) -> None:
    """Raise BadCheckpoint unless ``found``, the SHA-256 of a file, is what config.json states of it."""
    if facts.files.get(name) != found:
        raise damaged(name, "its hash is not the one in config.json", "其哈希值与 config.json 不符")


def _read(folder: Path, name: str, most: int) -> bytes:
    """Return a file's bytes, refusing one that is missing or larger than ``most``."""
    path = folder / name
    if not path.is_file():
        raise _missing(folder, name)
    if path.stat().st_size > most:
        raise damaged(name, f"it is larger than {most:,} bytes", f"超过 {most:,} 字节")
    return path.read_bytes()


def _missing(folder: Path, name: str) -> BadCheckpoint:
    return BadCheckpoint(
        f"'{folder}' is no whole checkpoint: {name} is missing. Take the checkpoint again from its source.",
        f"“{folder}”不是完整的检查点：缺少 {name}。请重新获取。",
    )
