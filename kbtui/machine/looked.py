"""What one sweep over a machine saw."""

from __future__ import annotations

from typing import NamedTuple

from kbtui.machine.asks import Raw
from kbtui.machine.facts import Facts


class Look(NamedTuple):
    """Everything that was seen of one machine at one time."""

    facts: Facts
    texts: list[tuple[str, Raw]]
    """Stream (`kernel_log`, `xorg_log` ...) and the text in which signs are matched."""
    notes: list[str]
    """What could not be seen, and what it cost."""
    complete: bool
    """False where a look failed in a way that another try could mend: refused or timed out."""
