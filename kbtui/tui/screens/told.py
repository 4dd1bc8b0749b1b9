"""News of a machine elsewhere: read in peace, gone at a key."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from kbtui.tui.app import app_of
from kbtui.tui.inert import block, line
from kbtui.tui.keys import key
from kbtui.tui.widgets.pane import Pane


class ToldScreen(ModalScreen[None]):
    """Over the case that it leads to; it stays until it was read."""

    AUTO_FOCUS = "#told"
    BINDINGS = [
        key("enter,escape,space,q", "app.pop_screen", "k.goes_on", "enter"),
        key("ctrl+q", "app.quit", "k.quit"),
    ]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """One text."""
        with Vertical(classes="box"):
            yield Pane(id="told", help_word="h.told")

    def on_mount(self) -> None:
        """Whose news, the news, the key."""
        self.query_one("#told", Pane).show(
            "told",
            [
                (f"{line(self._title, 100)}\n\n", "bold $primary"),
                (f"{block(self._text, 20, 1000)}\n\n", ""),
                (app_of(self).say("told.goes_on"), "bold"),
            ],
        )
