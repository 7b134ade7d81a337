"""The model card: a checkpoint's README.md, written from its facts and from nothing else."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any

from core.measures.results import ADAPTIVE
from core.models.members import is_call
from core.models.protocol import About
from core.sharing.facts import Facts
from core.sharing.floor import above, floor_of
from core.sharing.passages import passage_results

_PROTOCOLS = {
    "stream": "read once from the first token to the last, the state carried",
    "lines": "line by line, every line from the initial state",
    "adaptive": "once, learning from it while reading: compares with no other line",
    "windows": "consecutive windows of {window} tokens, each from the initial state",
}
# Passages follow the windows in the table, so their rows say which reading they are of.
_PASSAGE = "once from the first token to the last: what stands in {title}"

# The measures in the table of results, and what stands there for a perplexity without end.
COLUMNS = ("perplexity", "bits per character", "tokens scored", "unknown")
INFINITE = "infinite"

# What is added where the weights depend on the context; and a share that is only rounding.
_GATED = "They depend on the context: a gate finds them after every token, and the table has their means over the text that it was fitted on."
_ROUNDED = 1e-9

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
    parts = [
        f"---\n{_front_matter(name, facts)}\n---",
        f"# {name}",
        f"{about.title.en}, {_origin(facts)} ({facts.text['level']} tokens). {about.idea.en} ({about.section})",
        "## Results\n\n" + results_table(facts),
        *_floor(facts),
        *(["## Members\n\n" + _members(facts)] if facts.members else []),
        _made(facts),
        "## Text\n\n" + _corpus(facts.corpus),
        "## Use\n\n" + _use(word or name, facts),
        "## Limits\n\nA small model for learning how language models work: it has seen one text, knows nothing of the "
        "world, and its output means nothing beyond that.",
    ]
    return "\n\n".join(parts) + "\n"


def _origin(facts: Facts) -> str:
    """Return what a model was learned from, or imported from."""
    if facts.imported:
        return f"imported from the ARPA file `{facts.imported['file']}`"
    return f"trained on *{facts.corpus.get('title', {}).get('en') or facts.corpus.get('name', '')}*"


def _use(word: str, facts: Facts) -> str:
    """Return how to use the checkpoint, on the command line and from Python."""
    prefix = str(facts.corpus.get("prefix", "")).partition("```")[0]  # which would end the block
    return (
        "In a checkout of Unroll:\n\n"
        f"```\npython -m core generate {word} --prefix {shlex.quote(prefix)} --tokens 200 --seed 0\n"
        + ("```\n\n" if facts.imported else f"python -m core verify {word}\n```\n\n")
        + "From Python, there:\n\n"
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
        for label, kind, measure, value in expected_results(facts)
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
    others = [each["licence"] for each in facts.members if not is_call(each["name"])]
    others += [facts.weights_from["licence"]] if facts.weights_from else []
    return "cc0-1.0" if all(licence in _FREE for licence in [facts.corpus.get("licence"), *others]) else None


def expected_results(facts: Facts) -> list[tuple[str, str, str, float]]:
    """Return the results that should stand in a card's model-index: part, kind of measure, its name, value (4 decimals)."""
    stated = []
    for part, label in (("train", "train"), ("held_out", "held-out")):
        measures = (facts.results or {}).get(part) or {}
        for kind, measure in (("perplexity", "perplexity"), ("bits_per_char", "bits per character")):
            value = measures.get(kind)
            if value is not None:
                stated.append((label, kind, measure, round(value, 4)))
    return stated


def results_table(facts: Facts) -> str:
    """Return the results as a table in Markdown, or why there are none."""
    results = facts.results
    if results is None:
        return "The training was stopped before its end; nothing has been measured."
    if "refused" in results:
        return str(results["refused"])
    lines = ["| text | read | " + " | ".join(COLUMNS) + " |", "|---|---|---|---|---|---|"]
    for part, label in (
        ("train", "train"), ("validation", "validation"), ("held_out", "held-out"), ("held_out_windows", "held-out"),
    ):  # fmt: skip
        if (score := results.get(part)) is not None:
            how = _PROTOCOLS[score["protocol"]].format(window=score.get("window"))
            lines.append(_results_row(label, how, score))
    for each in passage_results(facts):
        title = f"*{each['title']['en']}*"
        how = _PASSAGE.format(title=f"the rest of {title}" if each["continued"] else title)
        lines.append(_results_row(f"held-out: {each['name']}", how, each["measures"]))
    if (score := results.get(ADAPTIVE)) is not None:
        lines.append(_results_row("held-out, adaptive", _PROTOCOLS[score["protocol"]], score))
    return "\n".join(lines)


