"""The words about the Hub: the gallery, publishing, verifying."""

from __future__ import annotations

from collections.abc import Mapping

from core.language import Bilingual, both

WORDS: Mapping[str, Bilingual] = {
    "link.on_the_hub": both(
        "The link uses {name}, which has not been fetched here yet. Fetch it in the tab Models, then open the link again.",
        "该链接使用 {name}，此处尚未获取。请先在“模型”标签页获取，再重新打开链接。",
    ),
    "hub.fetching": both(
        "Fetching {name} from the Hub; it is kept here for the next time.",
        "正在从 Hub 获取 {name}；之后会保存在此。",
    ),
    "hub.heading": both("On the Hugging Face Hub", "Hugging Face Hub 上的检查点"),
    "hub.intro": both(
        "Checkpoints that others have published with the tag *unroll*. Nothing is asked of the network before you press the "
        "button.",
        "他人以 *unroll* 标签发布的检查点。按下按钮之前不会访问网络。",
    ),
    "hub.owner": both("Owner", "所有者"),
    "hub.owner_info": both("anybody", "不限"),
    "hub.tag": both("Tag", "标签"),
    "hub.tag_info": both("such as lstm, char, zh", "例如 lstm、char、zh"),
    "hub.sort": both("Sort by", "排序"),
    "hub.sort_downloads": both("downloads", "下载量"),
    "hub.sort_likes": both("likes", "点赞数"),
    "hub.sort_updated": both("last change", "最近更新"),
    "hub.look": both("Search the Hub", "搜索 Hub"),
    "hub.repository": both("Or by name", "或直接输入名称"),
    "hub.repository_info": both("OWNER/NAME, or OWNER/NAME@REVISION", "OWNER/NAME 或 OWNER/NAME@REVISION"),
    "hub.get": both("Fetch", "获取"),
    "hub.progress": both("Fetching {name}: {done} of {total} MB", "正在获取 {name}：{done} / {total} MB"),
    "hub.begins": both("Asking the Hub for {name} …", "正在向 Hub 查询 {name} …"),
    "hub.stopped": both("Stopped; nothing was kept.", "已停止，未保存任何内容。"),
    "hub.here": both(
        "{name} is here and checked: every tab lists it now, and it works without a network. The name says which commit it is.",
        "{name} 已获取并检查完毕：各标签页均已列出，无需联网即可使用。名称中标明了它是哪一次提交。",
    ),
    "hub.publish": both("Publish a checkpoint", "发布检查点"),
    "hub.publish_intro": both(
        "Its folder becomes a repository under your name: its numbers, tokenizer, history, and a card with its results and the "
        "command that made it. An n-gram model contains its text nearly whole: publish only what you may.",
        "检查点的文件夹将成为您名下的一个仓库：数值、分词器、训练历史，以及写明结果和训练命令的卡片。n 元模型几乎包含其全部文本：请只发布您有权发布的内容。",
    ),
    "hub.publish_to": both("Repository", "仓库"),
    "hub.publish_to_info": both("OWNER/NAME; it is made where there is none", "OWNER/NAME；若不存在则新建"),
    "hub.private": both("Private: nobody else sees it", "私有：他人不可见"),
    "hub.token": both("Token with write access", "有写入权限的令牌"),
    "hub.token_info": both(
        "hf_…   goes along with this one request, is kept nowhere",
        "hf_…   只随这一次请求发送，不会保存",
    ),
    "hub.publish_now": both("Publish", "发布"),
    "hub.publishing": both("Publishing {name} …", "正在发布 {name} …"),
    "hub.no_token": both(
        "Publishing needs a token with write access. Copy one from huggingface.co/settings/tokens.",
        "发布需要有写入权限的令牌。请从 huggingface.co/settings/tokens 复制。",
    ),
    "hub.not_signed_in": both(
        "Publishing happens under your own name. Sign in with Hugging Face first.",
        "发布以您自己的名义进行。请先用 Hugging Face 账户登录。",
    ),
    "gallery.none": both(
        "The Hub answered: nothing of this kind is published there. Leave a box empty, or look for another word.",
        "Hub 的回答：没有这样的检查点。请清空某个输入框，或换一个词。",
    ),
    "gallery.name": both("repository", "仓库"),
    "gallery.model": both("model", "模型"),
    "gallery.text": both("text", "文本"),
    "gallery.train": both("train perplexity", "训练困惑度"),
    "gallery.held_out": both("held-out perplexity", "留出困惑度"),
    "gallery.bits": both("held-out bits per character", "留出比特/字符"),
    "gallery.downloads": both("downloads", "下载量"),
    "gallery.likes": both("likes", "点赞"),
    "gallery.updated": both("last change", "最近更新"),
    "gallery.actions": both("use", "使用"),
    "gallery.use": both("fetch it", "获取"),
    "gallery.gated": both("gated", "受限"),
    "gallery.claims": both(
        "The figures are what the cards claim. Fetch a checkpoint, then press “verify” in its row above: its results are "
        "computed again.",
        "以上数字是卡片自己的声明。获取检查点后，在上方表格中按“验证”，即可重新计算其结果。",
    ),
    "note.stop": both("Stop", "停止"),
    "note.public": both("Published for everybody:", "已公开发布："),
    "note.private": both("Published, in private:", "已私有发布："),
    "note.next": both(
        "Commit {commit}. Use it anywhere by this name: {name}", "提交 {commit}。可在任何地方用此名称使用：{name}"
    ),
    "checkpoints.forget": both("take off the list", "从列表移除"),
    "checkpoints.verify": both("verify", "验证"),
    "verification.title": both("Does {name} tell the truth?", "{name} 的结果属实吗？"),
    "verification.computing": both(
        "Its results are being computed again, on its own text: {share} %", "正在用它自己的文本重新计算结果：{share} %"
    ),
    "verification.true": both(
        "The card tells the truth: everything that it claims was found again.", "卡片属实：其声明的所有结果均已复现。"
    ),
    "verification.false": both(
        "The card does NOT tell the truth: the bold rows were found to be otherwise.",
        "卡片不属实：粗体各行与重新计算的结果不符。",
    ),
    "verification.stopped": both("Stopped before the end.", "已中途停止。"),
    "verification.stop": both("Stop", "停止"),
    "verification.what": both("what", "内容"),
    "verification.place": both("where", "出处"),
    "verification.card": both("model card, for the Hub", "模型卡片（供 Hub 读取）"),
    "verification.table": both("model card, its table", "模型卡片中的表格"),
    "verification.claimed": both("claimed", "声明"),
    "verification.found": both("found", "实测"),
    "verification.holds": both("holds", "相符"),
    "verification.yes": both("yes", "是"),
    "verification.no": both("NO", "否"),
    "verification.train": both("train", "训练"),
    "verification.validation": both("validation", "验证"),
    "verification.held_out": both("held-out", "留出"),
    "verification.held_out_adaptive": both("held-out, learning while reading", "留出（边读边学）"),
    "verification.held_out_windows": both("held-out, in windows of 256", "留出（256 词元窗口）"),
    "verification.perplexity": both("perplexity", "困惑度"),
    "verification.bits": both("bits per character", "比特/字符"),
    "verification.scored": both("tokens scored", "评分词元数"),
    "verification.unknown": both("unknown tokens", "未知词元数"),
}
