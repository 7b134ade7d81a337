"""The benchmarks run, and their peers do the same work: same losses, same scores, same texts. No figure is judged."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from core.bench.conditions import Sizes, counted, recurrent, story
from core.bench.kenlm_peer import KenLM, kenlm_is_here
from core.bench.limits import multiplications
from core.bench.load import _percentile
from core.bench.measure import Row, beside, measure, speeds
from core.bench.peers import BookLearner, book_network, book_score, book_write
from core.bench.report import report
from core.bench.runner import BENCHES, run_bench
from core.bench.servers import served
from core.bench.training import MODELS
from core.bench.writing import write_streams
from core.cli import main
from core.errors import Failure, UnknownName
from core.generation.generate import collect
from core.generation.prefix import warm_up_ids
from core.generation.sampling import GenerationSettings, uniforms
from core.lab import Lab
from core.measures.perplexity import score_stream
from core.places import PROJECT, Places
from core.settings import build
from core.text.sequences import Sequences

TINY = Sizes(
    repetitions=1, starts=1, warm_up=False, hidden_size=8, batch_size=2, num_steps=3, windows=2, order=3, lstm_written=4,
    ngram_written=4, streams=2,
    lstm_scored=12, ngram_scored=12, texts=3, seeds=2, curve_epochs=1, curve_tokens=600, made=3000, made_large=5000, chain_written=4,
    checkpoint="story", clients=2, seconds=0.3,
)  # fmt: skip
# A page that is there at once, for what does not depend on the page.
QUICK_PAGE = (
    "-c",
    "import os\nfrom http.server import HTTPServer, SimpleHTTPRequestHandler\n"
    "HTTPServer(('127.0.0.1', int(os.environ['GRADIO_SERVER_PORT'])), SimpleHTTPRequestHandler).serve_forever()",
)
needs_kenlm = pytest.mark.skipif(not kenlm_is_here(), reason="kenlm is not installed")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A Lab with one checkpoint: an n-gram model of the bundled story."""
    folder = tmp_path_factory.mktemp("bench")
    places = Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data")
    made = Lab(places=places)
    for _ in made.train("ngram", "tide_clock", places.checkpoints / "story", {"order": 3, "max_tokens": 2000}):
        pass
    return made


# Timing


def test_functions_take_turns_and_the_first_round_does_not_count() -> None:
    calls: list[str] = []
    now = 0.0

    def work(name: str, seconds: list[float]) -> None:
        nonlocal now
        calls.append(name)
        now += seconds.pop(0)

    first, second = [100.0, 1.0, 5.0, 2.0], [100.0, 4.0, 4.0, 7.0]
    found = measure([lambda: work("a", first), lambda: work("b", second)], 3, clock=lambda: now)
    assert calls == ["a", "b"] * 4
    assert found == [2.0, 4.0]  # medians of 1, 5, 2 and of 4, 4, 7


def test_without_a_warm_up_every_round_counts() -> None:
    times = iter([0.0, 3.0])
    assert measure([lambda: None], 1, warm_up=False, clock=lambda: next(times)) == [3.0]


def test_the_ratio_says_how_many_times_as_fast_whatever_the_unit() -> None:
    fast = speeds("x", 100, [0.5, 2.0], "peer")  # 200 and 50 tokens a second
    assert (fast.ours, fast.peer, fast.ratio) == (200.0, 50.0, 4.0)
    assert Row("x", 0.5, "peer", 2.0, "s").ratio == 4.0
    assert speeds("x", 100, [0.5], "peer").ratio is None


def test_percentiles_lie_where_they_should() -> None:
    waits = [float(n) for n in range(101)]
    assert (_percentile(waits, 50), _percentile(waits, 95), _percentile([3.0], 95)) == (50.0, 95.0, 3.0)


# The peers do the same work