def _floor(facts: Facts) -> list[str]:
    """Return how far a model of a generated text is above what is possible; nothing for other texts."""
    floor, held_out = floor_of(facts.corpus, facts.text), (facts.results or {}).get("held_out") or {}
    if floor is None or held_out.get("perplexity") is None:
        return []
    return [
        f"The text was generated, and the entropy of its source is known: no model has a perplexity below {floor:.4f} but by chance."
        f" This one, on the held-out text, is {above(held_out['perplexity'], floor):+.2%} from that floor."
    ]


def _results_row(label: str, how: str, score: Mapping[str, Any]) -> str:
    return (
        f"| {label} | {how} | {_number(score['perplexity'])} | {_number(score['bits_per_char'])} "
        f"| {score['scored']:,} | {score['unknown']:,} |"
    )


def _number(value: float | None) -> str:
    return INFINITE if value is None else f"{value:.4f}"


def _members(facts: Facts) -> str:
    """Return the members of a model made of models, each with its share, and which figures are to be taken with care."""
    lines = ["| member | model | learned from | weight |", "|---|---|---|---|"]
    for each in facts.members:
        learned = "this text, on the spot" if is_call(each["name"]) else f"*{each['corpus'] or 'not stated'}*"
        lines.append(f"| `{each['name']}` | {each['model']} | {learned} | {each['weight']:.4f} |")
    together = 1 - sum(each["weight"] for each in facts.members)
    if together > _ROUNDED:
        lines.append(f"| all of them, their geometric mean | | | {together:.4f} |")
    told = _of_the_weights(facts, gated=together > _ROUNDED)
    if seen := [f"`{each['name']}`" for each in facts.members if each["seen"]]:
        told += f" {', '.join(seen)} had learned from that tenth: figures of it are not those of an unseen text."
    if unknown := [f"`{each['name']}`" for each in facts.members if not is_call(each["name"]) and not each["corpus"]]:
        told += f" What {', '.join(unknown)} learned from is not known: it may have been this text, and then no figure here means much."
    return "\n".join(lines) + f"\n\n{told} The members stand in this checkpoint; it needs no other."


def _of_the_weights(facts: Facts, gated: bool) -> str:
    """Return where the weights come from."""
    if taken := facts.weights_from:
        return (
            f"The weights were taken over from `{taken['name']}`, a mixture of such members that had learned less of *{taken['corpus']}*;"
            f" it was made by\n\n```\n{taken['command']}\n```\n\n" + (_GATED if gated else "")
        ).strip()
    if not gated and len({each["weight"] for each in facts.members}) == 1:
        return "The weights are even."
    told = (
        "The weights are those under which the last tenth of the training part is likeliest, which no member is known to have"
        " learned from when they were fitted."
    )
    return f"{told} {_GATED}" if gated else told


def _made(facts: Facts) -> str:
    """Return how the model was made, under its heading."""
    if not facts.imported:
        return "## Trained with\n\n" + _training(facts)
    return (
        f"## Imported with\n\n```\n{facts.command}\n```\n\n{facts.parameters:,} n-grams are listed. The file's SHA-256 is "
        f"`{facts.imported['sha256']}`; what it was learned from, it does not say."
    )


def _training(facts: Facts) -> str:
    held = facts.training.get("validation")
    part = (
        "The last tenth of the training part was held back as validation part, to watch the curve by."
        if held
        else "The run took the whole training part: nothing was held back from it, and nothing was chosen by watching."
    )
    if facts.members:
        part = "The last tenth of the training part was held back." if held else "The run took the whole training part."
    return (
        f"```\n{facts.command}\n```\n\n{facts.parameters:,} learned numbers ({facts.run['precision']}), "
        f"{facts.tokens_seen:,} tokens seen, {facts.seconds:.0f} s. {part} The held-out part was read once, at the end."
    )


def _corpus(corpus: Mapping[str, Any]) -> str:
    split = corpus.get("split", {})
    rows = [
        ("source", corpus.get("source")), ("licence", corpus.get("licence")),
        ("SHA-256", corpus.get("sha256") and f"`{corpus['sha256']}`"), ("split", split.get("rule")), ("first tokens only", split.get("max_tokens")),
    ]  # fmt: skip
    return "\n".join(f"- {name}: {value}" for name, value in rows if value)
