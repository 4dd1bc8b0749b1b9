"""A folder as a tree: an unpacked bundle or sosreport, the mounted disk of another machine.

Links are resolved by `tree.resolve`, never by this machine's kernel, so nothing outside the folder is ever opened; only
regular files are opened, and without waiting, so no pipe or device of that disk can hold us.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from kbtui.machine.sources.tree import Entry


class Folder:
    """The files under a root."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()

    def entry(self, path: str) -> Entry | None:
        """What is there, links not followed."""
        try:
            info = (self.root / path).lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                return None
            raise
        mode, owner = stat.S_IMODE(info.st_mode), f"{info.st_uid}:{info.st_gid}"
        if stat.S_ISLNK(info.st_mode):
            return Entry("link", target=str((self.root / path).readlink()))
        if stat.S_ISREG(info.st_mode):
            return Entry("file", info.st_size, mode, owner, mtime=int(info.st_mtime))
        if stat.S_ISDIR(info.st_mode):
            return Entry("dir", mode=mode, owner=owner)
        if stat.S_ISCHR(info.st_mode):
            return Entry("char", 0, mode, owner, f"{os.major(info.st_rdev)}:{os.minor(info.st_rdev)}")
        return Entry("other", mode=mode, owner=owner)

    def children(self, path: str) -> list[str]:
        """The names in a folder."""
        return [p.name for p in (self.root / path).iterdir()]

    def content(self, path: str, cap: int, tail: bool) -> tuple[bytes, bool]:
        """The beginning or the end of a regular file."""
        fd = os.open(self.root / path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(fd, "rb") as file:
            info = os.fstat(fd)
            if not stat.S_ISREG(info.st_mode):
                return b"", False
            if tail and info.st_size > cap:
                file.seek(info.st_size - cap)
                return file.read(cap), True
            data = file.read(cap + 1)
            return data[:cap], len(data) > cap
