"""The web page: ``python app.py``, and the entry of the Hugging Face Space."""

from __future__ import annotations

import os
import sys

try:
    import spaces  # type: ignore[import-not-found]  # there on Hugging Face's ZeroGPU Spaces only
except ImportError:
    pass
else:

    @spaces.GPU  # type: ignore[untyped-decorator]
    def on_gpu() -> None:
        """Do nothing: such a Space wants one function of this kind, and the models here run on its CPU."""


def main() -> int:
    """Serve the page until Ctrl-C; return the exit status."""
    os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
    from core.errors import LabError
    from core.lab import Lab
    from core.ui.serve import serve

    try:
        serve(Lab(), os.environ)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - one line, as on the command line
        return error.exit_status
    return 0


if __name__ == "__main__":
    sys.exit(main())
