"""`kbtui changes`: what changed on this machine, the change that could explain the trouble first."""

from __future__ import annotations

import shutil
from argparse import Namespace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kbtui.commands import looking
from kbtui.commands.screen import clean, style, wrap
from kbtui.errors import InputError
from kbtui.machine.changes import baseline
from kbtui.machine.changes.fold import fold
from kbtui.machine.changes.model import Change
from kbtui.machine.changes.onset import Onset, parse_onset
from kbtui.machine.changes.packages import driver_version
from kbtui.machine.changes.rank import Ranked, onset_of, suspects
from kbtui.machine.changes.timeline import Timeline, gather

if TYPE_CHECKING:
    from kbtui.machine.facts import Facts
    from kbtui.machine.host import Host

HEALTHY = "last-healthy"
_DAYS = 60
"""How far back the table goes where `--since` does not say."""
_ROWS = 40


class _Answer(NamedTuple):
    line: Timeline
    onset: Onset | None
    since: float
    rows: list[Change]
    accused: list[Ranked]
    differences: list[baseline.Difference] | None
    """From the last healthy check; None where it was not asked for."""


def run(args: Namespace) -> int:
    """0."""
    host = looking.host_of(args)
    if host is None:
        raise InputError("the empty machine has no history: leave --from out, or name evidence")
    try:
        answer = _answer(host, args.since)
    finally:
        close = getattr(host, "close", None)
        if close:
            close()
    if args.json:
        print(msgspec.json.encode(_object(answer, host.name)).decode())
    else:
        _print(answer, host.name)
    return 0


def _answer(host: Host, since: str | None) -> _Answer:
    line = gather(host)
    now = line.clock.now
    words: Onset | None = None
    differences = None
    begin = now - _DAYS * 86400
    if since == HEALTHY:
        facts = _facts(host)
        said = facts.get("machine.hostname")
        kept = baseline.last_baseline(str(said.value) if said.state == "known" else None)
        if kept is None:
            raise InputError("no healthy check is kept yet: `kbtui check` keeps one when it finds the machine healthy")
        differences = baseline.diff(kept, facts)
        begin = kept.time
        words = Onset(kept.time, now, "since the last healthy check") if differences else None
    elif since:
        words = parse_onset(since, line.clock, line.changes)
        if words is None:
            raise InputError(f'--since {since!r}: say a date (2026-11-20), "yesterday", "3 days ago" or {HEALTHY}')
        begin = words.earliest
        words = Onset(words.earliest, now, words.why)
    accused = [r for r in suspects(line, words) if r.change.when is None or not since or r.change.when >= begin - 1]
    rows = [c for c in fold(line.changes) if c.when is None or c.when >= begin - 1]
    return _Answer(line, onset_of(line, words), begin, rows, accused, differences)


def _facts(host: Host) -> Facts:
    from kbtui.engine import Engine
    from kbtui.machine.derive import derive

    return derive(looking.at(host).facts, Engine.open().tables)


def _object(answer: _Answer, machine: str) -> dict[str, object]:
    line = answer.line
    return {
        "schema": "kbtui.changes/1",
        "machine": machine,
        "now": line.clock.now,
        "since": answer.since,
        "onset": answer.onset._asdict() if answer.onset else None,
        "suspects": [
            {"change": _change(r.change, line), "score": round(r.score, 3), "hours_before": r.hours, "why": r.why}
            for r in answer.accused
        ],
        "changes": [_change(c, line) for c in answer.rows],
        "differences": None if answer.differences is None else [d._asdict() for d in answer.differences],
        "notes": list(line.notes),
    }


def _change(change: Change, line: Timeline) -> dict[str, object]:
    shown = line.clock.local(change.when).isoformat() if change.when is not None else None
    return {**msgspec.structs.asdict(change), "time": shown}


def _print(answer: _Answer, machine: str) -> None:
    line = answer.line
    print(f"{machine[:1].upper()}{clean(machine[1:])}, since {line.clock.local(answer.since):%a %d %b %Y %H:%M}")
    print()
    if answer.accused:
        print(style("suspect first", "bold"))
        for ranked in answer.accused[:3]:
            print(_row(ranked.change, line))
            print(wrap(_because(ranked), " " * 20))
        print()
    elif answer.onset:
        print(
            f"The trouble began {_time(answer.onset.latest, line).strip()} ({clean(answer.onset.why)}); no change explains it."
        )
        print()
    else:
        print(f"{_calm(line)}, so no change is under suspicion.")
        print()
    if answer.differences is not None:
        _print_differences(answer.differences)
    shown = answer.rows[-_ROWS:][::-1]
    if shown:
        print(style("when              what changed", "bold"))
        for change in shown:
            print(_row(change, line))
        if len(answer.rows) > _ROWS:
            print(f"and {len(answer.rows) - _ROWS} older ones: `kbtui changes --json` lists all")
    else:
        print("No change is recorded in this time.")
    for note in line.notes:
        print(style(wrap(f"note: {note}"), "dim"))


def _calm(line: Timeline) -> str:
    if not line.log_read:
        return "No trouble is known (no kernel log was read)"
    if any(c.kind == "error" and c.when is None for c in line.changes):
        return "There are errors, but when they began is not known"
    return "Nothing here shows trouble"


def _print_differences(differences: list[baseline.Difference]) -> None:
    if not differences:
        print("Nothing that matters differs from the last healthy check.")
    else:
        print(style("different from the last healthy check", "bold"))
    for item in differences:
        name = (
            item.name
            if not item.entity
            else f"{item.name.partition('.')[0]}[{item.entity}] {item.name.partition('.')[2]}"
        )
        print(wrap(f"{name.strip()}: {item.before or 'not there'} -> {item.after}", "  "))
    print()


def _because(ranked: Ranked) -> str:
    members = ranked.change.members
    named = f" [{', '.join(members[:4])}{' ...' if len(members) > 4 else ''}]" if len(members) > 1 else ""
    return f"{ranked.why}{named}; {ranked.change.origin}"


def _row(change: Change, line: Timeline) -> str:
    what = f"{change.what} edited" if change.kind == "config" else change.what
    text = clean(f"{_time(change.when, line)}  {what}  {_moved(change)}".rstrip())
    if line.clock.in_future(change.when):
        text += "  (in the future: a clock was wrong)"
    width = max(60, min(shutil.get_terminal_size((100, 24)).columns, 140))
    return text if len(text) <= width else f"{text[: width - 3]}..."


def _moved(change: Change) -> str:
    """From -> to; of drivers the version alone, packaging left out."""
    before, after = change.before, change.after
    if change.kind == "driver":
        before, after = driver_version(before) or before, driver_version(after) or after
    if before and after:
        return f"{before} -> {after}"
    return f"{before}, removed" if before else after


def _time(when: float | None, line: Timeline) -> str:
    if when is None:
        return "time not known  "
    local = line.clock.local(when)
    same_year = local.year == line.clock.local(line.clock.now).year
    return f"{local:%a %d %b %H:%M}" if same_year else f"{local:%d %b %Y %H:%M}"
