"""A change: one thing that became another at a time, and how likely its kind is to break a GPU machine."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Kind = Literal[
    "driver", "kernel", "headers", "cuda", "framework", "config", "container", "firmware", "display", "toolchain",
    "environment", "boot", "package", "error",
]  # fmt: skip

WEIGHT: dict[Kind, float] = {
    "driver": 10.0,
    "kernel": 8.0,
    "headers": 6.0,
    "cuda": 6.0,
    "framework": 6.0,
    "config": 5.0,
    "container": 5.0,
    "firmware": 4.0,
    "display": 4.0,
    "toolchain": 3.0,
    "environment": 1.0,
    "boot": 1.0,
    "package": 0.0,
    "error": 0.0,
}
"""What a change of this kind weighs as a cause. A routine package weighs nothing; an error is what is to be explained."""
REMOVED_OLD = 1.0
"""Old kernels and their headers are removed by every upgrade."""


class Change(Struct, frozen=True, kw_only=True):
    """One change. An installation has no `before`, a removal no `after`; both are empty where nothing says."""

    when: float | None
    """Seconds since 1970; None where the history does not say."""
    kind: Kind
    what: str
    """For a person: a package, a file, "NVIDIA module loaded"."""
    before: str = ""
    after: str = ""
    origin: str = ""
    """Where it is written, and who did it where that is said: "/var/log/apt/history.log (unattended-upgrade)"."""
    raw: str = ""
    weight: float = 0.0
    members: tuple[str, ...] = ()
    """Of a folded change: everything that changed with it."""


def change(
    when: float | None, kind: Kind, what: str, *, before: str = "", after: str = "", origin: str = "", raw: str = ""
) -> Change:
    """A change with the weight of its kind."""
    weight = REMOVED_OLD if kind in ("kernel", "headers") and before and not after else WEIGHT[kind]
    return Change(when=when, kind=kind, what=what, before=before, after=after, origin=origin, raw=raw, weight=weight)
