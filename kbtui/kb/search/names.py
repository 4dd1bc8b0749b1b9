"""Search as you type: the last word may be unfinished, and typos are repaired when nothing is found.

SQLite finds what holds every word, without ranking: documents are stored with the plainest names first, so the first
few hundred are enough. Those are then put in order by where the words stand in the name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kbtui.kb.search.tokens import is_han

if TYPE_CHECKING:
    import sqlite3

    from kbtui.kb.search.repair import Vocabulary

MOST_READ = 200
_FIND = "SELECT rowid FROM names WHERE names MATCH ? LIMIT ?"
_MOST_WORDS = 12


class Name(NamedTuple):
    """One document whose names hold what was typed."""

    n: int
    fit: float
    """0..1; 1 where a name is what was typed."""
    line: str
    """Words of the name that fits best."""


def by_prefix(db: sqlite3.Connection, words: list[str]) -> list[Name]:
    """Documents that hold every word, the last one as a beginning; the best first."""
    words = words[:_MOST_WORDS]
    if not words:
        return []
    match = _expression(words)
    numbers = [n for where in (f"title : ({match})", match) for (n,) in db.execute(_FIND, (where, MOST_READ // 2))]
    marks = ",".join("?" * len(numbers))
    rows = db.execute(f"SELECT n, names FROM docs WHERE n IN ({marks})", numbers)
    return in_order(rows.fetchall(), words)


def _expression(words: list[str]) -> str:
    """Words in quotes, so that nothing typed is an operator; Chinese characters side by side are one phrase."""
    parts: list[str] = []
    run: list[str] = []
    for word in words:
        if is_han(word):
            run.append(word)
            continue
        if run:
            parts.append(f'"{" ".join(run)}"')
            run = []
        parts.append(f'"{word}"')
    if run:
        parts.append(f'"{" ".join(run)}"')
    return " AND ".join(parts) + ("" if is_han(words[-1]) else " *")


def in_order(rows: list[tuple[int, str]], words: list[str]) -> list[Name]:
    """Put documents in order: the name that begins so, then one that says it in one piece, then in pieces."""
    typed = " ".join(words)
    found = [Name(n, *_fit(typed, words, names.split("\n"))) for n, names in rows]
    found.sort(key=lambda name: (-name.fit, name.n))
    return found


def _fit(typed: str, words: list[str], lines: list[str]) -> tuple[float, str]:
    best, because = 0.0, lines[0]
    for i, line in enumerate(lines):
        if typed in line:
            base = 0.7 if line.startswith(typed) else 0.6 if f" {typed}" in line else 0.3
        else:
            base = 0.35 * sum(1 for word in words if word in line) / len(words)
        fit = base + 0.25 * min(1.0, len(typed) / len(line)) + (0.05 if i == 0 else 0.0)
        if fit > best:
            best, because = fit, line
    return min(1.0, best), because


def slowly(db: sqlite3.Connection, words: list[str]) -> list[Name]:
    """The same without FTS5: every name is compared. Fine to some ten thousand documents."""
    from rapidfuzz import fuzz, process

    rows = db.execute("SELECT n, names FROM docs").fetchall()
    near = process.extract(
        " ".join(words), [names for _, names in rows], scorer=fuzz.partial_ratio, score_cutoff=80, limit=MOST_READ
    )
    return in_order([rows[at] for _, _, at in near], words)


def mend(words: list[str], vocabulary: Vocabulary) -> list[str]:
    """What was typed with its mistyped words repaired; the same list where nothing is to repair."""
    mended = [vocabulary.repair(word) or word for word in words[:-1]]
    last = words[-1]
    if not vocabulary.begins(last):
        last = vocabulary.repair(last) or vocabulary.repair_prefix(last) or last
    return [*mended, last]
