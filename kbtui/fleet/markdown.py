"""The fleet's answer as lines of text: the head, the groups, the differences; as Markdown for a ticket, plain for a screen."""

from __future__ import annotations

from kbtui.fleet.result import DifferenceOut, FleetOut, Group

STATES = {
    "healthy": ("healthy", "正常"),
    "fault": ("fault", "故障"),
    "differs": ("not like their kind", "与同类不同"),
    "unsure": ("could not be told", "无法判断"),
    "unreachable": ("not reachable", "无法连接"),
    "refused": ("let nobody in", "拒绝登录"),
    "timed_out": ("no answer in time", "超时无响应"),
    "too_old": ("too old to be asked", "系统过旧"),
    "failed": ("the collector failed", "采集失败"),
    "stopped": ("not waited for", "未等待"),
}


def head(found: FleetOut, *, zh: bool) -> str:
    """One line: "126 nodes: 121 healthy, 2 with a fault, 2 differ, 1 not reachable"."""
    parts = [f"{found.healthy} {STATES['healthy'][zh]}"]
    for state, (english, chinese) in STATES.items():
        count = sum(len(g.nodes) for g in found.groups if g.state == state)
        if count and state != "healthy":
            parts.append(f"{count} {chinese if zh else 'with a fault' if state == 'fault' else english}")
    nodes = f"{found.count} 个节点" if zh else f"{found.count} node{'s' if found.count != 1 else ''}"
    return f"{', '.join(found.goals)}: {nodes}: {', '.join(parts)}"


def title(group: Group, *, zh: bool) -> str:
    """What a group is: its cause, or why there is no answer."""
    if group.state == "fault":
        name = (zh and group.title_zh) or group.title or group.reason
        return name if group.root or not group.path else f"{name}（原因待定）" if zh else f"{name} (behind it: open)"
    if group.state == "healthy":
        return STATES["healthy"][zh]
    why = (zh and group.reason_zh) or group.reason
    return f"{STATES[group.state][zh]}{'：' if zh else ': '}{why}" if why else STATES[group.state][zh]


def difference(d: DifferenceOut, *, zh: bool) -> str:
    """One line: "driver 570.86.15, 580.95.05 on 121 others"."""
    name = d.title_zh if zh else d.title
    where = f" ({', '.join(d.places)})" if d.places else ""
    if d.even:
        return f"{name}{where} {d.value}，其他节点 {d.usual}" if zh else f"{name}{where} {d.value}, elsewhere {d.usual}"
    usual = f"{d.alike} 个节点为 {d.usual}" if zh else f"{d.usual} on {d.alike} of its kind"
    return f"{name}{where} {d.value}{'，' if zh else ', '}{usual}"


def markdown(found: FleetOut, *, zh: bool) -> str:
    """The whole answer."""
    out = [f"# {head(found, zh=zh)}", ""]
    if found.logs and (first := found.logs.first):
        rank = f"rank {first.rank}, " if first.rank is not None else ""
        said = f"{rank}{_code(first.log)} line {first.line}, {_plain(first.time)}: {_plain(first.text)}"
        out += [f"{'最先出错' if zh else 'Failed first'}: {said}", ""]
    for group in found.groups:
        out.append(f"- **{_plain(title(group, zh=zh))}** ({len(group.nodes)}): {_code(group.folded)}")
        if len(group.path) > 1:
            out.append(f"  - {' > '.join(group.path)}")
        for shown in group.evidence:
            out.append(f"  - {_plain(shown.text)}" + (f" ({_plain(shown.origin)})" if shown.origin else ""))
    if found.differences:
        out += ["", f"## {'同类节点之间的差异' if zh else 'Differences between nodes of one kind'}", ""]
        out += [f"- {_plain(difference(d, zh=zh))}: {_code(d.folded)}" for d in found.differences]
    out += [f"\n{_plain(note)}" for note in found.notes]
    return "\n".join(out) + "\n"


def _plain(text: str) -> str:
    """One line, with what Markdown would read as markup made harmless."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>|#" else c for c in " ".join(text.split()))


def _code(text: str) -> str:
    return f"`{text.replace('`', '')}`"
