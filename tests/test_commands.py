"""Every command that README.md and docs/ show can be given: all are parsed and their settings checked, cheap ones run.

A page's commands are run in the order in which they stand there, in an empty folder with the checkpoints that they name,
so that a command may use what an earlier one has trained. Training by gradient is cut down to a few steps. What needs
the network, a corpus that does not ship, or an interrupted run is not run, only checked. The tutorial's commands need
its plug-in: `test_tutorial.py` runs them.
"""

from __future__ import annotations

import argparse
import json
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core import cli
from core.generation.sampling import GenerationSettings
from core.models.registry import Registry
from core.settings import build, build_all, describe
from core.sharing.training_run import SHARED
from core.text.catalogue import BUNDLED, GENERATED
from core.text.generated.recipe import is_word
from core.text.sources import corpus_names
from core.text.tokenizer import LEVELS

PROJECT = Path(__file__).resolve().parents[1]
CHECKPOINTS = PROJECT / "checkpoints"
TUTORIAL = "docs/write-a-plugin.md"
REGISTRY = Registry(PROJECT / "plugins", SHARED)
STORIES = {story.name for story in (*BUNDLED, *GENERATED)}

# Fences whose lines are commands; a fence of another kind shows output or code.
SHELLS = ("", "sh", "bash", "shell", "console", "powershell")
FENCE = re.compile(r"^```([\w-]*)[^\n]*\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*")

# What a test can afford: settings of training by gradient, tokens written, characters of a file.
TINY = ("hidden_size=8", "embedding_size=4", "batch_size=4", "num_steps=8", "max_tokens=600", "evaluations=1")
FEW_TOKENS = 30
FEW_CHARACTERS = 1000
GENERATION = ("tokens", "temperature", "top_k", "top_p", "strategy", "beams", "seed")


@dataclass(frozen=True)
class Shown:
    """A command as a page shows it: the words behind ``python -m core``."""

    page: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.page}: python -m core {shlex.join(self.words)}"


def commands_in(text: str, page: str = "page") -> list[Shown]:
    """Return the commands of a page in order; assignments before one and whatever it is piped into are left out."""
    found = []
    for language, block in FENCE.findall(text):
        if language not in SHELLS:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            words = _words(line.removeprefix("$ "))
            while words and ASSIGNMENT.fullmatch(words[0]):
                words.pop(0)
            if words[:3] == ["python", "-m", "core"]:
                found.append(Shown(page, tuple(words[3:])))
    return found


def _words(line: str) -> list[str]:
    """Cut one line into words, up to a pipe, a redirection, a further command or a comment."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|;><")
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:  # an apostrophe in a line that is no command
        return []
    end = next((place for place, word in enumerate(words) if set(word) <= set("|;><&")), len(words))
    return words[:end]


def pages() -> list[str]:
    """Return the pages that show commands; README.md may not be there yet."""
    found = [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]
    return [path.relative_to(PROJECT).as_posix() for path in found if path.is_file()]


def shown_on(page: str) -> list[Shown]:
    """Return the commands of one page."""
    return commands_in((PROJECT / page).read_text(encoding="utf-8"), page)


ALL = [shown for page in pages() for shown in shown_on(page)]


def parsed(shown: Shown) -> argparse.Namespace:
    """Return a command's options; the parser ends the program on a mistake, which is a failure here."""
    try:
        return cli.parser().parse_args(shown.words)
    except SystemExit:
        pytest.fail(f"{shown} cannot be parsed")


def test_commands_are_found_in_every_form() -> None:
    page = (
        "```sh\nA=1 B='x y' python -m core train m --corpus c \\\n    --out d  # five tries\n```\n"
        "```\n$ python -m core models --json | python -m json.tool\npip install it\n```\n"
        "```text\npython -m core printed\n```\n```python\npython -m core\n```\nand `python -m core inline`\n"
        '```bash\npython -m core next m --prefix "a b" > file\n```\n'
    )
    assert [shown.words for shown in commands_in(page)] == [
        ("train", "m", "--corpus", "c", "--out", "d"),
        ("models", "--json"),
        ("next", "m", "--prefix", "a b"),
    ]


def test_the_pages_show_commands() -> None:
    assert {"docs/training.md", "docs/generation.md", "docs/text.md", TUTORIAL} <= {shown.page for shown in ALL}
    assert {"models", "corpora", "checkpoints", "train", "generate", "next", "tokenize"} <= {s.words[0] for s in ALL}


@pytest.mark.parametrize("shown", ALL, ids=str)
def test_every_command_shown_is_one_that_the_program_takes(shown: Shown) -> None:
    options = parsed(shown)
    if shown.words[0] == "train":
        assert options.corpus in corpus_names() or is_word(options.corpus), f"{shown}: no such corpus"
        if shown.page != TUTORIAL:
            build_all(REGISTRY.groups(options.model), values_of(options))
    if shown.words[0] == "generate":
        build(GenerationSettings, {n: v for n in GENERATION if (v := getattr(options, n)) is not None})


