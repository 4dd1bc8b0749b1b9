"""The census: by area, what the packs hold and what they still lack."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from kbtui.kb.nodes import Concept, Goal, Problem, Table

STALE_MONTHS = 12
"""A node that was not read again for longer is past its review date."""


class Row(Struct):
    """One area, or the whole."""

    area: str
    problems: int = 0
    root_causes: int = 0
    tests: int = 0
    no_fix: int = 0
    """Problems that neither have a fix nor a cause: a dead end."""
    only_asks: int = 0
    """Root causes whose fixes are all verified by asking the person: no fact of the catalogue tells."""
    no_opposing: int = 0
    """Root causes against which nothing speaks."""
    no_reference: int = 0
    no_zh: int = 0
    stale: int = 0
    """Past the review date, or never reviewed."""


class Census(Struct):
    """Rows by area, their sum, and what is not in an area."""

    rows: list[Row]
    whole: Row
    concepts: int
    questions: int
    goals: int
    tables: int
    lacking: dict[str, list[str]]
    """What is lacking (a field of `Row`) to the ids that lack it."""
    past: dict[str, list[str]] = {}
    """concept, goal and table to the ids past their review date."""
    rows_past: dict[str, list[str]] = {}
    """table to the keys of its rows past their review date: all where the rows bear no date of their own."""


LACKS = ("no_fix", "only_asks", "no_opposing", "no_reference", "no_zh", "stale")


def take(problems: Iterable[tuple[str, str, Problem]], counts: dict[str, int], today: str) -> Census:
    """Count (area, id, node). `counts`: nodes of the other kinds; `today`: "2026-11", what reviews are held against."""
    rows: dict[str, Row] = {}
    whole = Row("all")
    lacking: dict[str, list[str]] = {name: [] for name in LACKS}
    for area, node_id, node in problems:
        lacks = lacks_of(node, today)
        for row in (rows.setdefault(area, Row(area)), whole):
            row.problems += 1
            row.root_causes += bool(node.fixes)
            row.tests += len(node.tests)
            for name in lacks:
                setattr(row, name, getattr(row, name) + 1)
        for name in lacks:
            lacking[name].append(node_id)
    return Census(
        rows=[rows[area] for area in sorted(rows)],
        whole=whole,
        concepts=counts.get("concept", 0),
        questions=counts.get("question", 0),
        goals=counts.get("goal", 0),
        tables=counts.get("table", 0),
        lacking=lacking,
    )


def lacks_of(node: Problem, today: str) -> list[str]:
    """What a problem lacks, as fields of `Row`."""
    root = bool(node.fixes)
    found = {
        "no_fix": not root and not node.causes,
        "only_asks": root and all(fix.verify.startswith("ask:") for fix in node.fixes),
        "no_opposing": root and not any(e.refutes or e.otherwise for e in node.evidence) and not node.applies,
        "no_reference": not node.references,
        "no_zh": node.zh is None or not node.zh.summary or not node.zh.aka,
        "stale": is_past(node.reviewed, today),
    }
    return [name for name in LACKS if found[name]]


def review(found: Census, others: Iterable[tuple[str, str, Concept | Goal | Table]], today: str) -> None:
    """Enter (kind, id, node) that are past their review date, and the rows of tables, into `found`.

    A table with a column `reviewed` dates each row; a row without a date there has the table's.
    """
    for kind, node_id, node in others:
        if is_past(node.reviewed, today):
            found.past.setdefault(kind, []).append(node_id)
        if isinstance(node, Table) and (keys := rows_past(node, today)):
            found.rows_past[node_id] = keys


def rows_past(table: Table, today: str) -> list[str]:
    """Keys of the rows that nobody verified for longer than `STALE_MONTHS`, in file order."""
    dated = ((row.get(table.key) or "", row.get("reviewed") or table.reviewed) for row in table.rows)
    return [key for key, date in dated if is_past(date, today)]


def is_past(reviewed: str | None, today: str) -> bool:
    """Past its review date, or never reviewed. Dates as "2026-11"; anything else counts as never."""
    try:
        return not reviewed or months(today) - months(reviewed) > STALE_MONTHS
    except ValueError:
        return True


def months(date: str) -> int:
    """Months since the year 0 of "2026-11"."""
    year, _, month = date.partition("-")
    return int(year) * 12 + int(month)
