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
from typing import Any, NoReturn

from core import following, terminal
from core.errors import BadSetting, BadText, LabError
from core.lab import Lab
from core.sharing.facts import CONFIG

Command = Callable[[Lab, argparse.Namespace], int]
_INTERRUPTED = 130


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
        if "checkpoint" in options:
            options.checkpoint = _as_folder(lab, options.checkpoint)
        with following.fetching(quiet="json" in options and options.json) as lab.hub.fetching:
            status = command(lab, options)
        sys.stdout.flush()
        return status
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        return _INTERRUPTED
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
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=_Parser)

    def add(name: str, function: Command, help_: str, *, json: bool = True) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=help_, description=help_)
        sub.set_defaults(command=function)
        if json:
            sub.add_argument("--json", action="store_true", help="print JSON and nothing else")
        return sub

    add("models", _models, "list the models, their settings, and plug-ins that are broken")
    add("corpora", _corpora, "list the named texts and where they are")
    add("checkpoints", _checkpoints, "list the trained models and their results")
    _add_train(add("train", _train, "train a model and keep it as a checkpoint"))
    _add_generate(add("generate", _generate, "let a checkpoint write on after a prefix"))
    score = add("score", _score, "say how well a checkpoint predicts a text")
    score.add_argument("checkpoint")
    what = score.add_mutually_exclusive_group(required=True)
    what.add_argument("--text")
    what.add_argument("--file", type=Path)
    what.add_argument("--ids", help="token ids, separated by commas")
    score.add_argument("--window", type=int, default=0, help="score windows of N tokens, each from the initial state")
    score.add_argument("--adaptive", action="store_true", help="let the model learn while it reads")
    add("verify", _verify, "compute a checkpoint's results again").add_argument("checkpoint")
    following = add("next", _next, "show the likeliest next tokens")
    following.add_argument("checkpoint")
    following.add_argument("--prefix", required=True)
    following.add_argument("--top", type=int, default=10)
    tokens = add("tokenize", _tokenize, "show a text as tokens and ids")
    tokens.add_argument("checkpoint_or_level")
    tokens.add_argument("--text", required=True)
    coding = add("compress", _compress, "code a text file with a checkpoint's probabilities, lossless")
    coding.add_argument("checkpoint")
    for sub in (coding, add("decompress", _decompress, "get back a text that was compressed")):
        sub.add_argument("file", type=Path)
        sub.add_argument("out", type=Path)
    _add_hub(add)
    space = add("space", _space, "create or update a Hugging Face Space of this project")
    space.add_argument("space", metavar="OWNER/NAME")
    space.add_argument("--yes", action="store_true", help="do it without asking")
    space.add_argument("--private", action="store_true", help="hide it from others")
    space.add_argument(
        "--hardware", metavar="NAME", help="a machine of the Hub's, such as zero-a10g (free accounts) or cpu-basic"
    )
    bench = add("bench", _bench, "measure this project beside its peers")
    bench.add_argument(
        "what", nargs="?", default="all",
        help="train, generate, score, quality, start or load; without it all but load",
    )  # fmt: skip
    return top


def _add_hub(add: Callable[..., argparse.ArgumentParser]) -> None:
    push = add("push", _push, "publish a checkpoint on the Hugging Face Hub")
    push.add_argument("checkpoint", nargs="?", default="")
    push.add_argument("repository", nargs="?", metavar="OWNER/NAME")
    push.add_argument("--private", action="store_true", help="only you can see it")
    push.add_argument("--all", action="store_true", help="publish every checkpoint, and write checkpoints/index.json")
    push.add_argument("--owner", default="", help="with --all: under whose name")
    pull = add("pull", _pull, "fetch a checkpoint from the Hugging Face Hub; afterwards it works without a network")
    pull.add_argument("repository", metavar="OWNER/NAME[@REVISION]")
    pull.add_argument("--name", default="", help="also keep it under this name in the folder of checkpoints")
    pull.add_argument("--replace", action="store_true", help="let it take the place of a checkpoint of that name")
    gallery = add("gallery", _gallery, "list the checkpoints that others have published")
    gallery.add_argument("--owner", default="", help="only this one's")
    gallery.add_argument("--tag", default="", help="only those with this tag: a model, a level or a language")
    gallery.add_argument("--sort", default="downloads", help="downloads, likes or updated")


def _add_train(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("model")
    sub.add_argument("--corpus", required=True, help="a name from 'corpora', or a file")
    sub.add_argument("--out", required=True, type=Path, help="the checkpoint's folder")
    sub.add_argument("--level", help="char, word or bpe")
    sub.add_argument("--form", help="raw, or d2l for the book's own form of a text")
    sub.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="any setting; see 'models'")
    budget = sub.add_mutually_exclusive_group()
    budget.add_argument("--epochs", help="how often the text is read")
    budget.add_argument("--minutes", help="how long to train")
    sub.add_argument("--seed")
    sub.add_argument("--resume", action="store_true", help="go on with an interrupted run")
    sub.add_argument("--replace", action="store_true", help="put the new checkpoint in the place of an earlier one")


