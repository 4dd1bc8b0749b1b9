"""One node's diagnosis, short: healthy or not, and by which path of causes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from kbtui.diagnosis.health import FAULT
from kbtui.diagnosis.result import CauseOut, Diagnosis

Health = Literal["healthy", "fault", "unsure"]
PIECES = 3


class Shown(Struct, frozen=True):
    """One piece of evidence."""

    text: str
    origin: str
    raw: str = ""


class Verdict(Struct, frozen=True, kw_only=True):
    """What one node is taken for."""

    health: Health
    path: tuple[str, ...] = ()
    """From what is seen to the root cause, as far as the belief reaches: nodes with the same path are one group."""
    root: bool = False
    """The path ends at a root cause; else at the deepest problem that is sure, and what is behind it is open."""
    probability: float = 0.0
    evidence: tuple[Shown, ...] = ()
    unmet: tuple[str, ...] = ()
    """Conditions of the goal that are false, in the node's own words; for `unsure` those that could not be told."""
    next: str = ""
    next_zh: str = ""


def verdict(found: Diagnosis, through: Mapping[str, float]) -> Verdict:
    """The verdict of a diagnosis that was held against a goal. `through`: the belief in each problem with all below it."""
    unmet = [c for c in found.conditions if c.state == "false"]
    if found.healthy:
        return Verdict(health="healthy")
    if found.healthy is None:
        open_ = [c for c in found.conditions if c.state == "unknown"]
        why = tuple(f"{c.text} {'; '.join(c.facts[:1])}".strip() for c in open_[:PIECES])
        return Verdict(health="unsure", unmet=why)
    live = [c for c in found.causes if c.probability > 0]
    path = _path(live, through) or tuple(c.problem for c in unmet[:1] if c.problem)
    root = bool(live) and path == tuple(live[0].path) and live[0].probability > FAULT
    sure = live[0].probability if root else through.get(path[-1], 0.0) if path else 0.0
    return Verdict(
        health="fault",
        path=path,
        root=root,
        probability=round(sure, 4),
        evidence=_evidence(live, path),
        unmet=tuple(c.text for c in unmet[:PIECES]),
        next=found.next.text,
        next_zh=found.next.text_zh,
    )


def _path(live: list[CauseOut], through: Mapping[str, float]) -> tuple[str, ...]:
    """The likeliest path, as deep as more than one half of the belief goes along with it; what is unknown below counts."""
    if live and live[0].probability > FAULT:
        return tuple(live[0].path)
    for path in (p for cause in live for p in (cause.path, *cause.other_paths)):
        sure = [i for i, name in enumerate(path) if through.get(name, 0.0) > FAULT]
        if sure:
            return tuple(path[: sure[-1] + 1])
    likely = [name for name, p in through.items() if p > FAULT]
    return (max(likely, key=lambda name: through[name]),) if likely else ()


def _evidence(live: list[CauseOut], path: tuple[str, ...]) -> tuple[Shown, ...]:
    """What speaks for the end of the path, then for what leads to it; each text once."""
    speaks = [e for cause in live for e in cause.evidence if e.effect == "supports" and e.about in path]
    speaks.sort(key=lambda e: -path.index(e.about))
    out: dict[str, Shown] = {}
    for item in speaks:
        text = f"{item.text} ({', '.join(item.members)})" if item.members else item.text
        if item.kind == "sign" and item.raw.strip():
            text = item.raw.strip().splitlines()[0]  # the whole line says which card, and when
        out.setdefault(text, Shown(_cut(text, 160), _cut(item.origin, 100), item.raw[:300]))
    return tuple(out.values())[:PIECES]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
