"""The settings of a model and its training as a form: made from the `setting(...)` lines alone.

The value goes both ways: the page says which settings there are, the form says what the visitor chose.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.ui.components.picture import Json, Picture
from core.ui.words import WORDS

# What every training has in sight, and what counting models have no use for.
_IN_SIGHT = ("level", "epochs")
# What the settings of a model made of models list.
_OF_MODELS = ("checkpoints", "weights")
_ONLY_GRADIENT = ("epochs", "minutes", "evaluations", "save_minutes")


class Form(Picture):
    """A form; its value holds ``fields`` and the ``values`` that differ from the defaults."""

    folder = "form"


def form_value(models: Json, name: str, values: Json | None = None, checkpoints: Iterable[Json] = ()) -> Json:
    """Return the form of one model.

    Args:
        models: what `Lab.models` says.
        name: of the model.
        values: chosen before.
        checkpoints: what `Lab.checkpoints` says, for a setting that lists some.
    """
    (model,) = [each for each in models["models"] if each["name"] == name]
    shared = [each for each in models["shared"] if not (model["single_pass"] and each["name"] in _ONLY_GRADIENT)]
    shared = [{**each, "default": model["epochs"]} if each["name"] == "epochs" else each for each in shared]
    own = {each["name"] for each in model["settings"]}
    fields = [  # a run fills in the source of its corpus by itself
        {**each, "more": each["name"] not in own and each["name"] not in _IN_SIGHT, "label": _label(each["name"])}
        for each in [*model["settings"], *shared, *model["training"]]
        if each["lists"] != "source"
    ]
    known = {each["name"] for each in fields}
    listing = any(each["lists"] == "checkpoints" for each in fields)
    return {
        "model": name, "idea": model["idea"], "section": model["section"], "fields": fields,
        "values": {key: value for key, value in (values or {}).items() if key in known},
        "checkpoints": _members(models, checkpoints) if listing else [],
    }  # fmt: skip


def _members(models: Json, rows: Iterable[Json]) -> list[Json]:
    """Return the checkpoints that can be members of another model, each with the word that names it in a setting.

    A visitor's own ones go without the key: settings are written into links and checkpoints.
    """
    made_of_models = {
        each["name"] for each in models["models"] if any(one["lists"] in _OF_MODELS for one in each["settings"])
    }
    return [
        {
            "word": "own:" + row["name"].rpartition(":")[2] if row.get("own") else row["name"], "tokenizer": row["tokenizer"],
            "held_out": row["held_out_perplexity"],
        }
        for row in rows
        if row.get("tokenizer") and row.get("here") and row["model"] not in made_of_models
    ]  # fmt: skip


def chosen(value: Any) -> Json:
    """Return the settings that a form holds; what a browser sends is not trusted to have its form."""
    values = value.get("values") if isinstance(value, dict) else None
    return {str(name): each for name, each in values.items()} if isinstance(values, dict) else {}


def _label(name: str) -> Json | None:
    pair = WORDS.get(f"setting.{name}")
    return {"en": pair.en, "zh": pair.in_language("zh")} if pair else None
