"""The files of a pack's folder, walked so that no folder can harm: no link is followed, only plain files are opened.

A pack comes from somebody else. A link out of it, a pipe that never ends, a device, ten million files or a name that
drives the terminal are answered with a sentence, and the rest is read.
"""

from __future__ import annotations

import os
import unicodedata
import zlib
from pathlib import Path

from msgspec import Struct

MOST_FILES = 20_000
"""Entries looked at below one folder of a pack."""
DEEPEST = 6
"""Folders below one another."""


class Found(Struct, frozen=True):
    """One entry that could be a node file."""

    name: str
    """The whole path; a thousand `Path`s at every start would take longer than reading what they name."""
    size: int
    mtime_ns: int
    refused: str
    """Why it is not opened; "" for a plain file."""

    @property
    def path(self) -> Path:
        """Where it is."""
        return Path(self.name)


def walk(folder: Path, suffix: str = ".yaml") -> list[Found]:
    """The entries with this suffix below a folder, in one order everywhere; none where there is no folder."""
    out: list[Found] = []
    left = _walk(str(folder), suffix, DEEPEST, MOST_FILES, out)
    if left < 0:
        out.append(Found(str(folder), 0, 0, f"holds more than {MOST_FILES} entries; the rest is left out"))
    return out


def _walk(folder: str, suffix: str, depth: int, left: int, out: list[Found]) -> int:
    """How many entries may still be looked at; below 0 where there were too many."""
    listed = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                left -= 1
                if left < 0:
                    break
                listed.append(entry)
    except OSError:
        return left
    for entry in sorted(listed, key=lambda e: e.name):
        if entry.is_symlink():
            if entry.name.endswith(suffix) or entry.is_dir():
                out.append(Found(entry.path, 0, 0, "is a link; a pack's files are plain files"))
        elif entry.is_dir(follow_symlinks=False):
            if depth > 1 and left >= 0 and not entry.name.startswith("."):
                left = _walk(entry.path, suffix, depth - 1, left, out)
        elif entry.name.endswith(suffix):
            plain = entry.is_file(follow_symlinks=False)
            info = entry.stat(follow_symlinks=False)
            out.append(Found(entry.path, info.st_size, info.st_mtime_ns, "" if plain else "is no plain file"))
    return left


def checksum(said: str) -> str:
    """A short key that tells one text from another and guards nothing: importing hashlib costs a start more than this."""
    raw = said.encode("utf-8", "surrogateescape")
    return f"{zlib.crc32(raw):08x}{zlib.adler32(raw):08x}{len(raw):x}"


def plain_file(path: Path) -> bool:
    """Whether this is a file of its own: no link, pipe or device."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return (mode & 0o170000) == 0o100000


def read_plain(path: Path, most: int) -> bytes | None:
    """The bytes of a plain file of at most this size; None where it is anything else."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        info = os.fstat(handle)
        if (info.st_mode & 0o170000) != 0o100000 or info.st_size > most:
            return None
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read(most + 1)[:most]
    except OSError:
        return None
    finally:
        os.close(handle)


def shown(name: str) -> str:
    """A name as it may be printed: characters that drive a terminal or turn the writing round become `?`."""
    return "".join("?" if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in name)
