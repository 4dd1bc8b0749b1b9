"""Lines of plain text around the work: where you are, what is seen of the machine, danger, the next step."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

Part = tuple[str, str]


class Line(Static):
    """A text of parts that never breaks the layout: it is cut at the edge, hidden when it is empty."""

    def __init__(self, *parts: Part, id: str) -> None:
        super().__init__(Content.assemble(*parts), id=id)
        self._parts: list[Part] = list(parts)
        self.display = bool(parts)

    def show(self, *parts: Part) -> None:
        """Show these parts; nothing is drawn anew where nothing changed."""
        now = [p for p in parts if p[0]]
        if now != self._parts:
            self._parts = now
            self.display = bool(now)
            self.update(Content.assemble(*now))
