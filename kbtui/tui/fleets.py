"""A fleet check on the screens: what it is started with, and one of its nodes as a machine that is looked at."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kbtui.engine import Engine
    from kbtui.fleet.analysts import Work
    from kbtui.fleet.check import Told
    from kbtui.fleet.judge import Order
    from kbtui.machine.host import Host
    from kbtui.tui.app import KbtuiApp

    Start = Callable[[Engine, threading.Event, dict[str, Work]], tuple[Order, Iterator[Told], list[str]]]


def run(start: Start, lang: str | None) -> int:
    """Open the screens over a fleet. Returns the exit code."""
    from kbtui.tui import places
    from kbtui.tui import start as screens

    def first(app: KbtuiApp) -> None:
        app.push_screen(places.make("fleet", start))

    return screens.run("", lang, first=first)


class Node:
    """One node, as the machine of a case: what it answered when it was asked."""

    def __init__(self, work: Work, text: str) -> None:
        self._work, self._text = work, text

    @property
    def name(self) -> str:
        """The node's own."""
        return self._work.node

    def host(self) -> Host:
        """Its answers, or its recording."""
        from kbtui.fleet.analysts import host_of

        return host_of(self._work)

    def text(self) -> str:
        """What was said of the whole fleet."""
        return self._text

    def news(self) -> str:
        """It is as it was."""
        return ""

    def fixed(self, problem: str) -> bool:
        """Nothing is carried out there from here."""
        return False
