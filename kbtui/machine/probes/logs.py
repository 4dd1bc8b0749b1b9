"""What the readers of pasted kernel logs find in a log that a probe has read."""

from __future__ import annotations

import re

from msgspec.structs import replace

from kbtui.machine.asks import Raw
from kbtui.machine.facts import Fact, Kind, scope_of

_REFUSALS = re.compile(
    r"^.*?(?:"
    r"nvidia[\w-]*: (?P<symbol>Unknown symbol \w+|disagrees about version of symbol \w+|version magic .*? should be .*)"
    r"|(?P<key>Loading of (?:unsigned module|module with unavailable key|module with \S+ \S+) is rejected)"
    r"|Lockdown: (?P<locked>(?:modprobe|systemd-udevd|insmod)[^:]*: unsigned module loading is restricted)"
    r"|NVRM: (?P<none>No NVIDIA (?:GPU found|devices probed|graphics adapter found!?))"
    r").*$",
    re.MULTILINE,
)


_WORDS = re.compile(
    r"^.*(?:NVRM|Xid|Linux version|-- (?:Boot|Reboot)|[Oo]ut of memory|oom-kill|PCIe Bus Error|AER: |iommu|IOMMU"
    r"|Default domain|I/O error, dev|\[10de:|: BAR \d|rejected).*$",
    re.MULTILINE,
)
"""What a line must hold to be looked at: a log of a month can be spam of another device for the most part."""


def said_in(log: Raw, kind: Kind) -> list[Fact]:
    """Facts of a kernel log, cards by their bus ids. Only the readers of kernel lines are asked: a log is no prose."""
    from kbtui.machine.text import kernel_log, nvrm, xid
    from kbtui.machine.text.cards import joined
    from kbtui.machine.text.found import Found

    found = Found("\n".join(_WORDS.findall(log.text)))
    for reader in (kernel_log, nvrm, xid):
        reader.parse(found)
    facts, _ = joined(found.facts(), found.scopes)
    # A card that the log only counts cannot be told from another.
    facts = [f for f in facts if scope_of(f.name) != "gpu" or ":" in f.entity]
    facts = [f for f in facts if f.name != "driver.insert_error"] + refusal(log.text)
    return [replace(fact, kind=kind, origin=log.origin, line=0) for fact in facts]


def refusal(text: str) -> list[Fact]:
    """The last thing that the kernel or the module said against being loaded, unless the module came up after it."""
    refusals = list(_REFUSALS.finditer(text))
    if not refusals or "NVRM: loading NVIDIA" in text[refusals[-1].end() :]:
        return []
    last = refusals[-1]
    value = next(group for group in last.groups() if group)
    return [Fact(name="driver.insert_error", value=value.strip(), raw=last[0].strip()[:500])]
