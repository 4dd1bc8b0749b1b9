"""Files of a machine that is not this one, asked like its own: a folder or an archive answers `Read` and `Names`.

Links are followed inside the tree and never out of it: "/lib -> /usr/lib" of a mounted disk means its own /usr/lib, and
".." above the root is the root. What is asked, and how it is answered, is the same as for this machine's files.
"""

from __future__ import annotations

import fnmatch
import re
from typing import NamedTuple, Protocol

from kbtui.machine.asks import Names, Raw, Read, absent

_MOST_LINKS = 40
_MOST_MATCHES = 20_000


class Entry(NamedTuple):
    """What stands at a path, as `lstat` would say."""

    kind: str
    """file, dir, link, char or other"""
    size: int = 0
    mode: int = 0o644
    owner: str = "0:0"
    target: str = ""
    """Of a link: where it points; of a character device: "195:0"."""
    mtime: int = 0
    """When a file was last written, in seconds since 1970; 0 where that is not known."""

    def describe(self) -> str:
        """As the answer of `Names` says it."""
        if self.kind == "link":
            return f"link -> {self.target}"
        if self.kind == "file":
            return f"file {self.mode:o} {self.owner} {self.size}" + (f" {self.mtime}" if self.mtime else "")
        if self.kind == "dir":
            return f"dir {self.mode:o} {self.owner}"
        return f"char {self.target} {self.mode:o} {self.owner}" if self.kind == "char" else "other"


class Tree(Protocol):
    """Where the bytes are. Paths are "etc/os-release": no leading slash, no dots; "" is the root."""

    def entry(self, path: str) -> Entry | None:
        """What is there, links not followed; None for nothing. OSError where it may not be looked at."""

    def children(self, path: str) -> list[str]:
        """The names in a folder, in any order. OSError where it may not be listed."""

    def content(self, path: str, cap: int, tail: bool) -> tuple[bytes, bool]:
        """At most `cap` bytes of a file, and whether it is longer. OSError where it cannot be read."""


class Below:
    """A folder of a tree as a tree of its own."""

    def __init__(self, tree: Tree, top: str) -> None:
        self._tree = tree
        self._top = top.strip("/")

    def entry(self, path: str) -> Entry | None:
        """As the tree says."""
        return self._tree.entry(self._path(path))

    def children(self, path: str) -> list[str]:
        """As the tree says."""
        return self._tree.children(self._path(path))

    def content(self, path: str, cap: int, tail: bool) -> tuple[bytes, bool]:
        """As the tree says."""
        return self._tree.content(self._path(path), cap, tail)

    def _path(self, path: str) -> str:
        return f"{self._top}/{path}".strip("/")


def resolve(tree: Tree, path: str) -> str | None:
    """The path with every link followed inside the tree; None where a part is not there or links run in a circle."""
    waiting = [p for p in path.split("/") if p][::-1]
    done: list[str] = []
    links = 0
    while waiting:
        part = waiting.pop()
        if part == ".":
            continue
        if part == "..":
            done = done[:-1]
            continue
        here = "/".join([*done, part])
        entry = tree.entry(here)
        if entry is None:
            return None
        if entry.kind != "link":
            done.append(part)
            continue
        links += 1
        if links > _MOST_LINKS:
            return None
        if entry.target.startswith("/"):
            done = []
        waiting += [p for p in entry.target.split("/") if p][::-1]
    return "/".join(done)


def matches(tree: Tree, pattern: str) -> list[str]:
    """Paths that fit a pattern, with a leading slash, in numeric order. `*` stops at a slash and at a leading dot."""
    found = [""]
    for part in (p for p in pattern.split("/") if p):
        wild = bool(re.search(r"[*?\[]", part))
        further = []
        for folder in found:
            names = _names(tree, folder, part) if wild else [part]
            further += [f"{folder}/{name}" for name in names if wild or _there(tree, f"{folder}/{name}")]
        found = further[:_MOST_MATCHES]
    return sorted(found, key=lambda p: [int(n) if n.isdecimal() else n for n in re.split(r"([0-9]+)", p)])


