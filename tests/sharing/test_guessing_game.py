"""Shannon's game: the reader's moves, the lines, and models that guess the same places."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import BadCorpus, Refused
from core.lab import Lab
from core.places import Places
from core.sharing.guessing_game import CONTEXT, Game, line_to_guess
from core.text.catalogue import BUNDLED

PROJECT = Path(__file__).parents[2]
STORIES = {each.path.stem: each.path.read_bytes().decode() for each in BUNDLED}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    folder = tmp_path_factory.mktemp("game")
    (folder / "closed.txt").write_text("The cat sat on the mat. " * 60)
    made = Lab(places=Places(PROJECT / "plugins", folder / "checkpoints", (folder,), folder / "data"))
    for name, corpus, values in [
        ("tide", "tide_clock", {"order": 4}),
        ("moon", "moon_ferry", {"order": 3}),
        ("words", "tide_clock", {"order": 2, "level": "word"}),
        ("book", "tide_clock", {"order": 2, "form": "d2l"}),
        ("file", str(folder / "closed.txt"), {"order": 2}),
    ]:
        list(made.train("ngram", corpus, made.places.checkpoints / name, values))
    return made


def test_guesses_are_counted_until_the_character_is_found() -> None:
    game = Game("at")
    for guess in "xyx":  # what was tried already does not count again
        game = game.guess(guess)
    assert (game.found, game.tried) == ("", ("x", "y"))
    game = game.guess("a")
    assert (game.found, game.guesses, game.tried, game.over) == ("a", (3,), (), False)
    game = game.guess("t")
    assert game.over and game.guesses == (3, 1) and game.guess("z") == game == game.give_up(["z"])


def test_who_gives_up_hands_on_to_another_guesser_with_what_is_left() -> None:
    game = Game("at").guess("x").give_up(["x", "b", "a", "c"])  # x is gone: b is the second guess, a the third
    assert game.guesses == (3,)
    assert Game("a").give_up(["b", "c"]).guesses == (3,)  # not in the order at all: behind all of it
    assert game.bounds() is not None and Game("a").bounds() is None


@given(st.text("abc", min_size=1, max_size=8), st.text("abcd", max_size=60))
def test_a_twin_can_write_the_line_down_from_the_numbers_alone(line: str, guesses: str) -> None:
    """Shannon's argument: who guesses in a fixed order needs the numbers and nothing else."""
    order, game = list(dict.fromkeys(guesses + "abc")), Game(line)
    while not game.over:
        for each in order:
            before = len(game.guesses)
            game = game.guess(each)
            if len(game.guesses) > before:
                break
    assert "".join(order[number - 1] for number in game.guesses) == line


@pytest.mark.parametrize("name, corpus", [("tide", "tide_clock"), ("moon", "moon_ferry")])
def test_lines_are_held_out_and_follow_their_context(lab: Lab, name: str, corpus: str) -> None:
    story = STORIES[corpus]
    held_out = story[int(0.9 * len(story)) :]
    first = lab.line_to_guess(name)
    assert first.lines > 1 and 12 <= len(first.text) <= 40 and len(first.context) == CONTEXT
    for number in range(first.lines):
        line = lab.line_to_guess(name, number)
        assert line.number == number and line.context + line.text in held_out and "\n" not in line.text
    assert lab.line_to_guess(name, first.lines) == first


def test_a_text_without_lines_says_so() -> None:
    with pytest.raises(Refused, match="no line"):
        line_to_guess("short\n" * 100, "short", 0)
    with pytest.raises(Refused):  # an unknown character in every line
        line_to_guess(("a" * 20 + "é\n") * 100, "a", 0)


def test_models_guess_the_same_places_as_their_distributions_say(lab: Lab) -> None:
    line = lab.line_to_guess("tide", 1)
    (found,) = lab.model_guesses(["tide"], line.context, line.text)
    for at in (0, 5, len(line.text) - 1):
        prefix, answer = line.context + line.text[:at], line.text[at]
        order = lab.guess_order("tide", prefix)
        assert found["guesses"][at] == 1 + order.index(answer)
        likeliest = lab.next_tokens("tide", prefix, 100)["candidates"]
        assert order == [each["token"] for each in likeliest if each["token"] != "<unk>"]
        probability = next(each["probability"] for each in likeliest if each["token"] == answer)
        assert found["bits"][at] == pytest.approx(-math.log2(probability), abs=1e-4)
        # the bits of the score after the same context
    nats = lab.score("tide", text=line.context + line.text)["log_probs"][-len(line.text) :]
    assert np.sum(found["bits"]) == pytest.approx(-np.sum(nats) / math.log(2), abs=1e-3)


@pytest.mark.parametrize("name", ["words", "book"])
def test_models_of_other_tokens_or_forms_are_refused_beside_the_others(lab: Lab, name: str) -> None:
    with pytest.raises(Refused, match="character by character"):
        lab.line_to_guess(name)
    line = lab.line_to_guess("tide")
    told, fine = lab.model_guesses([name, "tide"], line.context, line.text)
    assert "逐字符" in told["error"]["zh"] and len(fine["guesses"]) == len(line.text)


def test_a_text_that_is_not_open_is_no_game(lab: Lab) -> None:
    with pytest.raises(BadCorpus):
        lab.line_to_guess("file")
