"""An app over such a line: the driver, and a key that draws all anew."""

from __future__ import annotations

from textual import constants, events
from textual.app import App
from textual.driver import Driver

from kbtui.tui.keys import key


class TerminalApp(App[int]):
    """In a browser and in tests the toolkit's own drivers stay."""

    BINDINGS = [key("ctrl+l", "redraw", "k.redraw")]

    def get_driver_class(self) -> type[Driver]:
        """Ours, unless the environment names one."""
        if constants.DRIVER is not None:
            return super().get_driver_class()
        from kbtui.tui.terminal.driver import Line

        return Line

    def on_resize(self, _event: events.Resize) -> None:
        """Nobody knows what the terminal shows now."""
        painter = getattr(self._driver, "painter", None)
        if painter:
            painter.resize()

    def action_redraw(self) -> None:
        """Another program, or the kernel, wrote over the screen."""
        redraw = getattr(self._driver, "redraw", None)
        if redraw:
            redraw()
