"""The person's own surroundings: the environment of the process looked at, and the Python that it runs in."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from kbtui.errors import InputError

if TYPE_CHECKING:
    from kbtui.machine.live.files import Files

_LONGEST = 4 << 20


def environment(pid: int | None, files: Files) -> dict[str, str]:
    """Variables of a process; of kbtui itself where no process is named.

    InputError where there is no such process, it belongs to somebody else, or it does not answer.
    """
    if pid is None:
        return dict(os.environ)
    raw = files.ask(_read(f"/proc/{pid}/environ", _LONGEST), 2.0)
    if raw.status == "refused":
        raise InputError(f"process {pid} is another user's: run as that user, or as root")
    if raw.status == "absent":
        raise InputError(f"there is no process {pid} here")
    if not raw.ok:
        raise InputError(f"process {pid} cannot be looked at: {raw.reason}")
    pairs = (item.partition("=") for item in raw.text.split("\0") if item)
    return {name: value for name, _, value in pairs}


def python_of(pid: int, files: Files) -> str | None:
    """The interpreter that a Python process was started with, which decides its environment. None for other programs
    and where only a name on its PATH is known."""
    first = files.ask(_read(f"/proc/{pid}/cmdline", 4096), 2.0).text.partition("\0")[0]
    if not re.search(r"/python[\d.]*$", first):
        return None
    return first if first.startswith("/") else os.path.normpath(f"{_link(f'/proc/{pid}/cwd', files)}/{first}")


def lives_apart(pid: int, files: Files) -> bool:
    """Whether a process sees other files than we do, as one in a container does; a service with its own /tmp does not."""
    its, ours = _root(f"/proc/{pid}", files), _root("/proc/thread-self", files)
    return bool(its and ours) and its != ours


def _root(process: str, files: Files) -> tuple[str, ...]:
    """Which disk, and what of it, is / to a process; the last mount over it counts."""
    rows = (line.split() for line in files.ask(_read(f"{process}/mountinfo", _LONGEST), 2.0).text.splitlines())
    return next((tuple(row[2:4]) for row in reversed([*rows]) if len(row) > 4 and row[4] == "/"), ())


def _read(path: str, cap: int) -> dict[str, object]:
    return {"what": "read", "path": path, "cap": cap, "tail": False, "many": False, "most": 1}


def _link(path: str, files: Files) -> str:
    """Where a link leads; "" where that cannot be told."""
    said = files.ask({"what": "names", "path": path, "most": 1}, 2.0).files.get(path, "")
    return said.removeprefix("link -> ") if said.startswith("link") else ""
