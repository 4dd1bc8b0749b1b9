"""The next best step and why, in the words of the screen."""

from __future__ import annotations

from kbtui.diagnosis.result import Diagnosis
from kbtui.machine.look import command_for
from kbtui.tui.inert import line
from kbtui.tui.words import Words

Part = tuple[str, str]


def step_parts(found: Diagnosis, say: Words, *, looking: bool = False, solved: str = "") -> list[Part]:
    """What to do next, then why: two short lines. While the machine is `looking`, no fact is asked of the person. `solved`: what a
    fix removed, where nothing else is left to do."""
    step = found.next
    text = (say.zh and step.text_zh) or step.text
    if solved:
        return [(say("step.solved", title=solved), "$success")]
    if found.at_once:
        return [(f"{say('step.next')}: ", "bold $accent"), (say("step.danger"), "bold")]
    if step.kind == "probe" and looking:
        return [(say("case.looking"), "dim")]
    if step.kind == "probe":
        command = command_for(step.id)
        text = say("step.run", command=command) if command else say("step.find", fact=step.id)
    why = line((say.zh and step.why_zh) or step.why, 300)
    opens = f"  ({say('step.open')})" if step.kind == "fix" and text else ""
    if not text:
        return [(f"{say('step.next')}: ", "bold $accent"), (why, "")]
    return [(f"{say('step.next')}: ", "bold $accent"), (line(text, 300), "bold"), (opens, "dim"), (f"\n{why}", "dim")]


def question_of(found: Diagnosis) -> str:
    """The question that is asked now, "" where none is."""
    return found.next.id if found.next.kind == "question" and not found.at_once else ""


def solves(cause: str, found: Diagnosis) -> bool:
    """Whether nothing else is left to do than the fix of this cause, which helped; "" is none."""
    return bool(cause) and found.next.id in (cause, "") and not found.at_once


def note_of(found: Diagnosis, say: Words, *, told: bool, known: int, stale: bool) -> str:
    """What is to be known of the list before it is read: it is old, the machine by itself is in order, nothing matches,
    or *unknown* leads; "" for none. `told`: a person said what is wrong; `known`: facts that were looked at."""
    if stale:
        return say("case.stale")
    if found.healthy and not found.at_once:
        return say("case.well" if told else "case.healthy", facts=known)
    if not found.causes and not found.at_once:
        return say("case.nothing")
    if found.unknown_share > 0.5 and found.next.kind != "none":
        return say("case.unknown", share=f"{found.unknown_share:.0%}")
    return ""
