"""Packs that change while the screens are open: read anew, quietly, and the open case weighed again.

Only sizes and times of foreign packs are looked at, by a worker, every few seconds; the shipped pack does not change.
"""

from __future__ import annotations

import platform
from functools import partial
from typing import TYPE_CHECKING

from kbtui.errors import KbtuiError
from kbtui.tui.inert import line

if TYPE_CHECKING:
    from kbtui.engine import Engine
    from kbtui.tui.app import KbtuiApp

EVERY = 5.0
"""Seconds between two looks."""


class Reloading:
    """Follows the packs in force for one app."""

    def __init__(self, app: KbtuiApp, engine: Engine) -> None:
        self._app = app
        self._seen: str | None = None
        self.notices = _notices(engine, zh=app.say.zh)
        """What holds here for a while, as lines for Ask."""
        app.set_interval(EVERY, self.check)
        self.check()

    def check(self) -> None:
        """Look, in a worker."""
        self._app.run_worker(self._look, thread=True, group="reload", exclusive=True, exit_on_error=False)

    def _look(self) -> None:
        now = key()
        if self._seen is None or now == self._seen:
            self._seen = now
            return
        self._seen = now
        try:
            engine = self._app.opening.open_engine()
            engine.search("xid")  # the index is loaded here, not at a keystroke
        except KbtuiError as error:
            self._app.call_from_thread(partial(self._tell, str(error), "warning"))
            return
        self._app.call_from_thread(partial(self._arrived, engine))

    def _arrived(self, engine: Engine) -> None:
        app, session = self._app, self._app.session
        if session is None:
            return
        if app.is_thinking:  # what is being thought is of the packs as they were
            app.set_timer(0.2, partial(self._arrived, engine))
            return
        lost = set(session.engine.knowledge.problems) - set(engine.knowledge.problems)
        session.engine = engine
        self.notices = _notices(engine, zh=app.say.zh)
        if lost:
            session.result = None
        if lost.intersection(session.stack):
            session.climb_to([p for p in session.stack if p not in lost])
        while lost and len(app.screen_stack) > 2:  # a screen may stand over a problem that is gone
            app.pop_screen()
        app.think()
        wrong = len(engine.knowledge.mistakes)
        said = app.say("reload.done", count=len(engine.knowledge.problems))
        self._tell(f"{said} {app.say('reload.wrong', count=wrong)}" if wrong else said, "information")

    def _tell(self, said: str, severity: str) -> None:
        self._app.notify(line(said, 300), severity="warning" if severity == "warning" else "information", markup=False)


def key() -> str:
    """Changes with any file or recorded trust of the foreign packs in force."""
    from kbtui.kb import packs, trust

    try:
        found = [p for p in packs.discover() if not p.shipped]
    except KbtuiError as error:
        return str(error)
    return packs.stamp(found) + trust.seal(found)


def _notices(engine: Engine, *, zh: bool) -> list[str]:
    from kbtui.diagnosis import local
    from kbtui.kb.notices import in_force

    held = in_force(engine.knowledge.built.notices, platform.node())
    return [line(chinese if zh else english, 300) for english, chinese in local.said(held)]
