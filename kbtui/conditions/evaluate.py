"""Kleene's three-valued logic at run time: comparisons, and, or, not, any, all and count.

Both sides of `and` and `or` are always looked at, so neither the truth, nor what was lacked, nor what decided
depends on the order they are written in.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from kbtui.conditions.outcome import (
    ABSENT,
    NO_LACK,
    UNKNOWN,
    Frame,
    Get,
    Lack,
    Outcome,
    Run,
    Settle,
    Trace,
)
from kbtui.conditions.values import odd_one
from kbtui.machine.facts import Fact

_COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda a, b: a in b,
    "not in": lambda a, b: a not in b,
}


def compare(symbol: str, left: Get, right: Get, settle: Settle | None = None) -> Run:
    """A comparison. With something absent it is false, `!=` and `not in` included.

    `settle` brings two values of types that are known only now to one type; where it raises TypeError or
    ValueError the two cannot be compared, and the comparison is false.
    """
    do = _COMPARE[symbol]

    def run(frame: Frame) -> Outcome:
        trace = Trace()
        a, b = left(frame, trace), right(frame, trace)
        odd = odd_one(a, b)
        if type(odd) is frozenset:
            return Outcome(UNKNOWN, odd)
        if odd is None and settle is not None:
            try:
                a, b = settle(a, b)
            except (TypeError, ValueError):
                odd = ABSENT
        truth = odd is None and bool(do(a, b))
        return Outcome(truth, NO_LACK, _once(trace.used), tuple(dict.fromkeys(trace.members)))

    return run


def truth_of(inner: Get) -> Run:
    """A bool value as a condition: absent is false."""

    def run(frame: Frame) -> Outcome:
        trace = Trace()
        value = inner(frame, trace)
        if type(value) is frozenset:
            return Outcome(UNKNOWN, value)
        return Outcome(value is True, NO_LACK, _once(trace.used))

    return run


def presence(inner: Get, *, when_absent: bool) -> Run:
    """`absent(x)` and `known(x)`: whether there is a value; unknown where that is unknown."""

    def run(frame: Frame) -> Outcome:
        trace = Trace()
        value = inner(frame, trace)
        if type(value) is frozenset:
            return Outcome(UNKNOWN, value)
        return Outcome((value is ABSENT) is when_absent, NO_LACK, _once(trace.used))

    return run


def negate(inner: Run) -> Run:
    """not"""

    def run(frame: Frame) -> Outcome:
        out = inner(frame)
        return out if out.truth is UNKNOWN else Outcome(out.truth is False, NO_LACK, out.used, out.members)

    return run


def join(parts: list[Run], decisive: bool) -> Run:
    """`and` (decisive False) and `or` (decisive True): one part with the decisive value decides."""

    def run(frame: Frame) -> Outcome:
        return merge([part(frame) for part in parts], decisive)

    return run


def merge(outcomes: list[Outcome], decisive: bool) -> Outcome:
    """Kleene's and / or of outcomes. The parts that decided give the facts, the unknown ones the lack."""
    deciding = [o for o in outcomes if o.truth is decisive]
    if not deciding:
        unknown = [o.lacked for o in outcomes if o.truth is UNKNOWN]
        if unknown:
            return Outcome(UNKNOWN, frozenset().union(*unknown))
    parts = deciding or outcomes
    if len(parts) == 1:
        return parts[0]
    used = _once([f for o in parts for f in o.used])
    members = tuple(dict.fromkeys(m for o in parts for m in o.members))
    return Outcome(decisive if deciding else not decisive, NO_LACK, used, members)


def over(scope: str, body: Run, decisive: bool) -> Run:
    """`any` (decisive True) and `all` (decisive False) over the entities of a scope.

    Over a list that is known and empty both are false: `all` is not applicable there, and what is not
    applicable is false, as in a comparison. A list that is not complete leaves the undecided open and lacks
    the scope.
    """

    def run(frame: Frame) -> Outcome:
        entities = frame.facts.entities(scope)
        outcomes = [body(Frame(frame.facts, frame.tables, e)) for e in entities]
        deciding = [(e, o) for e, o in zip(entities, outcomes, strict=True) if o.truth is decisive]
        if deciding:
            used = _once([f for _, o in deciding for f in o.used])
            return Outcome(decisive, NO_LACK, used, tuple(e for e, _ in deciding))
        lacked = _lacked(frame, scope, outcomes)
        if lacked:
            return Outcome(UNKNOWN, lacked)
        used = _once([f for o in outcomes for f in o.used])
        return Outcome(bool(entities) and not decisive, NO_LACK, used, () if decisive else tuple(entities))

    return run


def count(scope: str, body: Run) -> Get:
    """How many entities of a scope the body is true of; a lack unless known of each, and all are listed."""

    def get(frame: Frame, trace: Trace) -> Any:
        entities = frame.facts.entities(scope)
        outcomes = [body(Frame(frame.facts, frame.tables, e)) for e in entities]
        lacked = _lacked(frame, scope, outcomes)
        if lacked:
            return lacked
        counted = [e for e, o in zip(entities, outcomes, strict=True) if o.truth is True]
        trace.used += [f for o in outcomes for f in o.used]
        trace.members += counted
        return len(counted)

    return get


def _lacked(frame: Frame, scope: str, outcomes: list[Outcome]) -> Lack:
    lacked: Lack = frozenset().union(*[o.lacked for o in outcomes])
    return lacked if frame.facts.is_complete(scope) else lacked | {(scope, "")}


def _once(facts: list[Fact]) -> tuple[Fact, ...]:
    """Each fact once, in the order of use. Facts hold lists, so they are told apart by name and entity."""
    if len(facts) < 2:
        return tuple(facts)
    return tuple({(f.name, f.entity): f for f in facts}.values())
