"""What a person says, from one sentence to a whole page, to the documents that it is about.

Two things count: how much of the document's words the text holds (BM25F over all fields), and how well the text
covers one line of it, a title or an aka, as a unit within one stretch of the text. `Match.score` is 1 for a line
that is covered whole; it falls with what is missing of the line and with what else the text speaks of.
"""

from __future__ import annotations

import heapq
import math
import sys
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from kbtui.kb.search.tokens import Term
from kbtui.kb.search.words import prior

if TYPE_CHECKING:
    import sqlite3

MOST_TERMS = 48
"""Terms of a text that are looked up: the most telling ones."""
_MOST_POSTINGS = 30_000
_CANDIDATES = 60
_BELIEVED = 5
"""How many of the first may say how far to believe the list."""
_MOST_PLACES = 6
_TELLING = 8.0
"""Weight, about two rare words, from which a line says enough to be believed whole. A shorter text need say no more."""
_WHOLE = 0.98
_WHOLE_AT_LEAST = 0.9
"""A document with a whole line in the text is believed nearly as much as the first one."""


class Coverage(Struct, frozen=True):
    """Why a score is what it is; each 0..1."""

    line: float
    """Share of the best line that stands in one stretch of the text; less for a line of one everyday word."""
    text: float
    """Share of the text's telling terms that the document speaks of."""


class Match(Struct, frozen=True):
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


class _Said(Struct, frozen=True):
    """A text's terms, as the index knows them."""

    weights: dict[str, float]
    places: dict[str, list[int]]
    words: dict[str, str]
    mass: float
    """Weight of its most telling terms, those that the index does not know included."""
    chosen: list[str]


class _Found(Struct, frozen=True):
    n: int
    value: float
    because: str
    coverage: Coverage

    @property
    def whole(self) -> bool:
        return self.coverage.line >= _WHOLE

    @property
    def sure(self) -> float:
        return math.pow(self.coverage.line, 3.0 - 2.0 * self.coverage.text)


def rank(db: sqlite3.Connection, docs: int, said: Iterable[Term], limit: int) -> list[Match]:
    """The best documents for a text's terms, best first."""
    text = _look_up(db, docs, said)
    postings = _postings(db, text.chosen)
    gains = _gains(text, postings)
    best = heapq.nlargest(_CANDIDATES, gains, key=gains.__getitem__)
    rows = _rows(db, "SELECT n, id, kind, title, lines FROM docs WHERE n IN", best)
    found = [_read(n, gains[n], msgspec.json.decode(rows[n][3]), text) for n in best]
    if not found:
        return []
    found.sort(key=lambda f: (-f.value, f.n))
    top, sure = found[0].value, max(f.sure for f in found[:_BELIEVED])
    told = max((f.coverage.text for f in found if f.whole), default=0.0)
    scored = [(sure * _worth(f, top, told), f) for f in found]
    scored.sort(key=lambda item: (-item[0], item[1].n))
    return [
        Match(
            rows[f.n][0],
            round(score, 4),
            _words(f.n, text, postings),
            f.because,
            rows[f.n][1],
            rows[f.n][2],
            f.coverage,
        )
        for score, f in scored[:limit]
    ]


def _worth(found: _Found, top: float, told: float) -> float:
    """Against the best, 0..1. `told`: the share of the text that whole lines account for. The more they do, the less the
    others count by what is unsaid of their own line: "GPU not working" is no word of Theano or of a virtual machine."""
    if found.whole:
        return max(found.value / top, _WHOLE_AT_LEAST)
    return found.value / top * (1.0 - told * (1.0 - math.sqrt(found.coverage.line)))


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
    rare = math.log(1 + (docs + 0.5) / 0.5)
    unknown = [prior(term) * rare for term in places if term not in weights]
    mass = sum(heapq.nlargest(MOST_TERMS, [*weights.values(), *unknown]))
    chosen = heapq.nsmallest(MOST_TERMS, weights, key=lambda term: (-weights[term], term))
    return _Said(weights, places, words, mass, chosen)


def _gains(text: _Said, postings: dict[str, tuple[array[int], array[float]]]) -> dict[int, float]:
    """What each document gains by its words; a document that holds none is left out."""
    gains: defaultdict[int, float] = defaultdict(float)
    read = 0
    for term, (numbers, each) in postings.items():
        read += len(numbers)
        if read > _MOST_POSTINGS and gains:
            break  # what is left is in every other document
        weight = text.weights[term]
        for n, gain in zip(numbers, each, strict=True):
            gains[n] += weight * gain
    return gains


def _words(n: int, text: _Said, postings: dict[str, tuple[array[int], array[float]]]) -> tuple[str, ...]:
    """The text's own words that a document holds."""
    held: dict[str, None] = {}
    for term, (numbers, _) in postings.items():
        at = bisect_left(numbers, n)
        if at < len(numbers) and numbers[at] == n:
            held[text.words[term]] = None
    return tuple(held)


def _read(n: int, gain: float, lines: list[tuple[str, float, str]], text: _Said) -> _Found:
    """One candidate: its words' gain, and the three lines that the text covers best."""
    covered = []
    line_share, because = 0.0, ""
    telling = min(_TELLING, text.mass)
    for line, whole, packed in lines:
        held = [term for term in packed.split() if term in text.weights]
        mass = _densest(held, 3 * packed.count(" ") + 7, text)
        if mass <= 0 or whole <= 0:
            continue
        share = min(1.0, mass / whole) * math.sqrt(min(1.0, mass / telling))
        covered.append(share * mass)
        if share < _WHOLE and len({text.places[term][0] for term in held}) == 1:
            share *= 0.5  # one word of a longer line, however rare, may be there by chance
        if share > line_share:
            line_share, because = share, line
    covered.sort(reverse=True)
    value = gain + sum(covered[:1]) + 0.3 * sum(covered[1:3])
    return _Found(n, value, because, Coverage(round(line_share, 4), round(min(1.0, gain / text.mass), 4)))


def _densest(held: list[str], stretch: int, text: _Said) -> float:
    """Weight of the terms that stand together in one stretch of the text, where they stand best."""
    if len(held) < 2:
        return sum(text.weights[term] for term in held)
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


def _postings(db: sqlite3.Connection, chosen: list[str]) -> dict[str, tuple[array[int], array[float]]]:
    """Document numbers, rising, and gains of each chosen term, in the order chosen."""
    rows = _rows(db, "SELECT term, docs, gains FROM terms WHERE term IN", chosen)
    out = {}
    for term in chosen:
        numbers: array[int] = array("I")
        gains: array[float] = array("f")
        numbers.frombytes(rows[term][0])
        gains.frombytes(rows[term][1])
        if sys.byteorder == "big":
            numbers.byteswap()
            gains.byteswap()
        out[term] = (numbers, gains)
    return out


def _rows(db: sqlite3.Connection, select: str, keys: list[str] | list[int]) -> dict[Any, tuple[Any, ...]]:
    rows: dict[Any, tuple[Any, ...]] = {}
    for start in range(0, len(keys), 500):
        some = keys[start : start + 500]
        for key, *rest in db.execute(f"{select} ({','.join('?' * len(some))})", some):
            rows[key] = tuple(rest)
    return rows
