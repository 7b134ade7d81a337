"""The words of compression."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "compression.title": both("The text as a file", "把文本存成文件"),
    "compression.about": both(
        "A token of probability p takes -log2 p bits, so a model's loss is the size of a file. The first model above codes the text in "
        "the box; gzip, xz and PPMd stand beside it.",
        "概率为 p 的词元占 -log2 p 比特，所以模型的损失就是文件的大小。由上面第一个模型为框中的文本编码，并与 gzip、xz、PPMd 并列。",
    ),
    "compression.compress": both("Compress", "压缩"),
    "compression.stop": both("Stop", "停止"),
    "compression.download": both("Download the file", "下载文件"),
    "compression.upload": both("Open a compressed file", "打开压缩文件"),
    "compression.upload_help": both(
        "Its own model reads it, where that is listed here; else the first one above.",
        "若写成它的模型列在此处，就由它来读；否则由上面第一个模型来读。",
    ),
    "compression.text": both("The text in the file", "文件中的文本"),
    "compression.too_long": both(
        "The file holds {tokens} tokens; here at most {most} are read at once. Open it on the command line: python -m core decompress",
        "文件中有 {tokens} 个词元，此处一次最多读 {most} 个。请在命令行打开：python -m core decompress",
    ),
    "sizes.running": both("measuring: {share} %", "正在测量：{share}%"),
    "sizes.stopped": both("stopped by you", "已由您停止"),
    "sizes.method": both("method", "方法"),
    "sizes.bytes": both("bytes", "字节"),
    "sizes.bits": both("bits/character", "比特/字符"),
    "sizes.method_text": both("the text itself", "文本本身"),
    "sizes.method_gzip": both("gzip (program)", "gzip（程序）"),
    "sizes.method_xz": both("xz (program)", "xz（程序）"),
    "sizes.method_ppmd": both("PPMd, order 6", "PPMd（6 阶）"),
    "sizes.kind_text": both("as UTF-8", "UTF-8 编码"),
    "sizes.kind_primed": both("has read the training text", "读过训练文本"),
    "sizes.kind_unprimed": both("has read nothing", "什么都没读过"),
    "sizes.kind_static": both("Static: stays as it was learned", "静态：保持学到的样子"),
    "sizes.kind_adaptive": both(
        "Adaptive: learns from this very text while it reads it", "自适应：在读这段文本时从中学习"
    ),
    "sizes.kind_computed": both("computed, no such file", "计算值，并无此文件"),
    "sizes.seen": both(
        "{model} makes {size} bytes of {characters} characters: {bits} bits per character. The file holds nothing but the model's "
        "choices, some sixty bytes to tell the model and to find damage, and needs the model to be read again.",
        "{model} 把 {characters} 个字符变成 {size} 字节：每字符 {bits} 比特。文件里只有模型的选择，外加约六十字节用来认出模型、发现损坏；"
        "要读出它，需要同一个模型。",
    ),
    "sizes.how": both(
        "All the programs are adaptive; compare like with like. Has read the training text: by how much this text makes the "
        "compressed training text longer (gzip sees its last 32 KB only).",
        "各程序都是自适应的；请同类相比。“读过训练文本”：指这段文本使训练文本的压缩结果变长多少（gzip 只能看到最后 32 KB）。",
    ),
}
