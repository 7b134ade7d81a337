"""Checkpoints and models as rows of a table: plain values for page, command line and API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import LabError
from core.measures.results import ADAPTIVE
from core.models.registry import Registry
from core.settings import describe
from core.sharing.checkpoint import TOKENIZER, lacks_files, read_facts
from core.sharing.facts import CONFIG, Facts, damaged
from core.sharing.floor import floor_of
from core.sharing.folders import recover_all
from core.sharing.passages import passage_results

# Digits of a tokenizer's hash that tell it from the others.
_TOLD_APART = 16


def describe_models(registry: Registry) -> dict[str, Any]:
    """Return every model with its idea and settings, what all models share, and the broken plug-ins."""
    listed = []
    for name, plugin in registry.models.items():
        about = plugin.about
        listed.append(
            {
                "name": name,
                "title": {"en": about.title.en, "zh": about.title.in_language("zh")},
                "idea": {"en": about.idea.en, "zh": about.idea.in_language("zh")},
                "section": about.section,
                "normalised": about.normalised,
                "single_pass": plugin.Learner.single_pass,
                "epochs": plugin.Learner.usual_epochs,
                "settings": [each.as_json() for each in describe(plugin.Config)],
                "training": [each.as_json() for each in describe(plugin.Learner.Config)],
            }
        )
    shared = [each.as_json() for group in registry.shared for each in describe(group)]
    broken = [
        {"name": each.name, "reason": each.reason, "reason_zh": each.reason_zh or each.reason}
        for each in registry.broken.values()
    ]
    return {"models": listed, "shared": shared, "broken": broken}


def describe_checkpoints(folder: Path) -> list[dict[str, Any]]:
    """Return one row for every folder in ``folder``; one that cannot be read has the reason under ``error``."""
    if not folder.is_dir():
        return []
    recover_all(folder)
    found = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [describe_checkpoint(path) for path in found]


def describe_checkpoint(folder: Path) -> dict[str, Any]:
    """Return a checkpoint as one row; one that cannot be read has the reason under ``error``, by language."""
    try:
        return _row(folder)
    except Exception as error:  # noqa: BLE001 - the border: one damaged folder must not hide the others
        text = error.text if isinstance(error, LabError) else damaged(CONFIG, str(error), str(error)).text
        return {"name": folder.name, "error": {"en": text.en, "zh": text.in_language("zh")}}


def _row(folder: Path) -> dict[str, Any]:
    """Return a checkpoint's facts, train beside held-out."""
    facts = read_facts(folder)
    results = facts.results or {}
    train, held_out = results.get("train") or {}, results.get("held_out") or {}
    windows, adaptive = results.get("held_out_windows") or {}, results.get(ADAPTIVE) or {}
    return {
        "name": folder.name, "model": facts.model, "corpus": facts.corpus.get("name"),
        "language": facts.corpus.get("language"), "level": facts.text.get("level"), "form": facts.text.get("form"),
        "lines": bool(facts.corpus.get("lines")), "prefix": facts.corpus.get("prefix", ""),
        "vocab_size": facts.vocab_size, "parameters": facts.parameters,
        "seconds": None if facts.imported else facts.seconds,
        "bytes": sum(path.stat().st_size for path in folder.iterdir() if path.is_file()),
        "train_perplexity": train.get("perplexity"), "held_out_perplexity": held_out.get("perplexity"),
        "train_bits_per_char": train.get("bits_per_char"), "bits_per_char": held_out.get("bits_per_char"),
        "window": windows.get("window"), "windows_perplexity": windows.get("perplexity"),
        "windows_bits_per_char": windows.get("bits_per_char"), "passages": _passages(facts),
        "adaptive_perplexity": adaptive.get("perplexity"), "adaptive_bits_per_char": adaptive.get("bits_per_char"),
        "floor_perplexity": floor_of(facts.corpus, facts.text),
        "held_out_characters": facts.corpus.get("split", {}).get("held_out_characters"),
        "tokens_seen": facts.tokens_seen, "command": facts.command,
        "from": "local", "here": not lacks_files(folder), "finished": facts.results is not None,
        "refused": results.get("refused", ""), "tokenizer": facts.files.get(TOKENIZER, "")[:_TOLD_APART],
        "members": [{name: each[name] for name in ("name", "model", "weight")} for each in facts.members],
    }  # fmt: skip


def _passages(facts: Facts) -> list[dict[str, Any]]:
    """Return the held-out result of every passage: its name, its title by language, and its measures."""
    return [
        {name: each[name] for name in ("name", "title", "continued")}
        | {measure: each["measures"].get(measure) for measure in ("perplexity", "bits_per_char")}
        for each in passage_results(facts)
    ]
