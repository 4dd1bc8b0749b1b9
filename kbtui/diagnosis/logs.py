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


class Reader:
    """Reads a machine's logs. A case is thought through again at every answer: the logs that it read last are not read again."""

    def __init__(self, knowledge: Knowledge, every: Sequence[signs.Sign]) -> None:
        self._knowledge, self._every = knowledge, every
        self._here: dict[str, list[signs.Sign]] = {}
        self._read: dict[tuple[str, int], tuple[Raw, list[Observation]]] = {}

    def observe(self, texts: Iterable[tuple[str, Raw]]) -> list[Observation]:
        """One observation an evidence item and stream, from its first line there."""
        found: dict[tuple[str, int], Observation] = {}
        before, self._read = self._read, {}
        for stream, raw in texts:
            key = (stream, id(raw))
            self._read[key] = before.get(key) or (raw, self._in(stream, raw))
            for seen in self._read[key][1]:
                old = found.get((seen.problem, seen.number))
                if old is None or abs(seen.ratio - 1) > abs(old.ratio - 1):
                    found[seen.problem, seen.number] = seen
        return list(found.values())

    def _in(self, stream: str, raw: Raw) -> list[Observation]:
        if stream not in self._here:
            self._here[stream] = [s for s in self._every if _counts(self._knowledge, s, stream)]
        hits = signs.match_text(self._here[stream], raw.text)
        return [_placed(seen, stream, raw) for seen in from_signs(self._knowledge, hits, frozenset())]


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
