"""Xid and SXid numbers: in kernel log lines of several ages, and named in prose beside a GPU.

Sample:

    [ 5120.1] NVRM: Xid (PCI:0000:01:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
    [ 5120.2] NVRM: Xid (0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2 (Node Reboot Required)
    Oct  3 04:12:51 box kernel: NVRM: Xid (0000:82:00): 48, An uncorrectable double bit error (DBE) has been detected
    nvidia-nvswitch3: SXid (PCI:0000:c4:00.0): 12028, Non-fatal, Link 32 egress non-posted PRIV error
    In the kernel log of the card: Xid 31, 43 and 45.
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.names import bus_id
from kbtui.machine.text.patterns import ANY_CASE, Pattern

_LINE = Pattern(r"(S?)Xid \((PCI:)?([0-9A-Fa-f:.]{7,16})\):? (\d{1,5})")
_ACTION = Pattern(r"recovery action changed from \S+ \([^)]*\) to \S+ \(([^)]+)\)")
_SAID = Pattern(
    r"(?<![\w.])(no |without |without any |没有|无)?(?<!S)xids?(?: (?:error|code|event|errors|codes|number"
    r"|numbers))*(?:s)?"
    r"[\s:：#=是为]{0,3}(\d{1,3}(?:(?:\s*[,/、，和]\s*|\s+(?:and|or|then)\s+|,\s*and\s+)\d{1,3})*)(?![\w:]|\.\d)",
    ANY_CASE,
)
_NUMBER = Pattern(r"\d{1,3}")
_CONTEXT = ("gpu", "nvrm", "nvidia", "cuda", "dmesg", "kernel", "rtx", "tesla", "h100", "a100", "driver", "显卡", "驱")


def parse(found: Found) -> None:
    """Numbers of this boot; a line of an earlier boot says nothing about now."""
    context: bool | None = None
    for at, line in enumerate(found.lines):
        low = line.lower()
        if "xid" not in low:
            continue
        matches = list(_LINE.finditer(line))
        for match in matches:
            if not found.is_history(at):
                _logged(found, at, line, match[1] == "S", match[3], int(match[4]))
        if matches or found.taken[at]:
            continue
        if context is None:
            context = any(word in text.lower() for text in found.lines for word in _CONTEXT)
        if not context:
            return
        for said in _SAID.finditer(line):
            if not said[1]:
                found.collect("xid.codes", [int(m[0]) for m in _NUMBER.finditer(said[2]) if 0 < int(m[0]) < 200], at)


def _logged(found: Found, at: int, line: str, of_switch: bool, where: str, code: int) -> None:
    if of_switch:
        found.collect("sxid.codes", [code], at)
        return
    key = bus_id(where)
    found.collect("xid.codes", [code], at)
    if not key:
        return
    found.add("gpu.vendor", "nvidia", at, entity=key)
    found.collect("gpu.xids", [code], at, entity=key)
    if "fallen off the bus" in line:
        found.add("gpu.lost", True, at, entity=key)
    action = _ACTION.search(line)
    if action:
        found.add("gpu.recovery_action", action[1], at, entity=key)
