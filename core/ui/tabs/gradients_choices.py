"""What the sections of the tab Gradients let one choose: checkpoints and plug-ins whose state carries gradients."""

from __future__ import annotations

from collections.abc import Sequence

from core.ui.listing import Listing
from core.ui.room import Room


def recurrent_checkpoints(room: Room, listing: Listing, language: str) -> list[tuple[str, str]]:
    """Return (label, name) of the checkpoints of recurrent models."""
    able = room.lab.with_hidden_state()
    names = {row["name"] for row in listing.rows if row["model"] in able}
    return [(label, name) for label, name in listing.choices(language) if name in names]


def recurrent_models(room: Room, language: str) -> list[tuple[str, str]]:
    """Return (title, name) of the recurrent models."""
    able = room.lab.with_hidden_state()
    return [(each["title"][language], each["name"]) for each in room.lab.models()["models"] if each["name"] in able]


def first_choice(choices: Sequence[tuple[str, str]], wanted: str) -> str | None:
    """Return the wanted name where it can be chosen, else the first one; None where there is none."""
    names = [name for _, name in choices]
    return wanted if wanted in names else next(iter(names), None)
