"""The fixtures of the stand-in, for the tests in this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import set_client_factory
from huggingface_hub.utils import _http

from tests.hub.fixtures import hub, no_waiting

__all__ = ["hub", "no_waiting"]


@pytest.fixture(scope="module", autouse=True)
def the_librarys_own_client() -> Iterator[None]:
    """These tests look at the client as it comes, whatever other tests have made of it before."""
    before = _http._GLOBAL_CLIENT_FACTORY
    set_client_factory(_http.default_client_factory)
    yield
    set_client_factory(before)
