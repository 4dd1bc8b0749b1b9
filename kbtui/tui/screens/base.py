"""What every screen has: the app as what it is, the danger line on top, the key bar below."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen

from kbtui.tui.inert import line
from kbtui.tui.keys import PAGE
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.keybar import KeyBar
from kbtui.tui.widgets.lines import Line

if TYPE_CHECKING:
    from kbtui.engine import Result
    from kbtui.tui.app import KbtuiApp
    from kbtui.tui.session import Session


class Page(Screen[None]):
    """A full screen. Subclasses compose `body` and draw what is published."""

    BINDINGS = PAGE
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]

    @property
    def kbtui(self) -> KbtuiApp:
        """The app."""
        return cast("KbtuiApp", self.app)

    @property
    def session(self) -> Session:
        """The open session; only for screens that stand over a case."""
        assert self.kbtui.session
        return self.kbtui.session

    def title_of(self, problem: str) -> str:
        """A problem's title in the person's language, inert."""
        return line(self.session.engine.title(problem, zh=self.kbtui.say.zh), 200)

    def compose(self) -> ComposeResult:
        """Danger, the body, the keys."""
        yield Line(id="danger")
        yield from self.body()
        yield KeyBar(self.kbtui.say)

    def body(self) -> ComposeResult:
        """What stands between danger and keys."""
        raise NotImplementedError

    def on_mount(self) -> None:
        """Follow what is published, and draw what is there already."""
        self.kbtui.thought.subscribe(self, self._draw)
        session = self.kbtui.session
        if session and session.result:
            self._draw(session.result)

    def draw(self, result: Result) -> None:
        """Show a new result."""

    def _draw(self, result: Result) -> None:
        say = self.kbtui.say
        said = [(say.zh and d.text_zh) or d.text for d in result.diagnosis.at_once]
        danger = [(f"{say('danger')}: {line(text, 600)}\n", "") for text in said]
        if danger:
            danger[-1] = (danger[-1][0].rstrip("\n"), "")
        self.query_one("#danger", Line).show(*danger)
        self.draw(result)

    def on_paste(self, event: events.Paste) -> None:
        """A paste that no field took: into the field of this screen, or over a case into what more is said."""
        fields = self.query(Field)
        if fields:
            fields.first().focus()
            if not fields.first().take(event.text):
                fields.first().insert_text_at_cursor(event.text)
        elif self.kbtui.session and self.kbtui.session.is_open:
            from kbtui.tui.places import make

            self.app.push_screen(make("tell", "", None, event.text))

    def action_more_keys(self) -> None:
        """What did not fit on the key bar."""
        self.query_one(KeyBar).turn()

    def action_back(self) -> None:
        """One screen back."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
