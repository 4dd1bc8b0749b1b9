"""One row for what belongs together: the same change told by two logs, and the packages of one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from kbtui.machine.changes.model import Change
from kbtui.machine.changes.packages import driver_version, plain

_SAME = 900.0
"""Seconds within which two logs mean the same change, and a transaction's packages stand."""
_ALONE = ("boot", "error", "config")


def fold(changes: Iterable[Change]) -> list[Change]:
    """Fewer rows, in the order given; `members` names everything that a row stands for."""
    groups: list[list[Change]] = []
    open_groups: dict[str, list[Change]] = {}
    for item in changes:
        group = open_groups.get(_key(item))
        if group is not None and item.kind not in _ALONE and _close(group[-1], item):
            group.append(item)
        else:
            open_groups[_key(item)] = group = [item]
            groups.append(group)
    return [_one(group) for group in groups]


def _key(item: Change) -> str:
    gone = bool(item.before and not item.after)
    return f"{item.kind} {gone} {item.origin if item.kind in ('framework', 'environment') else ''}"


def _close(last: Change, item: Change) -> bool:
    if last.when is None or item.when is None:
        return last.when is item.when
    return item.when - last.when <= _SAME


def _one(group: list[Change]) -> Change:
    best = max(group, key=lambda c: (c.weight, bool(c.before and c.after), bool(c.after), -len(c.what)))
    members = tuple(dict.fromkeys(c.what for c in group))
    if len(members) == 1:
        return replace(best, when=group[0].when, members=members)
    pairs = Counter((plain(c.before), plain(c.after)) for c in group if c.after or c.before)
    if best.kind in ("driver", "kernel", "headers") and pairs:
        pair = max(
            pairs, key=lambda p: (best.kind == "driver" and bool(driver_version(p[1] or p[0])), all(p), pairs[p])
        )
        best = next(c for c in group if (plain(c.before), plain(c.after)) == pair)
    if best.kind == "package":
        return replace(
            best, when=group[0].when, what=f"{len(members)} routine packages", before="", after="", members=members
        )
    if best.kind == "environment":
        what = f"new Python environment {best.origin} ({len(members)} packages)"
        return replace(best, when=group[0].when, what=what, after="", members=members)
    return replace(best, when=group[0].when, what=f"{best.what} and {len(members) - 1} more", members=members)
