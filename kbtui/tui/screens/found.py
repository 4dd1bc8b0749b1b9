"""A page that was found elsewhere and what of it helped, in one line: kept with the case, a reference of its new node."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from kbtui.tui.app import app_of
from kbtui.tui.inert import line
from kbtui.tui.keys import key
from kbtui.tui.widgets.field import Field
from kbtui.tui.widgets.lines import Line

_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class FoundScreen(ModalScreen[bool]):
    """Answers True where something helped."""

    AUTO_FOCUS = "#more"
    BINDINGS = [key("escape", "cancel", "k.back", "esc")]

    def compose(self) -> ComposeResult:
        """The field, and what is wrong with what it holds."""
        with Vertical(classes="box"):
            yield Line(id="tell-title")
            yield Field(placeholder="https://...", id="more")
            yield Line(id="tell-hint")

    def on_mount(self) -> None:
        """What it is for."""
        self.query_one("#tell-title", Line).show((app_of(self).say("found.title"), "bold"))

    @on(Input.Submitted, "#more")
    def _keep(self) -> None:
        app, text = app_of(self), self.query_one(Field).whole
        found = _ADDRESS.search(text)
        if not text.strip() or app.session is None:
            self.dismiss(False)
            return
        if found is None:
            self.query_one("#tell-hint", Line).show((app.say("found.no_address"), "$error"))
            return
        helped = line(text.replace(found[0], " "), 400)
        app.session.found_elsewhere(found[0], title_of(found[0]), helped)
        self.dismiss(bool(helped))

    def action_cancel(self) -> None:
        """Nothing is kept."""
        self.dismiss(False)


def title_of(url: str) -> str:
    """A name for a page out of its address: its place and the last words of its path."""
    parts = urlsplit(url)
    words = [w for w in re.split(r"[/_+-]+", unquote(parts.path)) if w]
    name = " ".join(words[-8:])
    return line(f"{parts.hostname or url}: {name}" if name else str(parts.hostname or url), 160)
