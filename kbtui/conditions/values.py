"""Values inside a condition at run time: read from facts and tables, and calculated with.

A value closure takes a frame and a trace and gives a plain value, `ABSENT`, or a `Lack`. Where something
absent and something unknown meet the result is absent, because nothing that is learnt later could change
it.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

from kbtui.conditions.outcome import ABSENT, Frame, Get, Trace

_CALCULATE: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}


def constant(value: object) -> Get:
    """A literal."""
    return lambda frame, trace: value


@functools.cache
def read_fact(name: str, scoped: bool, convert: Callable[[Any], Any]) -> Get:
    """The value of a fact, of the frame's entity if it is scoped. What `convert` refuses is a lack."""

    def get(frame: Frame, trace: Trace) -> Any:
        entity = frame.entity if scoped else ""
        fact = frame.facts.get(name, entity)
        if fact.state == "unknown":
            return frozenset(((name, entity),))
        if fact.state != "known":
            trace.used.append(fact)
            return ABSENT
        try:
            value = convert(fact.value)
        except (TypeError, ValueError):
            return frozenset(((name, entity),))
        trace.used.append(fact)
        return value

    return get


def read_table(name: str, key: Get, column: str) -> Get:
    """A cell of a table. A row or column that is not there is a lack; an empty cell is absent."""

    def get(frame: Frame, trace: Trace) -> Any:
        value = key(frame, trace)
        if value is ABSENT or type(value) is frozenset:
            return value
        cell = frame.tables.lookup(name, value, column)
        if cell.reason:
            return frozenset(((f"table:{name}", cell.reason),))
        return ABSENT if cell.absent else cell.value

    return get


def adapt(inner: Get, convert: Callable[[Any], Any]) -> Get:
    """A value read as another type; what cannot be read so is absent."""

    def get(frame: Frame, trace: Trace) -> Any:
        value = inner(frame, trace)
        if value is ABSENT or type(value) is frozenset:
            return value
        try:
            return convert(value)
        except (TypeError, ValueError):
            return ABSENT

    return get


def odd_one(left: Any, right: Any) -> Any:
    """None where both are plain values; else what a calculation with them comes to: absent before unknown."""
    if left is ABSENT or right is ABSENT:
        return ABSENT
    if type(left) is frozenset:
        return left | right if type(right) is frozenset else left
    return right if type(right) is frozenset else None


def arithmetic(symbol: str, left: Get, right: Get) -> Get:
    """+ - * / on numbers."""
    do = _CALCULATE[symbol]

    def get(frame: Frame, trace: Trace) -> Any:
        a, b = left(frame, trace), right(frame, trace)
        odd = odd_one(a, b)
        if odd is not None:
            return odd
        try:
            return do(a, b)
        except (ZeroDivisionError, OverflowError):
            return ABSENT

    return get
