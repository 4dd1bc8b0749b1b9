"""A case on disk: an append-only journal that survives `kill -9` at any byte.

One event a line: a CRC-32 of the JSON, a space, the JSON. A line that is torn or does not fit its sum ends the
reading there; what stands before it is whole. Several processes may append to one case: each append holds a lock on
the file, and an append that fails half-way (full disk) is cut off again.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from kbtui.errors import CaseError

LOCK_TRIES = 100
"""Tries for the lock, 20 ms apart, before the case counts as held by another program."""


class Read(NamedTuple):
    """What a journal holds: its events, and how many bytes at its end were torn."""

    events: list[dict[str, Any]]
    torn: int


def append(path: Path, event: dict[str, Any]) -> None:
    """Write one event and sync it to disk. CaseError where it cannot be written; nothing earlier is lost."""
    body = msgspec.json.encode(event)
    line = b"%08x %s\n" % (zlib.crc32(body), body)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CaseError(f"the case {path} cannot be opened: {error.strerror}") from error
    try:
        with _locked(fd, path):
            _write(fd, line, path)
    finally:
        os.close(fd)


def _write(fd: int, line: bytes, path: Path) -> None:
    size = os.fstat(fd).st_size
    if size and os.pread(fd, 1, size - 1) != b"\n":
        line = b"\n" + line  # an earlier writer was killed half-way: its torn line stays torn, ours stands alone
    try:
        written = 0
        while written < len(line):
            written += os.write(fd, line[written:])
        os.fsync(fd)
    except OSError as error:
        with contextlib.suppress(OSError):
            os.ftruncate(fd, size)
        raise CaseError(
            f"the case {path} cannot be written: {error.strerror}; free some space, nothing earlier is lost"
        ) from error


@contextlib.contextmanager
def _locked(fd: int, path: Path) -> Iterator[None]:
    for attempt in range(LOCK_TRIES):
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if attempt == LOCK_TRIES - 1:
                raise CaseError(f"the case {path} is held by another program; try again") from None
            time.sleep(0.02)
    try:
        yield
    finally:
        fcntl.flock(fd, fcntl.LOCK_UN)


def read(path: Path) -> Read:
    """Every whole event. CaseError where the file cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise CaseError(f"the case {path} cannot be read: {error.strerror}") from error
    events: list[dict[str, Any]] = []
    torn = 0
    for line in raw.split(b"\n"):
        event = _event(line)
        if event is not None:
            events.append(event)
        else:
            torn += len(line)
    return Read(events, torn)


def _event(line: bytes) -> dict[str, Any] | None:
    if len(line) < 11 or line[8:9] != b" ":
        return None
    body = line[9:]
    try:
        if int(line[:8], 16) != zlib.crc32(body):
            return None
        event = msgspec.json.decode(body)
    except (ValueError, msgspec.DecodeError):
        return None
    return event if isinstance(event, dict) else None
