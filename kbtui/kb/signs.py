"""Signs: RE2 patterns, matched line by line, upper and lower case alike, that speak for or against a problem.

RE2 takes time linear in the text whatever the pattern is, so no log and no pattern can hang the program. A line is
matched as `kbtui.kb.lines.clean` leaves it; the parts of a line between carriage returns (a progress bar) are
matched each on its own and carry the number of their line. Short text is matched here; for logs see `kbtui.kb.scan`.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Sequence
from typing import NamedTuple

import re2

from kbtui.errors import SignError
from kbtui.kb import literals, matcher
from kbtui.kb.lines import clean, cut, line_feeds

CAP = 50
"""Hits kept of one sign; the rest are counted."""
_LONGEST_PATTERN = 2000
_SHORT_TEXT = 32 << 10
"""Bytes up to which ruling signs out one by one is quicker than compiling all of them together."""
_REFUSED = r"\\\\|(\\[AzQ])|(\(\?[a-zA-Z]*-[a-zA-Z]*m)"
_WORDS = (
    ("invalid perl operator: (?=", "look-around is not possible: match the text itself"),
    ("invalid perl operator: (?!", "look-around is not possible: refute with a second sign instead"),
    ("invalid perl operator: (?<", "look-around is not possible: match the text itself"),
    ("invalid perl operator", "this kind of group is not possible: use (...) or (?:...)"),
    ("invalid escape sequence", "there is no such escape, and back-references are not possible"),
    ("invalid repetition size", "it repeats too often: counts, also nested ones, may reach 1000"),
    ("bad repetition operator", "two repetition operators follow each other"),
    ("no argument for repetition", "there is nothing to repeat before * + ? or {}"),
    ("missing ]", "a [ is never closed; write \\[ for the character"),
    ("missing )", "a ( is never closed; write \\( for the character"),
    ("unexpected )", "a ) was never opened; write \\) for the character"),
    ("pattern too large", "it is too large once its repeats are written out"),
)
_PROBES = ("", "a", "a b", "-", " ", "0: a-b")


class Sign(NamedTuple):
    """A pattern that belongs to one evidence item of one problem."""

    key: str
    """Whose it is; given back with each hit."""
    pattern: str
    literal: str
    """What `literals.required(pattern)` says; "" leaves it to the pattern alone, which is slower."""


class Hit(NamedTuple):
    """A sign found in a line."""

    key: str
    line: int
    """From 1, counting line feeds only."""
    text: str
    """The clean line, cut to 500 characters around the match."""
    start: int
    end: int
    """The match is text[start:end]."""
    log: str = ""
    """The log that it stands in, where several are read together."""


class Hits(list[Hit]):
    """Hits in order of lines, at most one for a sign and a line."""

    def __init__(self, hits: Sequence[Hit] = (), left_out: dict[str, int] | None = None, compiled: int = 0) -> None:
        super().__init__(hits)
        self.left_out = left_out or {}
        """How many further lines each sign matched beyond the cap."""
        self.compiled = compiled
        """How many signs could not be ruled out by their literal."""


def check(pattern: str) -> None:
    """SignError, with what is wrong in plain words and RE2's own message, for a pattern that cannot be a sign."""
    if len(pattern) > _LONGEST_PATTERN:
        raise SignError(f"a sign has at most {_LONGEST_PATTERN} characters; this one has {len(pattern)}")
    for found in re.finditer(_REFUSED, pattern):
        if found.group(1) == "\\Q":
            raise SignError("\\Q is not possible in a sign: write a backslash before each special character")
        if found.group(0) != "\\\\":
            raise SignError("a sign is matched line by line: write ^ for its beginning and $ for its end")
    try:
        regexp = re2.compile(pattern, options=matcher.options())
    except re2.error as error:
        said = matcher.reason(error)
        plain = next((words for start, words in _WORDS if said.startswith(start)), "it is not a pattern")
        raise SignError(f"{plain} (RE2: {said})") from None
    except UnicodeEncodeError:
        raise SignError("the pattern holds half a character (a lone surrogate)") from None
    if any(found.start() == found.end() for probe in _PROBES if (found := regexp.search(probe))):
        raise SignError("the pattern matches the empty string, so it would match every line")


