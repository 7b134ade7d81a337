"""How results look in a terminal. Each function takes what the Lab returned and prints it for a person."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

Json = dict[str, Any]


def show(result: Any, json_wanted: bool, printer: Callable[[Any], None]) -> int:
    """Print a result as JSON or for a person; return exit status 0."""
    if json_wanted:
        print_json(result)
    else:
        printer(result)
    return 0


def show_each(results: Iterator[Any], json_wanted: bool, printer: Callable[[Any], None]) -> int:
    """Print results as they come, or all of them as one JSON document; return exit status 0."""
    if json_wanted:
        print_json(list(results))
    else:
        for result in results:
            printer(result)
    return 0


def print_json(result: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(result, ensure_ascii=False, allow_nan=False))


def table(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under headings, columns as wide as they need to be."""
    lines = [[_plain(str(cell)) for cell in row] for row in (headings, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _plain(text: str) -> str:
    """Return the text without characters that would command the terminal."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def number(value: float | None, missing: str = "infinite") -> str:
    """Return a measure with four significant figures."""
    return missing if value is None else f"{value:.4g}" if value < 1000 else f"{value:,.0f}"


# Listings


def models(result: Json) -> None:
    """Print every model with its settings."""
    for model in result["models"]:
        print(f"{model['name']}  -  {model['title']['en']}  ({model['section']})")
        print(f"    {model['idea']['en']}")
        _settings([*model["settings"], *model["training"]])
    print("every model")
    _settings(result["shared"])
    for broken in result["broken"]:
        print(f"\nBROKEN  {broken['name']}: {broken['reason']}")


def _settings(settings: list[Json]) -> None:
    for each in settings:
        allowed = (
            "|".join(map(str, each["choices"])) if each["choices"] else f"{_end(each['low'])}..{_end(each['high'])}"
        )
        allowed = "true|false" if each["kind"] == "bool" else allowed
        print(f"    --set {each['name']}={each['default']}  [{allowed}]  {each['help']['en']}")
    print()


def _end(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def corpora(result: list[Json]) -> None:
    """Print every named text and where it is."""
    rows = [(c["name"], c["language"], f"{c['characters']:,}", c["place"], c["title"]["en"]) for c in result]
    table(("name", "language", "characters", "place", "title"), rows)
    if known := [f"{c['name']} {math.exp(c['known']['entropy_nats'][0]):.4f}" for c in result if c.get("known")]:
        print(f"The entropy of the generated ones is known; no model has a perplexity below exp(H): {', '.join(known)}")


def checkpoints(result: list[Json]) -> None:
    """Print every checkpoint, train beside held-out."""
    rows: list[Sequence[object]] = []
    for c in result:
        if "error" in c:
            rows.append((c["name"], "cannot be opened", "", "", "", "", c["error"]["en"]))
            continue
        rows.append(
            (
                c["name"], c["model"], f"{c['corpus']} ({c['level']})", f"{c['parameters']:,}",
                _measured(c, "train_perplexity"), _measured(c, "held_out_perplexity"), _measured(c, "bits_per_char"),
            )
        )  # fmt: skip
    headings = ["name", "model", "text", "parameters", "train ppl", "held-out ppl", "held-out bits/char"]
    floors = [number(c.get("floor_perplexity"), "") for c in result]
    if any(floors):  # of generated texts only
        headings, rows = [*headings, "floor ppl"], [[*row, floor] for row, floor in zip(rows, floors, strict=True)]
    table(headings, rows)


def _measured(row: Json, name: str) -> str:
    return number(row[name]) if row["finished"] and not row["refused"] else "-"


# Results


def score(result: Json) -> None:
    """Print the measures of a text; those of a model that learned from it say so."""
    if result["adaptive"]:
        print("adaptive        learned from this text while reading it: compare with adaptive figures only")
    print(f"tokens          {result['tokens']:,} ({result['scored']:,} scored, {result['unknown']:,} unknown)")
    print(f"perplexity      {number(result['perplexity'])}  (as unsure as choosing among that many tokens)")
    print(f"bits/character  {number(result['bits_per_char'], '-')}")
    if result["impossible"]:
        print(f"impossible      {len(result['impossible']):,} tokens had probability zero")


def verification(result: Json) -> None:
    """Print what a checkpoint claims beside what was found."""
    rows = [
        (
            row["what"], "-" if row["missing"] else number(row["claimed"]),
            "-" if row["absent"] else number(row["found"]), "yes" if row["holds"] else "NO",
        )
        for row in result["rows"]
    ]  # fmt: skip
    table(("what", "claimed", "found", "holds"), rows)
    print("The card tells the truth." if result["holds"] else "The card does NOT tell the truth.")


def difference(result: Json) -> None:
    """Print which of two models is better, and how sure that is."""
    better = result["first"] if result["mean"] > 0 else result["second"]
    low, high = sorted((abs(result["low"]), abs(result["high"])))
    rows = [(result[name], f"{result[f'{name}_nats']:.4f}") for name in ("first", "second")]
    table(("checkpoint", "nats a character"), rows)
    if result["decided"]:
        print(f"{better} is better by {abs(result['mean']):.4f} [{low:.4f}, {high:.4f}] nats a character.")
    else:
        print(
            f"Not to be told apart: {result['mean']:+.4f} [{result['low']:+.4f}, {result['high']:+.4f}] nats a character."
        )
    print(
        f"95 % interval of the paired difference on {result['characters']:,} characters; circular block bootstrap, "
        f"blocks of {result['block']:,} characters."
    )


def candidates(result: Json) -> None:
    """Print the likeliest next tokens."""
    table(
        ("token", "id", "probability"),
        [(repr(c["token"]), c["id"], f"{c['probability']:.4f}") for c in result["candidates"]],
    )
    print(f"entropy {result['entropy_bits']:.2f} bits")


def tokens(result: Json) -> None:
    """Print tokens with ids and places; unknown ones are marked."""
    unknown = set(result["unknown"])
    rows = [
        (at, repr(token), id_, f"{start}-{end}", "unknown" if at in unknown else "")
        for at, (token, id_, (start, end)) in enumerate(
            zip(result["tokens"], result["ids"], result["offsets"], strict=True)
        )
    ]
    table(("", "token", "id", "characters", ""), rows)


def sizes(result: Json) -> None:
    """Print sizes before and after coding."""
    print(f"{result['characters']:,} characters: {result['bytes_before']:,} -> {result['bytes_after']:,} bytes")
    for each in result.get("beside", []):
        if each["method"] != "text":
            primed = ", after the same training text" if each["primed"] else ""
            print(f"    {each['method']}{primed}: {each['size']:,} bytes (adaptive)")


def exported(result: Json) -> None:
    """Print what stands in an ARPA file."""
    print(f"{_ngrams(result)} in {_plain(result['file'])} ({result['bytes'] / 1e6:.1f} MB)")


def imported(result: Json) -> None:
    """Print what a foreign file became."""
    kind = "lines" if result["lines"] else "continuous text"
    print(f"{_ngrams(result)}; {result['vocab_size']:,} tokens ({result['level']}, form {result['form']}, {kind})")
    print(f"Checkpoint: {result['folder']}")
    if not result["normalised"]:
        print("Its numbers do not sum to 1: they are scores, and have no perplexity.")


def _ngrams(result: Json) -> str:
    """Return how many n-grams there are of each length."""
    return " + ".join(f"{count:,}" for count in result["ngrams"]) + f" n-grams of 1 to {result['order']} tokens"


def published(result: Json) -> None:
    """Print where a checkpoint was published."""
    seen = "private" if result["private"] else "public"
    print(f"Published {result['repository']} ({seen}), commit {result['commit'][:10]}: {result['url']}")


def pulled(result: Json) -> None:
    """Print what was fetched, and what was left alone."""
    print(
        f"Fetched {result['checkpoint']}, commit {result['commit'][:10]}, {result['bytes'] / 1e6:.1f} MB: {result['folder']}"
    )
    if result["others"]:
        print(f"Left alone, for they belong to no checkpoint: {', '.join(map(_plain, result['others']))}")


def gallery(result: list[Json]) -> None:
    """Print what others have published, with what their cards claim."""
    if not result:
        print("Nothing of this kind is published.")
        return
    rows = [
        (
            c["name"], c["model"] or "-", f"{c['corpus'] or '-'} ({c['level'] or '-'})",
            *(number(c[name], "-") for name in ("train_perplexity", "held_out_perplexity", "bits_per_char")),
            *("-" if c[name] is None else c[name] for name in ("downloads", "likes", "updated")),
            "ask its owner" if c["gated"] else "",
        )
        for c in result
    ]  # fmt: skip
    headings = (
        "name",
        "model",
        "text",
        "train ppl",
        "held-out ppl",
        "held-out bits/char",
        "downloads",
        "likes",
        "updated",
    )
    table((*headings, "access"), rows)
    print("The results are what the cards claim; 'verify' computes them again.")


def space_plan(plan: Json) -> None:
    """Print what `space` is about to do."""
    kind = "private " if plan["private"] else ""
    machine = f", on {plan['hardware']}" if plan["hardware"] else ""
    size = f"{len(plan['files'])} files, {plan['bytes'] / 1e6:.1f} MB"
    print(f"{kind}Space {plan['space']}: {plan['what']}{machine}, {size}")
    for name in plan["files"]:
        print(f"    {name}")
    folders = [name for name in plan["deleted_where_no_longer_here"] if name.endswith("/")]
    print(f"files that this project no longer has are deleted there below {', '.join(folders)}")
    print("set there, for everybody to see:" if plan["variables"] else "nothing is set there")
    for name, value in plan["variables"].items():
        print(f"    {name}={_plain(value)}")


def space_made(result: Json) -> None:
    """Print where the Space is."""
    for name in result["deleted"]:
        print(f"deleted {_plain(name)}")
    print(f"Done: {result['url']}")


def confirmed(question: str) -> bool:
    """Ask for a yes; no terminal means no."""
    try:
        return input(f"{question} [y/N] ").strip().lower() in {"y", "yes"}
    except EOFError:
        return False
