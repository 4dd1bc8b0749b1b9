"""Packs: the folders that nodes come from, in the order in which they lie over each other.

    shipped      what came with kbtui
    site         /etc/kbtui/packs/*, by name: what whoever keeps this machine laid there
    added        `kbtui pack add`, in the order in which they were added
    environment  each folder of $KBTUI_PACKS
    project      .kbtui/ here or above
    own          the person's own, ~/.config/kbtui/pack

A pack that did not come with kbtui may only add until it is trusted (`kbtui.kb.trust`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from kbtui.errors import PackError
from kbtui.homes import config_home, data_home, site_home
from kbtui.kb.folder import Found, checksum, plain_file, read_plain, shown, walk

FOLDERS = ("problems", "questions", "concepts", "goals", "tables", "probes")
EXTRAS = ("pack.yaml", "notices.yaml", "learned.yaml")
"""Files beside the folders that change what kbtui says."""
MAX_BYTES = 1 << 20
"""Of one file."""
Kind = Literal["shipped", "site", "added", "environment", "project", "own"]


class Pack(Struct, frozen=True):
    """One folder of nodes."""

    name: str
    path: Path
    shipped: bool = False
    kind: Kind = "environment"
    commit: str = ""
    """The revision that an added pack is pinned to; "" for a folder as it stands."""
    reviewed: bool = False
    """Taken as trusted whatever is recorded: for its author's own checks, never for a diagnosis."""


class Added(Struct, omit_defaults=True):
    """What is kept of one pack that was added."""

    source: str
    kind: Literal["git", "folder"]
    commit: str
    """The pinned commit, or the hash of the folder's content when it was copied."""
    pin: str = ""
    """The tag, branch or commit that was asked for; "" for the source's own branch."""
    when: str = ""


def shipped() -> Pack:
    """The pack that came with kbtui: beside the code in a wheel, beside the package in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for path in (package / "knowledge", package.parent / "knowledge"):
        if path.is_dir():
            return Pack("kbtui", path, shipped=True, kind="shipped")
    raise PackError(f"the shipped knowledge is missing beside {package}; install kbtui again")


def discover(start: Path | None = None) -> list[Pack]:
    """The packs in force, the shipped one first. `start`: where to look for a project's `.kbtui/`."""
    packs = [shipped(), *site(), *added()]
    for text in os.environ.get("KBTUI_PACKS", "").split(os.pathsep):
        if text:
            path = Path(text).expanduser()
            if not path.is_dir():
                raise PackError(f"$KBTUI_PACKS names {path}, which is not a folder")
            packs.append(Pack(shown(path.name), path))
    here = (start or Path.cwd()).resolve()
    project = next((d for d in (here, *here.parents) if (d / ".kbtui").is_dir()), None)
    if project:
        packs.append(Pack(f"{shown(project.name)}/.kbtui", project / ".kbtui", kind="project"))
    own = config_home()
    if own and (own / "pack").is_dir():
        packs.append(Pack("own", own / "pack", kind="own"))
    return packs


def site() -> list[Pack]:
    """The packs of whoever keeps this machine."""
    try:
        found = sorted(p for p in (site_home() / "packs").iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError:
        return []
    return [Pack(f"site/{shown(path.name)}", path, kind="site") for path in found]


def store() -> Path | None:
    """Where added packs are kept; None where there is no home."""
    home = data_home()
    return home / "packs" if home else None


def added() -> list[Pack]:
    """The packs that were added, in the order in which they were; one whose folder is gone is left out."""
    folder = store()
    if folder is None:
        return []
    return [
        Pack(name, folder / name, kind="added", commit=one.commit)
        for name, one in read_added().items()
        if (folder / name).is_dir() and "/" not in name and not name.startswith(".")
    ]


def read_added() -> dict[str, Added]:
    """Name to what is kept of an added pack; empty where nothing is, or it cannot be read."""
    folder = store()
    raw = read_plain(folder / "packs.json", MAX_BYTES) if folder else None
    try:
        return msgspec.json.decode(raw, type=dict[str, Added]) if raw else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def found(pack: Pack) -> list[Found]:
    """Everything that could be a node file, what is refused included, in one order everywhere."""
    return [entry for folder in FOLDERS for entry in walk(pack.path / folder)]


def files(pack: Pack) -> Iterator[Path]:
    """The node files of a pack, sorted, so that a build is the same everywhere."""
    yield from (entry.path for entry in found(pack) if not entry.refused)


def stamp(packs: list[Pack]) -> str:
    """A key that changes when any file changes: sizes and times only, nothing is read."""
    lines: list[str] = []
    for pack in packs:
        lines.append(f"{pack.path}\0")
        for extra in EXTRAS:
            if plain_file(pack.path / extra):
                info = (pack.path / extra).lstat()
                lines.append(f"{extra}\0{info.st_size}\0{info.st_mtime_ns}")
        lines += [f"{entry.name}\0{entry.size}\0{entry.mtime_ns}" for entry in found(pack)]
    return checksum("\n".join(lines))


def content_hash(pack: Pack) -> str:
    """The hash of everything that a pack says: what `kbtui trust` records. A file too large to be read counts by size."""
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    paths = [*(pack.path / extra for extra in EXTRAS), *(entry.path for entry in found(pack))]
    for path in paths:
        raw = read_plain(path, MAX_BYTES)
        if raw is None and not plain_file(path):
            continue
        name = path.relative_to(pack.path).as_posix().encode("utf-8", "surrogateescape")
        digest.update(name + b"\0" + (raw if raw is not None else str(path.lstat().st_size).encode()) + b"\0")
    return digest.hexdigest()
