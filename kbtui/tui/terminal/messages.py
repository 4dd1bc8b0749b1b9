"""What the line to the terminal tells the app."""

from __future__ import annotations

from textual.message import Message

from kbtui.tui.terminal.spool import Spool


class Growing(Message):
    """A long paste, or standard input, is still coming: its bytes so far."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size = size

    def can_replace(self, message: Message) -> bool:
        """Only the newest counts."""
        return isinstance(message, Growing)


class Spooled(Message):
    """A paste that was too long to be held."""

    def __init__(self, spool: Spool) -> None:
        super().__init__()
        self.spool = spool
