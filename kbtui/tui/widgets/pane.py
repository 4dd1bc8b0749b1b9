"""A text that scrolls: the open problem, the help, a raw output. Only lines that change are drawn anew."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from kbtui.tui.keys import LIST
from kbtui.tui.widgets.strips import plain

MARGIN = 1
"""Empty cells at the left and the right."""
Part = tuple[str, str]
"""Text and its style: "", "bold", "dim", "$accent", "$error bold" ..."""


class Pane(ScrollView, can_focus=True, inherit_bindings=False):
    """Parts of plain text, folded to the width. They are never read as markup."""

    BINDINGS = LIST

    def __init__(self, *, id: str, help_word: str = "") -> None:
        super().__init__(id=id)
        self.help_word = help_word
        self._parts: list[Part] = []
        self._subject = ""
        self._lines: list[Strip] = []

    def show(self, subject: str, parts: list[Part]) -> None:
        """Show these parts. Another subject begins at its top; the same one keeps its place."""
        if subject != self._subject:
            self.scroll_to(y=0, animate=False, force=True, immediate=True)
        if parts != self._parts:
            self._subject, self._parts = subject, parts
            self._fold()

    def _fold(self) -> None:
        """The text as lines of this width."""
        old, width = self._lines, self.scrollable_content_region.width
        if width <= 2 * MARGIN:
            return
        margin = Strip([Segment(" " * MARGIN, self.rich_style)])
        lines = (Strip.join([margin, strip]) for strip in self._strips(width))
        self._lines = [plain(line.adjust_cell_length(width, self.rich_style)) for line in lines]
        if self.styles.height is not None and self.styles.height.is_auto:
            self.refresh(layout=True)
        if self.virtual_size != (wanted := Size(width, len(self._lines))):
            self.virtual_size = wanted
        top, shown = self.scroll_offset.y, self.scrollable_content_region.height
        changed = [y for y in range(shown) if old[top + y : top + y + 1] != self._lines[top + y : top + y + 1]]
        if changed:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    def _strips(self, width: int) -> list[Strip]:
        content = Content.assemble(*self._parts)
        return Visual.to_strips(
            self, content, max(1, width - 2 * MARGIN), None, self.visual_style, apply_selection=False
        )

    def render_line(self, y: int) -> Strip:
        """One line of the window."""
        number, width = y + self.scroll_offset.y, self.scrollable_content_region.width
        if number >= len(self._lines):
            return Strip.blank(width, self.rich_style)
        return self._lines[number]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Of a pane that is as high as its text."""
        return len(self._strips(width)) if self._parts else 0

    def on_resize(self) -> None:
        """Another width folds otherwise."""
        self._fold()
        self.refresh()

    def notify_style_update(self) -> None:
        """Another theme colours otherwise."""
        super().notify_style_update()
        if self.is_mounted and self._parts:
            self._lines = []
            self._fold()

    def action_up(self) -> None:
        """One line up."""
        self.scroll_relative(y=-1, animate=False)

    def action_down(self) -> None:
        """One line down."""
        self.scroll_relative(y=1, animate=False)

    def action_page_up(self) -> None:
        """A window up."""
        self.scroll_page_up(animate=False)

    def action_page_down(self) -> None:
        """A window down."""
        self.scroll_page_down(animate=False)

    def action_first(self) -> None:
        """The beginning."""
        self.scroll_home(animate=False)

    def action_last(self) -> None:
        """The end."""
        self.scroll_end(animate=False)