def values_of(options: argparse.Namespace) -> dict[str, str]:
    """Return the settings that a training command names."""
    values = dict(pair.split("=", 1) for pair in options.set)
    short = {name: getattr(options, name) for name in ("level", "form", "epochs", "minutes", "seed")}
    return values | {name: value for name, value in short.items() if value is not None}


def affordable(shown: Shown, options: argparse.Namespace, checkpoints: Path) -> list[str] | None:
    """Return the words to run a command cheaply with, or None where it can only be checked."""
    name, words = shown.words[0], list(shown.words)
    if name in ("models", "corpora", "checkpoints"):
        return words
    if name == "train":
        return _short_training(words, options)
    if name == "tokenize" and options.checkpoint_or_level in LEVELS:
        return words
    if name == "import-arpa":
        return words if _file_provided(options.file) else None
    if name not in ("generate", "next", "score", "tokenize", "compress", "export-arpa"):
        return None
    checkpoint = options.checkpoint_or_level if name == "tokenize" else options.checkpoint
    if not _provided(checkpoint, checkpoints):
        return None
    if name == "generate":
        return [*words, "--tokens", str(min(FEW_TOKENS, int(options.tokens or FEW_TOKENS)))]
    if name != "export-arpa" and getattr(options, "file", None) is not None and not _file_provided(options.file):
        return None
    return words


def _short_training(words: list[str], options: argparse.Namespace) -> list[str] | None:
    """Return the words of a training that takes a moment; of a later --set or --epochs the last one counts."""
    here = options.corpus in STORIES or is_word(options.corpus)
    if not here or options.resume:
        return None
    plugin = REGISTRY.get(options.model)
    if plugin.Learner.single_pass:
        return words
    known = {each.name for group in REGISTRY.groups(options.model) for each in describe(group)}
    # An embedding_size of 0 is another way through the code and stays.
    kept = {"embedding_size"} if values_of(options).get("embedding_size") == "0" else set()
    tiny = [pair for pair in TINY if pair.split("=")[0] in known - kept]
    if options.minutes is not None:
        place = words.index("--minutes")
        words[place : place + 2] = ["--minutes", "0.01"]
    else:
        words += ["--epochs", "1"]
    return words + [word for pair in tiny for word in ("--set", pair)]


def _provided(checkpoint: str, checkpoints: Path) -> bool:
    """Bring the checkpoint that a command names into the test's own folder; False where there is none that ships."""
    if "/" in checkpoint or ":" in checkpoint:
        return Path(checkpoint).is_dir()
    if not (checkpoints / checkpoint).is_dir() and (CHECKPOINTS / checkpoint).is_dir():
        left = shutil.ignore_patterns("training_state.*")
        shutil.copytree(CHECKPOINTS / checkpoint, checkpoints / checkpoint, ignore=left)
    return (checkpoints / checkpoint).is_dir()


def _file_provided(file: Path) -> bool:
    """Put the beginning of a file of the project where the command looks for it."""
    if file.is_absolute() or not (PROJECT / file).is_file():
        return file.is_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text((PROJECT / file).read_text(encoding="utf-8")[:FEW_CHARACTERS], encoding="utf-8")
    return True


@pytest.fixture
def one_thread() -> Iterator[None]:
    """Keep PyTorch to one thread: models this small gain nothing by two, and two wait long on a busy machine."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("one_thread")
@pytest.mark.parametrize("page", [page for page in pages() if page != TUTORIAL and shown_on(page)])
def test_the_cheap_commands_of_a_page_run(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    checkpoints = tmp_path / "checkpoints"
    checkpoints.mkdir()
    monkeypatch.setenv("UNROLL_CHECKPOINTS", str(checkpoints))
    monkeypatch.chdir(tmp_path)
    for shown in shown_on(page):
        options = parsed(shown)
        words = affordable(shown, options, checkpoints)
        if words is None:
            continue
        status = cli.main(words)
        printed = capsys.readouterr()
        assert status == 0, f"{shown}: {printed.err}"
        assert printed.out, f"{shown} printed nothing"
        if "--json" in words:
            for line in printed.out.splitlines():
                json.loads(line)
        if words[0] == "train":
            assert (tmp_path / options.out / "config.json").is_file()


@pytest.mark.parametrize("page", [page for page in pages() if page != TUTORIAL and shown_on(page)])
def test_every_checkpoint_that_a_page_names_ships_or_is_trained_there_before(page: str) -> None:
    there = {path.name for path in CHECKPOINTS.iterdir() if path.is_dir()}
    for shown in shown_on(page):
        options = parsed(shown)
        if shown.words[0] in ("train", "import-arpa"):
            there.add(options.out.name)
        name = str(getattr(options, "checkpoint", getattr(options, "checkpoint_or_level", LEVELS[0])))
        every_one = shown.words[:2] == ("push", "--all")
        assert every_one or name in LEVELS or ":" in name or Path(name).name in there, str(shown)
