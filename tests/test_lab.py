"""The use-cases, from a text to a model that writes, and everything a person can do wrong on the way."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.errors import BadCheckpoint, BadCorpus, BadSetting, BadText, LabError, Refused, UnknownName
from core.generation.generate import Piece
from core.lab import Lab
from core.places import Places
from core.training.events import Evaluated, Finished, Step

PROJECT = Path(__file__).parents[1]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:6000]
NAMES = "\n".join(
    f"{first}{last}" for first in ("an", "be", "cor", "di") for last in ("na", "la", "ra", "so", "mi", "ta")
)
TINY = {"hidden_size": 8, "epochs": 1, "batch_size": 8, "num_steps": 16}
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "ngram": ("ngram", {"order": 3}),
    "words": ("ngram", {"order": 2, "level": "word"}),
    "d2l-words": ("ngram", {"order": 2, "level": "word", "form": "d2l"}),
    "pairs": ("ngram", {"order": 2, "level": "bpe", "bpe_size": 300}),
    "scratch": ("rnn_scratch", TINY),
    "lstm-half": ("lstm", {**TINY, "precision": "float16", "validation": False}),
    "names": ("gru", {**TINY, "lines": "lines"}),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with a small checkpoint of every kind."""
    folder = tmp_path_factory.mktemp("lab")
    corpora = folder / "corpora"
    corpora.mkdir()
    (corpora / "text.txt").write_text(TEXT)
    (corpora / "names.txt").write_text(NAMES)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (corpora,), folder / "data"))
    for name, (model, values) in KINDS.items():
        corpus = corpora / ("names.txt" if name == "names" else "text.txt")
        list(made.train(model, str(corpus), made.places.checkpoints / name, values))
    return made


def text_file(lab: Lab) -> Path:
    return lab.places.corpora[0] / "text.txt"


def prefix_for(name: str) -> str:
    return "" if name == "names" else "the clock" if name == "d2l-words" else "The clock"


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "values", [{}, {"temperature": 0.7, "top_k": 5}, {"top_p": 0.8}, {"strategy": "greedy"}, {"strategy": "beam"}]
)
def test_the_same_seed_writes_the_same_text_streamed_or_not(lab: Lab, name: str, values: dict[str, Any]) -> None:
    settings = {"tokens": 30, "seed": 5, **values}
    whole = lab.generate_whole(name, prefix_for(name), settings)
    again = lab.generate_whole(name, prefix_for(name), settings)
    pieces = [piece for piece in lab.generate(name, prefix_for(name), settings) if isinstance(piece, Piece)]
    assert whole["text"] == again["text"] == "".join(piece.text for piece in pieces)
    assert whole["ids"] == [id_ for piece in pieces for id_ in piece.ids]
    assert len(whole["ids"]) == len(whole["log_probs"]) == len(whole["tokens"])


@pytest.mark.parametrize("name", [name for name in KINDS if name != "names"])
def test_scoring_the_returned_ids_gives_what_generation_reported(lab: Lab, name: str) -> None:
    prefix = prefix_for(name)
    whole = lab.generate_whole(name, prefix, {"tokens": 40, "temperature": 0.8, "top_k": 10})
    before = lab.tokenize(name, prefix)["ids"]
    scored = lab.score(name, ids=[*before, *whole["ids"]])["log_probs"]
    assert scored[len(before) - 1 :] == pytest.approx(whole["log_probs"], abs=1e-5)


@pytest.mark.parametrize("name", KINDS)
def test_a_fresh_checkpoint_proves_its_own_results(lab: Lab, name: str) -> None:
    result = lab.verify(name)
    assert result["holds"], result["rows"]
    assert {row["what"].split()[0] for row in result["rows"]} >= {"train", "held_out"}


def test_verification_notices_a_card_that_lies(lab: Lab) -> None:
    config = lab.places.checkpoints / "ngram" / "config.json"
    honest = config.read_text()
    values = json.loads(honest)
    values["results"]["held_out"]["perplexity"] *= 0.99
    config.write_text(json.dumps(values))
    try:
        assert lab.verify("ngram")["holds"] is False
    finally:
        config.write_text(honest)


