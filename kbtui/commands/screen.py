"""Plain text for a terminal or a pipe: no colour codes in a pipe, nothing wider than the terminal."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
import unicodedata

from kbtui.diagnosis.result import CauseOut, Diagnosis, FixOut

_CODES = {"bold": "1", "dim": "2", "red": "1;31"}


def style(text: str, name: str) -> str:
    """`text` in a style, where standard output is a terminal and NO_COLOR is not set."""
    if not sys.stdout.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{_CODES[name]}m{text}\x1b[0m"


def clean(text: str) -> str:
    """Without control and escape characters: what was pasted must not drive this terminal."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) != "Cc" else "?" for c in text)


def wrap(text: str, indent: str = "") -> str:
    """Folded to the terminal, each line indented."""
    width = max(40, min(shutil.get_terminal_size((100, 24)).columns, 100))
    lines = []
    for paragraph in clean(text).strip().split("\n"):
        if unicodedata.east_asian_width(paragraph[:1] or " ") in "WF":
            lines += _fold_wide(paragraph, width - len(indent))
        else:
            lines += textwrap.wrap(paragraph, width - len(indent), break_on_hyphens=False) or [""]
    return "\n".join(indent + line for line in lines)


def _fold_wide(text: str, width: int) -> list[str]:
    """Chinese has no spaces to break at: fold by columns, a wide character counting two."""
    lines, line, used = [], "", 0
    for char in text:
        size = 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used + size > width:
            lines.append(line)
            line, used = "", 0
        line, used = line + char, used + size
    return [*lines, line]


def diagnosis(found: Diagnosis, *, zh: bool) -> None:
    """The answer as a person reads it: danger, causes, next step, fix."""
    for danger in found.at_once:
        print(style(wrap("! " + ((zh and danger.text_zh) or danger.text)), "red"))
        print()
    notes = [*found.notes, *found.contradictions]
    for note in notes[:_SHOWN]:
        print(wrap(f"note: {note}"))
    if len(notes) > _SHOWN:
        print(style(f"note: {len(notes) - _SHOWN} more with --json", "dim"))
    live = [c for c in found.causes if c.status != "pruned" and (found.no_fault_share <= 0.5 or c.probability > 0.1)]
    if not live and found.healthy is not None:
        return
    if not live:
        print("没有已知问题与此相符。" if zh else "Nothing known matches this.")
    if found.unknown_share > 0.5 and live:
        print(
            wrap(
                f"最可能的是未知原因（{found.unknown_share:.0%}）。以下是已知的可能："
                if zh
                else f"Unknown leads ({found.unknown_share:.0%}). What is known comes after it:"
            )
        )
    for number, cause in enumerate(live[:5], 1):
        _cause(number, cause, zh)
    pruned = [c.id for c in found.causes if c.status == "pruned"]
    if pruned:
        print(style(wrap(("已排除：" if zh else "ruled out: ") + ", ".join(pruned)), "dim"))
    print()
    print(style("下一步: " if zh else "next: ", "bold") + wrap((zh and found.next.text_zh) or found.next.text).strip())
    print(style(wrap(found.next.why, "      "), "dim"))
    if found.next.kind == "fix" and not found.at_once:
        chosen = next((c for c in live if c.id == found.next.id), None)
        possible = [f for f in chosen.fixes if f.can_do_here] if chosen else []
        if possible:
            print()
            fix(next((f for f in possible if f.title == found.next.text), possible[0]), zh)


_MARKS = {"true": "✓", "false": "✗", "unknown": "?"}
_SHOWN = 4


def check(found: Diagnosis, *, zh: bool) -> None:
    """A goal held against a machine: the verdict, each condition, then what is wrong and what to do."""
    print(style(_verdict(found, zh), "bold"))
    for condition in found.conditions:
        mark = _MARKS[condition.state]
        text = (zh and condition.text_zh) or condition.text
        print(f"  {mark} {clean(text)}")
        if condition.state != "true":
            for fact in condition.facts[:_SHOWN]:
                print(style(wrap(fact, "      "), "dim"))
    if found.healthy:
        return
    print()
    diagnosis(found, zh=zh)


def _verdict(found: Diagnosis, zh: bool) -> str:
    goals = ", ".join(found.goal) or "gpu-usable"
    if found.healthy is None:
        return f"{goals}：无法判断" if zh else f"{goals}: could not be told"
    if found.healthy:
        return f"{goals}：正常" if zh else f"{goals}: healthy"
    return f"{goals}：不满足" if zh else f"{goals}: not met"


def _cause(number: int, cause: CauseOut, zh: bool) -> None:
    title = (zh and cause.title_zh) or cause.title
    mark = " ✓" if cause.status == "confirmed" else ""
    print(style(f"{number}. {cause.probability:4.0%}  {clean(title)}{mark}", "bold"))
    print(style(wrap(" > ".join(cause.path), "         "), "dim"))
    for item in cause.evidence[:4]:
        sign = "+" if item.effect == "supports" else "-"
        where = f" ({item.origin})" if item.origin else ""
        print(wrap(f"{sign} {item.text[:160]}{where}", "         "))


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
    for step in shown.steps:
        print(wrap(("$ " if step.kind == "run" else "- ") + ((zh and step.text_zh) or step.rendered), "   "))
    print(style(wrap(f"{'验证' if zh else 'verify'}: {shown.verify}", "   "), "dim"))
    if shown.undo:
        print(style(wrap(f"{'撤销' if zh else 'undo'}: {shown.undo}", "   "), "dim"))
