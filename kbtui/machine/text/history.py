"""Which kernel log lines belong to an earlier boot.

    -- Boot 3f0c77b1d2f04f8e8f1f3a5b6c7d8e9f --
    Oct  2 11:05:40 box kernel: NVRM: Xid (PCI:0000:41:00): 79, GPU has fallen off the bus.
    -- Boot 77aa0e9f4d5b4c2e9d1a2b3c4d5e6f70 --
    Oct  2 12:40:11 box kernel: NVRM: loading NVIDIA UNIX x86_64 Kernel Module  535.183.01

A new boot shows as a marker of journalctl, as the kernel's first line, or as a driver that loads at a time stamp
lower than the one before it. Everything kernel-like above the last such place is history. The output of
`journalctl -b -1` is history wherever it stands, until the next command.
"""

from __future__ import annotations

from kbtui.machine.text.patterns import Pattern
from kbtui.machine.text.prompt import command_in

_STAMP = Pattern(r"kernel: \[\s*(\d+)\.\d+\] ")
_EARLIER = Pattern(r"journalctl\b.*(?:\s-b\s*-[1-9]|--boot[= ]-[1-9]|\s-kb\s*-[1-9])")


def history(lines: list[str]) -> bytearray:
    """1 for each line that is history."""
    marks = bytearray(len(lines))
    start = _last_boot(lines)
    marks[:start] = b"\x01" * start
    earlier = False
    for at, line in enumerate(lines):
        if "journalctl" in line:
            earlier = bool(_EARLIER.search(line))
        elif earlier and (command_in(line) or _ends_part(line)):
            earlier = False
        if earlier:
            marks[at] = 1
    return marks


def _last_boot(lines: list[str]) -> int:
    """The line at which the last boot begins; 0 where the text shows one boot only."""
    start = stamp = 0
    seen = dated = False
    for at, line in enumerate(lines):
        if line.startswith(("-- Boot ", "-- Reboot --")):
            start = at
        elif "Linux version " in line and ("0.000000]" in line or "kernel: " in line):
            # Undated lines above the first one can be another excerpt of the same boot; dated ones come in order.
            start = at if seen or dated else start
            seen = True
        elif "kernel: " in line:
            dated = True
            match = _STAMP.search(line) if "kernel: [" in line else None
            if match:
                now = int(match[1])
                if now < stamp and "NVRM: loading" in line:
                    start = at
                stamp = now
    return start


def _ends_part(line: str) -> bool:
    """True for the rules and titles between the parts of a report."""
    return line.startswith(("____", "*** ")) or (line.endswith(":") and len(line) < 80 and "kernel" not in line)
