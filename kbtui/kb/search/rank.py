"""What a person says, from one sentence to a whole page, to the documents that it is about.

Two things count: how much of the document's words the text holds (BM25F over all fields), and how well the text
covers one line of it, a title or an aka, as a unit within one stretch of the text. `Match.score` is 1 for a line
that is covered whole; it falls with what is missing of the line and with what else the text speaks of.
"""

from __future__ import annotations

import heapq
import json
import sys
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from kbtui.kb.search.tokens import Term
from kbtui.kb.search.words import prior

if TYPE_CHECKING:
    import sqlite3

MOST_TERMS = 48
"""Terms of a text that are looked up: the most telling ones."""
_MOST_POSTINGS = 60_000
_CANDIDATES = 60
_MOST_PLACES = 6
_TELLING = 8.0
"""Weight, about two rare words, from which a line says enough to be believed whole."""


class Coverage(NamedTuple):
    """Why a score is what it is; each 0..1."""

    line: float
    """Share of the best line that stands in one stretch of the text."""
    text: float
    """Share of the text's telling terms that the document holds."""


class Match(NamedTuple):
    """One document that was found."""

    id: str
    score: float
    """0..1."""
    terms: tuple[str, ...]
    """Words of the text that the document holds, the most telling first."""
    because: str
    """The title or aka that the text covers best; "" where only single words agree."""
    kind: str
    title: str
    coverage: Coverage


class _Said(NamedTuple):
    """A text's terms, as the index knows them."""

    weights: dict[str, float]
    places: dict[str, list[int]]
    words: dict[str, str]
    mass: float
    """Weight of its most telling terms, those that the index does not know included."""
    chosen: list[str]


class _Found(NamedTuple):
    value: float
    n: int
    gain: float
    line: float
    because: str


def rank(db: sqlite3.Connection, docs: int, said: Iterable[Term], limit: int) -> list[Match]:
    """The best documents for a text's terms, best first."""
    text = _look_up(db, docs, said)
    gains = _gains(db, text)
    best = heapq.nlargest(_CANDIDATES, gains.items(), key=lambda item: (item[1], -item[0]))
    rows = _rows(db, "SELECT n, lines FROM docs WHERE n IN", [n for n, _ in best])
    found = sorted((_read(n, gain, json.loads(rows[n][0]), text) for n, gain in best),
                   key=lambda f: (-f.value, f.n))
    return _matches(db, found[:limit], text)


def _look_up(db: sqlite3.Connection, docs: int, said: Iterable[Term]) -> _Said:
    places: defaultdict[str, list[int]] = defaultdict(list)
    words: dict[str, str] = {}
    for term in said:
        where = places[term.text]
        if len(where) < _MOST_PLACES:
            where.append(term.place)
        words.setdefault(term.text, term.said)
    rows = _rows(db, "SELECT term, weight FROM terms WHERE term IN", list(places))
    weights = {term: row[0] for term, row in rows.items()}
    import math

    rare = math.log(1 + (docs + 0.5) / 0.5)
    unknown = [prior(term) * rare for term in places if term not in weights]
    mass = sum(heapq.nlargest(MOST_TERMS, [*weights.values(), *unknown]))
    chosen = heapq.nsmallest(MOST_TERMS, weights, key=lambda term: (-weights[term], term))
    return _Said(weights, places, words, mass, chosen)


def _gains(db: sqlite3.Connection, text: _Said) -> dict[int, float]:
    gains: defaultdict[int, float] = defaultdict(float)
    read = 0
    rows = _rows(db, "SELECT term, docs, gains FROM terms WHERE term IN", text.chosen)
    for term in text.chosen:
        numbers, each = _unpack("I", rows[term][0]), _unpack("f", rows[term][1])
        read += len(numbers)
        if read > _MOST_POSTINGS and gains:
            break  # what is left is in every other document
        weight = text.weights[term]
        for n, gain in zip(numbers, each, strict=True):
            gains[int(n)] += weight * gain
    return gains


def _read(n: int, gain: float, lines: list[tuple[str, float, str]], text: _Said) -> _Found:
    """One candidate: its words' gain, and the three lines that the text covers best."""
    covered = []
    for line, whole, packed in lines:
        mass = _densest(packed.split(), text)
        if mass > 0 and whole > 0:
            share = min(1.0, mass / whole) * min(1.0, mass / _TELLING) ** 0.5
            covered.append((share * mass, share, line))
    covered.sort(key=lambda item: (-item[0], item[2]))
    value = gain + sum(worth * (1.0 if i == 0 else 0.3) for i, (worth, _, _) in enumerate(covered[:3]))
    share, because = max(((share, line) for _, share, line in covered), default=(0.0, ""))
    return _Found(value, n, gain, share, because)


def _densest(line: list[str], text: _Said) -> float:
    """Weight of a line's terms that stand together in one stretch of the text, wherever they stand best."""
    held = [term for term in line if term in text.weights]
    if len(held) < 2:
        return sum(text.weights[term] for term in held)
    stretch = 3 * len(line) + 4
    where = sorted((place, term) for term in held for place in text.places[term])
    if where[-1][0] - where[0][0] <= stretch:
        return sum(text.weights[term] for term in held)
    inside: Counter[str] = Counter()
    mass = most = 0.0
    first = 0
    for place, term in where:
        mass += 0.0 if inside[term] else text.weights[term]
        inside[term] += 1
        while where[first][0] < place - stretch:
            gone = where[first][1]
            inside[gone] -= 1
            mass -= 0.0 if inside[gone] else text.weights[gone]
            first += 1
        most = max(most, mass)
    return most


def _matches(db: sqlite3.Connection, found: list[_Found], text: _Said) -> list[Match]:
    if not found:
        return []
    rows = _rows(db, "SELECT n, id, kind, title FROM docs WHERE n IN", [f.n for f in found])
    out = []
    for f in found:
        name, kind, title = rows[f.n]
        out.append(Match(name, f.value, (), f.because, kind, title, Coverage(f.line, f.gain / text.mass)))
    return out


def _unpack(code: str, blob: bytes) -> array[float]:
    numbers: array[float] = array(code)
    numbers.frombytes(blob)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _rows(db: sqlite3.Connection, select: str, keys: list[str] | list[int]) -> dict[object, tuple[object, ...]]:
    rows = {}
    for start in range(0, len(keys), 500):
        some = keys[start:start + 500]
        for key, *rest in db.execute(f"{select} ({','.join('?' * len(some))})", some):
            rows[key] = tuple(rest)
    return rows
