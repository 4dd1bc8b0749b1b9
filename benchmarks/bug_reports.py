"""How much of labelled nvidia-bug-reports is read, and whether the diagnosis over each names the labelled problem.

    python -m benchmarks.bug_reports [--folder ../shared/bugreports] [--no-diagnosis]

For each report: every labelled fact that is not null, right, missed or wrong; the rank of the first labelled problem in
the diagnosis without text; whether a rival ranks first. The goal is at least 98 % of the facts.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from kbtui.machine.facts import Facts
from kbtui.machine.looked import Look
from kbtui.machine.probes import probes_for
from kbtui.machine.sources.bug_report import BugReport
from kbtui.machine.sweep import gather, sweep
from kbtui.machine.text.names import gpu_name

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "bugreports"
GOAL = 0.98
MACHINE = {
    "date": "report.date",
    "kernel": "kernel.release",
    "driver_version": "driver.version",
    "driver_flavor": "driver.flavour",
    "module_loaded": "driver.module_loaded",
    "nvidia_smi_works": "nvidia_smi.works",
    "gpu_count_pci": "gpus.count_pci",
    "gpu_count_driver": "gpus.count_driver",
    "gpu_count_smi": "gpus.count",
    "cuda_version": "driver.cuda_version",
    "hybrid_graphics": "machine.hybrid_graphics",
    "display_server": "display.server",
    "cpu": "cpu.model",
    "script_version": "report.script_version",
    "virtual_machine": "os.virtual_machine",
}
CARD = {
    "pci_id": "gpu.pci_id",
    "vram_mib": "gpu.memory_total_mib",
    "serial_present": "gpu.serial_present",
    "pcie_gen_current": "gpu.link_gen",
    "pcie_gen_max": "gpu.link_gen_max",
    "pcie_width_current": "gpu.link_width",
    "pcie_width_max": "gpu.link_width_max",
    "temperature_c": "gpu.temperature",
    "ecc_enabled": "gpu.ecc_enabled",
    "bar1_mib": "gpu.bar1_mib",
}
Check = tuple[str, object, object, bool]
"""Label name, what is labelled, what was read, whether they agree."""


def look(path: Path) -> Look:
    """A sweep over one report."""
    host = BugReport.open(path)
    return gather(host, sweep(host, probes_for(host), deadline=120.0))


def value(facts: Facts, name: str, entity: str = "") -> Any:
    """A known fact's value, None for every other state."""
    fact = facts.get(name, entity)
    return fact.value if fact.state == "known" else None


def checks(label: dict[str, Any], facts: Facts) -> Iterator[Check]:
    """Each labelled fact against what was read."""
    for name, fact in MACHINE.items():
        if label.get(name) is not None:
            yield name, label[name], value(facts, fact), str(value(facts, fact)) == str(label[name])
    for name, test in SPECIAL.items():
        if label.get(name) is not None:
            yield from test(name, label[name], facts)
    for card in label.get("gpus") or ():
        yield from _card(card, facts)


def _card(card: dict[str, Any], facts: Facts) -> Iterator[Check]:
    key = str(card["pci"])
    yield f"gpu {key}", True, key in facts.entities("gpu"), key in facts.entities("gpu")
    for name, fact in CARD.items():
        if card.get(name) is not None:
            read = value(facts, fact, key)
            yield f"{name} {key}", card[name], read, read == card[name]
    if card.get("name") is not None:
        read = value(facts, "gpu.model", key)
        yield f"name {key}", card["name"], read, read == gpu_name(card["name"])
    if card.get("persistence") is not None:
        read = value(facts, "gpu.persistence", key)
        yield f"persistence {key}", card["persistence"], read, read == (card["persistence"] == "enabled")
    if card.get("power_limit_w") is not None:
        read = value(facts, "gpu.power_limit_watts", key)
        yield (
            f"power_limit_w {key}",
            card["power_limit_w"],
            read,
            read is not None and abs(read - card["power_limit_w"]) < 1,
        )


def _os(name: str, wanted: str, facts: Facts) -> Iterator[Check]:
    """The distribution, and its version as far as both say it: 7 and 7.9 agree."""
    system, _, version = wanted.partition("-")
    read = [str(value(facts, "os.id") or ""), str(value(facts, "os.version") or "")]
    same = f"{read[1]}.".startswith(f"{version}.") or f"{version}.".startswith(f"{read[1]}.")
    yield name, wanted, "-".join(r for r in read if r), read[0] == system and (same or not version or not read[1])


def _switch(fact: str, on: str, off: str) -> Callable[[str, str, Facts], Iterator[Check]]:
    def check(name: str, wanted: str, facts: Facts) -> Iterator[Check]:
        read = {True: on, False: off, None: "unknown"}[value(facts, fact)]
        yield name, wanted, read, read == wanted

    return check


