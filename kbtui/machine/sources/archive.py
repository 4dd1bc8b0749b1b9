"""A tar archive as a tree, read in one pass from front to back and never unpacked to disk.

Its members are kept in memory, squeezed. What a hostile archive can do (names that climb out, links that point out,
devices, members without end, a file that is cut off) is left out or read as far as possible, and said in `notes`.
"""

from __future__ import annotations

import tarfile
import zlib
from typing import BinaryIO, cast

from kbtui.machine.sources.tree import Entry
from kbtui.machine.sources.unpack import MOST, Unpacked

_MOST_MEMBERS = 300_000
_MOST_KEPT = 256 << 20
"""Squeezed bytes kept in memory."""
_LONGEST = 8 << 20
"""Bytes kept of one member; of a longer one half of it is its beginning and half its end."""
_LONGEST_PATH = 2048
_DEEPEST = 64
"""Folders above a member."""


class Archive:
    """The members of a tar archive. `problem` says why it ended before its end."""

    def __init__(self, file: BinaryIO, packed: int = 0, most: int = MOST) -> None:
        self.notes: list[str] = []
        self._entries: dict[str, Entry] = {}
        self._kept: dict[str, bytes] = {}
        self._sizes: dict[str, int] = {}
        self._children: dict[str, dict[str, None]] = {"": {}}
        self._bytes = 0
        self._refused = self._dropped = 0
        stream = Unpacked(file, packed, most)
        self._read(stream)
        if stream.problem:
            self.notes.append(f"{stream.problem}: what stands behind that place could not be seen")
        if self._refused:
            self.notes.append(f"{self._refused} members with names or links that no archive should hold were left out")
        if self._dropped:
            self.notes.append(f"{self._dropped} members were left out: it holds more than fits in memory")

    def __len__(self) -> int:
        return len(self._kept)

    def entry(self, path: str) -> Entry | None:
        """What is there, links not followed."""
        return self._entries.get(path) or (Entry("dir", mode=0o755) if path in self._children else None)

    def children(self, path: str) -> list[str]:
        """The names in a folder."""
        return list(self._children.get(path, ()))

    def content(self, path: str, cap: int, tail: bool) -> tuple[bytes, bool]:
        """The beginning or the end of a member."""
        if path not in self._kept:
            raise OSError("it was left out of what is kept in memory")
        data = zlib.decompress(self._kept[path])
        cut = self._sizes[path] > min(cap, len(data))
        if self._sizes[path] > _LONGEST:
            cap = min(cap, _LONGEST // 2)
        return (data[-cap:] if tail else data[:cap]), cut

    def _read(self, stream: Unpacked) -> None:
        try:
            with tarfile.open(fileobj=cast(BinaryIO, stream), mode="r|") as tar:
                for number, member in enumerate(tar):
                    if number >= _MOST_MEMBERS:
                        self.notes.append(f"it has more than {_MOST_MEMBERS} members: the rest was not read")
                        return
                    self._add(tar, member)
        except (tarfile.TarError, OSError, ValueError, EOFError) as error:
            stream.problem = stream.problem or f"it is cut off or damaged ({error})"

    def _add(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        path = _clean(member.name)
        if path is None:
            self._refused += 1
            return
        if not path or path in self._entries:
            return
        entry = self._entry(member)
        if entry is None:
            self._refused += 1
            return
        self._entries[path] = entry
        self._hang(path)
        if entry.kind == "file":
            self._keep(tar, member, path)

    def _entry(self, member: tarfile.TarInfo) -> Entry | None:
        owner = f"{member.uid}:{member.gid}"
        if member.isdir():
            return Entry("dir", mode=member.mode, owner=owner)
        if member.issym():
            return Entry("link", target=member.linkname)
        if member.islnk():
            target = _clean(member.linkname)
            return None if target is None else Entry("link", target=f"/{target}")
        if member.issparse():  # a few bytes that claim to be a terabyte of zeros
            return None
        if member.isfile():
            return Entry("file", member.size, member.mode, owner, mtime=int(member.mtime))
        if member.ischr():
            return Entry("char", 0, member.mode, owner, f"{member.devmajor}:{member.devminor}")
        return Entry("other", mode=member.mode, owner=owner)

    def _hang(self, path: str) -> None:
        """Make a path known to the folders above it."""
        while path:
            folder, _, name = path.rpartition("/")
            below = self._children.setdefault(folder, {})
            if name in below:
                break
            below[name] = None
            path = folder

    def _keep(self, tar: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
        """Keep a member's bytes; those of a member that breaks off are kept as far as they go."""
        if self._bytes > _MOST_KEPT:
            self._dropped += 1
            return
        file = tar.extractfile(member)
        assert file is not None
        head, tail = bytearray(), bytearray()
        error: Exception | None = None
        try:
            while part := file.read(1 << 18):
                room = _LONGEST // 2 - len(head)
                head += part[:room]
                tail += part[room:] if room > 0 else part
                del tail[: max(0, len(tail) - _LONGEST // 2)]
        except (tarfile.TarError, OSError) as cut:
            error = cut
        self._kept[path] = zlib.compress(bytes(head + tail), 1)
        self._sizes[path] = member.size
        self._bytes += len(self._kept[path])
        if error:
            self._entries[path] = Entry("file", len(head) + len(tail), member.mode, self._entries[path].owner)
            raise error


def _clean(name: str) -> str | None:
    """A member's name as a path of the tree; None for one that climbs out or cannot be a name."""
    if name.startswith("/") or "\0" in name or len(name) > _LONGEST_PATH:
        return None
    parts = [p for p in name.split("/") if p not in ("", ".")]
    return None if ".." in parts or len(parts) > _DEEPEST else "/".join(parts)
