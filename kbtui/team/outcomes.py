"""What a closed case leaves behind: one small file with ids and minutes, no text, no machine, no names.

    cases/outcomes/2026/20261125-143701-a1b2c3.json
    {"schema": "kbtui.outcome/1", "id": "20261125-143701-a1b2c3", "closed": "2026-11",
     "path": ["black-screen-after-driver-install", "nouveau-conflict"], "end": "nouveau-conflict", "minutes": 25,
     "tried": [{"cause": "nouveau-conflict", "outcome": "helped", "minutes": 12, "fix": "block-nouveau-and-reboot"}],
     "questions": {"driver-mok-screen-left": {"said": "no", "helped": true}}}

One file a case, named by the case: git merges them without a conflict, whoever closes how many at once.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from kbtui.diagnosis import case, journal
from kbtui.diagnosis.evidence import Observation
from kbtui.diagnosis.result import Diagnosis
from kbtui.engine import Engine, to_request
from kbtui.errors import CaseError, PackError
from kbtui.homes import data_home
from kbtui.kb import manifest, packs
from kbtui.kb.folder import read_plain, walk
from kbtui.kb.nodes import Answer, Id
from kbtui.kb.packs import Pack

UNKNOWN = "unknown"
IDLE = 60.0
"""Minutes between two events that count at most: nobody works on a case overnight."""
GIVEN_UP = 7 * 86400.0
"""Seconds after which a case that nothing solved has ended unknown."""
_LARGEST = 64 << 10


class Tried(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One fix that was tried."""

    cause: Id
    outcome: case.Outcome
    minutes: Annotated[int, Meta(ge=0, le=10080)] = 0
    fix: Annotated[str, Meta(pattern=r"^[a-z0-9-]{0,70}$")] = ""
    """Which of its fixes (`kbtui.kb.learned.fix_id`); "" where nobody said."""


class Asked(Struct, forbid_unknown_fields=True):
    """One question that was answered, and whether the answer spoke for what was found or against a rival of it."""

    said: Answer
    helped: bool


class Outcome(Struct, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One closed case."""

    schema: Literal["kbtui.outcome/1"]
    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]{4,60}$")]
    closed: Annotated[str, Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")]
    path: Annotated[list[Id], Meta(max_length=24)] = field(default_factory=list)
    """From where the case began to where it ended."""
    end: Id
    """The cause whose fix helped, or `unknown`."""
    minutes: Annotated[int, Meta(ge=0, le=100_000)] = 0
    tried: Annotated[list[Tried], Meta(max_length=50)] = field(default_factory=list)
    questions: dict[Id, Asked] = field(default_factory=dict)


def place(found: Iterable[Pack]) -> Path | None:
    """Where outcomes go: into the last pack in force that asks for them and can be written, else among the person's own
    data. A pack that was added is none: what stands there is what was fetched."""
    asking = [p for p in found if p.kind not in ("shipped", "added") and manifest.manifest(p)[0].outcomes]
    writable = [p.path for p in asking if os.access(p.path, os.W_OK)]
    if writable:
        return writable[-1]
    home = data_home()
    return home / "own" if home else None


def close(engine: Engine, path: Path, folder: Path | None = None) -> Path | None:
    """Write what a closed case found; the file, or None where the case is still open. PackError, CaseError."""
    outcome = of_case(engine, path)
    folder = folder or place(packs.discover())
    if outcome is None or folder is None:
        return None
    return write(outcome, folder)


def write(outcome: Outcome, folder: Path) -> Path:
    """Write one outcome into a pack's folder. PackError where that cannot be."""
    file = folder / "cases" / "outcomes" / outcome.closed[:4] / f"{outcome.id}.json"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".new")
        fresh.write_bytes(msgspec.json.format(msgspec.json.encode(outcome), indent=1) + b"\n")
        fresh.replace(file)
    except OSError as error:
        raise PackError(f"{file} cannot be written: {error.strerror}") from error
    return file


def close_all(engine: Engine, folder: Path) -> int:
    """Write the outcomes of saved cases that have none yet, those that were given up included; how many."""
    have = {entry.path.stem for entry in walk(folder / "cases" / "outcomes", ".json")}
    count = 0
    try:
        paths = sorted(case.folder().glob("*.jsonl"))
    except CaseError:
        return 0
    for path in paths:
        if path.stem in have:
            continue
        try:
            count += close(engine, path, folder) is not None
        except CaseError:
            continue
    return count


def read(folder: Path) -> Iterator[Outcome]:
    """Every readable outcome below a pack's folder, in one order everywhere; what is none is left out."""
    for entry in walk(folder / "cases" / "outcomes", ".json"):
        raw = None if entry.refused else read_plain(entry.path, _LARGEST)
        if raw is None:
            continue
        try:
            found = msgspec.json.decode(raw, type=Outcome)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if found.id == entry.path.stem:
            yield found


def of_case(engine: Engine, path: Path, now: float | None = None) -> Outcome | None:
    """What a case's journal says, with the way that led to the cause; None where the case is open, or a demonstration."""
    events = journal.read(path).events
    if not events or str(events[0].get("machine", "")).startswith(case.PLAYED):
        return None
    last = max((i for i, e in enumerate(events) if e.get("outcome") == "helped"), default=None)
    if last is None and (time.time() if now is None else now) - _at(events, -1) < GIVEN_UP:
        return None
    before = events[:last]  # as it stood before the fix: afterwards what was seen is history
    state = case.State(id=path.stem)
    for event in before:
        case.apply(state, event)
    made = engine.think(to_request(state))
    found, seen = made.diagnosis, made.observations
    end = str(events[last]["cause"]) if last is not None else UNKNOWN
    way = _way(found, end)
    told = events if last is None else events[: last + 1]
    return Outcome(
        schema="kbtui.outcome/1",
        id=path.stem,
        closed=time.strftime("%Y-%m", time.localtime(_at(told, -1))),
        path=way,
        end=end,
        minutes=round(sum(_gaps(told))),
        tried=[
            Tried(e["cause"], e["outcome"], round(gap), str(e.get("fix", "")))
            for e, gap in zip(told[1:], _gaps(told), strict=False)
            if e.get("kind") == "tried"
        ],
        questions={
            q: Asked(said, _helped(q, way, seen)) for q, said in sorted(state.answers.items()) if said != "unknown"
        },
    )


def _at(events: list[dict[str, Any]], which: int) -> float:
    return float(events[which].get("at", 0.0)) if events else 0.0


def _gaps(events: list[dict[str, Any]]) -> list[float]:
    """Minutes between the events, each at most IDLE."""
    times = [_at(events, i) for i in range(len(events))]
    return [min(IDLE, max(0.0, b - a) / 60) for a, b in pairwise(times)]


def _way(found: Diagnosis, end: str) -> list[str]:
    for cause in found.causes:
        if cause.id == end:
            return list(cause.path)
    began = [e.id for e in found.entry[:1]]
    return began if end == UNKNOWN else [*(b for b in began if b != end), end]


def _helped(question: str, way: list[str], seen: list[Observation]) -> bool:
    mine = [o for o in seen if o.kind == "question" and o.about == question]
    return any((o.ratio > 1) == (o.problem in way) for o in mine)