def _board(name: str, wanted: str, facts: Facts) -> Iterator[Check]:
    """Right where every word of model or board stands in the label, which often gives both."""
    read = [value(facts, fact) for fact in ("machine.model", "machine.motherboard")]
    words = set(re.findall(r"\w+", wanted.lower()))
    yield name, wanted, read, any(r and set(re.findall(r"\w+", r.lower())) <= words for r in read)


def _ram(name: str, wanted: float, facts: Facts) -> Iterator[Check]:
    read = value(facts, "ram.total_gib")
    yield name, wanted, read, read is not None and abs(read - wanted) < 0.06


def _xids(name: str, wanted: dict[int, int], facts: Facts) -> Iterator[Check]:
    read = value(facts, "report.xid_lines")
    yield name, wanted, read, read == [f"{code} x{count}" for code, count in sorted(wanted.items())]


def _reasons(name: str, wanted: list[str], facts: Facts) -> Iterator[Check]:
    read = value(facts, "gpus.clock_reasons")
    yield name, wanted, read, read is not None and set(read) == set(wanted)


def _modules(name: str, wanted: list[str], facts: Facts) -> Iterator[Check]:
    read = value(facts, "kernel.graphics_modules")
    yield name, wanted, read, read is not None and set(wanted) <= set(read)


def _locale(name: str, wanted: str, facts: Facts) -> Iterator[Check]:
    read = value(facts, "report.locale")
    yield name, wanted, read, bool(read) and read.partition("_")[0] == wanted.partition("_")[0]


def _sections(fact: str) -> Callable[[str, list[str], Facts], Iterator[Check]]:
    """Each labelled section is found by the words before its reason in brackets or behind a colon."""

    def check(name: str, wanted: list[str], facts: Facts) -> Iterator[Check]:
        read = [_plain(item) for item in value(facts, fact) or ()]
        for item in wanted:
            plain = _plain(item)
            yield f"{name}: {item[:60]}", plain, read, any(plain.startswith(r) or r.startswith(plain) for r in read)

    return check


def _plain(item: str) -> str:
    name = re.split(r" \(|: ", item.replace("/./", "/"))[0].lower()
    return re.sub(r"_d3hot.*", "", name).strip()


SPECIAL: dict[str, Callable[[str, Any, Facts], Iterator[Check]]] = {
    "os": _os,
    "secure_boot": _switch("secure_boot.enabled", "enabled", "disabled"),
    "iommu": _switch("iommu.enabled", "on", "off"),
    "motherboard_or_laptop": _board,
    "ram_gib": _ram,
    "xids": _xids,
    "throttle_reasons": _reasons,
    "other_modules": _modules,
    "locale": _locale,
    "hung_or_failed_sections": _sections("report.sections_failed"),
    "skipped_sections": _sections("report.sections_skipped"),
}


def score(folder: Path, diagnose: Callable[[dict[str, Any], Look], str] | None) -> tuple[int, int]:
    """Right and all, over the folder; prints what is not right."""
    right = every = 0
    for entry in yaml.safe_load((folder / "labels.yaml").read_text(encoding="utf-8")):
        seen = look(folder / entry["file"])
        facts = derived(seen)
        done = list(checks(entry["facts"], facts))
        good = sum(ok for *_, ok in done)
        right, every = right + good, every + len(done)
        print(f"{entry['file']}: {good} of {len(done)}")
        for name, wanted, read, ok in done:
            if not ok:
                print(
                    f"    {'missed' if read in (None, [], '', 'unknown') else 'wrong'}  {name}: {wanted!r}, read {read!r}"
                )
        if diagnose:
            print(f"    {diagnose(entry, seen)}")
    return right, every


def derived(seen: Look) -> Facts:
    """With what follows from the facts."""
    from kbtui.engine import Engine
    from kbtui.machine.derive import derive

    return derive(seen.facts, Engine.open().tables)


def diagnosed(entry: dict[str, Any], seen: Look) -> str:
    """The diagnosis over a report without a word typed, against its labels."""
    from benchmarks import bug_report_causes
    from kbtui.engine import Engine, Request

    return bug_report_causes.line(entry, Engine.open().diagnose(Request(look=seen, machine="bug report")))


def main() -> None:
    """Print the table; exit 1 below the goal."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--folder", type=Path, default=FOLDER)
    options.add_argument("--no-diagnosis", action="store_true")
    args = options.parse_args()
    right, every = score(args.folder, None if args.no_diagnosis else diagnosed)
    print(f"{right} of {every} labelled facts: {right / every:.1%} (goal: {GOAL:.0%})")
    sys.exit(0 if right / every >= GOAL else 1)


if __name__ == "__main__":
    main()
