"""Signs in a machine's own logs. This boot's kernel log is now; an installer's or a build's log may be long past."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from kbtui.diagnosis.evidence import Observation, from_signs, split_key
from kbtui.kb import literals, signs
from kbtui.kb.knowledge import Knowledge

if TYPE_CHECKING:
    from kbtui.machine.asks import Raw

NOW = ("kernel_log", "journal", "job_log")
"""Streams that speak of this boot."""
EARLIER = {"kernel_log_earlier": "kernel_log"}
"""Streams of earlier boots, and the place whose signs count in them."""
MESSAGE = 8
"""Letters that a sign must at least match to count in a log: "ASPM" in what a person writes means something; a kernel
log names everything that works."""
HISTORY_POWER = 0.5
"""A sign in another log keeps this power of its ratio: the thing may be over."""


def observe(knowledge: Knowledge, every: Sequence[signs.Sign], texts: Iterable[tuple[str, Raw]]) -> list[Observation]:
    """One observation an evidence item and stream, from its first line there."""
    found: dict[tuple[str, int], Observation] = {}
    here: dict[str, list[signs.Sign]] = {}
    for stream, raw in texts:
        if stream not in here:
            here[stream] = [s for s in every if _counts(knowledge, s, stream)]
        for seen in from_signs(knowledge, signs.match_text(here[stream], raw.text), frozenset()):
            seen = _placed(seen, stream, raw)
            old = found.get((seen.problem, seen.number))
            if old is None or abs(seen.ratio - 1) > abs(old.ratio - 1):
                found[seen.problem, seen.number] = seen
    return list(found.values())


def _counts(knowledge: Knowledge, sign: signs.Sign, stream: str) -> bool:
    """Where `in:` is left out: in every text, and in logs where the sign is a message."""
    name, number = split_key(sign.key)
    places = knowledge.problems[name].evidence[number].places
    place = EARLIER.get(stream, stream)
    return place in places if places else place == "job_log" or is_message(sign.literal)


@lru_cache(maxsize=8192)
def is_message(literal: str) -> bool:
    """Whether all that a sign can match has the length of a message, by the answer of `literals.required` for it. A text
    in Chinese is a person's."""
    shortest = (min(len(t) if t.isascii() else 0 for t in texts) for texts in literals.clauses(literal))
    return sum(shortest) >= MESSAGE


def _placed(seen: Observation, stream: str, raw: Raw) -> Observation:
    line = int(seen.origin.removeprefix("line "))
    origin = f"{raw.origin or stream}, line {line + max(raw.line - 1, 0)}"
    ratio = seen.ratio
    if stream not in NOW and ratio > 0:
        ratio **= HISTORY_POWER
    return replace(seen, ratio=ratio, origin=origin, now=stream in NOW)
