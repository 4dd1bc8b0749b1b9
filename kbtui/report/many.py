"""Many cases at once: what broke most, what cost most, what to learn next. Reads journals, diagnoses nothing anew."""

from __future__ import annotations

import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Struct

from kbtui.diagnosis import case, journal, learning
from kbtui.diagnosis.elsewhere import distinctive, redactor_for
from kbtui.engine import Engine
from kbtui.errors import CaseError, InputError
from kbtui.redaction import Redactor
from kbtui.report.model import Named
from kbtui.report.private import plain
from kbtui.report.walk import worked

SCHEMA = "kbtui.reports/1"
LISTED = 10
NEEDED = 0.5
"""What a concept weighs that is only needed for the one behind a cause."""


class Row(Struct):
    """One root cause over all cases: found, or likeliest where a case is open."""

    problem: Named
    cases: int
    solved: int
    seconds: float
    median: float


class Topic(Struct):
    """One concept, and how much of the time rests on it."""

    concept: Named
    weight: float
    """Hours."""
    cases: int
    see: list[str]
    behind: list[str]
    """Titles of the causes that rest on it."""


class Vain(Struct):
    """A fix that was tried and did not help."""

    problem: Named
    tries: int
    helped: int
    """How often it did help."""


class Reports(Struct):
    """Everything, in one language."""

    schema: str
    lang: str
    since: str
    cases: int
    solved: int
    seconds: float
    broke: list[Row]
    cost: list[Row]
    learn: list[Topic]
    vain: list[Vain]
    dark: list[str]
    """What was seen in cases that ended without a cause, redacted."""


class Closed(NamedTuple):
    """One case, as far as counting needs it."""

    state: case.State
    cause: str
    solved: bool
    seconds: float


def day(said: str) -> float:
    """`2026-01-01`, `2026-01` or `2026` as seconds since 1970, here. InputError for anything else."""
    for form in ("%Y-%m-%d", "%Y-%m", "%Y"):
        try:
            return time.mktime(time.strptime(said.strip(), form))
        except (ValueError, OverflowError):
            continue
    raise InputError(f"--since {said!r}: expected a date like 2026-01-01")


def gather(engine: Engine, since: float, *, zh: bool) -> Reports:
    """Every case that began since then. One whose journal cannot be read is left out."""
    closed = list(_read(engine, since))
    rows = _rows(engine, closed, zh)
    redactor = redactor_for("\n".join(c.state.text for c in closed), [f for c in closed for f in c.state.facts])
    for item in closed:
        redactor.learn_from(item.state.text)
    dark = [_seen(item.state, redactor) for item in closed if not item.cause]
    made = Reports(
        schema=SCHEMA,
        lang="zh" if zh else "en",
        since=time.strftime("%Y-%m-%d", time.localtime(since)),
        cases=len(closed),
        solved=sum(c.solved for c in closed),
        seconds=sum(c.seconds for c in closed),
        broke=sorted(rows, key=lambda r: (-r.cases, -r.seconds, r.problem.id))[:LISTED],
        cost=sorted(rows, key=lambda r: (-r.seconds, r.problem.id))[:LISTED],
        learn=_topics(engine, closed, zh),
        vain=_vain(engine, closed, zh),
        dark=list(dict.fromkeys(d for d in dark if d))[:LISTED],
    )
    return msgspec.convert(redactor.value(msgspec.to_builtins(made)), Reports)


def _read(engine: Engine, since: float) -> list[Closed]:
    out = []
    try:
        paths: list[Path] = sorted(case.folder().glob("*.jsonl"))
    except OSError:
        return []
    for path in paths:
        try:
            state = case.load(path)
            times = [float(e.get("at", 0.0)) for e in journal.read(path).events]
        except (CaseError, KeyError, TypeError, ValueError):
            continue
        if state.began < since or not (state.text.strip() or state.tried or state.stack):
            continue  # a look at a machine that nobody complained of is no trouble
        solved = state.solved_by in engine.knowledge.problems
        likely = next((n for n in state.found if n in engine.knowledge.problems and n not in state.closed), "")
        out.append(Closed(state, state.solved_by if solved else likely, solved, worked(times)))
    return out


def _rows(engine: Engine, closed: list[Closed], zh: bool) -> list[Row]:
    by_cause: dict[str, list[Closed]] = defaultdict(list)
    for item in closed:
        if item.cause:
            by_cause[item.cause].append(item)
    return [
        Row(
            problem=Named(name, engine.title(name, zh=zh)),
            cases=len(items),
            solved=sum(i.solved for i in items),
            seconds=sum(i.seconds for i in items),
            median=statistics.median(i.seconds for i in items),
        )
        for name, items in by_cause.items()
    ]


def _topics(engine: Engine, closed: list[Closed], zh: bool) -> list[Topic]:
    weight: dict[str, float] = defaultdict(float)
    cases: dict[str, int] = defaultdict(int)
    behind: dict[str, dict[str, None]] = defaultdict(dict)
    for item in closed:
        for lesson in learning.lessons(engine.knowledge, [item.cause] if item.cause else []):
            weight[lesson.concept] += item.seconds / 3600 * (1.0 if lesson.behind else NEEDED)
            cases[lesson.concept] += 1
            behind[lesson.concept][engine.title(item.cause, zh=zh)] = None
    order = sorted(weight, key=lambda c: (-weight[c], -cases[c], c))[:LISTED]
    return [
        Topic(
            Named(c, engine.title(c, zh=zh)),
            round(weight[c], 2),
            cases[c],
            list(engine.knowledge.concept(c).see),
            list(behind[c])[:4],
        )
        for c in order
    ]


def _vain(engine: Engine, closed: list[Closed], zh: bool) -> list[Vain]:
    tried: dict[str, list[str]] = defaultdict(list)
    for item in closed:
        for cause, outcome in item.state.tried:
            if cause in engine.knowledge.problems:
                tried[cause].append(outcome)
    rows = [
        Vain(Named(c, engine.title(c, zh=zh)), sum(o != "helped" for o in outcomes), outcomes.count("helped"))
        for c, outcomes in tried.items()
    ]
    return sorted((r for r in rows if r.tries), key=lambda r: (-r.tries, r.problem.id))[:LISTED]


def _seen(state: case.State, redactor: Redactor) -> str:
    said = distinctive(state.text, redactor) or redactor.text(" ".join(state.text.split()))
    return plain(said)[:160]
