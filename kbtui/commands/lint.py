"""`kbtui lint`: every mistake, for a person, a program or a review."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import msgspec

from kbtui.authoring.lint import lint
from kbtui.errors import InputError
from kbtui.kb.mistakes import Mistake
from kbtui.kb.nodes import Concept, Goal, Table
from kbtui.kb.packs import Pack, discover, shipped

_MOST_ROWS = 20
"""Rows of one table that the census names; the count tells the rest, the JSON all."""


def run(args: Namespace) -> int:
    """0 good, 1 bad. Warnings alone are good."""
    packs = _packs(args.packs)
    if args.census:
        return _census(packs, args)
    mistakes = lint(packs, shipped=not args.packs or len(packs) == 1)
    bad = [m for m in mistakes if m.level == "error"]
    if args.format == "json":
        print(msgspec.json.encode({"schema": "kbtui.lint/1", "mistakes": mistakes, "errors": len(bad)}).decode())
    elif args.format == "github":
        for m in mistakes:
            hint = f" ({m.hint})" if m.hint else ""
            print(f"::{m.level} file={m.file},line={m.line},col={m.column}::{_escape(m.message + hint)}")
    else:
        _print(mistakes, len(bad), packs)
    return 1 if bad else 0


def _census(packs: list[Pack], args: Namespace) -> int:
    """What the packs hold, by area. 0."""
    import time

    from kbtui.authoring import census
    from kbtui.kb.cache import open_knowledge

    knowledge, _ = open_knowledge(packs)
    counts = {kind: len(knowledge.ids(kind)) for kind in ("concept", "question", "goal", "table")}
    problems = [(p.area, name, knowledge.problem(name)) for name, p in knowledge.problems.items()]
    today = time.strftime("%Y-%m")
    found = census.take(problems, counts, today)
    others: list[tuple[str, str, Concept | Goal | Table]] = [
        *(("concept", name, knowledge.concept(name)) for name in knowledge.ids("concept")),
        *(("goal", name, knowledge.goal(name)) for name in knowledge.ids("goal")),
        *(("table", name, knowledge.table(name)) for name in knowledge.ids("table")),
    ]
    census.review(found, others, today)
    if args.format == "json":
        print(msgspec.json.encode({"schema": "kbtui.census/1", **msgspec.to_builtins(found)}).decode())
        return 0
    heads = (
        "area",
        "problems",
        "roots",
        "tests",
        "no fix",
        "only asks",
        "no opposing",
        "no reference",
        "no zh",
        "stale",
    )
    print("  ".join(f"{h:>12}" if i else f"{h:<12}" for i, h in enumerate(heads)))
    for row in [*found.rows, found.whole]:
        cells = msgspec.structs.astuple(row)
        print("  ".join(f"{c:>12}" if i else f"{c:<12}" for i, c in enumerate(cells)))
    print(f"concepts {found.concepts}, questions {found.questions}, goals {found.goals}, tables {found.tables}")
    for name, ids in found.lacking.items():
        if ids:
            print(f"{name.replace('_', ' ')}: {', '.join(ids)}")
    for kind, ids in found.past.items():
        print(f"{kind}s past their review date: {', '.join(ids)}")
    for table, keys in found.rows_past.items():
        print(f"table {table}, rows past their review date: {len(keys)} ({', '.join(keys[:_MOST_ROWS])})")
    if not found.past and not found.rows_past:
        print(f"concepts, goals and table rows past their review date ({census.STALE_MONTHS} months): none")
    return 0


def _packs(folders: list[str]) -> list[Pack]:
    """Those named, over the shipped pack that they build on; else those in force."""
    if not folders:
        return discover()
    base = shipped()
    packs = [base]
    for folder in folders:
        path = Path(folder)
        if not path.is_dir():
            raise InputError(f"{folder} is not a folder")
        if path.resolve() != base.path.resolve():
            packs.append(Pack(path.resolve().name, path))
    return packs


def _print(mistakes: list[Mistake], bad: int, packs: list[Pack]) -> None:
    for mistake in mistakes:
        print(mistake)
    names = ", ".join(p.name for p in packs)
    print(f"{names}: {bad} error{'s' * (bad != 1)}, {len(mistakes) - bad} warning{'s' * (len(mistakes) - bad != 1)}")


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
