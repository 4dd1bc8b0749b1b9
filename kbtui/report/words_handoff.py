"""What a hand-off itself says, in English and Chinese."""

from __future__ import annotations

_EN = {
    "admin.title": "For the administrator", "vendor.title": "Hardware report", "symptom": "What is seen:",
    "suspect": "Suspected cause:", "solved": "Solved; the cause was:", "please_run": "Please run, as root:", "steps": "The steps:", "helped": "What helped:", "risk": "risk", "minutes": "about {n} minutes",
    "hurts_others": "it can end the work of other users on this machine: ask them first", "destroys": "it destroys",
    "cost": "What it costs:", "verify": "It worked when:", "undo": "The way back:", "question": "The question:",
    "tried": "Tried so far:", "nothing": "nothing yet.", "machine": "Machine:", "log": "The log:",
    "host": "Names and hosts are left out of this text: say in your message which machine it is about.",
    "forum.question": "Is it “{cause}”, or what would you look at to rule that out?",
    "forum.open": "Nothing that I know explains this. What would you look at next?",
    "since": "First seen:", "xid": "What the kernel log says:", "none": "no Xid was seen.",
    "swapped": "Tried and swapped so far:", "answers": "Seen by hand:", "bug_report": "To be attached, taken while the fault stands, before a restart:",
    "bug_report.why": "It writes nvidia-bug-report.log.gz. That file holds host names and serials: send it to the vendor only.",
}  # fmt: skip

_ZH = {
    "admin.title": "致管理员", "vendor.title": "硬件报告", "symptom": "现象：",
    "suspect": "怀疑的原因：", "solved": "已解决，原因是：", "please_run": "请以 root 运行：", "steps": "步骤：", "helped": "有帮助的是：", "risk": "风险", "minutes": "约 {n} 分钟",
    "hurts_others": "可能中断本机上其他人的工作：先问一声", "destroys": "会毁掉",
    "cost": "代价：", "verify": "成功的标志：", "undo": "撤销的办法：", "question": "问题：",
    "tried": "已经试过：", "nothing": "还没有。", "machine": "机器：", "log": "日志：",
    "host": "这段文字不含人名和主机名：请在来信中说明是哪台机器。",
    "forum.question": "是不是“{cause}”？如果不是，该看什么来排除它？",
    "forum.open": "已知的问题都解释不了。接下来该看什么？",
    "since": "首次出现：", "xid": "内核日志：", "none": "没有看到 Xid。",
    "swapped": "已经试过和换过：", "answers": "亲眼所见：", "bug_report": "需要附上，在故障还在、重启之前采集：",
    "bug_report.why": "它会生成 nvidia-bug-report.log.gz。该文件含主机名和序列号：只发给厂商。",
}  # fmt: skip


def said(zh: bool) -> dict[str, str]:
    """The sentences of one language."""
    return _ZH if zh else _EN
