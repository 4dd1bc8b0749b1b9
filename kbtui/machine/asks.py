"""What can be asked of a machine, as data, and what comes back.

An ask says *where*: a command's argv, a path, a pattern of paths. It is answered by a `Host` (`kbtui.machine.host`):
this machine, a bundle, a bug report. `kbtui facts --commands` prints every ask of every probe; nothing else is ever run.
"""

from __future__ import annotations

import re
import shlex
from typing import Literal, NamedTuple

from msgspec import Struct, field

PYTHON = "{python}"
"""In an argv: the person's own Python, never the one that kbtui runs in."""
OWN_PYTHON = "{kbtui-python}"
"""In an argv: the Python that kbtui runs in, for its children that call NVML and libcuda."""


_CHILD = re.compile(r"'?\{kbtui-python\}'?(?: -\w+)* (\w+)_child\.py.*", re.DOTALL)
_CHILDREN = {"nvml": "NVML", "cuda": "libcuda", "cgroup": "/proc/self/cgroup"}
_SCRIPT = re.compile(r"'?\{python\}'?(?: -\w+)*? -c .*", re.DOTALL)


def shown(origin: str) -> str:
    """An ask's key as a person reads it: what a child of kbtui's own asked, not how it was started."""
    child = _CHILD.fullmatch(origin)
    if child:
        return _CHILDREN.get(child[1], child[1])
    return "your Python" if _SCRIPT.fullmatch(origin) else origin.replace("'{python}'", "python")


class Run(NamedTuple):
    """A read-only command, without a shell, in the C locale, on a fixed PATH."""

    argv: tuple[str, ...]
    seconds: float = 5.0
    """Its own deadline."""
    cap: int = 4 << 20
    """Bytes of output after which it is ended; what was read until then counts."""

    @property
    def key(self) -> str:
        """How the ask is named in a bundle and shown to a person."""
        return shlex.join(self.argv)


class Read(NamedTuple):
    """A file. With `*`, `?` or `[...]` in the path every match is read, and the answer's `files` holds them by path.

    `~` is the person's home; `/proc/self` is the process looked at (kbtui's own, or that of `--pid`).
    """

    path: str
    cap: int = 256 << 10
    """Bytes of each file; longer files are cut."""
    tail: bool = False
    """Of a longer file keep its end rather than its beginning."""
    most: int = 512
    """Files read of a pattern; what stands behind them is left out and the answer says truncated."""
    seconds: float = 2.0

    @property
    def key(self) -> str:
        """The path."""
        return self.path

    @property
    def many(self) -> bool:
        """Whether the path is a pattern."""
        return any(c in self.path for c in "*?[")


class Names(NamedTuple):
    """Which paths match a pattern, and what they are; nothing is opened.

    The answer's `files` maps each path to what it is: "file 644 0:0 SIZE MTIME", "dir 755 0:0", "link -> TARGET",
    "char 195:0 666 0:0", "other". MTIME is in seconds since 1970; a source that does not know it leaves it out.
    """

    path: str
    most: int = 2000
    seconds: float = 2.0
    to: str = ""
    """Only links that lead to a path with this beginning: who has a device open, of a hundred thousand open files."""

    @property
    def key(self) -> str:
        """The pattern, marked as a listing."""
        return f"ls {self.path}" + (f" -> {self.to}*" if self.to else "")


class Which(NamedTuple):
    """Which of these programs stand on the person's own PATH: `files` maps each found name to its path."""

    names: tuple[str, ...]
    seconds: float = 2.0

    @property
    def key(self) -> str:
        """The names, as one asks a shell."""
        return "which " + " ".join(self.names)


class Environ(NamedTuple):
    """These variables of the process looked at: `files` maps each set one to its value. The rest is never read out."""

    names: tuple[str, ...]

    @property
    def key(self) -> str:
        """The names, as one asks a shell."""
        return "printenv " + " ".join(self.names)


Ask = Run | Read | Names | Which | Environ

Status = Literal["ok", "absent", "refused", "timed_out", "unknown"]
"""ok: it was looked at. absent: the file or tool is certainly not there. refused: no permission. timed_out: no answer
before the deadline. unknown: not looked at, with the reason."""


class Raw(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an ask gave. Never raises, never is None: a failure is a status with a reason."""

    status: Status = "ok"
    text: str = ""
    """A command's standard output, a file's content."""
    errors: str = ""
    """A command's standard error."""
    exit_code: int | None = None
    """Of a command that ended; negative for the signal that ended it."""
    files: dict[str, str] = field(default_factory=dict)
    """For patterns, listings and `Which`: path or name to content or kind."""
    reason: str = ""
    """Why the status is not ok, for a person: "nvidia-smi: not on this machine"."""
    seconds: float = 0.0
    truncated: bool = False
    origin: str = ""
    """Where it was read, for a person: "nvidia-smi -q", "/proc/modules", "bug report line 8094"."""
    line: int = 0
    """1-based line of the source's own text where the answer begins; 0 where there is none."""

    @property
    def ok(self) -> bool:
        """Whether it was looked at."""
        return self.status == "ok"

    @property
    def ran(self) -> bool:
        """Whether a command ended by itself with 0."""
        return self.status == "ok" and self.exit_code == 0

    @property
    def output(self) -> str:
        """Standard output and standard error, one after the other, as a terminal would show them."""
        return self.text + ("\n" if self.text and self.errors and not self.text.endswith("\n") else "") + self.errors


def absent(reason: str, *, origin: str = "") -> Raw:
    """The thing is certainly not there."""
    return Raw(status="absent", reason=reason, origin=origin)


def unknown(reason: str, *, origin: str = "") -> Raw:
    """It was not looked at."""
    return Raw(status="unknown", reason=reason, origin=origin)
