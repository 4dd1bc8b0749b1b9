"""The kernel log of this boot: what the driver, the bus, the memory and the disks have said since it began.

dmesg                                    [ 5120.1] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', GPU has fallen off the bus.
journalctl -k -b 0 -o short-iso          2026-11-02T13:11:23+0000 atlas kernel: Linux version 5.15.0-125-generic ...
dmesg, refused                           dmesg: read kernel buffer failed: Operation not permitted

dmesg shows what the kernel still holds; on a machine that ran long its beginning is overwritten, and the journal has
it. What both say is joined. That something was *not* said counts only where the log reaches back to the boot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec.structs import replace

from kbtui.machine.asks import Raw, Read, Run
from kbtui.machine.facts import Fact, Value
from kbtui.machine.probes.logs import said_in
from kbtui.machine.probes.spec import Out, Probe

DMESG = Run(("dmesg",), cap=16 << 20)
JOURNAL = Run(
    ("journalctl", "-k", "-b", "0", "--no-pager", "-o", "short-iso", "-n", "30000"), seconds=6.0, cap=16 << 20
)
_SILENT: Mapping[str, Value] = {
    "xid.codes": [],
    "sxid.codes": [],
    "driver.rm_init_failed": False,
    "pci.aer_errors": False,
    "pci.bar_unassigned": False,
    "ram.oom_killed": False,
    "disk.io_errors": False,
    "driver.rm_init_code": None,
    "driver.insert_error": None,
}
"""What a whole log means that does not speak of it."""
_OF_CARDS = ("gpu.vendor", "gpu.xids", "gpu.lost", "gpu.open_module_required", "gpu.open_module_supported")
_WANTED = frozenset((*_SILENT, *_OF_CARDS))
_BEGINNING = re.compile(r"Linux version \d|^\[\s*0\.0+\] ", re.MULTILINE)
_MAY_NOT = re.compile(r"not permitted|[Pp]ermission denied|not seeing messages|insufficient permissions", re.IGNORECASE)
_KERNEL_LINE = re.compile(r"^(?:<\d+>)?\[[ \d]+\.\d+\]| kernel: ", re.MULTILINE)
_FILE = Read("/var/log/kern.lo[g]", cap=1 << 20, tail=True)
"""Asked for as a pattern: a machine without the file has lost nothing."""


def parse(seen: Mapping[str, Raw], out: Out) -> None:
    """Facts of every log that could be read, joined; silence counts only in a whole one."""
    logs = [seen[n] for n in ("journal", "dmesg") if _readable(seen[n])]
    if not logs:  # the file may end with an earlier boot: the last resort
        parts = [replace(seen["file"], text=text, origin=path) for path, text in seen["file"].files.items()]
        logs = [part for part in parts if _readable(part)]
    if not logs:
        reason = next((seen[n].output.strip() or seen[n].reason for n in ("dmesg", "journal")), "")
        refused = any(_MAY_NOT.search(seen[n].output) or seen[n].status == "refused" for n in ("dmesg", "journal"))
        if refused:
            out.add("kernel.log_readable", False, seen["dmesg"] if seen["dmesg"].ok else seen["journal"])
        why = "this user may not read the kernel log" if refused else f"no kernel log could be read: {reason[:120]}"
        for name in (*_SILENT, "iommu.enabled"):
            out.unknown(name, why, seen["dmesg"])
        return
    out.add("kernel.log_readable", True, logs[-1], logs[-1].text[:120])
    whole = next((log for log in logs if _BEGINNING.search(log.text[:4000]) and not log.truncated), None)
    facts: dict[tuple[str, str], Fact] = {}
    iommu: list[Fact] = []
    for log in logs:
        for fact in said_in(log, out.kind):
            if fact.name == "iommu.enabled":
                iommu.append(fact)
            elif fact.name in _WANTED:
                facts[fact.name, fact.entity] = _with(facts.get((fact.name, fact.entity)), fact)
    out.facts += facts.values()
    for name, value in _SILENT.items():
        if (name, "") in facts:
            continue
        if whole:
            out.add(name, value, whole, "the log since boot does not speak of it")
        else:
            out.unknown(name, "the beginning of this boot is no longer in the kernel log", logs[-1])
    _iommu(seen, iommu, whole is not None, out)


def _readable(log: Raw) -> bool:
    """Lines of a kernel log, even where the tool was ended at its cap; "-- No entries --" is none."""
    return log.ok and _KERNEL_LINE.search(log.text) is not None


def _with(before: Fact | None, fact: Fact) -> Fact:
    """Two logs of one boot: lists are joined; of other values the later log's stands."""
    if before is None or not isinstance(before.value, list) or not isinstance(fact.value, list):
        return fact
    return replace(fact, value=list(dict.fromkeys([*before.value, *fact.value])), raw=before.raw or fact.raw)


def _iommu(seen: Mapping[str, Raw], said: list[Fact], whole: bool, out: Out) -> None:
    """The groups' types, where there are groups; "identity" passes addresses through. Else the log's word."""
    groups = seen["iommu_groups"]
    kinds = sorted({text.strip() for text in groups.files.values()})
    if kinds:
        out.add("iommu.enabled", any(k.startswith("DMA") for k in kinds), groups, ", ".join(kinds))
    elif said:
        out.facts.append(next((f for f in said if f.value is False), said[-1]))
    elif groups.ok and whole:
        out.add("iommu.enabled", False, groups, "no groups")


PROBES = (
    Probe(
        "kernel log",
        {
            "dmesg": DMESG,
            "journal": JOURNAL,
            "file": _FILE,
            "iommu_groups": Read("/sys/kernel/iommu_groups/*/type", most=4000),
        },
        parse,
        ("kernel.log_readable", *_SILENT, *_OF_CARDS, "iommu.enabled"),
        seconds=0.01,
        streams={"dmesg": "kernel_log", "journal": "kernel_log"},
    ),
)
