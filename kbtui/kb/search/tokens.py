"""Text to terms: what the index holds of a document, and what it looks for in what a person says.

A term is an English stem, an identifier and its parts, a word joined to the number after it (`xid79`), a pair of
Chinese characters, or a group of synonyms (`~hang`). Both sides pass through `terms`, so they always agree.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from kbtui.kb.search.stem import stem
from kbtui.kb.search.synonyms import chinese, words
from kbtui.kb.search.words import STOP

MOST_CHARACTERS = 60_000
"""Of a longer text the first quarter of this and the last three quarters are read: errors stand at the end."""
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
_RUN = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+(?:['’.+\-][^\W{_CJK}]+)*")
_HAN = re.compile(rf"[{_CJK}]")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_NOISE = re.compile(r"0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,}|\d{6,}|_+")
_SENTENCE = re.compile(r"\n+|(?<=[.!?;])\s+|[。！？；]")
_FRAME = re.compile(r'^\s*(?:File "|at 0x|#\d+ |\^+|\S+@\S+:\S*[$#] |[$>#] |Collecting |Requirement already|\[\w+\] +INFO)')
_DIGITS = re.compile(r"\d+")
_GAP = 4
"""Empty positions between two sentences, so that words of one stand nearer than words of two."""
_WIDEST = 3
"""Longest Chinese synonym, in characters, that is looked for beyond its pairs."""


class Term(NamedTuple):
    """One term of a text: where it stands (in words from the start) and how much its surroundings say (0..1)."""

    text: str
    place: int
    worth: float


def clean(text: str) -> str:
    """Full-width forms folded, control characters gone, a very long text cut in its middle."""
    if len(text) > MOST_CHARACTERS:
        head = MOST_CHARACTERS // 4
        text = text[:head] + "\n" + text[head - MOST_CHARACTERS:]
    return unicodedata.normalize("NFKC", text).replace("\0", " ").replace("’", "'")


def terms(text: str) -> list[Term]:
    """Every term of a text, in order. Lines that differ only in their numbers count once."""
    found: list[Term] = []
    place = 0
    seen: set[str] = set()
    for sentence in _SENTENCE.split(clean(text)):
        shape = _DIGITS.sub("0", sentence).strip()
        if not shape or shape in seen:
            continue
        seen.add(shape)
        place = _sentence(sentence, place, 0.5 if _FRAME.match(sentence) else 1.0, found) + _GAP
    return found


def _sentence(sentence: str, place: int, worth: float, found: list[Term]) -> int:
    stems: list[tuple[str, int]] = []
    before = ""
    for run in _RUN.finditer(sentence):
        raw = run.group()
        if _HAN.match(raw):
            place = _han(raw, place, worth, found)
            before = ""
            continue
        start, end = run.span()
        folder = start > 0 and sentence[start - 1] in "/\\" and end < len(sentence) and sentence[end] in "/\\"
        here = worth * 0.3 if folder else worth
        before = _word(raw, before, place, here, found, stems)
        place += 1
    _synonyms(stems, worth, found)
    return place


def _word(raw: str, before: str, place: int, worth: float, found: list[Term], stems: list[tuple[str, int]]) -> str:
    low = raw.lower().replace("'", "")
    if _NOISE.fullmatch(low) or len(low) > 80:
        return ""
    if _NUMBER.fullmatch(low):
        if len(low) > 1 or before:
            found.append(Term(low, place, worth))
        if before and len(low) <= 5:
            found.append(Term(before + low, place, worth))
        return ""
    if low.isalpha() and not (raw.isascii() and _mixed(raw)):
        one = stem(low)
        stems.append((one, place))
        if low not in STOP:
            found.append(Term(one, place, worth))
        return low
    return _identifier(raw, low, place, worth, found, stems)


def _mixed(raw: str) -> bool:
    return not (raw.islower() or raw.isupper() or raw[1:].islower())


def _identifier(raw: str, low: str, place: int, worth: float, found: list[Term],
                stems: list[tuple[str, int]]) -> str:
    """`CUBLAS_STATUS_ALLOC_FAILED`, `libcudnn.so.8`, `RmInitAdapter`, `sm_86`: whole, and its parts."""
    if len(low) > 2:
        found.append(Term(low.replace("-", "").replace("+", ""), place, worth))
    last = ""
    for part in _PART.findall(raw.replace("'", "")):
        piece = part.lower()
        if piece.isdigit():
            if last and len(piece) <= 5:
                found.append(Term(last + piece, place, worth))
            last = ""
            continue
        one = stem(piece)
        stems.append((one, place))
        if len(piece) > 2 and piece not in STOP:
            found.append(Term(one, place, worth))
            if piece.startswith("lib") and len(piece) > 5:
                found.append(Term(stem(piece[3:]), place, worth))
        last = piece
    return last


def _han(run: str, place: int, worth: float, found: list[Term]) -> int:
    table = chinese()
    if len(run) == 1:
        found.append(Term(run, place, worth))
    for i in range(len(run)):
        if i + 1 < len(run):
            found.append(Term(run[i:i + 2], place + i, worth))
        for width in (1, 2, 3, 4):
            for term in table.get(run[i:i + width], ()) if i + width <= len(run) else ():
                found.append(Term(term, place + i, worth))
    return place + len(run)


def _synonyms(stems: list[tuple[str, int]], worth: float, found: list[Term]) -> None:
    table = words()
    for i, (first, place) in enumerate(stems):
        for rest, term in table.get(first, ()):
            if tuple(s for s, _ in stems[i + 1:i + 1 + len(rest)]) == rest:
                found.append(Term(term, place, worth))
