"""What several logs tell together, as a person reads it: who failed first, what only followed, what had been survived."""

from __future__ import annotations

from kbtui.commands.screen import clean, style, wrap
from kbtui.diagnosis.result import CascadeOut, FailureOut, LogsOut

_HOW = {
    "failure": ("failed first", "最先出错"),
    "silent": (
        "wrote nothing while the others gave up: they waited for it",
        "在其他 rank 放弃时没有任何输出：它们在等它",
    ),
    "behind": (
        "began fewer collectives than the others: they waited for it",
        "发起的集合通信比其他 rank 少：它们在等它",
    ),
    "consequence": (
        "is the first to say so, but what it says only follows from something that no log shows",
        "最先报告，但它报告的只是后果，日志中没有显示原因",
    ),
}
KINDS = 6
EARLIER = 3


def story(told: LogsOut, *, zh: bool) -> None:
    """Printed above the causes."""
    first = told.first
    if first is None:
        print(
            wrap(
                f"{told.logs} 份日志中没有失败的记录。"
                if zh
                else f"None of {told.logs} logs says that anything failed."
            )
        )
        print()
        return
    print(style(wrap(_begin(first, zh)), "bold"))
    print(style(wrap(first.text[:400], "   "), "dim"))
    kinds = [_kind(c, zh) for c in told.cascade[:KINDS]]
    if kinds:
        print(wrap(("随之而来：" if zh else "what only followed: ") + "; ".join(kinds)))
    for failure in told.earlier[:EARLIER]:
        print(
            style(wrap(f"{'此前已恢复' if zh else 'survived before'}: {_place(failure)}: {failure.text[:120]}"), "dim")
        )
    print()


def _begin(first: FailureOut, zh: bool) -> str:
    who = f"rank {first.rank}" if first.rank is not None else first.log
    host = (f"（{first.host}）" if zh else f" on {first.host}") if first.host else ""
    what = (zh and first.what_zh) or first.what
    said = _HOW[first.kind][zh]
    told = f": {what}" if what and first.kind == "failure" else ""
    return clean(f"{who}{host} {said} ({_place(first)}){told}")


def _place(failure: FailureOut) -> str:
    return ", ".join(x for x in (failure.time, f"{failure.log} line {failure.line}") if x)


def _kind(kind: CascadeOut, zh: bool) -> str:
    name = (zh and kind.what_zh) or kind.what
    if kind.ranks:
        whose = f"rank {kind.ranks}" if zh or kind.ranks.isdecimal() else f"ranks {kind.ranks}"
    else:
        whose = f"{kind.logs} 份日志" if zh else f"{kind.logs} log{'s' * (kind.logs > 1)}"
    after = kind.seconds_after
    later = "" if after is None else f", {after:.0f} 秒后" if zh else f", {after:.0f} s later"
    return f"{name} ({whose}{later})"
