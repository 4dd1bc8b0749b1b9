"""The catalogue of facts: every name that a node, a probe or `--set` may use, in one place.

Shapes: `SPECS` maps each canonical name to its `FactSpec`; `ALIASES` maps other spellings to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from kbtui.errors import FactError
from kbtui.machine.catalogue import changes, cluster, driver, gpu, parts, report, software, system, vantage
from kbtui.machine.catalogue.spec import FactSpec, parse_value

SPECS: dict[str, FactSpec] = {
    spec.name: spec
    for area in (system, driver, gpu, software, cluster, vantage, report, changes, parts)
    for spec in area.FACTS
}
ALIASES: dict[str, str] = {alias: spec.name for spec in SPECS.values() for alias in spec.aliases}

TEAM = "team."
"""How the facts of the packs' own probes begin."""

__all__ = ["ALIASES", "SPECS", "TEAM", "FactSpec", "declare", "find", "nearest", "parse_value"]


def declare(specs: Iterable[FactSpec]) -> bool:
    """Put the `team.` facts of the packs in force in the place of those before them. True where one changed its type."""
    before = {name: SPECS.pop(name) for name in list(SPECS) if name.startswith(TEAM)}
    now = {spec.name: spec for spec in specs if spec.name.startswith(TEAM)}
    SPECS.update(now)
    return any(name not in now or now[name].type != spec.type for name, spec in before.items())


def find(name: str) -> FactSpec:
    """The entry of a fact by its name or an alias; FactError with the nearest right word otherwise."""
    spec = SPECS.get(name) or SPECS.get(ALIASES.get(name, ""))
    if spec is None:
        close = nearest(name)
        hint = f"; did you mean {close}?" if close else ""
        raise FactError(f"there is no fact {name!r}{hint} (`kbtui facts` lists all)")
    return spec


def nearest(name: str) -> str:
    """The canonical fact name nearest to a misspelt one, or ""."""
    from rapidfuzz import process

    best = process.extractOne(name, [*SPECS, *ALIASES], score_cutoff=70)
    return ALIASES.get(best[0], best[0]) if best else ""
