"""What all tests share: the real corpora where they are, long forms on request, and nothing of the user's own.

``UNROLL_ORDEAL=1`` (``make ordeal``) runs the tests marked `ordeal` too and tries rules on far more inputs. The short
form tries the same few inputs every time, so that a red test is red again when it is looked into.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One thread for PyTorch and numpy: the models of the tests are tiny, and two threads on a busy machine wait for each other.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

ORDEAL = os.environ.get("UNROLL_ORDEAL", "") not in ("", "0")

settings.register_profile("test", derandomize=True, max_examples=40, deadline=None)
settings.register_profile(
    "ordeal", max_examples=2000, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("ordeal" if ORDEAL else "test")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long forms out of an ordinary run."""
    if ORDEAL:
        return
    long = [item for item in items if item.get_closest_marker("ordeal")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def ordeal() -> bool:
    """Whether the long form was asked for: a test picks its counts by it."""
    return ORDEAL


@pytest.fixture(scope="session")
def corpora_folder() -> Path:
    """The first folder of ``UNROLL_CORPORA`` that holds the real texts; without one the test is skipped."""
    folders = [Path(name).expanduser() for name in os.environ.get("UNROLL_CORPORA", "").split(os.pathsep) if name]
    for folder in folders:
        if (folder / "tiny_shakespeare.txt").is_file():
            return folder
    if folders and not any(folder.is_dir() for folder in folders):
        pytest.fail(f"UNROLL_CORPORA names no folder that exists: {os.pathsep.join(map(str, folders))}")
    pytest.skip(
        "set UNROLL_CORPORA to the folder with tiny_shakespeare.txt, time_machine.txt, names.txt, red_chamber.txt"
    )


@pytest.fixture(scope="session", autouse=True)
def nothing_of_the_users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the tests, and the programs that they start, away from the user's data, checkpoints and network."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNROLL_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        patch.setenv("HF_HUB_DISABLE_TELEMETRY", "1")
        for name in [name for name in os.environ if name.startswith("UNROLL_MAX_")]:
            patch.delenv(name)
        for name in ("UNROLL_CHECKPOINTS", "UNROLL_TRAINING", "UNROLL_HUB_OWNER", "HF_TOKEN"):
            patch.delenv(name, raising=False)
        yield
