"""Logs of a run, one or many, read as what a diagnosis starts from: the text around the first failure, the signs that
speak of it, and the story. `read_logs` is the one way in, for `kbtui diagnose -f` and for a fleet."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePath
from typing import NamedTuple

from kbtui.diagnosis import first_failure, logs
from kbtui.diagnosis.evidence import line_source
from kbtui.diagnosis.result import LogsOut
from kbtui.errors import InputError
from kbtui.kb import many, marks
from kbtui.kb.signs import Hit, Sign
from kbtui.machine import text as reader
from kbtui.machine.facts import Fact
from kbtui.machine.secrets import masked

MOST = 4096
"""Logs read together."""
ABOVE = 200
"""Lines above the first failure from which its own log speaks of it."""

ABOVE_TOLD, BELOW_TOLD = 40, 20
"""Lines around the first failure that are read as text."""


class Ranks(NamedTuple):
    """What several logs gave."""

    text: str
    """What a person would paste: the lines around the first failure, without what the log repeats all the time."""
    facts: list[Fact]
    """What the log that failed first says of its machine."""
    hits: list[Hit]
    """Signs that speak of the first failure; what only followed from it is left out."""
    notes: list[str]
    told: LogsOut


def read_logs(paths: Sequence[str], signs: Sequence[Sign]) -> Ranks:
    """Logs of one run, ordered in time and taken together. Their order does not matter.

    InputError where one cannot be opened, SignError where RE2 refuses a sign.
    """
    paths = sorted(set(paths))
    names = short_names(paths)
    found = many.scan_logs(paths, signs, [s for s in signs if logs.is_message(s.literal)])
    story = first_failure.tell(found, names)
    notes = [
        f"{name}: {log.incomplete}; what could be read was used"
        for name, log in zip(names, found, strict=True)
        if log.incomplete
    ]
    if not story.told.first:
        notes.append(f"none of {len(paths)} logs says that anything failed")
    told, whole = _texts(found, story)
    facts = list(reader.read(whole).store()) if whole.strip() else []
    return Ranks(told, facts, _hits(found, story, names), notes, story.told)


def expand(given: Iterable[str]) -> list[str]:
    """Files, folders (all files in them) and patterns as files. InputError where one names nothing, or too many."""
    out: list[str] = []
    for item in given:
        path = Path(item)
        if path.is_dir():
            files = [str(p) for p in sorted(path.rglob("*")) if p.is_file() and not p.name.startswith(".")]
        elif path.exists() or not glob.has_magic(item):
            files = [item]
        else:
            files = sorted(p for p in glob.glob(item, recursive=True) if Path(p).is_file())  # noqa: PTH207 - any pattern
        if not files:
            raise InputError(f"{item} names no file")
        out += files
        if len(out) > MOST:
            raise InputError(f"more than {MOST} logs are not read together; name fewer")
    return list(dict.fromkeys(out))


def short_names(paths: Sequence[str]) -> list[str]:
    """Each path as briefly as it stays apart from the others: its name, else with its folders."""
    for parts in range(1, 12):
        names = ["/".join(PurePath(p).parts[-parts:]) for p in paths]
        if len(set(names)) == len(names):
            return names
    return list(paths)


def _hits(found: Sequence[many.Log], story: first_failure.Story, names: Sequence[str]) -> list[Hit]:
    """Of the log that failed first: what stands at its failure, then what comes before; of the others: what could have
    begun it too. Where nothing began it, all signs of all logs."""
    first = story.first
    began = {(e.log, e.line) for e in story.events if e.level == marks.BEGAN and not first_failure.before(e, first)}
    out: list[tuple[tuple[int, str, int], Hit]] = []
    for number, log in enumerate(found):
        for hit in log.hits:
            place = (number, hit.line)
            if marks.of(hit.key) or place in story.dropped:
                continue
            mine = first is not None and number == first.log
            if story.kind == "failure" and not mine and place not in began:
                continue
            near = mine and first is not None and hit.line >= first.line - ABOVE
            out.append(((0 if near else 1 if mine else 2, names[number], hit.line), Hit(*hit[:5], names[number])))
    return [hit for _, hit in sorted(out, key=lambda o: (o[0], o[1].key))]


def _texts(found: Sequence[many.Log], story: first_failure.Story) -> tuple[str, str]:
    """The lines around the first failure without the chatter, and all that facts are read from: the log's beginning, too.
    What only followed is in neither."""
    if story.first is None:
        return "", "\n".join(log.head[-2000:] for log in found[:4])
    number, line = story.first.log, story.first.line
    log = found[number]
    begin, around = next(((n, t) for n, t in log.windows if n <= line <= n + t.count("\n")), (line, story.first.text))
    head = [(n, t) for n, t in enumerate(log.head.split("\n"), 1) if n < begin]
    lines = [*head, *enumerate(around.split("\n"), begin)]
    lines = [(n, t) for n, t in lines if (number, n) not in story.dropped]
    shapes = Counter(line_source(t) for _, t in lines)
    told = [t for n, t in lines if -ABOVE_TOLD <= n - line <= BELOW_TOLD and (n == line or shapes[line_source(t)] == 1)]
    return masked("\n".join(told)), "\n".join(t for _, t in lines)
