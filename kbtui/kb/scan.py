"""Signs in a log of any size: one pass, constant memory, several cores for a big file.

`scan_stream` looks through what a stream gives; `scan_file` through a file, in child processes where it is big, each
with a range of whole lines; `read_log` takes a small file as a pasted page instead. A log that ends too early, is
damaged, shrinks or kills its reader gives what was found and the reason.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from kbtui.errors import InputError
from kbtui.kb import scan_children
from kbtui.kb.scanning import Scan, ScanResult
from kbtui.kb.signs import CAP, Hit, Sign
from kbtui.kb.streams import BLOCK, Source

__all__ = ["LogText", "Scan", "ScanResult", "read_log", "scan_file", "scan_stream"]

BIG = 16 << 20
"""Bytes from which a plain file is left to child processes; below, they would take longer to start than to scan."""
BIG_PACKED = 1 << 20
RANGE = 8 << 20
"""A child gets at least so many bytes."""
MOST_CHILDREN = 4


class LogText(NamedTuple):
    """A log as `kbtui diagnose -f` takes it."""

    text: str
    """All of a small log; head and tail of a large one."""
    hits: list[Hit] | None
    """Signs of a large log, with its line numbers; None: `text` is all there is, match that."""
    notes: list[str]


def scan_stream(signs: Sequence[Sign], stream: BinaryIO, cap: int = CAP) -> Scan:
    """Signs in a stream of any length, packed or not. SignError where RE2 refuses a sign."""
    return Scan(signs, stream, cap)


def scan_file(
    path: str | os.PathLike[str], signs: Sequence[Sign], cap: int = CAP, seconds: float | None = None
) -> ScanResult:
    """Signs in a file. A big one is given up after `seconds`; what was found by then is kept.

    InputError where it cannot be opened, SignError where RE2 refuses a sign.
    """
    with _open(path) as file:
        ranges = _ranges(file.fileno())
        result = scan_children.run(file.fileno(), ranges, signs, cap, seconds) if ranges else None
        return result or Scan(signs, file, cap).result()


def read_log(path: str | os.PathLike[str], signs: Sequence[Sign], most: int) -> LogText:
    """A log of up to `most` bytes (unpacked) as text; a larger one scanned.

    InputError where it cannot be opened, SignError where RE2 refuses a sign.
    """
    with _open(path) as file:
        info = os.fstat(file.fileno())
        regular = stat.S_ISREG(info.st_mode)
        source = Source(file)
        chunks = source.chunks()
        held: list[bytes] = []
        while source.bytes <= most and info.st_size <= most and (chunk := next(chunks, b"")):
            held.append(chunk)
        if source.bytes <= most and info.st_size <= most:
            text = b"".join(held).decode("utf-8", "replace")
            return LogText(text, None, _notes(path, source.incomplete))
        if regular:
            result = scan_file(path, signs)
        else:  # a pipe cannot be read twice
            result = Scan(signs, cast(BinaryIO, _Again(held, chunks))).result()
            result = result._replace(incomplete=result.incomplete or source.incomplete)
    text = result.head + (f"\n{result.tail}" if result.tail else "")
    note = f"{path}: {result.lines} lines were scanned for signs; words are read from its beginning and its end only"
    return LogText(text, result.hits, [note, *_notes(path, result.incomplete)])


def _notes(path: str | os.PathLike[str], incomplete: str | None) -> list[str]:
    return [f"{path}: {incomplete}; what could be read was used"] if incomplete else []


def _open(path: str | os.PathLike[str]) -> BinaryIO:
    try:
        return cast(BinaryIO, Path(path).open("rb", buffering=0))
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _ranges(fd: int) -> list[tuple[int, int]]:
    """Ranges of whole lines for child processes; none for what is small or not a file of known size."""
    info = os.fstat(fd)
    if not stat.S_ISREG(info.st_mode) or info.st_size < BIG_PACKED or not sys.executable:
        return []
    if Source.packed(os.pread(fd, 6, 0)):
        return [(0, info.st_size)]
    if info.st_size < BIG:
        return []
    count = max(1, min(len(os.sched_getaffinity(0)), MOST_CHILDREN, info.st_size // RANGE))
    starts = sorted({0, *(line_start(fd, info.st_size * i // count, info.st_size) for i in range(1, count))})
    return [(a, b) for a, b in zip(starts, [*starts[1:], info.st_size], strict=True) if a < b]


def line_start(fd: int, at: int, size: int) -> int:
    """Where the first line behind `at` begins."""
    while at < size and (block := os.pread(fd, BLOCK, at)):
        end = block.find(b"\n")
        if end >= 0:
            return at + end + 1
        at += len(block)
    return size


class _Again:
    """A stream of the chunks that were read already and those that follow."""

    def __init__(self, held: Sequence[bytes], rest: Iterator[bytes]) -> None:
        self._held, self._rest = iter(held), rest

    def read(self, size: int = -1) -> bytes:
        return next(self._held, b"") or next(self._rest, b"")
