"""Several logs of one run as one story: which rank failed first, what followed from it, what had been survived before.

A line is never taken for the beginning because it is early alone. Consequences (a watchdog's timeout, a closed
connection, SIGTERM) are no beginning while anything else could be one; an error after which its rank went on as before
was survived; and what lies further back than the longest timeout cannot be why the others gave up. Where nothing but
consequences is written, the rank that is silent, or behind, is the one that they waited for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from kbtui.diagnosis import rank_names
from kbtui.diagnosis.result import CascadeOut, FailureOut, LogsOut
from kbtui.kb import marks
from kbtui.kb.many import Found, Log
from kbtui.kb.stamps import YEAR
from kbtui.machine.secrets import masked

TIMEOUT = 1800.0
"""Seconds that others wait for a rank where no line says how long: gloo's and the older NCCL default."""
SLACK = 120.0
SURVIVED = 60.0
"""Seconds between an error and the next failure of its log from which it can be told that the rank went on."""
LISTED = 8
_WAITED = re.compile(r"ran for (\d+) milliseconds|Timeout\(ms\)=(\d+)")
_SEQUENCE = re.compile(r"last enqueued (?:\w+ )?work: (-?\d+)", re.IGNORECASE)


class Event(NamedTuple):
    """A line that says that something failed."""

    level: int
    marks: tuple[str, ...]
    rank: int | None
    host: str
    at: float | None
    """Seconds on the run's common clock."""
    log: int
    line: int
    text: str
    stamp: str


class Story(NamedTuple):
    """What several logs tell together."""

    first: Event | None
    kind: str
    """failure, silent, behind, or consequence where nothing better is known."""
    told: LogsOut
    events: list[Event]
    dropped: frozenset[tuple[int, int]]
    """Lines (log, line) that only follow from the first failure."""


class _Log(NamedTuple):
    """A log with whose it is."""

    log: Log
    rank: int | None
    host: str


def tell(logs: Sequence[Log], names: Sequence[str]) -> Story:
    """The story. `names`: how each log is called. The order of the logs does not matter."""
    whose = [_Log(log, *rank_names.of_log(log.path, log.head, [h.text for h in log.hits[:200]])) for log in logs]
    clock = _Clock(logs)
    places: dict[int | None, str] = {w.rank: w.host for w in whose if w.rank is not None and w.host}
    for log in logs:
        places |= rank_names.hosts_of_ranks([*log.head.split("\n"), *(h.text for h in log.hits)])
    events = [e for n, w in enumerate(whose) for e in _events(n, w, clock)]
    events = [e._replace(host=e.host or places.get(e.rank, "")) for e in events]
    events.sort(key=lambda e: (_late(e.at), e.level, _late(e.rank), e.host, names[e.log], e.line))
    first, kind = _first(events, whose, clock, names)
    after = [e for e in events if e is not first and (first is None or kind != "failure" or not before(e, first))]
    cascade = [e for e in after if e.level == marks.FOLLOWS]
    dropped = frozenset((e.log, e.line) for e in cascade) if kind == "failure" else frozenset()
    told = LogsOut(
        logs=len(logs),
        ranks=rank_names.ranges(w.rank for w in whose if w.rank is not None),
        lines=sum(w.log.lines for w in whose),
        bytes=sum(w.log.bytes for w in whose),
        first=_failure_out(first, kind, names, whose) if first else None,
        cascade=_cascade(cascade, first),
        earlier=[
            _failure_out(e, "survived", names, whose)
            for e in events
            if first and e.level == marks.BEGAN and before(e, first)
        ][:LISTED],
    )
    return Story(first, kind, told, events, dropped)


class _Clock:
    """One clock for all logs: UTC where every log says its zone, else what the lines show. Years are left out, so what
    lies half a year behind the rest was written after New Year."""

    def __init__(self, logs: Sequence[Log]) -> None:
        stamps = [(s.at, s.zone) for log in logs for s in (log.first, log.last) if s]
        stamps += [(h.at, h.zone) for log in logs for h in log.hits if h.at is not None]
        self._zoned = bool(stamps) and all(zone is not None for _, zone in stamps)
        times = [at for at, _ in stamps]
        self._turn = bool(times) and max(times) - min(times) > YEAR / 2

    def at(self, at: float | None, zone: float | None) -> float | None:
        """A time on it."""
        if at is None:
            return None
        shown = at - (zone or 0.0) if self._zoned else at
        return shown + YEAR if self._turn and shown < YEAR / 2 else shown


def _late(value: float | int | None) -> float:
    return float("inf") if value is None else float(value)


def before(one: Event, other: Event | None) -> bool:
    """Whether one was certainly earlier."""
    return other is not None and one.at is not None and other.at is not None and one.at < other.at


def _events(number: int, whose: _Log, clock: _Clock) -> list[Event]:
    by_line: dict[int, list[Found]] = defaultdict(list)
    for hit in whose.log.hits:
        if marks.of(hit.key):
            by_line[hit.line].append(hit)
    out = []
    for line, hits in by_line.items():
        named = {h.key for h in hits}
        kinds = tuple(m.name for m in marks.MARKS if marks.PREFIX + m.name in named)
        hit = hits[0]
        rank = rank_names.rank_in(hit.text)
        out.append(
            Event(
                marks.level(kinds), kinds, whose.rank if rank is None else rank, rank_names.host_in(hit.text) or whose.host,
                clock.at(hit.at, hit.zone), number, line, masked(hit.text).strip(), hit.stamp,
            )
        )  # fmt: skip
    return out


