"""The command line: ``python -m core COMMAND``. It reads words, calls the Lab, and prints.

With ``--json`` exactly one JSON document goes to standard output (``train``: one event a line). Errors are one line on
standard error; the exit status is 2 for a person's mistake, 1 for a failure, 130 after Ctrl-C, 0 otherwise.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from core import commands, following
from core.errors import LabError
from core.lab import Lab
from core.sharing.facts import CONFIG

Command = Callable[[Lab, argparse.Namespace], int]

_CHECKPOINT = "a name from 'checkpoints', a folder, or hub:OWNER/NAME"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, as every other error here."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. See '{self.prog} --help'.\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # a terminal may know less than Chinese
    options = parser().parse_args(arguments)
    try:
        command: Command = options.command
        lab = Lab()
        for name in ("checkpoint", "other"):
            if name in options:
                setattr(options, name, _as_folder(lab, getattr(options, name)))
        with following.fetching(quiet="json" in options and options.json) as report:
            lab.hub.fetching = report
            status = command(lab, options)
        sys.stdout.flush()
        return status
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return commands.INTERRUPTED
    except MemoryError:
        print(
            "error: This needs more memory than there is. Choose smaller settings or a shorter text.", file=sys.stderr
        )
        return 1
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be said to it.
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        place = f" ({error.filename})" if error.filename else ""
        print(f"error: The system refused: {error.strerror or error}{place}.", file=sys.stderr)
        return 1


def _as_folder(lab: Lab, word: str) -> str:
    """Return a path where the word names a folder here and no checkpoint under ``checkpoints/``."""
    with contextlib.suppress(OSError):  # such as a name that is too long for this system
        named = (lab.places.checkpoints / word).is_dir()
        if word and not word.startswith("hub:") and not named and (Path(word) / CONFIG).is_file():
            return os.path.join(os.curdir, word)
    return word


def _drop_output() -> None:
    """Let what is still unwritten go nowhere, or Python complains once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = _Parser(prog="python -m core", description="Train, compare and look into classical language models.")
    subcommands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, function: Command, help_: str, *, json: bool = True) -> argparse.ArgumentParser:
        sub = subcommands.add_parser(name, help=help_, description=help_)
        sub.set_defaults(command=function)
        if json:
            sub.add_argument("--json", action="store_true", help="print JSON and nothing else")
        return sub

    add("models", commands.models, "list the models, their settings, and plug-ins that are broken")
    add("corpora", commands.corpora, "list the named texts and where they are")
    add("checkpoints", commands.checkpoints, "list the trained models and their results")
    _add_train(add("train", commands.train, "train a model and keep it as a checkpoint"))
    _add_generate(add("generate", commands.generate, "let a checkpoint write on after a prefix"))
    score = add("score", commands.score, "say how well a checkpoint predicts a text")
    score.add_argument("checkpoint", help=_CHECKPOINT)
    what = score.add_mutually_exclusive_group(required=True)
    what.add_argument("--text")
    what.add_argument("--file", type=Path)
    what.add_argument("--ids", help="token ids, separated by commas")
    score.add_argument("--window", type=int, default=0, help="score windows of N tokens, each from the initial state")
    score.add_argument("--adaptive", action="store_true", help="let the model learn while it reads")
    verify = add("verify", commands.verify, "compute a checkpoint's results again")
    verify.add_argument("checkpoint", help=_CHECKPOINT)
    between = add(
        "difference", commands.difference, "say whether one checkpoint is better than another, and how sure that is"
    )
    between.add_argument("checkpoint", help=_CHECKPOINT)
    between.add_argument("other", help="likewise")
    read = between.add_mutually_exclusive_group()
    read.add_argument("--text", help="what both read; without it the held-out text that they share")
    read.add_argument("--file", type=Path)
    between.add_argument(
        "--block", type=int, default=0, help="characters in a block that is drawn; by default as the text allows"
    )
    likeliest = add("next", commands.next_tokens, "show the likeliest next tokens")
    likeliest.add_argument("checkpoint", help=_CHECKPOINT)
    likeliest.add_argument("--prefix", required=True)
    likeliest.add_argument("--top", type=int, default=10)
    tokens = add("tokenize", commands.tokenize, "show a text as tokens and ids")
    tokens.add_argument("checkpoint_or_level")
    tokens.add_argument("--text", required=True)
    coding = add("compress", commands.compress, "code a text file with a checkpoint's probabilities, lossless")
    coding.add_argument("checkpoint", help=_CHECKPOINT)
    for sub in (coding, add("decompress", commands.decompress, "get back a text that was compressed")):
        sub.add_argument("file", type=Path)
        sub.add_argument("out", type=Path)
    exporting = add(
        "export-arpa", commands.export_arpa, "write an n-gram checkpoint as an ARPA file, for KenLM and others"
    )
    exporting.add_argument("checkpoint", help=_CHECKPOINT)
    exporting.add_argument("file", type=Path)
    importing = add("import-arpa", commands.import_arpa, "make a checkpoint of an ARPA file of KenLM, SRILM and others")
    importing.add_argument("file", type=Path, help="plain or packed by gzip")
    importing.add_argument("out", type=Path, metavar="DIR", help="the checkpoint's folder")
    importing.add_argument("--replace", action="store_true", help="put the model in the place of an earlier checkpoint")
    _add_hub(add)
    space = add("space", commands.space, "create or update a Hugging Face Space of this project")
    space.add_argument("space", metavar="OWNER/NAME")
    space.add_argument("--yes", action="store_true", help="do it without asking")
    space.add_argument("--private", action="store_true", help="hide it from others")
    space.add_argument(
        "--hardware", metavar="NAME", help="a machine of the Hub's, such as zero-a10g (free accounts) or cpu-basic"
    )
    bench = add("bench", commands.bench, "measure this project beside its peers")
    bench.add_argument(
        "what", nargs="?", default="all",
        help="train, generate, score, quality, adaptive, start or load; without it all but adaptive and load",
    )  # fmt: skip
    return top


