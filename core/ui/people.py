"""Who is asking: their language, and what they are told when something fails.

A visitor's language is the one chosen on the page (a cookie), else the browser's first one. Whatever fails is told as
a sentence in that language; what the visitor typed stays where it is.
"""

from __future__ import annotations

import html
import logging
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from core.errors import LabError
from core.ui.words import say

LANGUAGE_COOKIE = "unroll_language"

_log = logging.getLogger("unroll")


def language_of(request: gr.Request | None) -> str:
    """Return "zh" or "en" for a request; English where it does not say."""
    headers = getattr(request, "headers", None) or {}
    chosen = re.search(rf"(?:^|;\s*){LANGUAGE_COOKIE}=(en|zh)\b", headers.get("cookie") or "")
    if chosen:
        return chosen[1]
    return "zh" if (headers.get("accept-language") or "").strip().lower().startswith("zh") else "en"


def sentence(error: Exception, language: str) -> str:
    """Return what a visitor reads about an error; our own mistakes go to the log."""
    if isinstance(error, LabError):
        return error.in_language(language)
    # Where it happened, not what the error says: that may quote what somebody typed.
    where = "".join(traceback.format_tb(error.__traceback__))
    _log.error("while answering a visitor: %s\n%s", type(error).__name__, where)
    return say("error.unexpected", language)


@contextmanager
def told(request: gr.Request | None) -> Iterator[None]:
    """Turn whatever fails inside into a message for the one who asked."""
    language = language_of(request)
    try:
        yield
    except gr.Error:
        raise
    except Exception as error:
        # The page shows the message as HTML, and it may quote what somebody typed.
        message = html.escape(sentence(error, language), quote=False)
        raise gr.Error(message, title=say("error.title", language), print_exception=False) from error
