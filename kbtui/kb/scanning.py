"""One pass over one stream with all signs: hits as they are found, counts and both ends of the log at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from kbtui.kb.lines import clean
from kbtui.kb.signs import CAP, Hit, Search, Sign
from kbtui.kb.streams import Source

ENDS = 16 << 10
"""Bytes of head and of tail that are kept to be read."""


class ScanResult(NamedTuple):
    """What one log gave."""

    hits: list[Hit]
    """In order of lines, at most 50 for each sign."""
    lines: int
    bytes: int
    """Unpacked."""
    left_out: dict[str, int]
    """Sign's key to the number of further lines that it matched."""
    incomplete: str | None
    """Why a part could not be read; None: all of it was."""
    head: str
    tail: str
    """The first and the last 16 kB, clean; the tail is empty where the head is everything."""


class Scan(Iterator[Hit]):
    """Hits of a stream, as they are found. The other fields count up and hold once it is exhausted."""

    def __init__(self, signs: Sequence[Sign], stream: BinaryIO, cap: int = CAP) -> None:
        self._source = Source(stream)
        self._search = Search(signs, cap)
        self._hits = self._run()
        self._open_line = False
        self._first = self._last = self._before = b""
        self.blocks = 0

    def __next__(self) -> Hit:
        return next(self._hits)

    def _run(self) -> Iterator[Hit]:
        for block in self._source.blocks():
            self.blocks += 1
            self._first = self._first or block
            self._before, self._last = self._last, block
            self._open_line = not block.endswith(b"\n")
            yield from self._search.feed(block)

    @property
    def lines(self) -> int:
        """Lines so far."""
        return self._search.line - 1 + self._open_line

    @property
    def bytes(self) -> int:
        """Bytes so far, unpacked."""
        return self._source.bytes

    @property
    def left_out(self) -> dict[str, int]:
        """How many further lines each sign matched beyond the cap."""
        return self._search.tally.left_out

    @property
    def incomplete(self) -> str | None:
        """Why the end is missing; None: it is not."""
        return self._source.incomplete

    def result(self) -> ScanResult:
        """The rest of the stream, as one value."""
        hits = list(self)
        tail = (self._before + self._last)[-ENDS:] if self.bytes > ENDS else b""
        head, tail = clean(self._first[:ENDS]), clean(tail)
        return ScanResult(hits, self.lines, self.bytes, self.left_out, self.incomplete, head.decode(), tail.decode())