def test_verification_says_when_the_text_is_not_here(lab: Lab) -> None:
    elsewhere = Lab(places=Places(PROJECT / "plugins", lab.places.checkpoints, (), lab.places.data / "none"))
    with pytest.raises(BadCorpus, match="UNROLL_CORPORA"):
        elsewhere.verify("ngram")


def test_the_list_shows_train_beside_held_out(lab: Lab) -> None:
    rows = {row["name"]: row for row in lab.checkpoints()}
    assert set(rows) == set(KINDS)
    for row in rows.values():
        assert row["train_perplexity"] > 1
        assert row["held_out_perplexity"] > 1
        assert row["bits_per_char"] > 0
        assert row["finished"]


def test_scores_say_what_they_should(lab: Lab) -> None:
    result = lab.score("ngram", text="The clock")
    assert (result["tokens"], result["scored"]) == (9, 8)
    assert result["nats"] == pytest.approx(-sum(result["log_probs"]))
    assert result["perplexity"] == pytest.approx(math.exp(result["nats"] / 8))
    assert result["bits_per_char"] == pytest.approx(result["nats"] / math.log(2) / 8)
    windows = lab.score("ngram", text="The clock", window=3)
    assert windows["scored"] == 8
    assert windows["nats"] != result["nats"]


def test_unknown_characters_are_charged_their_spelling(lab: Lab) -> None:
    result = lab.score("ngram", text="The 钟")
    assert result["unknown"] == 1
    # Four characters are scored; 钟 was never seen, so -log2(1 / (5400 + 1114112)) = 20.09 bits are charged for it.
    spelling = math.log2(len(TEXT) * 9 // 10 + 1_114_112)
    assert result["bits_per_char"] == pytest.approx((result["nats"] / math.log(2) + spelling) / 4)
    assert result["perplexity_known"] < result["perplexity"]


def test_next_tokens_are_the_models_distribution(lab: Lab) -> None:
    result = lab.next_tokens("ngram", "The cloc", top=200)
    assert result["candidates"][0]["token"] == "k"
    assert sum(each["probability"] for each in result["candidates"]) == pytest.approx(1)
    expected = -sum(p * math.log2(p) for p in (each["probability"] for each in result["candidates"]) if p > 0)
    assert result["entropy_bits"] == pytest.approx(expected)


def test_reading_gives_every_token_its_surprise(lab: Lab) -> None:
    stream = lab.read("scratch", "The clock")
    assert stream["bits"][0] is None
    assert len(stream["tokens"]) == len(stream["bits"]) == 9
    line = lab.read("names", "anna")
    assert len(line["tokens"]) == len(line["bits"]) == 5  # four letters and the end of the line
    assert None not in line["bits"]


def test_tokens_of_a_level_alone(lab: Lab) -> None:
    assert lab.tokenize("char", "abca")["tokens"] == list("abca")
    assert lab.tokenize("word", "to be or not")["tokens"] == ["to", " be", " or", " not"]


@pytest.mark.parametrize("name", ["ngram", "words", "pairs", "scratch"])
def test_compressed_texts_come_back_whole(lab: Lab, tmp_path: Path, name: str) -> None:
    text = TEXT[:500] + "\r\n钟🕰️\t<unk>"
    (tmp_path / "in.txt").write_bytes(text.encode())
    sizes = lab.compress(name, tmp_path / "in.txt", tmp_path / "coded")
    assert sizes["bytes_after"] < sizes["bytes_before"]
    lab.decompress(tmp_path / "coded", tmp_path / "out.txt")
    assert (tmp_path / "out.txt").read_bytes().decode() == text


# A run that is interrupted


@pytest.mark.parametrize("model", ["rnn_scratch", "gru"])
def test_a_resumed_run_makes_the_same_checkpoint(lab: Lab, tmp_path: Path, model: str) -> None:
    values = {**TINY, "epochs": 2, "evaluations": 4, **({"dropout": 0.2} if model == "gru" else {})}
    list(lab.train(model, str(text_file(lab)), tmp_path / "whole", values))
    events = lab.train(model, str(text_file(lab)), tmp_path / "cut", values)
    for event in events:
        if isinstance(event, Step) and event.step == 30:
            break
    events.close()  # type: ignore[attr-defined]
    unfinished = Lab(places=Places(PROJECT / "plugins", tmp_path, lab.places.corpora, tmp_path / "data"))
    assert [row["finished"] for row in unfinished.checkpoints() if row["name"] == "cut"] == [False]
    assert unfinished.generate_whole("cut", "The", {"tokens": 5})["text"]  # what is there can be used
    with pytest.raises(Refused, match="nothing to verify"):
        unfinished.verify("cut")
    events = list(lab.train(model, str(text_file(lab)), tmp_path / "cut", {}, resume=True))
    assert isinstance(events[-1], Finished)
    assert (tmp_path / "cut" / "model.safetensors").read_bytes() == (
        tmp_path / "whole" / "model.safetensors"
    ).read_bytes()
    final = [event for event in events if isinstance(event, Evaluated)][-1]
    assert final.final
    assert not (tmp_path / "cut" / "training_state.json").exists()


def test_resuming_through_a_file_is_exact_where_every_step_is_clipped(lab: Lab, tmp_path: Path) -> None:
    # The norm is a sum over the parameters in their order, which a file must not change.
    values = {"hidden_size": 97, "batch_size": 5, "num_steps": 17, "epochs": 2, "clip_norm": 0.01, "evaluations": 0}
    list(lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "whole", values))
    events = lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "cut", values)
    for event in events:
        if isinstance(event, Step) and event.step == 40:
            break
    events.close()  # type: ignore[attr-defined]
    list(lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "cut", {"clip_norm": "0.010"}, resume=True))
    assert (tmp_path / "cut" / "model.safetensors").read_bytes() == (
        tmp_path / "whole" / "model.safetensors"
    ).read_bytes()


