"""A page of text to edit. What is pasted is made inert: nothing in it acts on the terminal."""

from __future__ import annotations

from textual import events
from textual.widgets import TextArea

from kbtui.tui.inert import block


class Sheet(TextArea):
    """Plain: no colours of a language, no line numbers, tab goes on to the next region."""

    help_word = "h.sheet"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, soft_wrap=True, tab_behavior="focus", show_line_numbers=False, compact=True)
        self.cursor_blink = False  # an idle line sends nothing

    def load_text(self, text: str) -> None:
        """Another text."""
        super().load_text(block(text, 2000))

    async def _on_paste(self, event: events.Paste) -> None:
        event.prevent_default()
        event.stop()
        self.replace(block(event.text), *self.selection)
