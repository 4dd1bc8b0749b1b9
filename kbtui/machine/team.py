"""Probes that a team writes in YAML (`kind: probe` of a pack): what one says, and those of the packs in force.

`declare` makes their `team.` facts names of the catalogue and keeps the probes for the next look at a machine;
`kbtui.machine.probes.team` turns them into probes.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from kbtui.machine import catalogue
from kbtui.machine.catalogue import FactSpec


class TeamFact(Struct, forbid_unknown_fields=True, omit_defaults=True):
    """One fact that a probe gives, and how its value is found in what was read."""

    find: Annotated[str, Meta(max_length=500)]
    """regex: a pattern, its group the value. json: a path such as `items[0].free`. key_value: the key. table: the
    column's heading. count: a pattern; the lines that it matches are counted."""
    row: str | None = None
    """Of a table: `COLUMN=VALUE` of the row that counts; left out: the first row."""
    otherwise: str | None = None
    """The value where it was read and nothing was found, or `absent`; left out: unknown."""
    type: Literal["bool", "int", "float", "text", "version", "texts", "ints"] | None = None
    """Of a `team.` fact; the catalogue's facts have theirs."""
    meaning: str | None = None
    """Of a `team.` fact: one sentence."""
    unit: str = ""
    """Of a `team.` fact: MiB, GiB, W, C, s, %; what is read in another unit of its kind is converted."""
    stable: bool = False
    """Of a `team.` fact: no problem of the machine can change it, so it may stand in `applies`."""


class TeamProbe(Struct, forbid_unknown_fields=True, omit_defaults=True, tag_field="kind", tag="probe"):
    """One look of a team's own: exactly one of `run` and `read`, and the facts that it gives."""

    title: Annotated[str, Meta(min_length=3, max_length=160)]
    parse: Literal["regex", "json", "key_value", "table", "count"]
    facts: dict[Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$", max_length=60)], TeamFact]
    run: list[str] | None = None
    """A command that changes nothing, word by word, without a shell."""
    read: str | None = None
    """The path of a file, or a pattern of paths; `~/` is the person's home."""
    exits: list[int] = field(default_factory=lambda: [0])
    """Exit codes after which the output counts."""
    timeout: Annotated[int, Meta(ge=1, le=10)] = 5
    """Seconds."""
    separator: str | None = None
    """Of key_value and table; left out: the first `:` or `=` of a line, and white space."""
    reviewed: Annotated[str, Meta(pattern=r"^20\d\d-(0[1-9]|1[0-2])$")] | None = None


BROUGHT: dict[str, TeamProbe] = {}
"""Id to the probe, of the packs opened last. One without `run` and `read` is of a pack that is not trusted."""


def declare(nodes: Mapping[str, TeamProbe]) -> bool:
    """Put these probes in the place of those before them. True where a fact is gone or of another type."""
    BROUGHT.clear()
    BROUGHT.update(nodes)
    return catalogue.declare(spec for node in nodes.values() for spec in specs_of(node))


def specs_of(node: TeamProbe) -> list[FactSpec]:
    """The facts that a probe declares itself."""
    command = shlex.join(node.run) if node.run else f"cat {node.read}" if node.read else "person"
    return [
        FactSpec(name, fact.type or "text", fact.meaning or node.title, command, fact.unit, stable=fact.stable)
        for name, fact in node.facts.items()
        if name.startswith(catalogue.TEAM)
    ]
