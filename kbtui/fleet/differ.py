"""Differences between nodes that should be alike, found by majority within their kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from msgspec import Struct

from kbtui.fleet.alike import ALIKE, Alike
from kbtui.fleet.judge import Judged
from kbtui.machine.facts import Value

FEWEST = 3
"""Nodes that know a fact before one of them can be the odd one out: of two nobody can say which is right."""


class Difference(Struct, frozen=True, kw_only=True):
    """Nodes on which one fact is not what most of their kind have."""

    fact: str
    title: str
    title_zh: str
    value: str
    usual: str
    nodes: tuple[str, ...]
    places: tuple[str, ...] = ()
    """The cards or interfaces that it is about, where all nodes have the same ones."""
    alike: int = 0
    """Nodes of the kind that have the usual value everywhere."""
    even: bool = False
    """No value has more than one half: they differ, and who is right is open."""


def differences(judged: Mapping[str, Judged]) -> list[Difference]:
    """Every difference, those that touch the fewest nodes first within a fact; facts in the order of `ALIKE`."""
    out = []
    for names in kinds(judged):
        for one in ALIKE:
            out += _of(one, {name: judged[name].alike.get(one.fact, {}) for name in names})
    order = {one.fact: i for i, one in enumerate(ALIKE)}
    return sorted(out, key=lambda d: (order[d.fact], len(d.nodes), d.nodes))


def kinds(judged: Mapping[str, Judged]) -> list[list[str]]:
    """Nodes that should be alike. One that cannot tell a part of what it is goes with the only kind that fits the rest."""
    whole: dict[tuple[str, ...], list[str]] = {}
    partial = []
    for name, one in judged.items():
        if one.kind and all(one.kind):
            whole.setdefault(one.kind, []).append(name)
        else:
            partial.append(name)
    rest: dict[tuple[str, ...], list[str]] = {}
    for name in partial:
        said = judged[name].kind
        fits = [k for k in whole if all(not a or a == b for a, b in zip(said, k, strict=False))]
        (whole[fits[0]] if len(fits) == 1 else rest.setdefault(said, [])).append(name)
    return [*whole.values(), *rest.values()]


def _of(one: Alike, seen: Mapping[str, Mapping[str, Value]]) -> list[Difference]:
    """Where an interface's name is its own kind (ib0 with ib0), cards of a node are alike among each other too."""
    if one.fact.startswith("net."):
        places = sorted({place for values in seen.values() for place in values})
        return [
            d for place in places for d in _majority(one, {n: {place: v[place]} for n, v in seen.items() if place in v})
        ]
    return _majority(one, seen)


def _majority(one: Alike, seen: Mapping[str, Mapping[str, Value]]) -> list[Difference]:
    known = {node: values for node, values in seen.items() if values}
    if len(known) < 2:
        return []
    if one.within:
        known = _together(known, one.within)
    votes = Counter(_say(value) for values in known.values() for value in values.values())
    if len(votes) < 2:
        return []
    usual, most = votes.most_common(1)[0]
    even = 2 * most <= votes.total() or len(known) < FEWEST
    odd: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for node, values in known.items():
        for place, value in values.items():
            if _say(value) != usual:
                odd[_say(value)].setdefault(node, []).append(place)
    right = sum(all(_say(v) == usual for v in values.values()) for values in known.values())
    return [
        Difference(
            fact=one.fact,
            title=one.title,
            title_zh=one.title_zh,
            value=value,
            usual=usual,
            nodes=tuple(sorted(by_node)),
            places=_same([tuple(p) for p in by_node.values()]),
            alike=right,
            even=even,
        )
        for value, by_node in odd.items()
    ]


def _together(seen: Mapping[str, Mapping[str, Value]], within: float) -> dict[str, Mapping[str, Value]]:
    """Numbers that lie close to each other as one number, the least of them."""
    stands_for: dict[Value, float] = {}
    least: float | None = None
    for value in sorted({v for values in seen.values() for v in values.values() if isinstance(v, int | float)}):
        least = value if least is None or value - least > within else least
        stands_for[value] = least
    return {node: {p: stands_for.get(v, v) for p, v in values.items()} for node, values in seen.items()}


def _same(places: list[tuple[str, ...]]) -> tuple[str, ...]:
    return places[0] if len(set(places)) == 1 and places[0] != ("",) else ()


def _say(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)
