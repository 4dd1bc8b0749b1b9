"""Signs in several logs of one run together: one pass over each, constant memory, every core.

Each log is cut into ranges of whole lines; child processes take them off one queue, so that no core waits for the other.
Signs are looked for in the beginning and the end of each log and around each line that says that something failed.
"""

from __future__ import annotations

import marshal
import os
import stat
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from kbtui.errors import InputError, SignError
from kbtui.kb import marks
from kbtui.kb.scan import MOST_CHILDREN, line_start
from kbtui.kb.scan_children import ROOT, answers, unnamed_file
from kbtui.kb.signs import Sign
from kbtui.kb.stamps import Stamp
from kbtui.kb.streams import Source

RANGE = 24 << 20
"""Bytes of a log that one child reads in one piece."""
_CODE = "import sys; sys.path.append(sys.argv[1]); from kbtui.kb import many_child; many_child.main(sys.argv[2:])"


class Found(NamedTuple):
    """A sign or a mark in a line of one log."""

    key: str
    line: int
    text: str
    start: int
    end: int
    at: float | None
    """When, as `kbtui.kb.stamps` counts; of a line without a time, the time of the last line before it that has one."""
    zone: float | None
    stamp: str


class Log(NamedTuple):
    """What one log gave."""

    path: str
    hits: list[Found]
    """In order of lines, each sign at most once a line."""
    lines: int
    bytes: int
    incomplete: str | None
    head: str
    tail: str
    windows: list[tuple[int, str]]
    """The surroundings of a few failures: number of the first line, lines."""
    first: Stamp | None
    """The first time that it shows, and the last."""
    last: Stamp | None


def scan_logs(paths: Sequence[str], signs: Sequence[Sign], quick: Sequence[Sign]) -> list[Log]:
    """One `Log` a path, in their order. `quick`: those of the signs that are looked for in both ends of each log, too.

    InputError where a log cannot be opened, SignError where RE2 refuses a sign.
    """
    ranges = [r for number, path in enumerate(paths) for r in _ranges(number, path)]
    begun = {(n, start) for n, start, _ in ranges}
    asked = {
        "find": [list(s) for s in marks.signs()],
        "quick": [list(s) for s in quick],
        "whole": [list(s) for s in signs],
        "ranges": [(str(Path(paths[n]).absolute()), start, end, (n, end) not in begun) for n, start, end in ranges],
    }
    given = _run(asked, len(ranges))
    return [_log(path, [given.get(i) for i, r in enumerate(ranges) if r[0] == n]) for n, path in enumerate(paths)]


def _ranges(number: int, path: str) -> list[tuple[int, int, int]]:
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):  # opening a pipe would wait for its writer
            raise InputError(f"{path} is not a file; several logs are read together from files only")
        with Path(path).open("rb", buffering=0) as file:
            size = os.fstat(file.fileno()).st_size
            if size <= RANGE or Source.packed(os.pread(file.fileno(), 6, 0)):
                return [(number, 0, size)]
            count = -(-size // RANGE)
            starts = sorted({0, *(line_start(file.fileno(), size * i // count, size) for i in range(1, count))})
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    return [(number, a, b) for a, b in zip(starts, [*starts[1:], size], strict=True) if a < b]


def _run(asked: dict[str, Any], count: int) -> dict[int, dict[str, Any]]:
    """The answers of all children, by number of the range; one that a dead child held is missing."""
    queue, feed = os.pipe()
    children: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []
    given: dict[int, dict[str, Any]] = {}
    try:
        with unnamed_file() as request:
            request.write(marshal.dumps(asked))
            for _ in range(max(1, min(len(os.sched_getaffinity(0)), MOST_CHILDREN, count))):
                request.seek(0)
                children.append(_child(request, queue))
        os.close(queue)
        queue = -1
        _fill(feed, count)
        os.close(feed)
        feed = -1
        for process, out in children:
            process.wait()
            for answer in answers(out):
                if "refused" in answer:
                    raise SignError(answer["refused"])
                given[answer.pop("range")] = answer
    except OSError as error:
        raise InputError(f"the logs cannot be scanned: {error.strerror or error}") from error
    finally:
        for fd in (queue, feed):
            if fd >= 0:
                os.close(fd)
        for process, out in children:
            if process.poll() is None:
                process.kill()
                process.wait()
            out.close()
    return given


def _fill(feed: int, count: int) -> None:
    """Every range's number, in four bytes. A pipe whose readers are all gone takes no more."""
    try:
        for number in range(count):
            os.write(feed, number.to_bytes(4, "little"))
    except BrokenPipeError:
        return


def _child(request: IO[bytes], queue: int) -> tuple[subprocess.Popen[bytes], IO[bytes]]:
    out = unnamed_file()
    # Each child needs a position of its own in the request: the file is opened anew by its descriptor.
    with open(f"/proc/self/fd/{request.fileno()}", "rb") as mine:  # noqa: PTH123
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", _CODE, ROOT, str(queue), str(os.getpid())],
            stdin=mine, stdout=out, stderr=subprocess.DEVNULL, pass_fds=(queue,),
        )  # fmt: skip
    return process, out


def _log(path: str, parts: Sequence[dict[str, Any] | None]) -> Log:
    """The ranges of one log as one."""
    hits: dict[tuple[str, int], Found] = {}
    windows: list[tuple[int, str]] = []
    lines = size = 0
    reasons: list[str] = []
    good = [p for p in parts if p and "failed" not in p]
    for part in parts:
        if part is None or "failed" in part:
            reasons.append(part["failed"] if part else "its reader was killed")
            continue
        for fields in part["hits"]:
            found = Found(*fields)._replace(line=fields[1] + lines)
            hits.setdefault((found.key, found.line), found)
        windows += [(number + lines, text) for number, text in part["windows"]]
        reasons += [part["incomplete"]] if part["incomplete"] else []
        lines += part["lines"]
        size += part["bytes"]
    ordered = sorted(hits.values(), key=lambda h: (h.line, h.start, h.key))
    first = next((Stamp(*p["first"]) for p in good if p["first"]), None)
    last = next((Stamp(*p["last"]) for p in reversed(good) if p["last"]), None)
    head, tail = (good[0]["head"], good[-1]["tail"]) if good else ("", "")
    why = "; ".join(dict.fromkeys(reasons)) or None
    return Log(path, ordered, lines, size, why, head, tail, windows, first, last)
