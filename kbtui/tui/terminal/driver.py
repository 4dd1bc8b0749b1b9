"""The toolkit's driver with a painter on its way out and the pastes taken out on its way in."""

from __future__ import annotations

import os
import selectors
import sys
import time
from codecs import getincrementaldecoder
from typing import Any

from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from kbtui.tui.glyphs import on_console
from kbtui.tui.terminal import font
from kbtui.tui.terminal.messages import Growing, Spooled
from kbtui.tui.terminal.painter import Painter
from kbtui.tui.terminal.paste import Pasted, Pastes

_TOLD = 0.25
"""Seconds between two tellings of how far a paste is."""
_HELD = 0.03
"""Seconds that the beginning of a code, an escape key perhaps, waits for the rest of a paste's mark."""
_BLOCK = 64 << 10


class Line(LinuxDriver):
    """Sends cells that change; reads pastes whole."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.painter = Painter(font.fit if on_console() else None)
        super().__init__(*arguments, **named)
        if sys.__stdout__ and self._file and not self._file.isatty() and sys.__stdout__.isatty():
            self._file = sys.__stdout__  # the errors of a pipeline may go elsewhere

    def write(self, data: str) -> None:
        """What the toolkit draws, as far as the terminal does not show it yet."""
        told = self.painter.feed(data)
        if told:
            super().write(told)

    def redraw(self) -> None:
        """All of it again: something else wrote over the screen."""
        self.painter.forget()
        self.write("")

    def run_input_thread(self) -> None:
        """Keys to the parser, pastes past it."""
        selector = selectors.SelectSelector()
        selector.register(self.fileno, selectors.EVENT_READ)
        parser, pastes = XTermParser(self._debug), Pastes()
        decode = getincrementaldecoder("utf-8")("replace").decode
        told, shown = time.monotonic(), 0
        try:
            while not self.exit_event.is_set():
                came = selector.select(_HELD if pastes.held else 0.1)
                if came and not (data := self._read()):
                    break
                for part in pastes.feed(decode(data)) if came else pastes.release():
                    self._hand_on(part, parser)
                if pastes.size not in (0, shown) and time.monotonic() - told >= _TOLD:
                    told, shown = time.monotonic(), pastes.size
                    self.process_message(Growing(shown))
                for event in parser.tick():
                    self.process_message(event)
        finally:
            selector.close()

    def _read(self) -> bytes:
        """What came; nothing where the terminal is gone."""
        try:
            return os.read(self.fileno, _BLOCK)
        except OSError:
            return b""

    def _hand_on(self, part: str | Pasted, parser: XTermParser) -> None:
        if isinstance(part, str):
            for event in parser.feed(part):
                self.process_message(event)
        elif part.spool:
            self.process_message(Spooled(part.spool))
        else:
            self.process_message(events.Paste(part.text))
