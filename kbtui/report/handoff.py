"""Half a page for whoever can go on: symptom, evidence, suspected cause and the exact command or question.

Three readers, three shapes. An administrator gets the sudo lines and what they risk; a forum a system table, what was
tried and the logs in fences; a vendor the Xid lines, driver, card, what was swapped and the bug-report command.
"""

from __future__ import annotations

import re
import textwrap
from typing import Literal, NamedTuple

from msgspec import Struct

from kbtui.diagnosis import elsewhere
from kbtui.diagnosis.result import CauseOut, Diagnosis, FixOut, StepOut
from kbtui.machine.facts import Fact
from kbtui.report import steps
from kbtui.report.build import machine_table
from kbtui.report.markdown import block, code, inline
from kbtui.report.model import Pair, Piece
from kbtui.report.path import Path, clock
from kbtui.report.private import private
from kbtui.report.walk import Walk
from kbtui.report.words import Words
from kbtui.report.words_handoff import said as words_of

Reader = Literal["admin", "forum", "vendor"]
LOG_LINES = 8
EVIDENCE = 4
_XID = re.compile(r"Xid|fallen off the bus|RmInitAdapter|GSP", re.IGNORECASE)
_TYPED = re.compile(r"^(?:\S+@\S+[$#]|[$#]) |^Serial")
"""A command at a prompt is no sentence."""


class Tried(Struct):
    """Something that was done, and how it ended."""

    what: str
    outcome: str


class Handoff(Struct):
    """What is handed on, redacted."""

    symptom: list[str]
    """What the person said, in at most three lines."""
    log: list[str]
    machine: list[Pair]
    card: list[Pair]
    cause: str
    share: float
    evidence: list[Piece]
    fix: str
    commands: list[str]
    """The steps in order, as a shell reads them: what is done by hand stands as a comment."""
    needs_root: bool
    risk: str
    minutes: int
    hurts: str
    destroys: list[str]
    verify: str
    undo: str
    tried: list[Tried]
    answers: list[Pair]
    next_text: str
    began: str
    solved: bool


class _Chosen(NamedTuple):
    cause: CauseOut | None
    fix: FixOut | None


def write(walk: Walk, to: Reader, *, zh: bool) -> str:
    """The hand-off as Markdown that also reads as plain text."""
    made = private(collect(walk, zh=zh, admin=to == "admin"), walk)
    lines = {"admin": _admin, "forum": _forum, "vendor": _vendor}[to](made, zh)
    return "\n".join(lines).rstrip() + "\n"


def collect(walk: Walk, *, zh: bool, admin: bool = False) -> Handoff:
    """Everything that a reader may need, as it is: not yet redacted. `admin`: of several fixes one that needs root."""
    words = Words(zh)
    path = Path(walk, words, steps.numbers(walk))
    found = walk.weighed[-1][1]
    held = path.helped()
    solved = walk.before(*held[-1]) if held and path.solved() else None
    cause, fix = _chosen(*(solved or (_without(found, {c for _, c in held}), found)), admin=admin)
    text = _text(walk, held[-1][0] if held and not solved else 0)
    known = walk.known()
    return Handoff(
        symptom=_symptom(text),
        log=_log(text, cause),
        machine=machine_table(known, words),
        card=_card(known),
        cause=path.named(cause.id).title if cause else "",
        share=cause.probability if cause else 0.0,
        evidence=path.pieces(cause.evidence)[:EVIDENCE] if cause else [],
        fix=((zh and fix.title_zh) or fix.title) if fix else "",
        commands=[_line(s, zh) for s in fix.steps] if fix else [],
        needs_root=any(s.needs_root for s in fix.steps) if fix else False,
        risk=words(f"risk.{fix.risk}") if fix else "",
        minutes=fix.minutes if fix else 0,
        hurts=fix.hurts if fix else "nothing",
        destroys=fix.destroys if fix else [],
        verify=fix.check(zh=zh) if fix else "",
        undo=fix.way_back(zh=zh) if fix else "",
        tried=[Tried(path.named(c).title, words(o)) for _, c, o in path.tried],
        answers=[
            Pair(path.named(str(t.event["question"])).title, words(str(t.event["said"])))
            for t in walk.turns
            if t.kind == "answer"
        ],
        next_text=(zh and found.next.text_zh) or found.next.text,
        began=clock(walk.turns[0].at),
        solved=solved is not None,
    )