def folded(text: str) -> str:
    """A short text as the texts of clauses are compared with it; "" for one that is scanned for all signs together."""
    data = text.encode("utf-8", "replace")
    return "" if len(data) > _SHORT_TEXT else literals.fold(clean(data).decode())


def match_text(signs: Sequence[Sign], text: str, cap: int = CAP) -> Hits:
    """Signs in pasted text of up to some MB. SignError where RE2 refuses a sign that comes into question."""
    data = text.encode("utf-8", "replace")
    if len(data) > _SHORT_TEXT:
        search = Search(signs, cap)
        return Hits(list(search.feed(data)), search.tally.left_out, len(signs))
    data = clean(data)
    folded = literals.fold(data.decode())
    possible = [s for s in signs if literals.may_match(s.literal, folded)]
    parts = data.replace(b"\r", b"\n")
    found = []
    for number, sign in enumerate(possible):
        for start, stop, first, last in matcher.each_line(matcher.one(sign.pattern), parts):
            found.append((start, number, sign.key, stop, first, last))
    found.sort()
    tally, lines, hits = Tally(cap), _LineNumbers(data), Hits(compiled=len(possible))
    for start, _, key, stop, first, last in found:
        line = lines.at(start)
        if tally.take(key, line):
            hits.append(Hit(key, line, *cut(parts[start:stop], first - start, last - start)))
    hits.left_out = tally.left_out
    return hits


class Search:
    """All signs over a log that comes in blocks of whole lines. SignError for a sign that RE2 refuses."""

    def __init__(self, signs: Sequence[Sign], cap: int = CAP) -> None:
        self.signs = signs
        self.matcher = matcher.Matcher([s.pattern for s in signs], [s.literal for s in signs])
        self.tally = Tally(cap)
        self.line = 1
        """Number of the line with which the next block begins."""

    def feed(self, block: bytes) -> Iterator[Hit]:
        """Hits of one block, in order. To be exhausted before the next block is fed."""
        done = (yield from self._matched(block, block)) if block.isascii() else 0
        if done < len(block):
            data = clean(block[done:])
            yield from self._matched(data, data.replace(b"\r", b"\n"))

    def _matched(self, data: bytes, parts: bytes) -> Generator[Hit, None, int]:
        """Hits in `parts` up to the first line that is not clean; returns where that line begins."""
        lines = _LineNumbers(data, self.line)
        end = len(data)
        for found in self.matcher.lines(parts):
            if found.matches is None:
                end = found.start
                break
            line = lines.at(found.start)
            for number, first, last in found.matches:
                key = self.signs[number].key
                if self.tally.take(key, line):
                    yield Hit(key, line, *cut(parts[found.start : found.stop], first, last))
        self.line = lines.at(end)
        return end


class Tally:
    """At most one hit for a key and a line, at most `cap` for a key; the rest are counted."""

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self._seen: dict[str, tuple[int, int]] = {}

    def take(self, key: str, line: int) -> bool:
        """Whether to keep this one. Lines of one key come in order."""
        last, count = self._seen.get(key, (0, 0))
        if last == line:
            return False
        self._seen[key] = (line, count + 1)
        return count < self.cap

    @property
    def left_out(self) -> dict[str, int]:
        """How many lines each key had beyond the cap."""
        return {key: count - self.cap for key, (_, count) in self._seen.items() if count > self.cap}


class _LineNumbers:
    """Line numbers of ascending places in a block, each byte counted once."""

    def __init__(self, data: bytes, first: int = 1) -> None:
        self._data, self._at, self._line = data, 0, first

    def at(self, place: int) -> int:
        if place > self._at:
            self._line += line_feeds(self._data[self._at : place])
            self._at = place
        return self._line