def test_closing_after_the_end_leaves_a_finished_checkpoint(lab: Lab, tmp_path: Path) -> None:
    events = lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "out", TINY)
    for event in events:
        if isinstance(event, Finished):
            break
    events.close()  # type: ignore[attr-defined]
    assert not (tmp_path / "out" / "training_state.json").exists()
    assert json.loads((tmp_path / "out" / "config.json").read_text())["results"]


def test_weights_too_large_for_float16_are_kept_as_float32(lab: Lab, tmp_path: Path) -> None:
    values = {**TINY, "precision": "float16", "optimizer": "sgd", "learning_rate": 100, "weight_decay": 0.1}
    values |= {"schedule": "constant", "clip_norm": 0.0, "initial_scale": 1.0}
    *_, end = lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "out", values)
    assert isinstance(end, Finished)
    assert Lab(places=Places(PROJECT / "plugins", tmp_path, (), tmp_path)).generate_whole("out", "The", {"tokens": 2})


def test_resuming_refuses_what_cannot_go_on(lab: Lab, tmp_path: Path) -> None:
    events = lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "cut", {**TINY, "epochs": 3})
    for event in events:
        if isinstance(event, Step) and event.step == 3:
            break
    events.close()  # type: ignore[attr-defined]
    with pytest.raises(BadSetting, match="hidden_size"):
        lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "cut", {"hidden_size": 9}, resume=True)
    with pytest.raises(UnknownName, match="hidden_size"):
        lab.train("rnn_scratch", str(text_file(lab)), tmp_path / "cut", {"hiden_size": 8}, resume=True)
    with pytest.raises(BadCheckpoint, match="cannot go on as"):
        lab.train("gru", str(text_file(lab)), tmp_path / "cut", {}, resume=True)
    with pytest.raises(BadCheckpoint, match="nothing was saved"):
        lab.train("gru", str(text_file(lab)), tmp_path / "nothing", {}, resume=True)
    with pytest.raises(BadCheckpoint, match="no interrupted run"):
        lab.train("ngram", str(text_file(lab)), lab.places.checkpoints / "ngram", {}, resume=True)


