"""The commands of the command line, one function each: they read the options, call the Lab, and print."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any

from core import following, terminal
from core.errors import BadSetting, BadText
from core.lab import Lab
from core.training.parallel import follow, together

INTERRUPTED = 130


def models(lab: Lab, options: argparse.Namespace) -> int:
    """List the models."""
    return terminal.show(lab.models(), options.json, terminal.models)


def corpora(lab: Lab, options: argparse.Namespace) -> int:
    """List the named texts."""
    return terminal.show(lab.corpora(), options.json, terminal.corpora)


def checkpoints(lab: Lab, options: argparse.Namespace) -> int:
    """List the trained models."""
    return terminal.show(lab.checkpoints(), options.json, terminal.checkpoints)


def train(lab: Lab, options: argparse.Namespace) -> int:
    """Train a model."""
    values = _pairs(options.set)
    for name in ("level", "form", "epochs", "minutes", "seed"):
        if getattr(options, name) is not None:
            values[name] = getattr(options, name)
    with together() as team:
        if team is not None and not team.leads:
            with following.deaf():
                follow(team, lab.registry)
            return 0
        with following.download_progress(quiet=options.json) as progress:
            events = lab.train(
                options.model, options.corpus, options.out, values,
                resume=options.resume, replace=options.replace, progress=progress, team=team,
            )  # fmt: skip
        interrupted = following.follow(events, as_json=options.json)
    return INTERRUPTED if interrupted else 0


def generate(lab: Lab, options: argparse.Namespace) -> int:
    """Write on after a prefix."""
    names = ("tokens", "temperature", "top_k", "top_p", "strategy", "beams", "seed")
    values = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    if options.json:
        terminal.print_json(lab.generate_whole(options.checkpoint, options.prefix, values, options.stop))
    else:
        following.stream(options.prefix, lab.generate(options.checkpoint, options.prefix, values, options.stop))
    return 0


def score(lab: Lab, options: argparse.Namespace) -> int:
    """Score a text."""
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


def verify(lab: Lab, options: argparse.Namespace) -> int:
    """Compute a checkpoint's results again."""
    with following.progress_bar("verify", "tokens", quiet=options.json) as progress:
        result = lab.verify(options.checkpoint, progress)
    terminal.show(result, options.json, terminal.verification)
    return 0 if result["holds"] else 1


def difference(lab: Lab, options: argparse.Namespace) -> int:
    """Say whether one checkpoint is better than another."""
    text = options.text if options.file is None else lab.read_text(options.file)
    with following.progress_bar("read", "tokens", quiet=options.json) as progress:
        result = lab.difference(options.checkpoint, options.other, text, block=options.block, progress=progress)
    return terminal.show(result, options.json, terminal.difference)


def next_tokens(lab: Lab, options: argparse.Namespace) -> int:
    """Show the likeliest next tokens."""
    return terminal.show(
        lab.next_tokens(options.checkpoint, options.prefix, options.top), options.json, terminal.candidates
    )


def tokenize(lab: Lab, options: argparse.Namespace) -> int:
    """Show a text as tokens."""
    return terminal.show(lab.tokenize(options.checkpoint_or_level, options.text), options.json, terminal.tokens)


def compress(lab: Lab, options: argparse.Namespace) -> int:
    """Code a text."""
    with following.progress_bar("compress", "tokens", quiet=options.json) as progress:
        result = lab.compress(options.checkpoint, options.file, options.out, progress)
    return terminal.show(result, options.json, terminal.sizes)


def decompress(lab: Lab, options: argparse.Namespace) -> int:
    """Get a coded text back."""
    with following.progress_bar("decompress", "tokens", quiet=options.json) as progress:
        result = lab.decompress(options.file, options.out, progress)
    return terminal.show(result, options.json, terminal.sizes)


def export_arpa(lab: Lab, options: argparse.Namespace) -> int:
    """Write an ARPA file."""
    return terminal.show(lab.export_arpa(options.checkpoint, options.file), options.json, terminal.exported)


def import_arpa(lab: Lab, options: argparse.Namespace) -> int:
    """Read an ARPA file."""
    with following.progress_bar("import", "B", quiet=options.json) as progress:
        result = lab.import_arpa(options.file, options.out, replace=options.replace, progress=progress)
    return terminal.show(result, options.json, terminal.imported)


def push(lab: Lab, options: argparse.Namespace) -> int:
    """Publish checkpoints."""
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


def pull(lab: Lab, options: argparse.Namespace) -> int:
    """Fetch a checkpoint."""
    if options.replace and not options.name:
        raise BadText(
            "--replace lets a fetched checkpoint take the place of the one that --name names: give --name as well.",
            "--replace 用于替换 --name 所指的检查点：请同时给出 --name。",
        )
    with following.download_progress(quiet=options.json) as progress:
        result = lab.hub.pull(options.repository, options.name, options.replace, progress)
    return terminal.show(result, options.json, terminal.pulled)


def gallery(lab: Lab, options: argparse.Namespace) -> int:
    """List what others have published."""
    rows = lab.hub.gallery(options.owner, options.tag, options.sort)
    return terminal.show(rows, options.json, terminal.gallery)


def space(lab: Lab, options: argparse.Namespace) -> int:
    """Create or update a Space."""
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
    return 0 if asked or options.json else 2  # with --json the plan was what was asked for


def bench(lab: Lab, options: argparse.Namespace) -> int:
    """Measure."""
    from core.bench.report import report
    from core.bench.runner import run_bench  # measures with PyTorch and others; nobody else pays for their import

    return terminal.show(run_bench(options.what, lab), options.json, report)


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
