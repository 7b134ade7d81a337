"""The words about what a written text repeats of the training text."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "write.least": both("Underline from", "下划线起点"),
    "write.least_help": both(
        "Characters in a row that stand word for word in the training text.", "与训练文本逐字相同的连续字符数。"
    ),
    "manuscript.memory": both(
        "Underlined: {covered} of {characters} characters ({share} %) stand word for word in its training text, {least} or more in "
        "a row (longest: {longest}). Of text that it has never seen, {held_out} % do.",
        "下划线：{characters} 个字符中有 {covered} 个（{share}%）与训练文本逐字相同，且至少连续 {least} 个（最长 {longest} 个）。"
        "它从未见过的文本中，这一比例为 {held_out}%。",
    ),
    "manuscript.memory_none": both(
        "No {least} characters in a row stand in its training text (longest: {longest}). Of text that it has never seen, "
        "{held_out} % do.",
        "没有连续 {least} 个字符与训练文本相同（最长 {longest} 个）。它从未见过的文本中，这一比例为 {held_out}%。",
    ),
    "manuscript.where_hint": both(
        "Point at an underlined character, or reach it with the arrow keys: here stands where it was learned.",
        "将指针移到带下划线的字符上，或用方向键移到那里：这里会显示它出自训练文本何处。",
    ),
    "manuscript.at_line": both("{corpus}, line {line}:", "{corpus}，第 {line} 行："),
    "manuscript.at_character": both("{corpus}, from character {character}:", "{corpus}，第 {character} 个字符起："),
}
