"""The types of a condition: what may be compared with what, and how a value is read for it.

bool      a fact that is true or false; a condition by itself
number    int and float facts, number literals, counts
text      compared upper and lower case alike; `in` is "stands somewhere in"
version   a text that looks like one serves as one; beside a number a version is its first number, so
          that `gcc.version > 12` is false of 12.3, and `driver.version == 550` true of 550.120
texts, numbers, versions    lists, only to the right of `in`
any       a table's column where the tables were not at hand when the condition was read
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from kbtui.conditions.outcome import Get, Settle
from kbtui.conditions.values import adapt, constant
from kbtui.conditions.versions import Version, looks_like_version, parse_version
from kbtui.errors import ConditionError

FACT_TYPES = {
    "bool": "bool",
    "int": "number",
    "float": "number",
    "text": "text",
    "version": "version",
    "texts": "texts",
    "ints": "numbers",
}
"""A fact's or a column's type as conditions see it."""
ITEM = {"texts": "text", "numbers": "number", "versions": "version"}
"""The type of a list's members."""
SAY = {
    "bool": "true or false",
    "number": "a number",
    "text": "a text",
    "version": "a version",
    "texts": "a list of texts",
    "numbers": "a list of numbers",
    "versions": "a list of versions",
    "any": "a table's value",
}
_DATE = re.compile(r"\d{4}-\d\d(-\d\d)?")
_ORDER = ("<", "<=", ">", ">=")


class Term(Struct, frozen=True):
    """A value inside a condition, before it runs."""

    type: str
    get: Get
    label: str
    """As the author wrote it."""
    column: int
    literal: Any = None
    """Of a literal, its value as written; None for everything else."""


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value.casefold()


def _version(value: Any) -> Version:
    if isinstance(value, bool | float):
        raise TypeError(value)
    return value if isinstance(value, Version) else parse_version(str(value))


