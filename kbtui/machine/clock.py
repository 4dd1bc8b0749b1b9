"""Time that counts: monotonic, and without the gaps in which we ourselves were stopped.

A laptop that sleeps, a person's Ctrl-Z or a debugger must not turn every look into "no answer in time"; a clock that is
set back or forth must not matter at all.
"""

from __future__ import annotations

import time

GAP = 1.2
"""Seconds between two looks at the clock from which on we were not running. Who waits, waits in shorter slices."""


class Deadline:
    """So many seconds from now. Whoever waits for it asks `left` more often than every `GAP` seconds."""

    def __init__(self, seconds: float) -> None:
        self._last = time.monotonic()
        self._until = self._last + seconds

    def left(self) -> float:
        """Seconds left, negative when it is over."""
        now = time.monotonic()
        if now - self._last > GAP:
            self._until += now - self._last
        self._last = now
        return self._until - now

    def resume(self) -> None:
        """Time since the last look was spent elsewhere on purpose: it counts."""
        self._last = time.monotonic()