def _add_hub(add: Callable[..., argparse.ArgumentParser]) -> None:
    push = add("push", commands.push, "publish a checkpoint on the Hugging Face Hub")
    push.epilog = "An n-gram model contains its text nearly whole: publish only what you may."
    push.add_argument("checkpoint", nargs="?", default="", help=_CHECKPOINT)
    push.add_argument("repository", nargs="?", metavar="OWNER/NAME", help="where to; it is made where there is none")
    push.add_argument("--private", action="store_true", help="only you can see it")
    push.add_argument("--all", action="store_true", help="publish every checkpoint, and write checkpoints/index.json")
    push.add_argument("--owner", default="", help="with --all: under whose name")
    pull = add(
        "pull", commands.pull, "fetch a checkpoint from the Hugging Face Hub; afterwards it works without a network"
    )
    pull.add_argument("repository", metavar="OWNER/NAME[@REVISION]")
    pull.add_argument("--name", default="", help="also keep it under this name in the folder of checkpoints")
    pull.add_argument("--replace", action="store_true", help="let it take the place of a checkpoint of that name")
    gallery = add("gallery", commands.gallery, "list the checkpoints that others have published")
    gallery.add_argument("--owner", default="", help="only this one's")
    gallery.add_argument("--tag", default="", help="only those with this tag: a model, a level or a language")
    gallery.add_argument(
        "--sort", default="downloads", metavar="{downloads,likes,updated}", help="what comes first (default: downloads)"
    )


def _add_train(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("model")
    sub.add_argument("--corpus", required=True, help="a name from 'corpora', or a file")
    sub.add_argument("--out", required=True, type=Path, help="the checkpoint's folder")
    sub.add_argument("--level", help="char, word or bpe")
    sub.add_argument(
        "--form", help="raw, d2l for the book's own form of a text, or spaced for words as white space parts them"
    )
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any setting; see 'models'")
    budget = sub.add_mutually_exclusive_group()
    budget.add_argument("--epochs", help="how often the text is read")
    budget.add_argument("--minutes", help="how long to train")
    sub.add_argument("--seed")
    sub.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    sub.add_argument("--replace", action="store_true", help="put the new checkpoint in the place of an earlier one")


def _add_generate(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("checkpoint", help=_CHECKPOINT)
    sub.add_argument("--prefix", default="")
    sub.add_argument("--stop", action="append", default=[], help="end before this text (may be given several times)")
    for name in ("tokens", "temperature", "top-k", "top-p", "strategy", "beams", "seed"):
        sub.add_argument(f"--{name}", help="see the README")
