"""The live panel: a card's curves while a fault about load is open. Sampled at most once a second, beside the sweep."""

from __future__ import annotations

import time

from textual import work
from textual.message import Message

from kbtui.machine.facts import Facts
from kbtui.tui.app import app_of
from kbtui.tui.curves import Series
from kbtui.tui.inert import line
from kbtui.tui.watch import Watch
from kbtui.tui.widgets.lines import Line

EVERY = 1.0
PATIENCE = 3.0
"""A sample that took longer says that the driver is ill: it is not asked again."""


class Sampled(Message):
    """One sample; None where the driver took too long."""

    def __init__(self, facts: Facts | None) -> None:
        super().__init__()
        self.facts = facts


class LivePanel(Line):
    """Hidden and silent until it is shown."""

    def __init__(self) -> None:
        super().__init__(id="live")
        self._series = Series()
        self._card = 0
        self._ill = self._busy = False

    def on_mount(self) -> None:
        """The clock of the samples."""
        self._clock = self.set_interval(EVERY, self._sample, pause=True)

    def follow(self, facts: Facts, *, on: bool) -> None:
        """Whether it is on now, and what the last look saw: all there is of a machine elsewhere."""
        if not on:
            self._clock.pause()
            self.show()
            return
        if not self._series.cards:
            self._series.take(facts)
        self._show()
        watch = app_of(self).lookout
        if watch and watch.is_live and self._series.cards and not self._ill:
            self._clock.resume()

    def next_card(self) -> None:
        """Another card of several."""
        self._card += 1
        self._show()

    def _sample(self) -> None:
        watch = app_of(self).lookout
        if watch and not self._busy:
            self._busy = True
            self._ask(watch)

    @work(thread=True, group="sample")
    def _ask(self, watch: Watch) -> None:
        began = time.monotonic()
        facts = watch.sample()
        self.post_message(Sampled(facts if time.monotonic() - began <= PATIENCE else None))

    def on_sampled(self, message: Sampled) -> None:
        """Draw it."""
        self._busy = False
        if message.facts is None:
            self._ill = True
            self._clock.pause()
        else:
            self._series.take(message.facts)
        if self.display:
            self._show()

    def _show(self) -> None:
        say, cards = app_of(self).say, sorted(self._series.cards)
        if not cards:
            self.show((say("live.nothing"), "dim"))
            return
        number = self._card % len(cards)
        several = say("live.of", n=number + 1, all=len(cards)) if len(cards) > 1 else ""
        title = (f"{say('live.title')} {line(cards[number], 40)}  {several}\n", "bold")
        ill = [(f"{say('live.ill')}\n", "$warning")] if self._ill else []
        self.show(title, *ill, *self._series.rows(cards[number], self.size.width or 60, say))
