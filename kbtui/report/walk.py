"""A case walked again: its events in order, and what the engine concludes after each of them.

The journal holds what was typed, seen, asked and tried, each with its time; what that did is computed anew, with the
knowledge in force. Events of one second are one turn, so a page of answers is weighed once.
"""

from __future__ import annotations

import copy
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any, NamedTuple

from kbtui.diagnosis import case, journal
from kbtui.diagnosis.result import CauseOut, Diagnosis
from kbtui.engine import Engine, to_request
from kbtui.errors import CaseError
from kbtui.kb.nodes import RATIO
from kbtui.machine.facts import Fact, Facts

WEIGHED = ("begin", "text", "answer", "fact", "look", "withdraw", "believe", "tried")
"""Events after which the picture may be another one."""
SAME_TURN = 1.0
"""Seconds within which events are weighed together."""
MOST_WEIGHED = 120
PAUSE = 7200.0
"""Seconds that a pause counts at most when the time of work is added up."""


class Turn(NamedTuple):
    """One event, the case after it, and what followed where it was weighed."""

    event: dict[str, Any]
    state: case.State
    found: Diagnosis | None
    facts: Facts | None

    @property
    def kind(self) -> str:
        """The event's kind."""
        return str(self.event["kind"])

    @property
    def at(self) -> float:
        """The event's time."""
        return float(self.event.get("at", 0.0))


class Walk:
    """A whole case. `turns` holds at least its beginning."""

    def __init__(self, engine: Engine, turns: list[Turn], torn: int = 0) -> None:
        self.engine = engine
        self.turns = turns
        self.torn = torn

    @property
    def state(self) -> case.State:
        """The case as it stands."""
        return self.turns[-1].state

    @property
    def weighed(self) -> list[tuple[int, Diagnosis]]:
        """Where the picture was computed: number of the turn, and the picture."""
        return [(n, t.found) for n, t in enumerate(self.turns) if t.found]

    @property
    def seconds(self) -> float:
        """From the first event to the last."""
        return max(0.0, self.turns[-1].at - self.turns[0].at)

    @property
    def worked(self) -> float:
        """The same with long pauses cut."""
        return worked([t.at for t in self.turns])

    def before(self, turn: int, cause: str) -> tuple[CauseOut, Diagnosis] | None:
        """The cause, alive, in the picture before a turn that knew most for it; of equals the latest."""
        best: tuple[float, CauseOut, Diagnosis] | None = None
        for number, found in self.weighed:
            item = next((c for c in found.causes if c.id == cause and c.probability > 0), None)
            if number >= turn or item is None:
                continue
            known = sum(log(RATIO[e.strength]) for e in item.evidence if e.effect == "supports")
            if best is None or known >= best[0]:
                best = known, item, found
        return (best[1], best[2]) if best else None

    def facts_at(self, turn: int) -> Facts:
        """The facts of the last weighing up to a turn."""
        return next((f for t in reversed(self.turns[: turn + 1]) if (f := t.facts) is not None), Facts())

    def known(self) -> dict[tuple[str, str], Fact]:
        """Every fact as it was last known, whatever became history since."""
        out: dict[tuple[str, str], Fact] = {}
        for turn in self.turns:
            for fact in turn.facts or ():
                if fact.state == "known":
                    out[fact.name, fact.entity] = fact
        return out


def read(engine: Engine, path: Path) -> Walk:
    """Replay a journal. CaseError where it does not begin with a beginning."""
    found = journal.read(path)
    return replay(engine, path.stem, found.events, found.torn)


def replay(engine: Engine, name: str, events: list[dict[str, Any]], torn: int = 0) -> Walk:
    """Replay events. CaseError where they do not begin with a beginning."""
    if not events or events[0].get("kind") != "begin":
        raise CaseError(f"the case {name} has no readable beginning")
    chosen = _to_weigh(events)
    state = case.State(id=name)
    turns = []
    for number, event in enumerate(events):
        case.apply(state, event)
        after = copy.copy(state)
        made = engine.think(to_request(after)) if number in chosen else None
        turns.append(Turn(event, after, made and made.diagnosis, made and made.facts))
    return Walk(engine, turns, torn)


def worked(times: list[float]) -> float:
    """Seconds from the first to the last, a pause counted as at most two hours."""
    return sum(min(PAUSE, max(0.0, b - a)) for a, b in pairwise(times))


def _to_weigh(events: list[dict[str, Any]]) -> set[int]:
    """The last weighed event of each turn; always the one before a fix and the last. Of very many, the latest."""
    places = [n for n, e in enumerate(events) if e.get("kind") in WEIGHED]
    chosen = []
    for here, after in zip(places, [*places[1:], None], strict=True):
        later = events[after] if after is not None else None
        soon = later is not None and float(later.get("at", 0)) - float(events[here].get("at", 0)) <= SAME_TURN
        if not soon or later is None or "tried" in (later["kind"], events[here]["kind"]):
            chosen.append(here)
    return {*chosen[:1], *chosen[-MOST_WEIGHED:]}
