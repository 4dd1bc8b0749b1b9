"""What closed cases teach, laid over what the nodes say: counts move shares, times and the chance that a fix helps.

A share is a Dirichlet count: the words are pseudo-cases (often 8, sometimes 3, rarely 1, itself 3, unknown 2), each
closed case that took the edge adds one. So a few cases move little, and many outweigh the words. `learned.yaml`:

    cases: 212
    problems:
      black-screen-after-driver-install:
        cases: 37
        causes: {nouveau-conflict: 12, secure-boot-unsigned-module: 20}
        itself: 0
        unknown: 5
      nouveau-conflict:
        cases: 12
        itself: 12
        tried: 13
        helped: 12
        minutes: 140
        fixes: {block-nouveau-and-reboot: {tried: 13, helped: 12, minutes: 140}}
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from kbtui.kb.knowledge import ProblemIndex

TIME_CASES = 5.0
"""Cases that a node's own minutes count as."""
SURE_CASES = 10.0
SURE_HELPED = 9.0
"""A fix counts as having helped in 9 of 10 cases before there is any."""


class FixFate(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What closed cases say of one fix."""

    tried: int = 0
    helped: int = 0
    minutes: int = 0
    """When it helped: the sum."""


class Fate(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What closed cases say of one problem."""

    cases: int = 0
    """Cases whose way led through it."""
    causes: dict[str, int] = field(default_factory=dict)
    """Of them, those that went on to each cause."""
    itself: int = 0
    """Those that ended here: its own fix helped."""
    unknown: int = 0
    """Those that got no further."""
    tried: int = 0
    helped: int = 0
    """How often a fix of it was tried, and helped."""
    minutes: int = 0
    """Of the fixes, when they helped: the sum."""
    fixes: dict[str, FixFate] = field(default_factory=dict)
    """The same for each fix (`fix_id` of its title); a try that names none is in the sums alone."""
    saved: int = 0
    """Minutes that later cases took less than the first one."""
    first: str = ""
    """Month of the first case that it solved."""


class Learned(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """`learned.yaml`."""

    cases: int = 0
    until: str = ""
    """Month of the newest case."""
    problems: dict[str, Fate] = field(default_factory=dict)


def together(parts: Iterable[Learned]) -> dict[str, Fate]:
    """Several packs' counts as one: different cases, so they add."""
    out: dict[str, Fate] = {}
    for part in parts:
        for name, fate in part.problems.items():
            out[name] = _sum(out[name], fate) if name in out else fate
    return out


def _sum(a: Fate, b: Fate) -> Fate:
    causes = {c: a.causes.get(c, 0) + b.causes.get(c, 0) for c in sorted({*a.causes, *b.causes})}
    numbers = {
        n: getattr(a, n) + getattr(b, n) for n in ("cases", "itself", "unknown", "tried", "helped", "minutes", "saved")
    }
    fixes = {f: _both(a.fixes.get(f), b.fixes.get(f)) for f in sorted({*a.fixes, *b.fixes})}
    return Fate(causes=causes, fixes=fixes, first=min(filter(None, (a.first, b.first)), default=""), **numbers)


def _both(a: FixFate | None, b: FixFate | None) -> FixFate:
    a, b = a or FixFate(), b or FixFate()
    return FixFate(a.tried + b.tried, a.helped + b.helped, a.minutes + b.minutes)


def fix_id(title: str) -> str:
    """The name of a fix within its problem: the words of its title; where they are too few, with a sum of it."""
    words = "-".join(re.findall(r"[a-z0-9]+", title.lower()))[:60].strip("-")
    if len(words) >= 4:
        return words
    import hashlib

    return f"{words}-{hashlib.blake2b(title.encode(), digest_size=4).hexdigest()}".strip("-")


def moved(problem: ProblemIndex, fate: Fate | None) -> ProblemIndex:
    """The problem with its shares as the cases have them; what its fixes cost is `kbtui.kb.costs`."""
    if fate is None:
        return problem
    return msgspec.structs.replace(
        problem,
        causes=[(child, share + max(0, fate.causes.get(child, 0))) for child, share in problem.causes],
        own=problem.own + max(0, fate.itself),
        unknown=problem.unknown + max(0, fate.unknown),
    )


def of_fix(fate: Fate | None, title: str, *, alone: bool) -> FixFate | None:
    """What the cases say of one fix. `alone`: its problem has no other, so every try was of it."""
    if fate is None:
        return None
    return FixFate(fate.tried, fate.helped, fate.minutes) if alone else fate.fixes.get(fix_id(title))


def cost(minutes: float, fate: FixFate) -> float:
    """Expected minutes of a fix: its time shrunk towards the node's own, over how often it helps."""
    helped = max(0, min(fate.helped, fate.tried))
    time = (TIME_CASES * minutes + max(0, fate.minutes)) / (TIME_CASES + helped)
    return time * (SURE_HELPED / SURE_CASES) / rate(fate)


def rate(fate: FixFate) -> float:
    """How often the fix helps, shrunk towards 9 in 10."""
    helped = max(0, min(fate.helped, fate.tried))
    return (SURE_HELPED + helped) / (SURE_CASES + max(0, fate.tried))


def not_in_graph(fates: Mapping[str, Fate], causes: Mapping[str, set[str]]) -> list[tuple[str, str, int]]:
    """(problem, cause, cases) for ways that people took and no edge tells of: an edge to add."""
    return sorted(
        (name, child, count)
        for name, fate in fates.items()
        for child, count in fate.causes.items()
        if name in causes and child not in causes[name]
    )
