"""The one field: a line that is typed, and a page that is pasted or a file that is dropped beside it."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input

from kbtui.tui.attached import Attached, named, size_said
from kbtui.tui.inert import is_inert, line
from kbtui.tui.keys import key
from kbtui.tui.words import Words

LONG_PASTE = 300
"""Characters from which a paste is kept beside the line instead of in it; one with several lines always is."""


class Field(Input):
    """`whole` is what was typed and pasted together; `attached` a file beside it."""

    help_word = "h.ask"
    BINDINGS = [key("enter", "submit", "k.open", "enter")]

    class Pasted(Message):
        """A page was pasted, a file dropped, or some more of a long paste has come."""

    def __init__(self, *, placeholder: str, id: str, value: str = "") -> None:
        super().__init__(value, placeholder=placeholder, id=id)
        self.cursor_blink = False  # nothing blinks, and an idle line sends nothing
        self.pasted = ""
        self.attached: Attached | None = None
        self._coming = 0
        self._opening = False
        self._refused = ""

    @property
    def whole(self) -> str:
        """The typed line and the pasted page."""
        return "\n".join(t for t in (self.value, self.pasted) if t)

    def beside(self, say: Words) -> str:
        """What is held beside the line, for a person; "" for nothing."""
        if self._coming:
            return say("ask.pasting", size=size_said(self._coming))
        if self.attached and self._refused:
            return line(self._refused, 600)
        if self.attached:
            word = "ask.reading" if self._opening else "ask.attached"
            return say(word, name=line(str(self.attached.path), 200), size=size_said(self.attached.size))
        if self.pasted:
            size = size_said(len(self.pasted.encode("utf-8", "replace")))
            return say("ask.pasted", lines=self.pasted.count("\n") + 1, size=size)
        return ""

    def drop(self) -> None:
        """Drop the file, then the pasted page; without them, what was typed."""
        if self.attached or self.pasted or self._coming:
            self.attached, self.pasted, self._coming = None, "", 0
            self.post_message(self.Pasted())
        else:
            self.value = ""

    def opening(self, refused: str = "") -> None:
        """The file is being opened, or why it could not be."""
        self._opening, self._refused = not refused, refused
        self.post_message(self.Pasted())

    def clear_all(self) -> None:
        """A case was made of it."""
        self.attached, self.pasted, self.value = None, "", ""
        self._coming, self._opening = 0, False
        self.post_message(self.Pasted())

    def growing(self, size: int) -> None:
        """A paste is still coming."""
        self._coming = size
        self.post_message(self.Pasted())

    def attach(self, attached: Attached) -> None:
        """A file beside the line, in place of another one."""
        self.attached, self._coming = attached, 0
        self._opening, self._refused = False, ""
        self.post_message(self.Pasted())

    def take(self, text: str) -> bool:
        """A paste; whether it stands beside the line now. A short one that can be shown belongs into the line."""
        self._coming = 0
        text = text.rstrip("\n")
        dropped = named(text)
        if dropped:
            self.attach(dropped)
        elif "\n" in text or len(text) > LONG_PASTE or not is_inert(text):
            self.pasted = f"{self.pasted}\n{text}" if self.pasted else text
            self.post_message(self.Pasted())
        return bool(dropped or self.pasted)

    def _on_paste(self, event: events.Paste) -> None:
        if self.take(event.text):
            event.stop()
            event.prevent_default()
