"""What the report itself says, in English and Chinese."""

from __future__ import annotations

EN: dict[str, str] = {
    "lead": "It began on {date} with: {symptom}.",
    "lead.fine": "A look at the machine on {date}: nothing was said, and most likely nothing is wrong ({share}).",
    "lead.root": "Behind it stood: {root}.",
    "lead.roots": "Behind it stood {count} troubles, one after the other; the last of them: {root}.",
    "lead.fixed": "“{fix}” removed it, {proof}.",
    "lead.open": "It is not solved yet.",
    "lead.leads": "What is likeliest by now: {cause} ({share}).",
    "lead.unknown": "Nothing that is known explains it well.",
    "lead.took": "{steps} steps, {worked} of work.",
    "by.machine": "and the machine itself shows it",
    "by.person": "by the word of who tried it",
    "proof.machine": "Seen on the machine afterwards: {what}.",
    "proof.person": "Whoever tried it says that it helped. The machine was not looked at for it afterwards.",
    "said": "What was seen", "said.more": "More of what was seen", "began": "The machine was looked at, nothing was said",
    "looked": "A look at the machine: {count} facts", "asked": "{question}", "stated": "Stated by hand",
    "withdrawn": "Not believed any more: {fact}", "believed": "Believed again: {fact}", "dived": "Into: {title}",
    "climbed": "Back up to: {title}", "climbed.top": "Back at the beginning", "page": "A page found elsewhere",
    "page.helped": "What helped: {what}", "reboot": "A fix was begun that needs a restart: {title}",
    "tried": "Fix tried: {title}", "yes": "yes", "no": "no", "unknown": "don't know",
    "solved": "solved", "need.root": "root", "need.host": "the host itself", "need.hands": "hands at the machine",
    "need.network": "network", "need.admin": "an administrator", "line": "line {n}", "helped": "helped", "did-not-help": "did not help", "made-worse": "made it worse",
    "leads": "Likeliest now", "confirmed": "Confirmed", "ruled_out": "Ruled out", "unknown_leads": "Unknown leads now",
    "state.root": "root cause", "state.reopened": "came back", "state.in_vain": "fixed in vain",
    "state.worse": "fix made it worse", "state.ruled_out": "ruled out", "state.unlikely": "unlikely",
    "state.open": "open", "state.walked": "on the way",
    "because.root": "Its fix helped.", "because.reopened": "Its fix helped once, and the trouble came back.",
    "because.in_vain": "Its fix was tried and did not help.", "because.worse": "Its fix was tried and made it worse.",
    "because.unlikely": "Less and less likely beside what was found.", "because.open": "Not looked into to the end.",
    "h.path": "The path", "h.picture": "The picture", "h.branches": "The branches", "h.root": "The root cause",
    "h.roots": "The root causes", "h.theory": "The theory behind it", "h.questions": "Check yourself",
    "h.answers": "Answers", "h.prevention": "What would have prevented it", "h.sources": "Sources", "h.notes": "Notes",
    "h.machine": "The machine", "h.danger": "Danger", "h.evidence": "What spoke for it",
    "h.fix": "The fix", "h.proof": "The proof", "h.undo": "The way back", "h.contents": "Contents", "h.tries": "Tried",
    "intro.theory": "In reading order: what comes first is needed by what comes after.",
    "intro.path": "As it was walked, detours included. The time beside a step is what it took.",
    "intro.picture": "From what was seen down to what was behind it. The thick line is the way that was right.",
    "intro.picture.open": "From what was seen down to what could be behind it. The thick line is the way to what is likeliest so far.",
    "see": "See it on your own machine (these only look)", "behind": "Behind: {titles}", "before": "First step to: {titles}",
    "others": "Other ways: {titles}", "caveat": "It cannot prove all: {what}",
    "risk": "risk", "minutes": "minutes", "needs": "needs", "hurts": "can end the work of other users", "destroys": "destroys", "answer": "Answer",
    "risk.none": "none", "risk.service": "a service restarts", "risk.reboot": "a restart", "risk.data": "data",
    "risk.hardware": "hardware", "took": "took {time}", "open.share": "{share} at the end", "step": "step {number}",
    "way": "The way", "chosen": "One of {count} known fixes; the journal does not say which was taken.",
    "q.decided": "What was seen that spoke for “{root}”, and why does it?",
    "q.decided.a": "{text} ({origin}). {summary}",
    "q.ruled": "“{branch}” would have looked much the same. What ruled it out?",
    "q.ruled.a": "{because}.",
    "q.concept": "{concept}: what is it, and what has it to do with “{root}”? How would you see it?",
    "q.chain": "How does “{root}” lead to “{symptom}”? Name the links between.",
    "q.chain.a": "From the symptom down: {path}.",
    "q.verify": "How do you tell that “{fix}” worked, other than by hoping?",
    "q.verify.a": "By this check: {check}. {proof}",
    "q.vain": "“{cause}” was fixed in vain. What should have been looked at before?",
    "q.vain.a": "{because} What stood behind it in the end: {root}.",
    "prevent": "The goal “{goal}” requires it: {because}",
    "prevent.false": "It was false when the case began: the check would have told at once.",
    "prevent.true": "It still held when the case began: the trouble came after, so check again after every change.",
    "prevent.unknown": "It was not known when the case began: look first, and do not assume.",
    "prevent.check": "Before and after a change:", "prevent.plan": "before you buy or install:",
    "prevent.none": "No goal names this trouble yet. A condition in a goal of your pack would catch it the next time.",
    "prevent.opener": "It is known to be opened by the fix of: {titles}. Check for it right after.",
    "note.knowledge": "The knowledge has changed since: then it answered {then}.",
    "note.torn": "{count} bytes at the end of the journal were torn and are missing here.",
    "note.private": "Names, hosts, addresses and serials are replaced by stand-ins; secrets are masked.",
    "m.os": "System", "m.kernel": "Kernel", "m.gpu": "GPU", "m.driver": "Driver", "m.secure_boot": "Secure Boot",
    "m.cuda": "CUDA toolkit", "m.framework": "Framework", "m.on": "on", "m.off": "off",
    "t.days": "{d} d {h} h", "t.hours": "{h} h {m} min", "t.minutes": "{m} min", "t.seconds": "{s} s",
    "many.title": "What broke since {date}",
    "many.summary": "{cases} cases, {solved} solved, {worked} of work.",
    "many.none": "No case in this time.",
    "h.broke": "What broke most", "h.cost": "What cost most", "h.learn": "What to learn next", "h.vain": "Fixes in vain",
    "h.dark": "Ended unknown", "c.problem": "Problem", "c.cases": "Cases", "c.solved": "Solved", "c.median": "Median",
    "c.time": "Time", "c.concept": "Concept", "c.weight": "Weight", "c.seen": "What was seen",
    "intro.learn": "Weighed by the hours of the cases that rest on each: whole where it stands right behind the cause, half where it is needed for that.",
    "intro.cost": "A pause counts at most two hours.",
}  # fmt: skip

