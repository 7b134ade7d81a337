"""The report of an ordeal says what happened, failures and gaps included."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]

TESTS = """
import pytest

@pytest.mark.ordeal
def test_kills(record_property):
    record_property("kills", 500)

def test_ordinary():
    pass

def test_broken():
    assert False

def test_left_out():
    pytest.skip("nothing here")

def test_never_reached():
    pass
"""


def report_of(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    """Run the tests above with the plug-in and return pytest's exit status and the report."""
    (tmp_path / "test_small.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = ordeal\n")
    target = tmp_path / "docs" / "report.md"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.ordeal_report",
        f"--ordeal-report={target}",
        *arguments,
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "UNROLL_ORDEAL": "1"}
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    return ran.returncode, target.read_text(encoding="utf-8")


def test_the_report_has_failures_first_and_figures_beside_the_long_forms(tmp_path: Path) -> None:
    status, report = report_of(tmp_path)
    assert status == 1
    assert "3 passed, 1 failed, 1 skipped; pytest's exit status 1 (some failed)" in report
    assert "NOT COMPLETE" not in report
    failed, long_forms = report.index("## Failed"), report.index("## Long forms")
    assert failed < report.index("| `test_small.py::test_broken` | failed |") < long_forms
    line = next(line for line in report[long_forms:].splitlines() if "test_kills" in line)
    assert line.startswith("| `test_small.py::test_kills` | passed |") and line.endswith("| kills 500 |")
    slowest = report.index("## The ten slowest")
    assert "test_ordinary" not in report[long_forms:slowest] and "test_ordinary" in report[slowest:]


def test_a_run_that_was_cut_short_says_so(tmp_path: Path) -> None:
    status, report = report_of(tmp_path, "-x")  # stops at the third of five
    assert status == 1
    assert "NOT COMPLETE: only 3 of 5 tests were run." in report


def test_a_run_of_a_part_shows_its_command(tmp_path: Path) -> None:
    status, report = report_of(tmp_path, "-k", "ordinary")
    assert status == 0
    assert "UNROLL_ORDEAL='1' pytest -q" in report and "-k ordinary`" in report
    assert "1 passed, 0 failed, 0 skipped; pytest's exit status 0 (all passed)" in report
