"""The catalogue of facts: every name that a node, a probe or `--set` may use, in one place.

Shapes: `SPECS` maps each canonical name to its `FactSpec`; `ALIASES` maps other spellings to it.
"""

from __future__ import annotations

from kbtui.errors import FactError
from kbtui.machine.catalogue import cluster, driver, gpu, software, system
from kbtui.machine.catalogue.spec import FactSpec, parse_value

SPECS: dict[str, FactSpec] = {
    spec.name: spec for area in (system, driver, gpu, software, cluster) for spec in area.FACTS
}
ALIASES: dict[str, str] = {alias: spec.name for spec in SPECS.values() for alias in spec.aliases}

__all__ = ["ALIASES", "SPECS", "FactSpec", "find", "nearest", "parse_value"]


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
