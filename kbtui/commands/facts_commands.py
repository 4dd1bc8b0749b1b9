"""`kbtui facts --commands`: everything that could ever be run or read to look at a machine, by probe."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import msgspec

from kbtui.commands.screen import clean, style
from kbtui.engine import Engine
from kbtui.machine.asks import Ask, Environ, Names, Read, Run, Which

if TYPE_CHECKING:
    from kbtui.machine.probes.spec import Probe

_VERBS: Mapping[type, str] = {
    Run: "runs",
    Read: "reads",
    Names: "lists",
    Which: "finds on PATH",
    Environ: "environment",
}


def run(*, as_json: bool) -> int:
    """0."""
    from kbtui.machine.probes import all_probes, of_areas, team

    Engine.open()  # the packs in force bring probes of their own
    sections = {
        "": [_surroundings(), *all_probes()],
        "with --pid": of_areas(("job",)),
        "of the packs in force": team.brought(),
    }
    if as_json:
        rows = [row | {"when": when} for when, probes in sections.items() for row in _rows(probes)]
        print(msgspec.json.encode({"schema": "kbtui.commands/1", "asks": rows}).decode())
        return 0
    for when, probes in sections.items():
        if when and probes:
            print(style(f"\n{when}", "bold"))
        for probe in probes:
            _print(probe)
    return 0


def _surroundings() -> Probe:
    """What is looked at before any probe: where the tools stand, and the variables of the process looked at."""
    from kbtui.machine.live import TOOL_PATH
    from kbtui.machine.probes.spec import Probe

    places = {folder: Names(f"{folder}/TOOL") for folder in TOOL_PATH.split(":")}
    return Probe("surroundings of every look", {**places, "environ": Read("/proc/self/environ")}, lambda *_: None, ())


def _rows(probes: Iterable[Probe]) -> list[dict[str, object]]:
    from kbtui.machine.probes.allowed import why

    return [
        {
            "probe": probe.name,
            "ask": _VERBS[type(ask)],
            "what": what(ask),
            "argv": list(ask.argv) if isinstance(ask, Run) else None,
            "seconds": getattr(ask, "seconds", 0.0),
            "why": why(ask.argv) if isinstance(ask, Run) else "",
            "facts": list(probe.facts),
        }
        for probe in probes
        for ask in probe.asks.values()
    ]


def _print(probe: Probe) -> None:
    from kbtui.machine.probes.allowed import why

    print(style(clean(probe.name), "bold"))
    for ask in probe.asks.values():
        first, *rest = clean(what(ask)).split("\n")
        said = why(ask.argv) if isinstance(ask, Run) else ""
        print(f"  {_VERBS[type(ask)]} {first}" + style(f"  ({said})" if said and not rest else "", "dim"))
        if rest:
            print(textwrap.indent("\n".join(rest), "    | "))


def what(ask: Ask) -> str:
    """An ask as it is shown: the command, the path, the names."""
    if isinstance(ask, Which | Environ):
        return " ".join(ask.names)
    if isinstance(ask, Names):
        return ask.path + (f", links to {ask.to}" if ask.to else "")
    return ask.key
