"""Many patterns over blocks of lines with RE2: an alternation finds the line, a Set names the patterns in question.

Both hold plain texts: of each pattern those of its rarest clause (`kbtui.kb.literals`), one of which every match holds. An
automaton of texts stays small whatever the log is. One of whole patterns, or of parts with a `\\b` or a `\\w+` in them, makes
a new state for nearly every new line of a log that does not repeat itself, and reads a hundredth of a megabyte a second.
Each pattern in question is then tried alone on the line, which also tells where it matches.

The alternation never misses. A Set can answer "nothing" without a word where its memory runs out, so where the
alternation finds a line and the Set names no text, every pattern is in question. The alternation looks for control
characters on the same way, so a block that needs no cleaning is gone through once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import re2

from kbtui.errors import SignError
from kbtui.kb import literals

_ONE_MB = 1 << 20
_FIND_MEMORY = 256 * _ONE_MB
"""A limit, not a use. With RE2's own 8 MB a thousand patterns are searched a thousand times slower."""
_NAME_MEMORY = 64 * _ONE_MB
_FIRST_TUNED = 256 << 10
"""Bytes after which it is first looked at how often each text was met."""
_OFTEN = 1 / 2000
"""Lines for a byte from which a pass of its own, about 2 ns a byte, is cheaper for a pattern than being asked about, some 4 us each."""
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f]"
"""What no clean line holds."""
_any_control = re.compile(_CONTROL.encode()).search


class Match(NamedTuple):
    """One pattern in one line."""

    pattern: int
    start: int
    end: int
    """Bytes [start, end) of the line."""


class Line(NamedTuple):
    """A line with a match."""

    start: int
    stop: int
    """Bytes [start, stop) of the block, without the line feed."""
    matches: list[Match] | None
    """By number of the pattern. None: the line holds control characters, nothing was matched."""


def options(memory: int = 8 * _ONE_MB) -> Any:
    """How every sign is compiled: upper and lower case alike, never across a line end. `memory` in bytes."""
    out = re2.Options()
    out.max_mem = memory
    out.log_errors = False  # RE2 writes to standard error itself, over whatever screen is there
    out.case_sensitive = False
    out.never_nl = True
    out.never_capture = True
    return out


@lru_cache(maxsize=8192)
def one(pattern: str) -> Any:
    """One compiled pattern, for a line or for a block of lines. SignError where RE2 refuses it."""
    try:
        return re2.compile(_per_line(pattern), options=options())
    except re2.error as error:
        raise SignError(f"RE2 refuses the sign {pattern[:200]!r}: {reason(error)}") from None


def reason(error: Exception) -> str:
    """RE2's own message."""
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def each_line(regexp: Any, block: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Lines of a clean block that one compiled pattern matches: (line start, line end, match start, match end)."""
    at = 0
    while at < len(block):
        found = regexp.search(block, at)
        if found is None:
            return
        start, stop = _line_around(block, found.start())
        yield start, stop, found.start(), found.end()
        at = stop + 1


class Matcher:
    """Patterns together, each with what `literals.required` says of it. SignError names one that RE2 refuses.

    A text that stands in very many lines of a log would bring each of them here. Its patterns are then found by their
    next clause; those without one get a pass of their own over each block, which costs the same however often the text
    occurs.
    """

    def __init__(self, patterns: Sequence[str], known: Sequence[str]) -> None:
        self._patterns = patterns
        self._clauses = [literals.clauses(literal) for literal in known]
        self._turn = [0] * len(patterns)
        """The clause of each pattern by which it is found."""
        self._read, self._tuned = 0, _FIRST_TUNED
        self._together()
        for number in self.alone:
            one(patterns[number])

    def _together(self) -> None:
        """Compile what is searched together."""
        by_text: dict[str, list[int]] = {}
        self.alone: list[int] = []
        """Patterns that are searched each in a pass of its own."""
        for number, (clauses, turn) in enumerate(zip(self._clauses, self._turn, strict=True)):
            for text in clauses[turn] if turn < len(clauses) else ():
                by_text.setdefault(text, []).append(number)
            if turn >= len(clauses):
                self.alone.append(number)
        texts = sorted(by_text)  # RE2 joins the common beginnings of neighbours: five times fewer states
        self._members = [by_text[text] for text in texts]
        self._met = [0] * len(texts)
        self._escaped = [re.escape(text) for text in texts]
        self.__dict__.pop("name", None)
        try:
            self.find = re2.compile("|".join([*self._escaped, _CONTROL]), options=options(_FIND_MEMORY))
            re2.purge()  # its own cache would hold the alternation, and all memory that it grows, to the end
        except re2.error as error:
            raise SignError(f"RE2 has no room for {len(self._patterns)} signs together: {reason(error)}") from None

    @cached_property
    def name(self) -> Any:
        """The Set, from the first line that is found on; None where RE2 has no room for it."""
        found = re2.Set.SearchSet(options(_NAME_MEMORY))
        try:
            for text in self._escaped:
                found.Add(text)
            found.Compile()
        except re2.error:
            return None
        return found

    def lines(self, block: bytes) -> Iterator[Line]:
        """Lines that match, in order, up to and with the first line that is not clean, matching or not.

        The block must be ASCII or clean.
        """
        found: dict[int, Line] = {}
        end = len(block)
        for start, stop, _, _ in each_line(self.find, block):
            line = block[start:stop]
            if _any_control(line):
                found[start] = Line(start, stop, None)
                end = start
                break
            matches = self._matches(line)
            if matches:
                found[start] = Line(start, stop, matches)
        clean = block[:end] if self.alone else b""
        for number in self.alone:
            for start, stop, first, last in each_line(one(self._patterns[number]), clean):
                line_of = found.setdefault(start, Line(start, stop, []))
                if line_of.matches is not None:
                    line_of.matches.append(Match(number, first - start, last - start))
        for start in sorted(found):
            yield found[start]
        self._tune(end)

    def _matches(self, line: bytes) -> list[Match]:
        named = self.name.Match(line) if self.name else None
        for at in named or ():
            self._met[at] += 1
        asked = {n for i in named for n in self._members[i]} if named else range(len(self._patterns))
        folded = literals.fold(line.decode())
        out = []
        for number in sorted(asked):
            if _holds(self._clauses[number], folded):
                found = one(self._patterns[number]).search(line)
                if found:
                    out.append(Match(number, found.start(), found.end()))
        return out

    def _tune(self, size: int) -> None:
        """Go on to the next clause of the patterns whose texts were met too often, after ever longer stretches."""
        self._read += size
        if self._read < self._tuned:
            return
        self._tuned *= 4
        by_text = zip(self._members, self._met, strict=True)
        often = {n for members, met in by_text if met > self._read * _OFTEN * len(members) for n in members}
        if often:
            for number in often:
                self._turn[number] += 1
            self._read, self._tuned = 0, self._tuned // 4
            self._together()


def _holds(clauses: Iterable[tuple[str, ...]], folded: str) -> bool:
    """Whether a text holds one text of each clause; without generators, as it is asked some times for every line."""
    for clause in clauses:
        for text in clause:
            if text in folded:
                break
        else:
            return False
    return True


def _per_line(pattern: str) -> str:
    return f"(?m:{pattern})"


def _line_around(block: bytes, at: int) -> tuple[int, int]:
    stop = block.find(b"\n", at)
    return block.rfind(b"\n", 0, at) + 1, len(block) if stop < 0 else stop
