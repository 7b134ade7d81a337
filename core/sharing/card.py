"""The model card: a checkpoint's README.md, written from its facts and from nothing else."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

from core.models.protocol import About
from core.sharing.facts import Facts

_PROTOCOLS = {
    "stream": "read once from the first token to the last, the state carried",
    "lines": "line by line, every line from the initial state",
    "windows": "consecutive windows of {window} tokens, each from the initial state",
}


def write_card(name: str, about: About, facts: Facts) -> str:
    """Return the card of a checkpoint as Markdown with a Hub repository's front matter."""
    corpus = facts.corpus
    title = corpus.get("title", {}).get("en") or corpus.get("name", "")
    parts = [
        f"---\n{_front_matter(name, facts)}\n---",
        f"# {name}",
        f"{about.title.en}, trained on *{title}* ({facts.text['level']} tokens). {about.idea.en} ({about.section})",
        "## Results\n\n" + _results(facts),
        "## Trained with\n\n" + _training(facts),
        "## Text\n\n" + _corpus(corpus),
        "## Use\n\nIn a checkout of Unroll:\n\n"
        f"```\npython -m core generate {name} --prefix {_prefix(facts)} --tokens 200 --seed 0\n"
        f"python -m core verify {name}\n```",
        "## Limits\n\nA small model for learning how language models work: it has seen one text, knows nothing of the "
        "world, and its output means nothing beyond that.",
    ]
    return "\n\n".join(parts) + "\n"


def _front_matter(name: str, facts: Facts) -> str:
    from huggingface_hub import EvalResult, ModelCardData

    title = str(facts.corpus.get("name", "text"))
    results = []
    for part in ("train", "held_out"):
        value = ((facts.results or {}).get(part) or {}).get("perplexity")
        if value is not None:
            label = part.replace("_", "-")
            result = EvalResult(
                task_type="text-generation",
                dataset_type=title,
                dataset_name=f"{title} ({label})",
                metric_type="perplexity",
                metric_name=f"{label} perplexity",
                metric_value=round(value, 4),
            )
            results.append(result)
    data = ModelCardData(
        model_name=name, language=facts.corpus.get("language"), library_name="unroll", pipeline_tag="text-generation",
        tags=["unroll", facts.model, str(facts.text["level"])], eval_results=results or None, license="cc0-1.0",
    )  # fmt: skip
    return str(data.to_yaml()).strip()


def _results(facts: Facts) -> str:
    results = facts.results
    if results is None:
        return "The training was stopped before its end; nothing has been measured."
    if "refused" in results:
        return str(results["refused"])
    lines = ["| text | read | perplexity | bits per character | tokens scored | unknown |", "|---|---|---|---|---|---|"]
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


def _prefix(facts: Facts) -> str:
    return shlex.quote(str(facts.corpus.get("prefix", "")))
