"""A Space of the project: what is planned without a network, the front matter, and what pip makes of its requirements."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from core import cli
from core.errors import BadText, UnknownName
from core.places import PROJECT
from core.sharing.space import FILES, FOLDERS, SpacePlan, narrowed, plan_space

# What ZeroGPU, the machine of free accounts, has.
ZERO_GPU_PYTHONS = {"3.12.12", "3.10.13"}
ZERO_GPU_TORCH = SpecifierSet(">=2.8.0,<2.12")

# The whole installation of a Space is resolved within this time (seconds), or the test says that no index answers. A pip
# of this age reads what a package needs without fetching it whole; an older one would fetch 2 GB.
PATIENCE = 240
PIP = "pip>=25.3"
# What a Linux of today takes: a library's own number, and the names that these had before.
LINUX = (*(f"manylinux_2_{number}" for number in range(36, 4, -1)), "manylinux2014", "manylinux2010", "manylinux1")


def write(folder: Path, *names: str, text: str = "x") -> None:
    """Write small files into a folder."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of a few files."""
    folder = tmp_path / "project"
    write(folder, "app.py", "README.md", "LICENSE", "core/lab.py", "plugins/rnn.py", "docs/page.md")
    write(folder, "checkpoints/small/config.json", "checkpoints/small/model.safetensors")
    write(folder, "requirements.txt", text="# for the recurrent models\ntorch>=2.8,<2.14\n\ntqdm>=4,<5\n")
    return folder


def plan(
    project: Path, space: str = "ann/unroll", environment: dict[str, str] | None = None, **wanted: Any
) -> SpacePlan:
    """Return a plan whose data lie outside the project."""
    return plan_space(project, space, {"UNROLL_DATA": str(project.parent / "data"), **(environment or {})}, **wanted)


# What is sent


def test_the_program_its_models_and_its_pages_are_sent(project: Path) -> None:
    assert set(plan(project).files) == {
        "app.py", "README.md", "LICENSE", "requirements.txt", "core/lab.py", "plugins/rnn.py", "docs/page.md",
        "checkpoints/small/config.json", "checkpoints/small/model.safetensors",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "core/__pycache__/lab.cpython-312.pyc", "core/lab.pyc", "core/ui/page.pyi", "core/lab.py~", "core/.env", "plugins/.git/config",
        "checkpoints/.small-1/config.json", "checkpoints/small/training_state.json", "checkpoints/small/training_state.safetensors",
        ".env", ".git/config", "tests/test_lab.py", "Makefile", "secrets.txt", "data/own/a/config.json",
    ],
)  # fmt: skip
def test_what_others_have_no_use_for_is_never_sent(project: Path, name: str) -> None:
    before = plan(project).files
    write(project, name)
    assert plan(project).files == before


@pytest.mark.parametrize("folder", ["checkpoints/visitors", "core/visitors"])
def test_a_visitors_data_are_never_sent_wherever_they_lie(project: Path, folder: str) -> None:
    before = plan(project).files
    write(project, f"{folder}/own/0a1b/config.json")
    assert plan(project).files != before  # what would be sent otherwise
    assert plan(project, environment={"UNROLL_DATA": str(project / folder)}).files == before


