"""A list of rows that never moves under the reader: the cursor stays on its row by key, only changed lines are drawn.

Text is foreign unless proven otherwise: parts come as plain text with a role, are made inert here, and are never
read as markup.
"""

from __future__ import annotations

from typing import NamedTuple

from rich.text import Text
from textual import events, on
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from kbtui.tui.glyphs import glyphs
from kbtui.tui.inert import line
from kbtui.tui.keys import LIST, key
from kbtui.tui.widgets.strips import plain

Part = tuple[str, str]
"""Text and its role: "", strong, dim, accent, warn, good, mark."""


class Row(NamedTuple):
    """One row: its key, its parts from the left, and what stands at the right edge."""

    key: str
    parts: tuple[Part, ...]
    end: str = ""
    faded: bool = False


class Rows(ScrollView, can_focus=True, inherit_bindings=False):
    """The list. `help_word` names its help text."""

    COMPONENT_CLASSES = {
        "rows--strong", "rows--dim", "rows--faded", "rows--accent", "rows--warn", "rows--good", "rows--mark", "rows--cursor", "rows--blurred",
    }  # fmt: skip
    BINDINGS = [*LIST, key("enter", "choose", "k.open", "enter")]
    cursor: reactive[int] = reactive(0, repaint=False)

    class Moved(Message):
        """The cursor stands on another row."""

        def __init__(self, rows: Rows, key: str) -> None:
            super().__init__()
            self.rows, self.key = rows, key

        @property
        def control(self) -> Rows:
            """The list."""
            return self.rows

    class Chosen(Moved):
        """Enter or a second click on a row."""

    def __init__(self, *, id: str, help_word: str) -> None:
        super().__init__(id=id)
        self.show_horizontal_scrollbar = False
        self.help_word = help_word
        self.rows: list[Row] = []

    @property
    def current(self) -> str:
        """The key of the row under the cursor, "" where there is none."""
        return self.rows[self.cursor].key if self.rows else ""

    def show(self, rows: list[Row]) -> None:
        """Put these rows in place of the old ones; the cursor stays with its key."""
        old, self.rows = self.rows, rows
        kept = old[self.cursor].key if old else None
        at = next((i for i, row in enumerate(rows) if row.key == kept), min(self.cursor, max(0, len(rows) - 1)))
        self._fit()
        if at != self.cursor:
            self.cursor = at
        changed = [i for i in range(max(len(old), len(rows))) if old[i : i + 1] != rows[i : i + 1]]
        self._refresh_lines(changed)
        if self.current != kept:
            self.post_message(self.Moved(self, self.current))

    def go_to(self, key: str) -> None:
        """The cursor on the row with this key, where there is one."""
        self.cursor = next((i for i, row in enumerate(self.rows) if row.key == key), self.cursor)

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        base = self.rich_style
        if number >= len(self.rows):
            return Strip.blank(width, base)
        row = self.rows[number]
        here = number == self.cursor
        if here:
            base += self.get_component_rich_style("rows--cursor" if self.has_focus else "rows--blurred", partial=True)
        text = Text(glyphs().cursor if here and self.has_focus else " ", style=base, no_wrap=True, end="")
        for said, role in row.parts:
            role = "faded" if row.faded else role
            text.append(said, self.get_component_rich_style(f"rows--{role}", partial=True) if role else None)
        end = f" {line(row.end, 40)} " if row.end else ""
        room = Text(end).cell_len
        if text.cell_len > width - room:
            text.truncate(max(1, width - room - 3), overflow="crop")
            text.append("...")
        text.truncate(max(1, width - room), overflow="crop", pad=True)
        text.append(end, self.get_component_rich_style("rows--dim", partial=True))
        return plain(Strip(text.render(self.app.console), width).adjust_cell_length(width, base))

    def watch_cursor(self, old: int, new: int) -> None:
        """Draw two lines, keep the cursor in sight."""
        self._refresh_lines([old, new])
        if not self.scroll_offset.y <= new < self.scroll_offset.y + max(1, self.size.height):
            self.scroll_to_region(Region(0, new, self.size.width, 1), animate=False, force=True)
        if self.is_mounted and self.rows:
            self.post_message(self.Moved(self, self.current))

    def on_focus(self) -> None:
        """The cursor line looks otherwise with the focus."""
        self._refresh_lines([self.cursor])

    def on_blur(self) -> None:
        """As on_focus."""
        self._refresh_lines([self.cursor])

    def on_resize(self) -> None:
        """The width follows the window."""
        self._fit()

    def _fit(self) -> None:
        """The scroll bar follows the number of rows; it is drawn anew only when that changes."""
        wanted = Size(self.size.width, len(self.rows))
        if self.virtual_size != wanted:
            self.virtual_size = wanted

    @on(events.Click)
    def clicked(self, event: events.Click) -> None:
        """The first click moves the cursor, the next one opens."""
        number = event.y + self.scroll_offset.y
        if number >= len(self.rows):
            return
        if number == self.cursor or event.chain > 1:
            self.cursor = number
            self.action_choose()
        self.cursor = number

    def _refresh_lines(self, numbers: list[int]) -> None:
        top, width = self.scroll_offset.y, self.scrollable_content_region.width
        shown = [n - top for n in numbers if 0 <= n - top < self.size.height]
        if len(shown) > self.size.height // 2:
            self.refresh()
        elif shown:
            self.refresh(*(Region(0, y, width, 1) for y in shown))

    def _move(self, by: int) -> None:
        self.cursor = max(0, min(len(self.rows) - 1, self.cursor + by))

    def action_up(self) -> None:
        """One row up; above the first one the focus goes back."""
        if self.cursor == 0:
            self.screen.focus_previous()
        self._move(-1)

    def action_down(self) -> None:
        """One row down."""
        self._move(1)

    def action_page_up(self) -> None:
        """A window up."""
        self._move(-max(1, self.size.height - 1))

    def action_page_down(self) -> None:
        """A window down."""
        self._move(max(1, self.size.height - 1))

    def action_first(self) -> None:
        """The first row."""
        self._move(-len(self.rows))

    def action_last(self) -> None:
        """The last row."""
        self._move(len(self.rows))

    def action_choose(self) -> None:
        """Open the row."""
        if self.rows:
            self.post_message(self.Chosen(self, self.current))
