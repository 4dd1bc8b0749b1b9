"""Tables of the field (drivers, cards, releases), as `table("NAME", key, "column")` looks them up.

A table is loaded when it is first asked for and indexed by its key column. Keys match upper and lower case
alike. In a table whose key is a version an equal version is found first (12.4 and 12.4.0), else the row
with the longest dotted beginning: 12.4.131 finds row 12.4, then row 12.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from kbtui.conditions.versions import Version, parse_version, strip_zeros

Row = Mapping[str, str | None]


class TableRows(Protocol):
    """What a table node has: `kbtui.kb.nodes.Table` is one."""

    @property
    def key(self) -> str:
        """The column that is looked up."""

    @property
    def types(self) -> Mapping[str, str]:
        """Column to text, version, int, float or bool."""

    @property
    def rows(self) -> Sequence[Row]:
        """The rows, every cell as text; None or a missing column is an empty cell."""


class Cell(Struct, frozen=True):
    """One cell: a typed value, or empty (`absent`), or not to be found (`reason` says why)."""

    value: Any = None
    absent: bool = False
    reason: str = ""


class _Index:
    def __init__(self, table: TableRows) -> None:
        self.types = table.types
        self.by_version = table.types.get(table.key) == "version"
        self.rows: dict[object, Row] = {}
        self.prefixes: dict[tuple[int, ...], Row] = {}
        for row in table.rows:
            key = row.get(table.key)
            if key is None:
                continue
            self.rows.setdefault(self.normal(key), row)
            if self.by_version:
                self.prefixes.setdefault(parse_version(key).numbers, row)

    def normal(self, key: object) -> object:
        """A key as it is compared."""
        if self.by_version:
            return strip_zeros(parse_version(_text(key)).numbers)
        return " ".join(_text(key).casefold().split())

    def find(self, key: object) -> Row | None:
        try:
            row = self.rows.get(self.normal(key))
            if row is None and self.by_version:
                numbers = parse_version(_text(key)).numbers
                shorter = (numbers[:n] for n in range(len(numbers) - 1, 0, -1))
                row = next((self.prefixes[n] for n in shorter if n in self.prefixes), None)
            return row
        except ValueError:
            return None


class Tables:
    """All tables, each loaded when it is first used.

    `load` gives the table of a name; `names` are those that there are. Without arguments there is none.
    """

    def __init__(self, load: Callable[[str], TableRows] | None = None, names: Iterable[str] = ()) -> None:
        self._load = load
        self._names = frozenset(names)
        self._indexes: dict[str, _Index] = {}
        self._tables: dict[str, TableRows] = {}

    @property
    def names(self) -> frozenset[str]:
        """The tables that there are."""
        return self._names

    def columns(self, name: str) -> Mapping[str, str]:
        """Column to type of a table; KeyError for a table that there is not."""
        return self._table(name).types

    def rows(self, name: str) -> Sequence[Row]:
        """The rows of a table, untyped; KeyError for a table that there is not."""
        return self._table(name).rows

    def row(self, name: str, key: object) -> Row | None:
        """The row that a key finds, untyped; None where there is no such table or row."""
        if name not in self._names:
            return None
        index = self._indexes.get(name)
        if index is None:
            index = self._indexes[name] = _Index(self._table(name))
        return index.find(key)

    def lookup(self, name: str, key: object, column: str) -> Cell:
        """The typed value of a cell; versions come as `Version`. Never raises for what is not there."""
        if name not in self._names:
            return Cell(reason=f"there is no table {name}")
        row = self.row(name, key)
        if row is None:
            return Cell(reason=f"{name} has no row {_text(key)}")
        kind = self.columns(name).get(column)
        if kind is None:
            return Cell(reason=f"{name} has no column {column}")
        text = row.get(column)
        if text is None:
            return Cell(absent=True)
        try:
            return Cell(convert(kind, text))
        except ValueError:
            return Cell(reason=f"{name}, row {_text(key)}: {column} is no {kind}")

    def _table(self, name: str) -> TableRows:
        if name not in self._names or self._load is None:
            raise KeyError(name)
        table = self._tables.get(name)
        if table is None:
            table = self._tables[name] = self._load(name)
        return table


def convert(kind: str, text: str) -> bool | int | float | str | Version:
    """A cell's text as its column's type; ValueError where it is not of that type."""
    if kind == "version":
        return parse_version(text)
    if kind == "int":
        return int(text)
    if kind == "float":
        return float(text)
    if kind == "bool":
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"
    return text


def _text(key: object) -> str:
    if isinstance(key, Version):
        return key.text
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)
