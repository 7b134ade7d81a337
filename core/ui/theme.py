"""The look: paper and ink, one accent, system fonts, light and dark. No request leaves the page for it.

One hue carries everything that is coloured; only numbers below zero have another (`minus`). Surprise has six fixed classes
(`core.measures.surprisal`), pale to dark on paper and the other way round in the dark theme, each with the ink that
stands on it at 4.5:1 or better.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import gradio as gr

from core.ui.words import group, say

_HERE = Path(__file__).parent

# (paper, ink) of the classes of surprise, from the expected to the unheard-of.
SURPRISE_LIGHT = (
    ("#fbf5ef", "#23211d"),
    ("#f9e2d0", "#23211d"),
    ("#f3c3a2", "#23211d"),
    ("#e5956a", "#23211d"),
    ("#b34c1c", "#ffffff"),
    ("#66230a", "#ffffff"),
)
SURPRISE_DARK = (
    ("#221f1c", "#ece7dd"),
    ("#3b291f", "#ece7dd"),
    ("#5e3522", "#f6f1e8"),
    ("#8a4522", "#ffffff"),
    ("#e08f62", "#1a1917"),
    ("#ffdcc4", "#1a1917"),
)

# The page's own colours.
LIGHT = {
    "paper": "#faf8f4", "sheet": "#ffffff", "ink": "#23211d", "faint": "#6a645a", "line": "#e3ded3",
    "accent": "#a8431a", "on-accent": "#ffffff", "wash": "#f3efe7",
    "minus": "#1f6a8c",
}  # fmt: skip
DARK = {
    "paper": "#161513", "sheet": "#1e1c1a", "ink": "#ece7dd", "faint": "#a89f91", "line": "#38342f",
    "accent": "#ee9468", "on-accent": "#1a1917", "wash": "#272421",
    "minus": "#5fb3d6",
}  # fmt: skip

FONT = (
    "system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "PingFang SC", "Hiragino Sans GB",
    "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif",
)  # fmt: skip
FONT_MONO = (
    "ui-monospace", "SF Mono", "Cascadia Mono", "Consolas", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", "Noto Sans CJK SC",
    "monospace",
)  # fmt: skip

# Shades of the accent as Gradio wants them, palest first.
_RUST = ("#fdf6f1", "#fae8dc", "#f5d0b9", "#ecae88", "#e08f62", "#c8662f", "#a8431a", "#8a3513", "#6d290e", "#531f0b", "#3a1507")  # fmt: skip
_STONE = ("#faf8f4", "#f3efe7", "#e3ded3", "#cfc8ba", "#a89f91", "#857d70", "#6a645a", "#4b463f", "#38342f", "#1e1c1a", "#161513")  # fmt: skip


def theme() -> gr.themes.Base:
    """Return Gradio's part of the look."""
    made = gr.themes.Base(
        primary_hue=gr.themes.Color(*_RUST, name="rust"), secondary_hue=gr.themes.Color(*_RUST, name="rust"),
        neutral_hue=gr.themes.Color(*_STONE, name="stone"), radius_size="md", font=FONT, font_mono=FONT_MONO,
    )  # fmt: skip
    colours = {
        "body_background_fill": "paper", "body_text_color": "ink", "body_text_color_subdued": "faint",
        "background_fill_primary": "sheet", "background_fill_secondary": "wash", "block_background_fill": "sheet",
        "border_color_primary": "line", "block_border_color": "line", "input_background_fill": "sheet",
        "input_border_color": "line", "block_label_text_color": "faint", "block_title_text_color": "ink",
        "block_info_text_color": "faint", "button_primary_background_fill": "accent",
        "button_primary_background_fill_hover": "accent", "button_primary_text_color": "on-accent",
        "button_secondary_background_fill": "wash", "button_secondary_text_color": "ink",
        "slider_color": "accent", "input_placeholder_color": "faint",
    }  # fmt: skip
    light = {name: LIGHT[colour] for name, colour in colours.items()}
    dark = {f"{name}_dark": DARK[colour] for name, colour in colours.items()}
    plain = {"block_shadow": "none", "block_border_width": "1px", "button_primary_shadow": "none"}
    return made.set(**light, **dark, **plain, color_accent=LIGHT["accent"])


def style() -> str:
    """Return the page's style sheet: the colours as variables, then the rules."""
    light = _variables(LIGHT, SURPRISE_LIGHT)
    dark = _variables(DARK, SURPRISE_DARK)
    return f":root {{ {light} }}\n.dark {{ {dark} }}\n" + (_HERE / "page.css").read_text(encoding="utf-8")


def head() -> str:
    """Return what stands in the page's head: the language is settled there, before anything is drawn.

    The style sheet stands there too: Gradio rewrites the selectors of its own ``css`` argument. See `HeadFirst`.
    """
    scripts = [(_HERE / name).read_text(encoding="utf-8") for name in ("language.js", "visit.js", "toasts.js")]
    toasts = {language: {**words, "title": say("error.title", language)} for language, words in group("toast").items()}
    script = "\n".join([*scripts, f"window.unroll.toasts = {json.dumps(toasts)};"])
    return f'<meta name="color-scheme" content="light dark"><style>{style()}</style><script>{script}</script>'


def _variables(colours: Mapping[str, str], surprise: Sequence[tuple[str, str]]) -> str:
    """Return colours as CSS variables."""
    named = [f"--{name}: {colour};" for name, colour in colours.items()]
    classes = [f"--s{i}: {paper}; --s{i}-ink: {ink};" for i, (paper, ink) in enumerate(surprise)]
    return " ".join([*named, f"--color-accent: {colours['accent']} !important;", *classes])
