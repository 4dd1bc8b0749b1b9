"""Machines that are planned for again and again, by name: a row of the table `boxes` is what is known of one.

Its columns are names of facts, so that a pack adds boxes of its own without a line of code.
"""

from __future__ import annotations

from kbtui.errors import InputError
from kbtui.kb.mistakes import did_you_mean
from kbtui.machine.derived import TableSource
from kbtui.machine.facts import Fact
from kbtui.machine.given import fact_from

_NAME = "name"


def names(tables: TableSource) -> list[str]:
    """Every box."""
    return [row[_NAME] or "" for row in tables.rows("boxes")] if "boxes" in tables.names else []


def facts_of(tables: TableSource, asked: str) -> list[Fact]:
    """What is known of a box. InputError with the nearest right name; FactError for a cell that its fact refuses."""
    listed = names(tables)
    wanted = asked.strip().casefold()
    row = next((r for r in tables.rows("boxes") if (r[_NAME] or "").casefold() == wanted), None) if listed else None
    if row is None:
        raise InputError(f"no table knows the box {asked!r} ({did_you_mean(asked, listed)})")
    return [fact_from(name, value, f"box {row[_NAME]}") for name, value in row.items() if value and name != _NAME]
