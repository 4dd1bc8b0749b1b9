"""Signs in a machine's own logs. This boot's kernel log is now; an installer's or a build's log may be long past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kbtui.diagnosis.evidence import Observation, from_signs, split_key
from kbtui.kb import signs
from kbtui.kb.knowledge import Knowledge

if TYPE_CHECKING:
    from kbtui.machine.asks import Raw

NOW = ("kernel_log", "journal", "job_log")
"""Streams that speak of this boot."""
HISTORY_POWER = 0.5
"""A sign in another log keeps this power of its ratio: the thing may be over."""


def observe(knowledge: Knowledge, every: Sequence[signs.Sign], texts: Iterable[tuple[str, Raw]]) -> list[Observation]:
    """One observation an evidence item and stream, from its first line there."""
    found: dict[tuple[str, int], Observation] = {}
    for stream, raw in texts:
        here = [s for s in every if _counts(knowledge, s.key, stream)]
        for seen in from_signs(knowledge, signs.match_text(here, raw.text), frozenset()):
            seen = _placed(seen, stream, raw)
            old = found.get((seen.problem, seen.number))
            if old is None or abs(seen.ratio - 1) > abs(old.ratio - 1):
                found[seen.problem, seen.number] = seen
    return list(found.values())


def _counts(knowledge: Knowledge, key: str, stream: str) -> bool:
    name, number = split_key(key)
    places = knowledge.problems[name].evidence[number].places
    return not places or stream in places


def _placed(seen: Observation, stream: str, raw: Raw) -> Observation:
    line = int(seen.origin.removeprefix("line "))
    origin = f"{raw.origin or stream}, line {line + max(raw.line - 1, 0)}"
    ratio = seen.ratio
    if stream not in NOW and ratio > 0:
        ratio **= HISTORY_POWER
    return replace(seen, ratio=ratio, origin=origin, now=stream in NOW)