def test_a_link_is_not_followed_out_of_the_project(project: Path, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/private.txt")
    before = plan(project).files
    try:
        (project / "docs" / "private.txt").symlink_to(tmp_path / "elsewhere" / "private.txt")
        (project / "docs" / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    except OSError:
        pytest.skip("this system allows no links")
    assert plan(project).files == before


def test_the_real_project_is_whole_and_holds_only_what_git_knows() -> None:
    files = set(plan_space(PROJECT, "ann/unroll", {}).files)
    assert {"app.py", "core/lab.py", "core/ui/page.css", "plugins/lstm.py", "docs/china.md"} <= files
    assert {f"checkpoints/{name}/model.safetensors" for name in ("shakespeare-lstm", "red-chamber-ngram")} <= files
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT, capture_output=True, text=True, check=False, encoding="utf-8",
    )  # fmt: skip
    if listed.returncode != 0:
        pytest.skip("this copy has no git to ask")
    assert files <= set(listed.stdout.split("\0"))


def test_the_size_is_the_sum_of_the_files(project: Path) -> None:
    found = plan(project)
    assert found.size == sum((project / name).stat().st_size for name in found.files)


# What is set


def test_limits_go_along_and_nothing_else_of_the_environment() -> None:
    environment = {
        "UNROLL_MAX_TOKENS": " 500 ", "UNROLL_TRAINING": "5", "UNROLL_MAX_RUNS": "", "UNROLL_CORPORA": "/texts",
        "UNROLL_CHECKPOINTS": "/models", "UNROLL_DATA": "/data", "UNROLL_ORDEAL": "1", "HF_TOKEN": "hf_secret",
        "HUGGING_FACE_HUB_TOKEN": "hf_secret", "OAUTH_CLIENT_SECRET": "s", "PATH": "/bin", "MY_UNROLL_MAX_TOKENS": "1",
    }  # fmt: skip
    assert plan_space(PROJECT, "ann/unroll", environment).variables == {
        "UNROLL_MAX_TOKENS": "500", "UNROLL_TRAINING": "5",
    }  # fmt: skip


def test_whose_checkpoints_are_used_is_set_only_where_a_person_has_set_it() -> None:
    """Its owner may have published none: the index says where they are, and the gallery knows the author by itself."""
    assert plan_space(PROJECT, "ann/unroll", {}).variables == {}


def test_the_gallery_may_be_somebody_elses() -> None:
    assert plan_space(PROJECT, "ann/unroll", {"UNROLL_HUB_OWNER": "bob"}).variables == {"UNROLL_HUB_OWNER": "bob"}


def test_every_variable_of_the_readme_but_the_folders_goes_along() -> None:
    table = re.findall(
        r"^\| `(UNROLL_\w+)` \|", (PROJECT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    folders = {"UNROLL_CORPORA", "UNROLL_CHECKPOINTS", "UNROLL_DATA"}
    assert folders < set(table)
    sent = plan_space(PROJECT, "ann/unroll", dict.fromkeys(table, "7")).variables
    assert set(table) - folders <= set(sent) <= set(table) - folders | {"UNROLL_HUB_OWNER"}


def test_a_plan_holds_no_secret(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_very_secret")
    assert cli.main(["space", "ann/unroll", "--json"]) == 0
    out = capsys.readouterr()
    assert "hf_very_secret" not in out.out + out.err
    assert "token" not in json.dumps(json.loads(out.out)["variables"]).lower()


# Names


@pytest.mark.parametrize(
    "name", ["unroll", "ann/", "/unroll", "ann/un roll", "ann/unroll/x", "hub:ann/unroll", "ann/unroll@main", "../x", "ann/月", ""]
)  # fmt: skip
def test_a_wrong_name_is_told_in_both_languages(project: Path, name: str) -> None:
    with pytest.raises(BadText) as caught:
        plan(project, name)
    assert "OWNER/NAME" in caught.value.in_language("en")
    assert "不是 Space 的名称" in caught.value.in_language("zh")
    assert "\n" not in str(caught.value)


def test_hardware_is_one_of_the_hubs(project: Path) -> None:
    assert plan(project, hardware="zero-a10g").hardware == "zero-a10g"
    with pytest.raises(UnknownName, match="Did you mean 'cpu-basic'") as caught:
        plan(project, hardware="cpu-basik")
    assert "硬件" in caught.value.in_language("zh")


# The command, asked or not


def test_without_a_terminal_and_yes_nothing_is_done_and_it_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.use_cases.sharing.make_space", lambda *_: pytest.fail("it was made"))
    assert cli.main(["space", "ann/unroll", "--private"]) == 2
    printed = capsys.readouterr()
    assert "private Space ann/unroll" in printed.out
    assert "core/lab.py" in printed.out
    assert "no longer has are deleted there below core/, plugins/, checkpoints/, docs/\n" in printed.out
    assert "Nothing was done" in printed.err
    assert "--yes" in printed.err


def test_with_json_one_document_and_nothing_else_is_printed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "sys.stdin.isatty", lambda: True, raising=False
    )  # nobody is asked, or the question would stand in the JSON
    monkeypatch.setattr("builtins.input", lambda _: pytest.fail("it asked"))
    assert cli.main(["space", "ann/unroll", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["done"] is False
    assert told["space"] == "ann/unroll"
    assert told["bytes"] > 1_000_000


@pytest.mark.parametrize(("answer", "made"), [("y", 1), ("n", 0), ("", 0)])
def test_a_person_at_a_terminal_is_asked(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str, made: int
) -> None:
    calls: list[object] = []

    def pretend(project: Path, plan: SpacePlan) -> dict[str, Any]:
        calls.append(plan)
        return {"space": plan.space, "url": "https://example.org", "deleted": []}

    monkeypatch.setattr("core.use_cases.sharing.make_space", pretend)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert cli.main(["space", "ann/unroll"]) == 0
    assert len(calls) == made
    assert ("Nothing was done" in capsys.readouterr().err) is not bool(made)


# The front matter


def front_matter() -> dict[str, Any]:
    """Return the front matter of README.md."""
    return dict(yaml.safe_load((PROJECT / "README.md").read_text(encoding="utf-8").split("---\n")[1]))


def test_the_front_matter_names_the_gradio_that_is_tested_and_allowed() -> None:
    told = front_matter()["sdk_version"]
    assert told == version("gradio")
    line = next(each for each in (PROJECT / "requirements.txt").read_text().splitlines() if each.startswith("gradio["))
    assert told in Requirement(line).specifier


def test_the_front_matter_fits_the_free_machine() -> None:
    front = front_matter()
    assert front["sdk"] == "gradio"
    assert front["python_version"] in ZERO_GPU_PYTHONS
    assert Version(front["python_version"]) >= Version("3.11"), "the project needs 3.11"
    assert front["suggested_hardware"] == "zero-a10g"
    assert (PROJECT / front["app_file"]).is_file()
    assert len(front["short_description"]) <= 60
    assert front["license"] == "mit"


def test_signing_in_grants_no_more_than_publishing_needs() -> None:
    front = front_matter()
    assert front["hf_oauth"] is True
    # It lets a visitor create repositories through this Space and write those, and none of their others.
    assert front["hf_oauth_scopes"] == ["contribute-repos"]


def test_the_front_matter_is_what_the_hub_knows() -> None:
    known = {
        "title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "short_description", "models",
        "datasets", "tags", "license", "hf_oauth", "hf_oauth_scopes", "suggested_hardware",
    }  # fmt: skip
    assert set(front_matter()) <= known


# The requirements


def test_only_the_line_of_pytorch_is_narrowed() -> None:
    own = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    ours, theirs = own.splitlines(), narrowed(own).splitlines()
    assert [pair for pair in zip(ours, theirs, strict=True) if pair[0] != pair[1]] == [
        ("torch>=2.8,<2.14", "torch>=2.8,<2.12")
    ]
    assert plan_space(PROJECT, "ann/unroll", {}).requirements == narrowed(own)


def test_requirements_without_pytorch_are_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        narrowed("tqdm>=4,<5\n")


@pytest.mark.timeout(4 * PATIENCE)
def test_the_installation_of_the_space_resolves(tmp_path: Path) -> None:
    """Let pip resolve, for the Space's Python and nothing that is here, the line that its build installs."""
    front = front_matter()
    (tmp_path / "requirements.txt").write_text(plan_space(PROJECT, "ann/unroll", {}).requirements, encoding="utf-8")
    short = front["python_version"].rpartition(".")[0]
    _install_pip(tmp_path)
    done = _pip(
        tmp_path, "install", "--dry-run", "--ignore-installed", "--report", str(tmp_path / "report.json"),
        "--target", str(tmp_path / "site"), "--use-feature=fast-deps", "--only-binary=:all:",
        "--python-version", short, "--implementation", "cp", "--abi", f"cp{short.replace('.', '')}",
        *(word for system in LINUX for word in ("--platform", f"{system}_x86_64")),
        "-r", str(tmp_path / "requirements.txt"),
        f"gradio[oauth,mcp]=={front['sdk_version']}", "uvicorn", "websockets", "spaces",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    found = {
        each["metadata"]["name"].lower().replace("_", "-"): each["metadata"]["version"] for each in report["install"]
    }
    assert Version(found["torch"]) in ZERO_GPU_TORCH
    assert found["gradio"] == front["sdk_version"]
    assert Version(found["pydantic"]) in allowed_by_gradios_mcp("pydantic")
    assert Version(found["mcp"]) in allowed_by_gradios_mcp("mcp")
    for wanted in own_requirements():
        assert Version(found[wanted.name.replace("_", "-")]) in wanted.specifier, wanted
    assert {"spaces", "authlib", "itsdangerous", "uvicorn", "websockets"} <= set(found)


def _pip(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the pip that was installed into ``folder``, or this environment's where there is none yet."""
    options = ("--disable-pip-version-check", "--no-input", "--quiet", "--retries", "1", "--timeout", "15")
    return subprocess.run(
        [sys.executable, "-m", "pip", *options, *words],
        env={**os.environ, "PYTHONPATH": str(folder / "pip")}, cwd=folder,
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip


def _install_pip(folder: Path) -> None:
    """Install a pip of today into ``folder``, or skip the test where no package index answers."""
    try:
        done = _pip(folder, "install", "--target", str(folder / "pip"), PIP)
    except subprocess.TimeoutExpired:
        pytest.skip(f"no package index answered within {PATIENCE} s")
    if done.returncode != 0:
        pytest.skip(f"no package index answers here: {done.stderr.strip().splitlines()[-1]}")


def own_requirements() -> list[Requirement]:
    """Return the lines of requirements.txt."""
    lines = (PROJECT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def allowed_by_gradios_mcp(name: str) -> SpecifierSet:
    """Return the versions that gradio[mcp], as it is installed here, allows."""
    for each in [Requirement(line) for line in requires("gradio") or []]:
        if each.name == name and each.marker is not None and "mcp" in str(each.marker):
            return each.specifier
    pytest.fail(f"gradio[mcp] asks for no {name}")


def test_what_is_tested_here_is_what_a_space_would_take() -> None:
    for wanted in own_requirements():
        assert version(wanted.name) in wanted.specifier, wanted
    for name in ("pydantic", "mcp"):
        assert version(name) in allowed_by_gradios_mcp(name), name


# The entry


FAKE = '''"""A stand-in of Hugging Face's package `spaces`: it counts what is marked."""
marked = []


def GPU(function):
    marked.append(function)
    return function
'''


def test_the_page_starts_where_spaces_wants_exactly_one_marked_function(tmp_path: Path) -> None:
    write(tmp_path, "spaces.py", text=FAKE)
    asked = (
        "import sys, spaces, app\n"
        "[marked] = spaces.marked\n"
        "assert marked is app.on_gpu and marked() is None\n"
        "assert 'torch' not in sys.modules and 'gradio' not in sys.modules, 'ZeroGPU wants to be imported first'\n"
        "assert callable(app.main)\n"
        "print('ready')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(PROJECT)])}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "ready\n", done.stderr


def test_the_entry_imports_spaces_before_everything_that_may_start_a_gpu() -> None:
    tree = ast.parse((PROJECT / "app.py").read_text(encoding="utf-8"))
    named = [
        alias.name if isinstance(node, ast.Import) else str(node.module)
        for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom) for alias in node.names
    ]  # fmt: skip
    first = [name for name in named if name.split(".")[0] not in ("__future__", "os", "sys")]
    assert first[0] == "spaces"


def test_the_lists_of_what_is_sent_are_the_projects() -> None:
    assert all((PROJECT / name).is_file() for name in FILES)
    assert all((PROJECT / name).is_dir() for name in FOLDERS)
