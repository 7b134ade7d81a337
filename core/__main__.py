"""``python -m core COMMAND``: the command line."""

import sys

_INTERRUPTED = 130

if __name__ == "__main__":
    try:
        from core.cli import main

        sys.exit(main())
    except KeyboardInterrupt:  # so early that nobody else could answer
        sys.exit(_INTERRUPTED)
