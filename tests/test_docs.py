"""The documentation is complete and says what the code says: every setting with its default, every trace, every link.

A page about a setting repeats its name and default in a table row, ``| `name` | default | meaning |``; ranges stand in
the code alone and are shown by ``python -m core models``.
"""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from core.generation.sampling import GenerationSettings
from core.models.registry import Registry
from core.settings import Settings, describe
from core.sharing.training_run import SHARED
from core.text.preparation import TextSettings
from core.training.counting import CountingConfig
from core.training.expectation import ExpectationConfig
from core.training.gradient_config import GradientConfig
from core.training.interpolating import InterpolationConfig
from core.training.run import RunConfig

PROJECT = Path(__file__).resolve().parents[1]
DOCS = PROJECT / "docs"
REGISTRY = Registry(PROJECT / "plugins", SHARED)

# Where each group of settings that no single model owns is documented: page and heading.
GROUPS: dict[type[Settings], tuple[str, str]] = {
    TextSettings: ("text.md", "Settings of the text"),
    RunConfig: ("training.md", "Settings of the run"),
    GradientConfig: ("training.md", "Settings of learning by gradient"),
    CountingConfig: ("training.md", "Settings of counting"),
    ExpectationConfig: ("training.md", "Settings of learning by expectation"),
    InterpolationConfig: ("training.md", "Settings of learning a mixture"),
    GenerationSettings: ("generation.md", "Settings of generation"),
}

ROW = re.compile(r"^\| `(\w+)` \| (.*?) \|", flags=re.MULTILINE)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def kept_models() -> list[str]:
    """Return the models that belong to the project; a draft that git does not know is its author's own affair."""
    names = sorted([*REGISTRY.models, *REGISTRY.broken])
    command = ["git", "ls-files", "-z", "--", "plugins"]
    try:
        listed = subprocess.run(command, cwd=PROJECT, capture_output=True, check=True, timeout=60).stdout.decode()
    except (OSError, subprocess.SubprocessError):
        listed = ""
    known = {Path(name).stem for name in listed.split("\0") if name}
    return [name for name in names if name in known] if known else names


def page(name: str) -> str:
    """Return the text of a page under docs/."""
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands between a heading and the next one."""
    parts = re.split(r"^#+ (.*)$", text, flags=re.MULTILINE)
    assert heading in parts, f"no heading {heading!r}"
    return parts[parts.index(heading) + 1]


def disagreements(group: type[Settings], text: str) -> list[str]:
    """Return what a section's table says otherwise than the settings themselves."""
    written = dict(ROW.findall(text))
    actual = {each.name: str(each.default) for each in describe(group)}
    missing = [f"{name} is not documented" for name in actual if name not in written]
    stale = [f"{name} is no setting" for name in written if name not in actual]
    wrong = [
        f"{name} is {actual[name]}, not {written[name]}"
        for name in actual
        if name in written and written[name] != actual[name]
    ]
    return missing + stale + wrong


def test_the_models_that_ship_are_looked_at() -> None:
    shipped = {"ngram", "hmm", "rnn_scratch", "rnn", "lstm", "gru", "mlp", "transformer", "uniform", "mixture"}
    assert shipped <= set(kept_models())


@pytest.mark.parametrize("name", kept_models())
def test_every_setting_of_a_model_is_documented_with_its_default(name: str) -> None:
    plugin, text = REGISTRY.get(name), page(f"models/{name}.md")
    assert not disagreements(plugin.Config, section(text, "Settings"))
    assert plugin.about.section in text


@pytest.mark.parametrize("name", kept_models())
def test_every_trace_of_a_model_is_documented(name: str) -> None:
    named = re.findall(r"^\| `(\w+)` \|", section(page(f"models/{name}.md"), "Look inside"), flags=re.MULTILINE)
    assert sorted(named) == sorted(trace for trace, _ in REGISTRY.get(name).about.trace)


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_every_shared_setting_is_documented_with_its_default(group: type[Settings]) -> None:
    name, heading = GROUPS[group]
    assert not disagreements(group, section(page(name), heading))


def test_no_group_of_settings_is_forgotten() -> None:
    learners = {REGISTRY.get(name).Learner.Config for name in kept_models()}
    assert {*SHARED, *learners} <= set(GROUPS)


def test_the_comparison_finds_what_is_missing_stale_and_wrong() -> None:
    table = "| setting | default | meaning |\n|---|---|---|\n| `validation` | True | held back |\n| `gone` | 1 | no more |\n"
    assert disagreements(CountingConfig, table) == ["gone is no setting", "validation is False, not True"]
    assert disagreements(CountingConfig, "") == ["validation is not documented"]


def pages() -> list[Path]:
    """Return the pages whose links are followed here; README.md's are followed by its own tests."""
    return [PROJECT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]


def heading_anchors(text: str) -> set[str]:
    """Return what a link may name behind ``#``, as GitHub makes it of the headings."""
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).lower().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(path: Path) -> None:
    for link in LINK.findall(path.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = path.parent / name if name else path
        assert target.exists(), f"{link} leads nowhere"
        if anchor and target.suffix == ".md":
            assert anchor in heading_anchors(target.read_text(encoding="utf-8")), f"{link}: no such heading"


def test_every_decision_says_its_context_the_decision_and_what_follows() -> None:
    found = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in found]
    assert numbers == sorted(set(numbers)), "two decisions have one number"
    for path in found:
        text = path.read_text(encoding="utf-8")
        for heading in ("Context", "Decision", "Consequences", "Considered"):
            assert section(text, heading).strip(), f"{path.name} has no {heading}"
