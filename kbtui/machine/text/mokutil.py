"""mokutil --sb-state, and the same from bootctl.

Sample:

    SecureBoot enabled
"""

from __future__ import annotations

from kbtui.machine.text.found import Found
from kbtui.machine.text.patterns import Pattern

_STATE = Pattern(
    r"\s*(?:SecureBoot (enabled|disabled)|Secure Boot: (enabled|disabled)\b.*|SecureBoot: (enabled"
    r"|disabled))\s*$",
)


def parse(found: Found) -> None:
    """The line alone: within a sentence it would be somebody's claim."""
    for at, line in enumerate(found.lines):
        if "Secure" not in line:
            continue
        state = _STATE.match(line)
        if state:
            found.add("secure_boot.enabled", next(g for g in state.groups() if g) == "enabled", at)
            found.take("mokutil", at, at)
        elif "EFI variables are not supported on this system" in line:
            found.add("firmware.mode", "bios", at)
            found.take("mokutil", at, at)
