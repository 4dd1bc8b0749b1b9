"""A machine on the screens that is not this one: it answers the same probes, and nothing is run here for its sake."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kbtui.machine.host import Host
    from kbtui.machine.probes.spec import Probe
    from kbtui.tui.watch import Seen, Watch


EVERY = 0.25
"""Seconds between two tellings."""


class Elsewhere(Protocol):
    """Where the machine comes from. Its fixes are carried out over there, and may make another machine of it."""

    @property
    def name(self) -> str:
        """What it is, for the top line."""

    def host(self) -> Host:
        """The machine as it is now. InputError where it cannot be opened."""

    def text(self) -> str:
        """What the person there says of it now; "" where nothing is wrong."""

    def news(self) -> str:
        """What has happened there, to be told once; "" for nothing."""

    def fixed(self, problem: str) -> bool:
        """A fix of this problem was carried out there: whether the machine is another one since."""


def watch(there: Elsewhere, tell: Callable[[Seen], None], every: float) -> Watch:
    """A watch over it as it is now."""
    from kbtui.tui.watch import Watch

    def probes() -> list[Probe]:
        from kbtui.machine.probes import probes_for

        return probes_for(there.host())

    return Watch(there.host, probes, tell, every)
