"""A pytest plug-in that writes what an ordeal did: ``pytest -p tests.ordeal_report --ordeal-report=docs/ordeal.md``.

A test adds its figures with ``record_property("kills", 500)``; they stand beside its name. The report is written
whatever the outcome, failures first, and says when only a part was asked for or the run was cut short.
"""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

_LIBRARIES = ("torch", "numpy", "tokenizers", "gradio", "hypothesis")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that names the report."""
    parser.addoption("--ordeal-report", metavar="FILE", help="write what this run did to FILE, as Markdown")


def pytest_configure(config: pytest.Config) -> None:
    """Collect results only where a report is wanted."""
    target = config.getoption("--ordeal-report")
    if target:
        config.pluginmanager.register(OrdealReport(Path(target).absolute()))


class OrdealReport:
    """Gathers the outcome of every test and writes the report at the end."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.started = datetime.datetime.now(datetime.UTC)
        self.tests: dict[str, dict[str, Any]] = {}
        self.long: set[str] = set()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note which tests are long forms."""
        self.long = {item.nodeid for item in items if item.get_closest_marker("ordeal")}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note one phase (set-up, call, clean-up) of one test; the worst outcome stands."""
        test = self.tests.setdefault(report.nodeid, {"outcome": "passed", "seconds": 0.0, "figures": {}})
        test["seconds"] += report.duration
        test["figures"].update(report.user_properties)
        if report.outcome != "passed" and test["outcome"] != "failed":
            test["outcome"] = report.outcome

    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        self.target.write_text("\n".join(self._lines(session, int(exitstatus))) + "\n", encoding="utf-8")

    def _lines(self, session: pytest.Session, exitstatus: int) -> list[str]:
        outcomes = [test["outcome"] for test in self.tests.values()]
        given = [f"{name}='{os.environ[name]}'" for name in ("UNROLL_ORDEAL", "PYTEST_ADDOPTS") if name in os.environ]
        asked = " ".join([*given, "pytest", *map(str, session.config.invocation_params.args)])
        counts = ", ".join(f"{outcomes.count(word)} {word}" for word in ("passed", "failed", "skipped"))
        minutes = (datetime.datetime.now(datetime.UTC) - self.started).total_seconds() / 60
        lines = [
            "# The last ordeal", "",
            "Written by `make ordeal`, which runs all tests with their long forms; what this run was asked for stands under Command.", "",
            f"- Date: {self.started:%Y-%m-%d %H:%M} UTC, {minutes:.1f} minutes",
            f"- Command: `{asked}`",
            f"- Source: {_source()}",
            f"- Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
            f"- Libraries: {', '.join(f'{name} {version(name)}' for name in _LIBRARIES)}",
            f"- Real corpora: {'yes' if os.environ.get('UNROLL_CORPORA') else 'no, their tests were skipped'}",
            f"- Result: {counts}; pytest's exit status {exitstatus} ({_meaning(exitstatus)})",
        ]  # fmt: skip
        if len(self.tests) < session.testscollected:
            lines.append(f"- NOT COMPLETE: only {len(self.tests)} of {session.testscollected} tests were run.")
        failed = [name for name, test in self.tests.items() if test["outcome"] == "failed"]
        shown = [name for name, test in self.tests.items() if name in self.long or test["figures"]]
        slowest = sorted(self.tests, key=lambda name: -self.tests[name]["seconds"])[:10]
        for title, names in (("Failed", failed), ("Long forms", shown), ("The ten slowest", slowest)):
            if names:
                lines += ["", f"## {title}", "", "| test | result | seconds | figures |", "|---|---|---|---|"]
                lines += [self._row(name) for name in names]
        return lines

    def _row(self, name: str) -> str:
        test = self.tests[name]
        figures = ", ".join(f"{key} {value}" for key, value in test["figures"].items())
        cells = (f"`{name}`", test["outcome"], f"{test['seconds']:.1f}", figures)
        return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _meaning(exitstatus: int) -> str:
    words = {0: "all passed", 1: "some failed", 2: "interrupted", 3: "pytest itself failed", 5: "no tests were found"}
    return words.get(exitstatus, "wrongly called")


def _source() -> str:
    """Return the commit that was tried, and whether files differ from it."""

    def git(*words: str) -> str:
        command = ("git", "-c", "core.quotepath=off", *words)
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=30).stdout.strip()

    try:
        commit = git("rev-parse", "--short=12", "HEAD")
        changed = git("status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return "not a git repository"
    return f"commit {commit}" + (", with changes that are not committed" if changed else "")
