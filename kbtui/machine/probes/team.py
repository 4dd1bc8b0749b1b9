"""A team's own probe, written in YAML: what is found in the output, by five kinds of parser.

regex      find: 'free: (\\d+ GiB)'       the group, or the whole match
json       find: filesystems[0].free       keys and [numbers]
key_value  find: Free space                Free space : 12 GiB        or    FREE=12
table      find: avail   row: fs=scratch   fs       size  avail
                                           scratch  100G  12G
count      find: '^DOWN'                   lines that match
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kbtui.errors import FactError
from kbtui.machine.asks import Ask, Raw, Read, Run
from kbtui.machine.catalogue import find, parse_value
from kbtui.machine.probes.spec import Out, Probe
from kbtui.machine.team import BROUGHT, TeamFact, TeamProbe

Found = tuple[str, str] | None
"""A value as text and the line that says so; None where the output does not have it."""


UNTRUSTED = "the probe {} did not run: its pack is not trusted (review it, then `kbtui trust FOLDER`)"


def brought() -> list[Probe]:
    """The probes of the packs in force. One of a pack that is not trusted asks nothing, and says so of its facts."""
    return [
        team_probe(name, node) if node.run or node.read else refused(name, tuple(node.facts), UNTRUSTED.format(name))
        for name, node in BROUGHT.items()
    ]


def team_probe(name: str, node: TeamProbe) -> Probe:
    """The probe. It runs after kbtui's own."""
    seconds = float(node.timeout)
    ask: Ask = Run(tuple(node.run), seconds) if node.run else Read(node.read or "", seconds=seconds)

    def parse(seen: Mapping[str, Raw], out: Out) -> None:
        raw = seen["it"]
        if not raw.ok:
            return
        if raw.exit_code is not None and raw.exit_code not in node.exits:
            said = (raw.errors or raw.text).strip().splitlines()
            tail = f": {said[-1][:120]}" if said else ""
            for fact in node.facts:
                out.unknown(fact, f"{ask.key} ended with exit code {raw.exit_code}{tail}", raw)
            return
        text = "\n".join(raw.files.values()) if raw.files else raw.text
        for fact, sought in node.facts.items():
            _give(fact, sought, PARSERS[node.parse](text, sought, node.separator), raw, out)

    return Probe(name, {"it": ask}, parse, tuple(node.facts), seconds=1.0)


def refused(name: str, facts: tuple[str, ...], reason: str) -> Probe:
    """A probe that must not run: its facts are unknown, and why."""

    def parse(_seen: Mapping[str, Raw], out: Out) -> None:
        for fact in facts:
            out.unknown(fact, reason)

    return Probe(name, {}, parse, facts)


def _give(name: str, sought: TeamFact, found: Found, raw: Raw, out: Out) -> None:
    if found is None and sought.otherwise is None:
        return
    text, line = found or (sought.otherwise or "", "")
    if found is None and text == "absent":
        out.absent(name, raw)
        return
    try:
        out.add(name, parse_value(find(name), text), raw, line)
    except FactError as error:
        out.unknown(name, str(error), raw)


def by_regex(text: str, sought: TeamFact, _separator: str | None) -> Found:
    """The group of the first match, in linear time whatever the pattern."""
    import re2

    match = re2.compile(f"(?m){sought.find}").search(text)
    if match is None:
        return None
    begin, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.start())
    value = match.group(1) if match.re.groups else match.group(0)
    return None if value is None else (value, text[begin : end if end >= 0 else None])


def by_count(text: str, sought: TeamFact, _separator: str | None) -> Found:
    """How many lines match."""
    import re2

    pattern = re2.compile(sought.find)
    lines = [line for line in text.splitlines() if pattern.search(line)]
    return str(len(lines)), "\n".join(lines)


def by_json(text: str, sought: TeamFact, _separator: str | None) -> Found:
    """What stands at a path; ValueError for what is no JSON."""
    here: Any = json.loads(text)
    for step in json_path(sought.find):
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    if here is None or isinstance(here, dict):
        return None
    value = ", ".join(map(_plain, here)) if isinstance(here, list) else _plain(here)
    return value, f"{sought.find}: {value}"


def by_key(text: str, sought: TeamFact, separator: str | None) -> Found:
    """The value of a key, upper and lower case alike; the first line that has it."""
    wanted = sought.find.strip().casefold()
    for line in text.splitlines():
        key, mark, value = _split(line, separator)
        if mark and key.strip().casefold() == wanted:
            return value.strip().strip("\"'"), line
    return None


def by_column(text: str, sought: TeamFact, separator: str | None) -> Found:
    """A cell, by its column's heading and its row."""
    for heading, cells, line in _rows(text, sought.find, separator):
        if sought.find not in heading or heading.index(sought.find) >= len(cells):
            continue
        column, _, value = (sought.row or "").partition("=")
        if not sought.row or (column in heading and cells[heading.index(column)] == value):
            return cells[heading.index(sought.find)], line
    return None


PARSERS: dict[str, Callable[[str, TeamFact, str | None], Found]] = {
    "regex": by_regex,
    "json": by_json,
    "key_value": by_key,
    "table": by_column,
    "count": by_count,
}


def json_path(text: str) -> list[str | int]:
    """`a.b[0].c` as its steps; FactError for what is no path."""
    if not re.fullmatch(r"(\[\d+\]|[^.\[\]]+)(\.[^.\[\]]+|\[\d+\])*", text):
        raise FactError(f"{text!r} is no path; expected one such as items[0].free")
    return [int(number) if number else key for number, key in re.findall(r"\[(\d+)\]|([^.\[\]]+)", text)]


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _split(line: str, separator: str | None) -> tuple[str, str, str]:
    if separator is None:
        separator = min((s for s in ":=" if s in line), key=line.index, default=":")
    return line.partition(separator)


def _rows(text: str, column: str, separator: str | None) -> Iterator[tuple[list[str], list[str], str]]:
    """Heading, cells and line of each row below the first line that has the column."""
    heading: list[str] = []
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split(separator)]
        if heading and line.strip():
            yield heading, cells, line
        elif column in cells:
            heading = cells
