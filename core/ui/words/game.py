"""The words of Shannon's game."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "guess.title": both("Shannon's game: your own bits per character", "香农猜字游戏：测一测您自己的比特/字符"),
    "guess.about": both(
        "Guess a line that no model has learned, character by character, until each is right. The numbers of guesses bound how "
        "uncertain you are, and the models guess the same places.",
        "逐字符猜一行任何模型都没学过的文字，直到猜对为止。猜测次数给出您的不确定程度的上下界；模型也在同样的位置猜。",
    ),
    "guess.models": both("Against", "对手"),
    "guess.models_help": both(
        "The line is held out from the first one's text; all must be models of characters of that text.",
        "所猜的行取自第一个模型的留出文本；各模型都应是同一文本上的字符模型。",
    ),
    "guess.begin": both("Begin", "开始"),
    "guess.next": both("Another line", "换一行"),
    "game.empty": both("Press Begin: a line to guess appears here.", "按“开始”：这里会出现要猜的一行。"),
    "game.context": both("What stands before the line", "这一行之前的文字"),
    "game.line": both("The line, and the guesses that each character took", "这一行，以及每个字符所用的猜测次数"),
    "game.line_of": both(
        "Line {number} of {lines}; {place} of {length} characters found",
        "第 {number} 行（共 {lines} 行）；已猜出 {length} 个字符中的 {place} 个",
    ),
    "game.next_character": both("The next character", "下一个字符"),
    "game.space": both("a space counts: ␣", "空格也算：␣"),
    "game.give_up": both("Give up here", "放弃此处"),
    "game.give_up_help": both(
        "{model} guesses on in your place; its guesses are added to yours.", "由 {model} 接着猜，次数计入您的名下。"
    ),
    "game.candidates": both("Likely to {model}, or type any other:", "{model} 认为可能的，也可自行输入："),
    "game.tried": both("Not it:", "不是："),
    "game.right": both("Yes: “{character}”, guesses: {guesses}.", "对了：“{character}”，猜了 {guesses} 次。"),
    "game.wrong": both("Not “{character}”.", "不是“{character}”。"),
    "game.given_up": both(
        "It was “{character}”; with {model}'s guesses: {guesses}.",
        "是“{character}”；连同 {model} 的猜测共 {guesses} 次。",
    ),
    "game.again": both(
        "“{character}” was tried already; it does not count again.", "“{character}”已经猜过，不重复计数。"
    ),
    "game.strange": both(
        "“{character}” does not occur in the text that the models learned; it does not count.",
        "“{character}”未在模型的训练文本中出现过，不计数。",
    ),
    "game.over": both("The line is found.", "这一行猜完了。"),
    "game.who": both("who", "谁"),
    "game.you": both("you", "您"),
    "game.you_and": both("you, with {model}'s list", "您（参考 {model} 的候选）"),
    "game.places": both("places", "位置数"),
    "game.first": both("right at once", "一次猜中"),
    "game.mean": both("guesses a place", "平均次数"),
    "game.bounds": both("bits/character, from the guesses", "比特/字符（由次数估计）"),
    "game.bits": both("bits/character, from its probabilities", "比特/字符（由概率计算）"),
    "game.between": both("{lower} to {upper}", "{lower} 到 {upper}"),
    "game.bounds_mean": both(
        "Shannon's bounds (1951) for whoever guesses in this order. He found 0.6 to 1.3 bits for readers of English, with 27 "
        "characters and a hundred letters in view. After {places} places they are rough: the upper one is too low by about {bias} "
        "bits for you.",
        "香农（1951）给出的上下界。他测得英语读者为 0.6 到 1.3 比特（27 个字符，可见前一百个字母）。"
        "只有 {places} 处时相当粗略：您的上界大约偏低 {bias} 比特。",
    ),
    "game.too_few": both(
        "From {enough} places on the guesses bound your bits per character.",
        "猜满 {enough} 处后，即可由猜测次数估计您的比特/字符。",
    ),
    "game.list_mean": both(
        "Among thousands of characters nobody guesses without help, so {model}'s likeliest are listed. The bounds then hold for you "
        "and the list together, not for you alone.",
        "在数千个汉字中盲猜不成其为游戏，所以列出 {model} 认为最可能的字。此时上下界属于您和候选表这一整体，而不是您一个人。",
    ),
    "game.resume": both("Go on with your line: {place} characters found", "继续刚才那一行：已猜出 {place} 个字符"),
    "game.guesses_label": both("{character}: {guesses}", "{character}：{guesses} 次"),
}
