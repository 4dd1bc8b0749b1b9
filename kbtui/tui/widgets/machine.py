"""The machine strip: what is seen of this machine, what is still looking and for how long."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kbtui.tui.app import app_of
from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import line
from kbtui.tui.widgets.lines import Line
from kbtui.tui.words import Words

if TYPE_CHECKING:
    from kbtui.tui.watch import Seen


class MachineStrip(Line):
    """Two short texts in one line. Ticks once a second only while something runs."""

    def __init__(self, say: Words, *, looks: bool) -> None:
        super().__init__((say("strip.nothing" if looks else "strip.off"), "dim"), id="machine")
        self._say = say
        self._seen: Seen | None = None

    def on_mount(self) -> None:
        """The clock of what runs."""
        self._clock = self.set_interval(1.0, self._tick, pause=True)

    def follow(self, seen: Seen | None, *, looks: bool) -> None:
        """Show where the sweep stands; `looks`: whether a machine is looked at at all."""
        self._seen = seen
        if seen is None:
            self._clock.pause()
            self.show((self._say("strip.nothing" if looks else "strip.off"), "dim"))
            return
        if seen.over:
            self._clock.pause()
        else:
            self._clock.resume()
        self._tick()

    def _tick(self) -> None:
        from kbtui.tui.strip import summary

        seen = self._seen
        if seen is None:
            return
        known = summary(seen.look.facts, glyphs().dot)
        where = line(app_of(self).where, 100)
        parts = [(f"{where}  ", "bold")] if where else []
        parts.append((known or self._say("strip.nothing"), ""))
        if not seen.over:
            parts.append((f"  {self._say('strip.looking', done=seen.done, total=seen.total)}", "dim"))
            now = time.monotonic()
            slow = [(name, now - since) for name, since in seen.running if now - since >= 1]
            parts += [(f"  {self._say('strip.running', name=n, seconds=s)}", "dim") for n, s in slow[:2]]
        self.show(*parts)
