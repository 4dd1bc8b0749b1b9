"""The cache's file: what every start reads, then the bodies of the nodes and the problems as belief needs them, of
which a start reads and decodes the few that it comes upon.

Eight bytes hold the length of the first part.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from kbtui.kb.knowledge import FORMAT, Built, ProblemIndex

Places = dict[str, tuple[int, int]]
"""Id to where its body begins and ends in the file, counted from the end of the first part."""
_INDEX = "index"
"""The name under which the problems of `Built.problems` lie, parents before their causes."""


class _File:
    """An open file that is read by places, from any thread; closed when nobody holds it any more."""

    __slots__ = ("_number", "offset")

    def __init__(self, path: Path) -> None:
        self._number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self.offset = 0

    def __del__(self) -> None:
        if hasattr(self, "_number"):  # it was opened
            os.close(self._number)

    def size(self) -> int:
        return os.fstat(self._number).st_size

    def read(self, start: int, end: int) -> bytes:
        return os.pread(self._number, end - start, self.offset + start)


class Shelf(Mapping[str, bytes]):
    """The bodies of one kind of node, by id."""

    def __init__(self, places: Places, file: _File) -> None:
        self._places, self._file = places, file

    def __getitem__(self, name: str) -> bytes:
        return self._file.read(*self._places[name])

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


class Problems(Mapping[str, ProblemIndex]):
    """The problems by id, each decoded when it is first asked for and then kept."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._decoder = msgspec.msgpack.Decoder(ProblemIndex)
        self._made: dict[str, ProblemIndex] = {}

    def __getitem__(self, name: str) -> ProblemIndex:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self._decoder.decode(self._shelf[name])
        return made

    def __contains__(self, name: object) -> bool:
        return name in self._shelf

    def __iter__(self) -> Iterator[str]:
        return iter(self._shelf)

    def __len__(self) -> int:
        return len(self._shelf)


def write(built: Built, file: BinaryIO) -> None:
    """Write it all. OSError as the file gives it."""
    index = {name: msgspec.msgpack.encode(problem) for name, problem in built.problems.items()}
    shelves = {**built.bodies, _INDEX: index}
    places: dict[str, Places] = {}
    end = 0
    for kind, bodies in shelves.items():
        of_kind = places[kind] = {}
        for name, body in bodies.items():
            start, end = end, end + len(memoryview(body))
            of_kind[name] = (start, end)
    first = msgspec.msgpack.encode((msgspec.structs.replace(built, problems={}, bodies={}), places))
    file.write(len(first).to_bytes(8, "big"))
    file.write(first)
    for bodies in shelves.values():
        for body in bodies.values():
            file.write(body)


def read(path: Path) -> Built | None:
    """What `write` wrote; None where it is missing, broken, cut short or of another format."""
    try:
        file = _File(path)
        size = file.size()
        file.offset = 8 + int.from_bytes(file.read(0, 8), "big")
        first = file.read(8 - file.offset, 0) if file.offset <= size else b""
    except OSError:
        return None
    was_on = gc.isenabled()
    gc.disable()  # thousands of small tuples, none of them garbage: collecting doubles the time
    try:
        built, places = msgspec.msgpack.decode(first, type=tuple[Built, dict[str, Places]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    finally:
        if was_on:
            gc.enable()
    ends = [end for of_kind in places.values() for _, end in of_kind.values()]
    if built.format != FORMAT or _INDEX not in places or file.offset + max(ends, default=0) != size:
        return None
    shelves = {kind: Shelf(of_kind, file) for kind, of_kind in places.items()}
    built.problems = Problems(shelves.pop(_INDEX))
    built.bodies = shelves
    return built