def test_a_finished_checkpoint_is_not_overwritten_unasked(lab: Lab, tmp_path: Path) -> None:
    out = tmp_path / "kept"
    list(lab.train("ngram", str(text_file(lab)), out, {"order": 2}))
    with pytest.raises(BadText, match="--replace"):
        lab.train("ngram", str(text_file(lab)), out, {"order": 3})
    list(lab.train("ngram", str(text_file(lab)), out, {"order": 3}, replace=True))
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "to-mother.txt").write_text("dear")
    for replace in (False, True):
        with pytest.raises(BadText, match="other files"):
            lab.train("ngram", str(text_file(lab)), tmp_path / "letters", {}, replace=replace)


# What a person can do wrong


def raises(
    kind: type[LabError], lab: Lab, tmp_path: Path, text: str | bytes, model: str = "ngram", **values: Any
) -> LabError:
    """Train on a text that cannot work and return the error; nothing may be left behind."""
    file = tmp_path / "given.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(kind) as caught:
        list(lab.train(model, str(file), tmp_path / "out", values))
    assert not (tmp_path / "out").exists()
    assert "\n" not in str(caught.value)
    assert caught.value.in_language("zh") != str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    "text", ["", "x", "\x00\x01\x02" * 99, b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "ab"], ids=repr
)
def test_texts_that_teach_nothing(lab: Lab, tmp_path: Path, text: str | bytes) -> None:
    raises(BadText, lab, tmp_path, text)


