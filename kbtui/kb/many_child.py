"""The child of a scan of several logs: it takes ranges of files off one queue that all children share, until none is left.

On every line only marks are looked for, lines that say that something failed. Signs are read where they can mean
something: those that are messages in the beginning and the end of a log, all of them around a mark that is more than a
consequence. A run that went on for
hours afterwards was not broken by a line without a mark, and a training log repeats words that people use for trouble
("batch", "step", "loss") millions of times.
"""

from __future__ import annotations

import marshal
import os
import sys
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, cast

from kbtui.errors import SignError
from kbtui.kb import marks, stamps
from kbtui.kb.lines import clean, line_feeds
from kbtui.kb.scan_child import Range
from kbtui.kb.scanning import ENDS
from kbtui.kb.signs import Hit, Search, Sign, Tally
from kbtui.kb.streams import Source

BOTH_ENDS = 64 << 10
"""Bytes of the beginning and of the end of a log that are searched for messages."""
AROUND = 6 << 10
"""Bytes before and after a failure in which all signs are looked for."""
KEPT = 12
"""Hits kept of one sign from the beginning of a range, and as many from its end."""
WINDOWS = 12
"""Failures whose surroundings are read from the beginning of a range, and as many from its end."""
TOLD = 3
"""Failures of the beginning, and of the end, whose surroundings are handed over as text."""
ABOVE = 300
"""Lines above one without a time in which its time is looked for."""


class Window(NamedTuple):
    """Whole lines around a failure."""

    line: int
    """Number of its first line."""
    data: bytes


class _Above:
    """The last time above a place. Each line is looked at once, however many lines ask."""

    def __init__(self) -> None:
        self._block = b""
        self._looked = 0
        self._known: stamps.Stamp | None = None

    def enter(self, block: bytes) -> None:
        """Go on to the next block."""
        self.at(len(self._block))
        self._block, self._looked = block, 0

    def at(self, place: int) -> stamps.Stamp | None:
        """Places of one block are asked for in order."""
        found = stamps.last(self._block, place, ABOVE, self._looked)
        self._looked = place
        self._known = found or self._known
        return self._known


class Job:
    """One range of one log."""

    def __init__(self, find: Search, stream: BinaryIO) -> None:
        self._find = find
        self.source = Source(stream)
        self.first: dict[str, list[tuple[Any, ...]]] = {}
        self.later: dict[str, deque[tuple[Any, ...]]] = {}
        self.early: list[Window] = []
        self.late: deque[Window] = deque(maxlen=WINDOWS)
        self.head = b""
        self.lines = 0
        self._last: deque[Window] = deque()
        self._last_size = 0
        self._above = _Above()

    def run(self) -> None:
        """Read the range to its end."""
        search = self._find
        search.line, search.tally = 1, Tally(1 << 40)
        before, due, open_line = b"", 0, False
        for block in self.source.blocks():
            if len(self.head) < BOTH_ENDS:
                self.head += block
            number, at, held = search.line, 0, search.line
            self._above.enter(block)
            said: dict[int, list[str]] = {}
            for hit in search.feed(block):
                while held < hit.line:
                    at = block.find(b"\n", at) + 1
                    held += 1
                self._keep(hit, at)
                said.setdefault(at, []).append(hit.key.removeprefix(marks.PREFIX))
            telling = [at for at, names in said.items() if marks.level(names) != marks.FOLLOWS]
            spots = [*([(0, due)] if due else []), *((at - AROUND, at + AROUND) for at in telling)]
            due = max(0, max((stop for _, stop in spots), default=0) - len(block))
            for start, stop in _joined(spots):
                self._window(before, block, number, start, stop)
            before = (before[-AROUND:] + block)[-max(ENDS, AROUND) :] if len(block) < ENDS else block
            self._hold(Window(number, block))
            open_line = not block.endswith(b"\n")
        self.lines = search.line - 1 + open_line

    def _hold(self, block: Window) -> None:
        """The last blocks of the range."""
        self._last.append(block)
        self._last_size += len(block.data)
        while self._last_size - len(self._last[0].data) >= BOTH_ENDS:
            self._last_size -= len(self._last.popleft().data)

    def ends(self, *, begins: bool, finishes: bool) -> Iterator[Window]:
        """The beginning and the end of the log, as far as they lie in this range; what is both, once."""
        if begins:
            yield Window(1, self.head)
        covered = line_feeds(self.head) + 1 if begins else 1
        for block in self._last if finishes else ():
            if block.line >= covered:
                yield block

    def _keep(self, hit: Hit, at: int) -> None:
        first = self.first.setdefault(hit.key, [])
        stamp = stamps.stamp(hit.text.encode()) or self._above.at(at)
        made = (*hit[:5], *(stamp or (None, None, "")))
        if len(first) < KEPT:
            first.append(made)
        else:
            self.later.setdefault(hit.key, deque(maxlen=KEPT)).append(made)

    def _window(self, before: bytes, block: bytes, number: int, start: int, stop: int) -> None:
        """The lines of `block` (and of the one before it) between two places."""
        if start < 0 and before:
            start = before.find(b"\n", max(0, len(before) + start)) + 1
            above = before[start:] if start else b""
            number -= line_feeds(above)
            data = above + block[: _line_end(block, stop)]
        else:
            start = block.find(b"\n", start) + 1 if start > 0 else 0
            number += line_feeds(block[:start])
            data = block[start : _line_end(block, stop)]
        window = Window(number, data)
        if len(self.early) < WINDOWS:
            self.early.append(window)
        else:
            self.late.append(window)

    def answer(self, quick: Search, whole: Search, *, begins: bool, finishes: bool) -> dict[str, Any]:
        """What the range gave, for the parent. `begins`, `finishes`: whether the log does in this range."""
        hits = [h for found in (*self.first.values(), *self.later.values()) for h in found]
        windows = sorted({*self.early, *self.late})
        for search, places in ((quick, self.ends(begins=begins, finishes=finishes)), (whole, iter(windows))):
            kept: Counter[str] = Counter()
            for window in places:
                hits += _in_window(search, window, kept)
        last = b"".join(w.data for w in self._last)
        head, tail = clean(self.head[:ENDS]), clean(last[-ENDS:])
        told = [*self.early[:TOLD], *list(self.late)[-TOLD:]]
        return {
            "hits": hits,
            "lines": self.lines,
            "bytes": self.source.bytes,
            "incomplete": self.source.incomplete,
            "head": head.decode("utf-8", "replace"),
            "tail": tail.decode("utf-8", "replace"),
            "windows": [(w.line, clean(w.data).decode("utf-8", "replace")) for w in told],
            "first": stamps.first(head, ABOVE),
            "last": stamps.last(tail, len(tail.rstrip(b"\n")), ABOVE),
        }


