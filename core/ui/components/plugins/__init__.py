"""The plug-ins: what each is, its settings, and the broken ones with their reason."""

from __future__ import annotations

from core.ui.components.picture import Picture


class Plugins(Picture):
    """One card a plug-in; its data is what `Lab.models` says."""

    folder = "plugins"