ZH: dict[str, str] = {
    "lead": "{date}，从这里开始：{symptom}。",
    "lead.fine": "{date} 查看了机器：没有描述问题，多半没有故障（{share}）。",
    "lead.root": "根本原因是：{root}。",
    "lead.roots": "背后先后有 {count} 个问题，最后一个是：{root}。",
    "lead.fixed": "用“{fix}”解决，{proof}。",
    "lead.open": "还没有解决。",
    "lead.leads": "目前最可能的是：{cause}（{share}）。",
    "lead.unknown": "已知的问题都不能很好地解释它。",
    "lead.took": "共 {steps} 步，实际用时 {worked}。",
    "by.machine": "机器本身证实了这一点",
    "by.person": "由尝试者确认",
    "proof.machine": "之后在机器上看到：{what}。",
    "proof.person": "尝试的人说有效；之后没有为此再查看机器。",
    "said": "看到了什么", "said.more": "又看到了什么", "began": "查看了机器，没有描述",
    "looked": "查看机器：{count} 项事实", "asked": "{question}", "stated": "手工说明",
    "withdrawn": "不再相信：{fact}", "believed": "重新相信：{fact}", "dived": "深入：{title}",
    "climbed": "回到：{title}", "climbed.top": "回到起点", "page": "在别处找到的页面",
    "page.helped": "有帮助的是：{what}", "reboot": "开始了一个需要重启的修复：{title}",
    "tried": "尝试修复：{title}", "yes": "是", "no": "否", "unknown": "不知道",
    "solved": "已解决", "need.root": "root 权限", "need.host": "宿主机", "need.hands": "人在机器旁",
    "need.network": "网络", "need.admin": "管理员", "line": "第 {n} 行", "helped": "有效", "did-not-help": "无效", "made-worse": "更糟了",
    "leads": "现在最可能", "confirmed": "已确认", "ruled_out": "已排除", "unknown_leads": "现在最可能的是未知原因",
    "state.root": "根本原因", "state.reopened": "又出现了", "state.in_vain": "修了没用",
    "state.worse": "修了更糟", "state.ruled_out": "已排除", "state.unlikely": "不太可能",
    "state.open": "未定", "state.walked": "途中",
    "because.root": "它的修复有效。", "because.reopened": "它的修复曾经有效，后来问题又出现了。",
    "because.in_vain": "试过它的修复，无效。", "because.worse": "试过它的修复，反而更糟。",
    "because.unlikely": "随着发现越来越不可能。", "because.open": "没有查到底。",
    "h.path": "走过的路", "h.picture": "全图", "h.branches": "各个分支", "h.root": "根本原因",
    "h.roots": "根本原因", "h.theory": "背后的理论", "h.questions": "考考自己",
    "h.answers": "答案", "h.prevention": "怎样可以避免", "h.sources": "来源", "h.notes": "说明",
    "h.machine": "机器", "h.danger": "危险", "h.evidence": "支持它的证据",
    "h.fix": "修复", "h.proof": "证明", "h.undo": "撤销的办法", "h.contents": "目录", "h.tries": "尝试",
    "intro.theory": "按阅读顺序：前面的是后面的基础。",
    "intro.path": "如实记录，包括弯路。步骤旁的时间是它所用的时间。",
    "intro.picture": "从看到的现象往下，到它背后的原因。粗线是正确的路。",
    "intro.picture.open": "从看到的现象往下，到可能的原因。粗线是目前最可能的路。",
    "see": "在自己的机器上看（这些命令只读）", "behind": "支撑：{titles}", "before": "是这些的基础：{titles}",
    "others": "其他办法：{titles}", "caveat": "它不能证明一切：{what}",
    "risk": "风险", "minutes": "分钟", "needs": "需要", "hurts": "可能中断其他人的工作", "destroys": "会毁掉", "answer": "答案",
    "risk.none": "无", "risk.service": "服务重启", "risk.reboot": "重启机器", "risk.data": "数据",
    "risk.hardware": "硬件", "took": "用时 {time}", "open.share": "最后为 {share}", "step": "第 {number} 步",
    "way": "路径", "chosen": "这是 {count} 种已知修复之一；日志没有记录用的是哪一种。",
    "q.decided": "看到了什么支持“{root}”？为什么？",
    "q.decided.a": "{text}（{origin}）。{summary}",
    "q.ruled": "“{branch}”看上去会差不多。是什么排除了它？",
    "q.ruled.a": "{because}。",
    "q.concept": "{concept}：是什么？和“{root}”有什么关系？怎么看到它？",
    "q.chain": "“{root}”怎样导致“{symptom}”？说出中间的环节。",
    "q.chain.a": "从症状往下：{path}。",
    "q.verify": "除了凭感觉，怎么知道“{fix}”成功了？",
    "q.verify.a": "用这个检查：{check}。{proof}",
    "q.vain": "“{cause}”修了没用。之前应该先看什么？",
    "q.vain.a": "{because}最后的原因是：{root}。",
    "prevent": "目标“{goal}”要求：{because}",
    "prevent.false": "开始时它就不成立：检查一下马上就会知道。",
    "prevent.true": "开始时它还成立：问题是后来才有的，所以每次改动之后都要再查。",
    "prevent.unknown": "开始时不知道：先看，不要假定。",
    "prevent.check": "改动前后都运行：", "prevent.plan": "购买或安装之前：",
    "prevent.none": "还没有目标写到这个问题。在自己的知识包里给目标加一个条件，下次就能提前发现。",
    "prevent.opener": "已知这些修复会引出它：{titles}。做完就查一下。",
    "note.knowledge": "知识此后有变化：当时的回答是 {then}。",
    "note.torn": "日志末尾有 {count} 字节损坏，这里缺了。",
    "note.private": "人名、主机名、地址和序列号已用代号替换；密钥已遮盖。",
    "m.os": "系统", "m.kernel": "内核", "m.gpu": "显卡", "m.driver": "驱动", "m.secure_boot": "安全启动",
    "m.cuda": "CUDA 工具包", "m.framework": "框架", "m.on": "开", "m.off": "关",
    "t.days": "{d} 天 {h} 小时", "t.hours": "{h} 小时 {m} 分", "t.minutes": "{m} 分钟", "t.seconds": "{s} 秒",
    "many.title": "{date} 以来出了什么问题",
    "many.summary": "{cases} 个案例，解决 {solved} 个，共用时 {worked}。",
    "many.none": "这段时间没有案例。",
    "h.broke": "最常出的问题", "h.cost": "最费时的问题", "h.learn": "接下来该学什么", "h.vain": "白做的修复",
    "h.dark": "没有找到原因", "c.problem": "问题", "c.cases": "案例", "c.solved": "已解决", "c.median": "中位用时",
    "c.time": "总用时", "c.concept": "概念", "c.weight": "权重", "c.seen": "看到了什么",
    "intro.learn": "按相关案例的小时数加权：直接支撑原因的算全部，作为其基础的算一半。",
    "intro.cost": "每次停顿最多按两小时计算。",
}  # fmt: skip


class Words:
    """The words of one language; `words("took", time="5 min")`."""

    def __init__(self, zh: bool) -> None:
        self.zh = zh
        self._said = ZH if zh else EN

    def __call__(self, key: str, **slots: object) -> str:
        """The sentence with its slots filled in."""
        said = self._said[key]
        return said.format(**slots) if slots else said

    def time(self, seconds: float) -> str:
        """A duration as a person says it: "40 s", "12 min", "3 h 5 min", "2 d 4 h"."""
        if seconds < 60:
            return self("t.seconds", s=round(seconds))
        minutes = round(seconds / 60)
        if minutes < 60:
            return self("t.minutes", m=minutes)
        if minutes < 2880:
            return self("t.hours", h=minutes // 60, m=minutes % 60)
        return self("t.days", d=minutes // 1440, h=minutes % 1440 // 60)

    def stop(self, text: str) -> str:
        """A sentence without its full stop, to be set inside another."""
        return text.strip().rstrip(".。")

    def join(self, items: list[str]) -> str:
        """A list in one line."""
        return ("、" if self.zh else ", ").join(items)
