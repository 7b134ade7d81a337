"""What `docs/write-a-plugin.md` says is true: its code runs as it stands there, and nothing else has to be edited.

The project's own code is copied, the tutorial's file is dropped into the copy's `plugins/`, and the tutorial's commands
are given there.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from core.lab import Lab
from core.models.protocol import LanguageModel
from core.models.registry import Registry
from core.sharing.training_run import SHARED
from core.text.sequences import Sequences
from core.training.events import Evaluated

PROJECT = Path(__file__).resolve().parents[1]
TUTORIAL = (PROJECT / "docs" / "write-a-plugin.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```python\n(.*?)^```$", TUTORIAL, flags=re.MULTILINE | re.DOTALL)[0]
MOST_LINES = 40


def commands() -> list[list[str]]:
    """Return the words of every command of the tutorial, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", TUTORIAL, flags=re.MULTILINE | re.DOTALL)
    return [shlex.split(line) for block in blocks for line in block.splitlines()]


def drop(folder: Path, code: str = CODE) -> Path:
    """Put the tutorial's file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "bigram.py").write_text(code, encoding="utf-8")
    return folder


def files_of(folder: Path) -> dict[str, str]:
    """Return the hash of every file but what Python leaves behind."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project's code, with the tutorial's file dropped in."""
    copy = tmp_path_factory.mktemp("project")
    leave_behind = shutil.ignore_patterns("__pycache__")
    for folder in ("core", "plugins"):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=leave_behind)
    (copy / "tests" / "plugins").mkdir(parents=True)
    for name in ("pyproject.toml", "tests/conftest.py", "tests/plugins/test_contract.py"):
        shutil.copy(PROJECT / name, copy / name)
    drop(copy / "plugins")
    return copy