def fits(path: str, pattern: str) -> bool:
    """Whether a path is one that a pattern matches, name for name."""
    parts, patterns = path.strip("/").split("/"), pattern.strip("/").split("/")
    return len(parts) == len(patterns) and all(map(fnmatch.fnmatchcase, parts, patterns))


def look(tree: Tree, ask: Read | Names, missing: str = "") -> Raw:
    """The answer to an ask about files. `missing`: why a path that is not there is unknown; left out: it is absent."""
    origin = ask.path if isinstance(ask, Read) else ask.key
    try:
        if isinstance(ask, Names):
            return _list(tree, ask, missing, origin)
        return _read_many(tree, ask, missing, origin) if ask.many else _read(tree, ask, missing, origin)
    except PermissionError:
        return Raw(status="refused", reason=f"{ask.path} may not be read by this user", origin=origin)
    except OSError as error:
        return Raw(status="unknown", reason=f"{ask.path} cannot be read: {error.strerror or error}", origin=origin)


def _read(tree: Tree, ask: Read, missing: str, origin: str) -> Raw:
    real = resolve(tree, ask.path)
    entry = None if real is None else tree.entry(real)
    if real is None or entry is None:
        return _missing(ask.path, missing, origin)
    if entry.kind != "file":
        return Raw(origin=origin)
    data, cut = tree.content(real, ask.cap, ask.tail)
    return Raw(text=data.decode("utf-8", "replace"), truncated=cut, origin=origin)


def _read_many(tree: Tree, ask: Read, missing: str, origin: str) -> Raw:
    paths = matches(tree, ask.path)
    if not paths and missing:
        return _missing(ask.path, missing, origin)
    files: dict[str, str] = {}
    problem, cut = "", len(paths) > ask.most
    for path in paths[: ask.most]:
        real = resolve(tree, path)
        entry = None if real is None else tree.entry(real)
        if real is None or entry is None or entry.kind != "file":
            continue
        try:
            data, longer = tree.content(real, ask.cap, ask.tail)
        except OSError as error:
            problem = problem or f"{path} cannot be read: {error.strerror or error}"
            continue
        files[path] = data.decode("utf-8", "replace")
        cut = cut or longer
    if problem and not files:
        return Raw(status="refused", reason=problem, origin=origin)
    return Raw(files=files, reason=problem, truncated=cut, origin=origin)


def _list(tree: Tree, ask: Names, missing: str, origin: str) -> Raw:
    paths = matches(tree, ask.path)
    if not paths and (missing or not re.search(r"[*?\[]", ask.path)):
        return _missing(ask.path, missing, origin)
    files = {}
    for path in paths if ask.to else paths[: ask.most]:
        folder, _, name = path.rpartition("/")
        real = resolve(tree, folder)
        entry = None if real is None else tree.entry(f"{real}/{name}".lstrip("/"))
        if not ask.to:
            files[path] = entry.describe() if entry else "other"
        elif entry and entry.target.startswith(ask.to) and len(files) < ask.most:
            files[path] = entry.describe()
    return Raw(files=files, truncated=len(paths) > ask.most and not ask.to, origin=origin)


def _missing(path: str, why: str, origin: str) -> Raw:
    if why:
        return Raw(status="unknown", reason=f"{path}: {why}", origin=origin)
    return absent(f"{path} is not there", origin=origin)


def _names(tree: Tree, folder: str, pattern: str) -> list[str]:
    real = resolve(tree, folder)
    entry = None if real is None else tree.entry(real)
    if real is None or entry is None or entry.kind != "dir":
        return []
    names = tree.children(real)
    return [n for n in names if fnmatch.fnmatchcase(n, pattern) and (not n.startswith(".") or pattern.startswith("."))]


def _there(tree: Tree, path: str) -> bool:
    """Whether a path's last part is there; a link that leads nowhere counts."""
    folder, _, name = path.rpartition("/")
    real = resolve(tree, folder)
    return real is not None and tree.entry(f"{real}/{name}".lstrip("/")) is not None
