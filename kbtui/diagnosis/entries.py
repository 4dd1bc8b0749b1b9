"""Where a case begins: the problems that the text, the logs or the facts point at, each with a weight.

A sign makes an entry by its strength, a true condition one of full weight: their ratios act in belief, where they
count once. Words make entries by how much of the text and of the node's own phrases they cover; words never change
odds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from kbtui.diagnosis.evidence import Observation
from kbtui.kb.knowledge import Knowledge

SIGN_WEIGHT = {"weakly": 0.3, "clearly": 1.0, "strongly": 1.0, "certainly": 1.0}
"""Of an entry that a sign made: a bare word says less of where it began than a whole message. The sign's own ratio
comes on top of it."""
CONDITION_WEIGHT = {"weakly": 0.0, "clearly": 0.3, "strongly": 1.0, "certainly": 1.0}
"""Of an entry that a condition made, where the machine itself is the question. What is weakly odd about a machine is
odd about most machines."""
CONDITION_WEIGHT_WITH_TEXT = 0.05
"""The same where a person said what they see: a fact alone does not explain their complaint."""
WORD_WEIGHT = 4.0
"""Of an entry by words whose score is 1; it falls with the square of the score."""
WORD_POWER = 2
WORD_FLOOR = 0.05
"""Scores below this are chance overlap and make no entry."""
UNKNOWN_WITH_TEXT = 0.3
"""Weight of *unknown* beside the entries of a text."""
NO_FAULT_WITHOUT_TEXT = 10.0
"""Weight of *no fault* where nobody complains: one clear (6:1) observation alone does not outweigh it."""


class Entry(Struct, frozen=True):
    """One starting point."""

    id: str
    weight: float
    because: str


class Matched(Struct, frozen=True):
    """A search result, as entries need it."""

    id: str
    score: float
    because: str


LOG_WEIGHT = 1.0
"""Of an entry that a sign in the machine's own log of this boot made, where nobody complains."""
GOAL_WEIGHT = 4.0
"""Of the problem that a goal's false condition names: the machine does not do what is asked of it."""


def choose(
    knowledge: Knowledge,
    observations: Iterable[Observation],
    words: Iterable[Matched],
    *,
    with_text: bool,
    logged: Iterable[Observation] = (),
    unmet: Iterable[tuple[str, str]] = (),
) -> list[Entry]:
    """The entries, heaviest first. `logged`: signs of this boot's logs; `unmet`: problems that false conditions of a
    goal name, with the reason."""
    found: dict[str, Entry] = {}

    def offer(name: str, weight: float, because: str) -> None:
        if weight > 0 and (name not in found or found[name].weight < weight):
            found[name] = Entry(name, weight, because)

    for seen in observations:
        if seen.ratio <= 1:
            continue
        if seen.kind == "sign":
            offer(seen.problem, SIGN_WEIGHT[seen.strength], f"{seen.origin} says {seen.text[:80]!r}")
        elif seen.kind == "condition":
            offer(seen.problem, CONDITION_WEIGHT_WITH_TEXT if with_text else CONDITION_WEIGHT[seen.strength], seen.text)
        elif seen.kind == "notice":
            offer(seen.problem, CONDITION_WEIGHT_WITH_TEXT if with_text else 0.0, seen.text)
        elif not with_text and seen.origin == "answer":  # what a fact answers is the fact's own to say
            offer(seen.problem, CONDITION_WEIGHT[seen.strength], seen.text)
    for seen in logged:
        if seen.ratio > 1:
            weight = SIGN_WEIGHT[seen.strength] * (CONDITION_WEIGHT_WITH_TEXT if with_text else LOG_WEIGHT)
            offer(seen.problem, weight, f"{seen.origin} says {seen.text[:80]!r}")
    for name, because in unmet:
        if name in knowledge.problems:
            offer(name, GOAL_WEIGHT, because)
    for match in words:
        if match.id in knowledge.problems and match.score >= WORD_FLOOR:
            offer(match.id, WORD_WEIGHT * match.score**WORD_POWER, match.because)
    return sorted(found.values(), key=lambda e: (-e.weight, e.id))


def weights(entries: Iterable[Entry]) -> Mapping[str, float]:
    """As belief takes them."""
    return {e.id: e.weight for e in entries}


ENOUGH = 5
"""Ends that are listed at least, where the text matched anything and the graph has them."""
FAINT = 1e-3
"""Weight of an entry that is only there to be listed."""


def widen(knowledge: Knowledge, chosen: list[Entry], words: Iterable[Matched]) -> list[Entry]:
    """The entries, and faint ones for the next best matches, so that a person sees more than one way on."""
    have = {e.id for e in chosen}
    more = [
        Entry(m.id, FAINT * max(m.score, 0.01), m.because)
        for m in words
        if m.id in knowledge.problems and m.id not in have
    ]
    return [*chosen, *more[: 2 * ENOUGH]]