@pytest.mark.parametrize("name", MODELS)
def test_the_books_code_learns_what_ours_learns(lab: Lab, name: str) -> None:
    model = recurrent(lab, name, 7, 8)
    values = {"batch_size": 2, "num_steps": 5, "optimizer": "sgd", "learning_rate": 1.0, "schedule": "constant",
              "clip_norm": 0.1, "reset_probability": 0.0, "products": "float32"}  # fmt: skip
    learner = model.Learner(model, build(model.Learner.Config, values), seed=0)
    peer = BookLearner(model, 1.0, 0.1)
    ids = np.random.default_rng(0).integers(0, 7, 60).astype(np.int32)
    windows = list(islice(learner.windows(Sequences.of_stream(ids), 0), 4))
    assert len(windows) == 4  # the later ones show that clipping, step and carried state agree too
    for window in windows:
        assert peer.learn(window) == pytest.approx(learner.learn(window, 0.0).loss_nats, abs=1e-5)


def test_the_books_lstm_scores_and_writes_what_ours_does(lab: Lab) -> None:
    prepared = story(lab)
    model = recurrent(lab, "lstm", prepared.tokenizer.vocab_size, 8)
    peer, ids = book_network(model), prepared.held_out.ids[:40]
    assert np.allclose(
        book_score(peer, ids[None, :-1], ids[None, 1:])[0], score_stream(model, ids).log_probs, atol=1e-5
    )
    written = collect(model, prepared.tokenizer, "the tide ", GenerationSettings(tokens=30, seed=5)).ids
    prefix = warm_up_ids(prepared.tokenizer, "the tide ")
    assert book_write(peer, prefix, 30, uniforms(5), prepared.tokenizer.unk_id) == list(written)


def test_streams_written_at_once_are_those_written_alone(lab: Lab) -> None:
    prepared = story(lab)
    tokenizer = prepared.tokenizer
    model = recurrent(lab, "lstm", tokenizer.vocab_size, 8)
    together = write_streams(model, tokenizer, warm_up_ids(tokenizer, "the tide "), 30, [5, 6, 7])
    alone = [
        collect(model, tokenizer, "the tide ", GenerationSettings(tokens=30, seed=seed)).text for seed in (5, 6, 7)
    ]
    assert together == alone and len(set(together)) == 3


def test_every_peer_of_the_same_work_gets_its_row() -> None:
    rows = beside("x", 100, [0.5, 2.0, 0.1], {"peer": 100, "limit": 30})  # 200, 50 and 300 tokens a second
    assert [(row.peer_name, row.ours, row.peer) for row in rows] == [("peer", 200.0, 50.0), ("limit", 200.0, 300.0)]
    assert rows[1].ratio == pytest.approx(2 / 3)


def test_multiplications_of_a_token_are_those_of_its_two_products() -> None:
    assert multiplications(4, 256, 28) == 256 * 1024 + 256 * 28  # [256] x [256, 1024] and [256] x [256, 28]


@needs_kenlm
def test_kenlm_scores_and_writes_what_our_ngram_does(lab: Lab, tmp_path: Path) -> None:
    prepared = story(lab)
    tokenizer, ids = prepared.tokenizer, prepared.held_out.ids[:500]
    ours = counted(lab, prepared, 5)
    kenlm = KenLM(ours, tokenizer, tmp_path / "story.arpa")
    assert np.allclose(kenlm.score(kenlm.text(ids)), score_stream(ours, ids).log_probs, atol=1e-4)  # it keeps float32
    written = collect(ours, tokenizer, "the tide ", GenerationSettings(tokens=50, seed=3)).ids
    assert kenlm.write(warm_up_ids(tokenizer, "the tide "), 50, uniforms(3)) == list(written)


# The benchmarks


@pytest.mark.parametrize("what", ["train", "generate", "score"])
def test_a_benchmark_finds_positive_figures_beside_its_peers(lab: Lab, what: str) -> None:
    found = run_bench(what, lab, TINY)
    assert found["rows"] and found["notes"]
    for row in found["rows"]:
        if not kenlm_is_here() and "kenlm" in row["peer_name"]:
            assert row["ours"] > 0 and row["peer"] is None and row["ratio"] is None
        else:
            assert all(row[name] > 0 and math.isfinite(row[name]) for name in ("ours", "peer", "ratio"))
    assert "torch threads" in found["notes"][-1] and "numpy" in found["notes"][-1]
    json.dumps(found, allow_nan=False)


