"""Which machine a text is about: the one looked at, or another (design 5).

What a program printed in the text (a log's host name, the cards that it lists, a kernel) is held against what the sweep
saw. Prose alone never makes another machine: people name a card that this machine cannot see any more.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from kbtui.machine.facts import Fact, Facts, scope_of
from kbtui.machine.text import Reading

_WORKING = ("xid.codes", "nccl.interfaces", "gpu.memory_used_mib", "gpu.memory_total_mib", "gpu.utilization")
"""Facts that only a machine with a GPU prints."""


def contradictions(reading: Reading, live: Facts) -> list[str]:
    """Why the text is from another machine, as sentences; empty where nothing says so."""
    printed = Facts(_printed(reading))
    return [*_host(printed, live), *_cards(printed, live), *_system(printed, live)]


def together(reading: Reading, live: Facts) -> Facts:
    """Live facts with the text's laid under them; the text's cards meet the live ones by their place in the list."""
    facts = live.copy()
    cards = live.entities("gpu")
    for fact in reading.facts:
        if scope_of(fact.name) == "gpu" and live.is_complete("gpu") and cards and fact.entity not in cards:
            if not fact.entity.isdigit() or int(fact.entity) >= len(cards):
                continue
            fact = replace(fact, entity=cards[int(fact.entity)])
        facts.add(fact)
    for listing in reading.listings:
        if not live.is_complete(listing.scope):
            facts.list_scope(listing.scope, listing.keys, complete=listing.complete)
    return facts


def _printed(reading: Reading) -> list[Fact]:
    """The facts that stand in some program's output, not in a person's sentence."""
    prose = [(s.first_line, s.last_line) for s in reading.segments if s.kind == "prose"]
    return [f for f in reading.facts if f.line and not any(a <= f.line <= b for a, b in prose)]


def _host(printed: Facts, live: Facts) -> Iterable[str]:
    theirs, ours = printed.get("machine.hostname"), live.get("machine.hostname")
    if theirs.state == ours.state == "known" and _short(theirs) != _short(ours):
        yield f"its host is {theirs.value}, this one is {ours.value}"


def _short(fact: Fact) -> str:
    return str(fact.value).partition(".")[0].lower()


def _cards(printed: Facts, live: Facts) -> Iterable[str]:
    theirs = {_model(printed.get("gpu.model", e)) for e in printed.entities("gpu")} - {""}
    ours = {_model(live.get("gpu.model", e)) for e in live.entities("gpu")} - {""}
    if theirs and ours and theirs.isdisjoint(ours):
        yield f"its GPU is {', '.join(sorted(theirs))}, this machine has {', '.join(sorted(ours))}"
    elif not ours and _never_had_one(live):
        shown = next((f for f in printed if f.state == "known" and f.name in _WORKING), None)
        if theirs or shown:
            yield "it shows a GPU at work, and this machine has none"


def _model(fact: Fact) -> str:
    if fact.state != "known":
        return ""
    words = str(fact.value).lower().replace("nvidia", "").replace("geforce", "").replace("tesla", "").split()
    return " ".join(words)


def _never_had_one(live: Facts) -> bool:
    """No NVIDIA device on a bus that was listed whole, and no driver either."""
    devices, installed = live.get("pci.nvidia_devices"), live.get("driver.installed")
    return devices.state == "known" and not devices.value and installed.value is not True


def _system(printed: Facts, live: Facts) -> Iterable[str]:
    """A kernel alone may be an older boot of this machine, and a driver the one before an upgrade; both together not."""
    differs = [
        f"{what} {theirs.value}, here {ours.value}"
        for name, what in (("kernel.release", "kernel"), ("driver.version", "driver"), ("os.id", "distribution"))
        if (theirs := printed.get(name)).state == "known"
        and (ours := live.get(name)).state == "known"
        and str(theirs.value) != str(ours.value)
    ]
    if len(differs) > 1:
        yield "; ".join(differs)