def test_a_text_shorter_than_a_window_still_teaches(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("a short text that has no window of its own")
    events = list(
        lab.train("rnn_scratch", str(tmp_path / "short.txt"), tmp_path / "out", {"epochs": 2, "num_steps": 500})
    )
    assert isinstance(events[-1], Finished)


def test_an_order_larger_than_the_text(lab: Lab, tmp_path: Path) -> None:
    raises(LabError, lab, tmp_path, "abcdefghij", order=16)


def test_settings_out_of_range_and_misspelt(lab: Lab, tmp_path: Path) -> None:
    raises(BadSetting, lab, tmp_path, TEXT, order=17)
    assert "smoothing" in str(raises(UnknownName, lab, tmp_path, TEXT, smoothin="none"))
    with pytest.raises(UnknownName, match="Did you mean 'lstm'"):
        lab.train("lsmt", "tide_clock", tmp_path / "out")
    with pytest.raises(UnknownName, match="Did you mean 'time_machine'"):
        lab.train("ngram", "time_machin", tmp_path / "out")
    with pytest.raises(UnknownName, match="Did you mean 'ngram'"):
        lab.generate("ngrams", "x")


@pytest.mark.parametrize("name", ["../ngram", "/etc", "", ".", "..", "a\0b", "hub:someone/model"])
def test_odd_checkpoint_names_are_refused(lab: Lab, name: str) -> None:
    with pytest.raises(LabError):
        lab.open(name)


def test_prefixes_that_cannot_begin_a_text(lab: Lab) -> None:
    with pytest.raises(BadText, match="empty"):
        lab.generate("ngram", "")
    with pytest.raises(BadText, match="钟"):
        lab.generate("ngram", "钟钟")
    assert lab.generate_whole("ngram", "The 钟", {"tokens": 3})["unknown"]
    assert lab.generate_whole("names", "")["finish_reason"] in ("end", "length")


@pytest.mark.parametrize(
    "values",
    [{"temperature": -1}, {"temperature": "hot"}, {"top_p": 0}, {"tokens": 0}, {"seed": -1}, {"strategy": "guess"}],
)
def test_generation_settings_out_of_range(lab: Lab, values: dict[str, Any]) -> None:
    with pytest.raises(BadSetting):
        lab.generate("ngram", "The", values)


def test_scores_that_make_no_sense(lab: Lab) -> None:
    for bad in ({}, {"text": "ab", "ids": [1, 2]}, {"text": ""}, {"text": "a"}, {"ids": []}):
        with pytest.raises(BadText):
            lab.score("ngram", **bad)  # type: ignore[arg-type]
    for bad in ({"ids": [1, 10**6]}, {"ids": [-1, 2]}, {"text": "abc", "window": -1}):
        with pytest.raises(BadSetting):
            lab.score("ngram", **bad)  # type: ignore[arg-type]
    with pytest.raises(BadSetting, match="line by line"):
        lab.score("names", text="anna", window=2)
    with pytest.raises(BadSetting, match="exclude each other"):
        lab.score("ngram", text="abc", window=2, adaptive=True)


def test_what_a_model_learns_while_reading_is_said_and_forgotten(lab: Lab) -> None:
    text = "the boojum saw the boojum and the boojum saw the snark " * 3
    static = lab.score("ngram", text=text)
    first = lab.score("ngram", text=text, adaptive=True)
    assert lab.score("ngram", text=text, adaptive=True) == first  # nothing is left from reading it once
    assert lab.score("ngram", text=text) == static
    assert first["adaptive"] is True and static["adaptive"] is False
    assert first["nats"] < static["nats"]
    ids = lab.tokenize("ngram", text)["ids"]
    assert lab.score("ngram", ids=ids, adaptive=True)["log_probs"] == first["log_probs"]
    read = lab.compare(["ngram"], text, adaptive=True)["models"][0]
    assert read["adaptive"] is True and read["nats"] == first["nats"]
    assert lab.read("ngram", text, adaptive=True)["log_probs"] == first["log_probs"]


def test_lines_are_learned_from_one_after_the_other(lab: Lab) -> None:
    lines = "\n".join(["zyxwv"] * 30)
    assert lab.score("names", text=lines, adaptive=True)["nats"] < lab.score("names", text=lines)["nats"]


def test_a_broken_plugin_is_listed_and_the_rest_works(lab: Lab, tmp_path: Path) -> None:
    for path in (PROJECT / "plugins").glob("*.py"):
        (tmp_path / path.name).write_text(path.read_text())
    (tmp_path / "wrong.py").write_text("1 / 0")
    other = Lab(places=Places(tmp_path, lab.places.checkpoints, (), lab.places.data))
    assert other.models()["broken"] == [
        {
            "name": "wrong",
            "reason": "ZeroDivisionError: division by zero",
            "reason_zh": "ZeroDivisionError: division by zero",
        }
    ]
    assert other.generate_whole("ngram", "The", {"tokens": 3})["text"]


def test_importing_the_lab_starts_neither_torch_nor_gradio() -> None:
    code = (
        "import sys, core.lab; core.lab.Lab(); print(sorted({'torch', 'gradio', 'huggingface_hub'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_n_gram_writes_without_torch(lab: Lab) -> None:
    code = (
        "import sys; from core.lab import Lab; lab = Lab();"
        "lab.generate_whole('ngram', 'The', {'tokens': 5}); lab.score('ngram', text='The'); print('torch' in sys.modules)"
    )
    import os

    environment = {**os.environ, "UNROLL_CHECKPOINTS": str(lab.places.checkpoints)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True, env=environment
    )
    assert done.stdout.strip() == "False"


def test_a_model_without_perplexity_is_trained_listed_and_used(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from core import cli

    plugins, text = tmp_path / "plugins", (PROJECT / "plugins" / "uniform.py").read_text()
    plugins.mkdir()
    changed = text.replace('name="uniform"', 'name="scores", normalised=False')
    assert changed != text
    (plugins / "scores.py").write_text(changed)
    made = Lab(places=Places(plugins, tmp_path / "checkpoints", (), tmp_path / "data"))
    monkeypatch.setattr(cli, "Lab", lambda: made)
    out = str(tmp_path / "checkpoints" / "scores")
    assert cli.main(["train", "scores", "--corpus", "tide_clock", "--out", out]) == 0
    assert "do not sum to 1" in capsys.readouterr().out
    assert cli.main(["checkpoints"]) == 0
    assert "infinite" not in capsys.readouterr().out
    assert made.generate_whole("scores", "The", {"tokens": 3})["ids"]
    with pytest.raises(Refused):
        made.score("scores", text="The clock")
