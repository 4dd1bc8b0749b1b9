"""The three-valued result of a condition, and what its closures hand to each other while it runs."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from kbtui.machine.facts import Fact, Facts

if TYPE_CHECKING:
    from kbtui.conditions.tables import Tables


class _Unknown(enum.Enum):
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("unknown is neither true nor false; ask `is UNKNOWN`")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown.UNKNOWN
"""The third truth value. Its use as a plain truth value raises TypeError."""
Truth = bool | Literal[_Unknown.UNKNOWN]
Lack = frozenset[tuple[str, str]]
"""(fact name, entity) pairs that were unknown; a scope that is not listed whole is ("gpu", "")."""
NO_LACK: Lack = frozenset()


class _Absent(enum.Enum):
    ABSENT = "absent"


ABSENT = _Absent.ABSENT
"""The value of a fact that is absent or not applicable, of an empty table cell, and of a division by zero."""


class Outcome(Struct, frozen=True, gc=False):
    """What a condition came to, and why. Raises TypeError when used as a plain truth value."""

    truth: Truth
    lacked: Lack = NO_LACK
    """Of an unknown outcome: (fact name, entity) of what it lacked: what the next probe should fetch."""
    used: tuple[Fact, ...] = ()
    """Of a known outcome: the facts that decided it."""
    members: tuple[str, ...] = ()
    """Entities that decided: those that made `any` true or `all` false, those that `count` counted."""

    @property
    def is_true(self) -> bool:
        """Known, and true."""
        return self.truth is True

    @property
    def is_false(self) -> bool:
        """Known, and false."""
        return self.truth is False

    @property
    def is_unknown(self) -> bool:
        """Neither."""
        return self.truth is UNKNOWN

    def __bool__(self) -> bool:
        raise TypeError("an outcome has three values; ask is_true, is_false or is_unknown")


class Frame:
    """Where a condition is evaluated: the facts, the tables, and the entity inside any, all or count."""

    __slots__ = ("entity", "facts", "tables")

    def __init__(self, facts: Facts, tables: Tables, entity: str = "") -> None:
        self.facts = facts
        self.tables = tables
        self.entity = entity


class Trace:
    """What was used on the way to a value."""

    __slots__ = ("members", "used")

    def __init__(self) -> None:
        self.used: list[Fact] = []
        self.members: list[str] = []


Run = Callable[[Frame], Outcome]
"""A truth closure."""
Get = Callable[[Frame, Trace], Any]
"""A value closure: a plain value, `ABSENT`, or a `Lack`."""
Settle = Callable[[Any, Any], tuple[Any, Any]]
"""Brings two values to one type; TypeError or ValueError where they have none."""
