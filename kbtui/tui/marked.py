"""What a person said, line by line, with the signs in it marked. Called in a worker: a long text takes a while."""

from __future__ import annotations

from typing import NamedTuple

from kbtui.engine import Engine
from kbtui.kb.signs import Hit
from kbtui.machine.secrets import masked
from kbtui.tui.inert import line

_BEFORE = 24
"""Characters kept before a sign that stands far to the right."""
MOST_LINES = 100_000


class Marked(NamedTuple):
    """One line: its number (0: it is not known), its text, the spans of signs in it and the problems they belong to."""

    number: int
    text: str
    spans: tuple[tuple[int, int], ...] = ()
    problems: tuple[str, ...] = ()


def mark(engine: Engine, text: str, hits: list[Hit] | None, room: int) -> list[Marked]:
    """All lines. `hits`: the signs of a long log that was scanned; its marked lines then come first, by their numbers,
    and its beginning and its end below. `room`: cells of a line."""
    found = engine.signs_in(text) if hits is None else hits
    by_line: dict[int, list[Hit]] = {}
    for hit in sorted(found, key=lambda hit: -_ratio(engine, hit)):  # what a sign speaks for before what it rules out
        by_line.setdefault(hit.line, []).append(hit)
    lines = masked(text).split("\n")[:MOST_LINES]
    if hits is None:
        return [_marked(n, said, by_line.get(n, []), room) for n, said in enumerate(lines, 1)]
    scanned = [_marked(n, masked(of[0].text), of, room) for n, of in sorted(by_line.items())]
    return [*scanned, Marked(0, ""), *(Marked(0, line(said)) for said in lines)]


def _ratio(engine: Engine, hit: Hit) -> float:
    problem, _, number = hit.key.rpartition("#")
    return engine.knowledge.problems[problem].evidence[int(number)].true_ratio


def _marked(number: int, said: str, hits: list[Hit], room: int) -> Marked:
    shown = line(said)
    spans = sorted({span for hit in hits if (span := _span(shown, hit))})
    if spans and spans[0][1] > room > 2 * _BEFORE:  # the sign would stand beyond the edge
        cut = max(0, spans[0][0] - _BEFORE)
        shown, spans = "..." + shown[cut:], [(a - cut + 3, b - cut + 3) for a, b in spans]
    apart = [span for at, span in enumerate(spans) if at == 0 or span[0] >= spans[at - 1][1]]
    problems = tuple(dict.fromkeys(hit.key.rpartition("#")[0] for hit in hits))
    return Marked(number, shown, tuple(apart), problems)


def _span(shown: str, hit: Hit) -> tuple[int, int] | None:
    """Where the sign stands in the line as it is shown; the whole line where that cannot be told."""
    said = line(masked(hit.text[hit.start : hit.end]))
    at = shown.find(said) if said else -1
    return (at, at + len(said)) if at >= 0 else (0, len(shown)) if shown else None
