"""The child of a big scan: one range of an open file; signs on standard input, hits on standard output, by marshal.

It imports little, since its start is a good part of the time that a scan of a few hundred megabytes takes.
"""

from __future__ import annotations

import marshal
import os
import sys
from typing import Any, BinaryIO, cast

from kbtui.errors import SignError
from kbtui.kb.scanning import Scan
from kbtui.kb.signs import Sign


class Range:
    """Bytes [start, end) of an open file, without moving its position: other processes hold the same file."""

    def __init__(self, fd: int, start: int, end: int, parent: int) -> None:
        self._fd, self._at, self._end, self._parent = fd, start, end, parent

    def read(self, size: int) -> bytes:
        """Up to `size` bytes of the range; ends with the process that asked."""
        if os.getppid() != self._parent:
            raise SystemExit("the process that asked is gone")
        wanted = min(size, self._end - self._at)
        data = os.pread(self._fd, wanted, self._at) if wanted else b""
        if wanted and not data:
            raise OSError("the file became shorter while it was read")
        self._at += len(data)
        return data


def main(arguments: list[str]) -> None:
    """Scan the range that the arguments name; hits are written as they are found, then the totals."""
    fd, start, end, cap, parent = map(int, arguments)
    signs = [Sign(*fields) for fields in marshal.load(sys.stdin.buffer)]
    try:
        scan = Scan(signs, cast(BinaryIO, Range(fd, start, end, parent)), cap)
    except SignError as error:
        _say({"refused": str(error)})
        return
    for hit in scan:
        _say(list(hit))
    _say(scan.result()._replace(hits=[])._asdict())
    sys.stdout.flush()


def _say(answer: Any) -> None:
    marshal.dump(answer, sys.stdout.buffer)
