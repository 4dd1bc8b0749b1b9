"""From what each node came out as to groups: by cause path, not by text."""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.engine import Engine
from kbtui.fleet.came import Came
from kbtui.fleet.differ import Difference, differences
from kbtui.fleet.judge import Judged
from kbtui.fleet.nodes import fold
from kbtui.fleet.result import SCHEMA, SILENT, Asked, DifferenceOut, FleetOut, Group, GroupState

_ORDER = ("fault", "differs", "unsure", *SILENT, "healthy")


def grouped(
    engine: Engine, goals: list[str], judged: Mapping[str, Judged], silent: Mapping[str, Came], asked: Asked
) -> FleetOut:
    """The answer. `silent`: nodes without a verdict, and why; a node is in one of the two."""
    found = differences(judged)
    odd: dict[str, list[Difference]] = {}
    for d in found:
        for node in d.nodes if not d.even else ():
            odd.setdefault(node, []).append(d)
    groups = [*_judged(engine, judged, odd), *_silent(silent)]
    groups.sort(key=lambda g: (_ORDER.index(g.state), -len(g.nodes), g.folded))
    return FleetOut(
        schema=SCHEMA,
        goals=goals,
        count=len(judged) + len(silent),
        healthy=sum(len(g.nodes) for g in groups if g.state == "healthy"),
        groups=groups,
        differences=[_out(d) for d in found],
        asked=asked,
        notes=[],
    )


def _judged(engine: Engine, judged: Mapping[str, Judged], odd: Mapping[str, list[Difference]]) -> list[Group]:
    by: dict[tuple[GroupState, tuple[str, ...], str, str], list[str]] = {}
    for name, one in judged.items():
        v = one.verdict
        state: GroupState = v.health
        why, why_zh = ("; ".join(v.unmet), "") if not v.path else ("", "")
        if v.health == "healthy" and name in odd:
            state = "differs"
            why = ", ".join(dict.fromkeys(f"{d.title} {d.value}" for d in odd[name]))
            why_zh = "、".join(dict.fromkeys(f"{d.title_zh} {d.value}" for d in odd[name]))
        by.setdefault((state, v.path, why, why_zh), []).append(name)
    out = []
    for (state, path, why, why_zh), names in by.items():
        first = judged[names[0]].verdict
        end = path[-1] if path else ""
        out.append(
            Group(
                state=state,
                nodes=names,
                folded=fold(names),
                path=list(path),
                title=engine.title(end, zh=False) if end else "",
                title_zh=engine.title(end, zh=True) if end else "",
                root=first.root,
                probability=round(min(judged[n].verdict.probability for n in names), 4),
                reason=why,
                reason_zh=why_zh,
                evidence=list(first.evidence),
                next=first.next,
                next_zh=first.next_zh,
            )
        )
    return out


def _silent(silent: Mapping[str, Came]) -> list[Group]:
    by: dict[tuple[GroupState, str], list[str]] = {}
    for name, came in silent.items():
        if came.state != "answered":
            by.setdefault((came.state, came.reason), []).append(name)
    return [Group(state=state, nodes=names, folded=fold(names), reason=reason) for (state, reason), names in by.items()]


def _out(d: Difference) -> DifferenceOut:
    return DifferenceOut(
        fact=d.fact,
        title=d.title,
        title_zh=d.title_zh,
        value=d.value,
        usual=d.usual,
        nodes=list(d.nodes),
        folded=fold(d.nodes),
        places=list(d.places),
        alike=d.alike,
        even=d.even,
    )
