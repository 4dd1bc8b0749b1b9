"""Facts that a person states: `--set`, node tests, case files."""

from __future__ import annotations

from collections.abc import Mapping

from kbtui.machine.catalogue import find, parse_value
from kbtui.machine.facts import Fact, State

_STATES: dict[str, State] = {
    "absent": "absent",
    "none": "absent",
    "null": "absent",
    "unknown": "unknown",
    "not_applicable": "not_applicable",
}


def fact_from(name: str, value: str, origin: str) -> Fact:
    """One stated fact. `gpu[1].model` names an entity; absent, none, unknown and not_applicable are states.

    FactError for a name that the catalogue does not have, or a value that its type refuses.
    """
    head, _, rest = name.partition("[")
    entity, _, tail = rest.partition("]")
    spec = find(head + tail)
    if spec.scope and not entity:
        entity = "0"
    low = value.strip().lower()
    if low in _STATES and not (low == "none" and spec.type == "text" and "none" in spec.meaning):
        return Fact(name=spec.name, state=_STATES[low], entity=entity, kind="set", origin=origin)
    return Fact(
        name=spec.name, value=parse_value(spec, value), entity=entity, kind="set", origin=origin, raw=f"{name}={value}"
    )


def facts_from(stated: Mapping[str, str | list[str]], origin: str) -> list[Fact]:
    """Stated facts in order; a list is written as its items."""
    return [
        fact_from(name, value if isinstance(value, str) else ",".join(value), origin) for name, value in stated.items()
    ]
