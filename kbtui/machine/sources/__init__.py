"""Evidence taken elsewhere, each kind as a host that answers the same asks as a live machine.

`open_source` tells what a path is by what it holds, never by its name alone.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kbtui.errors import InputError

if TYPE_CHECKING:
    from kbtui.machine.host import Host
    from kbtui.machine.sources.tree import Tree

EXPECTED = (
    "expected a kbtui bundle, an nvidia-bug-report, a sosreport, the root of a mounted disk,"
    " the output of `kbtui collect --script`, or a text"
)
_MOST_TEXT = 64 << 20
_HEAD = 64 << 10


def open_source(path: str) -> Host:
    """The machine that a path holds; "-" is standard input. InputError, with what was expected, where it is none."""
    if path == "-":
        return _from_bytes(io.BytesIO(sys.stdin.buffer.read(_MOST_TEXT)), "standard input", "-")
    place = Path(path)
    try:
        if place.is_dir():
            return _from_folder(place)
        if place.exists() and not place.is_file():
            raise InputError(f"{path} is neither a file nor a folder: {EXPECTED}")
        with place.open("rb") as file:
            return _from_bytes(file, place.name, path, place.stat().st_size)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}") from error


def _from_folder(place: Path) -> Host:
    from kbtui.machine.sources.folder import Folder
    from kbtui.machine.sources.mounted import Mounted
    from kbtui.machine.sources.tree import resolve

    tree = Folder(place)
    found = _in_tree(tree, place.resolve().name or str(place), [])
    if found:
        return found
    release = resolve(tree, "etc/os-release") or resolve(tree, "usr/lib/os-release") or resolve(tree, "etc/fstab")
    if release and resolve(tree, "usr"):
        return Mounted(place)
    raise InputError(f"{place} holds nothing that is known: {EXPECTED}")


def _in_tree(tree: Tree, name: str, notes: list[str]) -> Host | None:
    from kbtui.machine.sources.bundle import Bundle, manifest_folder
    from kbtui.machine.sources.sosreport import SosReport, top_of

    top = manifest_folder(tree)
    if top is not None:
        return Bundle(tree, top, f"bundle {name}", notes)
    top = top_of(tree)
    return SosReport(tree, top, name if "sos" in name else f"sosreport {name}", notes) if top is not None else None


def _from_bytes(file: BinaryIO, name: str, path: str, size: int = 0) -> Host:
    from kbtui.machine.sources.archive import Archive
    from kbtui.machine.sources.unpack import Unpacked, packing_of

    head = file.read(8)
    file.seek(0)
    if not head:
        raise InputError(f"{name} is empty: {EXPECTED}")
    if head.startswith(b"PK\x03\x04"):
        raise InputError(f"{name} is a zip: unpack it and name the folder; {EXPECTED}")
    packed = size if packing_of(head) else 0
    start = io.BufferedReader(Unpacked(file, packed)).read(_HEAD)
    file.seek(0)
    if start[257:262] == b"ustar":
        archive = Archive(file, packed)
        found = _in_tree(archive, name, archive.notes)
        if found:
            return found
        raise InputError(f"{name} is an archive that holds nothing that is known: {EXPECTED}")
    return _from_text(file, start, name, path, packed)


def _from_text(file: BinaryIO, start: bytes, name: str, path: str, packed: int) -> Host:
    from kbtui.machine.sources.bug_report import BugReport
    from kbtui.machine.sources.pasted import TextSource
    from kbtui.machine.sources.script import MARK, Script
    from kbtui.machine.sources.unpack import Unpacked

    if BugReport.is_one(start):
        if path != "-":
            return BugReport.open(path)
        text, problem = _text(Unpacked(file))
        return BugReport(text, broken=problem)
    if b"\0\0\0\0" in start and start.count(b"\0") > len(start) // 20:
        raise InputError(f"{name} is neither text nor an archive that is known: {EXPECTED}")
    stream = Unpacked(file, packed)
    text, problem = _text(stream)
    if not text.strip():
        raise InputError(f"{name} is empty{f' ({problem})' if problem else ''}: {EXPECTED}")
    notes = [f"{name}: {problem}"] if problem else []
    if MARK in text[:_HEAD]:
        return Script(text, name, notes)
    return TextSource(text, name, notes)


def _text(stream: io.RawIOBase) -> tuple[str, str]:
    data = io.BufferedReader(stream).read(_MOST_TEXT)
    return data.decode("utf-8", "replace"), str(getattr(stream, "problem", ""))
