"""Standard input as what is pasted: `... | kbtui` on a terminal. The keys then come from the terminal itself."""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Callable

from kbtui.tui.terminal.paste import MOST
from kbtui.tui.terminal.spool import Spool

_TOLD = 0.25


def take_over() -> int | None:
    """What stands at standard input, which is the terminal from now on. None where the process has no terminal."""
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return None
    source = os.dup(0)
    os.dup2(terminal, 0)
    os.close(terminal)
    return source


class Piped:
    """Reads to the end, or until it is stopped: some programs never end."""

    def __init__(self, source: int, tell: Callable[[int], object]) -> None:
        self.text = ""
        """All of it, where it is short."""
        self.spool: Spool | None = None
        """Where it went, where it is long."""
        self.over = False
        self._source, self._tell = source, tell
        self._enough = threading.Event()

    def stop(self) -> None:
        """What has come so far is enough."""
        self._enough.set()

    def read(self) -> None:
        """Call it in a worker."""
        held, told = b"", time.monotonic()
        while not self._enough.is_set():
            if not select.select([self._source], [], [], 0.2)[0]:
                continue
            block = os.read(self._source, 1 << 16)
            if not block:
                break
            if self.spool:
                self.spool.write_bytes(block)
            else:
                held += block
                if len(held) > MOST and (spool := Spool.open("input")):
                    spool.write_bytes(held)
                    self.spool, held = spool, b""
            if time.monotonic() - told >= _TOLD:
                told = time.monotonic()
                self._tell(self.spool.size if self.spool else len(held))
        os.close(self._source)
        self.text = held.decode("utf-8", "replace")
        if self.spool:
            self.spool.close()
        self.over = True