def test_without_kenlm_our_figure_stands_alone_and_a_note_says_why(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.bench.kenlm_peer.kenlm_is_here", lambda: False)
    found = run_bench("score", lab, TINY)
    alone = [row for row in found["rows"] if "kenlm" in row["peer_name"]]
    assert len(alone) == 3  # scored, and written cold and warm
    assert all(row["ours"] > 0 and row["peer"] is None and row["ratio"] is None for row in alone)
    assert any("kenlm is not installed" in note for note in found["notes"])


def test_starting_is_measured_in_fresh_processes_and_up_to_the_first_page(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    for page in ("OUR_PAGE", "BARE_PAGE"):  # the real ones start in the test of the load
        monkeypatch.setattr(f"core.bench.starting.{page}", QUICK_PAGE)
    rows = run_bench("start", lab, TINY)["rows"]
    assert {row["what"] for row in rows} == {"import core.lab", "core generate story, 100 tokens", "first page"}
    assert all(row[name] > 0 for row in rows for name in ("ours", "peer", "ratio"))


def test_load_asks_both_servers(lab: Lab) -> None:
    found = run_bench("load", lab, TINY)
    assert [row["what"] for row in found["rows"]] == [
        f"{name}, 2 visitors, p{percent}" for name in ("/generate", "/score") for percent in (50, 95)
    ]
    assert all(row[name] > 0 for row in found["rows"] for name in ("ours", "peer", "ratio"))


def test_a_page_that_ends_at_once_is_reported_with_its_last_words(lab: Lab) -> None:
    with (
        pytest.raises(Failure, match="nothing to serve") as caught,
        served(("-c", "raise SystemExit('nothing to serve')"), lab),
    ):
        pass
    assert "nothing to serve" in caught.value.in_language("zh")


def test_a_page_is_gone_when_it_is_no_longer_needed(lab: Lab) -> None:
    import httpx

    with served(QUICK_PAGE, lab) as address, httpx.Client(trust_env=False) as client:
        assert client.get(address).status_code == 200
    with pytest.raises(httpx.ConnectError), httpx.Client(trust_env=False) as client:
        client.get(address)


# Names and output


def test_an_unknown_benchmark_is_answered_with_the_nearest(lab: Lab) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'generate'") as caught:
        run_bench("genrate", lab)
    assert "generate" in caught.value.in_language("zh")


@pytest.mark.parametrize("what", ["start", "load"])
def test_without_the_checkpoint_it_needs_no_process_is_started(tmp_path: Path, what: str) -> None:
    bare = Lab(places=Places(PROJECT / "plugins", tmp_path / "none", (), tmp_path))
    with pytest.raises(UnknownName, match="No checkpoint named 'story'"):
        run_bench(what, bare, TINY)


def test_the_command_line_prints_one_json_document(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "quality", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"rows", "checkpoints", "notes"}


def test_the_terminal_shows_a_missing_peer_as_a_dash(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [
        Row("score ngram", 12345.6, "kenlm", None, "tokens/s").as_json(),
        Row("page", 2.0, "bare", 3.0, "s").as_json(),
    ]
    report({"rows": rows, "checkpoints": [], "notes": ["a note"]})
    shown = capsys.readouterr().out.splitlines()
    assert shown[1].split() == ["score", "ngram", "12,350", "-", "-", "tokens/s", "kenlm"]
    assert shown[2].split() == ["page", "2", "3", "1.5", "s", "bare"] and shown[-1] == "a note"


def test_the_promised_benchmarks_are_there_and_importing_them_starts_no_heavy_library() -> None:
    assert set(BENCHES) == {"train", "generate", "score", "quality", "adaptive", "curves", "start", "load"}
    program = (
        "import sys, core.bench.runner\nprint(sorted({'torch', 'gradio', 'gradio_client', 'kenlm'} & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True
    )
    assert ran.stdout.strip() == "[]"


def test_curves_of_both_kinds_of_numbers_begin_with_the_same_weights_and_stay_close(lab: Lab) -> None:
    found = run_bench("curves", lab, TINY)
    assert [(row["what"], row["unit"], row["ratio"]) for row in found["rows"]] == [
        ("curve lstm: at the end", "nats", None), ("curve gru: at the end", "nats", None),
    ]  # fmt: skip
    for row in found["rows"]:
        assert row["ours"] == pytest.approx(row["peer"], rel=0.05) and row["ours"] < math.log(100)
    assert any(note.startswith("gru: the mean curves lie ") for note in found["notes"])
