"""What is shown of a model's inside, against the model's own numbers and plain products."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import numpy as np
import pytest

from core.errors import BadText, UnknownName
from core.lab import Lab
from core.places import Places
from core.sharing.inspection import MOST_STEPS

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "core" / "text" / "bundled" / "tide_clock.txt").read_text()[:3000]
TINY = {"hidden_size": 8, "epochs": 1, "batch_size": 8, "num_steps": 16, "validation": False}
KINDS = {
    "scratch": ("rnn_scratch", TINY), "lstm": ("lstm", {**TINY, "num_layers": 2, "embedding_size": 5}),
    "gru": ("gru", {**TINY, "embedding_size": 0}), "ngram": ("ngram", {"order": 3}), "flat": ("uniform", {}),
}  # fmt: skip


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("inspection")
    (folder / "text.txt").write_text(TEXT)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (), folder / "data"))
    for name, (model, values) in KINDS.items():
        list(made.train(model, str(folder / "text.txt"), made.places.checkpoints / name, values))
    return made


@pytest.mark.parametrize("name", KINDS)
def test_every_trace_arrives_as_the_model_gives_it(lab: Lab, name: str) -> None:
    opened = lab.open(name)
    found = lab.inspect(name, "The clock rang.")
    assert "".join(found["tokens"]) == "The clock rang." and not found["cut"]
    given = opened.model.trace(np.array(found["ids"]))
    for listed in found["traces"]:
        trace = lab.inspect(name, "The clock rang.", listed["name"])["trace"]
        kind, _, layer = listed["name"].partition(" ")
        array = given[kind][:, int(layer) - 1] if layer else given[kind].reshape(15, -1)
        coded = np.frombuffer(base64.b64decode(trace["coded"]), dtype="<u2").reshape(trace["steps"], trace["units"])
        values = trace["low"] + coded / 65_534 * (trace["high"] - trace["low"])
        known = np.isfinite(array)
        assert np.abs(values - array)[known].max() <= (trace["high"] - trace["low"]) / 65_534
        assert (coded[~known] == 65_535).all()
    assert (found["trace"] is None) == (name == "flat")


@pytest.mark.parametrize("name", ["scratch", "lstm", "gru"])
def test_the_row_is_the_product_and_both_sides_of_the_identity_agree(lab: Lab, name: str) -> None:
    found = lab.inspect_step(name, "The clock", 4)
    tensors = lab.open(name).model.tensors()
    matrix = {"scratch": "W_xh", "lstm": "embedding.weight"}.get(name)
    expected = tensors[matrix] if matrix else tensors["layers.0.weight_ih_l0"].T
    assert found["row"]["left"] == pytest.approx(expected[found["id"]][:8].tolist())
    assert found["row"]["matrix"] == ("E" if name == "lstm" else "W_xh") and found["row"]["shape"] == list(
        expected.shape
    )
    assert found["row"]["difference"] == 0
    assert found["identity"]["difference"] < 1e-5
    assert found["identity"]["left"] == pytest.approx(found["identity"]["right"], abs=1e-5)


def test_the_identity_uses_the_state_before_the_step(lab: Lab) -> None:
    tensors, ids = lab.open("scratch").model.tensors(), lab.inspect("scratch", "The")["ids"]
    H = np.tanh(tensors["W_xh"][ids[0]] + tensors["b_h"])
    expected = tensors["W_xh"][ids[1]] + H @ tensors["W_hh"]
    assert lab.inspect_step("scratch", "The", 1)["identity"]["right"] == pytest.approx(expected.tolist(), abs=1e-6)


@pytest.mark.parametrize("name", KINDS)
def test_the_end_of_a_step_is_the_models_distribution(lab: Lab, name: str) -> None:
    found = lab.inspect_step(name, "The clock", 3)
    same = lab.next_tokens(name, "The ", 10)
    assert [each["id"] for each in found["candidates"]] == [each["id"] for each in same["candidates"]]
    assert found["entropy_bits"] == pytest.approx(same["entropy_bits"], abs=1e-4)
    assert found["next"]["bits"] == pytest.approx(lab.read(name, "The c")["bits"][-1], abs=1e-3)
    if name in ("scratch", "lstm", "gru"):
        first, second = found["candidates"][:2]
        ratio = math.log(first["probability"] / second["probability"])
        assert first["logit"] - second["logit"] == pytest.approx(ratio, abs=1e-4)
    else:
        assert found["row"] is None and found["candidates"][0]["logit"] is None
    assert lab.inspect_step(name, "The clock", 99)["next"] is None


def test_mistakes_and_long_texts(lab: Lab) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'hidden'"):
        lab.inspect("scratch", "The", "hiden")
    with pytest.raises(BadText):
        lab.inspect("scratch", "")
    found = lab.inspect("scratch", TEXT)
    assert found["cut"] and len(found["ids"]) == found["trace"]["steps"] == MOST_STEPS
