"""The words of the page as a whole: tabs, errors, and what models and levels are called."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "toast.info": both("Note", "提示"),
    "toast.warning": both("Please note", "注意"),
    "toast.lost": both(
        "The server does not answer. The page tries again by itself; what you have typed is kept.",
        "服务器没有应答。页面会自动重试，您输入的文字不会丢失。",
    ),
    "toast.too_large": both(
        "The file is larger than {size}. Give a part of it, or paste a passage.",
        "文件超过 {size}。请只给一部分，或粘贴其中一段。",
    ),
    "toast.full": both(
        "Too many people are waiting at once. Try again in a minute.", "同时排队的人太多，请一分钟后再试。"
    ),
    "toast.errored": both(
        "The connection was cut off. Try again; what you have typed is kept.",
        "连接中断。请重试，您输入的文字不会丢失。",
    ),
    "picture.chance": both("the model gave it 1 chance in", "模型给它的机会：几分之一"),
    "picture.surprise_given": both("given, not scored", "已知，不计分"),
    "picture.surprise_bits": both("{bits} bits, 1 in {chance}", "{bits} 比特，{chance} 分之一"),
    "picture.surprise_impossible": both("impossible for this model (infinite)", "此模型认为不可能（无穷）"),
    "picture.curve_hint": both(
        "Point at a mark, or move along with the arrow keys.", "将指针移到标记上，或用方向键移动。"
    ),
    "picture.curve_point": both("{name}x = {x}, y = {y}", "{name}横轴 {x}，纵轴 {y}"),
    "picture.rarer": both("rarer", "更小"),
    "page.tagline": both(
        "Small language models, from Markov chains to LSTMs: write with them, question them, look inside.",
        "从马尔可夫链到长短期记忆网络的小型语言模型：用它们续写，考问它们，拆开来看。",
    ),
    "page.other_language": both("中文", "English"),
    "page.switch": both("Show the page in Chinese", "用英文显示页面"),
    "tab.write": both("Write", "续写"),
    "tab.read": both("Read", "对读"),
    "tab.inside": both("Look inside", "拆开看"),
    "tab.models": both("Models", "模型"),
    "level.char": both("characters", "字符"),
    "level.word": both("words", "词"),
    "level.bpe": both("byte pairs", "字节对"),
    "form.d2l": both("in the book's form", "书中的形式"),
    "form.spaced": both("between spaces", "以空白分隔"),
    "label.bits": both("{bits} bits/char", "{bits} 比特/字符"),
    "label.unmeasured": both("not measured", "未测"),
    "error.title": both("This did not work", "未能完成"),
    "error.unexpected": both(
        "Something of ours went wrong; nothing you typed is lost. Try again, or another model; the server's log has the "
        "details.",
        "程序出了问题，您输入的内容没有丢失。请重试或换用其他模型；详情见服务器日志。",
    ),
    "tab.learn": both("Learn", "课程"),
    "tab.corpus": both("Corpus", "语料"),
    "tab.train": both("Train", "训练"),
    "share.link": both("Link", "链接"),
    "share.python": both("as Python", "用 Python"),
    "share.curl": both("as curl", "用 curl"),
    "share.copy": both("Copy", "复制"),
    "share.copied": both("Copied.", "已复制。"),
    "share.not_copied": both(
        "The browser does not allow it: select the text and copy it.", "浏览器不允许：请选中后复制。"
    ),
    "share.link_copied": both("The link to this very state is copied.", "指向当前状态的链接已复制。"),
    "share.link_shown": both("This is the link to this very state.", "这是指向当前状态的链接。"),
    "share.missing_text": both("Without the text, which is too long for a link.", "不含文本：太长，链接放不下。"),
    "share.missing_model": both("Without your own model, which only you can see.", "不含您自己的模型：只有您能看到。"),
    "link.damaged": both(
        "This link is damaged, so the page opens as usual. Ask for it again.",
        "链接已损坏，页面按默认状态打开。请重新索取链接。",
    ),
    "link.missing_text": both(
        "The text of this link was too long to travel: enter it yourself.", "链接中的文本太长，未能带来：请自行输入。"
    ),
    "link.missing_model": both(
        "The model of this link belongs to one visitor alone: choose another one here.",
        "链接中的模型只属于一位访客：请在此另选一个。",
    ),
}
