"""``python -m core COMMAND``: the command line."""

import os
import sys

_INTERRUPTED = 130


def _end(status: int) -> None:
    """End this process; one of several that learn together without an ordinary farewell.

    PyTorch's threads that carry numbers between processes outlive their process group now and then, and C++ aborts a process that
    ends while one of its threads runs. Everything is written and said by then.
    """
    if os.environ.get("WORLD_SIZE", "1") not in ("", "1"):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    try:
        from core.cli import main

        _end(main())
    except KeyboardInterrupt:  # so early that nobody else could answer
        sys.exit(_INTERRUPTED)
