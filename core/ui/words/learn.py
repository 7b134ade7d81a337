"""The words of the tab Learn; what the lessons themselves say stands in ``core/ui/lessons``."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "intro.learn": both(
        "The chapter in short lessons: predict, then run, then see.", "短课程：先预测，再运行，再看结果。"
    ),
    "intro.to_lesson": both("{section}: open the lesson “{title}”", "{section}：打开课程“{title}”"),
    "lesson.lessons": both("Lessons", "课程列表"),
    "lesson.step_predict": both("1 Predict", "1 预测"),
    "lesson.step_ran": both("2 Run", "2 运行"),
    "lesson.step_seen": both("3 See", "3 看结果"),
    "lesson.run": both("Run", "运行"),
    "lesson.first": both("Predict first.", "请先作出预测。"),
    "lesson.running": both("The models are at work …", "模型正在计算……"),
    "lesson.working": both("At work: {share} %", "正在计算：{share} %"),
    "lesson.step_exercise": both("4 Work it out", "4 练习"),
    "lesson.check": both("Check", "检查"),
    "lesson.exercise_right": both("Right.", "正确。"),
    "lesson.exercise_wrong": both("Not yet.", "还不对。"),
    "lesson.stop": both("Stop", "停止"),
    "lesson.right": both("Your prediction was right.", "您预测对了。"),
    "lesson.wrong": both("It came otherwise: {answer}.", "结果并非如此，而是：{answer}。"),
    "lesson.number_near": both(
        "You predicted {guess}, and it is {right}: well judged.", "您预测 {guess}，实际为 {right}：判断得很准。"
    ),
    "lesson.number_low": both("You predicted {guess}; it is more, {right}.", "您预测 {guess}；实际更高，为 {right}。"),
    "lesson.number_high": both("You predicted {guess}; it is less, {right}.", "您预测 {guess}；实际更低，为 {right}。"),
    "lesson.number_infinite": both(
        "You predicted {guess}; it is infinite: a character came that the model held impossible.",
        "您预测 {guess}；实际为无穷：出现了模型认为不可能的字符。",
    ),
    "lesson.switch": both("Which line the models read", "让模型读哪一句"),
    "lesson.side_seen": both("Seen in training", "训练时见过"),
    "lesson.side_unseen": both("Unseen", "未见过"),
    "lesson.perplexity": both("perplexity {n}", "困惑度 {n}"),
    "lesson.hint": both(
        "Point at a character, or move along the line with the arrow keys.", "将指针移到字符上，或用方向键沿该行移动。"
    ),
}