def _in_window(search: Search, window: Window, kept: Counter[str]) -> Iterator[tuple[Any, ...]]:
    """Signs in some lines. A line without a time has that of the first line of them that has one."""
    search.line, search.tally = window.line, Tally(1 << 40)
    stamp = stamps.first(window.data, ABOVE)
    for hit in search.feed(window.data):
        kept[hit.key] += 1
        if kept[hit.key] <= 2 * KEPT:
            yield (*hit[:5], *(stamps.stamp(hit.text.encode()) or stamp or (None, None, "")))


def _line_end(block: bytes, at: int) -> int:
    end = block.find(b"\n", at) + 1 if at < len(block) else 0
    return end or len(block)


def _joined(spots: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Overlapping places as one."""
    held: tuple[int, int] | None = None
    for start, stop in spots:
        if held and start <= held[1]:
            held = held[0], max(stop, held[1])
            continue
        if held:
            yield held
        held = start, stop
    if held:
        yield held


def main(arguments: list[str]) -> None:
    """Work off the queue; one answer a range, with its number."""
    queue, parent = int(arguments[0]), int(arguments[1])
    asked = marshal.load(sys.stdin.buffer)
    try:
        find, quick, whole = (Search([Sign(*s) for s in asked[name]]) for name in ("find", "quick", "whole"))
    except SignError as error:
        marshal.dump({"refused": str(error)}, sys.stdout.buffer)
        return
    while taken := os.read(queue, 4):
        number = int.from_bytes(taken, "little")
        path, start, end, finishes = asked["ranges"][number]
        answer: dict[str, Any] = {"range": number}
        try:
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - pathlib costs its import
                job = Job(find, cast(BinaryIO, Range(file.fileno(), start, end, parent)))
                job.run()
                answer |= job.answer(quick, whole, begins=start == 0, finishes=finishes)
        except OSError as error:
            answer["failed"] = error.strerror or str(error)
        marshal.dump(_plain(answer), sys.stdout.buffer)
        sys.stdout.flush()


def _plain(answer: dict[str, Any]) -> dict[str, Any]:
    """marshal knows tuples and lists, not their named kinds."""
    return {k: tuple(v) if isinstance(v, tuple) else v for k, v in answer.items()}
