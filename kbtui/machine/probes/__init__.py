"""Every probe, by area. The area modules are imported when a machine is looked at, never at start."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

from kbtui.machine.host import Host
from kbtui.machine.probes.spec import Probe

AREAS: tuple[str, ...] = (
    "system",
    "hardware",
    "firmware",
    "kernel",
    "secure_boot",
    "modules",
    "blacklists",
    "dkms",
    "driver_files",
    "package_extras",
    "kernel_log",
    "ram_errors",
    "boots",
    "history",
    "vantage",
    "process",
    "limits",
    "power",
    "containers",
    "cuda_toolkit",
    "cuda_libraries",
    "python_env",
    "net",
    "cluster",
    "wsl",
    "pci",
    "nvml",
    "nvidia_smi",
    "cuda_driver",
    "driver_loaded",
    "xid",
    "display",
)
"""Modules of this package; each has `PROBES`."""


def all_probes() -> list[Probe]:
    """The probes that kbtui brings, in the order of the areas."""
    return of_areas(AREAS)


def of_areas(areas: Iterable[str]) -> list[Probe]:
    """The probes of these modules."""
    return [probe for area in areas for probe in import_module(f"kbtui.machine.probes.{area}").PROBES]


def probes_for(host: Host) -> list[Probe]:
    """All probes, those of the packs in force, and those that only this kind of host can answer: its `areas` name their modules."""
    brought = import_module("kbtui.machine.probes.team").brought()
    return [*all_probes(), *brought, *of_areas(getattr(host, "areas", ()))]


def useful(probes: list[Probe], facts: set[str]) -> list[Probe]:
    """Those that can give one of these facts, and those that tell one machine from another."""
    return [p for p in probes if p.always or not facts.isdisjoint(p.facts)]