def _first(
    events: Sequence[Event], whose: Sequence[_Log], clock: _Clock, names: Sequence[str]
) -> tuple[Event | None, str]:
    ends = [e.at for e in events if e.level == marks.FOLLOWS and e.at is not None]
    fell = min(ends) if ends else None
    horizon = fell - _waited(events) - SLACK if fell is not None else None
    for level in (marks.BEGAN, marks.EITHER):
        rest = [e for e in events if e.level == level]
        near = [e for e in rest if horizon is None or e.at is None or e.at >= horizon]
        fatal = [e for e in near if not _survived(e, events, whose[e.log], clock)]
        if level == marks.BEGAN and not fatal and any(e.level == marks.EITHER for e in events) and fell is not None:
            continue  # all of it was survived: what could be either speaks first
        if fatal or (near and level == marks.BEGAN):
            return (fatal or near)[0], "failure"
    waited_for = _silent(events, whose, clock) or _behind(events)
    if waited_for:
        return waited_for
    rest = [e for e in events if e.level < marks.FOLLOWS] or list(events)
    return (rest[0], "failure" if rest[0].level < marks.FOLLOWS else "consequence") if rest else (None, "")


def _waited(events: Sequence[Event]) -> float:
    """How long the others waited before they gave up, as they say it."""
    said = [int(a or b) / 1000 for e in events for a, b in _WAITED.findall(e.text)]
    return max(said, default=TIMEOUT)


def _survived(event: Event, events: Sequence[Event], whose: _Log, clock: _Clock) -> bool:
    """Whether its log went on as before: as many lines a second between the error and the log's next failure, or its end,
    as before the error."""
    log = whose.log
    begin = clock.at(log.first.at, log.first.zone) if log.first else None
    end = clock.at(log.last.at, log.last.zone) if log.last else None
    later = [e for e in events if e.log == event.log and e.line > event.line and e.level >= marks.EITHER]
    stop = min(later, key=lambda e: e.line) if later else None
    until, line = (stop.at, stop.line) if stop else (end, log.lines)
    if event.at is None or until is None or begin is None or until - event.at < SURVIVED or event.at <= begin:
        return False
    pace = event.line / (event.at - begin)
    written = line - event.line
    return written >= 10 and written >= 0.3 * pace * (until - event.at)


def _silent(events: Sequence[Event], whose: Sequence[_Log], clock: _Clock) -> tuple[Event, str] | None:
    """The one rank that wrote nothing while the others gave up: its last line."""
    spoke = {e.log for e in events}
    quiet = [n for n in range(len(whose)) if n not in spoke and whose[n].rank is not None]
    if not quiet or len(quiet) * 4 > len(whose):
        return None
    ends = {n: clock.at(s.at, s.zone) for n in quiet if (s := whose[n].log.last)}
    number = min(quiet, key=lambda n: (_late(ends.get(n)), _late(whose[n].rank)))
    log = whose[number].log
    text = next((t for t in reversed(log.tail.split("\n")) if t.strip()), "")
    stamp = log.last.text if log.last else ""
    return (
        Event(marks.FOLLOWS, (), whose[number].rank, whose[number].host, ends.get(number), number, log.lines, masked(text)[:500].strip(), stamp),
        "silent",
    )  # fmt: skip


def _behind(events: Sequence[Event]) -> tuple[Event, str] | None:
    """The one rank that began fewer collectives than all others, or that all others say the timeout came from."""
    begun: dict[int, tuple[int, Event]] = {}
    for e in events:
        found = _SEQUENCE.search(e.text)
        if found and e.rank is not None and (e.rank not in begun or int(found[1]) < begun[e.rank][0]):
            begun[e.rank] = int(found[1]), e
    if len(begun) >= 2:
        least, next_least = sorted(n for n, _ in begun.values())[:2]
        if least < next_least:
            return next(e for n, e in begun.values() if n == least), "behind"
    return None


def _failure_out(event: Event, kind: str, names: Sequence[str], whose: Sequence[_Log]) -> FailureOut:
    telling = [marks.BY_NAME[m] for m in event.marks if marks.BY_NAME[m].level == event.level]
    mark = next((m for m in telling if m.name != "exception"), next(iter(telling), None))
    return FailureOut(
        kind=kind, rank=event.rank, host=event.host, log=names[event.log], line=event.line, time=event.stamp, text=event.text,
        what=mark.said if mark else "", what_zh=mark.said_zh if mark else "",
    )  # fmt: skip


def _cascade(events: Sequence[Event], first: Event | None) -> list[CascadeOut]:
    """Consequences by kind, the earliest kind first."""
    groups: dict[str, list[Event]] = defaultdict(list)
    for e in events:
        name = next(m for m in e.marks if marks.BY_NAME[m].level == marks.FOLLOWS)
        groups[name].append(e)
    out = []
    for name, members in sorted(groups.items(), key=lambda g: (min(_late(e.at) for e in g[1]), g[0])):
        times = [e.at for e in members if e.at is not None]
        known = first is not None and first.at is not None and times
        out.append(
            CascadeOut(
                what=marks.BY_NAME[name].said, what_zh=marks.BY_NAME[name].said_zh,
                ranks=rank_names.ranges(e.rank for e in members if e.rank is not None),
                logs=len({e.log for e in members}), lines=len(members),
                seconds_after=round(min(times) - first.at, 3) if known and first and first.at is not None else None,
            )
        )  # fmt: skip
    return out
