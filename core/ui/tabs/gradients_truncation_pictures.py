"""What the measurements of truncation look like: clouds around the full gradient, and three curves of learning."""

from __future__ import annotations

from collections.abc import Sequence

from core.ui.components.chart import Axis, Point, Series, chart_value
from core.ui.lessons.lesson import figure
from core.ui.room import Json
from core.ui.words import say

# Chance makes the mean of so many draws err by more than this many times its standard error once in twenty times or less.
_SURPRISING = 2.0
# An error that is told as small, and one below which nothing was cut but digits.
_SMALL, _NONE = 0.1, 1e-4
# Two trainings that end closer than this, in percent, are told as alike: about what another seed changes.
_ALIKE = 1.0


def estimates_picture(found: Json, model: str, language: str) -> Json:
    """Return the picture of what `Lab.truncation` has found so far."""
    tau, pi = found["truncation_steps"], f"{found['carry_probability']:g}"

    def name(key: str) -> str:
        return say(f"truncation.{key}", language).format(tau=tau, pi=pi, steps=found["steps"])

    random = found["random"]
    along = [(each["along"], each["across"]) for each in found["by_steps"]]
    series = [
        Series(name("random"), _points(random), "cloud"), Series(name("mean"), _mean(random), "dots"),
        Series(name("truncated"), _points(found["truncated"]), "dots"), Series(name("by_steps"), along),
        Series(name("regular"), _points(found["regular"]), "dots"), Series(name("full"), [(1.0, 0.0)], "dots"),
    ]  # fmt: skip
    about = say("truncation.about", language).format(
        model=model, steps=found["steps"], parameters=f"{found['parameters']:,}"
    )
    done = found["done"]
    return chart_value(
        say("truncation.title", language), Axis(name("along")), Axis(name("across"), low=0.0), series,
        about=" ".join([about, *([say("truncation.cut", language)] if found["cut"] else [])]),
        said=_said(found, language) if done == 1 else [], table=_table(found, language), done=None if done == 1 else done,
    )  # fmt: skip


def _points(estimate: Json | None) -> Sequence[Point]:
    return [(along, across) for along, across in estimate["points"]] if estimate else []


def _mean(estimate: Json | None) -> Sequence[Point]:
    """Return where the mean of the draws lies."""
    if estimate is None:
        return []
    along = estimate["cosine"] * estimate["length"]
    return [(along, max(0.0, estimate["length"] ** 2 - along**2) ** 0.5)]


def _table(found: Json, language: str) -> Sequence[Sequence[str]]:
    columns = ("draws", "bias", "spread", "error", "cosine", "length")
    heads = [say(f"truncation.{column}", language) for column in ("estimate", *columns)]
    rows = [[say("truncation.full", language), "1", "0", "0", "0", "1", "1"]]
    pi = f"{found['carry_probability']:g}"
    for key, words in (("truncated", "truncated"), ("regular", "regular"), ("random", "random_row")):
        if found[key]:
            name = say(f"truncation.{words}", language).format(tau=found["truncation_steps"], pi=pi)
            rows.append([name, *(figure(found[key][column]) for column in columns)])
    for each in found["by_steps"]:
        length = (each["along"] ** 2 + each["across"] ** 2) ** 0.5
        error, cosine = figure(each["error"]), figure(each["along"] / length) if length else "–"
        name = say("truncation.one_of_them", language).format(tau=each["steps"])
        rows.append([name, "1", error, "0", error, cosine, figure(length)])
    return [heads, *rows]


def _said(found: Json, language: str) -> list[str]:
    """Return what the numbers mean."""

    def sentence(key: str, estimate: Json) -> str:
        facts = {name: _rough(estimate[name]) for name in ("bias", "noise", "error", "cosine", "length")}
        return say(f"truncation.{key}", language).format(
            tau=found["truncation_steps"], draws=estimate["draws"], **facts
        )

    if found["steps"] == 1:
        return [say("truncation.said_one_step", language)]
    random = found["random"]
    said = [sentence("said_truncated", found["truncated"]), sentence("said_regular", found["regular"])]
    if random["spread"] < _NONE:
        said.append(say("truncation.said_certain", language))
    else:
        said.append(sentence("said_random" if random["bias"] <= _SURPRISING * random["noise"] else "said_rare", random))
    enough = next((each["steps"] for each in found["by_steps"] if each["error"] < _SMALL), None)
    if enough is not None and enough < found["steps"]:
        said.append(say("truncation.said_memory", language).format(tau=enough, most=_rough(_SMALL)))
    return said


def curves_picture(found: Json, model: str, values: Json, language: str) -> Json:
    """Return the picture of what `Lab.truncation_curves` has come to so far; ``values`` are the settings it was asked with."""
    window, pi = values["num_steps"], f"{found['carry_probability']:g}"
    names = {
        "full": say("truncation.curve_full", language).format(window=window),
        "regular": say("truncation.regular", language).format(tau=found["truncation_steps"]),
        "random": say("truncation.curve_random", language).format(pi=pi),
    }
    series = [
        Series(names[key], [(each["step"], each["validation"]) for each in curve["points"]])
        for key, curve in found["curves"].items()
    ]
    about = say("truncation.curves_about", language).format(
        model=model, hidden=values["hidden_size"], window=window, train=f"{found['train_tokens']:,}",
        validation=f"{found['validation_tokens']:,}",
    )  # fmt: skip
    done = found["done"]
    return chart_value(
        say("truncation.curves_title", language), Axis(say("truncation.step", language), low=0.0),
        Axis(say("truncation.validation", language)), series, about=about,
        said=_curves_said(found, names, values, language) if done == 1 else [], table=_curves_table(found, names, language),
        done=None if done == 1 else done,
    )  # fmt: skip


def _curves_table(found: Json, names: Json, language: str) -> Sequence[Sequence[str]]:
    columns = ("step", "train_perplexity", "validation", "seconds")
    rows = [
        [names[key], str(point["step"]), figure(point["train"]), figure(point["validation"]),
         f"{curve['seconds']:.1f}" if number == len(curve["points"]) - 1 else ""]
        for key, curve in found["curves"].items() for number, point in enumerate(curve["points"])
    ]  # fmt: skip
    return [["", *(say(f"truncation.{column}", language) for column in columns)], *rows] if rows else []


def _curves_said(found: Json, names: Json, values: Json, language: str) -> list[str]:
    curves = found["curves"]
    said = [
        say("truncation.said_diverged", language).format(truncation=names[key])
        for key, curve in curves.items()
        if curve["diverged"]
    ]
    if any(not curve["points"] for curve in curves.values()):
        return said
    ends = {key: curve["points"][-1]["validation"] for key, curve in curves.items()}
    said.append(say("truncation.said_ends", language).format(**{key: figure(end) for key, end in ends.items()}))
    said.append(say("truncation.said_averaged", language).format(rows=values["batch_size"]))
    if ends["full"] is not None and ends["regular"] is not None:
        gap = 100 * (ends["regular"] / ends["full"] - 1)
        key = "said_alike" if abs(gap) < _ALIKE else "said_full_ahead" if gap > 0 else "said_regular_ahead"
        facts = {"gap": _rough(abs(gap)), "most": _rough(_ALIKE), "tau": found["truncation_steps"]}
        said.append(say(f"truncation.{key}", language).format(**facts))
    return said


def _rough(number: float) -> str:
    """Return a number with two significant figures, as much as a sentence needs."""
    return f"{float(f'{number:.2g}'):,g}"
