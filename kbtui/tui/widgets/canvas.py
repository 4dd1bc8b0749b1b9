"""A drawing that is larger than its window: it is panned, a box is selected, its lines are marked."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size, Spacing
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kbtui.tui.drawing.grid import Cell, Drawing
from kbtui.tui.keys import key
from kbtui.tui.widgets.strips import plain

_STEP_X, _STEP_Y = 8, 4
"""Cells that one key pans."""


class Canvas(ScrollView, can_focus=True, inherit_bindings=False):
    """Draws what it is given. `at` is the key of the selected item."""

    COMPONENT_CLASSES = {"canvas--line", "canvas--text", "canvas--marked", "canvas--selected"}
    BINDINGS = [
        key("left,h", "pan(-1, 0)", "k.pan_left"),
        key("right,l", "pan(1, 0)", "k.pan_right"),
        key("up,k", "pan(0, -1)", "k.up"),
        key("down,j", "pan(0, 1)", "k.down"),
        key("pageup,ctrl+b", "page(-1)", "k.page_up"),
        key("pagedown,ctrl+f", "page(1)", "k.page_down"),
        key("home,g", "first", "k.first"),
        key("end,G", "last", "k.last"),
    ]

    class Picked(Message):
        """A box was clicked; `again`: it was selected already."""

        def __init__(self, key: str, again: bool) -> None:
            super().__init__()
            self.key, self.again = key, again

    def __init__(self, *, id: str, help_word: str) -> None:
        super().__init__(id=id)
        self.help_word = help_word
        self.at = ""
        self._drawing = Drawing([], 0, {})

    def show(self, drawing: Drawing, at: str) -> None:
        """Another drawing, or another selection in the same one, which comes into sight."""
        fresh, moved = drawing is not self._drawing, at != self.at
        self._drawing, self.at = drawing, at
        self.virtual_size = Size(drawing.width, len(drawing.rows))
        if fresh or moved:
            self.call_after_refresh(self._into_sight, fresh)
        self.refresh()

    def _into_sight(self, middle: bool) -> None:
        place = self._drawing.places.get(self.at)
        if place and middle:
            left, top, width, height = place
            x, y = left + width // 2 - self.size.width // 2, top + height // 2 - self.size.height // 2
            self.scroll_to(x=x, y=y, animate=False, force=True)
        elif place:
            self.scroll_to_region(Region(*place), spacing=Spacing(1, 3, 1, 3), animate=False, force=True)

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        base, left = self.rich_style, self.scroll_offset.x
        if number >= len(self._drawing.rows):
            return Strip.blank(width, base)
        looks = {
            name: base + self.get_component_rich_style(f"canvas--{name}", partial=True)
            for name in ("line", "text", "marked", "selected")
        }
        segments = [Segment(cell.text, self._look(cell, looks)) for cell in self._drawing.rows[number] if cell.text]
        strip = Strip(segments, self._drawing.width).crop(left, left + width)
        return plain(strip.adjust_cell_length(width, base))

    def _look(self, cell: Cell, looks: dict[str, Style]) -> Style:
        if cell.key:
            return looks["selected" if cell.key == self.at else "text"]
        if any(self.at in (e.start, e.end) for e in cell.edges):
            return looks["marked"]
        return looks["line"]

    def on_click(self, event: events.Click) -> None:
        """A click selects, the next one opens."""
        x, y = event.x + self.scroll_offset.x, event.y + self.scroll_offset.y
        for name, (left, top, width, height) in self._drawing.places.items():
            if left <= x < left + width and top <= y < top + height:
                self.post_message(self.Picked(name, name == self.at))

    def action_pan(self, across: int, down: int) -> None:
        """Move the window."""
        self.scroll_relative(x=across * _STEP_X, y=down * _STEP_Y, animate=False)

    def action_page(self, down: int) -> None:
        """A window up or down."""
        self.scroll_relative(y=down * max(1, self.size.height - 1), animate=False)

    def action_first(self) -> None:
        """The beginning."""
        self.scroll_to(x=0, y=0, animate=False)

    def action_last(self) -> None:
        """The end."""
        self.scroll_to(x=self.virtual_size.width, y=self.virtual_size.height, animate=False)
