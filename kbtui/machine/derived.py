"""The layer on which derived facts are laid, and the tables as derivation reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple, Protocol

from kbtui.machine.facts import Fact, Facts, Value

Row = Mapping[str, str | None]


class TableSource(Protocol):
    """Where rows come from: `kbtui.conditions.Tables` is one."""

    def __hash__(self) -> int:
        """What was made of a source is kept for it."""

    @property
    def names(self) -> Set[str]:
        """The tables that there are."""

    def rows(self, name: str) -> Sequence[Row]:
        """All rows of a table; KeyError where there is no such table."""

    def row(self, name: str, key: object) -> Row | None:
        """The row that a key finds, or None."""


class Read(NamedTuple):
    """A known text and the fact that holds it."""

    text: str
    fact: Fact


class Layer:
    """A store of facts to read from and to lay derived ones in."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def value(self, name: str, entity: str = "") -> Value:
        """The value of a known fact; None for every other state."""
        fact = self.facts.get(name, entity)
        return fact.value if fact.state == "known" else None

    def text(self, name: str, entity: str = "") -> Read | None:
        """A known fact that holds text, or None."""
        fact = self.facts.get(name, entity)
        return Read(fact.value, fact) if fact.state == "known" and isinstance(fact.value, str) else None

    def add(self, name: str, value: Value, source: Fact, entity: str = "") -> None:
        """Lay a fact that follows from `source`, unless something else is in force already; None is absent."""
        if self.facts.get(name, entity).state != "unknown":
            return
        self.facts.add(
            Fact(
                name=name,
                value=value,
                state="absent" if value is None else "known",
                entity=entity,
                kind="derived",
                origin=f"from {source.name}" + (f" ({source.origin})" if source.origin else ""),
                raw=source.raw,
                line=source.line,
            )
        )
