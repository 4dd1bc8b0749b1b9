"""From the command line to the screens: the language, the settings, the openers that run after the first frame."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from kbtui.errors import InputError
from kbtui.tui import piped
from kbtui.tui import settings as kept
from kbtui.tui.app import KbtuiApp
from kbtui.tui.messages import Opening
from kbtui.tui.words import Words, can_draw_chinese, chinese_asked

if TYPE_CHECKING:
    from kbtui.engine import Engine
    from kbtui.tui.elsewhere import Elsewhere
    from kbtui.tui.watch import Seen, Watch

CALM = 1.0
"""Seconds between two updates over a slow line."""
SWITCH = 0.001
"""Seconds that a worker may keep a key waiting for the interpreter."""


def run_piped(lang: str | None, *, calm: bool = False) -> int:
    """Open the screens with what stands at standard input; keys come from the terminal. InputError where there is none."""
    source = piped.take_over()
    if source is None:
        raise InputError("standard input is not the terminal, and there is none for the keys: use `kbtui diagnose -`")
    return run("", lang, source=source, calm=calm)


def run(
    text: str,
    lang: str | None,
    elsewhere: Callable[[bool], Elsewhere] | None = None,
    *,
    copy_only: bool = False,
    calm: bool = False,
    source: int | None = None,
    first: Callable[[KbtuiApp], None] | None = None,
) -> int:
    """Open the screens; with a text, its case. Returns the exit code.

    `elsewhere` opens another machine than this one; it is told whether the screens speak Chinese. `copy_only`: steps are copied
    and never run. `calm`: for a slow line, whatever the settings say. `source`: what stood at standard input. `first`: what is done as soon as the knowledge is open.
    """
    settings = kept.load()._replace(copy_only=copy_only)
    settings = settings._replace(calm=calm or settings.calm)
    zh = chinese_asked(lang or settings.lang or None)
    there = elsewhere(zh and can_draw_chinese()) if elsewhere else None

    def look(tell: Callable[[Seen], None]) -> Watch:
        from kbtui.tui.elsewhere import watch
        from kbtui.tui.watch import EVERY, this_machine

        every = CALM if settings.calm else EVERY
        return watch(there, tell, every) if there else this_machine(tell, every)

    app = KbtuiApp(Opening(Words(zh=zh and can_draw_chinese()), settings, _engine, look, text, there, source))
    if zh and not can_draw_chinese():
        app.greeting = app.say("note.zh")
    if first:
        app.first = lambda: first(app)
    sys.setswitchinterval(SWITCH)
    code = app.run()
    return code if isinstance(code, int) else 0


def _engine() -> Engine:
    from kbtui.engine import Engine

    return Engine.open()
