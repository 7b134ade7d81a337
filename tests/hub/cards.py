"""Model cards as the Hub reads them: the YAML between two lines of dashes at the top of README.md, and the tags from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml  # type: ignore[import-untyped] # comes with huggingface_hub

from tests.hub.repositories import Commit, Kind

FRONT_MATTER = re.compile(r"\A---\r?\n(.*?)\r?\n?---\r?(?:\n|\Z)", re.DOTALL)
MAX_SHORT_DESCRIPTION = 60
SDKS = ("gradio", "streamlit", "docker", "static")
COLOURS = ("red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray")


def card_of(commit: Commit) -> dict[str, Any] | None:
    """Return the front matter of a commit's README.md, None where there is none that can be read."""
    readme = commit.files.get("README.md")
    if readme is None:
        return None
    try:
        return front_matter(readme.content.decode("utf-8", "replace"))
    except yaml.YAMLError:
        return None


def front_matter(text: str) -> dict[str, Any] | None:
    """Return the front matter of a text.

    >>> front_matter("---\\ntags: [a]\\n---\\n# Title")
    {'tags': ['a']}
    >>> front_matter("# Title") is None
    True
    """
    found = FRONT_MATTER.match(text)
    data = yaml.safe_load(found.group(1)) if found else None
    return data if isinstance(data, dict) else None


def tags_of(commit: Commit) -> list[str]:
    """Return the tags of the card and those that the Hub adds: library, task, language, license, data sets, weights."""
    card = card_of(commit) or {}
    weights = ["safetensors"] if any(path.endswith(".safetensors") for path in commit.files) else []
    named = [card[key] for key in ("library_name", "pipeline_tag") if isinstance(card.get(key), str)]
    datasets = [f"dataset:{name}" for name in _as_list(card.get("datasets"))]
    licenses = [f"license:{card['license']}"] if "license" in card else []
    results = ["model-index"] if "model-index" in card else []
    languages = _as_list(card.get("language"))
    every = [*named, *weights, *_as_list(card.get("tags")), *languages, *datasets, *licenses, *results, "region:us"]
    return list(dict.fromkeys(every))


def _as_list(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [value] if isinstance(value, str) else []


def complaints(text: str, kind: Kind) -> list[str]:
    """Return what the Hub would refuse in the front matter of a README.md; nothing where there is none."""
    try:
        card = front_matter(text)
    except yaml.YAMLError as problem:
        return [f"bad YAML: {problem}"]
    if card is None:
        return []
    return [*_complaints_about_results(card), *(_complaints_about_space(card) if kind == "space" else [])]


def _complaints_about_results(card: Mapping[str, Any]) -> list[str]:
    """A result needs a task, a data set, and metrics, each with its `type`."""
    found = []
    for result in [result for model in card.get("model-index") or [] for result in model.get("results", [])]:
        parts = {"task": result.get("task"), "dataset": result.get("dataset")}
        parts |= {f"metrics[{place}]": metric for place, metric in enumerate(result.get("metrics") or [])}
        found += [f'"model-index" needs "{name}.type"' for name, part in parts.items() if "type" not in (part or {})]
    return found


def _complaints_about_space(card: Mapping[str, Any]) -> list[str]:
    found = []
    if card.get("sdk") not in SDKS:
        found.append(f'"sdk" must be one of [{", ".join(SDKS)}]')
    for name in ("colorFrom", "colorTo"):
        if name in card and card[name] not in COLOURS:
            found.append(f'"{name}" must be one of [{", ".join(COLOURS)}]')
    if len(str(card.get("short_description", ""))) > MAX_SHORT_DESCRIPTION:
        found.append('"short_description" length must be less than or equal to 60 characters long')
    return found
