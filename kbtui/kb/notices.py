"""Local notices: what holds here for a while ("driver upgrade on gpu01-20 tonight"), said before any conclusion."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct, field

from kbtui.kb.nodes import Id, Strength

_WHEN = r"^20\d\d-\d\d-\d\d( [0-2]\d:[0-5]\d)?$"


class Notice(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Something that holds here for a while, and that whoever looks for a fault should know first."""

    text: Annotated[str, Meta(min_length=3, max_length=300)]
    until: Annotated[str, Meta(pattern=_WHEN)]
    """A day (its end), or a day and a time; afterwards it is silent."""
    since: Annotated[str, Meta(pattern=_WHEN)] | None = None
    hosts: list[Annotated[str, Meta(max_length=80)]] = field(default_factory=list)
    """Names, with `*` and ranges such as `gpu[01-20]`; left out: everywhere."""
    problem: Id | None = None
    """The problem that it makes likelier."""
    supports: Strength = "weakly"
    zh: str | None = None


def in_force(all_notices: Iterable[Notice], host: str, now: float | None = None) -> list[Notice]:
    """Those that hold now on this host. `host`: "" where no machine was looked at: then only those that name none."""
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(now))
    out = []
    for notice in all_notices:
        until = notice.until if " " in notice.until else f"{notice.until} 23:59"
        if at > until or (notice.since and at < notice.since):
            continue
        if not notice.hosts or (host and any(_fits(pattern, host) for pattern in notice.hosts)):
            out.append(notice)
    return out


def _fits(pattern: str, host: str) -> bool:
    """`gpu[01-20]` and `gpu*`, without the domain where the pattern has none."""
    name = host if "." in pattern else host.split(".")[0]
    parts = re.split(r"(\[\d+-\d+\]|\*)", pattern.lower())
    expression = "".join(_part(p) for p in parts)
    found = re.fullmatch(expression, name.lower())
    if not found:
        return False
    ranges = [p[1:-1].split("-") for p in parts if p.startswith("[") and p.endswith("]")]
    return all(int(low) <= int(said) <= int(high) for said, (low, high) in zip(found.groups(), ranges, strict=True))


def _part(part: str) -> str:
    if part == "*":
        return ".*"
    if re.fullmatch(r"\[\d+-\d+\]", part):
        width = len(part[1:-1].split("-")[0])
        return rf"(\d{{{width},9}})"
    return re.escape(part)
