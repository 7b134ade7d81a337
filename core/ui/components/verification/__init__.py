"""What a checkpoint claims beside what was found when it was computed again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.ui.components.picture import Json, Picture


class Verification(Picture):
    """A table of claims that grows while they are computed, and the verdict. Event: ``stop``."""

    folder = "verification"


def verification_value(
    name: str,
    rows: Sequence[Json],
    share: float,
    done: bool = False,
    notice: str = "",
    titles: Mapping[str, Json] | None = None,
) -> Json:
    """Return the data.

    Args:
        name: of the checkpoint.
        rows: as `Lab.verified_rows` yields them, so far.
        share: how much of the text has been read, 0 to 1.
        done: whether these are all rows.
        notice: why it could not be verified; "" where it could.
        titles: of passages of the text, in every language, by their names.
    """
    return {"name": name, "rows": list(rows), "share": share, "done": done, "notice": notice, "titles": titles or {}}
