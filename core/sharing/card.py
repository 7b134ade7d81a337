"""The model card: a checkpoint's README.md, written from its facts and from nothing else."""

from __future__ import annotations

import json
import math
import re
import shlex
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from core.models.protocol import About
from core.sharing.facts import Facts

_PROTOCOLS = {
    "stream": "read once from the first token to the last, the state carried",
    "lines": "line by line, every line from the initial state",
    "windows": "consecutive windows of {window} tokens, each from the initial state",
}


# What is read of a card that somebody else may have written: characters of its front matter, results in it.
_MOST_FRONT, _MOST_STATED = 100_000, 200
_LONGEST_NAME = 60
_COLUMNS = ("perplexity", "bits per character", "tokens scored", "unknown")
_FRONT = re.compile(r"---\s*\n(.*?)\n---", re.DOTALL)

# Licences of texts whose models may be anybody's.
_FREE = ("public domain", "CC0", "MIT")


def write_card(name: str, about: About, facts: Facts, word: str = "") -> str:
    """Return the card of a checkpoint as Markdown with a Hub repository's front matter.

    Args:
        name: of the checkpoint.
        about: its model.
        facts: what config.json says.
        word: what the checkpoint is called in commands and calls where that is not ``name``: ``hub:OWNER/NAME``.
    """
    corpus = facts.corpus
    title = corpus.get("title", {}).get("en") or corpus.get("name", "")
    parts = [
        f"---\n{_front_matter(name, facts)}\n---",
        f"# {name}",
        f"{about.title.en}, trained on *{title}* ({facts.text['level']} tokens). {about.idea.en} ({about.section})",
        "## Results\n\n" + results_table(facts),
        "## Trained with\n\n" + _training(facts),
        "## Text\n\n" + _corpus(corpus),
        "## Use\n\n" + _use(word or name, facts),
        "## Limits\n\nA small model for learning how language models work: it has seen one text, knows nothing of the "
        "world, and its output means nothing beyond that.",
    ]
    return "\n\n".join(parts) + "\n"


def _use(word: str, facts: Facts) -> str:
    """Return how to use the checkpoint, on the command line and from Python."""
    prefix = str(facts.corpus.get("prefix", "")).partition("```")[0]  # which would end the block
    return (
        "In a checkout of Unroll:\n\n"
        f"```\npython -m core generate {word} --prefix {shlex.quote(prefix)} --tokens 200 --seed 0\n"
        f"python -m core verify {word}\n```\n\n"
        "From Python, there:\n\n"
        f"```python\nfrom core.lab import Lab\n\nopened = Lab().open({json.dumps(word)})\n"
        f'print(opened.generate({json.dumps(prefix, ensure_ascii=False)}, {{"tokens": 200, "seed": 0}})["text"])\n```'
    )


def _front_matter(name: str, facts: Facts) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    title = str(facts.corpus.get("name", "text"))
    results = [
        EvalResult(
            task_type="text-generation", dataset_type=title, dataset_name=f"{title} ({label})", metric_type=kind,
            metric_name=f"{label} {measure}", metric_value=value,
        )
        for label, kind, measure, value in card_results(facts)
    ]  # fmt: skip
    data = ModelCardData(
        model_name=name, language=facts.corpus.get("language"), library_name="unroll", pipeline_tag="text-generation",
        tags=_tags(facts), eval_results=results or None, license=_licence(facts),
    )  # fmt: skip
    return str(data.to_yaml()).strip()


def _tags(facts: Facts) -> list[str]:
    """Return the tags of a card; the gallery finds the model's name right behind the first."""
    language = facts.corpus.get("language")
    return ["unroll", facts.model, str(facts.text["level"]), *([str(language)] if language else [])]


def _licence(facts: Facts) -> str | None:
    """Return the licence of the learned numbers: free where the text is nobody's, else for its owner to say."""
    return "cc0-1.0" if facts.corpus.get("licence") in _FREE else None