def _each(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def every(value: Any) -> list[Any]:
        if not isinstance(value, list):
            raise TypeError(value)
        return [convert(v) for v in value]

    return every


CONVERT: dict[str, Callable[[Any], Any]] = {
    "bool": _bool,
    "number": _number,
    "text": _text,
    "version": _version,
    "texts": _each(_text),
    "numbers": _each(_number),
    "versions": _each(_version),
}
"""How a raw value is read as a type; TypeError or ValueError where it cannot be."""


def literal(value: bool | int | float | str, label: str, column: int) -> Term:
    """A literal's term."""
    kind = "bool" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    return Term(kind, constant(CONVERT[kind](value)), label, column, value)


def comparable(symbol: str, left: Term, right: Term) -> tuple[Get, Get, Settle | None]:
    """Both sides as `symbol` compares them, and how to bring them to one type where only a run shows it.

    Raises ConditionError where the comparison makes no sense.
    """
    if symbol in ("in", "not in"):
        return _member(symbol, left, right)
    for term in (left, right):
        if term.type in ITEM:
            said = f"{term.label} is {SAY[term.type]}; expected `in`: `x in {term.label}`"
            raise ConditionError(said, term.column)
    if "any" in (left.type, right.type):
        return _raw(left), _raw(right), settle_pair
    kind = left.type
    if left.type != right.type:
        if "version" not in (left.type, right.type):
            raise _mismatch(symbol, left, right)
        _versionlike(*((right, left) if left.type == "version" else (left, right)))
        if "number" in (left.type, right.type):
            return _major(left), _major(right), None
        kind = "version"
    if symbol in _ORDER:
        _ordered(symbol, kind, left, right)
    return _as(left, kind), _as(right, kind), None


def settle_pair(a: Any, b: Any) -> tuple[Any, Any]:
    """Two values of one type, out of a table's cell and something else; TypeError where they have none."""
    if isinstance(a, Version) and isinstance(b, int | float):
        return a.numbers[0], _number(b)
    if isinstance(b, Version) and isinstance(a, int | float):
        return _number(a), b.numbers[0]
    if isinstance(a, Version) or isinstance(b, Version):
        return _version(a), _version(b)
    for kind in ("bool", "number", "text"):
        try:
            return CONVERT[kind](a), CONVERT[kind](b)
        except TypeError:
            continue
    raise TypeError((a, b))


def _settle_member(a: Any, listed: Any) -> tuple[Any, Any]:
    """A value and a list (or a text) that it may stand in."""
    if isinstance(listed, str):
        return _text(a), _text(listed)
    if isinstance(a, Version):
        if listed and isinstance(listed[0], int | float):
            return a.numbers[0], listed
        return a, [_version(v) for v in listed if isinstance(v, Version) or looks_like_version(v)]
    return (_text(a) if isinstance(a, str) else _number(a)), listed


def _versionlike(term: Term, version: Term) -> None:
    """Refuse what does not stand for a version beside one."""
    if isinstance(term.literal, str) and not looks_like_version(term.literal):
        raise ConditionError(
            f'{version.label} is a version; expected one such as version("525.60.13"), got {term.label}', term.column
        )
    if isinstance(term.literal, str) or (term.type == "number" and not isinstance(term.literal, float)):
        return
    hint = f'; write version("{term.label}"), or 12.10 is 12.1' if isinstance(term.literal, float) else ""
    raise ConditionError(
        f"{version.label} is a version, {term.label} is {SAY[term.type]}; expected a version{hint}", term.column
    )


def _ordered(symbol: str, kind: str, left: Term, right: Term) -> None:
    if kind in ("number", "version"):
        return
    dated = any(isinstance(t.literal, str) and _DATE.fullmatch(t.literal) for t in (left, right))
    if kind == "text" and dated:
        return
    hint = '; expected a version, a number, or a date such as "2024-06-01"' if kind == "text" else ""
    said = f"{SAY[kind]} has no order: {left.label} {symbol} {right.label}{hint}"
    raise ConditionError(said, left.column)


def _member(symbol: str, left: Term, right: Term) -> tuple[Get, Get, Settle | None]:
    if right.type == "text" and left.type == "text":
        return left.get, right.get, None
    if "any" in (left.type, right.type) and (right.type in ("any", "text") or right.type in ITEM):
        return _raw(left), right.get, _settle_member
    item = ITEM.get(right.type)
    if item is None:
        said = f"{right.label} is {SAY[right.type]}; expected a list or a text after `{symbol}`"
        raise ConditionError(said, right.column)
    if left.type == "version" and item in ("text", "number"):
        for value in right.literal or ():
            if isinstance(value, float) or (isinstance(value, str) and not looks_like_version(value)):
                raise ConditionError(f"{left.label} is a version, {value!r} is not one", right.column)
        return left.get, right.get, _settle_member
    if item == "version" and isinstance(left.literal, str) and looks_like_version(left.literal):
        return _as(left, "version"), right.get, None
    if left.type != item:
        raise _mismatch(symbol, left, right)
    return left.get, right.get, None


def _as(term: Term, kind: str) -> Get:
    """The term's value as `kind`; other than its own type that can only be a literal."""
    return term.get if term.type == kind else constant(CONVERT[kind](term.literal))


def _major(term: Term) -> Get:
    """A version's first number; a number as it is."""
    return term.get if term.type == "number" else adapt(term.get, lambda version: version.numbers[0])


def _raw(term: Term) -> Get:
    """The term's value before it is read as a type."""
    return term.get if term.literal is None or term.type == "version" else constant(term.literal)


def _mismatch(symbol: str, left: Term, right: Term) -> ConditionError:
    hint = ""
    if left.type == "bool" and left.literal is None:
        hint = f"; write `{left.label}` or `not {left.label}`"
    elif isinstance(right.literal, str) and left.type in ("number", "numbers"):
        hint = "; write the number without quotes"
    elif right.type == "number" and left.type == "text":
        hint = "; write it in quotes"
    return ConditionError(
        f"cannot compare: {left.label} is {SAY[left.type]}, {right.label} is {SAY[right.type]}; `{symbol}` "
        f"expects the same on both sides{hint}",
        right.column,
    )