def run(folder: Path, *words: str, plugins: Path | None = None) -> str:
    """Run Python in a folder and return what it printed."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": "", "OMP_NUM_THREADS": "1"}
    environment.pop("UNROLL_PLUGINS", None)
    if plugins is not None:
        environment["UNROLL_PLUGINS"] = str(plugins)
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def plugin(tmp_path: Path) -> type[LanguageModel]:
    return Registry(drop(tmp_path / "plugins"), SHARED).get("bigram")


def test_the_tutorial_shows_one_whole_file_of_at_most_forty_lines() -> None:
    assert CODE.endswith("\nPLUGIN = Bigram\n")
    assert len(CODE.splitlines()) <= MOST_LINES


def test_the_dropped_file_is_listed_with_its_setting_and_both_languages(project: Path) -> None:
    listed = Lab(plugins=str(project / "plugins")).models()
    (bigram,) = [model for model in listed["models"] if model["name"] == "bigram"]
    assert bigram["title"] == {"en": "Bigram", "zh": "二元语法"}
    assert bigram["idea"]["zh"] != bigram["idea"]["en"]
    assert [each["name"] for each in bigram["settings"]] == ["added"]
    assert listed["broken"] == []


def test_the_tutorials_commands_do_what_it_says_and_nothing_else_is_edited(project: Path) -> None:
    before = files_of(project)
    printed = {
        words[3]: run(project, *words[1:]) for words in commands() if words[:3] == ["python", "-m", "core"]
    }  # fmt: skip
    assert set(printed) == {"models", "train", "checkpoints", "generate", "next"}

    outputs = re.findall(r"^```text\n(.*?)^```$", TUTORIAL, flags=re.MULTILINE | re.DOTALL)
    (listing,) = [text for text in outputs if text.startswith("bigram  -  Bigram")]
    (result,) = [text for text in outputs if text.startswith("bigram: 3,481")]
    assert listing in printed["models"]
    assert result in printed["train"]
    assert "tide-bigram" in printed["checkpoints"]
    assert printed["generate"].startswith("The clock")
    assert len(printed["generate"].removesuffix("\n")) == len("The clock") + 200
    assert len(printed["next"].splitlines()) == 1 + 5 + 1  # headings, five tokens, the entropy

    after = files_of(project)
    new = {name for name in after if not name.startswith("checkpoints/tide-bigram/")} - set(before)
    assert not new
    assert {name: after[name] for name in before} == before


def test_the_commands_of_the_tests_pass_with_the_dropped_file_alone(project: Path, tmp_path: Path) -> None:
    drafts = drop(tmp_path / "drafts")
    with_pytest = [words for words in commands() if "pytest" in words]
    assert with_pytest == [
        ["python", "-m", "pytest", "tests/plugins/test_contract.py", "-k", "bigram"],
        ["UNROLL_PLUGINS=drafts", "python", "-m", "pytest", "tests/plugins/test_contract.py"],
    ]
    # The first would load every other plug-in as well; the second, with this file alone, runs all it would and more.
    printed = run(project, *with_pytest[1][2:], "-q", "-p", "no:cacheprovider", plugins=drafts)
    assert re.search(r"\b\d+ passed\b", printed)
    assert not re.search(r"failed|error|skipped", printed)


def test_it_is_the_add_one_bigram_model_of_the_hand_computed_example(plugin: type[LanguageModel]) -> None:
    model = plugin(plugin.Config(), vocab_size=3)
    # Pairs of the text 1 2 1 2 2: 12 twice, 21 once, 22 once. With one more of each:
    #   after 1: 1, 1, 3 of 5;  after 2: 1, 2, 2 of 5;  after 0: 1, 1, 1 of 3.
    learner = model.Learner(model, model.Learner.Config(), seed=0)
    for window in learner.windows(Sequences.of_stream([1, 2, 1, 2, 2]), 0):
        learner.learn(window, 0.0)
    log_probs, _ = model.log_probs(np.array([[1, 2, 0]]), model.initial_state(1))
    expected = [[1 / 5, 1 / 5, 3 / 5], [1 / 5, 2 / 5, 2 / 5], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(np.exp(log_probs[0]), expected, rtol=1e-12)


def test_nothing_is_counted_across_the_border_of_two_lines(plugin: type[LanguageModel]) -> None:
    model = plugin(plugin.Config(), vocab_size=3)
    learner = model.Learner(model, model.Learner.Config(), seed=0)
    for window in learner.windows(Sequences.of_lines([np.array([1, 2]), np.array([0, 2])]), 0):
        learner.learn(window, 0.0)
    # 12 and 02 once each; 20, which spans the border, never. With one more of each, after 2: 1, 1, 1 of 3.
    log_probs, _ = model.log_probs(np.array([[2]]), model.initial_state(1))
    np.testing.assert_allclose(np.exp(log_probs[0, 0]), [1 / 3, 1 / 3, 1 / 3], rtol=1e-12)


def test_its_perplexity_is_that_of_counting_by_hand(project: Path, tmp_path: Path) -> None:
    lab = Lab(plugins=str(project / "plugins"))
    events = [event for event in lab.train("bigram", "tide_clock", tmp_path / "out") if isinstance(event, Evaluated)]
    text = lab.load_corpus("tide_clock").text
    cut = int(0.9 * len(text))
    known = set(text[:cut])
    train, held_out = text[:cut], [sign if sign in known else "<unk>" for sign in text[cut:]]
    pairs, firsts = Counter(zip(train[:-1], train[1:], strict=True)), Counter(train[:-1])
    nats = 0.0
    for v, w in zip(held_out[:-1], held_out[1:], strict=True):
        nats -= math.log((pairs[v, w] + 1) / (firsts[v] + len(known) + 1))  # + 1: <unk> is in the vocabulary
    assert events[-1].held_out_perplexity == pytest.approx(math.exp(nats / (len(held_out) - 1)), rel=1e-9)


def test_the_tutorials_trace_can_be_added_as_it_stands(tmp_path: Path) -> None:
    field, method = re.findall(r"^```text\n((?:trace=|def trace).*?)^```$", TUTORIAL, flags=re.MULTILINE | re.DOTALL)
    indented = "".join(f"    {line}\n" for line in method.splitlines())
    code = CODE.replace('"D2L 8.3.1")', f'"D2L 8.3.1", {field.strip()})').replace(
        "\n\nPLUGIN", f"\n{indented}\n\nPLUGIN"
    )
    plugin = Registry(drop(tmp_path / "plugins", code), SHARED).get("bigram")
    traced = plugin(plugin.Config(), vocab_size=4).trace(np.array([3, 1, 0]))
    assert set(traced) == {name for name, _ in plugin.about.trace}
    assert traced["counts"].shape == (3, 4)


# What is changed in the tutorial's code, and the reason that the tutorial promises.
MISTAKES = [
    ("import numpy as np", "import numpi", "ModuleNotFoundError: No module named 'numpi'"),
    ("PLUGIN = Bigram", "", "bigram.py does not end with PLUGIN = a subclass of LanguageModel"),
    ("def log_probs", "def log_prob", "Bigram does not define log_probs"),
    ("    about = ", "    about_it = ", "Bigram.about must be an About"),
    ('About("bigram"', 'About("bi"', "about.name is 'bi', but the file is bigram.py: they must agree"),
    ("Config, Learner =", "Config, Lerner =", "Bigram.Learner must be a subclass of Learner"),
    ("    @dataclass(frozen=True)\n", "", "Bigram.Config must be a dataclass of setting(...) lines"),
    (
        "setting(1.0,", "setting(0.0,",
        "BadSetting: Setting 'added' cannot be '0.0': it takes a number from 1e-06 to 1000 (default 0.0).",
    ),
    ('help=both("Head start of every count.", "各计数的初值。")', 'help=""', "setting 'added' has no help"),
    ("added", "seed", "settings with a name that is taken already: seed"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "reason"), MISTAKES, ids=[reason[:40] for _, _, reason in MISTAKES])
def test_a_broken_plugin_is_listed_with_the_reason_that_the_tutorial_names(
    tmp_path: Path, right: str, wrong: str, reason: str
) -> None:
    assert right in CODE
    listed = Lab(plugins=str(drop(tmp_path / "plugins", CODE.replace(right, wrong)))).models()
    (broken,) = listed["broken"]
    assert (broken["name"], broken["reason"]) == ("bigram", reason)
    assert f"| `{reason}` |" in TUTORIAL


def test_the_tutorial_names_no_other_reason() -> None:
    rows = re.findall(r"^\| .* \| `(.*)` \|$", TUTORIAL.split("# Broken plug-ins")[1], flags=re.MULTILINE)
    assert sorted(rows) == sorted(reason for _, _, reason in MISTAKES)
