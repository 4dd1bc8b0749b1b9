"""The cache's file: what every start reads, then the bodies of the nodes, of which a start decodes a few.

Eight bytes hold the length of the first part.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from kbtui.kb.knowledge import FORMAT, Built

Places = dict[str, tuple[int, int]]
"""Id to where its body begins and ends in the file, counted from the end of the first part."""


class Shelf(Mapping[str, bytes]):
    """The bodies of one kind of node, by id."""

    def __init__(self, places: Places, raw: bytes) -> None:
        self._places, self._raw = places, raw

    def __getitem__(self, name: str) -> bytes:
        start, end = self._places[name]
        return self._raw[start:end]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def write(built: Built, file: BinaryIO) -> None:
    """Write it all. OSError as the file gives it."""
    places: dict[str, Places] = {}
    end = 0
    for kind, bodies in built.bodies.items():
        of_kind = places[kind] = {}
        for name, body in bodies.items():
            start, end = end, end + len(memoryview(body))
            of_kind[name] = (start, end)
    first = msgspec.msgpack.encode((msgspec.structs.replace(built, bodies={}), places))
    file.write(len(first).to_bytes(8, "big"))
    file.write(first)
    for bodies in built.bodies.values():
        for body in bodies.values():
            file.write(body)


def read(path: Path) -> Built | None:
    """What `write` wrote; None where it is missing, broken, cut short or of another format."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    start = 8 + int.from_bytes(raw[:8], "big")
    was_on = gc.isenabled()
    gc.disable()  # thousands of small structs, none of them garbage: collecting doubles the time
    try:
        built, places = msgspec.msgpack.decode(memoryview(raw)[8:start], type=tuple[Built, dict[str, Places]])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    finally:
        if was_on:
            gc.enable()
    ends = [end for of_kind in places.values() for _, end in of_kind.values()]
    if built.format != FORMAT or start + max(ends, default=0) != len(raw):
        return None
    rest = raw[start:]
    built.bodies = {kind: Shelf(of_kind, rest) for kind, of_kind in places.items()}
    return built
