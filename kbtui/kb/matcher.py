"""Many patterns over blocks of lines with RE2: one alternation finds the line, a Set names the patterns.

The alternation never misses, because RE2 falls back to a slower way where memory runs out; a Set can then answer
"nothing" without a word. So where the alternation finds a line and the Set names no pattern, each is tried alone.

The alternation looks for control characters on the same way, so a block that needs no cleaning is gone through once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from heapq import merge
from typing import Any, NamedTuple

import re2

from kbtui.errors import SignError

_ONE_MB = 1 << 20
_FIND_MEMORY = 256 * _ONE_MB
"""A limit, not a use. With RE2's own 8 MB a thousand patterns are searched a thousand times slower."""
_NAME_MEMORY = 64 * _ONE_MB
_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f]"
"""What no clean line holds."""
_any_control = re.compile(_CONTROL.encode()).search


class Line(NamedTuple):
    """A line with a match."""

    start: int
    stop: int
    """Bytes [start, stop) of the block, without the line feed."""
    patterns: tuple[int, ...]
    """Which patterns match, ascending. None at all: the line holds control characters, nothing was matched."""


def options(memory: int = 8 * _ONE_MB) -> Any:
    """How every sign is compiled: upper and lower case alike, never across a line end. `memory` in bytes."""
    out = re2.Options()
    out.max_mem = memory
    out.log_errors = False  # RE2 writes to standard error itself, over whatever screen is there
    out.case_sensitive = False
    out.never_nl = True
    out.never_capture = True
    return out


@lru_cache(maxsize=2048)
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
    """Patterns compiled together. SignError names a pattern that RE2 refuses."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = patterns
        self.groups = list(_grouped(patterns, 0))

    def lines(self, block: bytes) -> Iterator[Line]:
        """Lines that match, in order, up to and with the first line that is not clean, matching or not.

        The block must be ASCII or clean.
        """
        found = [self._lines_of(group, block) for group in self.groups]
        return found[0] if len(found) == 1 else merge(*found)

    def _lines_of(self, group: _Group, block: bytes) -> Iterator[Line]:
        for start, stop, _, _ in each_line(group.find, block):
            line = block[start:stop]
            if _any_control(line):
                yield Line(start, stop, ())
                return
            named = group.name.Match(line)
            if named is None:
                named = [i for i, pattern in enumerate(group.patterns) if one(pattern).search(line)]
            if named:
                yield Line(start, stop, tuple(sorted(group.first + i for i in named)))


class _Group(NamedTuple):
    first: int
    patterns: Sequence[str]
    find: Any
    name: Any


def _grouped(patterns: Sequence[str], first: int) -> Iterator[_Group]:
    """As few groups as RE2 can hold: nearly always one."""
    if not patterns:
        return
    wrapped = [_per_line(p) for p in patterns]
    name = re2.Set.SearchSet(options(_NAME_MEMORY))
    try:
        find = re2.compile("|".join([*wrapped, _CONTROL]), options=options(_FIND_MEMORY))
        for pattern in wrapped:
            name.Add(pattern)
        name.Compile()
        re2.purge()  # its own cache would hold the alternation, and all memory that it grows, to the end
    except re2.error:
        if len(patterns) == 1:
            one(patterns[0])
            raise SignError(f"RE2 has no room for the sign {patterns[0][:200]!r}") from None
        half = len(patterns) // 2
        yield from _grouped(patterns[:half], first)
        yield from _grouped(patterns[half:], first + half)
        return
    yield _Group(first, patterns, find, name)


def _per_line(pattern: str) -> str:
    return f"(?m:{pattern})"


def _line_around(block: bytes, at: int) -> tuple[int, int]:
    stop = block.find(b"\n", at)
    return block.rfind(b"\n", 0, at) + 1, len(block) if stop < 0 else stop
