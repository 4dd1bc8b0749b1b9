"""A diagnosis or a check as a person reads it: danger and the vantage point, causes, the next step, what was not seen."""

from __future__ import annotations

from kbtui.commands.screen import clean, style, wrap
from kbtui.diagnosis.result import CauseOut, ConditionOut, Diagnosis, FixOut

CAUSES = 5
PIECES = 4
"""Pieces of evidence shown of a cause."""
NOTICED = 0.05
"""Probability from which an oddity of a healthy machine is named."""
LACKS = 3
"""Sentences shown of what could not be seen."""
OTHER_MACHINE = "This is about another machine"


def diagnosis(found: Diagnosis, *, zh: bool) -> None:
    """Danger, causes, next step, fix; what could not be seen comes last."""
    if found.logs is not None:
        from kbtui.commands import answer_logs

        answer_logs.story(found.logs, zh=zh)
    _causes(found, zh)
    _unseen(found, zh)


def _causes(found: Diagnosis, zh: bool) -> None:
    for danger in found.at_once:
        print(style(wrap("! " + ((zh and danger.text_zh) or danger.text)), "red"))
        print()
    for said in (zh and found.vantage_zh) or found.vantage:
        print(wrap(said))
    for note in found.notes:
        if note.startswith(OTHER_MACHINE):
            print(wrap(note))
    live = [c for c in found.causes if c.status != "pruned" and (found.no_fault_share <= 0.5 or c.probability > 0.1)]
    if not live and found.healthy is None:
        print("没有已知问题与此相符。" if zh else "Nothing known matches this.")
    if found.unknown_share > 0.5 and live:
        told = (
            "最可能的是未知原因（{}）。以下是已知的可能："
            if zh
            else "Unknown leads ({}). What is known comes after it:"
        )
        print(wrap(told.format(f"{found.unknown_share:.0%}")))
    for number, cause in enumerate(live[:CAUSES], 1):
        _cause(number, cause, zh)
    pruned = [c.id for c in found.causes if c.status == "pruned"]
    if pruned and live:
        print(style(wrap(("已排除：" if zh else "ruled out: ") + ", ".join(pruned)), "dim"))
    _next(found, live, zh)


def check(found: Diagnosis, *, zh: bool) -> None:
    """A goal held against a machine: the verdict, the first broken link, the cause, then what follows from it."""
    print(style(_verdict(found, zh), "bold"))
    if found.healthy:
        for condition in found.conditions:
            print(f"  ✓ {clean(_text(condition, zh))}")
        _noticed(found, zh)
        _unseen(found, zh)
        return
    unmet = [c for c in found.conditions if c.state == "false"]
    unknown = [c for c in found.conditions if c.state == "unknown"]
    for condition in [*unmet[:1], *([] if unmet else unknown)]:
        _condition(condition, zh)
    print()
    _causes(found, zh)
    if unmet[1:]:
        print()
        print(style("随之不满足：" if zh else "Not met either, most likely for the same reason:", "dim"))
        for condition in unmet[1:]:
            print(style(f"  ✗ {clean(_text(condition, zh))}", "dim"))
    _unseen(found, zh)


def _noticed(found: Diagnosis, zh: bool) -> None:
    """What is no fault by itself and would be one for some other use: GPUs in containers where docker has no runtime."""
    odd = [c for c in found.causes if c.probability >= NOTICED and any(e.effect == "supports" for e in c.evidence)]
    if odd:
        print(style("\n另外注意到（对当前目标不是故障）：" if zh else "\nAlso noticed, no fault for this goal:", "dim"))
    for cause in odd[:PIECES]:
        title = (zh and cause.title_zh) or cause.title
        print(style(wrap(f"{title} (kbtui show {cause.id})", "    ").replace("    ", "  - ", 1), "dim"))


def _verdict(found: Diagnosis, zh: bool) -> str:
    goals = ", ".join(found.goal) or "gpu-usable"
    if found.healthy is None:
        return f"{goals}：无法判断" if zh else f"{goals}: could not be told"
    if found.healthy:
        return f"{goals}：正常" if zh else f"{goals}: healthy"
    return f"{goals}：不满足" if zh else f"{goals}: not met"


def _text(condition: ConditionOut, zh: bool) -> str:
    return (zh and condition.text_zh) or condition.text


def _condition(condition: ConditionOut, zh: bool) -> None:
    print(f"  {'✗' if condition.state == 'false' else '?'} {clean(_text(condition, zh))}")
    for fact in condition.facts[:PIECES]:
        print(style(wrap(fact, "      "), "dim"))


def _cause(number: int, cause: CauseOut, zh: bool) -> None:
    title = (zh and cause.title_zh) or cause.title
    mark = " ✓" if cause.status == "confirmed" else ""
    print(style(f"{number}. {cause.probability:4.0%}  {clean(title)}{mark}", "bold"))
    print(style(wrap(" > ".join(cause.path), "         "), "dim"))
    for item in cause.evidence[:PIECES]:
        sign = "+" if item.effect == "supports" else "-"
        where = f" ({item.origin})" if item.origin else ""
        print(wrap(f"{sign} {item.text[:160]}{where}", "         "))


def _next(found: Diagnosis, live: list[CauseOut], zh: bool) -> None:
    print()
    print(style("下一步: " if zh else "next: ", "bold") + wrap((zh and found.next.text_zh) or found.next.text).strip())
    print(style(wrap((zh and found.next.why_zh) or found.next.why, "      "), "dim"))
    if found.next.kind == "fix" and not found.at_once:
        chosen = next((c for c in live if c.id == found.next.id), None)
        possible = [f for f in chosen.fixes if f.can_do_here] if chosen else []
        if possible:
            print()
            fix(next((f for f in possible if f.title == found.next.text), possible[0]), zh)


def _unseen(found: Diagnosis, zh: bool) -> None:
    """What could not be looked at, and what contradicts itself: short, the whole of it with --json."""
    notes = [*found.contradictions, *(n for n in found.notes if not n.startswith(OTHER_MACHINE))]
    if not notes:
        return
    print()
    for note in notes[:LACKS]:
        print(style(wrap(("未看到：" if zh else "not seen: ") + note), "dim"))
    if len(notes) > LACKS:
        more = len(notes) - LACKS
        print(style(f"还有 {more} 条，见 --json" if zh else f"and {more} more, with --json", "dim"))


def fix(shown: FixOut, zh: bool) -> None:
    """One fix with its risk, steps, check and way back."""
    title = (zh and shown.title_zh) or shown.title
    needs = f", {'需要' if zh else 'needs'} {', '.join(shown.needs)}" if shown.needs else ""
    print(
        style(title, "bold")
        + (
            f"（{shown.minutes} 分钟，风险：{shown.risk}{needs}）"
            if zh
            else f" ({shown.minutes} min, risk: {shown.risk}{needs})"
        )
    )
    if shown.tried:
        told = (
            f"此前 {shown.tried} 次中有 {shown.helped} 次解决"
            if zh
            else f"helped {shown.helped} of {shown.tried} times"
        )
        print(style(wrap(told, "   "), "dim"))
    for step in shown.steps:
        print(wrap(("$ " if step.kind == "run" else "- ") + ((zh and step.text_zh) or step.rendered), "   "))
    print(
        style(wrap(f"{'验证' if zh else 'verify'}: {shown.check(zh=zh) if shown.asks else shown.verify}", "   "), "dim")
    )
    if shown.undo:
        print(style(wrap(f"{'撤销' if zh else 'undo'}: {shown.way_back(zh=zh)}", "   "), "dim"))
