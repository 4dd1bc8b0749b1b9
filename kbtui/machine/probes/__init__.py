"""Every probe, by area. The area modules are imported when a machine is looked at, never at start."""

from __future__ import annotations

from importlib import import_module

from kbtui.machine.host import Host
from kbtui.machine.probes.spec import Probe

AREAS: tuple[str, ...] = ("system",)
"""Modules of this package; each has `PROBES`."""


def all_probes() -> list[Probe]:
    """The probes that kbtui brings, in the order of the areas."""
    return [probe for area in AREAS for probe in import_module(f"kbtui.machine.probes.{area}").PROBES]


def probes_for(host: Host) -> list[Probe]:
    """All probes, and those that only this kind of host can answer: its `areas` name their modules."""
    more = [p for area in getattr(host, "areas", ()) for p in import_module(f"kbtui.machine.probes.{area}").PROBES]
    return [*all_probes(), *more]


def useful(probes: list[Probe], facts: set[str]) -> list[Probe]:
    """Those that can give one of these facts, and those that tell one machine from another."""
    return [p for p in probes if p.always or not facts.isdisjoint(p.facts)]
