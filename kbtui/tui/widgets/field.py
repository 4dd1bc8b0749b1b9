"""The one field: a line that is typed, and a page that is pasted beside it."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input

from kbtui.tui.keys import key

LONG_PASTE = 300
"""Characters from which a paste is kept beside the line instead of in it; one with several lines always is."""


class Field(Input):
    """`whole` is what was typed and pasted together."""

    help_word = "h.ask"
    BINDINGS = [key("enter", "submit", "k.open", "enter")]

    class Pasted(Message):
        """A page was pasted or dropped."""

    def __init__(self, *, placeholder: str, id: str, value: str = "") -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self.cursor_blink = False  # nothing blinks, and an idle line sends nothing
        self.pasted = ""

    @property
    def whole(self) -> str:
        """The typed line and the pasted page."""
        return "\n".join(t for t in (self.value, self.pasted) if t)

    @property
    def pasted_lines(self) -> int:
        """Lines of the pasted page."""
        return self.pasted.count("\n") + 1

    @property
    def pasted_size(self) -> str:
        """Its size, for a person."""
        size = len(self.pasted.encode("utf-8", "replace"))
        return f"{size} B" if size < 1000 else f"{size / 1000:.0f} kB"

    def drop(self) -> None:
        """Drop the pasted page; without one, what was typed."""
        if self.pasted:
            self.pasted = ""
            self.post_message(self.Pasted())
        else:
            self.value = ""

    def _on_paste(self, event: events.Paste) -> None:
        text = event.text.rstrip("\n")
        if "\n" in text or len(text) > LONG_PASTE:
            self.pasted = f"{self.pasted}\n{text}" if self.pasted else text
            self.post_message(self.Pasted())
            event.stop()
            event.prevent_default()
