"""Child processes that scan one file together, and their answers put together.

A child reads its signs from an unnamed file and writes its answer to another, so no pipe can fill up and block, and
what a child found before it died is kept. The file to scan is handed over open: a log that is rotated meanwhile stays
the same file.
"""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

import re2

from kbtui.errors import SignError
from kbtui.kb.lines import line_feeds
from kbtui.kb.scanning import ScanResult
from kbtui.kb.signs import Hit, Sign, Tally

ROOT = str(Path(__file__).resolve().parents[2])
PLACES = os.pathsep.join([ROOT, str(Path(re2.__file__).resolve().parents[1])])
# -P keeps modules of the working directory out, -S saves the time of site: both packages are found where they were.
_CODE = (
    "import os, sys; sys.path += sys.argv[1].split(os.pathsep); "
    "from kbtui.kb import scan_child; scan_child.main(sys.argv[2:])"
)


class Part(NamedTuple):
    """What one child gave."""

    hits: list[Hit]
    """Lines counted from the beginning of its range."""
    totals: dict[str, Any] | None
    """The other fields of its ScanResult; None where it did not come to its end."""
    reason: str
    """Why it did not."""


def run(
    fd: int, ranges: Sequence[tuple[int, int]], signs: Sequence[Sign], cap: int, seconds: float | None
) -> ScanResult | None:
    """One child for each range of an open file, side by side, all stopped after `seconds`.

    None where no child can be started. SignError where RE2 refuses a sign.
    """
    until = None if seconds is None else time.monotonic() + seconds
    asked = marshal.dumps([list(s) for s in signs])
    children: list[_Child] = []
    try:
        for start, end in ranges:
            children.append(_Child(asked, fd, start, end, cap))
        parts = [child.part(until) for child in children]
    except OSError:
        return None
    finally:
        for child in children:
            child.close()
    return merge(fd, ranges, parts, cap)


def merge(fd: int, ranges: Sequence[tuple[int, int]], parts: Sequence[Part], cap: int) -> ScanResult:
    """The parts, in order, as one result whose line numbers are those of the whole file."""
    hits: list[Hit] = []
    left_out: dict[str, int] = {}
    tally = Tally(cap)
    lines = size = 0
    reasons: list[str] = []
    for part, (start, end) in zip(parts, ranges, strict=True):
        hits += [h._replace(line=h.line + lines) for h in part.hits if tally.take(h.key, h.line + lines)]
        if part.totals is None:
            reasons.append(f"bytes {start} to {end} were not read to their end: {part.reason}")
            lines += _count_lines(fd, start, end)
            continue
        if part.totals["incomplete"]:
            reasons.append(part.totals["incomplete"])
        lines += part.totals["lines"]
        size += part.totals["bytes"]
        _add(left_out, part.totals["left_out"])
    _add(left_out, tally.left_out)
    first, last = parts[0].totals or {}, parts[-1].totals or {}
    ends = first.get("head", ""), last.get("tail", "")
    return ScanResult(hits, lines, size, left_out, "; ".join(reasons) or None, *ends)


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for key, count in more.items():
        counts[key] = counts.get(key, 0) + count


def _count_lines(fd: int, start: int, end: int) -> int:
    """Line feeds in a range that its child did not count, so that the numbers behind it are right."""
    lines = 0
    while start < end and (block := os.pread(fd, min(1 << 20, end - start), start)):
        lines += line_feeds(block)
        start += len(block)
    return lines


class _Child:
    def __init__(self, asked: bytes, fd: int, start: int, end: int, cap: int) -> None:
        self._out, self._err = unnamed_file(), unnamed_file()
        with unnamed_file() as signs:
            signs.write(asked)
            signs.seek(0)
            numbers = [str(n) for n in (fd, start, end, cap, os.getpid())]
            try:
                self._process = subprocess.Popen(
                    [sys.executable, "-S", "-P", "-c", _CODE, PLACES, *numbers],
                    stdin=signs,
                    stdout=self._out,
                    stderr=self._err,
                    pass_fds=(fd,),
                )
            except OSError:
                self._out.close()
                self._err.close()
                raise

    def part(self, until: float | None) -> Part:
        """Its answer, once it ended or `until` has come. SignError where it refused a sign."""
        reason = ""
        try:
            code = self._process.wait(None if until is None else max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            code, reason = 0, "it took too long and was stopped"
        hits, totals = [], None
        for answer in answers(self._out):
            if isinstance(answer, list):
                hits.append(Hit(*answer))
            elif "refused" in answer:
                raise SignError(answer["refused"])
            else:
                totals = answer
        if totals is None and not reason:
            reason = f"its reader was killed by signal {-code}" if code < 0 else f"its reader failed: {self._said()}"
        return Part(hits, totals, reason)

    def _said(self) -> str:
        self._err.seek(0)
        return (self._err.read().decode("utf-8", "replace").strip().splitlines() or ["without a word"])[-1]

    def close(self) -> None:
        """End it, if it runs. One that does not end (a dead disk) is left alone."""
        self._process.kill()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.returncode = -9  # so that nothing waits for it later
        self._out.close()
        self._err.close()


def answers(out: IO[bytes]) -> Iterator[Any]:
    """What a child wrote, up to its end or to the answer in which it was killed."""
    out.seek(0)
    while True:
        try:
            yield marshal.load(out)
        except (EOFError, ValueError, TypeError):  # the end, or the answer in which a child was killed
            return


def unnamed_file() -> IO[bytes]:
    """A file without a name; in memory where there is a way, since a full disk is one thing people look for."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("kbtui-scan"), "w+b")
    import tempfile

    return tempfile.TemporaryFile()