def card_results(facts: Facts) -> list[tuple[str, str, str, float]]:
    """Return the results that a card's model-index states: part, kind of measure, its name, value (4 decimals)."""
    stated = []
    for part, label in (("train", "train"), ("held_out", "held-out")):
        measures = (facts.results or {}).get(part) or {}
        for kind, measure in (("perplexity", "perplexity"), ("bits_per_char", "bits per character")):
            value = measures.get(kind)
            if value is not None:
                stated.append((label, kind, measure, round(value, 4)))
    return stated


def results_of_card(text: str) -> list[tuple[str, float]]:
    """Return the results that a card's model-index states, in order; none where it cannot be read.

    A name may stand there twice, and a value that is no number is NaN.
    """
    from yaml import YAMLError, safe_load  # what huggingface_hub reads and writes the front matter with

    front = _FRONT.match(text[:_MOST_FRONT])
    try:
        stated = stated_results(safe_load(front[1]) if front else None)
    except (ValueError, YAMLError, RecursionError):
        return []
    return [(name, as_number(value)) for name, value, _ in islice(stated, _MOST_STATED)]


def stated_results(card: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, value and text of each result in a card's front matter; what has another form is passed over."""
    for model in _items(card, "model-index"):
        for result in _items(model, "results"):
            for metric in _items(result, "metrics"):
                name = _entry(metric, "name") or _entry(metric, "type")
                name = name[:_LONGEST_NAME] if isinstance(name, str) else "?"
                yield name, _entry(metric, "value"), _entry(_entry(result, "dataset"), "type")


def _entry(thing: Any, key: str) -> Any:
    return thing.get(key) if isinstance(thing, dict) else None


def _items(thing: Any, key: str) -> list[Any]:
    found = _entry(thing, key)
    return found if isinstance(found, list) else []


def as_number(value: Any) -> float:
    """Return a number of a card; NaN for anything else."""
    try:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


def table_of_card(text: str) -> list[tuple[str, float | None]]:
    """Return the figures of the table under a card's heading "Results", row by row: part and measure, value."""
    section = text.partition("## Results\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        (f"{row[0][:_LONGEST_NAME]} {measure}", _read_number(cell))
        for row in rows[2:]  # below the headings
        for measure, cell in zip(_COLUMNS, row[2:], strict=False)
    ]


def _read_number(cell: str) -> float | None:
    """Return what `_number` wrote."""
    try:
        return None if cell == "infinite" else float(cell.replace(",", ""))
    except ValueError:
        return math.nan


def results_table(facts: Facts) -> str:
    """Return the results as a table in Markdown, or why there are none."""
    results = facts.results
    if results is None:
        return "The training was stopped before its end; nothing has been measured."
    if "refused" in results:
        return str(results["refused"])
    lines = ["| text | read | " + " | ".join(_COLUMNS) + " |", "|---|---|---|---|---|---|"]
    for part, label in (
        ("train", "train"), ("validation", "validation"), ("held_out", "held-out"), ("held_out_windows", "held-out"),
    ):  # fmt: skip
        score = results.get(part)
        if score is not None:
            how = _PROTOCOLS[score["protocol"]].format(window=score.get("window"))
            lines.append(
                f"| {label} | {how} | {_number(score['perplexity'])} | {_number(score['bits_per_char'])} "
                f"| {score['scored']:,} | {score['unknown']:,} |"
            )
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "infinite" if value is None else f"{value:.4f}"


def _training(facts: Facts) -> str:
    held = facts.training.get("validation")
    part = (
        "The last tenth of the training part was held back as validation part, to watch the curve by."
        if held
        else "The run took the whole training part: nothing was held back from it, and nothing was chosen by watching."
    )
    return (
        f"```\n{facts.command}\n```\n\n{facts.parameters:,} learned numbers ({facts.run['precision']}), "
        f"{facts.tokens_seen:,} tokens seen, {facts.seconds:.0f} s. {part} The held-out part was read once, at the end."
    )


def _corpus(corpus: Mapping[str, Any]) -> str:
    split = corpus.get("split", {})
    rows = [
        ("source", corpus.get("source")), ("licence", corpus.get("licence")),
        ("SHA-256", f"`{corpus.get('sha256')}`"), ("split", split.get("rule")), ("first tokens only", split.get("max_tokens")),
    ]  # fmt: skip
    return "\n".join(f"- {name}: {value}" for name, value in rows if value)
