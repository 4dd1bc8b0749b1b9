"""The command palette: problems from our own index, the screens' commands, recent cases. Never the toolkit's matcher."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from kbtui.tui import places
from kbtui.tui import session as sessions
from kbtui.tui.app import KbtuiApp, app_of
from kbtui.tui.inert import line

Command = tuple[str, str, Callable[[], object]]
"""What it is, in the person's words; its kind; what it does."""


class KnowledgeProvider(Provider):
    """Asks the search index in a thread; a newer keystroke wins because the palette drops an older search."""

    async def discover(self) -> Hits:
        """Commands and recent cases, before anything is typed."""
        for text, kind, run in [*self._commands(), *await asyncio.to_thread(self._cases)]:
            yield DiscoveryHit(_shown(text, kind), run, text)

    async def search(self, query: str) -> Hits:
        """Problems first, then commands and cases that hold every typed word."""
        app, words = app_of(self), query.lower().split()
        session = app.session
        if session:
            matches = await asyncio.to_thread(session.find, query, 12)
            for match in matches:
                text = line(session.engine.title(match.id, zh=app.say.zh), 120)
                yield Hit(
                    match.score, _shown(text, app.say("palette.problem")), partial(app.open_problem, match.id), text
                )
        for text, kind, run in [*self._commands(), *await asyncio.to_thread(self._cases)]:
            if all(word in text.lower() for word in words):
                yield Hit(1.0, _shown(text, kind), run, text)

    def _commands(self) -> Iterator[Command]:
        app = app_of(self)
        kind, listed = app.say("palette.command"), {"app.command_palette", "app.quit", "app.settings", "plan"}
        for node, binding, enabled, _ in self.screen.active_bindings.values():
            if enabled and binding.show and binding.action not in listed and binding.description.startswith("k."):
                listed.add(binding.action)
                yield app.say(binding.description), kind, partial(app.run_action, binding.action, node)
        for word, run in (
            ("k.plan", partial(_open, app, "plan")),
            ("k.settings", app.action_settings),
            ("k.quit", app.action_quit),
        ):
            yield app.say(word), kind, run

    def _cases(self) -> list[Command]:
        app: KbtuiApp = app_of(self)
        kind = app.say("palette.case")
        return [(line(s.text, 80), kind, partial(app.resume, s.id)) for s in sessions.recent()]


def _open(app: KbtuiApp, place: str) -> None:
    app.push_screen(places.make(place))


def _shown(text: str, kind: str) -> Content:
    return Content.assemble(text, (f"  {kind}", "dim"))