def _without(found: Diagnosis, held: set[str]) -> CauseOut | None:
    """What is advised next, else the likeliest of what is not solved."""
    alive = [c for c in found.causes if c.probability > 0 and c.id not in held]
    advised = (c for c in alive if c.id == found.next.id and found.next.kind in ("fix", "handoff"))
    return next(advised, alive[0] if alive else None)


def _chosen(cause: CauseOut | None, found: Diagnosis, *, admin: bool) -> _Chosen:
    """With the fix that was advised then, else the first; for an administrator with one that only they can do."""
    if cause is None or not cause.fixes:
        return _Chosen(cause, None)
    order = sorted(
        cause.fixes, key=lambda f: (admin and not {"root", "admin"} & set(f.needs), f.title != found.next.text)
    )
    return _Chosen(cause, order[0])


def _line(step: StepOut, zh: bool) -> str:
    return step.rendered if step.kind == "run" else "# " + " ".join(((zh and step.text_zh) or step.rendered).split())


def _text(walk: Walk, after: int) -> str:
    """What was said since the last trouble was solved; all of it where nothing was."""
    said = [str(t.event["text"]) for t in walk.turns[after:] if t.kind in ("begin", "text")]
    return "\n".join(said) or walk.state.text


def _symptom(text: str) -> list[str]:
    """The person's own sentences; the telling lines of a log where there are none."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    prose = [line for line in lines if not elsewhere.is_log(line) and not _TYPED.match(line)]
    return [line[:240] for line in (prose or [line for line in lines if elsewhere.is_telling(line)] or lines)[:3]]


def _log(text: str, cause: CauseOut | None) -> list[str]:
    lines = [line.rstrip()[:240] for line in text.splitlines() if elsewhere.is_log(line) or elsewhere.is_telling(line)]
    raw = [r[:240] for e in cause.evidence if e.kind == "sign" for r in e.raw.splitlines()] if cause else []
    chosen = [line for line in dict.fromkeys([*lines, *raw]) if line.strip()]
    telling = [line for line in chosen if elsewhere.is_telling(line) or _XID.search(line)]
    return (telling or chosen)[:LOG_LINES]


def _card(known: dict[tuple[str, str], Fact]) -> list[Pair]:
    """What a vendor asks of a card and the place that it sits in."""
    names = (
        "gpu.model", "gpu.pci_id", "gpu.vbios", "gpu.link_gen", "gpu.link_width", "gpu.link_width_max", "gpu.power_watts",
        "gpu.temperature", "gpu.ecc_uncorrected", "gpu.rows_remap_failed", "gpu.rows_remap_pending", "gpu.xids",
        "driver.version", "driver.flavour", "kernel.release", "firmware.version", "psu.watts", "machine.model", "board.name",
    )  # fmt: skip
    rows: dict[str, list[str]] = {}
    for name in names:
        for (fact, entity), seen in known.items():
            if fact == name:
                rows.setdefault(name, []).append(f"{seen.value}" + (f" ({entity})" if entity else ""))
    return [Pair(name, ", ".join(values)) for name, values in rows.items()]


def _admin(made: Handoff, zh: bool) -> list[str]:
    say = words_of(zh)
    out = [f"# {say['admin.title']}: {inline(made.fix or made.cause or made.symptom[0] if made.symptom else '')}", ""]
    out += [f"**{say['symptom']}** {' '.join(inline(s) for s in made.symptom)}", ""] if made.symptom else []
    out += _suspect(made, say)
    if made.commands:
        out += [f"**{say['please_run' if made.needs_root else 'steps']}**", "", *block("\n".join(made.commands)), ""]
    if made.fix:
        told = [f"{say['risk']}: {made.risk}", say["minutes"].format(n=made.minutes)]
        told += [say["hurts_others"]] if made.hurts == "other users" else []
        told += [f"{say['destroys']}: {', '.join(made.destroys)}"] if made.destroys else []
        out += [f"**{say['cost']}** {inline('; '.join(told))}.", "", f"**{say['verify']}** {code(made.verify)}", ""]
        out += [f"**{say['undo']}** {inline(made.undo)}", ""] if made.undo else []
    else:
        out += [f"**{say['question']}** {inline(made.next_text)}", ""]
    return [*out, *_tried(made, say), *_machine_line(made, say), say["host"]]


def _forum(made: Handoff, zh: bool) -> list[str]:
    say = words_of(zh)
    title = textwrap.shorten(made.symptom[0], 90, placeholder=" ...") if made.symptom else made.cause
    out = [f"# {inline(title)}", "", *(inline(s) for s in made.symptom if s != title), ""]
    if made.machine:
        out += ["| | |", "| --- | --- |", *(f"| {inline(p.label)} | {inline(p.value)} |" for p in made.machine), ""]
    if made.log:
        out += [f"**{say['log']}**", "", *block("\n".join(made.log)), ""]
    out += _tried(made, say) + _suspect(made, say)
    if made.solved:
        return [*out, f"**{say['helped']}** {inline(made.fix)}"]
    question = say["forum.question"].format(cause=made.cause) if made.cause else say["forum.open"]
    return [*out, f"**{say['question']}** {inline(question)}"]


def _vendor(made: Handoff, zh: bool) -> list[str]:
    say = words_of(zh)
    out = [f"# {say['vendor.title']}: {inline(made.cause or (made.symptom[0] if made.symptom else ''))}", ""]
    out += [*(inline(s) for s in made.symptom), "", f"**{say['since']}** {made.began}", ""]
    xid = [line for line in made.log if _XID.search(line)] or made.log
    if xid:
        out += [f"**{say['xid']}**", "", *block("\n".join(xid)), ""]
    else:
        out += [f"**{say['xid']}** {say['none']}", ""]
    if made.card:
        out += ["| | |", "| --- | --- |", *(f"| {code(p.label)} | {inline(p.value)} |" for p in made.card), ""]
    out += _tried(made, say, say["swapped"])
    if made.answers:
        out += [f"**{say['answers']}**", "", *(f"- {inline(a.label)} {inline(a.value)}" for a in made.answers[:6]), ""]
    out += _suspect(made, say)
    return [*out, f"**{say['bug_report']}**", "", *block("sudo nvidia-bug-report.sh"), "", say["bug_report.why"]]


def _suspect(made: Handoff, say: dict[str, str]) -> list[str]:
    if not made.cause:
        return []
    out = [f"**{say['solved' if made.solved else 'suspect']}** {inline(made.cause)} ({made.share:.0%})", ""]
    return [*out, *(f"- {code(p.text)}" + (f" ({inline(p.origin)})" if p.origin else "") for p in made.evidence), ""]


def _tried(made: Handoff, say: dict[str, str], title: str = "") -> list[str]:
    if not made.tried:
        return [f"**{title or say['tried']}** {say['nothing']}", ""]
    return [f"**{title or say['tried']}**", "", *(f"- {inline(t.what)}: {t.outcome}" for t in made.tried), ""]


def _machine_line(made: Handoff, say: dict[str, str]) -> list[str]:
    said = "; ".join(f"{p.label}: {p.value}" for p in made.machine)
    return [f"**{say['machine']}** {inline(said)}", ""] if said else []
