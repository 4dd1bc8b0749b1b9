"""Documents to one SQLite file: postings with their gain worked out, each document's lines, names and vocabulary.

The file depends on the documents alone, not on their order, so the same knowledge gives the same bytes.
"""

from __future__ import annotations

import math
import os
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from kbtui.kb.search.tokens import is_han, names, terms
from kbtui.kb.search.words import prior

if TYPE_CHECKING:
    import sqlite3

FORMAT = 1
"""Raise when the tables change; an older file is then refused."""
KINDS = ("problem", "concept", "goal", "question")
_SATURATION = 1.2
_FIELDS = ((3.0, 0.3, 16), (3.0, 0.6, 150), (1.0, 0.7, 150), (1.5, 0.3, 40))
"""Title, aka, body, signs, as in BM25F: (weight, how much length counts, usual length in terms)."""
_TABLES = """
PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;
BEGIN;
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE docs (n INTEGER PRIMARY KEY, id TEXT, kind TEXT, title TEXT, names TEXT, lines TEXT);
CREATE TABLE terms (term TEXT PRIMARY KEY, weight REAL, docs BLOB, gains BLOB) WITHOUT ROWID;
"""
_NAMES = "CREATE VIRTUAL TABLE names USING fts5(title, aka, zh, content='', tokenize='unicode61', prefix='1 2 3')"


class Doc(Struct, frozen=True):
    """What the index holds of one node. Empty strings and tuples where there is nothing."""

    id: str
    kind: str
    """problem, concept, question or goal."""
    title: str
    aka: tuple[str, ...]
    body: str
    title_zh: str
    aka_zh: tuple[str, ...]
    body_zh: str
    signs_text: str
    """The literal words of a problem's signs."""


def has_fts5(db: sqlite3.Connection) -> bool:
    """Whether this SQLite can search as you type; without it `complete` compares every name, slowly."""
    import sqlite3

    try:
        db.execute("CREATE VIRTUAL TABLE temp.probe USING fts5(x)")
    except sqlite3.OperationalError:
        return False
    db.execute("DROP TABLE temp.probe")
    return True


def build(docs: Iterable[Doc], path: Path) -> None:
    """Write the index of these documents, replacing the file at once. OSError where it cannot be written."""
    import sqlite3

    ordered = sorted(docs, key=lambda doc: (KINDS.index(doc.kind), len(doc.title), doc.id))
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    try:
        fresh.touch()
        db = sqlite3.connect(fresh)
        try:
            _fill(db, ordered)
        finally:
            db.close()
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _fill(db: sqlite3.Connection, docs: list[Doc]) -> None:
    searchable = has_fts5(db)
    db.executescript(_TABLES)
    postings: dict[str, tuple[array[int], array[float]]] = {}
    lines: list[list[tuple[str, list[str]]]] = []
    for n, doc in enumerate(docs):
        fields = _fields(doc)
        lines.append([(line, list(dict.fromkeys(said))) for line, said in (*fields[0][:2], *fields[1]) if line])
        for term, gain in _gains(fields).items():
            numbers, gains = postings.setdefault(term, (array("I"), array("f")))
            numbers.append(n)
            gains.append(gain)
    weights = {term: _weight(term, len(found[0]), len(docs)) for term, found in postings.items()}
    db.executemany(
        "INSERT INTO docs VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                n,
                doc.id,
                doc.kind,
                doc.title,
                "\n".join(" ".join(names(line)) for line, _ in lines[n]),
                _pack_lines(lines[n], weights),
            )
            for n, doc in enumerate(docs)
        ),
    )
    db.executemany(
        "INSERT INTO terms VALUES (?, ?, ?, ?)",
        (
            (term, weights[term], little_endian(postings[term][0]), little_endian(postings[term][1]))
            for term in sorted(postings)
        ),
    )
    db.executemany(
        "INSERT INTO meta VALUES (?, ?)",
        (("format", FORMAT), ("docs", len(docs)), ("fts5", searchable), ("vocabulary", _vocabulary(docs))),
    )
    if searchable:
        db.execute(_NAMES)
        db.executemany(
            "INSERT INTO names (rowid, title, aka, zh) VALUES (?, ?, ?, ?)",
            (
                (n, _spaced(doc.title), _spaced(*doc.aka), _spaced(doc.title_zh, *doc.aka_zh))
                for n, doc in enumerate(docs)
            ),
        )
        db.execute("INSERT INTO names (names) VALUES ('optimize')")
    db.commit()


def _fields(doc: Doc) -> list[list[tuple[str, list[str]]]]:
    """Title, aka, body and signs, each as texts with their terms."""
    fields = (
        (doc.title, doc.title_zh, doc.id.replace("-", " ")),
        (*doc.aka, *doc.aka_zh),
        (doc.body, doc.body_zh),
        (doc.signs_text,),
    )
    return [[(text, [term.text for term in terms(text)]) for text in texts] for texts in fields]


def _gains(fields: list[list[tuple[str, list[str]]]]) -> dict[str, float]:
    """Each term's BM25F gain in a document, before its rarity: it grows with every mention, ever less."""
    told: defaultdict[str, float] = defaultdict(float)
    for texts, (weight, counts, usual) in zip(fields, _FIELDS, strict=True):
        mentions = Counter(term for _, said in texts for term in said)
        norm = weight / (1 - counts + counts * mentions.total() / usual)
        for term, times in mentions.items():
            told[term] += times * norm
    return {term: told[term] * (_SATURATION + 1) / (told[term] + _SATURATION) for term in sorted(told)}


def _weight(term: str, holders: int, docs: int) -> float:
    return round(prior(term) * math.log(1 + (docs - holders + 0.5) / (holders + 0.5)), 4)


def _pack_lines(lines: list[tuple[str, list[str]]], weights: dict[str, float]) -> str:
    packed = [(line, round(sum(weights[t] for t in said if t in weights), 3), " ".join(said)) for line, said in lines]
    return msgspec.json.encode(packed).decode()


def _spaced(*texts: str) -> str:
    return " ".join(word for text in texts for word in names(text))


def _vocabulary(docs: list[Doc]) -> str:
    """Every word of names and bodies that a typo could mean, the commonest first."""
    counts: Counter[str] = Counter()
    for doc in docs:
        for text in (doc.title, *doc.aka, doc.body):
            counts.update(word for word in names(text) if len(word) > 2 and not is_han(word) and word.isalpha())
    return "\n".join(sorted(counts, key=lambda word: (-counts[word], word)))


def little_endian(numbers: array[int] | array[float]) -> bytes:
    """The same bytes on every machine."""
    if sys.byteorder == "big":
        numbers = numbers[:]
        numbers.byteswap()
    return numbers.tobytes()