def _add_generate(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("checkpoint")
    sub.add_argument("--prefix", default="")
    sub.add_argument("--stop", action="append", default=[], help="end before this text (may be given several times)")
    for name in ("tokens", "temperature", "top-k", "top-p", "strategy", "beams", "seed"):
        sub.add_argument(f"--{name}", help="see the README")


# One function a command


def _models(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(lab.models(), options.json, terminal.models)


def _corpora(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(lab.corpora(), options.json, terminal.corpora)


def _checkpoints(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(lab.checkpoints(), options.json, terminal.checkpoints)


def _train(lab: Lab, options: argparse.Namespace) -> int:
    values = _pairs(options.set)
    for name in ("level", "form", "epochs", "minutes", "seed"):
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    with following.download_progress(quiet=options.json) as progress:
        events = lab.train(
            options.model, options.corpus, options.out, values,
            resume=options.resume, replace=options.replace, progress=progress,
        )  # fmt: skip
    interrupted = following.follow(events, as_json=options.json)
    return _INTERRUPTED if interrupted else 0


def _generate(lab: Lab, options: argparse.Namespace) -> int:
    names = ("tokens", "temperature", "top_k", "top_p", "strategy", "beams", "seed")
    values = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.json:
        terminal.print_json(lab.generate_whole(options.checkpoint, options.prefix, values, options.stop))
    else:
        following.stream(options.prefix, lab.generate(options.checkpoint, options.prefix, values, options.stop))
    return 0


def _score(lab: Lab, options: argparse.Namespace) -> int:
    text, ids = options.text, None
    if options.ids is not None:
        try:
            ids = [int(word) for word in options.ids.split(",")]
        except ValueError as error:
            raise BadSetting(
                "--ids takes whole numbers separated by commas, such as 5,3,8.",
                "--ids 应为逗号分隔的整数，例如 5,3,8。",
            ) from error
    if options.file is not None:
        text = lab.read_text(options.file)
    result = lab.score(options.checkpoint, text=text, ids=ids, window=options.window, adaptive=options.adaptive)
    return terminal.show(result, options.json, terminal.score)


def _verify(lab: Lab, options: argparse.Namespace) -> int:
    with following.progress_bar("verify", "tokens", quiet=options.json) as progress:
        result = lab.verify(options.checkpoint, progress)
    terminal.show(result, options.json, terminal.verification)
    return 0 if result["holds"] else 1


def _next(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(
        lab.next_tokens(options.checkpoint, options.prefix, options.top), options.json, terminal.candidates
    )


def _tokenize(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(lab.tokenize(options.checkpoint_or_level, options.text), options.json, terminal.tokens)


def _compress(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(lab.compress(options.checkpoint, options.file, options.out), options.json, terminal.sizes)


def _decompress(lab: Lab, options: argparse.Namespace) -> int:
    return terminal.show(lab.decompress(options.file, options.out), options.json, terminal.sizes)


def _push(lab: Lab, options: argparse.Namespace) -> int:
    if options.all != (not options.checkpoint) or options.all != bool(options.owner):
        raise BadText(
            "push takes a checkpoint and OWNER/NAME, or --all and --owner OWNER.",
            "push 需要检查点和 OWNER/NAME，或 --all 加 --owner OWNER。",
        )
    if options.all:
        return terminal.show_each(
            lab.hub.push_all(options.owner, private=options.private), options.json, terminal.published
        )
    if not options.repository:
        raise BadText(
            "push takes a checkpoint and where to publish it: OWNER/NAME.", "push 需要检查点和发布位置：OWNER/NAME。"
        )
    folder = lab.folder_of(options.checkpoint)
    result = lab.hub.push(folder, options.repository, private=options.private)
    return terminal.show(result, options.json, terminal.published)


def _pull(lab: Lab, options: argparse.Namespace) -> int:
    with following.download_progress(quiet=options.json) as progress:
        result = lab.hub.pull(options.repository, options.name, options.replace, progress)
    return terminal.show(result, options.json, terminal.pulled)


def _gallery(lab: Lab, options: argparse.Namespace) -> int:
    rows = lab.hub.gallery(options.owner, options.tag, options.sort)
    return terminal.show(rows, options.json, terminal.gallery)


def _space(lab: Lab, options: argparse.Namespace) -> int:
    wanted = {"private": options.private, "hardware": options.hardware}
    plan = lab.plan_space(options.space, **wanted)
    if not options.json:
        terminal.space_plan(plan)
    asked = not options.json and sys.stdin.isatty()
    if options.yes or (asked and terminal.confirmed("Do this?")):
        made = {**lab.make_space(options.space, **wanted), "done": True}
        return terminal.show(made, options.json, terminal.space_made)
    if options.json:
        terminal.print_json({**plan, "done": False})
    print("Nothing was done. To do it without being asked, add --yes.", file=sys.stderr)
    return 0


def _bench(lab: Lab, options: argparse.Namespace) -> int:
    from core.bench.runner import run_bench  # measures with PyTorch and others; nobody else pays for their import

    return terminal.show(run_bench(options.what, lab), options.json, terminal.bench)


def _pairs(words: Sequence[str]) -> dict[str, Any]:
    """Return ``KEY=VALUE`` words as a mapping."""
    pairs: dict[str, Any] = {}
    for word in words:
        name, sign, value = word.partition("=")
        if not sign or not name:
            raise BadText(
                f"--set takes KEY=VALUE, not {word!r}; for instance --set hidden_size=128.",
                f"--set 的格式为 KEY=VALUE，而不是“{word}”；例如 --set hidden_size=128。",
            )
        pairs[name] = value
    return pairs
