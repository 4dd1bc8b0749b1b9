"""Tables as of a day: rows that did not exist yet are left out, and every row that is tried is counted."""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.conditions.versions import Version, parse_version
from kbtui.machine.derived import Row, TableSource


class Dated:
    """The tables with the eyes of a day; `as_of` is "2015-12", or None for all that is known. `today` (YYYY-MM) is the day
    on which the plan is made."""

    def __init__(self, tables: TableSource, as_of: str | None = None, today: str = "") -> None:
        self.tables = tables
        self.as_of = as_of
        self.today = as_of or today
        self.tried = 0
        """Rows looked at so far: what a plan costs."""
        self._dates: dict[tuple[str, str], str] | None = None
        self._groups: dict[tuple[str, str], dict[str, list[Row]]] = {}

    def rows(self, name: str, what: str = "", key: str = "") -> list[Row]:
        """The rows of a table that existed; [] where no pack has the table. `what` and `key` date the rows that have
        no date of their own by the table `releases`. A row that nothing dates is left out where a day is given."""
        if name not in self.tables.names:
            return []
        rows = self.tables.rows(name)
        self.tried += len(rows)
        if self.as_of is None:
            return list(rows)
        return [row for row in rows if self.existed(self.released(row, what, key))]

    def grouped(self, name: str, column: str, value: str) -> list[Row]:
        """The rows of a table with this cell, whatever the day; the table is gone through once."""
        if name not in self.tables.names:
            return []
        if (name, column) not in self._groups:
            rows = self.tables.rows(name)
            self.tried += len(rows)
            groups = self._groups[name, column] = {}
            for row in rows:
                groups.setdefault(row.get(column) or "", []).append(row)
        return self._groups[name, column].get(value, [])

    def released(self, row: Row, what: str = "", key: str = "") -> str | None:
        """When a row's thing came out, as YYYY-MM or YYYY-MM-DD."""
        return row.get("released") or (self._released().get((what, row.get(key) or "")) if what else None)

    def is_assumed(self, what: str, key: str) -> bool:
        """Whether the month of a release was read in no source (column `source` of `releases`)."""
        if "releases" not in self.tables.names:
            return False
        rows = self.tables.rows("releases")
        return any(r.get("what") == what and r.get("version") == key and r.get("source") == "assumed" for r in rows)

    def existed(self, released: str | None) -> bool:
        """Whether something released then was there on the day; without a day everything is."""
        return self.as_of is None or (released is not None and released[: len(self.as_of)] <= self.as_of)

    def over(self, ends: str | None) -> bool:
        """Whether a support that ends then had ended on the day."""
        return ends is not None and bool(self.today) and ends[: len(self.today)] < self.today

    def row(self, name: str, key: object) -> Row | None:
        """One row by its key."""
        self.tried += 1
        return self.tables.row(name, key)

    def _released(self) -> dict[tuple[str, str], str]:
        if self._dates is None:
            listed = self.tables.rows("releases") if "releases" in self.tables.names else ()
            self._dates = {(r.get("what") or "", r.get("version") or ""): r.get("released") or "" for r in listed}
        return self._dates


def version(row: Mapping[str, str | None], column: str) -> Version | None:
    """A cell as a version; None where it is empty."""
    text = row.get(column)
    return parse_version(text) if text else None


def whole(row: Mapping[str, str | None], column: str) -> int | None:
    """A cell as a whole number."""
    text = row.get(column)
    return int(text) if text else None


def number(row: Mapping[str, str | None], column: str) -> float | None:
    """A cell as a number."""
    text = row.get(column)
    return float(text) if text else None
