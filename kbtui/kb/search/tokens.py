"""Text to terms: what the index holds of a document, and what it looks for in what a person says.

A term is an English stem, two stems that stand side by side (`power+suppli`), an identifier and its parts, a word
joined to the number after it (`xid79`), a pair of Chinese characters, or a group of synonyms (`~hang`). Documents
and questions both pass through `terms`, so they always agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from msgspec import Struct

from kbtui.kb.search.stem import stem
from kbtui.kb.search.synonyms import LONGEST, chinese, words
from kbtui.kb.search.words import STOP

MOST_CHARACTERS = 60_000
"""Of a longer text the first quarter of this and the last three quarters are read: errors stand at the end."""
_RUN = re.compile(r"\w+(?:['.+\-]\w+)*")
_PLAIN = re.compile(r"[^\W_]+")
_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+|[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_NOISE = re.compile(r"0x[0-9a-f]+|(?=[a-f]*\d)[0-9a-f]{8,}|\d{6,}|_+")
_SENTENCE = re.compile(r"\n+|(?<=[.!?;])\s+|[。！？；]")
_DIGITS = re.compile(r"\d+")
_GAP = 4
"""Empty places between two sentences, so that words of one stand nearer than words of two."""


class Term(Struct, frozen=True):
    """One term of a text."""

    text: str
    place: int
    """Where it stands, in words from the start."""
    said: str
    """The word that it comes from, as it was written."""


class _Word(Struct, frozen=True):
    terms: tuple[str, ...]
    stems: tuple[str, ...]
    joins: str
    """What a number that follows is joined to."""
    number: str


def clean(text: str) -> str:
    """Full-width forms folded, NUL gone, a very long text cut in its middle."""
    if len(text) > MOST_CHARACTERS:
        head = MOST_CHARACTERS // 4
        text = text[:head] + "\n" + text[head - MOST_CHARACTERS :]
    return unicodedata.normalize("NFKC", text).replace("\0", " ").replace("’", "'")


def names(text: str) -> list[str]:
    """The plain words of a short text in lower case, each Chinese character alone: for as-you-type search."""
    found: list[str] = []
    for run in _PLAIN.findall(clean(text).lower()):
        if run.isascii():
            found.append(run)
            continue
        for script, part in groupby(run, _is_cjk):
            word = "".join(part)
            found.extend(word if script else (word,))
    return found


def _runs(sentence: str) -> Iterator[str]:
    """Words and identifiers, and stretches of Chinese, Japanese or Korean."""
    for run in _RUN.findall(sentence):
        if run.isascii():
            yield run
            continue
        # By hand: a pattern with the ranges of these scripts takes 9 ms to compile, at every start.
        for _, part in groupby(run, _is_cjk):
            if word := "".join(part).strip("'.+-"):
                yield word


def _is_cjk(sign: str) -> bool:
    return "\u3040" <= sign <= "\ud7af"


def is_han(word: str) -> bool:
    """Whether a word of `names` is a Chinese, Japanese or Korean character."""
    return word >= "\u3040" and len(word) == 1


def terms(text: str) -> list[Term]:
    """Every term of a text, in order. Lines that differ only in their numbers count once."""
    found: list[Term] = []
    place = 0
    seen: set[str] = set()
    for sentence in _SENTENCE.split(clean(text)):
        shape = _DIGITS.sub("0", sentence).strip()
        if shape and shape not in seen:
            seen.add(shape)
            place = _sentence(sentence, place, found) + _GAP
    return found


def _sentence(sentence: str, place: int, found: list[Term]) -> int:
    stems: list[tuple[str, int, str]] = []
    before, beside, beside_place = "", "", place
    for run in _runs(sentence):
        if run[0] >= "\u3040":
            place = _han(run, place, found)
            before = beside = ""
            continue
        word = _word(run)
        found.extend(Term(text, place, run) for text in word.terms)
        if word.number and before:
            found.append(Term(before + word.number, place, run))
        if len(word.terms) == 1 and not word.number and word.terms[0].isalpha():
            if beside and place - beside_place <= 2:
                found.append(Term(f"{beside}+{word.terms[0]}", beside_place, run))
            beside, beside_place = word.terms[0], place
        stems.extend((one, place, run) for one in word.stems)
        before = word.joins
        place += 1
    _synonyms(stems, found)
    return place


@lru_cache(maxsize=32768)
def _word(raw: str) -> _Word:
    raw = raw.removesuffix("'s").replace("'", "")
    low = raw.lower()
    if _NOISE.fullmatch(low) or len(low) > 80:
        return _Word((), (), "", "")
    if _NUMBER.fullmatch(low):
        return _Word((low,) if len(low) > 1 else (), (), "", low if len(low) <= 5 else "")
    mixed = not (raw.islower() or raw.isupper() or raw[1:].islower())
    if low.isalpha() and not mixed:
        one = stem(low)
        return _Word(() if low in STOP else (one,), (one,), low, "")
    return _identifier(raw, low)


def _identifier(raw: str, low: str) -> _Word:
    """`CUBLAS_STATUS_ALLOC_FAILED`, `libcudnn.so.8`, `RmInitAdapter`, `sm_86`: whole, and its parts."""
    found = [low.replace("-", "").replace("+", "")] if len(low) > 2 else []
    stems = []
    last = ""
    for part in _PART.findall(raw):
        piece = part.lower()
        if piece.isdigit():
            if last and len(piece) <= 5:
                found.append(last + piece)
            last = ""
            continue
        stems.append(stem(piece))
        if len(piece) > 2 and piece not in STOP:
            found.append(stem(piece))
            if piece.startswith("lib") and len(piece) > 5:
                found.append(stem(piece[3:]))
        last = piece
    return _Word(tuple(dict.fromkeys(found)), tuple(stems), last, "")


def _han(run: str, place: int, found: list[Term]) -> int:
    table = chinese()
    if len(run) == 1:
        found.append(Term(run, place, run))
    for i in range(len(run)):
        if i + 1 < len(run):
            found.append(Term(run[i : i + 2], place + i, run[i : i + 2]))
        for end in range(i + 1, min(len(run), i + LONGEST) + 1):
            found.extend(Term(group, place + i, run[i:end]) for group in table.get(run[i:end], ()))
    return place + len(run)


def _synonyms(stems: list[tuple[str, int, str]], found: list[Term]) -> None:
    for i, (first, place, said) in enumerate(stems):
        for rest, group in words(first[:2]).get(first, ()):
            if not rest:
                found.append(Term(group, place, said))
            elif tuple(s for s, _, _ in stems[i + 1 : i + 1 + len(rest)]) == rest:
                found.append(Term(group, place, " ".join(s[2] for s in stems[i : i + 1 + len(rest)])))
