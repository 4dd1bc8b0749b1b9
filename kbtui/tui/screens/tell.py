"""Tell more: what else you see, a pasted output, or FACT=VALUE."""

from __future__ import annotations

import re

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from kbtui.errors import FactError
from kbtui.machine.given import fact_from
from kbtui.tui.app import app_of
from kbtui.tui.attached import Attached
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.lines import Line

_FACT = re.compile(r"^([a-z_]+(?:\[[\w:.]+\])?(?:\.[a-z_0-9]+)+)\s*=\s*(.+)$")


class TellScreen(ModalScreen[None]):
    """A field over the case."""

    AUTO_FOCUS = "#more"
    BINDINGS = [key("escape", "app.pop_screen", "k.back", "esc")]

    def __init__(self, begun: str, attached: Attached | None = None, pasted: str = "") -> None:
        """`begun`: what stands in the field and says nothing yet; `attached`: a file beside it; `pasted`: what was pasted."""
        super().__init__()
        self._begun, self._attached, self._pasted_text = begun, attached, pasted

    def compose(self) -> ComposeResult:
        """The field, and what is wrong with what it holds."""
        with Vertical(classes="box"):
            yield Line(id="tell-title")
            yield Field(placeholder="", id="more")
            yield Line(id="tell-hint")

    def on_mount(self) -> None:
        """What it is for."""
        self.query_one("#tell-title", Line).show((app_of(self).say("tell.title"), "bold"))
        field = self.query_one(Field)
        if self._attached:
            field.attach(self._attached)
        elif not (self._pasted_text and field.take(self._pasted_text)):
            field.value = self._begun or self._pasted_text

    @on(Field.Pasted)
    def _pasted(self) -> None:
        self.query_one("#tell-hint", Line).show((self.query_one(Field).beside(app_of(self).say), "$accent"))

    @on(Input.Submitted, "#more")
    def _tell(self) -> None:
        app, text = app_of(self), self.query_one(Field).whole
        session, attached = app.session, self.query_one(Field).attached
        if session and attached:
            said = "\n".join(t for t in (session.state.text, text) if t)
            self.dismiss()
            app.open_file(said, attached)
            return
        if session is None or not text.strip() or text == self._begun:  # nothing was added
            self.dismiss()
            return
        stated = _FACT.match(text.strip())
        try:
            if stated:
                session.state_fact(fact_from(stated[1], stated[2].strip(), app.say("kind.set")))
            else:
                session.add_text(text)
        except FactError as error:
            self.query_one("#tell-hint", Line).show((line(str(error), 300), "$error"))
            return
        app.think()
        self.dismiss()
