"""How well a model predicts a text: perplexity with its meaning, and where it lies between perfect and uniform."""

from __future__ import annotations

from core.ui.components.picture import Json, Picture


class Verdict(Picture):
    """A table of measures over an axis from 1 (perfect) to the size of the vocabulary (uniform)."""

    folder = "verdict"


def verdict_value(reading: Json, checkpoint: Json) -> Json:
    """Return the data from what `Lab.read` says and the checkpoint's row of `Lab.checkpoints`."""
    names = ("perplexity", "perplexity_known", "bits_per_char", "unknown", "scored")
    return {
        **{name: reading[name] for name in names}, "level": checkpoint["level"], "vocab_size": checkpoint["vocab_size"],
        "train": checkpoint["train_perplexity"], "held_out": checkpoint["held_out_perplexity"],
    }  # fmt: skip
