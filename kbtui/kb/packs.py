"""Packs: the folders that nodes come from, in the order in which they lie over each other.

The shipped pack first, then each folder of `$KBTUI_PACKS`, the project's `.kbtui/`, and the person's own. A pack
that did not come with kbtui may only add until it is trusted (`kbtui.kb.trust`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from kbtui.errors import PackError
from kbtui.homes import config_home

FOLDERS = ("problems", "questions", "concepts", "goals", "tables", "probes")


class Pack(Struct, frozen=True):
    """One folder of nodes."""

    name: str
    path: Path
    shipped: bool = False


def shipped() -> Pack:
    """The pack that came with kbtui: beside the code in a wheel, beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for path in (package / "knowledge", package.parent / "knowledge"):
        if path.is_dir():
            return Pack("kbtui", path, shipped=True)
    raise PackError(f"the shipped knowledge is missing beside {package}; install kbtui again")


def discover(start: Path | None = None) -> list[Pack]:
    """The packs in force, the shipped one first. `start`: where to look for a project's `.kbtui/`."""
    packs = [shipped()]
    for text in os.environ.get("KBTUI_PACKS", "").split(os.pathsep):
        if text:
            path = Path(text).expanduser()
            if not path.is_dir():
                raise PackError(f"$KBTUI_PACKS names {path}, which is not a folder")
            packs.append(Pack(path.name, path))
    here = (start or Path.cwd()).resolve()
    packs += [Pack(f"{d.name}/.kbtui", d / ".kbtui") for d in (here, *here.parents) if (d / ".kbtui").is_dir()][:1]
    own = config_home()
    if own and (own / "pack").is_dir():
        packs.append(Pack("own", own / "pack"))
    return packs


def files(pack: Pack) -> Iterator[Path]:
    """The node files of a pack, sorted, so that a build is the same everywhere."""
    for folder in FOLDERS:
        yield from sorted((pack.path / folder).rglob("*.yaml"))


def stamp(packs: list[Pack]) -> str:
    """A key that changes when any node file changes: sizes and times only, nothing is read."""
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    for pack in packs:
        digest.update(f"{pack.path}\0".encode())
        for folder in FOLDERS:
            for line in _stats(str(pack.path / folder)):
                digest.update(line.encode())
    return digest.hexdigest()


def _stats(folder: str) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir():
            yield from _stats(entry.path)
        elif entry.name.endswith(".yaml"):
            info = entry.stat()
            yield f"{entry.path}\0{info.st_size}\0{info.st_mtime_ns}\n"


def content_hash(pack: Pack) -> str:
    """The hash of everything that a pack says: what `kbtui trust` records."""
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    for path in files(pack):
        digest.update(str(path.relative_to(pack.path)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
