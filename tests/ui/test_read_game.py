"""Shannon's game on the page: moves, what the browser may know, and a game that outlives a reload."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.errors import BadText, Refused
from core.lab import Lab
from core.measures.guessing import guess_bounds
from core.ui.components.game import game_value
from core.ui.guessing import GIVE_UP, YOU, another, as_kept, begin, candidates, moved, resumed
from tests.ui.visitor import NARROW, Open, go_to


def test_the_value_for_the_browser_holds_nothing_of_what_is_not_found(open_lab: Lab) -> None:
    play = begin(open_lab, ["tide", "tide-bigram"], 3)
    answer = play.line.text
    for move in [answer[:4], "€", GIVE_UP]:
        play = moved(open_lab, play, move)
        told = json.dumps(game_value(play, candidates(open_lab, play)), ensure_ascii=False)
        found = len(play.game.guesses)
        assert answer[: found + 5] not in told and answer[found : found + 8] not in told
        (row,) = [each for each in game_value(play, [])["rows"] if each["name"] == "tide"]
        assert row["places"] == found  # nothing of the models beyond it either


def test_typing_goes_on_up_to_the_first_wrong_character(open_lab: Lab) -> None:
    play = begin(open_lab, ["tide"], 0)
    answer = play.line.text
    wrong = next(c for c in "qzxj" if c != answer[3])
    play = moved(open_lab, play, answer[:3] + wrong + answer[3:])
    assert (
        play.game.guesses == (1, 1, 1) and play.game.tried == (wrong,) and play.told == ("wrong", {"character": wrong})
    )
    assert moved(open_lab, play, wrong).told == ("again", {"character": wrong})
    strange = moved(open_lab, play, "钟")  # an English text: it does not count
    assert strange.told == ("strange", {"character": "钟"}) and strange.game == play.game


def test_who_gives_up_gets_the_models_guesses(open_lab: Lab) -> None:
    play = moved(open_lab, begin(open_lab, ["tide"], 0), GIVE_UP)
    assert play.game.guesses == (play.models[0]["guesses"][0],)


def test_a_simulated_player_who_always_gives_up_is_the_model(open_lab: Lab) -> None:
    play = begin(open_lab, ["tide", "tide-bigram"], 1)
    while not play.game.over:
        play = moved(open_lab, play, GIVE_UP)
    you, model, other = game_value(play, [])["rows"]
    assert {**you, "name": "", "you": 0, "bits": 0} == {**model, "name": "", "you": 0, "bits": 0}
    bounds = guess_bounds(play.models[1]["guesses"])
    assert (other["lower"], other["upper"]) == (bounds.lower, bounds.upper)
    assert other["bits"] == pytest.approx(sum(play.models[1]["bits"]) / len(play.line.text))
    assert moved(open_lab, play, "e") == play


def test_another_line_keeps_what_was_guessed_of_the_last_one(open_lab: Lab) -> None:
    play = moved(open_lab, begin(open_lab, ["tide"], 0), "€" + GIVE_UP)
    play = moved(open_lab, play, GIVE_UP)
    following = another(open_lab, play)
    assert following.line.number == 1 and not following.game.guesses
    assert following.guesses_of(YOU)[0] == list(play.game.guesses)
    assert following.guesses_of("tide") == (play.models[0]["guesses"][:1], play.models[0]["bits"][:1])


def test_a_game_is_played_again_from_its_moves(open_lab: Lab) -> None:
    play = another(open_lab, moved(open_lab, begin(open_lab, ["tide"], 0), GIVE_UP))
    for move in ["q", "z", GIVE_UP, play.line.text[1]]:
        play = moved(open_lab, play, move)
    kept = json.loads(json.dumps(as_kept(play)))
    again = resumed(open_lab, kept, kept["names"])
    assert (again.game, again.moves, again.line) == (play.game, play.moves, play.line)
    assert again.guesses_of(YOU) == play.guesses_of(YOU) and again.guesses_of("tide") == play.guesses_of("tide")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "0"}, {"moves": None}, {"moves": ["ab"]}, {"moves": ["a"] * 5000}, {"earlier": []}, {"earlier": {"you": []}},
        {"earlier": {"you": {"guesses": [0], "bits": []}}}, {"earlier": {"you": {"guesses": [1], "bits": ["x"]}}},
        {"earlier": {"you": {"guesses": [1], "bits": [1.0, 2.0]}}},
    ],
)  # fmt: skip
def test_what_a_browser_kept_is_not_trusted(open_lab: Lab, wrong: dict[str, Any]) -> None:
    with pytest.raises(BadText):
        resumed(open_lab, {"number": 0, "moves": [], "earlier": {}, **wrong}, ["tide"])


def test_chinese_is_guessed_with_a_list_and_english_without(open_lab: Lab) -> None:
    play = begin(open_lab, ["moon"], 0)
    listed = candidates(open_lab, play)
    assert len(listed) == 12 and listed == open_lab.guess_order("moon", play.line.context)[:12]
    wrong = next(each for each in listed if each != play.line.text[0])
    assert wrong not in candidates(open_lab, moved(open_lab, play, wrong))
    assert candidates(open_lab, begin(open_lab, ["tide"], 0)) == []


def test_a_text_that_is_not_open_is_told(lab: Lab) -> None:
    with pytest.raises((Refused, Exception), match="cannot be shown"):
        begin(lab, ["cats"], 0)


@pytest.mark.browser
def test_a_line_is_guessed_with_the_keyboard_and_goes_on_after_a_reload(
    open_page: Open, open_address: str, open_lab: Lab
) -> None:
    page = open_page(at=f"{open_address}#read/eyJnYW1lIjpbInRpZGUiXX0")  # {"game":["tide"]}
    line = open_lab.line_to_guess("tide", 0)
    bodies: list[str] = []
    page.on("response", lambda answer: bodies.append(_body(answer)))
    page.click("#begin-game")
    page.locator("#game .guess").wait_for()
    page.locator("#game .guess").focus()
    page.keyboard.type("q" if line.text[0] != "q" else "z")
    page.locator("#game .tried s").wait_for()
    page.keyboard.type(line.text[0])
    page.locator("#game .told", has_text="guesses: 2").wait_for()
    for character in line.text[1:10]:
        page.keyboard.type(character)
    page.locator("#game .about", has_text=f"10 of {len(line.text)}").wait_for()
    assert page.locator("#game .line small").first.inner_text() == "2"
    bounds = guess_bounds([2] + [1] * 9)
    assert f"{bounds.lower:.2f} to {bounds.upper:.2f}" in page.locator("#game tr.you").inner_text()
    assert not any(line.text[10:20] in body for body in bodies)  # the answer has not reached the browser
    page.reload()
    page.locator("#game .resume", has_text="10 characters found").click()
    page.locator("#game .about", has_text=f"10 of {len(line.text)}").wait_for()
    page.click("#game .give-up")
    page.locator("#game .about", has_text=f"11 of {len(line.text)}").wait_for()
    page.click("#next-line")
    page.locator("#game .about", has_text="Line 2").wait_for()
    assert "11" in page.locator("#game tr.you").inner_text()


@pytest.mark.browser
def test_chinese_is_guessed_on_a_phone(open_page: Open, open_address: str) -> None:
    page = open_page(language="zh-CN", at=open_address, size=NARROW)
    go_to(page, "对读")
    page.click("#begin-game")
    page.locator("#game .listed button").first.click()
    page.locator("#game .told", has_text="”").wait_for()
    assert "候选" in page.locator("#game .list-mean").inner_text() or page.locator("#game .tried s").count() == 1
    page.click("#game .give-up")
    page.locator("#game .list-mean", has_text="整体").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_where_no_line_can_be_guessed_the_page_says_why(open_page: Open) -> None:
    page = open_page()
    go_to(page, "Read")
    page.click("#begin-game")
    page.locator("#game .notice", has_text="cannot be shown").wait_for()


def _body(answer: Any) -> str:
    try:
        return str(answer.text())
    except Exception:  # noqa: BLE001 - a stream that has not ended
        return ""
