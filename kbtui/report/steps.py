"""The walk as steps: what was typed, seen, asked, tried and found, and what each of them did to the picture."""

from __future__ import annotations

from kbtui.diagnosis.evidence import say_fact
from kbtui.diagnosis.result import Diagnosis
from kbtui.machine.facts import Fact
from kbtui.report.model import Effect, Step
from kbtui.report.path import PLAUSIBLE, Path, clock
from kbtui.report.walk import Turn, Walk
from kbtui.report.words import Words

SEEN = 6
"""Observations named of one look."""
RULED_OUT = 3
SHIFT = 0.05
"""A change of what leads that is worth a word."""
_SILENT = ("found",)
"""Events that are no steps of a person's."""


def numbers(walk: Walk) -> dict[int, int]:
    """Turn to the number of its step."""
    shown = [n for n, t in enumerate(walk.turns) if t.kind not in _SILENT and not _nothing(walk, n)]
    return {turn: number for number, turn in enumerate(shown, 1)}


def _nothing(walk: Walk, n: int) -> bool:
    return walk.turns[n].kind == "at" and n > 0 and walk.turns[n - 1].state.stack == walk.turns[n].state.stack


def steps(walk: Walk, path: Path, words: Words) -> list[Step]:
    """Every step, in order."""
    out: list[Step] = []
    before: Diagnosis | None = None
    told: set[str] = set()
    gone: set[str] = set()
    at = walk.turns[0].at
    for n, turn in enumerate(walk.turns):
        if n in path.steps:
            step = _step(walk, n, path, words)
            step.took = max(0.0, turn.at - at)
            at = turn.at
            out.append(step)
        if turn.found and out:
            out[-1].seen += _new(turn.found, told) if turn.kind == "look" else []
            helped = turn.kind == "tried" and turn.event["outcome"] == "helped"
            if not helped:  # the same picture as before it: what was seen is history, nothing new is known
                held = {c for t, c in path.helped() if t <= n}
                out[-1].effects += _effects(before, turn.found, path, held, gone)
            before = turn.found
    return out


def _step(walk: Walk, n: int, path: Path, words: Words) -> Step:
    turn = walk.turns[n]
    event = turn.event
    stack = walk.turns[n].state.stack
    step = Step(path.steps[n], turn.at, clock(turn.at), 0.0, len(stack), turn.state.epoch, "", "")
    match turn.kind:
        case "begin":
            step.kind = "said" if event.get("text") else "looked"
            step.title = words("said") if event.get("text") else words("began")
            step.said = str(event.get("text", ""))
            step.seen = [say_fact(f) for f in turn.state.facts if f.kind == "set"][:SEEN]
        case "text":
            step.kind, step.title, step.said = "said", words("said.more"), str(event["text"])
        case "look":
            seen = turn.event["facts"]
            step.kind, step.title = "looked", words("looked", count=len(seen))
        case "answer":
            question = path.named(str(event["question"])).title
            step.kind, step.title, step.seen = "asked", words("asked", question=question), [words(str(event["said"]))]
        case "fact":
            step.kind, step.title, step.seen = "stated", words("stated"), [say_fact(_last_stated(turn))]
        case "withdraw" | "believe":
            step.kind = "withdrawn" if turn.kind == "withdraw" else "believed"
            step.title = words(step.kind, fact=event["fact"])
        case "at":
            _moved(step, walk.turns[n - 1].state.stack if n else [], stack, path, words)
        case "elsewhere":
            page = event["page"]
            step.kind, step.title, step.url = "page", words("page"), str(page.get("url", ""))
            step.said = str(page.get("title", ""))
            step.seen = [words("page.helped", what=page["helped"])] if page.get("helped") else []
        case "pending":
            step.kind, step.title = "reboot", words("reboot", title=path.named(event["cause"]).title)
        case "tried":
            step.kind, step.outcome = "tried", str(event["outcome"])
            step.title = words("tried", title=path.named(event["cause"]).title)
            step.seen = path.fix_named(str(event["cause"]), str(event.get("fix", "")))
        case _:
            step.kind, step.title = turn.kind, turn.kind
    return step


def _last_stated(turn: Turn) -> Fact:
    return turn.state.facts[-1]


def _moved(step: Step, old: list[str], new: list[str], path: Path, words: Words) -> None:
    if len(new) > len(old) or (new and new[-1] not in old):
        step.kind, step.title = "dived", words("dived", title=path.named(new[-1]).title)
        return
    step.kind = "climbed"
    step.title = words("climbed", title=path.named(new[-1]).title) if new else words("climbed.top")


def _new(found: Diagnosis, told: set[str]) -> list[str]:
    """Observations of the machine that no step has told yet, on the way to what is likely first."""
    out: list[str] = []
    for cause in found.causes[:5]:
        for item in cause.evidence:
            if item.kind == "condition" and item.text not in told and len(out) < SEEN:
                told.add(item.text)
                out.append(item.text)
    return out


def _effects(before: Diagnosis | None, now: Diagnosis, path: Path, held: set[str], gone: set[str]) -> list[Effect]:
    out = []
    alive = {c.id: c.probability for c in before.causes if c.probability > PLAUSIBLE} if before else {}
    for cause in now.causes:
        if cause.status == "pruned" and cause.id in alive and cause.id not in held and cause.id not in gone:
            gone.add(cause.id)
            out.append(Effect("ruled_out", path.named(cause.id), path.why_not(cause)))
    out = out[:RULED_OUT]
    top = now.causes[0] if now.causes and now.causes[0].probability > 0 else None
    first = before.causes[0] if before and before.causes else None
    if now.unknown_share > 0.5:
        if not before or before.unknown_share <= 0.5:
            out.append(Effect("unknown", path.named(""), "", now.unknown_share))
    elif top and top.id not in held:
        moved = not first or first.id != top.id or abs(first.probability - top.probability) > SHIFT
        if top.status == "confirmed" and not (first and first.id == top.id and first.status == "confirmed"):
            out.append(Effect("confirmed", path.named(top.id), "", top.probability))
        elif moved:
            out.append(Effect("leads", path.named(top.id), "", top.probability))
    return out
