"""The program on the screen: it wires the session, the watch and the screens together, and does no work of its own.

Workers post what they made; the app keeps it in the session and publishes it; screens draw what is published.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol, cast

from textual import events, work
from textual.app import App
from textual.screen import Screen
from textual.scrollbar import ScrollBar, ScrollBarRender
from textual.signal import Signal

from kbtui.errors import KbtuiError
from kbtui.tui import places, theme
from kbtui.tui.arriving import Arriving
from kbtui.tui.attached import named
from kbtui.tui.glyphs import on_console
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.messages import Opened, Opening, Saw, Thought

if TYPE_CHECKING:  # the engine is imported by a worker, after the first frame
    from kbtui.engine import Engine, Request, Result
    from kbtui.tui.planned import Draft
    from kbtui.tui.reloading import Reloading
    from kbtui.tui.session import Session
    from kbtui.tui.watch import Seen, Watch


READ = 2.0
"""Seconds that what is told in the corner stays at least."""


class KbtuiApp(Arriving):
    """`session` is None until the engine is open."""

    CSS_PATH = "styles/kbtui.tcss"
    TITLE = "kbtui"
    COMMANDS = {lambda: _provider()}
    BINDINGS = [key("ctrl+q", "quit", "k.quit"), key("f1", "help", "k.help"), key("f2", "settings", "k.settings")]

    def __init__(self, opening: Opening) -> None:
        super().__init__()
        self.opening = opening
        self.say, self.settings = opening.say, opening.settings
        self.session: Session | None = None
        self.lookout: Watch | None = None
        self.seen: Seen | None = None
        self.ready: Signal[Session] = Signal(self, "ready")
        self.saw: Signal[Seen] = Signal(self, "saw")
        self.thought: Signal[Result] = Signal(self, "thought")
        self.planned: Draft | None = None
        """The plan that is being made; it outlives its screen."""
        self.greeting = ""
        """Said below the question."""
        self.reloading: Reloading | None = None
        self._thinking = self._again = False
        ScrollBar.renderer = theme.ConsoleBars if on_console() else ScrollBarRender
        for own in theme.OWN:
            self.register_theme(own)
        self.theme = self.settings.theme if self.settings.theme in self.available_themes else theme.DARK.name

    @property
    def looks(self) -> bool:
        """Whether a machine is looked at at all."""
        return self.opening.open_watch is not None and (self.settings.look or self.opening.there is not None)

    @property
    def is_looking(self) -> bool:
        """Whether answers of the machine are still to come."""
        return self.looks and not (self.seen and self.seen.over)

    @property
    def is_thinking(self) -> bool:
        """Whether a diagnosis is under way."""
        return self._thinking

    def get_default_screen(self) -> Screen[object]:
        """Ask is always at the bottom."""
        return places.make("ask")

    def on_mount(self) -> None:
        """Everything that is not the first frame comes after it."""
        self.call_after_refresh(self._open)
        self.set_class(self.settings.calm, "-calm")

    @work(thread=True, group="open")
    def _open(self) -> None:
        try:
            from kbtui.tui import memory, session

            memory.one_heap()
            engine = self.opening.open_engine()
            engine.search("xid")  # the index, the typo repair and the patterns are loaded here, not at a keystroke
            waits = None if self.opening.text or self.opening.there else session.rebooted_into()
        except KbtuiError as error:
            self.call_from_thread(self.exit, 2, message=f"kbtui: {error}")
            return
        self.post_message(Opened(engine, waits))
        memory.give_back()  # where the packs had to be read anew

    def on_opened(self, message: Opened) -> None:
        """The session begins, the machine is looked at."""
        from kbtui.tui.reloading import Reloading
        from kbtui.tui.session import Session

        self.session = Session(message.engine, self.where or "live")
        self.reloading = Reloading(self, message.engine)
        self.look_out()
        if self.lookout and self.looks:
            self.lookout.start()
        self.ready.publish(self.session)
        if self.first:
            self.first()
        elif self.opening.there:
            self.go_on()
        elif self.opening.text:
            self.open_case(self.opening.text)
        elif self.opening.piped is not None:
            self.open_piped()
        elif message.waits:
            name, cause = message.waits
            self.resume(name)
            self.push_screen(places.make("fix", cause, True))

    def on_saw(self, message: Saw) -> None:
        """What the sweep saw goes into the belief."""
        if message.where != self.where:
            return
        self.seen = message.seen
        if self.session:
            self.session.look = message.seen.look
            if message.seen.over:
                self.session.keep_look(message.seen.look)
            self.think()
        self.saw.publish(message.seen)

    def think(self) -> None:
        """Diagnose with what is known now; while one diagnosis runs, at most one more waits."""
        if self.session is None or not self.session.is_open:
            return
        if self._thinking:
            self._again = True
            return
        self._thinking, self._again = True, False
        self._think(self.session.engine, self.session.request())

    @work(thread=True, group="think")
    def _think(self, engine: Engine, request: Request) -> None:
        from kbtui.tui import memory

        self.post_message(Thought(engine.think(request), request.case or ""))
        if request.look and request.look.complete:
            memory.give_back()

    def on_thought(self, message: Thought) -> None:
        """Keep and publish it, unless another case is open by now."""
        self._thinking = False
        if self.session and self.session.state.id == message.case:
            self.session.keep(message.result)
            self.thought.publish(message.result)
            if self.session.trouble:
                self.notify(self.say("trouble", why=line(self.session.trouble)), severity="error", markup=False)
        if self._again or (self.session and self.session.state.id != message.case):
            self.think()

    def open_case(self, text: str, stack: list[str] | None = None) -> None:
        """A new case about this text; a text that names a file opens the file."""
        if self.session is None:
            self.first = lambda: self.open_case(text, stack)
            return
        if attached := named(text):
            self.open_file("", attached)
            return
        self.session.begin(text, stack)
        self.show_case()

    def resume(self, name: str) -> None:
        """An old case, where it was left."""
        if self.session is None:
            return
        try:
            self.session.resume(name)
        except KbtuiError as error:
            self.notify(line(str(error)), severity="error", markup=False)
            return
        self.show_case()

    def open_problem(self, problem: str) -> None:
        """Dive into a problem: in the open case, else in a new one that starts there."""
        if self.session and not self.session.is_open:
            self.open_case(self.session.engine.title(problem, zh=False), [problem])
        elif self.session:
            self.session.push(problem)
            self.show_case()

    def look_again(self, facts: frozenset[str] = frozenset()) -> None:
        """Run the probes anew: all of them, or those that can give these facts."""
        if self.lookout:
            self.lookout.start(facts)

    def carried_out(self, problem: str) -> bool:
        """A fix was carried out on a machine elsewhere. True where that made another machine of it: look at all of it."""
        there = self.opening.there
        if not (there and self.session and self.opening.open_watch and there.fixed(problem)):
            return False
        self.session.keep_seen()
        self.look_out()
        self.session.machine = there.name
        return True

    @property
    def has_news(self) -> bool:
        """Whether another machine stands where the open case's stood."""
        there, session = self.opening.there, self.session
        return bool(there and there.news() and session and session.state.machine != there.name)

    def go_on(self, before: str = "") -> None:
        """What the person elsewhere sees now, as the next case; back to Ask where nothing is wrong any more. `before`: what is
        known of the fix that led there."""
        there = self.opening.there
        if not there or not self.session or (self.session.is_open and self.session.state.machine == there.name):
            return
        if there.text():
            self.open_case(there.text())
        while not there.text() and len(self.screen_stack) > 1:
            self.pop_screen()
        if there.news():
            self.push_screen(places.make("told", there.name, f"{there.news()}\n\n{before}".strip()))

    def show_case(self) -> None:
        """The case that was begun, alone over Ask."""
        while len(self.screen_stack) > 1:
            self.pop_screen()
        self.push_screen(places.make("case"))
        self.think()

    def action_command_palette(self) -> None:
        """Problems, commands, recent cases."""
        from textual.command import CommandPalette

        if not CommandPalette.is_open(cast(App[object], self)):
            self.push_screen(CommandPalette(placeholder=self.say("palette.hint"), id="--command-palette"))

    def action_help(self) -> None:
        """The help of what has the focus."""
        self.push_screen(places.make("help", self.focused, self.screen))

    def action_settings(self) -> None:
        """The settings."""
        self.push_screen(places.make("settings"))

    async def on_event(self, event: events.Event) -> None:
        """A key takes away what was told before it."""
        told = [n.raised_at for n in self._notifications] if isinstance(event, events.Key) else []
        if told and time.time() - max(told) > READ:
            self.clear_notifications()
        await super().on_event(event)

    def on_unmount(self) -> None:
        """Nothing is left running."""
        if self.lookout:
            self.lookout.cancel()


def _provider() -> type:
    from kbtui.tui.palette import KnowledgeProvider

    return KnowledgeProvider


class _Hosted(Protocol):
    """A screen, a widget, or the palette's provider."""

    @property
    def app(self) -> object:
        """Whose it is."""


def app_of(node: _Hosted) -> KbtuiApp:
    """The app as what it is: screens and widgets ask it for the session and the words."""
    return cast(KbtuiApp, node.app)
