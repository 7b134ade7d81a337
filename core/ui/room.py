"""What all tabs share: the Lab, the limits, the words, and the titles of the corpora."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import gradio as gr
from gradio.components import Component

from core.generation.sampling import GenerationSettings
from core.lab import Lab
from core.settings import Setting, describe
from core.ui import controls
from core.ui.limits import Limits
from core.ui.listing import Listing
from core.ui.runs import Runs
from core.ui.showcase import Showcase
from core.ui.waiting import TellWhoWaits
from core.ui.words import say, translations

Json = dict[str, Any]

# Lanes: events of one lane share its places. Writing holds its place for seconds, the rest for an instant.
WRITING_LANE, WRITING_PLACES = "writing", 4
QUICK_LANE, QUICK_PLACES = "quick", 4
# The corpus that a tab begins with, by language: it ships, so it is always here. And the name of a text of one's own.
FIRST_CORPUS, OWN_TEXT = {"en": "tide_clock", "zh": "moon_ferry"}, ""
TRAINING_LANE = "training"  # as many places as `Limits.runs`


class Section(Protocol):
    """What the page asks of a tab, or of a part of one: what to fill in when a visitor comes, and with what."""

    @property
    def arrivals(self) -> list[Component]:
        """The components that `arrive` fills in."""

    def arrive(self, opened: Json, key: str, request: gr.Request) -> list[Any]:
        """Return what a visitor finds, one value for each of `arrivals`.

        Args:
            opened: the state that a link names for this tab, empty without one. It comes from anywhere: check all of it.
            key: the visitor's own unguessable key, under which their models are kept.
            request: tells the language.
        """

    @property
    def renewed(self) -> list[Component]:
        """The components that `renew` looks up again: those that name checkpoints."""

    def renew(self, key: str, request: gr.Request) -> list[Any]:
        """Return what there is now, one value for each of `renewed`, as the tab comes to the front."""


class Tab(Section, Protocol):
    """A whole tab."""

    id: str
    """The tab's name in links."""
    tab: gr.Tab
    """The tab itself."""


@dataclass(frozen=True)
class Room:
    """What a tab needs from the page around it."""

    lab: Lab
    limits: Limits
    tell: gr.I18n
    settings: tuple[Setting, ...]
    corpora: Mapping[str, Any]
    showcase: Showcase
    runs: Runs

    @classmethod
    def of(cls, lab: Lab, limits: Limits) -> Room:
        """Prepare what the tabs share. From now on the Lab fetches for people who may be anybody."""
        lab.open_to_visitors(limits.hub_bytes, limits.models, TellWhoWaits())
        most = {"tokens": limits.tokens}
        settings = tuple(controls.capped(each, most.get(each.name, math.inf)) for each in describe(GenerationSettings))
        helps = {controls.help_key(each): controls.help_of(each) for each in settings}
        corpora = {each["name"]: each["title"] for each in lab.corpora()}
        return cls(lab, limits, gr.I18n(**translations(helps)), settings, corpora, Showcase(lab), Runs())

    def corpora_here(self, language: str) -> list[tuple[str, str]]:
        """Return (title, name) of the corpora that are on this machine, and of an own text."""
        here = [row for row in self.lab.corpora() if row["here"]]
        return [*((row["title"][language], row["name"]) for row in here), (say("corpus.own", language), OWN_TEXT)]

    def corpora_to_learn(self, language: str) -> list[tuple[str, str]]:
        """Return (title, name) as `corpora_here`; those whose floor exp(H) is known stand first and tell it."""
        floors = {
            row["name"]: math.exp(row["known"]["entropy_nats"][0]) for row in self.lab.corpora() if "known" in row
        }
        told = say("train.floor", language)
        here = self.corpora_here(language)
        first = [
            (told.format(title=title, floor=f"{floors[name]:.4g}"), name) for title, name in here if name in floors
        ]
        return [*first, *((title, name) for title, name in here if name not in floors)]

    def listing(self, key: str = "") -> Listing:
        """Return the checkpoints that there are now, a visitor's own ones among them."""
        return Listing.of(self.lab, self.corpora, key)
