"""A file beside what is typed: a long paste that was put aside, a dropped path, standard input."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class Attached(NamedTuple):
    """`size` in bytes, 0 of a folder."""

    path: Path
    size: int


def named(text: str) -> Attached | None:
    """The file or folder whose path this text is, as terminals drop one: quoted, with escaped spaces, or as file://."""
    typed = text.strip()
    if not 1 < len(typed) < 1000 or "\n" in typed:
        return None
    if typed.startswith("file://"):
        typed = unquote(urlsplit(typed).path)
    for said in dict.fromkeys((typed, typed.strip("'\""), re.sub(r"\\(.)", r"\1", typed))):
        path = Path(said).expanduser() if "/" in said else None
        try:
            if path and path.exists():
                return Attached(path, path.stat().st_size if path.is_file() else 0)
        except (OSError, ValueError, RuntimeError):
            continue
    return None


def size_said(size: int) -> str:
    """Bytes for a person."""
    for unit, least in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= least:
            return f"{size / least:.1f} {unit}" if unit != "kB" else f"{size / least:.0f} {unit}"
    return f"{size} B"
