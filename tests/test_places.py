"""Where things are kept, as the environment says it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.places import PROJECT, Places


@pytest.mark.parametrize(
    ("environment", "hub_owner", "gallery_owner"),
    [
        ({}, "", ""),
        ({"UNROLL_HUB_OWNER": "ada"}, "ada", "ada"),
        ({"UNROLL_HUB_OWNER": " ada\n"}, "ada", "ada"),
        ({"UNROLL_HUB_OWNER": "  "}, "", ""),
        ({"SPACE_AUTHOR_NAME": "bob"}, "", "bob"),
        ({"SPACE_AUTHOR_NAME": "bob", "UNROLL_HUB_OWNER": ""}, "", "bob"),
        ({"SPACE_AUTHOR_NAME": "bob", "UNROLL_HUB_OWNER": "ada"}, "ada", "ada"),
    ],
)
def test_whose_checkpoints_are_used_and_shown(environment: dict[str, str], hub_owner: str, gallery_owner: str) -> None:
    """A Space shows its author's gallery, but takes the project's own checkpoints from where the index says."""
    places = Places.from_environment(environment)
    assert (places.hub_owner, places.gallery_owner) == (hub_owner, gallery_owner)


def test_folders_are_the_projects_or_those_that_are_named(tmp_path: Path) -> None:
    here = Places.from_environment({"XDG_DATA_HOME": str(tmp_path), "LOCALAPPDATA": str(tmp_path)})
    assert (here.plugins, here.checkpoints, here.corpora) == (PROJECT / "plugins", PROJECT / "checkpoints", ())
    assert here.data.name == "unroll"
    named = Places.from_environment(
        {"UNROLL_CHECKPOINTS": "~/a", "UNROLL_DATA": "~/b", "UNROLL_CORPORA": os.pathsep.join(["~/c", "", "d"])}
    )
    home = Path.home()
    assert (named.checkpoints, named.data, named.corpora) == (home / "a", home / "b", (home / "c", Path("d")))
